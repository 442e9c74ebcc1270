#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How everything is compiled and linked, read from what was: the compiler's commands, and the programs' headers.

    flags.py BUILD PROGRAM...      the programs' headers are looked at unless they are built with a sanitizer
"""
import json
import os
import re
import subprocess
import sys

# R3: no silent conversion of a length; R4: no frame whose size a stranger chooses. ./check makes errors of all of them.
WANTED = ("-Wall", "-Wextra", "-Wconversion", "-Wsign-conversion", "-Wvla",
          "-Wformat=2",  # R11
          "-Werror=unused-result",  # R7
          "-fstack-protector-strong")
UNWANTED = re.compile(r"(^|\s)(-w|-fno-strict-aliasing|-Wno-(all|extra|conversion|sign-conversion|vla|error))(\s|$)")
OURS = ("engine/", "plugin/", "tools/")


def compiled(build):
    """Each source of ours, from the root, and the command that compiled it."""
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        for entry in json.load(file):
            path = os.path.normpath(os.path.join(entry["directory"], entry["file"]))
            yield path, entry["command"]


def faults_of_commands(build, root):
    ours = [(os.path.relpath(path, root), command) for path, command in compiled(build)]
    ours = [(name, command) for name, command in ours if name.startswith(OURS)]
    if not ours:
        yield f"{build} compiles nothing of {root}"
    for name, command in ours:
        words = command.split()
        for flag in WANTED:
            if flag not in words:
                yield f"{name} is compiled without {flag}"
        if not any(word.startswith("-Wframe-larger-than=") for word in words):
            yield f"{name} is compiled without a limit for its frames"
        if UNWANTED.search(command):
            yield f"{name} is compiled with {UNWANTED.search(command).group(2)}"


def readelf(*arguments):
    return subprocess.run(["readelf", "-W", *arguments], capture_output=True, text=True, check=True).stdout


def faults_of_program(path):
    name, heads, dynamic = os.path.basename(path), readelf("-hl", path), readelf("-d", path)
    if "DYN" not in heads:
        yield f"{name} is not at a place of its own at each start"
    if "GNU_RELRO" not in heads or not re.search(r"BIND_NOW|\bNOW\b", dynamic):
        yield f"{name}: the tables it jumps by can be written to"
    if re.search(r"GNU_STACK.* RWE ", heads):
        yield f"{name}: its stack can be executed"
    if re.search(r"RPATH|RUNPATH|TEXTREL", dynamic):
        yield f"{name} looks for libraries where it was built, or changes its own code"
    if "__stack_chk_fail" not in readelf("--dyn-syms", path):
        yield f"{name}: its stack is not watched"


def main(build, *programs):
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    faults = list(faults_of_commands(build, os.path.abspath(root)))
    commands = " ".join(command for _, command in compiled(build))
    if "-fsanitize=" not in commands:  # a sanitizer's runtime has ways of its own
        for program in programs:
            faults += faults_of_program(program)
    print("\n".join(faults[:20] + [f"{len(faults)} faults"]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
