"""second-round: forward and backward again with the new weights."""

from __future__ import annotations

from collections.abc import Iterator

from symback.exercises.kind import ExerciseKind, Task
from symback.exercises.numeric import asking
from symback.exercises.setting import Setting, spread
from symback.exercises.update import NEEDS
from symback.graph import Role
from symback.naming import derivative


def _pose(setting: Setting) -> Iterator[Task]:
    weights = [name for name in setting.trained if setting.graph[name].role is Role.WEIGHT]
    weights.sort(key=lambda name: -setting.graph[name].layer)
    outputs = [f"{output.name}+" for output in setting.network.outputs(setting.sample)]
    gradients = [derivative("E_total", f"{name}+") for name in spread(weights, 3)]
    names = [name for name in (*outputs, "E_total+", *gradients) if name in setting.graph]
    yield from asking(setting, names if weights else [], points=2)


KIND = ExerciseKind("second-round", _pose, NEEDS, is_complete=True)
