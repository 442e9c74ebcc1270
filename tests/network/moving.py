#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A long stream of numbered messages while the network changes under it: a relay dies, the address changes, UDP is
blocked, nothing passes for a while, one side is suspended. Nothing may be lost, doubled or out of order. Real programs
in network namespaces; needs root, iproute2 and nftables.

    moving.py --ours TOX-PEER [--megabytes 20] [--only NAME]
Says for how long no message arrived around each change. Exit status 77 where namespaces are not allowed: NOTHING WAS
TESTED."""
import argparse
import os
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "interop"))
from harness import Driver, Failed, Peer  # noqa: E402
from lab import SKIPPED, Lab, refused_here  # noqa: E402

PATIENCE = 60
SIZE = 1300
SETTLE = 3


class World:
    def __init__(self, arguments, kinds):
        self.arguments, self.lab = arguments, Lab("toxmov")
        self.nodes = [self.node(number) for number in range(4)]
        for node in self.nodes[1:]:
            node.bootstrap(self.nodes[0])
        pause(SETTLE)
        self.sites = [self.lab.site(letter, kind) for letter, kind in zip("AB", kinds)]
        self.a, self.b = (Peer(Driver(arguments.ours, site.host.command()), site.letter, port=33445)
                          for site in self.sites)
        self.a.befriend(self.b)
        self.b.befriend(self.a)
        for peer in (self.a, self.b):
            peer.bootstrap(*self.nodes)
            peer.use_relays(*self.nodes)
        self.a.online(PATIENCE)
        self.b.online(PATIENCE)
        pause(SETTLE)  # from the relay to the direct way, where there is one
        for site in self.sites:  # so that the stream takes some time
            site.host.run(*"tc qdisc add dev eth0 root tbf rate 16mbit burst 64kb latency 200ms".split())

    def node(self, number):
        host = self.lab.public(number)
        return Peer(Driver(self.arguments.ours, host.command()), f"node{number}", host=host.v4, port=33445, tcp=3389)

    def received(self):
        return int(self.b.command("stats")["msgs"])

    def stream(self, change):
        """The whole stream; at a third of it the change. The longest time without a message after that."""
        count = self.arguments.megabytes * 1_000_000 // SIZE
        self.b.command("auto", msg="count")
        self.b.command("expect", n=count)
        self.a.command("flood", friend=0, n=count, size=SIZE, ms=600_000)
        self.until(count // 3)
        change(self)
        expect(self.received() < count, "the stream ended before the change")
        last, at, longest = self.received(), time.monotonic(), 0.0
        end = time.monotonic() + 300
        while last < count and time.monotonic() < end:
            Driver.pump(0.02)
            now, have = time.monotonic(), self.received()
            if have > last:
                longest = max(longest, now - at)
                last, at = have, now
        pause(1)
        stats = self.b.command("stats")
        expect(int(stats["msgs"]) == count, f"{stats['msgs']} of {count} messages came")
        expect(int(stats["bad"]) == 0, f"{stats['bad']} messages were doubled or out of order")
        return longest

    def until(self, count):
        end = time.monotonic() + PATIENCE
        while self.received() < count:
            expect(time.monotonic() < end, "the stream does not flow")
            Driver.pump(0.02)

    def close(self):
        Driver.close_all()
        self.lab.close()


def way(peer):
    return peer.command("friends", list=1)["list"].split(":")[2]


def relay_dies(world):
    """Half of the relays at once, so that the one in use is among them or its successor is."""
    expect(way(world.a) == "tcp", "not by relay")
    for node in world.nodes[:2]:
        node.driver.kill()


def address_changes(world):
    world.sites[0].new_address("203.0.113.151")


def udp_is_blocked(world):
    expect(way(world.a) == "udp", "not direct")
    world.sites[0].block_udp()


def nothing_passes(world):
    world.sites[0].cut()
    pause(15)
    world.sites[0].heal()


def a_minute_of_silence(world):
    """Longer than a session lives (32 s): both sides search each other again."""
    world.sites[0].cut()
    pause(60)
    world.sites[0].heal()


def one_is_suspended(world):
    world.a.driver.process.send_signal(signal.SIGSTOP)
    pause(60)
    world.a.driver.process.send_signal(signal.SIGCONT)


CASES = {"relay_dies": (relay_dies, ("udpblock", "udpblock")),
         "address_changes": (address_changes, ("portrestricted", "restricted")),
         "udp_is_blocked": (udp_is_blocked, ("portrestricted", "restricted")),
         "nothing_passes": (nothing_passes, ("portrestricted", "restricted")),
         "a_minute_of_silence": (a_minute_of_silence, ("portrestricted", "restricted")),
         "one_is_suspended": (one_is_suspended, ("portrestricted", "restricted"))}


def expect(condition, text):
    if not condition:
        raise Failed(text)


def pause(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        Driver.pump(0.1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ours", required=True)
    parser.add_argument("--megabytes", type=int, default=20)
    parser.add_argument("--only", choices=CASES)
    arguments = parser.parse_args()
    if refused_here():
        return SKIPPED
    failed = 0
    for name, (change, kinds) in CASES.items():
        if arguments.only not in (None, name):
            continue
        world = None
        try:
            world = World(arguments, kinds)
            gap = world.stream(change)
            print(f"{name}: good; at most {gap:.2f} s without a message, then by {way(world.a)}", flush=True)
        except Failed as failure:
            failed += 1
            print(f"{name}: FAILED: {failure}", flush=True)
        finally:
            if world:
                world.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
