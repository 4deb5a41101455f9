"""The wrong line and the right line of a step, with the part that differs set apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from symback.diagnosis.candidate import Part
from symback.diagnosis.conventions import IDENTIFIERS as CONVENTIONS
from symback.expression import Expression, Marked, Name, Number, names
from symback.feedback.difference import marked_pair, shortened
from symback.feedback.facts import wrong_formula
from symback.feedback.figures import Figures
from symback.feedback.pens import BEGIN, DOTS, END
from symback.fillers import plain

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


def lines_of(
    part: Part, right: Figures, wrong: Figures, pen: LinePen, given: Mapping[str, str]
) -> Lines | None:
    """The two lines of a mistake; of a result alone that is wrong, what was given and the right line.

    None for conventions and for the number of updates. `given` are the numbers that were asked about.
    """
    name = part.facts["quantity"]
    used = wrong_formula(part, wrong)
    formula = right.workings.formulas.get(name)
    if used is None:
        is_of_result = name in given and part.identifier not in CONVENTIONS
        return right_line(name, given[name], right, pen) if is_of_result else None
    if formula is None:
        return Lines(name, (wrong[name],), (right[name],))
    first, second = marked_pair(used, formula)
    return Lines(name, _sides(name, first, wrong, pen), _sides(name, second, right, pen))


def right_line(name: str, given: str, right: Figures, pen: LinePen) -> Lines | None:
    """What was given, and the right line of a quantity; None for what is given in the file."""
    formula = right.workings.formulas.get(name)
    return None if formula is None else Lines(name, (given,), _sides(name, shortened(formula), right, pen))


def _sides(name: str, formula: Expression, figures: Figures, pen: LinePen) -> tuple[str, ...]:
    known = [one for one in names(formula) if one != DOTS]
    texts = figures.of([*known, name])
    sides = [pen.line(formula)]
    if known:
        sides.append(pen.line(formula, texts))
    if _plain(formula) not in (None, texts[name]):
        sides.append(texts[name])
    return tuple(side for side in sides if side and len(without_marks(side)) <= MOST_CHARACTERS)


def _plain(formula: Expression) -> str | None:
    """None for one name, whose number is that of the quantity; the text of one number; else ""."""
    while isinstance(formula, Marked):
        formula = formula.operand
    if isinstance(formula, Name):
        return None
    return plain(formula) if isinstance(formula, Number) else ""


def without_marks(text: str) -> str:
    """The text with nothing set apart."""
    return text.replace(BEGIN, "").replace(END, "")
