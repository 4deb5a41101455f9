"""Windows of wrong numbers: around each a window that has no number in common with the key's or another's.

Platforms give the feedback of the first window that holds an answer, so windows that overlapped would say
what is not true.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

from symback.numbers import fixed

Said = TypeVar("Said")
KEPT = Fraction(4, 5)
"""So much of the room beside the key's window is used, and half of that beside another wrong number."""


@dataclass(frozen=True, slots=True)
class Window(Generic[Said]):
    """The numbers from `value` - `tolerance` to `value` + `tolerance`, and what is said to them."""

    value: str
    tolerance: str
    said: tuple[Said, ...]
    """The first is the simplest; all of these have this number."""


def windows(
    key: str, tolerance: str, wrong: Iterable[tuple[str, Said]], narrowest: int = 3
) -> list[Window[Said]]:
    """Windows of wrong numbers, in their order, each at most as wide as the key's.

    Numbers that are printed alike share a window; one inside of the key's has none, as it counts as right.
    Where two are near, both windows are narrow, but never narrower than `narrowest` further decimals show.
    """
    right, width = Fraction(key), Fraction(tolerance)
    decimals = max(len(key.partition(".")[2]), len(tolerance.partition(".")[2])) + narrowest
    groups: dict[Fraction, tuple[str, list[Said]]] = {}
    for text, said in wrong:
        groups.setdefault(Fraction(text), (text, []))[1].append(said)
    values = sorted(groups)
    room: dict[Fraction, Fraction] = {}
    for place, value in enumerate(values):
        to_key = abs(value - right) - width
        others = [
            abs(other - value) / 2 for other in (*values[max(place - 1, 0) : place], *values[place + 1 :][:1])
        ]
        room[value] = min([width, *(KEPT * distance for distance in (to_key, *others))])
    found: list[Window[Said]] = []
    for value, (text, sayings) in groups.items():
        if abs(value - right) > width:
            units = int(room[value] * 10**decimals)
            found.append(Window(text, _short(units, decimals), tuple(sayings)))
    return found


def _short(units: int, decimals: int) -> str:
    """Without zeros at the end."""
    text = fixed(units, decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text
