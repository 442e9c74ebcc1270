#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The house rules of the design, executed: who may include whom, sizes, headers, layout. Reads sources, runs only
clang-format.

    tests/tidy/tidy.py [ROOT]      prints "file:line: rule" for each breach; exit status 1 if there is one

A rule that cannot be kept is changed here for everybody, with a reason; there is no list of forgiven files.
"""
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import shape  # noqa: E402

SPDX = "SPDX-License-Identifier: GPL-3.0-or-later"
LONGEST_LINE = 120
LONGEST_FILE = 400
LONGEST_FUNCTION = 60
MOST_PARAMETERS = 4
DEEPEST_NESTING = 3
MEDIAN_FUNCTION = 10  # over the whole engine and plugin

# Each folder may include itself and those before it. The facade is engine/engine.*: it stands after the last.
LAYERS = ["base", "crypto", "wire", "host", "dht", "relay", "onion", "session", "contact", "messenger", "profile"]
FACADE = {"engine/engine.hpp", "engine/engine.cpp", "engine/body.hpp", "engine/body.cpp", "engine/body_records.cpp"}

CODE = (".cpp", ".hpp", ".c", ".h")
HASH_COMMENT = (".py", ".sh", ".build", ".yml", ".yaml")
TOP = ("engine", "plugin", "tools", "tests", "data", "doc", "po")
TEXT = CODE + HASH_COMMENT + (".md", ".txt", ".in", ".supp", ".desktop", ".xml", ".json")

# A developer's home or work directory, or a build machine's. /tmp, /usr, /etc and /dev are everybody's.
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(home|root|work|Users|mnt|srv)/[\w.-]+")


class Report:
    def __init__(self):
        self.breaches = []

    def add(self, path, line, text):
        self.breaches.append(f"{path}:{line}: {text}")


def sources(root):
    for top in TOP:
        for folder, folders, files in os.walk(os.path.join(root, top)):
            folders[:] = sorted(f for f in folders if f not in ("__pycache__", ".git"))
            for name in sorted(files):
                yield os.path.relpath(os.path.join(folder, name), root)
    for name in sorted(os.listdir(root)):
        if os.path.isfile(os.path.join(root, name)):
            yield name


def is_script(path, text):
    return text.startswith("#!") or path.endswith(HASH_COMMENT) or os.path.basename(path) == "meson_options.txt"


# ---- every text file ------------------------------------------------------------------------------------------------

def check_text(path, text, report):
    # Translations and licences are other people's text or come from generators.
    generated = path.endswith((".po", ".pot")) or path == "COPYING"
    for number, line in enumerate(text.split("\n"), 1):
        if line != line.rstrip() and not generated:
            report.add(path, number, "blanks at the end of the line")
        if "\t" in line and path.endswith(CODE):
            report.add(path, number, "a tab")
        if MACHINE_PATH.search(line):
            report.add(path, number, "a path of somebody's machine")
        # Markdown and data wrap where their readers wrap; the limit is for code.
        if len(line) > LONGEST_LINE and (path.endswith(CODE) or is_script(path, text)):
            report.add(path, number, f"{len(line)} columns, {LONGEST_LINE} are the limit")
    if text and not text.endswith("\n"):
        report.add(path, text.count("\n") + 1, "no newline at the end of the file")


def check_header(path, text, report):
    lines = text.split("\n")
    first = lines[1] if lines[0].startswith(("#!", "# shellcheck")) and len(lines) > 1 else lines[0]
    mark = "//" if path.endswith(CODE) else "#"
    if first != f"{mark} {SPDX}":
        report.add(path, 1, f"the first line is not '{mark} {SPDX}'")


# ---- includes -------------------------------------------------------------------------------------------------------

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]', re.M)


def layer_of(path):
    parts = path.split("/")
    if path in FACADE:
        return "facade"
    if parts[0] == "engine" and len(parts) > 2:
        return parts[1]
    return parts[0]


def may_include(path, other):
    """Whether the arrow from path to the project's header `other` points the right way."""
    mine, theirs = layer_of(path), layer_of(other)
    if mine == theirs:
        return True
    if mine in LAYERS:
        return theirs in LAYERS and LAYERS.index(theirs) < LAYERS.index(mine)
    if mine == "facade":
        return theirs in LAYERS
    if mine == "glib":  # implements host/ for real, knows nothing of Tox
        return theirs in ("base", "host")
    if mine == "plugin":
        # The facade and what its signatures name; GlibLoop and friends to make a world of; the disk.
        return theirs in ("facade", "glib", "base", "crypto", "wire", "host", "contact", "messenger", "profile")
    if mine == "tools":
        return theirs not in ("plugin", "tests")
    return mine == "tests"


def library_arrow(path, header):
    """None, or what is wrong with including a library's header here."""
    mine = layer_of(path)
    tests = mine in ("tests", "tools")
    if header == "sodium.h":
        # tests/sim seeds libsodium's randomness, for which there is no other door.
        return None if mine == "crypto" or path == "tests/sim/dice.cpp" else "sodium.h outside engine/crypto"
    if re.match(r"(glib|gio|gmodule|gobject|glib-object)([/.-]|$)", header):
        return None if mine in ("glib", "plugin") or tests else "GLib outside engine/glib and plugin"
    if re.match(r"(libpurple/|purple\.h)", header):
        inside = mine == "plugin" or path.startswith(("tests/purple/", "tests/hosts/"))
        return None if inside else "libpurple outside plugin"
    if header.startswith("tox/"):
        return None if path.startswith("tests/") else "libtoxcore outside tests"
    if re.match(r"(thread|mutex|shared_mutex|condition_variable|future|coroutine|pthread\.h)$", header):
        return "one thread, no locks, no coroutines"
    return None


def check_includes(root, path, text, report):
    for match in INCLUDE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        quote, header = match.groups()
        wrong = library_arrow(path, header)
        if wrong:
            report.add(path, line, wrong)
        if quote == '"':
            if not os.path.exists(os.path.join(root, header)) and not header.startswith("config"):
                report.add(path, line, f'"{header}" is not a path from the root of the project')
            elif not may_include(path, header):
                report.add(path, line, f"{layer_of(path)} may not include {layer_of(header)} ({header})")


# ---- sizes and words ------------------------------------------------------------------------------------------------

def check_code(path, text, report, lengths):
    if text.count("\n") > LONGEST_FILE:
        report.add(path, 1, f"{text.count(chr(10))} lines, {LONGEST_FILE} are the limit")
    plain = shape.without_comments_and_strings(text)
    if path.startswith(("engine/", "plugin/", "tools/")):
        for match in re.finditer(r"\b(shared_ptr|weak_ptr|co_await|co_yield|std::thread|std::mutex)\b", plain):
            report.add(path, plain.count("\n", 0, match.start()) + 1, f"{match.group(1)} is not used here")
    if path.endswith(".hpp"):
        for match in re.finditer(r"^\s*using namespace (?!std::chrono_literals|std::literals)", plain, re.M):
            report.add(path, plain.count("\n", 0, match.start()) + 1, "using namespace in a header")
    for function in shape.functions(plain):
        if path.startswith(("engine/", "plugin/")):
            lengths.append(function.lines)
        if function.lines > LONGEST_FUNCTION:
            too_long = f"{function.name}: {function.lines} lines, {LONGEST_FUNCTION} are the limit"
            report.add(path, function.line, too_long)
        # The signature of a callback is its C library's choice: those are noexcept (design, section 7).
        if function.parameters > MOST_PARAMETERS and not function.is_noexcept:
            report.add(path, function.line, f"{function.name}: {function.parameters} parameters")
        if function.nesting > DEEPEST_NESTING:
            report.add(path, function.line, f"{function.name}: nesting of {function.nesting}")


def check_format(root, paths, report):
    tool = shutil.which("clang-format-14") or shutil.which("clang-format")
    if not tool:
        report.add(".clang-format", 1, "clang-format is not installed (Debian: clang-format)")
        return
    for start in range(0, len(paths), 40):
        run = subprocess.run([tool, "--dry-run", "-Werror", *paths[start:start + 40]], cwd=root, text=True,
                             stderr=subprocess.PIPE, check=False)
        first = dict(reversed(re.findall(r"^(\S+?):(\d+):\d+: error: code should be", run.stderr, re.M)))
        for path, line in sorted(first.items()):
            report.add(path, line, "not formatted: clang-format -i " + path)
        if run.returncode not in (0, 1):
            report.add(".clang-format", 1, "clang-format failed: " + run.stderr.strip()[:200])


def main():
    root = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "..", ".."))
    report, lengths, code = Report(), [], []
    for path in sources(root):
        try:
            with open(os.path.join(root, path), encoding="utf-8") as file:
                text = file.read()
        except UnicodeDecodeError:
            continue  # an image
        known = path.endswith(TEXT) or text.startswith("#!") or path in ("run", "check")
        if not known or not text:
            continue
        check_text(path, text, report)
        if path.endswith(CODE) or is_script(path, text):
            check_header(path, text, report)
        if path.endswith(CODE):
            code.append(path)
            check_includes(root, path, text, report)
            check_code(path, text, report, lengths)
    check_format(root, code, report)
    lengths.sort()
    median = lengths[len(lengths) // 2] if lengths else 0
    if median >= MEDIAN_FUNCTION:
        report.add("engine", 1, f"the median function has {median} lines, {MEDIAN_FUNCTION} is the limit")
    print("\n".join(report.breaches))
    print(f"{len(code)} files, {len(lengths)} functions in engine and plugin, median {median} lines; "
          f"{len(report.breaches)} breaches")
    return 1 if report.breaches else 0


if __name__ == "__main__":
    sys.exit(main())
