"""A document as one text in which every character keeps its line and column, and what is hidden in it.

What must not be read (code, comments, planted mistakes) is overwritten, never cut out, so offsets stay true.
Two characters say how: no formula reaches across a WALL, a formula may hold a VEIL (a comment inside it).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from symback.claims.source import Place

WALL = "\x00"
VEIL = "\x01"
FORMULA = "\ue000"
FORMULA_GOES_ON = "\ue001"
NUMBER = "\ue002"
_OWN = str.maketrans(dict.fromkeys((WALL, VEIL, FORMULA, FORMULA_GOES_ON, NUMBER), " "))
_NOT_NEWLINE = re.compile(r"[^\n]")


def normal(text: str) -> str:
    """The text without a byte order mark, line ends as `\\n`, and no character that means something here."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").translate(_OWN)


def covered(text: str, cover: str) -> str:
    """The text with every character but the line ends replaced."""
    return _NOT_NEWLINE.sub(cover, text)


class Cover:
    """Overwrites regions of a text, given from front to back, and puts the result together once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.done = 0
        self.pieces: list[str] = []

    def hide(self, start: int, end: int, cover: str) -> None:
        """Overwrite text[start:end]; what lies before an earlier end is left alone."""
        start = max(start, self.done)
        if start < end:
            self.pieces += self.text[self.done : start], covered(self.text[start:end], cover)
            self.done = end

    def result(self) -> str:
        """The whole text, as long as the original."""
        return "".join((*self.pieces, self.text[self.done :]))


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a document: mathematics without its delimiters, or inline code without its backticks."""

    start: int
    end: int
    outer_start: int
    outer_end: int
    display: bool = False
    code: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """A document taken apart. `text` has the hidden parts overwritten; `breaks` are where chains end."""

    text: str
    spans: tuple[Span, ...]
    breaks: tuple[int, ...] = ()
    """Offsets of headings and planted mistakes: a formula behind one does not continue a chain before it."""


class Lines:
    """From offsets to lines and columns, in logarithmic time."""

    def __init__(self, text: str) -> None:
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def place(self, offset: int) -> Place:
        """Line and column of a character, from 1."""
        line = bisect_right(self.starts, offset)
        return Place(line, offset - self.starts[line - 1] + 1)
