"""loss: the error of each output, and of the network."""

from __future__ import annotations

from collections.abc import Iterator

from symback.exercises.kind import ExerciseKind, Task
from symback.exercises.numeric import asking
from symback.exercises.setting import Setting
from symback.graph import Role
from symback.naming import TOTAL


def _pose(setting: Setting) -> Iterator[Task]:
    names = [quantity.name for quantity in setting.of_sample(Role.ERROR)]
    yield from asking(setting, [*names, TOTAL] if not _is_copy(setting, names) else names)


def _is_copy(setting: Setting, names: list[str]) -> bool:
    """Whether E_total is the one error that there is."""
    return setting.graph[TOTAL].parents in [(name,) for name in names] and len(names) == 1


KIND = ExerciseKind("loss", _pose, "a loss")
