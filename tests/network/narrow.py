#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two people whose way to each other is narrow: a link in its middle takes packets up to some size only, and what the
router says of it ("fragmentation needed", "packet too big") is lost, as happens with VPNs and PPPoE; or pieces of
packets are lost. Every text of every length must arrive, and none may be held back for long. Real programs in network
namespaces; needs root, iproute2 and nftables.

    narrow.py --ours TOX-PEER [--theirs TOXCORE-PEER] [--all]
Says how long each text took. Exit status 77 where namespaces are not allowed: NOTHING WAS TESTED."""
import argparse
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "interop"))
from harness import Driver, Failed, Peer  # noqa: E402
from lab import SKIPPED, Lab, refused_here  # noqa: E402

PATIENCE = 60
SETTLE = 4
MANY, LONG = 200, 1372  # the longest text that is one packet
TEXTS = (500, LONG, 500, 900, 1200, 1250, 1300, LONG, 1)


class World:
    """left - router - router - right; the link in the middle is the narrow one, a node is beside the first router."""

    def __init__(self, arguments, scene):
        self.lab, self.scene = Lab("toxnarrow"), scene
        try:
            self.hosts = [self.lab.add_host(name) for name in ("left", "near", "far", "right")]
            self.node_host = self.lab.add_host("node")
            self.wire()
            self.begin(arguments)
        except BaseException:
            self.close()
            raise

    def wire(self):
        left, near, far, right = self.hosts
        self.link(left, "eth0", 1, near, "left")
        self.link(near, "narrow", 2, far, "narrow")
        self.link(right, "eth0", 3, far, "right")
        self.link(self.node_host, "eth0", 4, near, "node")
        for router, there, by in ((near, 3, 2), (far, 1, 1), (far, 4, 1)):
            self.route(router, f"10.91.{there}.0/24", f"10.91.2.{by}", f"2001:db8:{there}::/64", f"2001:db8:2::{by}")
        for host, subnet in ((left, 1), (right, 3), (self.node_host, 4)):
            self.route(host, "default", f"10.91.{subnet}.2", "default", f"2001:db8:{subnet}::2")
        for router in (near, far):
            router.run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")
            router.run("nft", "-f", "-", text=self.rules())
            router.run("ip", "link", "set", "narrow", "mtu", str(self.scene["mtu"]))

    def link(self, one, one_end, subnet, other, other_end):
        self.lab.cable(one, one_end, other, other_end)
        for number, (host, end) in enumerate(((one, one_end), (other, other_end)), 1):
            if 4 in self.scene["families"]:
                host.run("ip", "addr", "add", f"10.91.{subnet}.{number}/24", "dev", end)
            if 6 in self.scene["families"]:
                host.run("ip", "addr", "add", f"2001:db8:{subnet}::{number}/64", "dev", end, "nodad")

    def route(self, host, *ways):
        for family in self.scene["families"]:
            where, by = ways[:2] if family == 4 else ways[2:]
            host.run("ip", f"-{family}", "route", "add", where, "via", by)

    def rules(self):
        silent = "icmp type destination-unreachable drop\nicmpv6 type packet-too-big drop"
        pieces = "ip frag-off & 0x3fff != 0 drop\nexthdr frag exists drop"
        return f"""
          table inet narrow {{
            chain out {{ type filter hook output priority 0; {'' if self.scene['icmp'] else silent}
            }}
            chain pieces {{ type filter hook prerouting priority -500; {'' if self.scene['pieces'] else pieces}
            }}
          }}"""

    def begin(self, arguments):
        v6 = 6 in self.scene["families"]
        addresses = [f"2001:db8:{subnet}::1" if v6 else f"10.91.{subnet}.1" for subnet in (1, 3, 4)]
        programs = [getattr(arguments, engine) for engine in self.scene["engines"]]
        self.people = [Peer(Driver(program, host.command()), name, host=address, port=33445, ipv6=int(v6), hold=1)
                       for program, host, name, address in
                       zip(programs, (self.hosts[0], self.hosts[3]), ("left", "right"), addresses)]
        left, right = self.people
        left.befriend(right)
        right.befriend(left)
        if self.scene["relay"]:
            node = Peer(Driver(arguments.ours, self.node_host.command()), "node", host=addresses[2], port=33445,
                        ipv6=int(v6), tcp=3389)
            for peer in self.people:
                peer.bootstrap(node)
                peer.use_relays(node)
        right.bootstrap(left)
        if self.scene["families"] == BOTH:  # in a network of two nobody else could name the other address
            right.command("bootstrap", host="10.91.1.1", port=left.port, pk=left.dht)
        for peer in self.people:
            peer.command("run")
        for peer in self.people:
            peer.online(PATIENCE)
        pause(SETTLE)

    def send(self, size, number):
        """How long a text of that size took, from left to right."""
        left, right = self.people
        text = f"{number}:".ljust(size, "m")[:size]
        since, start = right.mark(), time.monotonic()
        left.command("msg", friend=0, text=text)
        Driver.until(lambda: "".join(right.texts(since)) == text, PATIENCE, f"a text of {size}, whole or in pieces")
        return time.monotonic() - start

    def whole(self):
        """The longest text that arrives in one piece: where nobody cuts and no relay helps it is cut beforehand."""
        nobody_cuts = self.scene["families"] == V6 and not self.scene["icmp"] and not self.scene["relay"]
        return 1200 if nobody_cuts else LONG

    def burst(self):
        left, right = self.people
        right.command("auto", msg="count")
        right.command("expect", n=MANY)
        start = time.monotonic()
        left.command("flood", friend=0, n=MANY, size=self.whole(), ms=PATIENCE * 1000)
        while int(right.command("stats")["msgs"]) < MANY:
            if time.monotonic() > start + PATIENCE:
                raise Failed(f"{right.command('stats')['msgs']} of {MANY} texts of the burst arrived")
            Driver.pump(0.05)
        stats = right.command("stats")
        if int(stats["bad"]):
            raise Failed(f"{stats['bad']} texts were doubled or out of order")
        return time.monotonic() - start

    def close(self):
        Driver.close_all()
        self.lab.close()


def pause(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        Driver.pump(0.1)


def scene(families, mtu, icmp=False, relay=False, pieces=True, engines=("ours", "ours")):
    return {"families": families, "mtu": mtu, "icmp": icmp, "relay": relay, "pieces": pieces, "engines": engines}


def name_of(one):
    words = [" and ".join(one["engines"]), " and ".join(f"IPv{family}" for family in one["families"]),
             f"MTU {one['mtu']}", "with ICMP" if one["icmp"] else "without ICMP",
             "with a relay" if one["relay"] else "direct only"]
    return ", ".join(words + ([] if one["pieces"] else ["pieces are lost"]))


V4, V6, BOTH = (4,), (6,), (4, 6)
FEW = (scene(V4, 576), scene(V4, 1280, relay=True, pieces=False), scene(V6, 1280, relay=True), scene(V6, 1280))


def whole_table(theirs):
    """Towards libtoxcore only: what it sends itself is its own affair."""
    table = [scene(V4, mtu, icmp, relay) for mtu in (1280, 1400, 576) for icmp in (False, True)
             for relay in (False, True)]
    table += [scene(V6, mtu, icmp, relay) for mtu in (1280, 1400) for icmp in (False, True) for relay in (False, True)]
    table += [scene(BOTH, 1280), FEW[1]]
    if theirs:
        table += [scene(V4, 1280, relay=relay, engines=("ours", "theirs")) for relay in (False, True)]
        table += [scene(V6, 1280, relay=relay, engines=("ours", "theirs")) for relay in (False, True)]
    return table


def play(arguments, one):
    world = None
    try:
        world = World(arguments, one)
        took = [world.send(size, number) for number, size in enumerate(TEXTS)]
        figures = " ".join(f"{size}:{seconds:.2f}" for size, seconds in zip(TEXTS, took))
        print(f"{name_of(one)}: good; {figures}; {MANY} of {world.whole()} in {world.burst():.1f} s", flush=True)
        return 0
    except Failed as failure:
        print(f"{name_of(one)}: FAILED: {failure}", flush=True)
        return 1
    finally:
        if world:
            world.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ours", required=True)
    parser.add_argument("--theirs", default="")
    parser.add_argument("--all", action="store_true")
    arguments = parser.parse_args()
    if refused_here():
        return SKIPPED
    scenes = whole_table(arguments.theirs) if arguments.all else FEW
    return 1 if sum(play(arguments, one) for one in scenes) else 0


if __name__ == "__main__":
    sys.exit(main())
