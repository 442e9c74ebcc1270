# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the functions of C++ text by its braces: where they begin, how long, how deep, how many parameters. Not a
parser: it knows just enough of the house style (clang-format has been here) and nothing about files."""
import re
from dataclasses import dataclass

CONTROL = ("if", "for", "while", "switch", "do", "else", "try", "catch")


@dataclass
class Function:
    name: str
    line: int
    lines: int
    parameters: int
    nesting: int
    is_noexcept: bool


def without_comments_and_strings(text):
    """The same text with comments, strings and characters blanked, line for line."""
    comment = r"//[^\n]*|/\*.*?\*/"
    string = r'R"([^()\s]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"'
    character = r"(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'"
    pattern = re.compile(f"{string}|{comment}|{character}", re.S)

    def blank(match):
        token = match.group(0)
        inner = re.sub(r"[^\n]", " ", token)
        if token.startswith("/"):
            return inner
        return '"' + inner[1:-1] + '"' if len(token) > 1 else inner
    text = pattern.sub(blank, text)
    # Preprocessor lines and their continuations may hold single braces.
    return re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: re.sub(r"[^\n]", " ", m.group(0)), text, flags=re.M)


def matching_back(text, end):
    """Index of the parenthesis that text[end] == ')' closes."""
    depth = 0
    for i in range(end, -1, -1):
        depth += (text[i] == ")") - (text[i] == "(")
        if depth == 0:
            return i
    return -1


TAIL = re.compile(r"(?:\s|\b(?:const|noexcept|override|final|mutable|constexpr)\b|&&?"
                  r"|->\s*[\w:<>,&*\s]+?|requires\b[^;{}]*)*$")


def head_of(text, brace):
    """(kind, opening parenthesis, closing parenthesis) of what precedes a brace.
    The kind is 'function', 'lambda', 'control' or ''."""
    start = max(text.rfind(c, 0, brace) for c in ";}{")
    before = text[start + 1:brace]
    stripped = TAIL.sub("", before)
    # a constructor's initialisers: name(parameters) : member(value), member(value)
    at = initialiser_start(stripped)
    if at is not None:
        stripped = stripped[:at].rstrip()
        stripped = TAIL.sub("", stripped)
    if not stripped.endswith(")"):
        if re.search(r"\]\s*$", stripped):
            return "lambda", None, None
        return ("control" if re.search(r"\b(else|do|try)\s*$", stripped) else ""), None, None
    close = start + 1 + len(stripped) - 1
    opening = matching_back(text, close)
    # the head may itself hold a ';' (for) or braces (default arguments): look at the word before the parenthesis
    word = re.search(r"([\w~]+|\]|operator\s*\S+|>)\s*$", text[:opening])
    if not word:
        return "", None, None
    if word.group(1) == "]":
        return "lambda", opening, close
    if word.group(1) == "constexpr" or word.group(1) in CONTROL:
        return "control", opening, close
    return "function", opening, close


def initialiser_start(head):
    """Where the ':' of a constructor's initialisers stands in the head, if it has any."""
    depth = 0
    for i, c in enumerate(head):
        depth += (c in "(") - (c in ")")
        single = c == ":" and head[i - 1] != ":" and head[i + 1:i + 2] != ":"
        if single and depth == 0 and head[:i].rstrip().endswith((")", "noexcept")) and "?" not in head[:i]:
            return i
    return None


def count_parameters(text):
    text = text.strip()
    if not text or text == "void":
        return 0
    depth, count = 0, 1
    for c in text:
        depth += (c in "(<[{") - (c in ")>]}")
        count += c == "," and depth == 0
    return count


def functions(text):
    """All functions with a body in text without comments and strings. Lambdas count towards the function around."""
    found, stack = [], []
    for i, c in enumerate(text):
        if c == "{":
            stack.append(open_brace(text, i, stack))
        elif c == "}" and stack:
            scope = stack.pop()
            if scope["kind"] == "function":
                found.append(finish(text, scope, i))
    return found


def open_brace(text, i, stack):
    kind, opening, close = head_of(text, i)
    inside = next((s for s in reversed(stack) if s["kind"] == "function"), None)
    head = text[max(text.rfind(c, 0, i) for c in ";}{") + 1:i]
    local_type = re.search(r"\b(class|struct|union|enum)\b[^;{}()]*$", head)
    if kind == "function" and inside is not None and not any(s["kind"] == "type" for s in stack[stack.index(inside):]):
        kind = ""  # an initialiser list after a call, such as f(x){...}: not a function in a function
    if not kind and local_type:
        kind = "type"
    if inside is not None and kind == "control":
        depth = 1 + sum(s["kind"] == "control" for s in stack[stack.index(inside):])
        inside["nesting"] = max(inside["nesting"], depth)
    return {"kind": kind, "open": opening, "close": close, "brace": i, "nesting": 0}


def finish(text, scope, end):
    opening, close = scope["open"], scope["close"]
    name = re.search(r"([\w:~]+|operator\s*\S+)\s*$", text[:opening])
    line = text.count("\n", 0, opening) + 1
    return Function(name=name.group(1) if name else "?", line=line, lines=text.count("\n", opening, end) + 1,
                    parameters=count_parameters(text[opening + 1:close]), nesting=scope["nesting"],
                    is_noexcept="noexcept" in text[close:scope["brace"]])
