#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of requirements against the tree: what is said to be kept is borne by a test, and what is cited has a row.

    tests/tidy/requirements.py [ROOT]           prints what does not fit; exit status 1 if anything
    tests/tidy/requirements.py --open [ROOT]    what is not kept, and which tests bear its number all the same
"""
import os
import re
import sys

TABLE = "doc/requirements.md"
STATES = ("kept", "partly", "not kept", "not built")
ROW = re.compile(r"^\| ([RB]\d+b?) \| (.*?) \| (.*?) \| (.*?) ?\|$", re.M)
# As a word, or within a test's name: "R28", "R50_B30_FullDisk", "B23RefusedProxy". Not within a key in hexadecimal.
NUMBER = re.compile(r"(?<![A-Za-z0-9])([RB][1-9][0-9]{0,2}b?)(?![0-9a-z])")
CODE = (".cpp", ".hpp", ".py", ".sh", ".build", ".md")
TOP = ("engine", "plugin", "tools", "tests", "data")


def sources(root):
    for top in TOP:
        for folder, folders, names in os.walk(os.path.join(root, top)):
            folders[:] = sorted(f for f in folders if f != "__pycache__")
            for name in sorted(names):
                path = os.path.relpath(os.path.join(folder, name), root)
                # What checks numbers has made-up ones.
                if (name.endswith(CODE) or "." not in name) and not path.startswith("tests/tidy/requirements"):
                    yield path
    for name in ("README.md", "CONTRIBUTING.md", "run", "check", "meson.build"):
        if os.path.exists(os.path.join(root, name)):
            yield name


def cited(root):
    """Each number, and where it stands."""
    places = {}
    for path in sources(root):
        with open(os.path.join(root, path), encoding="utf-8") as file:
            for line, text in enumerate(file, 1):
                for number in NUMBER.findall(text):
                    places.setdefault(number, []).append(f"{path}:{line}")
    return places


def rows(table):
    """Number, what, state, and what shows it, for each row."""
    return [match.groups() for match in ROW.finditer(table)]


def state_of(text):
    """The state, and whether it is one, with the reason that all but "kept" need."""
    state, _, reason = text.partition(": ")
    return state, state in STATES and (bool(reason) == (state != "kept"))


def breaches(table, places):
    found, known = [], {}
    for number, _, text, shown_by in rows(table):
        state, fits = state_of(text)
        if number in known:
            found.append(f"{TABLE}: {number} has two rows")
        known[number] = state
        if not fits:
            found.append(f"{TABLE}: {number}: {text!r} is no state ({', '.join(STATES)}), or lacks its reason")
        borne = any(place.startswith("tests/") for place in places.get(number, []))
        if state == "kept" and not (borne and shown_by):
            found.append(f"{TABLE}: {number} is said to be kept, but no test bears it")
    for number, where in sorted(places.items()):
        if number not in known:
            found.append(f"{where[0]}: {number} is not in {TABLE}")
    return found


def main(arguments):
    show_open = "--open" in arguments
    others = [argument for argument in arguments if argument != "--open"]
    root = os.path.abspath(others[0] if others else os.path.join(os.path.dirname(__file__), "..", ".."))
    with open(os.path.join(root, TABLE), encoding="utf-8") as file:
        table = file.read()
    places = cited(root)
    if show_open:
        for number, what, text, _ in rows(table):
            if text != "kept":
                borne = [place for place in places.get(number, []) if place.startswith("tests/")]
                print(f"{number}: {what}\n    {text}\n    {' '.join(borne) or 'no test bears it'}")
        return 0
    found = breaches(table, places)
    kept = sum(text == "kept" for _, _, text, _ in rows(table))
    print("\n".join(found + [f"{kept} of {len(rows(table))} numbers are kept, {len(found)} breaches"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
