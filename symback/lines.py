"""Long formulas into lines: an estimate of printed width, and breaks before plus and minus signs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from symback import mathml, typst_math

LINE = 74.0
"""Widths count digits: a line of an 11 point article holds about this many in a displayed formula."""

_TOKEN = re.compile(r"\\(?:begin|end)\{\w+\}|\\textcolor\[\w+\]|\\[A-Za-z]+|\\.|[{}_^&]|.", re.DOTALL)
_WIDTHS = {
    r"\cdot": 2.2,
    r"\times": 3.2,
    "+": 3.2,
    "-": 3.0,
    "=": 3.4,
    r"\partial": 1.2,
    r"\,": 0.4,
    r"\quad": 2.0,
    "(": 0.8,
    ")": 0.8,
    ".": 0.55,
    " ": 0.0,
    r"\Big": 0.4,
    r"\Bigl": 0.4,
    r"\Bigr": 0.4,
    r"\sum": 3.0,
    "&": 1.3,
    r"\ln": 2.0,
    r"\tanh": 4.5,
    r"\sinh": 4.2,
    r"\cosh": 4.5,
    r"\max": 3.8,
    r"\sqrt": 1.6,
    r"\left": 0.0,
    r"\right": 0.0,
    r"\lvert": 0.6,
    r"\rvert": 0.6,
    r"\lfloor": 0.9,
    r"\rfloor": 0.9,
    ",": 0.9,
}
_DIGITS = bytes.maketrans(b"123456789", b"000000000")
_WITHOUT_FIRST = {r"\textcolor", r"\textcolor[rgb]"}
_WRAPPERS = {r"\mathrm", r"\operatorname", r"\text", r"\mathbf", r"\boldsymbol", r"\mathit"}


def width(text: str, writing: str = "latex") -> float:
    """About how many digits wide a piece of mathematics is printed; `writing` is that of its dialect."""
    return _WIDTHS_IN[writing](text.encode().translate(_DIGITS))


def _latex_width(latex: str) -> float:
    return _group(iter(_TOKEN.findall(latex)))


def _kept(measure: Callable[[str], float]) -> Callable[[bytes], float]:
    """The same where all digits are 0: formulas that differ in numbers alone are equally wide."""
    return lru_cache(maxsize=4096)(lambda text: measure(text.decode()))


_WIDTHS_IN = {
    "latex": _kept(_latex_width),
    "mathml": _kept(mathml.width),
    "typst": _kept(typst_math.width),
}


def widths(pieces: Iterable[str], writing: str = "latex") -> list[float]:
    """The width of each; none holds the character 0."""
    joined = "\0".join(pieces).encode().translate(_DIGITS)
    return list(map(_WIDTHS_IN[writing], joined.split(b"\0")))


def wrap(
    costs: Sequence[int], texts: Sequence[str], first: float, following: float, writing: str = "latex"
) -> list[str]:
    """Pieces of text, each with the cost of a break before it, joined into lines no wider than they may be.

    A line that is too long is broken at the cheapest place, and among these at the last.
    """
    wide = widths(texts, writing)
    count = len(texts)
    lines = []
    start, room = 0, first
    while start < count:
        end, used = start + 1, wide[start]
        while end < count and used + wide[end] <= room:
            used += wide[end]
            end += 1
        if end < count:
            end = min(range(end, start, -1), key=costs.__getitem__)
        lines.append("".join(texts[start:end]))
        start, room = end, following
    return mathml.balanced(lines) if len(lines) > 1 and writing == "mathml" else lines


def _group(tokens: Iterator[str]) -> float:
    """The width up to the closing brace."""
    total = last = 0.0
    for token in tokens:
        if token == "}":
            break
        if token in ("_", "^"):
            wide = 0.72 * _item(tokens)
            if last < 0:  # the label under a brace
                total += max(0.0, wide + last)
                wide = 0.0
        elif token == "{":
            wide = _group(tokens)
        elif token == r"\frac":
            wide = max(_item(tokens), _item(tokens)) + 0.5
        elif token == r"\underbrace":
            wide = _item(tokens)
            total += wide
            last = -wide
            continue
        elif token in _WITHOUT_FIRST:
            _item(tokens)
            wide = _item(tokens)
        elif token in _WRAPPERS:
            wide = _item(tokens)
        elif token.startswith(r"\begin"):
            wide = _environment(tokens)
        else:
            wide = _width_of(token)
        total += wide
        last = wide
    return total


def _environment(tokens: Iterator[str]) -> float:
    """The width of the widest row, brackets included."""
    rows: list[list[str]] = [[]]
    depth = 0
    for token in tokens:
        depth += token.startswith(r"\begin") - token.startswith(r"\end")
        if depth < 0:
            break
        if token == r"\\" and depth == 0:
            rows.append([])
        else:
            rows[-1].append(token)
    return max(_group(iter(row)) for row in rows) + 2.2


def _item(tokens: Iterator[str]) -> float:
    token = next(tokens, "}")
    return _group(tokens) if token == "{" else _width_of(token)


def _width_of(token: str) -> float:
    if token in _WIDTHS:
        return _WIDTHS[token]
    if token.startswith((r"\begin", r"\end")):
        return 1.5
    return 1.15 if token.startswith("\\") else 1.05
