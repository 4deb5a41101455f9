"""delta: the error signal of each unit, from the output back."""

from __future__ import annotations

from collections.abc import Iterator

from symback.exercises.kind import ExerciseKind, Task
from symback.exercises.numeric import asking
from symback.exercises.setting import Setting


def _pose(setting: Setting) -> Iterator[Task]:
    yield from asking(setting, [quantity.name for quantity in setting.deltas])


KIND = ExerciseKind("delta", _pose, "units with a net input")
