"""loss-after-update: the forward pass with the new weights, as far as the error."""

from __future__ import annotations

from collections.abc import Iterator

from symback.exercises.kind import ExerciseKind, Task
from symback.exercises.numeric import asking
from symback.exercises.setting import Setting
from symback.exercises.update import NEEDS


def _pose(setting: Setting) -> Iterator[Task]:
    outputs = [f"{output.name}+" for output in setting.network.outputs(setting.sample)]
    names = [name for name in (*outputs, "E_total+") if name in setting.graph]
    yield from asking(setting, names if setting.trained else [], points=2)


KIND = ExerciseKind("loss-after-update", _pose, NEEDS)
