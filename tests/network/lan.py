#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two people on one LAN, with no node to start from: they find each other by LAN discovery, also where there are only
link-local addresses and several interfaces, and when the cable is plugged in late. Real programs in network namespaces;
needs root, iproute2 and nftables.

    lan.py --ours TOX-PEER [--theirs TOXCORE-PEER]
Exit status 77 where namespaces are not allowed: NOTHING WAS TESTED."""
import argparse
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "interop"))
from harness import Driver, Failed, Peer  # noqa: E402
from lab import SKIPPED, Lab, refused_here  # noqa: E402

PATIENCE = 60


def give_addresses(sites):  # with IPv6: link-local ones, which every host gives itself
    for number, site in enumerate(sites):
        site.host.run("ip", "addr", "add", f"192.168.7.{number + 1}/24", "broadcast", "+", "dev", "eth0")


def add_interfaces(sites):
    """Others, on which nobody is: one before, one after the cable in the system's order."""
    for site in sites:
        for name in ("aside", "zside"):
            site.host.run("ip", "link", "add", name, "type", "veth", "peer", "name", name + "-end")
            for end in (name, name + "-end"):
                site.host.run("ip", "link", "set", end, "up")


def link_local_only(arguments):
    lab = Lab("toxlan")
    try:
        sites = [lab.site(letter, "none", v4=False) for letter in "AB"]
        add_interfaces(sites)
        people = [Peer(Driver(arguments.ours, site.host.command()), site.letter, ipv6=1, port=33445, lan=1, hold=1)
                  for site in sites]
        took = introduce(people)
        people[0].command("msg", friend=0, text="on one cable")
        people[1].event("message", PATIENCE, text="on one cable")
        print(f"link-local addresses and several interfaces: {took:.2f} s", flush=True)
        return 0
    except Failed as failure:
        print(f"link-local addresses and several interfaces: FAILED: {failure}", flush=True)
        return 1
    finally:
        Driver.close_all()
        lab.close()


def plugged_in_late(arguments):
    """Signed on without any interface; `moved` is what the plugin says when the system tells of a new one."""
    lab = Lab("toxlan")
    try:
        sites = [lab.site(letter, "none", v4=False) for letter in "AB"]
        sites[0].host.run("ip", "link", "set", "eth0", "down")
        people = [Peer(Driver(arguments.ours, site.host.command()), site.letter, port=33445, lan=1) for site in sites]
        people[0].befriend(people[1])
        people[1].befriend(people[0])
        time.sleep(15)
        sites[0].host.run("ip", "link", "set", "eth0", "up")
        give_addresses(sites)
        start = people[0].command("moved").time
        took = (max(peer.online(PATIENCE).time for peer in people) - start) / 1e6
        print(f"plugged in late: {took:.2f} s", flush=True)
        return 0
    except Failed as failure:
        print(f"plugged in late: FAILED: {failure}", flush=True)
        return 1
    finally:
        Driver.close_all()
        lab.close()


def introduce(people):
    people[0].befriend(people[1])
    people[1].befriend(people[0])
    start = max(peer.command("run").time for peer in people)
    return (max(peer.online(PATIENCE).time for peer in people) - start) / 1e6


def meet(arguments, engines, ipv6):
    lab = Lab("toxlan")
    try:
        sites = [lab.site(letter, "none", v4=False) for letter in "AB"]
        give_addresses(sites)
        people = [Peer(Driver(getattr(arguments, engine), site.host.command()), site.letter, ipv6=int(ipv6), port=33445,
                       lan=1, hold=1) for engine, site in zip(engines, sites)]
        print(f"{' and '.join(engines)}{' with IPv6' if ipv6 else ''}: {introduce(people):.2f} s", flush=True)
        return 0
    except Failed as failure:
        print(f"{' and '.join(engines)}: FAILED: {failure}", flush=True)
        return 1
    finally:
        Driver.close_all()
        lab.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ours", required=True)
    parser.add_argument("--theirs", default="")
    arguments = parser.parse_args()
    if refused_here():
        return SKIPPED
    failed = meet(arguments, ("ours", "ours"), False) + meet(arguments, ("ours", "ours"), True)
    failed += link_local_only(arguments) + plugged_in_late(arguments)
    if arguments.theirs:
        failed += meet(arguments, ("ours", "theirs"), False)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
