"""The derivative of one quantity by another that is cut free, for names that a derivation leaves out."""

from __future__ import annotations

from symback.expression import ONE, ZERO, Expression, add, multiply
from symback.graph import Graph, Quantity
from symback.naming import parts_of


class Cut:
    """dA/dB by recursion over A's formula: the sum over its parents P of the local derivative times dP/dB."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._found: dict[tuple[str, str], Expression] = {}

    def of_name(self, name: str) -> Expression | None:
        """The formula of a derivative by its name; None if one of its parts is no quantity."""
        parts = parts_of(name)
        of, by = parts.of + parts.state, parts.by + parts.state
        if of not in self.graph or (by not in self.graph and parts.by not in self.graph):
            return None
        by = by if by in self.graph else parts.by
        return self.derivative(self.graph[of].name, self.graph[by].name)

    def derivative(self, of: str, by: str) -> Expression:
        """dA/dB over forward quantities."""
        if of == by:
            return ONE
        if (of, by) not in self._found:
            self._found[of, by] = self._sum(self.graph[of], by)
        return self._found[of, by]

    def _sum(self, quantity: Quantity, by: str) -> Expression:
        from symback import calculus

        terms = []
        known = dict(quantity.textbook)
        for parent in quantity.parents:
            inner = self.derivative(self.graph[parent].name, by)
            if inner != ZERO and quantity.formula is not None:
                local = known.get(parent) or calculus.derivative(quantity.formula, parent)
                terms.append(multiply([factor for factor in (local, inner) if factor != ONE] or [ONE]))
        return add(terms) if terms else ZERO
