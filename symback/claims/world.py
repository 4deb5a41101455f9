"""What claims are held against: the network's graph, its exact numbers, and its formulas unfolded."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from flint import ctx

from symback.balls import Numeric
from symback.claims.cut import Cut
from symback.derivation import derive
from symback.derivatives import with_derivatives
from symback.errors import EvaluationError, RequestError, SymbackError
from symback.evaluation import given_number
from symback.expression import (
    ONE,
    ZERO,
    Call,
    Differentiate,
    Expression,
    Name,
    Negative,
    Power,
    Product,
    Quotient,
    Sum,
    add,
    instantiate,
    multiply,
    names,
    substitute,
    transform,
    walk,
)
from symback.forward import given_numbers
from symback.graph import FORWARD_ROLES, PARAMETER_ROLES, Graph, Quantity, Role, Rule
from symback.naming import at_state, derivative, normal_state
from symback.network import Network
from symback.tape import Doubts, Tape, compile_tape, constant
from symback.training import compile_pass, compile_step, train
from symback.updates import tracked_names

if TYPE_CHECKING:
    from symback.diagnosis.diagnosis import Diagnoser

MOST_UNFOLDED = 20_000
"""Names that may be replaced in a formula."""
BITS = 320
"""Enough for 60 digits and for what 10,000 rounds lose."""
_AFTER = re.compile(r"(.+)@(\d+)")
_BACKWARD = frozenset({Role.LOCAL_DERIVATIVE, Role.DERIVATIVE, Role.DELTA, Role.CONTRIBUTION, Role.GRADIENT})
_FOLLOWED = PARAMETER_ROLES | FORWARD_ROLES | {Role.GRADIENT, Role.COUNT}
"""What can be asked for after many updates."""
_UPDATES = frozenset(
    {Role.UPDATED, Role.STATE, Role.COUNT, Role.LEARNING_RATE, Role.BATCH_ERROR, Role.BATCH_GRADIENT}
)
"""What an update makes, or is made from: it is unfolded to what comes before it."""
Numbers = dict[str, Numeric]


class TooLong(Exception):
    """Internal: an unfolded formula would have too many names."""


class World:
    """A network with all its quantities and numbers."""

    def __init__(self, network: Network, graph: Graph | None = None) -> None:
        self.network = network
        self.graph = graph or derive(network, complete=True)
        self.cut = Cut(self.graph)
        self._later: dict[int, Numbers] = {}
        self._asked: dict[str, Expression | None] = {}
        self._asked_numbers: dict[str, Numeric | None] = {}

    @cached_property
    def given(self) -> Numbers:
        """Given numbers, without the symbolic ones."""
        return self.given_with(BITS)

    def given_with(self, bits: int) -> Numbers:
        """Given numbers at a precision."""
        found = given_numbers(self.network)
        with ctx.workprec(bits):
            return {
                name: given_number(one.expression, name)
                for name, one in found.items()
                if one.expression is not None
            }

    @cached_property
    def diagnoser(self) -> Diagnoser:
        """The search for mistakes, on the same graph."""
        from symback.diagnosis.diagnosis import Diagnoser  # what is right needs none

        return Diagnoser(self.network, derived=self.graph)

    @cached_property
    def rest(self) -> dict[str, Expression]:
        """The states before the first time step that are 0."""
        found = given_numbers(self.network)
        states = [q.name for q in self.graph.with_role(Role.CONSTANT) if q.step == 0]
        return {name: ZERO for name in states if found[name].expression == ZERO}

    @cached_property
    def is_symbolic(self) -> bool:
        """Whether some given number is left open."""
        return len(self.given) < len(given_numbers(self.network))

    @cached_property
    def numbers(self) -> Numbers:
        """Every quantity of the graph; empty for a symbolic network."""
        if self.is_symbolic:
            return {}
        tape = compile_pass(self.graph).tape
        with ctx.workprec(BITS):
            return _run(tape, self.given)

    @cached_property
    def parts(self) -> list[Numeric]:
        """The values of all parts of all formulas: 1 - out, w*x, eta*dE/dw, exp(-net); [] if symbolic."""
        if self.is_symbolic:
            return []
        kinds = (Sum, Product, Quotient, Power, Negative, Call)
        found = {node for q in self.graph if q.formula for node in walk(q.formula) if isinstance(node, kinds)}
        values = []
        for node in found:
            try:
                value = self.value(node)
            except SymbackError:
                continue
            if value is not None:
                values.append(value)
        return values

    def number(self, name: str) -> Numeric | None:
        """The exact value of a name, also after N rounds, and of derivatives that the graph leaves out."""
        name = normal_state(name)
        if name in self.graph:
            return self.numbers.get(self.graph[name].name)
        after = _AFTER.fullmatch(name)
        if after and self._has_states(after[1]) and not self.is_symbolic:
            base = self.graph[after[1]].name if after[1] in self.graph else after[1]
            return self.after(int(after[2])).get(base)
        if name not in self._asked_numbers:
            formula = self.formula(name)
            self._asked_numbers[name] = self.value(formula) if formula is not None else None
        return self._asked_numbers[name]

    def after(self, rounds: int) -> Numbers:
        """All forward quantities and parameters after so many rounds; {} if it cannot be trained so far."""
        if rounds not in self._later:
            self._later |= self.trained([rounds, max(0, rounds - 1), rounds + 1])
        return self._later[rounds]

    def trained(self, rounds: Iterable[int]) -> dict[int, Numbers]:
        """The numbers after each count of rounds, from one run."""
        wanted = sorted(set(rounds))
        bases = [q.name for q in self.graph if q.role in _FOLLOWED and not q.name.endswith("+")]
        bases += tracked_names(self.network)
        step = compile_step(self.graph, bases)
        for bits in (BITS, 4 * BITS, 16 * BITS):
            try:
                with ctx.workprec(bits):
                    snapshots = train(step, self.given_with(bits), wanted)
            except ArithmeticError:
                continue
            except (EvaluationError, RequestError):
                break
            return {count: dict(snapshots[count].values) for count in wanted}
        return {count: {} for count in wanted}

    def formula(self, name: str) -> Expression | None:
        """The formula of a name; for a derivative that the graph leaves out, the one with B cut free."""
        if name in self.graph:
            return self.graph[name].formula
        if name.startswith("d2") and "/" in name and name not in self._asked:
            self._asked |= self._second_order(name)
        if name in self._asked:
            return self._asked[name]
        return self.cut.of_name(name) if "/" in name else None

    def _second_order(self, name: str) -> dict[str, Expression | None]:
        """The formulas of a second derivative and all its steps; None for one without a clear meaning."""
        try:
            made = with_derivatives(self.graph, [name]).quantities[len(self.graph) :]
        except RequestError:
            return {name: None}
        return {name: None, **{one: step.formula for step in made for one in (step.name, *step.names)}}

    def knows(self, name: str) -> bool:
        """Whether the name means something here."""
        after = _AFTER.fullmatch(name)
        if name in self.graph or (after is not None and self._has_states(after[1])):
            return True
        return self.formula(name) is not None

    def _has_states(self, base: str) -> bool:
        """Whether a name without a state is one that has states: `m_hat_w5` is none, but `m_hat_w5+` is."""
        return base in self.graph or at_state(base, "+") in self.graph

    def value(self, expression: Expression) -> Numeric | None:
        """The exact value of a formula over known names; None where a name has none."""
        expression = self.resolved(expression)
        values: Numbers = {}
        for name in names(expression):
            number = self.number(name)
            if number is None:
                return None
            values[name] = number
        try:
            with ctx.workprec(BITS):
                return _run(compile_tape(list(values), [("result", expression)]), values)["result"]
        except (ArithmeticError, EvaluationError, RequestError):
            return None

    def resolved(self, expression: Expression) -> Expression:
        """Indexed sums written out, and open derivatives taken, by the chain rule through all they act on;
        direct ones with all other names held fixed.
        """
        return transform(instantiate(expression), self._taken)

    def _taken(self, node: Expression) -> Expression | None:
        if not isinstance(node, Differentiate):
            return None
        from symback import calculus

        operand = self.resolved(node.operand)
        if node.is_direct:
            return calculus.derivative(operand, node.variable)
        terms = []
        for name in names(operand):
            inner = self._slope(name, node.variable)
            if inner != ZERO:
                terms.append(multiply([calculus.derivative(operand, name), inner]))
        return add(terms) if terms else ZERO

    def _slope(self, name: str, variable: str) -> Expression:
        """How a name changes with the variable; names that are no quantities stand for themselves."""
        if name == variable:
            return ONE
        if name in self.graph and variable in self.graph and "/" not in name:
            of, by = self.graph[name].name, self.graph[variable].name
            found = self.cut.derivative(of, by)
            return Name(derivative(of, by)) if found is None else found
        return ZERO

    def unfolded(self, expression: Expression, depth: str) -> Expression:
        """A formula with names replaced by their formulas: of derivatives down to deltas (`deltas`; a name
        that stands alone has its own formula there), down to forward quantities (`forward`), one level
        further (`once`), or all the way down to what is given (`given`). Raises TooLong where that has no
        end: over time steps the paths soon become too many.
        """
        expression = self.resolved(expression)
        if depth == "deltas" and isinstance(expression, Name):
            expression = self.formula(expression.name) or expression
        count = 0

        def change(node: Expression) -> Expression | None:
            nonlocal count
            if not isinstance(node, Name):
                return None
            formula = self.formula(node.name)
            if formula is None or self._stays(node.name, depth):
                return Name(self.graph[node.name].name) if node.name in self.graph else node
            count += 1
            if count > MOST_UNFOLDED:
                raise TooLong
            return transform(formula, change)

        try:
            unfolded = transform(expression, change)
        except RecursionError:
            raise TooLong from None
        return transform(unfolded, self._one_level) if depth == "once" else unfolded

    def _stays(self, name: str, depth: str) -> bool:
        """Whether a name of the graph is not replaced at a depth."""
        if name not in self.graph or depth == "given":
            return False
        role = self.graph[name].role
        if depth == "deltas":
            return role not in _BACKWARD or role is Role.DELTA
        return role not in _BACKWARD and not self._is_updated(name)

    def met(self, left: Expression, right: Expression) -> tuple[Expression, Expression]:
        """Two sides in the same names where one writes `out_o1` and the other what it is computed from."""
        sides = (set(names(left)), set(names(right)))

        def written(node: Expression, own: set[str], others: set[str]) -> Expression:
            meaning = {}
            for name in own - others:
                formula = self.formula(name)
                if formula is not None and others & set(names(formula)):
                    meaning[name] = formula
            return substitute(node, meaning)

        return written(left, *sides), written(right, *reversed(sides))

    def _one_level(self, node: Expression) -> Expression | None:
        if isinstance(node, Name) and node.name in self.graph:
            return self.graph[node.name].formula or node
        return None

    def _is_updated(self, name: str) -> bool:
        return name in self.graph and self.graph[name].role in _UPDATES

    @cached_property
    def _stale(self) -> World:
        return World(self.network, stale_graph(self.graph))

    def stale_number(self, name: str) -> Numeric | None:
        """The value after updates with the classics' slip: hidden gradients at updated later weights."""
        return self._stale.number(name)

    @staticmethod
    def constant(expression: Expression) -> Numeric | None:
        """The value of a formula without names; None if it has some, or no value."""
        try:
            with ctx.workprec(BITS):
                return constant(expression)
        except (ArithmeticError, SymbackError):
            return None


def evaluated(expression: Expression, values: Numbers) -> Numeric:
    """A formula at numbers or balls for its names. Raises ArithmeticError or SymbackError without a value."""
    return _run(compile_tape(list(values), [("result", expression)]), values)["result"]


def stale_graph(graph: Graph) -> Graph:
    """Weights on the way back replaced by their updated values, the quantities in a new order.

    The weights of a recurrent layer stay: their updates need what comes back through them.
    """
    found: dict[int, list[tuple[Quantity, str]]] = {}
    for quantity in graph:
        updated = _updated_weight(graph, quantity)
        if updated:
            found.setdefault(graph[updated].layer, []).append((quantity, updated))
    changed = {quantity.name: quantity for quantity in graph}
    for pairs in found.values():
        needed = graph.ancestors([updated for _, updated in pairs])
        if any(quantity.name in needed for quantity, _ in pairs):
            continue
        for quantity, updated in pairs:
            changed[quantity.name] = replace(quantity, formula=Name(updated), derived=None)
    ordered: dict[str, Quantity] = {}
    stack = list(reversed(changed))
    while stack:
        missing = [graph[parent].name for parent in changed[stack[-1]].parents]
        missing = [parent for parent in missing if parent not in ordered]
        stack += missing
        if not missing:
            name = stack.pop()
            ordered[name] = changed[name]
    return Graph(tuple(ordered.values()))


def _updated_weight(graph: Graph, quantity: Quantity) -> str:
    """For a local derivative that is a weight, the name of that weight after the update; else ""."""
    formula = quantity.formula
    if quantity.rule is not Rule.LOCAL_DERIVATIVE or not isinstance(formula, Name):
        return ""
    is_weight = graph[formula.name].role is Role.WEIGHT
    updated = f"{formula.name}+"
    return updated if is_weight and updated in graph and not quantity.name.endswith("+") else ""


def _run(tape: Tape, given: Numbers) -> Numbers:
    registers = tape.start(given)
    tape.run(registers, Doubts())
    return {name: registers[place] for name, place in tape.positions.items()}
