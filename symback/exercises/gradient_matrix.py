"""gradient-matrix: all derivatives by the weights of one layer, in the places of its matrix."""

from __future__ import annotations

from collections.abc import Iterator

from symback.exercises.kind import Blank, ExerciseKind, Task
from symback.exercises.setting import Setting
from symback.matrix import matrices, without_matrices
from symback.naming import derivative

MOST_ENTRIES = 12


def _pose(setting: Setting) -> Iterator[Task]:
    if without_matrices(setting.network) is not None:
        return
    for matrix in matrices(setting.network, setting.graph):
        if not matrix.name.startswith("W^") or matrix.name.endswith("+"):
            continue
        rows = tuple(tuple(derivative("E_total", name) for name in row) for row in matrix.entries)
        names = [name for row in rows for name in row]
        if len(names) <= MOST_ENTRIES and all(name in setting.graph for name in names):
            facts = {"layer": int(matrix.name[2:]), "sample": setting.sample}
            yield Task(tuple(map(Blank, names)), facts=facts, rows=rows)


KIND = ExerciseKind("gradient-matrix", _pose, f"dense layers with at most {MOST_ENTRIES} weights")
