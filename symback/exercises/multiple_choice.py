"""multiple-choice: the right number among those that mistakes give; each choice knows its mistake."""

from __future__ import annotations

from collections.abc import Iterator

from symback.exercises.kind import Blank, ExerciseKind, Filling, Task, box_number
from symback.exercises.model import Answer, Choice, Exercise
from symback.exercises.offering import best_distractors, box_of, lettered
from symback.exercises.setting import Setting, spread
from symback.graph import Role


def _pose(setting: Setting) -> Iterator[Task]:
    outputs = [quantity.name for quantity in setting.of_sample(Role.ACTIVATION)]
    gradients = [quantity.name for quantity in setting.gradients(Role.WEIGHT)]
    deltas = [quantity.name for quantity in setting.deltas]
    names = [*outputs[-1:], *deltas[-1:], *spread(gradients, 2)]
    new = [f"{name}+" for name in setting.trained[:1]]
    if names:
        yield Task(tuple(map(Blank, dict.fromkeys([*names, *new]))))


def _fill(filling: Filling, task: Task, number: int) -> Exercise:
    boxes = []
    for place, blank in enumerate(task.blanks):
        right = Choice("", True, filling.value(blank.quantity).text)
        wrong = [Choice("", value=one.value, wrong=one) for one in best_distractors(filling, blank.quantity)]
        choices = lettered([right, *wrong], filling.stream(f"choices {number} {place}"))
        box = box_of(box_number(number, place), blank.quantity, Answer.CHOICE, choices, blank.points)
        boxes.append(box)
    return Exercise(number, KIND.name, tuple(boxes))


KIND = ExerciseKind("multiple-choice", _pose, "weights or units", _fill)
