"""paths: through which weights a weight reaches the error."""

from __future__ import annotations

from collections.abc import Iterator

from symback.exercises.chains import weights_on_paths
from symback.exercises.kind import Blank, ExerciseKind, Filling, Task, box_number
from symback.exercises.model import Answer, Choice, Exercise
from symback.exercises.offering import box_of, lettered
from symback.exercises.setting import Setting
from symback.graph import Role

MOST_WEIGHTS = 12


def _pose(setting: Setting) -> Iterator[Task]:
    weights = [weight.name for weight in setting.graph.with_role(Role.WEIGHT)]
    for gradient in reversed(setting.gradients(Role.WEIGHT)):
        crossed = weights_on_paths(setting, gradient.name)
        weight = gradient.name.rpartition("/d")[2]
        if 0 < len(crossed) < len(weights) <= MOST_WEIGHTS:
            names = {"weight": weight, "gradient": gradient.name}
            yield Task((Blank(gradient.name, 2),), names, {"crossed": crossed, "weights": weights})
            return


def _fill(filling: Filling, task: Task, number: int) -> Exercise:
    crossed, weights = task.facts["crossed"], task.facts["weights"]
    assert isinstance(crossed, list)
    assert isinstance(weights, list)
    choices = lettered(Choice("", name in crossed, quantity=name) for name in weights)
    (blank,) = task.blanks
    box = box_of(box_number(number, 0), blank.quantity, Answer.SEVERAL, choices, blank.points)
    return Exercise(number, KIND.name, (box,), task.symbols)


KIND = ExerciseKind("paths", _pose, "a hidden layer, and at most 12 weights", _fill)
