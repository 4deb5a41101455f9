"""What the code of a notebook is made from: a solved network, its matrix equations, and Python names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from symback.evaluation import Evaluation, Value
from symback.expression import Call, Expression, Name, transform, walk
from symback.graph import Graph, Quantity, Role, Rule
from symback.matrix import MatrixView
from symback.matrix_nodes import Matrix
from symback.matrix_relations import Relation, relations
from symback.naming import at_state
from symback.network import Network
from symback.network_checks import Given
from symback.notebooks.identifiers import Identifiers

FORWARD = frozenset({"net_input", "activation", "coupled_activation"})


@dataclass(frozen=True)
class Source:
    """A network with its derivation and numbers."""

    network: Network
    graph: Graph
    evaluation: Evaluation
    given: Mapping[str, Given]
    copies: Mapping[str, str]
    """Quantities that only repeat a given number, by its name: they print as it was typed."""
    in_matrices: bool = False
    identifiers: Identifiers = field(default_factory=Identifiers)

    @property
    def carry(self) -> int | None:
        """The decimals that every quantity is rounded to before it is used again."""
        return self.evaluation.rounding.carry

    @cached_property
    def divides_by_roots(self) -> bool:
        """Whether the update rule divides by the root of squared gradients, as adam does.

        A gradient of exactly 0, of which doubles leave 1e-17, would then move its parameter.
        """
        formulas = [quantity.formula for quantity in self.graph.with_role(Role.UPDATED) if quantity.formula]
        return any(isinstance(node, Call) and node.function == "sqrt" for f in formulas for node in walk(f))

    @cached_property
    def positions(self) -> dict[str, int]:
        """The place of each quantity in the graph."""
        return {quantity.name: place for place, quantity in enumerate(self.graph)}

    def value(self, name: str) -> Value | None:
        """The number of a quantity, if it has one."""
        return self.evaluation.values.get(self.graph[name].name)

    def printed(self, name: str) -> str | None:
        """Its digits as the document has them."""
        value = self.value(self.copies.get(name, name))
        return value.shown if value is not None else None

    def is_given(self, name: str) -> bool:
        """Whether the network file states the number."""
        return self.graph[name].rule is Rule.GIVEN

    @cached_property
    def equations(self) -> dict[str, Relation]:
        """In matrix notation the equation of each matrix, by its name; the first where there are several.

        Equations that merely say what each entry is are left out; where every quantity is rounded before it
        is used, all are, since a product of matrices does not stop between its steps.
        """
        if not self.in_matrices or self.carry is not None:
            return {}
        found: dict[str, Relation] = {}
        all_of = list(relations(self.network, self.graph))
        later = [after for one in all_of if (after := self._after(one)) is not None]
        for relation in (*all_of, *later):
            if relation.left != relation.right:
                found.setdefault(relation.left.name, relation)
        return found

    @cached_property
    def matrices(self) -> dict[str, tuple[Matrix, int, int]]:
        """The matrix in which a quantity stands, with row and column, by its name."""
        found: dict[str, tuple[Matrix, int, int]] = {}
        for matrix in (*self._given_matrices(), *(one.left for one in self.equations.values())):
            for row, entries in enumerate(matrix.entries):
                for column, entry in enumerate(entries):
                    if isinstance(entry, Name):
                        found.setdefault(self.graph[entry.name].name, (matrix, row, column))
        return found

    def _given_matrices(self) -> Iterator[Matrix]:
        if not self.equations:
            return
        view = MatrixView(self.network, self.graph)
        yield view.activations(0)
        if self.network.loss_entry.has_targets:
            yield view.targets()
        for place, layer in enumerate(view.layers, start=1):
            yield view.weights(place)
            if layer.bias_names:
                yield view.biases(place)

    def _after(self, relation: Relation) -> Relation | None:
        """The same equation of the forward pass after the update."""
        if relation.kind not in FORWARD or not any(
            self._has_new(e) for row in relation.left.entries for e in row
        ):
            return None
        left, right = (transform(side, self._changed) for side in (relation.left, relation.right))
        assert isinstance(left, Matrix)
        return Relation(relation.kind, relation.layer, left, right)

    def _has_new(self, entry: Expression) -> bool:
        return isinstance(entry, Name) and at_state(entry.name, "+") in self.graph

    def _changed(self, node: Expression) -> Expression | None:
        if isinstance(node, Matrix) and any(self._has_new(entry) for row in node.entries for entry in row):
            rows = tuple(
                tuple(Name(at_state(e.name, "+")) if isinstance(e, Name) else e for e in row)
                for row in node.entries
            )
            return Matrix(node.name + "+", rows)
        return None

    def quantity(self, name: str, turn: int = 0) -> Quantity:
        """The quantity, with the formula that it has after so many updates."""
        return self.graph[name].at_turn(turn)
