"""Rows of tables and displays for templates: markup is asked for once for each kind, then filled in.

A macro marks up a formula without looking at it. So for many of one kind it is called once, with marks in the
place of the formulas; law 3 stays: the markup is the template's, only the filling is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from weakref import WeakKeyDictionary

from markupsafe import Markup

from symback.records import record

FIRST_MARK = 0xE000
"""Marks are characters for private use, which nothing in a document has."""
_MARK = re.compile("[\ue000-\uf8ff]")
Kind = tuple[bool, bool, bool, int | None, str, bool]
"""What decides how a cell is marked up: which parts it has, its number and its word."""


@record(frozen=True, slots=True)
class CellView:
    """A cell with its formula or number as text."""

    symbol: Markup | None
    value: Markup | None
    is_formula: bool
    number: int | None
    word: str
    unit: Markup | None


@record(frozen=True, slots=True)
class RowView:
    """Cells by kind, and the texts that fill them: of each cell its symbol, value and unit."""

    kinds: tuple[Kind, ...]
    texts: tuple[str, ...]

    def cells(self, texts: Sequence[str] | None = None) -> tuple[CellView, ...]:
        """The cells one by one, filled with their own texts or others."""
        filling = map(Markup, self.texts if texts is None else texts)
        return tuple(
            CellView(
                next(filling) if has_symbol else None,
                next(filling) if has_value else None,
                is_formula,
                number,
                word,
                next(filling) if has_unit else None,
            )
            for has_symbol, has_value, is_formula, number, word, has_unit in self.kinds
        )


def lines(rows: Sequence[RowView], row: Callable[..., str], cell: object, between: str) -> Markup:
    """All rows as the macro `row` marks them up, given cells and the macro for a cell.

    What it makes of a row of one kind is kept as long as there is the macro for a cell.
    """
    patterns = _patterns.setdefault(cell, {})
    found = []
    for one in rows:
        pattern = patterns.get((row, one.kinds))
        if pattern is None:
            marks = _marks(len(one.texts))
            pattern = patterns[row, one.kinds] = _pattern(row(one.cells(marks), cell), len(marks))
        found.append(_fill(pattern, one.texts))
    return Markup(between.join(found))


_patterns: WeakKeyDictionary[object, dict[tuple[object, tuple[Kind, ...]], _Pattern]] = WeakKeyDictionary()


def marked_up(macro: Callable[..., str], count: int = 1) -> Callable[..., Markup]:
    """What a macro makes of so many texts, whatever they are, without calling it again."""
    pattern = _pattern(macro(*map(Markup, _marks(count))), count)
    return lambda *texts: Markup(_fill(pattern, texts))


@lru_cache(maxsize=64)
def _marks(count: int) -> tuple[str, ...]:
    return tuple(chr(FIRST_MARK + place) for place in range(count))


_Pattern = tuple[str, tuple[int, ...]]
"""A text with %s for each mark, and which they are; () if they are all, in order."""


def _pattern(text: str, count: int) -> _Pattern:
    places = tuple(ord(mark) - FIRST_MARK for mark in _MARK.findall(text))
    in_order = places == tuple(range(count))
    return _MARK.sub("%s", str(text).replace("%", "%%")), () if in_order else places


def _fill(pattern: _Pattern, texts: tuple[str, ...]) -> str:
    text, places = pattern
    return text % (tuple(texts[place] for place in places) if places else texts)
