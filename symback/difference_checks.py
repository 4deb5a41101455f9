"""Derivatives against difference quotients of the independent float pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from symback.checks import Check
from symback.evaluation import Evaluation
from symback.float_pass import float_pass
from symback.graph import PARAMETER_ROLES, Graph, Role, Rule
from symback.naming import TOTAL, derivative, parts_of
from symback.network import Network

STEPS = (1e-5, 1e-6)
"""How far a number is moved, relative to it where it is above 1; less far where the first says nothing."""
_MOVED = PARAMETER_ROLES | {Role.INPUT, Role.TARGET, Role.CONSTANT}
TOLERANCE = 1e-6
"""How far a quotient may be off, relative to the largest number in the float pass that is above 1."""
Floats = Mapping[str, float]


def check_differences(network: Network, graph: Graph, exact: Evaluation) -> Check | None:
    """Second derivatives of the error, and derivatives of outputs, by numbers that can be moved.

    The slopes and outputs of the float pass are taken with each number moved up and down. None where there is
    nothing to compare, or where floats cannot hold a value.
    """
    known = {name: value.number for name, value in exact.values.items() if value is not None}
    # without a learning rate the float pass makes no update, which would not be looked at
    given = {q.name: known[q.name] for q in graph if q.rule is Rule.GIVEN and q.role in _MOVED}
    candidates = list(_candidates(graph, given))
    if not candidates:
        return None
    try:
        quotients = _Quotients(network, given)
        wanted = [candidate for candidate in candidates if candidate[1] in quotients.start]
        scale = max(1.0, *map(abs, quotients.start.values()))
        found = {name: quotients.error(of, by, known[graph[name].name], scale) for name, of, by in wanted}
    except (OverflowError, ZeroDivisionError, ValueError):
        return None
    errors = {name: error for name, error in found.items() if error is not None}
    failed = tuple(name for name, error in errors.items() if not error <= TOLERANCE)
    facts = {
        "count": len(errors),
        "failed": failed,
        "largest": f"{max(errors.values(), default=0):.0e}",
        "at_kinks": len(found) - len(errors),
    }
    return Check("differences", not failed, facts) if found else None


def _candidates(graph: Graph, given: Floats) -> Iterator[tuple[str, str, str]]:
    """A derivative, the name of what changes, and the given number that is moved."""
    for quantity in graph.with_role(Role.SECOND_DERIVATIVE, Role.DERIVATIVE):
        parts = parts_of(quantity.name)
        of, by = (derivative(parts.of, parts.by), parts.then) if parts.then else (parts.of, parts.by)
        if by in given and of != TOTAL and not parts.state and not parts.direct:
            yield quantity.name, of, by


class _Quotients:
    """The float pass at the given numbers, and with each of them moved; each pass is made once."""

    def __init__(self, network: Network, given: Floats) -> None:
        self.network = network
        self.given = given
        self.start = float_pass(network, given)
        self._moved: dict[tuple[str, float], Floats] = {}

    def error(self, of: str, by: str, slope: float, scale: float) -> float | None:
        """How far the quotient is from the slope, relative to the scale; None where a kink is too near."""
        error, bend = 0.0, 0.0
        for relative in STEPS:
            step = relative * max(1.0, abs(self.given[by]))
            up, down = self._at(by, step)[of], self._at(by, -step)[of]
            before, bend = bend, abs(up - 2 * self.start[of] + down) / step
            error = abs((up - down) / (2 * step) - slope) / scale
            if error <= TOLERANCE:
                return error
        # the slopes to both sides stay apart at a kink, and approach each other everywhere else
        return None if bend > before / 2 else error

    def _at(self, by: str, move: float) -> Floats:
        if (by, move) not in self._moved:
            moved = {**self.given, by: self.given[by] + move}
            self._moved[by, move] = float_pass(self.network, moved)
        return self._moved[by, move]
