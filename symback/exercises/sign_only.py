"""sign-only: does an update make a weight larger or smaller?"""

from __future__ import annotations

from collections.abc import Iterator

from symback.exercises.kind import Blank, ExerciseKind, Filling, Task, box_number
from symback.exercises.model import Answer, Choice, Exercise
from symback.exercises.offering import box_of
from symback.exercises.setting import Setting, spread
from symback.exercises.update import NEEDS
from symback.graph import Role


def _pose(setting: Setting) -> Iterator[Task]:
    weights = [name for name in setting.trained if setting.graph[name].role is Role.WEIGHT]
    weights.sort(key=lambda name: -setting.graph[name].layer)
    if weights:
        yield Task(tuple(Blank(f"{name}+") for name in spread(weights, 4)))


def _fill(filling: Filling, task: Task, number: int) -> Exercise:
    boxes = []
    for place, blank in enumerate(task.blanks):
        before = filling.value(blank.quantity.removesuffix("+")).number
        after = filling.value(blank.quantity).number
        choices = tuple(
            Choice(word, is_right, word=word)
            for word, is_right in (("up", after > before), ("down", after < before))
        )
        boxes.append(box_of(box_number(number, place), blank.quantity, Answer.CHOICE, choices))
    return Exercise(number, KIND.name, tuple(boxes))


KIND = ExerciseKind("sign-only", _pose, NEEDS, _fill)
