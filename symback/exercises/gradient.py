"""gradient: the derivative of the error by weights, of the last layer first."""

from __future__ import annotations

from collections.abc import Iterator

from symback.exercises.kind import ExerciseKind, Task
from symback.exercises.numeric import asking
from symback.exercises.setting import Setting
from symback.graph import Role


def _pose(setting: Setting) -> Iterator[Task]:
    yield from asking(setting, [quantity.name for quantity in setting.gradients(Role.WEIGHT)])


KIND = ExerciseKind("gradient", _pose, "weights")
