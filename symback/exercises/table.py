"""table: net input, output and delta of each unit, in a table to be filled in."""

from __future__ import annotations

from collections.abc import Iterator

from symback.exercises.kind import Blank, ExerciseKind, Task
from symback.exercises.setting import Setting
from symback.graph import Role

MOST_ROWS = 8


def _pose(setting: Setting) -> Iterator[Task]:
    columns = (Role.NET_INPUT, Role.ACTIVATION, Role.DELTA)
    cells: dict[tuple[int, str, int | None], dict[Role, str]] = {}
    for quantity in setting.of_sample(*columns):
        if quantity.unit:
            key = (quantity.layer, quantity.unit, quantity.step)
            cells.setdefault(key, {})[quantity.role] = quantity.name
    rows = tuple(tuple(row.get(role, "") for role in columns) for row in list(cells.values())[:MOST_ROWS])
    units = tuple(unit for _, unit, _ in list(cells)[:MOST_ROWS])
    names = [name for row in rows for name in row if name]
    if names:
        facts = {"units": units, "columns": [role.value for role in columns], "sample": setting.sample}
        yield Task(tuple(map(Blank, names)), facts=facts, rows=rows)


KIND = ExerciseKind("table", _pose, "units with a net input")
