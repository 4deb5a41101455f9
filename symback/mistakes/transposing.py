"""Which weight stands where when a table of weights is read the other way round."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from symback.expression import Product, names
from symback.graph import PARAMETER_ROLES, Graph, Role
from symback.mistakes.workings import Workings


def transposed(workings: Workings) -> dict[str, str]:
    """For each weight the one that is in its place when the rows of its table are taken for columns.

    Weights into the units of a layer from the same kind of source form a table; one that is not square is
    read column by column. Also for the weights after an update.
    """
    return dict(_transposed(_Key(workings.graph)))


class _Key:
    """A graph by identity: comparing its quantities would take longer than the work."""

    __slots__ = ("graph",)

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def __hash__(self) -> int:
        return id(self.graph)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.graph is self.graph


@lru_cache(maxsize=8)
def _transposed(key: _Key) -> Mapping[str, str]:
    graph = key.graph
    found: dict[str, str] = {}
    for rows in _tables(graph):
        flat = [weight for row in rows for weight in row]
        height = len(rows)
        for place, weight in enumerate(flat):
            row, column = divmod(place, len(rows[0]))
            found[weight] = flat[column * height + row]
    later = {f"{weight}+": f"{other}+" for weight, other in found.items() if f"{weight}+" in graph}
    return found | later


def _tables(graph: Graph) -> list[list[list[str]]]:
    """The weights of each layer as rows, one a net input, apart by the kinds of net input and source."""
    tables: dict[tuple[object, ...], dict[tuple[str, ...], None]] = {}
    for net in graph.with_role(Role.NET_INPUT):
        if net.name.endswith("+") or net.formula is None:
            continue
        rows: dict[str, list[str]] = {}
        for term in net.formula.parts:
            if isinstance(term, Product):
                weights = [name for name in names(term) if graph[name].role is Role.WEIGHT]
                others = [name for name in names(term) if graph[name].role not in PARAMETER_ROLES]
                if len(weights) == 1 and len(others) == 1:
                    source = graph[others[0]]
                    own = "own" if source.layer == net.layer else "before"
                    rows.setdefault(own, []).append(weights[0])
        kind = net.name.removesuffix(net.unit) if "[" not in net.name else net.name.partition(net.unit)[0]
        for own, weights in rows.items():
            tables.setdefault((net.layer, kind, own), {})[tuple(weights)] = None
    found = []
    for table in tables.values():
        rows_found = [list(row) for row in table]
        flat = [weight for row in rows_found for weight in row]
        is_table = len({len(row) for row in rows_found}) == 1 and len(set(flat)) == len(flat)
        if is_table and len(rows_found) > 1 and len(rows_found[0]) > 1:
            found.append(rows_found)
    return found
