"""biases: the derivative of the error by each bias, and the new biases where they are trained."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symback.exercises.kind import ExerciseKind, Task
from symback.exercises.numeric import asking
from symback.exercises.setting import Setting
from symback.graph import Role


def _pose(setting: Setting) -> Iterator[Task]:
    names = [quantity.name for quantity in setting.gradients(Role.BIAS)]
    new = [f"{name}+" for name in setting.trained if setting.graph[name].role is Role.BIAS]
    for task in asking(setting, [*names, *new]):
        yield replace(task, facts={**task.facts, "has_new": any(b.quantity in new for b in task.blanks)})


KIND = ExerciseKind("biases", _pose, "biases")
