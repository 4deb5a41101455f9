"""Right and wrong formulas computed exactly: fractions and balls, of which every printed digit is proven."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeAlias

from flint import ctx

from symback.balls import HIGHEST_PRECISION, Numeric, Undecided
from symback.errors import EvaluationError
from symback.evaluation import given_number
from symback.expression import Expression, names
from symback.forward import given_numbers
from symback.graph import Graph, Rule
from symback.mistakes.workings import Workings
from symback.tape import Doubts, compile_tape
from symback.training import compile_step, train

BITS = 256
"""Enough for sixty digits and more."""
PRECISIONS = (BITS, 1024, HIGHEST_PRECISION, 4 * HIGHEST_PRECISION)
"""Bits tried one after the other until every comparison is decided, or given up at the highest."""

Trained: TypeAlias = dict[int, Mapping[str, Numeric]]
"""By the number of updates."""


def exact_values(
    workings: Workings, wanted: Iterable[str], *, carry: int | None = None
) -> dict[str, Numeric]:
    """The exact numbers of quantities under the workings' formulas, each rounded to `carry` decimals at once.

    Raises EvaluationError for what has no value.
    """
    wanted = list(wanted)
    for bits in PRECISIONS:
        try:
            return _exact(workings, wanted, carry, bits)
        except Undecided as problem:
            reason = problem
    raise EvaluationError(f"{reason.quantity} has no value that can be proven: {reason.reason}.")


def _exact(workings: Workings, wanted: list[str], carry: int | None, bits: int) -> dict[str, Numeric]:
    given = given_numbers(workings.network)
    with ctx.workprec(bits):
        values = {
            name: given_number(number.expression, name)
            for name, number in given.items()
            if number.expression is not None
        }
        needed = workings.needed(wanted)
        formulas: list[tuple[str, Expression]] = [
            (name, formula)
            for name, formula in workings.formulas.items()
            if needed >> workings.places[name] & 1 and name not in values
        ]
        changed = {name: formula for name, formula in workings.formulas.items() if name in values}
        for name, formula in changed.items():
            assert not names(formula), "a given number is only exchanged for another"
            values[name] = given_number(formula, name)
        tape = compile_tape(list(values), formulas, carry=carry, canonical=workings.name)
        registers = tape.start(values)
        tape.run(registers, Doubts())
        return {name: registers[tape.positions[name]] for name in wanted}


def trained_values(workings: Workings, bases: Iterable[str], rounds: Iterable[int]) -> Trained:
    """The exact numbers of quantities after each of so many updates by the workings' formulas.

    Raises EvaluationError where the training diverges.
    """
    step = compile_step(graph_of(workings), list(bases))
    with ctx.workprec(BITS):
        given = {
            name: given_number(number.expression, name)
            for name, number in given_numbers(workings.network).items()
            if number.expression is not None
        }
        snapshots = train(step, given, rounds)
    return {count: snapshot.values for count, snapshot in snapshots.items()}


def graph_of(workings: Workings) -> Graph:
    """The graph with the workings' formulas, in an order in which they can be computed."""
    graph = workings.graph
    given = [quantity for quantity in graph if quantity.rule is Rule.GIVEN]
    computed = [
        replace(graph[name], formula=formula) for name, formula in workings.formulas.items() if name in graph
    ]
    return Graph((*given, *(one for one in computed if one.rule not in (Rule.GIVEN, Rule.TRAINING))))
