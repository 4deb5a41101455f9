"""Windows of wrong numbers: around each a window that has no number in common with the key's or another's.

Platforms give the feedback of the first window that holds an answer, so windows that overlapped would say
what is not true.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from symback.numbers import fixed

Said = TypeVar("Said")
FURTHER = 3
"""Windows are as wide as so many further decimals can tell."""


@dataclass(frozen=True, slots=True)
class Window(Generic[Said]):
    """The numbers from `value` - `tolerance` to `value` + `tolerance`, and what is said to them."""

    value: str
    tolerance: str
    said: tuple[Said, ...]
    """The first is the simplest; all of these have this number."""


def windows(key: str, tolerance: str, wrong: Iterable[tuple[str, Said]]) -> list[Window[Said]]:
    """Windows of wrong numbers, in their order, each at most as wide as the key's.

    Numbers that are printed alike share a window; one inside of the key's has none, as it counts as right.
    Where two are near, each has two fifths of the room between them; beside the key's window it is four.
    """
    decimals = max(len(text.partition(".")[2]) for text in (key, tolerance)) + FURTHER
    right, width = _units(key, decimals), _units(tolerance, decimals)
    groups: dict[int, tuple[str, list[Said]]] = {}
    for text, said in wrong:
        value = _units(text, decimals)
        if abs(value - right) > width:
            groups.setdefault(value, (text, []))[1].append(said)
    values = sorted(groups)
    room = {value: min(width, 4 * (abs(value - right) - width) // 5) for value in values}
    for place in range(1, len(values)):
        between = 2 * (values[place] - values[place - 1]) // 5
        for value in values[place - 1 : place + 1]:
            room[value] = min(room[value], between)
    short = {units: _short(units, decimals) for units in set(room.values())}
    return [Window(text, short[room[value]], tuple(sayings)) for value, (text, sayings) in groups.items()]


def _units(text: str, decimals: int) -> int:
    """A decimal as a whole number of units of this decimal."""
    whole, _, part = text.partition(".")
    return int(whole + part.ljust(decimals, "0"))


def _short(units: int, decimals: int) -> str:
    """Without zeros at the end."""
    text = fixed(units, decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text
