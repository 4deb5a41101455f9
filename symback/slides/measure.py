"""About how high the pieces of a document are on a slide, in lines of its text."""

from __future__ import annotations

import re
from collections.abc import Callable

from symback.paging import height_of
from symback.step_marks import TEXT, Piece

CHARACTERS = 84
"""Of a line of text."""
BETWEEN = 0.9
"""Before and after a formula or table."""
ROW = 1.3
TALL_ROW = 2.1
"""A row of a table with a fraction in it."""
CAPTION = 1.6
FIGURE = 14.0
_MARKUP = re.compile(r"<[^>]*>|\\[A-Za-z]+|[{}$]")
_INNER = re.compile(r'<mtable class="(?:matrix|cases)">.*?</mtable>', re.DOTALL)
_NEXT_ROW = re.compile(r"\\\\\n|</mtr><mtr>")


def height(piece: Piece) -> float:
    """The height of a piece, with the space after it."""
    return _HEIGHTS[piece.kind](piece.text)


def _of_text(text: str) -> float:
    plain = " ".join(_MARKUP.sub("", text).split())
    fraction = 0.5 if r"\frac" in text or "<mfrac" in text else 0.0
    return -(-len(plain) // CHARACTERS) + fraction + 0.5


def _of_formula(text: str) -> float:
    """Rows that hold a matrix or cases are as high as these."""
    inner: list[float] = []

    def set_aside(found: re.Match[str]) -> str:
        inner.append(height_of(found.group()))
        return f"\0{len(inner) - 1}\0"

    rows = _NEXT_ROW.split(_INNER.sub(set_aside, text))
    total = 0.0
    for row in rows:
        places = map(int, re.findall("\0(\\d+)\0", row))
        total += max([height_of(row), *(inner[place] for place in places)])
    return total + BETWEEN


def _of_table(text: str) -> float:
    rows = [row for row in re.split(r"\\\\\n|<tr>", text) if "&" in row or "</td>" in row or "</th>" in row]
    high = [TALL_ROW if r"\frac" in row or "<mfrac" in row else ROW for row in rows]
    has_caption = r"\slidecaption" in text or "<figcaption" in text
    return sum(high) + (CAPTION if has_caption else 0.0) + BETWEEN


def _of_figure(text: str) -> float:
    """It is made as large as a slide, beside which nothing has a place."""
    return FIGURE


_HEIGHTS: dict[str, Callable[[str], float]] = {
    TEXT: _of_text,
    "formula": _of_formula,
    "table": _of_table,
    "figure": _of_figure,
}
