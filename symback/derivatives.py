"""Derivatives that a worked example leaves out, built by their names when they are asked for.

`dE_total/di1`, `dout_o1/dw5`, `dnet_o1/dw1`: any derivative of one quantity of the forward pass by another;
`d2E_total/dw1dw5`: any of second order; each also at the updated parameters (`dE_total/dw5+`). Only what a
name needs is built.
"""

from __future__ import annotations

from collections.abc import Iterable

from symback.backward import Backward
from symback.derivation import after_update
from symback.expression import Expression
from symback.graph import FORWARD_ROLES, Graph, Quantity, Role, Rule
from symback.naming import DIRECT, at_state, normal_state, parts_of
from symback.second_order import SecondOrder


def with_derivatives(graph: Graph, names: Iterable[str]) -> Graph:
    """The graph with the derivatives of these names, and all that they need, at its end.

    A name that is no derivative of known quantities is passed over; the graph then does not have it. Raises
    RequestError for a second derivative whose meaning is not clear.
    """
    asked = [name for name in map(normal_state, names) if "/" in name and name not in graph]
    if not asked:
        return graph
    maker = _Maker(graph)
    wanted = [name for name in asked if maker.make(name)]
    whole = graph.extended(quantity for quantity in maker.made() if quantity.name not in graph)
    later = _after_updates(whole, [name.removesuffix("+") for name in wanted if name.endswith("+")])
    whole = whole.extended(later)
    kept = {quantity.name for quantity in whole.ancestors(wanted)}
    return graph.extended(q for q in whole if q.name in kept and q.name not in graph)


class _Maker:
    """Builds derivatives by their names over the forward pass of a graph."""

    def __init__(self, graph: Graph) -> None:
        forward = (q for q in graph if q.rule is Rule.GIVEN or q.role in FORWARD_ROLES)
        before = (q for q in forward if q.rule is not Rule.TRAINING and not q.name.endswith("+"))
        self.forward = Graph(tuple(before))
        self.backward = Backward(self.forward)
        self.second = SecondOrder(self.backward)

    def made(self) -> list[Quantity]:
        """All quantities that were built, in a computable order."""
        return list(self.backward.made.values())

    def make(self, name: str) -> bool:
        """Builds the derivative; False for a name that is none of known quantities."""
        plain = name.removesuffix("+")
        try:
            parts = parts_of(plain)
        except ValueError:
            return False
        ends = [part for part in (parts.of, parts.by, parts.then) if part]
        if (
            parts.state
            or any(end not in self.forward for end in ends)
            or self.forward[parts.of].role not in FORWARD_ROLES
        ):
            return False
        if parts.direct and not self._has_direct(parts.of, parts.by):
            return False
        if parts.then:
            self._named(plain, self.second.total(*ends, direct=parts.direct))
        elif not parts.direct:
            self._named(plain, self.backward.total(*ends))
        return True

    def _has_direct(self, of: str, by: str) -> bool:
        """Whether the derivative of a formula of its own differs from the total one."""
        return by in self.forward[of].parents and self.backward.local(of, by).name.endswith(DIRECT)

    def _named(self, name: str, found: Expression) -> None:
        """Sees to it that the derivative has a quantity of this name, also where it is a constant."""
        known = self.backward.made
        if name in known or any(name in quantity.names for quantity in known.values()):
            return
        role = Role.SECOND_DERIVATIVE if parts_of(name).then else Role.DERIVATIVE
        known[name] = Quantity(name, role, Rule.SUM_OVER_PATHS, found)


def _after_updates(graph: Graph, names: Iterable[str]) -> list[Quantity]:
    """These derivatives, and all that they need, over the updated parameters."""
    wanted = {graph[name].name for name in names}
    after = {q.name: at_state(q.name, "+") for q in graph if at_state(q.name, "+") in graph}
    found = []
    for quantity in graph.ancestors(wanted):
        moves = quantity.name in wanted or any(parent in after for parent in quantity.parents)
        if quantity.name not in after and quantity.rule is not Rule.GIVEN and moves:
            after[quantity.name] = at_state(quantity.name, "+")
            found.append(after_update(quantity, after))
    return found
