"""The derivative of one quantity by another that is cut free, for names that a derivation leaves out."""

from __future__ import annotations

from symback.expression import ONE, ZERO, Expression, add, multiply, walk
from symback.graph import Graph, Quantity
from symback.naming import parts_of

LARGEST = 20_000
"""Nodes that a formula may have: over time steps the paths from B to A soon become too many."""


class Cut:
    """dA/dB over A's formula: the sum over its parents P of the local derivative times dP/dB."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._found: dict[tuple[str, str], Expression | None] = {}
        self._sizes: dict[tuple[str, str], int] = {}
        self._above: dict[str, Graph] = {}

    def of_name(self, name: str) -> Expression | None:
        """The formula of a derivative by its name; None if one of its parts is no quantity, if there are too
        many paths, and for a direct derivative that is the total one.
        """
        parts = parts_of(name)
        of, by = parts.of + parts.state, parts.by + parts.state
        if parts.then or of not in self.graph or (by not in self.graph and parts.by not in self.graph):
            return None
        by = by if by in self.graph else parts.by
        quantity, by = self.graph[of], self.graph[by].name
        if not parts.direct:
            return self.derivative(quantity.name, by)
        if by not in quantity.parents:
            return None
        own, total = self._local(quantity, by), self.derivative(quantity.name, by)
        return own if own != total else None

    def derivative(self, of: str, by: str) -> Expression | None:
        """dA/dB over forward quantities; None where the formula would be too large."""
        if of == by:
            return ONE
        if (of, by) not in self._found:
            if of not in self._above:
                self._above[of] = self.graph.ancestors([of])
            for quantity in self._above[of]:  # each after its parents, so that no recursion gets deep
                if quantity.name != by and (quantity.name, by) not in self._found:
                    self._found[quantity.name, by] = self._sum(quantity, by)
        return self._found[of, by]

    def _sum(self, quantity: Quantity, by: str) -> Expression | None:
        terms = []
        size = 0
        for parent in quantity.parents:
            key = (self.graph[parent].name, by)
            inner = ONE if key[0] == by else self._found[key]
            if inner is None:
                return None
            if inner != ZERO and quantity.formula is not None:
                local = self._local(quantity, parent)
                size += sum(1 for _ in walk(local)) + self._sizes.get(key, 1)
                terms.append(multiply([factor for factor in (local, inner) if factor != ONE] or [ONE]))
        self._sizes[quantity.name, by] = size
        return None if size > LARGEST else add(terms) if terms else ZERO

    def _local(self, quantity: Quantity, parent: str) -> Expression:
        from symback import calculus

        assert quantity.formula is not None
        return dict(quantity.textbook).get(parent) or calculus.derivative(quantity.formula, parent)
