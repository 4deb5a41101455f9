"""find-the-slip: a worked solution with one planted mistake: in which line is it, and what is it?

It has numbers of its own, as it would tell the answers of other exercises.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from symback.diagnosis.candidate import Part
from symback.exercises.kind import Blank, ExerciseKind, Filling, Task, box_number
from symback.exercises.model import Answer, Choice, Exercise, Line, WrongAnswer
from symback.exercises.offering import box_of, lettered
from symback.exercises.setting import Setting
from symback.expression import Name, Number, names
from symback.graph import Role
from symback.mistakes.workings import Workings
from symback.numbers import fixed, scaled

LEAST_LINES, MOST_LINES = 4, 14
OFFERED = 4
"""So many mistakes are offered, the right one among them."""


def _pose(setting: Setting) -> Iterator[Task]:
    """A solution that fits on a page: of a gradient, of one sample's part of it, or of an error signal."""
    single = setting.of_sample(Role.CONTRIBUTION)
    deltas = list(reversed(setting.deltas))
    for wanted in (*reversed(setting.gradients(Role.WEIGHT)), *reversed(single), *deltas):
        lines = _lines_of(setting.workings, wanted.name)
        if LEAST_LINES <= len(lines) <= MOST_LINES:
            yield Task((Blank(wanted.name, 1),), {"wanted": wanted.name}, {"lines": lines})
            return


def _lines_of(workings: Workings, name: str) -> list[str]:
    """The steps that a quantity needs, without those that only repeat another."""
    needed = workings.needed([name])
    return [
        one
        for one, formula in workings.formulas.items()
        if needed >> workings.places[one] & 1 and not isinstance(formula, Name | Number)
    ]


def _fill(filling: Filling, task: Task, number: int) -> Exercise:
    lines = task.facts["lines"]
    assert isinstance(lines, list)
    (blank,) = task.blanks
    stream = filling.stream(f"slip {number}")
    filling = filling.again(f"slip {number} numbers")
    planted, wrong = _planted(filling, lines, blank.quantity, stream.shuffled(filling.wrongs(blank.quantity)))
    place = next(one for one in lines if one in planted.part.changed)
    shown = tuple(_line(filling, wrong, one, is_wrong=one == place) for one in lines)
    where = lettered(Choice("", one == place, quantity=one) for one in lines)
    others = _others(filling, planted.part, blank.quantity, lines)
    offered = [planted.part, *others]
    what = lettered(
        [Choice("", part is planted.part, word=part.identifier, mistake=part) for part in offered], stream
    )
    boxes = (
        box_of(box_number(number, 0), place, Answer.CHOICE, where, blank.points),
        box_of(box_number(number, 1), place, Answer.CHOICE, what, blank.points),
    )
    numbers = {name: filling.given_text(name) for name in filling.numbers}
    return Exercise(
        number, KIND.name, boxes, task.symbols, lines=shown, mistake=planted.part, numbers=numbers
    )


def _planted(
    filling: Filling, lines: Sequence[str], name: str, answers: Sequence[WrongAnswer]
) -> tuple[WrongAnswer, Workings]:
    """A mistake that is made in exactly one line, and changes what comes after it."""
    for answer in answers:
        placed = answer.part.placed
        if placed is None or placed.mistake.needs_given:
            continue
        changed = [one for one in lines if one in placed.formulas]
        if len(changed) != 1 or (changed[0] == name and len(lines) > LEAST_LINES):
            continue
        wrong = filling.workings.with_formulas(placed.formulas)
        if wrong is not None and all(math.isfinite(wrong.value(one)) for one in lines):
            return answer, wrong
    raise LookupError(f"no mistake can be planted in {name}")


def _others(filling: Filling, planted: Part, name: str, lines: Sequence[str]) -> list[Part]:
    """Mistakes that could have been made instead, each of another sort."""
    found: dict[str, Part] = {}
    for answer in filling.wrongs(name):
        part = answer.part
        is_planted = part.identifier == planted.identifier
        if not is_planted and any(one in lines for one in part.changed):
            found.setdefault(part.identifier, part)
    stream = filling.stream(f"other mistakes {name}")
    return stream.shuffled(found.values())[: OFFERED - 1]


def _line(filling: Filling, wrong: Workings, name: str, *, is_wrong: bool) -> Line:
    """The line as the student wrote it: with the numbers that the mistake gives."""
    formula = wrong.formulas[name]
    decimals = filling.rounding.decimals

    def text(one: str) -> str:
        return filling.given_text(one) or fixed(scaled(Fraction(wrong.value(one)), decimals), decimals)

    numbers: Mapping[str, str] = {one: text(one) for one in names(formula)}
    return Line(name, formula, numbers, text(name), is_wrong)


KIND = ExerciseKind("find-the-slip", _pose, f"something with {LEAST_LINES} to {MOST_LINES} steps", _fill)
