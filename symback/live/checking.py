"""Every single mistake of a network as wrong formulas for a page, with sentences that hold no number.

A sentence is a pattern with places for names, numbers and formulas, so that it follows what a reader changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Generic, TypeVar

from symback.diagnosis.candidate import Part
from symback.diagnosis.hypotheses import part_of
from symback.expression import Expression
from symback.feedback.figures import Figures
from symback.feedback.pens import DOTS, PLAIN, single_brackets
from symback.feedback.sentences import clause
from symback.graph import Role
from symback.live.program import Shapes
from symback.mistakes.catalogue import MISTAKES
from symback.mistakes.placing import Placed, placed, places_of, without_index
from symback.mistakes.slips import SHIFTED, SLIPS
from symback.mistakes.workings import Workings
from symback.naming import parts_of
from symback.shapes import Position
from symback.typeset import Filler, typeset

MOST_FORMULAS = 600
"""In larger networks a page knows the named mistakes alone: slips of the pen would be too many."""
NAME, NAMED, NAMED_WRONG, FORMULA = range(4)
"""What stands at a place of a sentence: a name, one with its number, one with the number that the mistake
gives, a formula."""
_OPEN, _CLOSE = "\x02", "\x03"
_MARK = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
Item = TypeVar("Item")
_Pattern = tuple[str, tuple[int, ...]]
"""A text with {0}, {1}, ... for its marks, and these."""


def _mark(place: int, kind: int) -> str:
    return f"{_OPEN}{4 * place + kind}{_CLOSE}"


def _pattern(text: str) -> _Pattern:
    """A text whose marks are {0}, {1}, ..., and what they were."""
    marks = tuple(int(found) for found in _MARK.findall(text))
    numbers = iter(range(len(marks)))
    return _MARK.sub(lambda _: f"{{{next(numbers)}}}", text), marks


@dataclass
class _Numbered(Generic[Item]):
    """Things, each once, by number."""

    known: dict[Item, int] = field(default_factory=dict)

    def number(self, thing: Item) -> int:
        return self.known.setdefault(thing, len(self.known))

    def all(self) -> list[Item]:
        return list(self.known)


class _Marks(Figures):
    """Numbers that are not known yet: of wrong ones it is told that they are."""

    is_wrong = False

    def __getitem__(self, name: str) -> str:
        return _mark(self.workings.places[name], NAMED_WRONG if self.is_wrong else NAMED)


class _WrongMarks(_Marks):
    is_wrong = True


@dataclass(frozen=True)
class _MarkPen:
    """Writes names and formulas as marks."""

    places: Mapping[str, int]
    formulas: _Numbered[_Pattern]
    format_name: str = "text"
    known: dict[Expression, str] = field(default_factory=dict)

    def name(self, name: str) -> str:
        """A quantity; what is no name of one, such as a unit, stands as it is."""
        place = self.places.get(name)
        return name if place is None else _mark(place, NAME)

    def named(self, name: str, number: str) -> str:
        """A quantity with its number."""
        return number or self.name(name)

    def formula(self, formula: Expression) -> str:
        """A formula in names."""
        if formula not in self.known:
            text = single_brackets(typeset(formula, PLAIN, _MarkedNames(self.places)))
            self.known[formula] = _mark(self.formulas.number(_pattern(text)), FORMULA)
        return self.known[formula]


@dataclass(frozen=True)
class _MarkedNames(Filler):
    """Marks for names, derivatives in brackets."""

    places: Mapping[str, int]

    def slot(self, name: str, position: Position) -> str:
        """A mark, or the dots of a long sum."""
        if name == DOTS:
            return DOTS
        return f"({self._mark(name)})" if parts_of(name).is_derivative else self._mark(name)

    def variable(self, name: str) -> str:
        """A mark."""
        return self._mark(name)

    def _mark(self, name: str) -> str:
        return _mark(self.places[name], NAME)


@dataclass(frozen=True)
class Checking:
    """All single mistakes of a network, their shapes among those of its program."""

    workings: Workings
    shapes: Shapes

    @cached_property
    def mistakes(self) -> tuple[Placed, ...]:
        """Every named mistake at every place, and slips in the formulas before the update and of it."""
        found = list(placed(self.workings, MISTAKES))
        if len(self.workings.formulas) <= MOST_FORMULAS:
            found += self._slips()
        return tuple(found)

    def _slips(self) -> Iterator[Placed]:
        alike: dict[str, list[str]] = {}
        for name in self.workings.formulas:
            if "+" not in name or self.workings.role(name) is Role.UPDATED:
                alike.setdefault(without_index(name), []).append(name)
        for names in alike.values():
            for mistake in SLIPS:
                yield from places_of(self.workings, mistake, names)

    def data(self) -> dict[str, object]:
        """All that a page needs besides the program, as JSON has it.

        A mistake is a list: its sentence, its kind, rank and scope as digits, how many things its sentence
        speaks of, these, and its wrong formulas by number.
        """
        workings = self.workings
        formulas: _Numbered[_Pattern] = _Numbered()
        sentences: _Numbered[str] = _Numbered()
        texts: _Numbered[str] = _Numbered()
        steps: _Numbered[tuple[int, ...]] = _Numbered()
        pen = _MarkPen(workings.places, formulas)
        right = _Marks(workings)
        mistakes: list[list[int]] = []
        for one in self.mistakes:
            part = part_of(workings, one, -1, ())
            said, marks = self._sentence(part, one, right, pen)
            made = [
                steps.number(tuple(self.shapes.step(workings.places, name, formula)))
                for name, formula in one.formulas.items()
            ]
            kind = (
                100 * part.kind + 10 * part.rank + part.scope + (1000 if one.mistake.name == SHIFTED else 0)
            )
            mistakes.append([sentences.number(said), kind, len(marks), *marks, *made])
        texts = _Numbered()
        written = [[texts.number(text), *(mark // 4 for mark in marks)] for text, marks in formulas.all()]
        return {
            "synonyms": {
                name: place for name, place in workings.places.items() if name not in workings.names
            },
            "sentences": sentences.all(),
            "texts": texts.all(),
            "formulas": written,
            "steps": steps.all(),
            "mistakes": mistakes,
        }

    def _sentence(
        self, part: Part, one: Placed, right: Figures, pen: _MarkPen
    ) -> tuple[str, tuple[int, ...]]:
        formulas = {**self.workings.formulas, **one.formulas}
        wrong = _WrongMarks(replace(self.workings, formulas=formulas))
        return _pattern(clause(part, right, wrong, pen))
