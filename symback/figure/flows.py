"""Which cell feeds which, and with what parameters: read off the formulas of the forward pass."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from symback.expression import Expression, Name, Product, Sum, walk
from symback.figure.cells import Cell, Cells
from symback.graph import PARAMETER_ROLES, Quantity, Role

MOST_READ = 64
"""Of the units of a cell so many formulas are read: the kernel of a feature map is in each of them."""


@dataclass(slots=True)
class Flow:
    """From one cell to another: the parameters on the way, and what comes from there, in reading order."""

    source: Cell
    target: Cell
    parameters: dict[str, None] = field(default_factory=dict)
    sources: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True)
class Flows:
    """All flows between cells, and the parameters of cells that belong to no flow, such as biases."""

    between: dict[tuple[Cell, Cell], Flow]
    own: dict[Cell, tuple[str, ...]]
    looked_up: tuple[Flow, ...] = ()
    """From inputs that are in no formula: a word says which row of a table is taken."""

    @property
    def all(self) -> tuple[Flow, ...]:
        """Those of formulas, then the others."""
        return (*self.between.values(), *self.looked_up)


def flows_of(cells: Cells, shown: Collection[Cell]) -> Flows:
    """The flows into the shown cells; what stays within a cell is no flow."""
    between: dict[tuple[Cell, Cell], Flow] = {}
    loose: dict[Cell, dict[str, None]] = {}
    roles = {q.name: q.role for q in cells.graph.with_role(*PARAMETER_ROLES)}
    for cell in shown:
        for quantity in _spread(cells.members.get(cell, [])):
            for parameter, name in _pairs(quantity, roles):
                source = cells.of.get(name)
                if source is not None and source != cell:
                    flow = between.setdefault((source, cell), Flow(source, cell))
                    flow.sources[name] = None
                    if parameter:
                        flow.parameters[parameter] = None
                elif parameter:
                    loose.setdefault(cell, {})[parameter] = None
    carried = {name for flow in between.values() for name in flow.parameters}
    # A recurrent weight is multiplied in the first step with a given state, which is no cell.
    own = {
        cell: tuple(name for name in names if name not in carried or roles[name] is Role.BIAS)
        for cell, names in loose.items()
    }
    own = {cell: names for cell, names in own.items() if names}
    return Flows(between, own, tuple(_looked_up(cells, shown, between)))


def _looked_up(
    cells: Cells, shown: Collection[Cell], between: dict[tuple[Cell, Cell], Flow]
) -> Iterator[Flow]:
    used = {source for source, _ in between}
    first = min((place for place in cells.columns if place), default=0)
    for cell in cells.columns.get(0, []) if first else []:
        if cell in shown and cell not in used:
            targets = [target for target in cells.columns[first] if target.step == cell.step]
            yield from (Flow(cell, target) for target in targets or cells.columns[first][:1])


def _spread(quantities: list[Quantity]) -> list[Quantity]:
    return quantities[:: max(1, len(quantities) // MOST_READ)]


def _pairs(quantity: Quantity, roles: dict[str, Role]) -> Iterator[tuple[str, str]]:
    """(parameter, what it is multiplied with) for each product of the two; else one of them alone."""
    formula = quantity.formula
    if formula is None:
        return
    for term in formula.terms if isinstance(formula, Sum) else (formula,):
        factors = [node.name for node in _factors(term) if isinstance(node, Name)]
        parameters = [name for name in factors if name in roles]
        others = [name for name in factors if name not in roles]
        if isinstance(term, Product) and len(parameters) == 1 and len(others) == 1:
            yield parameters[0], others[0]
            continue
        for node in walk(term):
            if isinstance(node, Name):
                yield (node.name, "") if node.name in roles else ("", node.name)


def _factors(term: Expression) -> tuple[Expression, ...]:
    return term.factors if isinstance(term, Product) else (term,)
