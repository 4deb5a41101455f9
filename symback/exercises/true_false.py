"""true-false: numbers, some right, some those of a mistake."""

from __future__ import annotations

from collections.abc import Iterator

from symback.exercises.kind import Blank, ExerciseKind, Filling, Task, box_number
from symback.exercises.model import Answer, Choice, Exercise
from symback.exercises.offering import best_distractors, box_of
from symback.exercises.setting import Setting, spread
from symback.graph import Role

STATEMENTS = 4


def _pose(setting: Setting) -> Iterator[Task]:
    units = [quantity.name for quantity in setting.units]
    deltas = [quantity.name for quantity in setting.deltas]
    gradients = [quantity.name for quantity in setting.gradients(Role.WEIGHT)]
    names = [*spread(units, 2)[-1:], *deltas[:1], *spread(gradients, 2)]
    if names:
        yield Task(tuple(map(Blank, dict.fromkeys(names[:STATEMENTS]))))


def _fill(filling: Filling, task: Task, number: int) -> Exercise:
    boxes, stated = [], {}
    stream = filling.stream(f"true or false {number}")
    for place, blank in enumerate(task.blanks):
        wrongs = best_distractors(filling, blank.quantity)
        wrong = stream.choice(wrongs) if wrongs and stream.below(2) else None
        name = box_number(number, place)
        stated[name] = filling.value(blank.quantity).text if wrong is None else wrong.value
        choices = (
            Choice("true", wrong is None, word="true", wrong=wrong),
            Choice("false", wrong is not None, word="false"),
        )
        boxes.append(box_of(name, blank.quantity, Answer.CHOICE, choices, blank.points))
    return Exercise(number, KIND.name, tuple(boxes), facts={"stated": stated})


KIND = ExerciseKind("true-false", _pose, "weights or units", _fill)
