"""biases: the derivative of the error by each bias, and the new biases where they are trained."""

from __future__ import annotations

from collections.abc import Iterator

from symback.exercises.kind import ExerciseKind, Task
from symback.exercises.numeric import asking
from symback.exercises.setting import Setting
from symback.graph import Role


def _pose(setting: Setting) -> Iterator[Task]:
    names = [quantity.name for quantity in setting.gradients(Role.BIAS)]
    new = [f"{name}+" for name in setting.trained if setting.graph[name].role is Role.BIAS]
    yield from asking(setting, [*names, *new])


KIND = ExerciseKind("biases", _pose, "biases")
