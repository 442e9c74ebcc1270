#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""With a proxy set, nothing leaves by another way: the kernel counts what our program sends, and to whom. Real programs
in network namespaces; needs root, iproute2 and nftables; proxies that others wrote, microsocks and tinyproxy.

    proxy_witness.py --ours TOX-PEER [--host PROXY-HOST]
Exit status 77 where namespaces are not allowed: NOTHING WAS TESTED."""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "interop"))
from harness import Driver, Failed, Peer  # noqa: E402
from harness import Refused, quote  # noqa: E402
from lab import SKIPPED, Lab, refused_here  # noqa: E402
from odd_hosts import ODD_HOSTS, ODD_VARIABLES  # noqa: E402

PROXY_PORT = 1080
NAME = "relay.test"
MADE_BY_OTHERS = (("microsocks", "socks5", "us", "p@ss"), ("tinyproxy", "http", "us", "pass"))
CASES = (("socks5", "", ""), ("socks5", "us:er", "p@ss w/rd%"), ("http", "", ""), ("http", "us:er", "p@ss w/rd%"))


class Witness:
    """Counts in the kernel what leaves a host: to the proxy, and anything else."""

    def __init__(self, host, proxy):
        self.host = host
        host.run("nft", "-f", "-", text=f"""
          table inet witness {{
            counter good {{ }}
            counter other {{ }}
            chain out {{ type filter hook output priority 0;
              oifname lo accept
              meta l4proto != {{ tcp, udp }} accept
              ip daddr {proxy.v4} tcp dport {PROXY_PORT} counter name good accept
              counter name other
            }}
          }}""")

    def packets(self, name):
        listed = json.loads(self.host.run("nft", "-j", "list", "counter", "inet", "witness", name))
        return next(item["counter"]["packets"] for item in listed["nftables"] if "counter" in item)


class World:
    def __init__(self, arguments):
        self.arguments, self.lab, self.scratch = arguments, Lab("toxpw"), tempfile.TemporaryDirectory()
        self.nodes = [self.node(number) for number in range(3)]
        for node in self.nodes[1:]:
            node.bootstrap(self.nodes[0])
        self.proxy_host = self.lab.public(8)
        self.friend = Peer(Driver(arguments.ours, self.lab.public(7).command()), "friend", port=33445)
        self.friend.bootstrap(*self.nodes)

    def node(self, number):
        host = self.lab.public(number)
        return Peer(Driver(self.arguments.ours, host.command()), f"node{number}", host=host.v4, port=33445, tcp=3389)

    def proxy(self, kind, user, password):
        words = [sys.executable, os.path.join(HERE, "proxy.py"), kind, str(PROXY_PORT), "--name",
                 f"{NAME}={self.nodes[0].host}"]
        if user:
            words += ["--user", user, "--password", password]
        process = subprocess.Popen(self.proxy_host.command(*words), stdout=subprocess.PIPE, text=True)
        if process.stdout.readline().strip() != "ready":
            raise Failed("the proxy did not start")
        return process

    def other_proxy(self, program, user, password):
        hosts, settings = (os.path.join(self.scratch.name, name) for name in ("hosts", "settings"))
        with open(hosts, "w", encoding="utf-8") as file:
            file.write(f"{self.nodes[0].host} {NAME}\n")
        with open(settings, "w", encoding="utf-8") as file:
            file.write(f"Port {PROXY_PORT}\nBasicAuth {user} {password}\nMaxClients 100\nTimeout 600\n")
        words = ["-p", str(PROXY_PORT), "-u", user, "-P", password] if program == "microsocks" else ["-dc", settings]
        script = 'mount --bind "$0" /etc/hosts && exec "$@"'  # a namespace has mounts of its own
        process = subprocess.Popen(self.proxy_host.command("sh", "-c", script, hosts, program, *words),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not self.proxy_host.run("ss", "-ltnH", f"sport = :{PROXY_PORT}"):
            if process.poll() is not None:
                raise Failed(f"{program} did not start")
            time.sleep(0.1)
        return process

    def us(self, kind, user, password):
        site = self.lab.site("A", "none")
        witness = Witness(site.host, self.proxy_host)
        peer = Peer(Driver(self.arguments.ours, site.host.command()), "us", proxy=kind, proxy_user=user,
                    proxy_password=password, proxy_host=self.proxy_host.v4, proxy_port=PROXY_PORT, lan=1)
        peer.bootstrap(*self.nodes)
        peer.command("relay", host=NAME, port=self.nodes[0].relay_port, pk=self.nodes[0].dht)
        peer.use_relays(*self.nodes[1:])
        return peer, witness

    def meets(self, kind, user, password):
        proxy = self.proxy(kind, user, password)
        self.meets_through(kind, user, password)
        proxy.terminate()
        asked = proxy.stdout.read().split("\n")
        expect(f"{NAME} {self.nodes[0].relay_port}" in asked, f"the name did not reach the proxy: {asked}")

    def meets_by(self, program, kind, user, password):
        proxy = self.other_proxy(program, user, password)
        try:
            self.meets_through(kind, user, password)
        finally:
            proxy.terminate()
            proxy.wait()

    def meets_through(self, kind, user, password):
        peer, witness = self.us(kind, user, password)
        number = peer.befriend(self.friend)
        mine = self.friend.befriend(peer)
        since = self.friend.mark()
        peer.online(60, number)
        self.friend.online(60, mine)
        peer.command("msg", friend=number, text="through the proxy")
        self.friend.event("message", 30, since, text="through the proxy")
        peer.command("moved")
        time.sleep(3)
        expect(witness.packets("other") == 0, f"{witness.packets('other')} packets went past the proxy")
        expect(witness.packets("good") > 20, "nothing went to the proxy")
        peer.driver.close()

    def control(self):
        """The witness does see what leaves without a proxy."""
        peer, witness = self.us("none", "", "")
        time.sleep(1)
        expect(witness.packets("other") > 0, "the witness is blind")
        peer.driver.close()

    def stays_silent(self, kind, user, password):
        """The proxy is down: no way is sought around it."""
        peer, witness = self.us(kind, user, password)
        peer.befriend(self.friend)
        time.sleep(8)
        expect(witness.packets("other") == 0, f"{witness.packets('other')} packets went past the dead proxy")
        expect(witness.packets("good") > 0, "the proxy was not even tried")
        expect(peer.command("self")["conn"] == "none", "connected without the proxy")
        peer.driver.close()

    def odd_hosts(self):
        """Each is refused, or leads to a proxy or nowhere."""
        site = self.lab.site("A", "none")
        witness, driver = Witness(site.host, self.proxy_host), Driver(self.arguments.ours, site.host.command())
        taken = []
        for kind in ("socks5", "http"):
            for number, host in enumerate(ODD_HOSTS):
                try:
                    peer = Peer(driver, f"{kind}{number}", proxy=kind, proxy_host=host, proxy_port=PROXY_PORT, lan=1)
                except Refused as refusal:
                    expect(refusal.code == "badarg", f"{host!r} was refused as {refusal.code}")
                    continue
                taken.append(host)
                peer.bootstrap(*self.nodes)
                peer.use_relays(*self.nodes)
                peer.befriend(self.friend)
                peer.command("moved")
        time.sleep(3)
        expect(witness.packets("other") == 0, f"{witness.packets('other')} packets went past the proxy")
        expect("::1" in taken and "127.0.0.1:9050" not in taken, f"not what can be used was taken: {taken}")
        driver.close()

    def odd_hosts_of_a_program(self):
        """The same in a libpurple program, with each type of proxy that it has."""
        site = self.lab.site("A", "none")
        witness = Witness(site.host, self.proxy_host)
        node = self.nodes[0]
        process = subprocess.Popen(site.host.command(self.arguments.host, f"{node.host}:{node.port}:{node.dht}"),
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        answers = {}
        for kind in ("socks5", "http", "tor", "environment"):
            for host in ODD_VARIABLES if kind == "environment" else ODD_HOSTS:
                process.stdin.write(f"{kind} {PROXY_PORT} {quote(host)}\n".encode())
                process.stdin.flush()
                answers[kind, host] = process.stdout.readline().decode().strip()
        time.sleep(3)
        expect(witness.packets("other") == 0, f"{witness.packets('other')} packets went past the proxy")
        expect(answers["tor", "127.0.0.1:9050"].endswith("."), f"no sentence: {answers['tor', '127.0.0.1:9050']}")
        expect(answers["http", "::1"] == "on", f"what can be used was not: {answers['http', '::1']}")
        strange = {case: answer for case, answer in answers.items() if answer != "on" and not answer.endswith(".")}
        expect(not strange, f"neither on nor a sentence: {strange}")
        process.stdin.write(b"none 1 x\n")  # the witness does see what goes directly
        process.stdin.flush()
        process.stdout.readline()
        time.sleep(2)
        expect(witness.packets("other") > 0, "the witness is blind")
        process.stdin.close()
        expect(process.wait(30) == 0, f"the program ended with {process.returncode}")

    def close(self):
        Driver.close_all()
        self.lab.close()
        self.scratch.cleanup()


def expect(condition, text):
    if not condition:
        raise Failed(text)


def play(arguments, scenes):
    """How many of them fail."""
    failed, world = 0, World(arguments)
    try:
        for scene, case in scenes:
            name = f"{scene} {case[0] if case else ''}{' with password' if case and case[-1] else ''}"
            try:
                getattr(world, scene)(*case)
                print(f"{name}: good", flush=True)
            except Failed as failure:
                failed += 1
                print(f"{name}: FAILED: {failure}", flush=True)
            finally:
                world.lab.remove_sites()
    finally:
        world.close()
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ours", required=True)
    parser.add_argument("--host", default="")
    arguments = parser.parse_args()
    if refused_here(*(case[0] for case in MADE_BY_OTHERS)):
        return SKIPPED
    odd = [("control", ()), ("odd_hosts", ())] + ([("odd_hosts_of_a_program", ())] if arguments.host else [])
    usual = [(scene, case) for case in CASES for scene in ("meets", "stays_silent")]
    usual += [("meets_by", case) for case in MADE_BY_OTHERS]
    # Who was there without a proxy leaves its address in a network of three nodes: the meetings have one of their own.
    failed = sum(play(arguments, scenes) for scenes in (odd, usual))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
