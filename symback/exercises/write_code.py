"""write-code: a function that a person reads, and the numbers that it must give."""

from __future__ import annotations

from collections.abc import Iterator

from symback.exercises.kind import Blank, ExerciseKind, Filling, Task, box_number
from symback.exercises.model import Answer, Box, Exercise
from symback.exercises.setting import Setting
from symback.graph import Role


def _pose(setting: Setting) -> Iterator[Task]:
    gradients = [quantity.name for quantity in setting.gradients(Role.WEIGHT)]
    if gradients:
        yield Task((Blank(gradients[-1], 2),), {"wanted": gradients[-1]})


def _fill(filling: Filling, task: Task, number: int) -> Exercise:
    (blank,) = task.blanks
    code = Box(box_number(number, 0), blank.quantity, 4, Answer.TEXT)
    return Exercise(number, KIND.name, (code, filling.box(box_number(number, 1), blank)), task.symbols)


KIND = ExerciseKind("write-code", _pose, "weights", _fill)
