"""local-derivative: the first factors of the chain rule, dE/dout and dout/dnet of each unit."""

from __future__ import annotations

from collections.abc import Iterator

from symback.exercises.kind import ExerciseKind, Task
from symback.exercises.numeric import asking
from symback.exercises.setting import Setting
from symback.graph import Role
from symback.mistakes.kinds import is_activation_slope, is_loss_slope


def _pose(setting: Setting) -> Iterator[Task]:
    slopes = setting.of_sample(Role.LOCAL_DERIVATIVE, Role.DERIVATIVE)
    workings = setting.workings
    names = [q.name for q in slopes if is_loss_slope(workings, q) or is_activation_slope(workings, q)]
    yield from asking(setting, names)


KIND = ExerciseKind("local-derivative", _pose, "a loss or an activation whose derivative is no constant")
