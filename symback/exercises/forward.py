"""forward: the net input and the output of each unit."""

from __future__ import annotations

from collections.abc import Iterator

from symback.exercises.kind import ExerciseKind, Task
from symback.exercises.numeric import asking
from symback.exercises.setting import Setting


def _pose(setting: Setting) -> Iterator[Task]:
    yield from asking(setting, [quantity.name for quantity in setting.units])


KIND = ExerciseKind("forward", _pose, "a layer that computes something")
