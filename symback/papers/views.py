"""What templates of sheets are given: plain strings and numbers, every formula typeset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

NOTHING = Markup("")


class Lenient(dict[str, Any]):
    """By key; a template may ask for what an exercise does not have, to see whether it has it."""

    def __missing__(self, key: str) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """A choice with what it shows."""

    key: str
    is_right: bool
    shown: Markup
    word: str
    sentence: Markup
    """The mistake that it names."""
    why: Markup = NOTHING
    """The mistake that gives its number; only in solutions."""


@dataclass(frozen=True, slots=True)
class BoxView:
    """A box: its symbol, and the key for those who may see it."""

    number: str
    letter: str
    symbol: Markup
    points: int
    answer: str
    value: str
    tolerance: str
    choices: tuple[ChoiceView, ...] = ()
    shown: Markup = NOTHING
    """Of a formula: the key."""


@dataclass(frozen=True, slots=True)
class ExerciseView:
    """An exercise with its boxes; `cells` are the boxes of a table by rows, None where there is none."""

    number: int
    kind: str
    points: int
    boxes: tuple[BoxView, ...]
    symbols: Mapping[str, Markup]
    facts: Mapping[str, object]
    cells: tuple[tuple[BoxView | None, ...], ...] = ()
    heads: tuple[Markup, ...] = ()
    lines: tuple[Markup, ...] = ()
    steps: tuple[Markup, ...] = ()
    """The working, equation by equation; only in solutions."""


@dataclass(frozen=True, slots=True)
class GivenView:
    """Given numbers of one sort: equations such as `w_1 = 0.15`."""

    role: str
    layer: int
    sample: int
    entries: tuple[Markup, ...]


@dataclass(frozen=True, slots=True)
class PaperView:
    """One paper."""

    id: str
    points: int
    given: tuple[GivenView, ...]
    exercises: tuple[ExerciseView, ...]
    boxes: tuple[BoxView, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetView:
    """What all papers have in common."""

    title: str
    seed: int
    checksum: str
    digits: int
    carry: int | None
    count: int
    layers: tuple[Mapping[str, object], ...]
    loss: str
    formulas: Mapping[str, Markup]
    drawing: Markup | None = None
