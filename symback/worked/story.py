"""What every part of a worked example needs: the network, its graph, the numbers, and small builders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from symback.checks import Report
from symback.document import Cell, Equation, Row, Show, Table, value_of
from symback.evaluation import Evaluation
from symback.expression import ZERO, Expression, Name, Number
from symback.figure.network_drawing import NetworkDrawing, network_drawing
from symback.graph import Graph, Quantity, Role
from symback.naming import derivative, indexed
from symback.network import Network

MOST_EQUATIONS = 8
"""More steps of one kind than this go into a table instead of equations."""
MOST_LISTED = 100
"""Without numbers, of more weights in a layer only the first and the last of each unit are listed."""
MOST_COLUMNS = 5
"""A table of values has at most this many columns of numbers."""


@dataclass(frozen=True)
class Story:
    """One derivation with its numbers and checks, told by the parts of the document."""

    network: Network
    graph: Graph
    evaluation: Evaluation
    report: Report
    rounds: tuple[int, ...] = ()
    only: tuple[str, ...] = field(default=())

    @cached_property
    def sample(self) -> int:
        """The sample that is worked in full: the first without a zero among its inputs, else the first.

        A zero would make the products vanish that the page wants to show. 0 where there is only one sample.
        """
        for place, sample in zip(self.network.places, self.network.samples, strict=True):
            if ZERO not in [given.expression for given in sample.inputs]:
                return place
        return self.network.places[0]

    @cached_property
    def drawing(self) -> NetworkDrawing:
        """The network as it is drawn in every figure of the document."""
        return network_drawing(self.network, self.graph, self.sample)

    @property
    def has_samples(self) -> bool:
        """Whether there are several samples."""
        return self.sample > 0

    def at(self, base: str) -> str:
        """The name of a quantity for the sample that is worked in full."""
        return indexed(base, self.sample)

    def knows(self, name: str) -> bool:
        """Whether the quantity has a number."""
        return self.evaluation.values.get(self.graph[name].name) is not None

    def has_numbers(self) -> bool:
        """Whether the network has any numbers to show beyond its symbols."""
        return self.knows("E_total")

    def has_update_numbers(self) -> bool:
        """Whether an update has any: with a symbolic learning rate, or nothing to train, it has none."""
        return self.has_numbers() and "E_total+" in self.graph and self.knows("E_total+")

    def gradient(self, parameter: str) -> Quantity:
        """The quantity that is worked in full for a parameter: its gradient, or the sample's contribution."""
        single = derivative(f"E[{self.sample}]", parameter) if self.sample else ""
        return self.graph[single if single and single in self.graph else derivative("E_total", parameter)]

    @property
    def of(self) -> str:
        """The error whose derivatives are told: of the sample worked in full where E_total is a mean."""
        is_mean = self.has_samples and self.network.reduction == "mean"
        return f"E[{self.sample}]" if is_mean and not self.couples_samples else "E_total"

    @cached_property
    def step_word(self) -> str:
        """What a place in a series is: a step of time, or a token where tokens attend to each other."""
        kinds = {layer.kind for layer in self.network.layers}
        return "token" if kinds & {"attention", "embedding"} else "step"

    @cached_property
    def couples_samples(self) -> bool:
        """Whether what belongs to one sample depends on the others."""
        return any(layer.couples_samples for layer in self.network.layers)

    def of_layer(self, place: int, *roles: Role) -> tuple[Quantity, ...]:
        """What a layer computes for the sample that is worked in full, and for all samples together."""
        return tuple(
            quantity
            for quantity in self.graph.with_role(*roles)
            if quantity.layer == place
            and quantity.sample in (0, self.sample)
            and not quantity.name.endswith("+")
            and "@" not in quantity.name
        )

    def weights(self, layer: int) -> tuple[Quantity, ...]:
        """The weights into a layer, in reading order."""
        return tuple(w for w in self.graph.with_role(Role.WEIGHT) if w.layer == layer)

    def equation(self, name: str, formula: Expression | None = None) -> Equation:
        """name = formula = formula in numbers = value, as far as there are numbers."""
        quantity = self.graph[name]
        shown = formula if formula is not None else quantity.formula
        assert shown is not None
        return Equation(Name(quantity.name), self.rows(quantity.name, shown))

    def rows(self, name: str, formula: Expression) -> tuple[Row, ...]:
        """formula, the same in numbers, and the value of `name`."""
        rows = [Row(formula)]
        if isinstance(formula, Number):
            return tuple(rows)
        if self.knows(name):
            if not isinstance(formula, Name):
                rows.append(Row(formula, Show.NUMBERS))
            rows.append(value_of(name))
        return tuple(rows)

    def equations(self, names: Iterable[str]) -> tuple[Equation, ...]:
        """An equation for each name."""
        return tuple(self.equation(name) for name in names)


def listing(kind: str, word: str, value_word: str, names: Mapping[str, str]) -> Table:
    """Two columns under these words: a symbol, and the value of the name that it leads to."""
    rows = tuple((Cell(symbol=symbol), Cell(value=name)) for symbol, name in names.items())
    return Table(kind, (Cell(word=word), Cell(word=value_word)), rows)


def values_table(
    kind: str, corner: str, columns: list[str], rows: list[tuple[Cell, list[str]]]
) -> list[Table]:
    """Tables of values, cut so that none is too wide: a first cell a row, then the value of each name.

    `columns` are names whose symbols head the columns, `corner` is the word above the first cells.
    """
    tables = []
    for start in range(0, len(columns), MOST_COLUMNS):
        part = slice(start, start + MOST_COLUMNS)
        head = (Cell(word=corner), *(Cell(symbol=name) for name in columns[part]))
        body = tuple((first, *(Cell(value=name) for name in names[part])) for first, names in rows)
        tables.append(Table(kind, head, body))
    return tables
