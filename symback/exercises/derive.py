"""derive: a gradient as a formula, which the prover compares."""

from __future__ import annotations

from collections.abc import Iterator

from symback.exercises.kind import Blank, ExerciseKind, Filling, Task, box_number
from symback.exercises.model import Answer, Box, Exercise
from symback.exercises.setting import Setting, spread
from symback.fillers import plain
from symback.graph import Role

FORMS = ("written_out", "delta")
"""Which form of the formula is the key; the first that there is."""


def _pose(setting: Setting) -> Iterator[Task]:
    gradients = [quantity.name for quantity in setting.gradients(Role.WEIGHT)]
    if gradients:
        yield Task(tuple(Blank(name, 3) for name in spread(gradients, 2)))


def _fill(filling: Filling, task: Task, number: int) -> Exercise:
    boxes = []
    for place, blank in enumerate(task.blanks):
        quantity = filling.setting.graph[blank.quantity]
        forms = dict(quantity.forms)
        formula = next((forms[form] for form in FORMS if form in forms), quantity.formula)
        assert formula is not None
        boxes.append(
            Box(
                box_number(number, place),
                quantity.name,
                blank.points,
                Answer.FORMULA,
                plain(formula),
                formula=formula,
            )
        )
    return Exercise(number, KIND.name, tuple(boxes))


KIND = ExerciseKind("derive", _pose, "weights", _fill)
