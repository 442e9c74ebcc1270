#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What idle clients cost our relay: memory of a tox-node before and while it serves them.

    meson test -C BUILD --benchmark relay-memory -v
    relay_memory.py --node TOX-NODE --clients RELAY-CLIENTS [--count 1000] [--seconds 45]"""
import argparse
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "interop"))
from harness import Failed, Node, free_tcp_port  # noqa: E402


def resident_kib(pid):
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Rss:"))


def measure(arguments):
    port = free_tcp_port()
    node = Node(arguments.node, "--relay", str(port))
    time.sleep(1)
    before = resident_kib(node.process.pid)
    clients = subprocess.Popen([arguments.clients, str(port), node.dht, str(arguments.count)],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        if clients.stdout.readline().strip() != "ready":
            raise Failed("a client was not let in")
        connected = resident_kib(node.process.pid)
        time.sleep(arguments.seconds)  # pings go to and fro meanwhile
        later = resident_kib(node.process.pid)
        clients.stdin.close()
        if clients.wait(20) != 0:
            raise Failed("a client was cut off though it answered")
        time.sleep(8)
        after = resident_kib(node.process.pid)
    finally:
        clients.kill()
        node.close()
    per_client = (later - before) / arguments.count
    print(f"{arguments.count} idle clients: {(later - before) / 1024:.1f} MiB more than the {before / 1024:.1f} MiB "
          f"without any ({per_client:.1f} KiB each; {(connected - before) / 1024:.1f} MiB right after connecting, "
          f"{(after - before) / 1024:.1f} MiB after they left)")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--node", required=True)
    parser.add_argument("--clients", required=True)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=45)
    try:
        measure(parser.parse_args())
    except Failed as failure:
        print(f"FAILED: {failure}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
