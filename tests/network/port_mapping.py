#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our plugin in libpurple behind a router (miniupnpd and nftables): the router forwards our port while the account is
on, strangers reach us through it, and nothing is left of it afterwards. Real programs in network namespaces; needs
root, iproute2, nftables and miniupnpd.

    port_mapping.py --host ROUTER-HOST --ours TOX-PEER
The plugin comes from the environment, PURPLE_TEST_PLUGIN. Exit status 77 where something is not to be had: NOTHING WAS
TESTED."""
import argparse
import os
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "interop"))
from harness import Driver, Failed, Peer  # noqa: E402
from lab import SKIPPED, Lab, program, refused_here, until  # noqa: E402

PORT = 33445
PATIENCE = 60
CASES = {  # what the router speaks, and whether our user wants it
    "NAT-PMP": {"nat_pmp": True}, "UPnP": {"upnp": True}, "both": {"nat_pmp": True, "upnp": True}, "neither": {},
    "switched off": {"nat_pmp": True, "upnp": True, "wanted": False}}


class Router:
    def __init__(self, nat, directory, nat_pmp, upnp):
        self.nat = nat
        path = os.path.join(directory, "miniupnpd.conf")
        word = {True: "yes", False: "no"}
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"""ext_ifname=wan
listening_ip=lan
force_igd_desc_v1=yes
ext_ip=1.1.1.1
enable_natpmp={word[nat_pmp]}
enable_upnp={word[upnp]}
uuid=8de8ee08-2a7e-40aa-b694-8df1f299687a
upnp_table_name=mapped
upnp_nat_table_name=mapped
upnp_forward_chain=forward_ports
upnp_nat_chain=ports
upnp_nat_postrouting_chain=ports_out
allow 1024-65535 0.0.0.0/0 1024-65535
""")
        nat.run("nft", "-f", "-", text="""
          table inet mapped {
            chain forward { type filter hook forward priority -1; jump forward_ports
            }
            chain forward_ports { }
            chain before { type nat hook prerouting priority dstnat; jump ports
            }
            chain ports { }
            chain after { type nat hook postrouting priority srcnat; jump ports_out
            }
            chain ports_out { }
          }""")
        words = [program("miniupnpd"), "-d", "-f", path, "-P", os.path.join(directory, "pid")]
        self.process = subprocess.Popen(nat.command(*words), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def forwards(self):
        return f"dnat ip to 10.1.0.2:{PORT}" in self.nat.run("nft", "list", "chain", "inet", "mapped", "ports")

    def close(self):
        self.process.terminate()
        self.process.wait()


class User:
    def __init__(self, ours, host, node, stranger):
        self.host = host
        host.run("nft", "-f", "-", text=f"""
          table inet witness {{
            chain in {{ type filter hook input priority 0; ip saddr {stranger.v4} udp dport {PORT} counter
            }}
          }}""")
        command = host.command(ours, f"{node.host}:{node.port}:{node.dht}")
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, text=True)

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def heard(self):
        return "packets 0" not in self.host.run("nft", "list", "chain", "inet", "witness", "in")

    def close(self):
        self.process.stdin.close()
        return self.process.wait(PATIENCE)


def call(stranger, site):
    stranger.run(sys.executable, "-c", f"""
import socket
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(bytes(100), ("{site.wan}", {PORT}))""")


def stays_closed(user, router, site, stranger):
    time.sleep(3)
    if router.forwards():
        raise Failed("the router forwards a port though it was told not to")
    call(stranger, site)
    if user.heard():
        raise Failed("a stranger came through a closed router")
    return "closed, as it should be"


def opens_and_closes(user, router, site, stranger):
    def closed():
        return not router.forwards()

    took = until("the router to forward", router.forwards, PATIENCE)
    if user.heard():
        raise Failed("a stranger came through before that")
    call(stranger, site)
    until("the stranger to come through", user.heard, PATIENCE)
    user.tell("off")
    until("the port to be taken back when the account signs off", closed, PATIENCE)
    user.tell("on")
    until("the router to forward again", router.forwards, PATIENCE)
    if user.close() != 0:
        raise Failed(f"the program ended with {user.process.returncode}")
    until("the port to be taken back when the program ends", closed, PATIENCE)
    return f"forwarded after {took:.2f} s, taken back twice"


def case(arguments, lab, node, nat_pmp=False, upnp=False, wanted=True):
    site, stranger = lab.site("A", "portrestricted"), lab.public(1)
    with tempfile.TemporaryDirectory() as directory:
        router, user = Router(site.nat, directory, nat_pmp, upnp), None
        try:
            user = User(arguments.host, site.host, node, stranger)
            call(stranger, site)
            if not wanted:
                user.tell("no-mapping")
            user.tell("on")
            scene = opens_and_closes if wanted and (nat_pmp or upnp) else stays_closed
            return scene(user, router, site, stranger)
        finally:
            if user and user.process.poll() is None:
                user.close()
            router.close()
            lab.remove_sites()
            lab.remove(stranger)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", required=True)
    parser.add_argument("--ours", required=True)
    arguments = parser.parse_args()
    if refused_here("miniupnpd"):
        return SKIPPED
    lab, bad = Lab("toxmap"), 0
    try:
        public = lab.public(0)
        node = Peer(Driver(arguments.ours, public.command()), "node", host=public.v4, port=PORT)
        for name, what in CASES.items():
            try:
                print(f"{name:13}{case(arguments, lab, node, **what)}", flush=True)
            except (Failed, TimeoutError) as failure:
                bad += 1
                print(f"{name:13}FAILED: {failure}", flush=True)
    finally:
        Driver.close_all()
        lab.close()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
