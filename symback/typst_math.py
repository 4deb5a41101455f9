"""Pieces of Typst's mathematics as text: how wide they are."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(r'"[^"]*"|[A-Za-z]{2,}(?:\.[a-z]+)?|\\.|.', re.DOTALL)
_WIDTHS = {
    "+": 3.2,
    "−": 3.0,
    "=": 3.4,
    "⋅": 2.2,
    "×": 3.2,
    "⊙": 3.2,
    ">": 3.4,
    "≤": 3.4,
    "∑": 3.0,
    ".": 0.55,
    " ": 0.0,
    "&": 0.0,
    "\n": 0.0,
    r"\(": 0.8,
    r"\)": 0.8,
    r"\[": 0.7,
    r"\]": 0.7,
    r"\,": 0.9,
    "'": 0.6,
    "∂": 1.2,
    "thin": 0.4,
    "quad": 2.0,
    "hang": 2.0,
    "tallopen": 1.2,
    "tallclose": 1.2,
    "tallsquare": 1.1,
    "tallend": 1.1,
    "delim": 0.0,
}
DIGIT = 1.05
_SCRIPT = 0.72


def width(text: str) -> float:
    """About how many digits wide a piece is; the brackets of arguments are closed in it."""
    return _row(iter(_TOKEN.findall(text)))[0]


def _row(tokens: Iterator[str]) -> tuple[float, str]:
    """The width up to a comma, a semicolon or the closing bracket of arguments, and which of these came."""
    total = 0.0
    scripts = {"_": 0.0, "^": 0.0}
    for token in tokens:
        if token in scripts:
            scripts[token] = _SCRIPT * _call("", tokens)
            continue
        total += max(scripts.values())
        scripts = dict.fromkeys(scripts, 0.0)
        if token in (",", ";", ")"):
            return total, token
        is_call = len(token) > 1 and token[0].isalpha() and token not in _WIDTHS
        total += _call(token, tokens) if is_call else _of_token(token)
    return total + max(scripts.values()), ""


def _call(name: str, tokens: Iterator[str]) -> float:
    """The width of a function with its arguments, which begin with the next token."""
    next(tokens)
    rows: list[list[float]] = [[]]
    end = ","
    while end in (",", ";"):
        wide, end = _row(tokens)
        rows[-1].append(wide)
        if end == ";":
            rows.append([])
    if name == "mat":
        del rows[0][0]
        return max(sum(row) + 1.3 * len(row) for row in rows) + 2.2
    arguments = rows[0]
    if name == "frac":
        return max(arguments) + 0.5
    if name == "underbrace":
        return max(arguments[0], _SCRIPT * arguments[1])
    if name == "cases":
        return max(arguments) + 3.5
    return sum(arguments) + (1.6 if name in ("sqrt", "abs", "floor") else 0.0)


def _of_token(token: str) -> float:
    return DIGIT * (len(token) - 2) if token[0] == '"' else _WIDTHS.get(token, DIGIT)
