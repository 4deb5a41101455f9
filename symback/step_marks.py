"""Marks in a rendered text where the items of its document begin, for formats that are cut into pieces."""

from __future__ import annotations

import re

_SIGN = "\uf8ff"
"""A character for private use, which nothing that is escaped for such a format holds."""
_MARK = re.compile(f"{_SIGN}(\\d+){_SIGN}")


def step_mark(place: int) -> str:
    """The mark of the item at a place, from 0."""
    return f"{_SIGN}{place}{_SIGN}"


def without_marks(text: str) -> str:
    """Text from outside with no character that could be taken for a mark."""
    return text.replace(_SIGN, " ")


def cut(text: str, count: int) -> tuple[str, list[str]]:
    """What stands before the first mark, and the text of each of so many items.

    Raises ValueError where an item has no mark, or they are out of order.
    """
    before, *rest = _MARK.split(text)
    places, pieces = list(map(int, rest[::2])), rest[1::2]
    if places != list(range(count)):
        raise ValueError(f"the text has marks for {len(places)} of {count} items, or not in order")
    return before, pieces
