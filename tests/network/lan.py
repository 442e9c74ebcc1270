#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two people on one LAN, with no node to start from: they find each other by LAN discovery. Real programs in network
namespaces; needs root, iproute2 and nftables.

    lan.py --ours TOX-PEER [--theirs TOXCORE-PEER]
Exit status 77 where namespaces are not allowed: NOTHING WAS TESTED."""
import argparse
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "interop"))
from harness import Driver, Failed, Peer  # noqa: E402
from lab import SKIPPED, Lab, refused_here  # noqa: E402

PATIENCE = 60


def meet(arguments, engines, ipv6):
    lab = Lab("toxlan")
    try:
        sites = [lab.site(letter, "none", v4=False) for letter in "AB"]
        for number, site in enumerate(sites):  # with IPv6: link-local addresses, which every host gives itself
            site.host.run("ip", "addr", "add", f"192.168.7.{number + 1}/24", "broadcast", "+", "dev", "eth0")
        people = [Peer(Driver(getattr(arguments, engine), site.host.command()), site.letter, ipv6=int(ipv6), port=33445,
                       lan=1, hold=1) for engine, site in zip(engines, sites)]
        people[0].befriend(people[1])
        people[1].befriend(people[0])
        start = max(peer.command("run").time for peer in people)
        met = max(peer.online(PATIENCE).time for peer in people)
        print(f"{' and '.join(engines)}{' with IPv6' if ipv6 else ''}: {(met - start) / 1e6:.2f} s", flush=True)
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
    if arguments.theirs:
        failed += meet(arguments, ("ours", "theirs"), False)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
