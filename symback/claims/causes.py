"""Why a claim is wrong, where exactly one known cause explains it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flint import ctx, fmpq

from symback.balls import Numeric, as_ball, is_finite, rounded
from symback.claims.printed import PRECISION, Printed
from symback.claims.world import BITS, World
from symback.expression import ONE, Expression, Name, Negative, Product, Sum, names, transform
from symback.graph import Role
from symback.naming import normal_state, parts_of
from symback.numbers import fixed

FORMULA_DIGITS = 20
"""Decimals by which a formula is judged."""


def cause_of_formula(world: World | None, left: Expression, right: Expression) -> str | None:
    """The one change of the right side that makes it equal to the left at these numbers.

    Or a change besides a wrong sign, or else a mistake that is known to give what the right side gives.
    """
    if world is None:
        return None
    target = world.value(left)
    if target is None:
        return None
    found = _matching(world, right, target, expected(world, left))
    if not found:
        turned = _matching(world, _negative(right), target, expected(world, left))
        found = [f"{why}, and the sign is wrong" for why in turned]
    if found:
        return found[0] if len(found) == 1 else None
    name = normal_state(left.name) if isinstance(left, Name) else ""
    value = world.value(right)
    if value is None or not is_finite(value):
        return None
    return diagnosed(world, name, FORMULA_DIGITS, value)


def _matching(world: World, formula: Expression, target: Numeric, wanted: Sequence[str]) -> list[str]:
    return [why for why, changed in changes(world, formula, wanted) if _equal(world.value(changed), target)]


def expected(world: World, left: Expression) -> tuple[str, ...]:
    """The names that stand in the right formula, or in another form of it; no derivatives."""
    name = normal_state(left.name) if isinstance(left, Name) else ""
    if name not in world.graph:
        return ()
    quantity = world.graph[name]
    forms = [form for _, form in quantity.forms]
    formulas = [quantity.formula, *forms] if quantity.formula is not None else forms
    found = dict.fromkeys(one for formula in formulas if formula is not None for one in names(formula))
    return tuple(one for one in found if not parts_of(one).is_derivative)


def changes(
    world: World, formula: Expression, wanted: Sequence[str] = ()
) -> Iterator[tuple[str, Expression]]:
    """Formulas that differ in one token, each with the sentence that says what was wrong with this one.

    `wanted` are names that may have to stand in the place of one that is there.
    """
    present = names(formula)
    for name in present:
        others = alike(world, name)
        strange = [other for other in wanted if other not in present] if name not in wanted else []
        for other in dict.fromkeys((*others, *strange)):
            yield f"{name} stands where {other} belongs", _renamed(formula, name, other)
    yield "the sign is wrong", Negative(formula)
    if isinstance(formula, Product):
        for place, factor in enumerate(formula.factors):
            rest = formula.factors[:place] + formula.factors[place + 1 :]
            if rest:
                yield f"the factor {_text(factor)} is one too many", Product(rest)
    if isinstance(formula, Sum):
        for place, term in enumerate(formula.terms):
            turned = term.operand if isinstance(term, Negative) else Negative(term)
            yield (
                f"the sign before {_text(term)} is wrong",
                Sum((*formula.terms[:place], turned, *formula.terms[place + 1 :])),
            )
    slopes = [q.name for q in world.graph.with_role(Role.LOCAL_DERIVATIVE) if q.name.startswith("dout_")]
    for name in (*(q.name for q in world.graph.with_role(Role.ACTIVATION, Role.INPUT)), *slopes):
        yield f"the factor {name} is missing", Product((formula, Name(name)))


def alike(world: World, name: str) -> list[str]:
    """Other quantities of the same role, sample and state."""
    name = normal_state(name)
    if name not in world.graph:
        return []
    quantity = world.graph[name]
    state = name.endswith("+")
    return [
        other.name
        for other in world.graph.with_role(quantity.role)
        if other.name != quantity.name
        and other.sample == quantity.sample
        and other.name.endswith("+") == state
    ]


def cause_of_number(world: World, name: str, digits: Printed) -> str | None:
    """The one known cause by which a quantity gets these digits."""
    found = dict.fromkeys(why for why, value in candidates(world, name) if _is(digits, value))
    if found:
        return next(iter(found)) if len(found) == 1 else None
    return diagnosed(world, name, digits.decimals, fmpq(digits.whole, 10**digits.decimals))


def diagnosed(world: World, name: str, decimals: int, value: Numeric) -> str | None:
    """The sentence about the one mistake that surely gives a quantity this value; None where none does.

    It is the search of `symback diagnose`; a formula is judged by its value at these numbers.
    """
    if world.is_symbolic or name not in world.graph or parts_of(name).state not in ("", "+"):
        return None
    with ctx.workprec(PRECISION):
        whole = rounded(value, decimals)
    if not whole:
        return None
    text = fixed(int(whole), decimals)
    from symback.answer_numbers import read_answer  # what is right needs no diagnosis
    from symback.answer_tables import Entry
    from symback.feedback.report import Report

    diagnosis = world.diagnoser.diagnose([Entry(name, read_answer(text), "")])
    if diagnosis.is_correct or diagnosis.rivals:
        return None
    report = Report(diagnosis, world.network.name, (name,))
    sure = [one for one in report.explanations if one.confident]
    return sure[0].sentence if sure else None


def candidates(world: World, name: str) -> Iterator[tuple[str, Numeric | None]]:
    """Values that the usual slips give instead of the right one."""
    value = world.number(name)
    if value is None:
        return
    yield "the sign is wrong", -value
    rounds = rounds_of(name)
    if rounds and not world.is_symbolic:
        yield (
            "the hidden layer used weights that were already updated",
            world.stale_number(name),
        )
    if rounds and rounds > 1:
        base = name.rpartition("@")[0]
        yield f"this is the value after {rounds - 1:,} rounds", world.after(rounds - 1).get(base)
        yield f"this is the value after {rounds + 1:,} rounds", world.after(rounds + 1).get(base)
    for other in alike(world, name):
        yield f"this is the value of {other}", world.number(other)


def rounds_of(name: str) -> int:
    """After how many updates the name is meant; 0 before any."""
    state = parts_of(name).state
    return 0 if not state else 1 if state == "+" else int(state[1:])


def is_from_rounded_parents(world: World, name: str, digits: Printed) -> bool:
    """Whether the digits come out when the names in the formula are first rounded to as many decimals."""
    formula = world.formula(name)
    if formula is None:
        return False
    from symback.tape import Doubts, compile_tape

    values: dict[str, Numeric] = {}
    for parent in names(formula):
        value = world.number(parent)
        if value is None:
            return False
        with ctx.workprec(PRECISION):
            whole = rounded(value, digits.decimals)
        if whole is None:
            return False
        values[parent] = fmpq(whole, 10**digits.decimals)
    with ctx.workprec(BITS):
        tape = compile_tape(list(values), [("result", formula)])
        registers = tape.start(values)
        tape.run(registers, Doubts())
        return digits.is_rounding_of(registers[tape.positions["result"]])


def _is(digits: Printed, value: Numeric | None) -> bool:
    return value is not None and digits.is_rounding_of(value)


def _negative(formula: Expression) -> Expression:
    """With the other sign; a product stays one, so that its factors are seen."""
    if isinstance(formula, Product):
        return Product((Negative(ONE), *formula.factors))
    return formula.operand if isinstance(formula, Negative) else Negative(formula)


def _equal(value: Numeric | None, target: Numeric) -> bool:
    if value is None:
        return False
    with ctx.workprec(PRECISION):
        difference = as_ball(value) - as_ball(target)
        return bool(difference.contains(0))


def _renamed(formula: Expression, name: str, other: str) -> Expression:
    return transform(
        formula, lambda node: Name(other) if isinstance(node, Name) and node.name == name else None
    )


def _text(expression: Expression) -> str:
    from symback.fillers import plain

    return plain(expression.operand if isinstance(expression, Negative) else expression)
