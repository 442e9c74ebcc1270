#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two people behind NATs and firewalls of all kinds: do they meet, how soon, and on which way. Real programs in network
namespaces; needs root, iproute2 and nftables.

    nat_pairs.py --ours TOX-PEER [--theirs TOXCORE-PEER]      the whole table, half an hour
    nat_pairs.py ... --small                                  what ./check runs: six pairs
    nat_pairs.py ... --pairs symmetric/full,udpblock/none     these kinds on the two sides
    nat_pairs.py ... --engines ours/ours,ours/theirs
Kinds are those of lab.py, and v6only, v4only on the public net. Seconds are from the start of both, cold, until both
see the other online; the way is the one in use --watch seconds later ("direct" or "relay").
Exit status: 0 every pair with our engine met; 1 one did not; 77 namespaces are not allowed here: NOTHING WAS TESTED."""
import argparse
import itertools
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "interop"))
from harness import Driver, Failed, Peer  # noqa: E402
from lab import SKIPPED, Lab, refused_here  # noqa: E402

SETTLE = 15     # seconds the public nodes get to find each other
PATIENCE = 90   # for one pair
NODES = 6
KINDS = ("none", "full", "restricted", "portrestricted", "symmetric", "symseq", "udpblock")
ONE_FAMILY = ("v4only", "v6only")
SMALL = ("none/portrestricted", "full/symmetric", "portrestricted/portrestricted", "symmetric/symmetric",
         "udpblock/portrestricted", "v6only/v4only")


class World:
    def __init__(self, arguments):
        self.arguments = arguments
        self.lab = Lab(arguments.name)
        # Nodes of both kinds, where both are there: relays as well.
        kinds = [kind for kind in ("ours", "theirs") if getattr(arguments, kind)]
        self.nodes = []
        for number, kind in zip(range(NODES), itertools.cycle(kinds)):
            host = self.lab.public(number)
            node = Peer(Driver(getattr(arguments, kind), host.command()), f"node{number}", host=host.v4, ipv6=1,
                        port=33445, tcp=3389)
            node.v6 = host.v6
            self.nodes.append(node)
        for node in self.nodes[1:]:
            node.bootstrap(self.nodes[0])
        pause(SETTLE)

    def person(self, engine, site, kind):
        driver = Driver(getattr(self.arguments, engine), site.host.command())
        return Peer(driver, site.letter, ipv6=1 if kind in ONE_FAMILY else 0, port=33445, hold=1)

    def join(self, peer, v6_only):
        for node in self.nodes[:4]:
            host = node.v6 if v6_only else node.host
            peer.command("bootstrap", host=host, port=node.port, pk=node.dht)
            peer.command("relay", host=host, port=node.relay_port, pk=node.dht)

    def site(self, letter, kind):
        if kind in ONE_FAMILY:
            site = self.lab.site(letter, "none", v4=kind == "v4only", v6=kind == "v6only")
            if kind == "v4only":  # though the program is told to use it
                site.host.run("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1")
            return site
        return self.lab.site(letter, kind)

    def pair(self, engines, kinds):
        sites = [self.site(letter, kind) for letter, kind in zip("AB", kinds)]
        people = [self.person(engine, site, kind) for engine, site, kind in zip(engines, sites, kinds)]
        try:
            people[0].befriend(people[1])
            people[1].befriend(people[0])
            for peer, kind in zip(people, kinds):
                self.join(peer, kind == "v6only")
            start = max(peer.command("run").time for peer in people)
            met = max(peer.online(PATIENCE).time for peer in people)
            pause(self.arguments.watch)
            return (met - start) / 1e6, " ".join(way(peer) for peer in people)
        except Failed:
            return None, "not met"
        finally:
            for peer in people:
                peer.driver.close()
            self.lab.remove_sites()

    def close(self):
        Driver.close_all()
        self.lab.close()


def way(peer):
    name = peer.command("friends", list=1).get("list", "::?").split(":")[2]
    return {"udp": "direct", "tcp": "relay"}.get(name, name)


def pause(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        Driver.pump(0.2)


def all_pairs():
    yield from itertools.combinations_with_replacement(KINDS, 2)
    yield "v6only", "v4only"


def table(world, pairs, engines):
    bad = 0
    print(f"{'side A':15} {'side B':15}", *(f"{'/'.join(pair):>24}" for pair in engines), flush=True)
    for kinds in pairs:
        cells = []
        for pair in engines:
            seconds, where = world.pair(pair, kinds)
            cells.append(f"{where:>15} {seconds:7.2f}s" if seconds is not None else f"{where:>24}")
            bad += seconds is None and "ours" in pair
        print(f"{kinds[0]:15} {kinds[1]:15}", *cells, flush=True)
    return bad


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ours", required=True)
    parser.add_argument("--theirs", default="")
    parser.add_argument("--engines", default="")
    parser.add_argument("--pairs", default="")
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--watch", type=float, default=5)
    parser.add_argument("--name", default="tox")
    arguments = parser.parse_args()
    default = "ours/ours" if arguments.small else "ours/ours,ours/theirs,theirs/theirs"
    engines = [tuple(pair.split("/")) for pair in (arguments.engines or default).split(",")]
    engines = [pair for pair in engines if arguments.theirs or "theirs" not in pair]
    pairs = arguments.pairs.split(",") if arguments.pairs else SMALL if arguments.small else None
    pairs = [tuple(pair.split("/")) for pair in pairs] if pairs else list(all_pairs())
    if refused_here():
        return SKIPPED
    world = None
    try:
        world = World(arguments)
        bad = table(world, pairs, engines)
    finally:
        if world:
            world.close()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
