"""update: the new value of weights."""

from __future__ import annotations

from collections.abc import Iterator

from symback.exercises.kind import ExerciseKind, Task
from symback.exercises.numeric import asking
from symback.exercises.setting import Setting
from symback.graph import Role

NEEDS = "an [update] table, and weights that it changes"


def _pose(setting: Setting) -> Iterator[Task]:
    weights = [name for name in setting.trained if setting.graph[name].role is Role.WEIGHT]
    weights.sort(key=lambda name: -setting.graph[name].layer)
    yield from asking(setting, [f"{name}+" for name in weights])


KIND = ExerciseKind("update", _pose, NEEDS)
