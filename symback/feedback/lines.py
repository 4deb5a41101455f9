"""The wrong line and the right line of a step, with the part that differs set apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from symback.diagnosis.candidate import Part
from symback.expression import Expression, names
from symback.feedback.difference import marked_pair
from symback.feedback.facts import wrong_formula
from symback.feedback.figures import Figures
from symback.feedback.pens import BEGIN, DOTS, END

MOST_CHARACTERS = 400
"""A longer side of a line is left out."""


class LinePen(Protocol):
    """Writes formulas with marks."""

    def line(self, formula: Expression, texts: Mapping[str, str] | None = None) -> str:
        """In symbols, or in numbers."""


@dataclass(frozen=True, slots=True)
class Lines:
    """A step as it was done and as it is done, each from the name on: symbols = numbers = value."""

    quantity: str
    wrong: tuple[str, ...]
    right: tuple[str, ...]


def lines_of(part: Part, right: Figures, wrong: Figures, pen: LinePen) -> Lines | None:
    """The two lines of a mistake; None for what changes no formula."""
    name = part.facts["quantity"]
    used = wrong_formula(part, wrong)
    if used is None:
        return None
    formula = right.workings.formula(name)
    if formula is None:
        return Lines(name, (wrong[name],), (right[name],))
    first, second = marked_pair(used, formula)
    return Lines(name, _sides(name, first, wrong, pen), _sides(name, second, right, pen))


def _sides(name: str, formula: Expression, figures: Figures, pen: LinePen) -> tuple[str, ...]:
    known = [one for one in names(formula) if one != DOTS]
    texts = figures.of([*known, name])
    sides: list[str] = []
    for side in (pen.line(formula), pen.line(formula, texts), texts[name]):
        plain = without_marks(side)
        if side and len(plain) <= MOST_CHARACTERS and plain not in map(without_marks, sides):
            sides.append(side)
    return tuple(sides)


def without_marks(text: str) -> str:
    """The text with nothing set apart."""
    return text.replace(BEGIN, "").replace(END, "")
