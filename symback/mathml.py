"""Pieces of MathML as text: how wide they are, where lines may be broken in them, and how they are closed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_TOKEN = re.compile(r"<(/?)([a-z]+)([^>]*?)(/?)>|(&[#\w]+;|[^<])")
_ROW = "mrow"
_HALF = frozenset({"msub", "msup", "msubsup"})
_STACKS = frozenset({"mfrac", "munder", "mover", "munderover"})
_WIDE = {"+": 3.2, "−": 3.0, "=": 3.4, "⋅": 2.2, "×": 3.2, "⊙": 3.2, ">": 3.4, "≤": 3.4, "∑": 3.0, ".": 0.55}
_NARROW = {
    "(": 0.8,
    ")": 0.8,
    "[": 0.7,
    "]": 0.7,
    "|": 0.6,
    "&#x2062;": 0.3,
    "&#x2061;": 0.0,
    "⏟": 0.0,
    ",": 0.9,
}
_WIDTHS = {**_WIDE, **_NARROW}
DIGIT = 1.05


def width(text: str) -> float:
    """About how many digits wide a piece is; elements need not be closed in it."""
    stack: list[tuple[str, list[float]]] = [("", [])]
    for end, name, attributes, alone, character in _TOKEN.findall(text):
        if character:
            stack[-1][1].append(_WIDTHS.get(character, DIGIT))
        elif alone:
            stack[-1][1].append(2.0 if 'width="2em"' in attributes else 0.4)
        elif not end:
            stack.append((name, []))
        elif len(stack) > 1:
            _close(stack)
    while len(stack) > 1:
        _close(stack)
    return sum(stack[0][1])


def _close(stack: list[tuple[str, list[float]]]) -> None:
    name, parts = stack.pop()
    if name in _HALF and parts:
        wide = parts[0] + 0.72 * max(parts[1:], default=0.0)
    elif name in _STACKS:
        wide = max(parts, default=0.0) + 0.5
    elif name == "mtable":
        wide = max(parts, default=0.0) + 1.0
    elif name == "mtr":
        wide = sum(parts) + 1.3 * len(parts)
    elif name == "msqrt":
        wide = sum(parts) + 1.6
    else:
        wide = sum(parts)
    stack[-1][1].append(wide)


def open_elements(text: str, before: Sequence[str] = ()) -> tuple[str, ...]:
    """The names of the elements that are open after a piece, given those that were open before it."""
    found = list(before)
    for end, name, _, alone, character in _TOKEN.findall(text):
        if character or alone:
            continue
        if not end:
            found.append(name)
        elif found:
            found.pop()
    return tuple(found)


def may_break(opened: Iterable[str]) -> bool:
    """Whether a line may end inside of these elements: rows can be closed and opened again."""
    return all(name == _ROW for name in opened)


def balanced(lines: Sequence[str]) -> list[str]:
    """Lines of one formula, each with the rows that it goes on from opened, and those that go on closed."""
    made = []
    opened: tuple[str, ...] = ()
    for line in lines:
        start = f"<{_ROW}>" * len(opened)
        opened = open_elements(line, opened)
        made.append(start + line + f"</{_ROW}>" * len(opened))
    return made
