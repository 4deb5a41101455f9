"""Marks in a rendered text for formats that are cut into pieces: where items of the document begin, and what
headings, formulas, tables and figures are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_SIGN = "\U000f0000"
"""A character for private use, which nothing that is escaped for such a format holds."""
_MARK = re.compile(f"{_SIGN}(\\d+){_SIGN}")
_PIECE = re.compile(f"{_SIGN}(?:\\d+{_SIGN}|([a-z]\\w*){_SIGN}(.*?){_SIGN}/{_SIGN})", re.DOTALL)
STEP = "step"
TEXT = "text"


class Piece(NamedTuple):
    """A part of a rendered text: a step's beginning, a heading, a paragraph, a formula, a table, a figure."""

    kind: str
    text: str = ""


def step_mark(place: int) -> str:
    """The mark of the item at a place, from 0."""
    return f"{_SIGN}{place}{_SIGN}"


def piece_mark(kind: str) -> str:
    """Begins a piece of this kind."""
    return f"{_SIGN}{kind}{_SIGN}"


def end_mark() -> str:
    """Ends a piece."""
    return f"{_SIGN}/{_SIGN}"


def without_marks(text: str) -> str:
    """Text from outside with no character that could be taken for a mark."""
    return text.replace(_SIGN, " ")


def cut(text: str) -> tuple[str, list[tuple[int, str]]]:
    """What stands before the first mark, and the places and texts of items in the order in which they stand.

    A template of one's own may leave items out, or tell them in another order.
    """
    before, *rest = _MARK.split(text)
    return before, list(zip(map(int, rest[::2]), rest[1::2], strict=True))


def pieces(text: str) -> Iterator[Piece]:
    """All pieces in order; what stands between marks is paragraphs, which empty lines set apart."""
    place = 0
    for found in _PIECE.finditer(text):
        yield from _paragraphs(text[place : found.start()])
        kind, inside = found.groups()
        yield Piece(kind, inside.strip()) if kind else Piece(STEP)
        place = found.end()
    yield from _paragraphs(text[place:])


def _paragraphs(text: str) -> Iterator[Piece]:
    for part in re.split(r"\n\s*\n", text):
        if part.strip():
            yield Piece(TEXT, part.strip())
