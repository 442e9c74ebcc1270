# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks of namespaces on one machine: public hosts on one bridge, and sites behind NATs of chosen kinds. Needs root
(or a user namespace in which one is root), iproute2 and nftables. Knows nothing of Tox.

    kind            mapping                        filtering
    none            - (the host is on the public net)
    full            one port for all destinations  none
    restricted      one port                       by address
    portrestricted  one port                       by address and port
    symmetric       a random port for each         by address and port
    symseq          the next port for each         by address and port
    udpblock        -                              UDP is dropped, TCP passes
"""
import os
import shutil
import subprocess
import time

KINDS = ("none", "full", "restricted", "portrestricted", "symmetric", "symseq", "udpblock")
UDP_LIFE = 60  # seconds a mapping is kept; routers have 30 to 300


class NotAllowed(Exception):
    """Namespaces cannot be made here."""


def run(*command, text=None):
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout


class Host:
    def __init__(self, lab, name, v4=None, v6=None):
        self.namespace, self.v4, self.v6 = f"{lab.name}-{name}", v4, v6
        self.port = None  # of the bridge, if it is plugged in there

    def command(self, *words):
        return ["ip", "netns", "exec", self.namespace, *words]

    def run(self, *words, text=None):
        return run(*self.command(*words), text=text)


class Site:
    """One host behind one NAT, or on the public net."""

    def __init__(self, lab, letter, kind, v4, v6):
        self.lab, self.kind, self.letter = lab, kind, letter
        self.number = {"A": 1, "B": 2}[letter]
        self.wan = f"203.0.113.{100 + self.number}"
        self.lan = f"10.{self.number}.0"
        self.host = lab.add_host(f"host{letter}")
        if kind == "none":
            self.nat = None
            lab.plug(self.host, f"h{letter}")
            self.host.v4 = f"203.0.113.{110 + self.number}" if v4 else None
            self.host.v6 = f"2001:db8:f::{110 + self.number:x}" if v6 else None
            lab.address(self.host, "eth0", 24)
            return
        self.nat = lab.add_host(f"nat{letter}")
        lab.plug(self.nat, f"n{letter}", interface="wan")
        lab.cable(self.nat, "lan", self.host, "eth0")
        self.host.v4 = f"{self.lan}.2"
        self.nat.run("ip", "addr", "add", f"{self.wan}/24", "dev", "wan")
        self.nat.run("ip", "addr", "add", f"{self.lan}.1/24", "dev", "lan")
        self.host.run("ip", "addr", "add", f"{self.lan}.2/24", "dev", "eth0")
        self.host.run("ip", "route", "add", "default", "via", f"{self.lan}.1")
        for setting in ("net.ipv4.ip_forward=1", f"net.netfilter.nf_conntrack_udp_timeout={UDP_LIFE}",
                        f"net.netfilter.nf_conntrack_udp_timeout_stream={UDP_LIFE}"):
            self.nat.run("sysctl", "-qw", setting)
        self.set_rules()

    def set_rules(self):
        self.nat.run("nft", "-f", "-", text=rules(self.kind, self.wan))

    def block_udp(self):
        """From now on, whatever the NAT did before."""
        self.nat.run("nft", "insert", "rule", "ip", "filter", "forward", "meta", "l4proto", "udp", "drop")

    def cut(self):
        """Nothing passes any more, and nobody is told."""
        self.nat.run("nft", "add", "rule", "ip", "filter", "part", "drop")

    def heal(self):
        self.nat.run("nft", "flush", "chain", "ip", "filter", "part")

    def new_address(self, wan):
        """What a rebooted router does: every mapping is gone, and the address another one."""
        self.nat.run("ip", "link", "set", "wan", "down")
        self.nat.run("nft", "flush", "ruleset")
        self.nat.run("ip", "addr", "del", f"{self.wan}/24", "dev", "wan")
        self.wan = wan
        self.nat.run("ip", "addr", "add", f"{wan}/24", "dev", "wan")
        self.nat.run("ip", "link", "set", "wan", "up")
        self.set_rules()


def rules(kind, wan):
    definitions = before = after = forward = ""
    source = "oifname wan masquerade"
    if kind in ("full", "restricted"):
        # eim: external port -> inner address and port, learnt from what leaves. peers: whom it has written to.
        definitions = f"""
          map eim {{ type inet_service : ipv4_addr . inet_service; flags dynamic,timeout; timeout {UDP_LIFE}s;
                     size 65535; }}
          set peers {{ type inet_service . ipv4_addr; flags dynamic,timeout; timeout {UDP_LIFE}s; size 65535; }}"""
        after = """oifname wan meta l4proto udp update @eim { udp sport : ct original ip saddr . ct original proto-src }
          oifname wan meta l4proto udp update @peers { udp sport . ip daddr }"""
        known = "udp dport . ip saddr @peers " if kind == "restricted" else ""
        before = f"iifname wan meta l4proto udp {known}dnat ip addr . port to udp dport map @eim"
    elif kind == "symmetric":
        source = "oifname wan meta l4proto { udp, tcp } masquerade to :20000-60000 fully-random\n" + source
    elif kind == "symseq":
        ports = ",".join(f"{i} : {40000 + i}" for i in range(512))
        source = f"oifname wan meta l4proto udp snat to {wan} : numgen inc mod 512 map {{ {ports} }}\n" + source
    elif kind == "udpblock":
        forward = "meta l4proto udp drop"
    return f"""
      table ip nat {{ {definitions}
        chain pre {{ type nat hook prerouting priority dstnat; {before}
        }}
        chain post {{ type nat hook postrouting priority srcnat; {source}
        }}
        chain learn {{ type filter hook postrouting priority 200; {after}
        }}
      }}
      table ip filter {{
        chain input {{ type filter hook input priority 0; iifname wan meta l4proto {{ udp, tcp }} ct state new drop
        }}
        chain part {{ }}
        chain forward {{ type filter hook forward priority 0; jump part
          {forward}
          iifname wan ct state invalid drop
          iifname wan ct status dnat accept
          iifname wan ct state new drop
        }}
      }}"""


class Lab:
    """Everything in namespaces NAME-*; close() removes just those, and ends only what runs inside them."""

    def __init__(self, name):
        self.name, self.hosts = name, []
        try:
            self.net = self.add_host("net")
            self.net.run("ip", "link", "add", "br0", "type", "bridge")
            self.net.run("ip", "link", "set", "br0", "up")
        except BaseException:
            self.close()
            raise

    def add_host(self, name):
        host = Host(self, name)
        self.hosts.append(host)
        run("ip", "netns", "add", host.namespace)
        host.run("ip", "link", "set", "lo", "up")
        for setting in ("net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0",
                        "net.ipv6.conf.all.accept_dad=0", "net.ipv6.conf.default.accept_dad=0"):
            host.run("sysctl", "-qw", setting)
        return host

    def cable(self, one, one_end, other, other_end):
        run("ip", "link", "add", "name", one_end, "netns", one.namespace, "type", "veth", "peer", "name", other_end,
            "netns", other.namespace)
        one.run("ip", "link", "set", one_end, "up")
        other.run("ip", "link", "set", other_end, "up")

    def plug(self, host, port, interface="eth0"):
        self.cable(host, interface, self.net, port)
        self.net.run("ip", "link", "set", port, "master", "br0")
        host.port = port

    @staticmethod
    def address(host, interface, bits):
        if host.v4:
            host.run("ip", "addr", "add", f"{host.v4}/{bits}", "broadcast", "+", "dev", interface)
        if host.v6:
            host.run("ip", "addr", "add", f"{host.v6}/64", "dev", interface, "nodad")

    def public(self, number):
        host = self.add_host(f"pub{number}")
        self.plug(host, f"p{number}")
        host.v4, host.v6 = f"203.0.113.{10 + number}", f"2001:db8:f::{10 + number:x}"
        self.address(host, "eth0", 24)
        return host

    def site(self, letter, kind, v4=True, v6=False):
        return Site(self, letter, kind, v4, v6)

    def remove(self, host):
        if host.port:  # the kernel takes its time with namespaces; the name is to be free at once
            subprocess.run(self.net.command("ip", "link", "del", host.port), capture_output=True)
        subprocess.run(["ip", "netns", "del", host.namespace], capture_output=True)
        self.hosts.remove(host)

    def remove_sites(self):
        for host in [h for h in self.hosts if h.namespace[len(self.name) + 1:].startswith(("host", "nat"))]:
            self.remove(host)

    def close(self):
        for host in list(self.hosts):
            for pid in subprocess.run(["ip", "netns", "pids", host.namespace], capture_output=True,
                                      text=True).stdout.split():
                subprocess.run(["kill", pid], capture_output=True)
            self.remove(host)


def check_allowed():
    """All that the labs are made of, once: what the system refuses then is not to be had here."""
    if os.geteuid() != 0:
        raise NotAllowed("root is needed to make network namespaces")
    lab = None
    try:
        lab = Lab(f"tx{os.getpid()}")
        lab.site("A", "full")
    except (OSError, RuntimeError) as fault:
        raise NotAllowed(str(fault)) from None
    finally:
        if lab:
            lab.close()


SKIPPED = 77  # meson's word for it


def program(name):
    """Where it is; daemons may be where only root looks. None: not installed."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")


def refused_here(*programs):
    """Whether labs cannot be made here, or a program is missing; says so loudly, for whoever ends with SKIPPED then."""
    for name in programs:
        if not program(name):
            print(f"SKIPPED: {name} is not installed. NOTHING WAS TESTED.")
            return True
    try:
        check_allowed()
    except NotAllowed as fault:
        print(f"SKIPPED: network namespaces are not allowed here ({fault}). NOTHING WAS TESTED.")
        return True
    return False


def until(what, done, patience):
    """How long it took. Raises TimeoutError when it is in vain."""
    start = time.monotonic()
    while not done():
        if time.monotonic() > start + patience:
            raise TimeoutError(f"waited in vain for {what}")
        time.sleep(0.02)
    return time.monotonic() - start
