"""Checks of derivatives that were asked for: second ones, and those of other quantities than the error."""

from __future__ import annotations

from collections.abc import Mapping

from flint import arb, ctx

from symback.balls import Numeric, Undecided, as_ball
from symback.checks import WIDEST_DIRECT, Check, flat_size, hidden_width
from symback.derivatives import with_derivatives
from symback.difference_checks import check_differences
from symback.direct import BALL_BITS, is_direct
from symback.evaluation import Evaluation, given_number
from symback.forward import given_numbers
from symback.graph import Graph, Quantity, Role, Rule
from symback.naming import TOTAL, parts_of, second_derivative
from symback.network import Network
from symback.tape import Doubts
from symback.training import compile_pass

LARGEST_DIRECT = 100
"""Second derivatives are taken directly while the flat error of a sample holds at most so many names."""
MOST_DIRECT = 50_000
"""And until the squares of these sizes, one for each derivative, add up to this."""
DIGITS = 50
"""Derivatives in both orders must certainly agree in so many digits."""


def check_derivatives(network: Network, graph: Graph, exact: Evaluation) -> list[Check]:
    """All checks that there is something for; none where no such derivative was asked for."""
    given = {quantity.name for quantity in graph if quantity.rule is Rule.GIVEN}
    entries = [q for q in graph.with_role(Role.SECOND_DERIVATIVE) if _is_entry(q, given)]
    checks = [_check_direct(graph, entries)] if entries else []
    if exact.values.get(TOTAL) is None:
        return checks
    pairs = [q for q in entries if parts_of(q.name).by != parts_of(q.name).then]
    numbers = _numbers(network, with_derivatives(graph, map(_swapped, pairs)))
    if pairs and numbers is not None:
        checks.append(_check_symmetry(numbers, pairs))
    differences = check_differences(network, graph, exact)
    return [*checks, differences] if differences is not None else checks


def _is_entry(quantity: Quantity, given: set[str]) -> bool:
    """Whether this is a second derivative of the whole error by two given names."""
    parts = parts_of(quantity.name)
    whole = parts.of == TOTAL and not parts.state and not parts.direct
    return whole and parts.by in given and parts.then in given


def _check_direct(graph: Graph, entries: list[Quantity]) -> Check:
    """The steps against `sympy.diff` of the flat error, taken twice; as many as there is time for."""
    size = flat_size(graph)
    is_large = size > LARGEST_DIRECT or hidden_width(graph) > WIDEST_DIRECT
    tried = [] if is_large else entries[: MOST_DIRECT // size**2]
    answers = {entry.name: is_direct(graph, *_variables(entry.name)) for entry in tried}
    failed = tuple(name for name, answer in answers.items() if answer is False)
    facts = {
        "count": len(tried),
        "proven": sum(answer is True for answer in answers.values()),
        "left": len(entries) - len(tried),
        "failed": failed,
        "bits": BALL_BITS,
    }
    return Check("second_direct", not failed, facts)


def _variables(name: str) -> tuple[str, str]:
    parts = parts_of(name)
    return parts.by, parts.then


def _swapped(entry: Quantity) -> str:
    """The name of the derivative in the other order."""
    return second_derivative(TOTAL, *reversed(_variables(entry.name)))


def _check_symmetry(numbers: Mapping[str, Numeric], entries: list[Quantity]) -> Check:
    """Each second derivative against the one in the other order, which has steps of its own."""
    failed = tuple(
        entry.name for entry in entries if not _agree(numbers[entry.name], numbers[_swapped(entry)])
    )
    count = len({frozenset((entry.name, _swapped(entry))) for entry in entries})
    return Check("symmetry", not failed, {"count": count, "failed": failed, "digits": DIGITS})


def _numbers(network: Network, graph: Graph) -> Mapping[str, Numeric] | None:
    """The values of all quantities; None where one cannot be had with these bits."""
    tape = compile_pass(Graph(tuple(q for q in graph if q.rule is not Rule.TRAINING))).tape
    trees = {name: number.expression for name, number in given_numbers(network).items()}
    with ctx.workprec(BALL_BITS):
        registers = tape.start({n: given_number(tree, n) for n, tree in trees.items() if tree is not None})
        try:
            tape.run(registers, Doubts())
        except Undecided:
            return None
        return {name: registers[place] for name, place in tape.positions.items()}


def _agree(first: Numeric, second: Numeric) -> bool:
    """Whether the two are certainly less than 10^-DIGITS apart, relative to the first where it is above 1."""
    with ctx.workprec(BALL_BITS):
        one, two = as_ball(first), as_ball(second)
        return bool(abs(one - two) < one.abs_upper().max(arb(1)) * arb(10) ** -DIGITS)
