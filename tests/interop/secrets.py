#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the memory of our engine's process as an attacker or a core dump would (R13, R62). While it runs the long-term
secret key is in locked memory and nowhere else: not on a stack, not on the heap, not twice. After close it is nowhere.

    secrets.py --ours TOX-PEER"""
import argparse
import os
import re
import resource
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Driver, Failed, Peer  # noqa: E402

# In a save: its head of 8 bytes, the head of the first section of 8, nospam 4, public key 32, and then the secret key.
SECRET = slice(52, 84)
ENOUGH_TO_LOCK = 1 << 20
AT_ONCE = 1 << 26  # bytes
# Bytes: only the map that the address sanitizer keeps of all memory is larger, and it holds none of the content.
LARGEST = 1 << 36


def sanitized(pid):
    return any(last - first > LARGEST for first, last, _, _ in regions(pid))


def regions(pid):
    """(first, last, name, flags) of all memory that can be read."""
    found, region = [], None
    with open(f"/proc/{pid}/smaps", encoding="ascii", errors="replace") as smaps:
        for line in smaps:
            head = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+\s*(.*)", line)
            if head:
                region = (int(head[1], 16), int(head[2], 16), head[4] or "anonymous", head[3])
            elif line.startswith("VmFlags:") and region[3].startswith("r") and not region[2].startswith("[v"):
                found.append((*region[:3], line.split()[1:]))
    return found


def places(pid, secret):
    """Where it is. A part of it counts as well: arithmetic changes bits of the first and the last byte."""
    part, found = secret[2:-2], []
    with open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for first, last, name, flags in regions(pid):
            if last - first > LARGEST:
                continue
            behind = b""  # what the last piece ended with
            for piece in range(first, last, AT_ONCE):
                try:
                    memory.seek(piece)
                    content = behind + memory.read(min(AT_ONCE, last - piece))
                except OSError:
                    break  # pages nobody may read
                found += [(name, flags) for _ in range(content.count(part))]
                behind = content[1 - len(part):]
    return found


def check_running(pid, secret, when):
    found = places(pid, secret)
    limit = resource.getrlimit(resource.RLIMIT_MEMLOCK)[0]
    may_lock = (limit < 0 or limit >= ENOUGH_TO_LOCK) and not sanitized(pid)  # with sanitizers nothing is ever locked
    needed = {"dd", "lo"} if may_lock else {"dd"}
    if len(found) != 1:
        raise Failed(f"{when}: the secret key is in memory {len(found)} times: {[name for name, _ in found]}")
    if not needed <= set(found[0][1]):
        raise Failed(f"{when}: the secret key is in ordinary memory ({found[0]})")


def test(program):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "us.tox")
        us, them = Peer(Driver(program), "us", save=path), Peer(Driver(program), "them")
        pid = us.driver.process.pid
        with open(path, "rb") as file:
            secret = file.read()[SECRET]
        check_running(pid, secret, "with a new profile")
        us.bootstrap(them)
        us.befriend(them)
        them.befriend(us)
        us.online(60)
        us.command("msg", friend=0, text="hello", queue=1)
        us.command("save")
        check_running(pid, secret, "after a session and a save")
        us.command("kill", save=1)
        for again in range(2):
            if found := places(pid, secret):
                raise Failed(f"after close: the secret key is still in memory: {found}")
            us.command("new", save=path)
            check_running(pid, secret, "after a login with it")
            us.command("kill", save=again)
        if found := places(pid, secret):
            raise Failed(f"after close: the secret key is still in memory: {found}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ours", required=True)
    arguments = parser.parse_args()
    try:
        test(arguments.ours)
        result = "good"
    except Failed as failure:
        result = f"FAILED: {failure}"
    finally:
        Driver.close_all()
    print(f"secret keys in memory: {result}")
    return 0 if result == "good" else 1


if __name__ == "__main__":
    sys.exit(main())
