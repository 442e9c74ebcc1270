#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long it takes two people to see each other online, on loopback, with our engine and with libtoxcore.

    meson test -C BUILD --benchmark time-to-online -v          all of it, in half an hour
    bench.py --ours TOX-PEER [--theirs TOXCORE-PEER] [--repetitions 10] [--swarm 12] [--only NAME,NAME]
Times are taken in the programs, from "run" to the moment both sides have shown the other online. Every repetition has
new people with new keys at new ports. Not a test: it fails only if somebody never came online."""
import argparse
import collections
import os
import statistics
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "interop"))
from harness import Driver, Failed, Peer, free_tcp_port  # noqa: E402

PATIENCE = 120  # a limit for failures
SETTLE = 25     # seconds a fresh swarm gets to find itself
GONE = 30       # people who have just left the network, where a case says so
STAYED = 20     # seconds they had been there
ANNOUNCED = 12  # seconds until somebody on libtoxcore who is online can be found: its announcements need ten
STAGES = ("self", "acquiring_ip", "acquiring_cookie", "awaiting_handshake", "awaiting_session", "established")


def swarm(program, size):
    driver = Driver(program)
    nodes = [Peer(driver, f"node{i}", tcp=free_tcp_port()) for i in range(size)]
    for i, node in enumerate(nodes):
        node.bootstrap(*[other for other in nodes[:4] if other is not nodes[i]])
    pause(SETTLE)
    return nodes


def pause(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        Driver.pump(0.2)


def come_and_go(program, nodes):
    """Leaves nodes that name, for three minutes, people who are gone: as a network of strangers always does."""
    driver = Driver(program)
    for number in range(GONE):
        Peer(driver, f"gone{number}").bootstrap(*nodes[:4])
    pause(STAYED)
    driver.close()


def cold(program, name, nodes, udp):
    peer = Peer(Driver(program), name, hold=1, **({} if udp else {"udp": 0}))
    peer.bootstrap(*nodes[:4])
    if not udp:
        peer.use_relays(*nodes[:4])
    return peer


def meeting(a, b, contact_first):
    """The start (of both, or of `a` when `b` has been online for long), and when both saw each other, in us."""
    a.befriend(b)
    b.befriend(a)
    if contact_first:
        b.command("run")
        b.event("self", PATIENCE)
        pause(ANNOUNCED)
        start = a.command("run").time
    else:
        tags = [(peer, peer.driver.send("run", i=peer.name)) for peer in (a, b)]
        start = max(peer.driver.reply(tag).time for peer, tag in tags)
    both = [peer.online(PATIENCE) for peer in (a, b)]
    return start, max(event.time for event in both)


def stages_of(peer, start):
    """Seconds until each stage of the way to the contact was first reached; only our engine tells."""
    seen = {}
    for event in peer.driver.events:
        stage = event["stage"] if event.name == "progress" else event.name
        if stage in STAGES and event.time >= start:
            seen.setdefault(stage, (event.time - start) / 1e6)
    return seen


def measure(name, programs, nodes, repetitions):
    case = CASES[name]
    times, stages = [], []
    if case.gone:
        come_and_go(programs[case.nodes], nodes)
    for _ in range(repetitions):
        a, b = (cold(programs[kind], side, nodes, case.udp) for kind, side in ((case.first, "a"), (case.second, "b")))
        start, end = meeting(a, b, case.contact_first)
        times.append((end - start) / 1e6)
        stages += [stages_of(peer, start) for peer, kind in ((a, case.first), (b, case.second)) if kind == "ours"]
        a.driver.close()
        b.driver.close()
    print(f"{name}:", *(f"{t:.2f}" for t in times), file=sys.stderr, flush=True)
    return times, stages


# nodes: whose swarm; first: who starts; contact_first: whether `second` has been online for long; base: for the ratio;
# gone: many have just left
Case = collections.namedtuple("Case", "what nodes first second contact_first udp base gone", defaults=[False])
CASES = {
    "a": Case("ours cold, contact on libtoxcore online", "theirs", "ours", "theirs", True, True, "a-theirs"),
    "a-theirs": Case("libtoxcore cold, contact on libtoxcore online", "theirs", "theirs", "theirs", True, True,
                     "a-theirs"),
    "b": Case("both ours cold, nodes of libtoxcore", "theirs", "ours", "ours", False, True, "c"),
    "b2": Case("both ours cold, nodes of ours", "ours", "ours", "ours", False, True, "c"),
    "c": Case("both libtoxcore cold, nodes of libtoxcore", "theirs", "theirs", "theirs", False, True, "c"),
    "t": Case("no UDP: both ours cold, relays of libtoxcore", "theirs", "ours", "ours", False, False, "t-theirs"),
    "t2": Case("no UDP: both ours cold, relays of ours", "ours", "ours", "ours", False, False, "t-theirs"),
    "t3": Case("no UDP: ours cold, contact on libtoxcore online", "theirs", "ours", "theirs", True, False, "t-theirs"),
    "t-theirs": Case("no UDP: both libtoxcore cold", "theirs", "theirs", "theirs", False, False, "t-theirs"),
    "b-gone": Case("as b, thirty people just gone", "theirs", "ours", "ours", False, True, "c-gone", True),
    "c-gone": Case("as c, thirty people just gone", "theirs", "theirs", "theirs", False, True, "c-gone", True),
    "t-gone": Case("as t, thirty people just gone", "theirs", "ours", "ours", False, False, "t-theirs", True),
}


def table(results):
    medians = {name: statistics.median(times) for name, (times, _) in results.items()}
    print(f"{'':9} {'median':>8} {'fastest':>8} {'slowest':>8} {'ratio':>6}   (ratio: libtoxcore's median / this one)")
    for name, (times, _) in results.items():
        reference = medians.get(CASES[name].base)
        ratio = f"{reference / medians[name]:6.1f}" if reference else "     -"
        figures = "".join(f" {figure:7.2f}s" for figure in (medians[name], min(times), max(times)))
        print(f"{name:9}{figures} {ratio}   {CASES[name].what}, n={len(times)}")


def stage_table(results):
    print("\nour side, median seconds until (self: we are connected to the network)")
    print(" " * 9, *(f"{stage:>18}" for stage in STAGES))
    for name, (_, stages) in results.items():
        columns = [[seen[stage] for seen in stages if stage in seen] for stage in STAGES]
        if stages:
            print(f"{name:9}", *(f"{statistics.median(c):17.2f}s" if c else " " * 17 + "-" for c in columns))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ours", required=True)
    parser.add_argument("--theirs", default="")
    parser.add_argument("--repetitions", type=int, default=10)
    parser.add_argument("--swarm", type=int, default=12)
    parser.add_argument("--only", default="", help="names of cases, with commas between them")
    arguments = parser.parse_args()
    programs = {"ours": arguments.ours, "theirs": arguments.theirs}
    results, swarms = {}, {}
    try:
        for name, case in CASES.items():
            wanted = not arguments.only or name in arguments.only.split(",")
            if not wanted or not all(programs[kind] for kind in (case.nodes, case.first, case.second)):
                continue
            if case.nodes not in swarms:
                swarms[case.nodes] = swarm(programs[case.nodes], arguments.swarm)
            results[name] = measure(name, programs, swarms[case.nodes], arguments.repetitions)
    except Failed as failure:
        print(f"FAILED: {failure}")
        return 1
    finally:
        Driver.close_all()
    table(results)
    stage_table(results)
    return 0


if __name__ == "__main__":
    sys.exit(main())
