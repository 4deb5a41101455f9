"""Is A == B? An exact proof that two formulas are one function, wherever both are defined. No SymPy.

Both formulas are brought into one field of rational functions (normal_form), where their difference must
be zero. Cases are proven on each side of every condition.

Only the truth of the rewritings makes a proof sound. That the field's generators are independent is not
needed: where they are not, a true identity may go unproven, so False never refutes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction
from functools import lru_cache, reduce

from flint import arb, ctx, fmpq

from symback.expression import (
    Cases,
    Expression,
    IndexedSum,
    Maximum,
    Name,
    Negative,
    Number,
    Product,
    Quotient,
    Shape,
    Sum,
    multiply,
    shape_of,
    transform,
    walk,
)
from symback.functions import in_basic_functions
from symback.normal_form import Program, elements_of
from symback.rational_functions import MOST_WORK, Budget, Element, Field, TooLarge

MOST_CONDITIONS = 6
"""How many conditions may be decided one after another: at most 2^6 proofs."""
BALL_BITS = 256
"""The precision at which two formulas are compared at a point before a proof is tried."""


def prove(left: Expression, right: Expression) -> bool:
    """Whether the two formulas are proven equal as functions, wherever both are defined.

    False means "not proven" and never "different". Formulas that would need more than about a second are
    not proven, nor are those that hold a derivative still to be taken. Pairs of one shape are proven once.
    """
    return is_proven(left, right)


def is_proven(
    left: Expression,
    right: Expression,
    *,
    positive: Collection[str] = (),
    off_kinks: bool = False,
    work: int = MOST_WORK,
) -> bool:
    """The same where the names in `positive` are positive.

    With `off_kinks` only where the two sides of no condition are equal. `work` bounds the attempt.
    """
    try:
        shape, names = shape_of(Quotient(left, right))
        if not shape.types.isdisjoint((IndexedSum, Maximum)):  # they depend on what the names are
            shape, names = shape_of(Quotient(in_basic_functions(left), in_basic_functions(right)))
        signs = frozenset(f"_{place}" for place, name in enumerate(names) if name in positive)
        return _shapes_are_equal(shape, signs, off_kinks, work)
    except RecursionError:
        return False


@lru_cache(maxsize=4096)
def _shapes_are_equal(of: Shape, positive: frozenset[str], off_kinks: bool, work: int) -> bool:
    """Whether what is divided equals what it is divided by."""
    left, right = map(in_basic_functions, of.expression.parts)
    if left == right:
        return True
    first, second = _summands(left), _summands(right)

    def are_equal(term: Expression, other: Expression) -> bool:
        return is_proven(term, other, positive=positive, off_kinks=off_kinks, work=work // len(first))

    if len(first) == len(second) > 1 and all(map(are_equal, first, second)):
        return True
    if _are_equal_whatever_the_cases(left, right, positive, work // 4):
        return True
    try:
        return _Cases(Budget(work), positive, off_kinks).are_equal(left, right, (), ())
    except (TooLarge, ZeroDivisionError):
        return False


def _are_equal_whatever_the_cases(
    left: Expression, right: Expression, positive: frozenset[str], work: int
) -> bool:
    """Whether the formulas are equal with any number in the place of each of their cases.

    So products and sums of the same cases in another order need no condition decided.
    """
    held: dict[Expression, Expression] = {}

    def hold(node: Expression) -> Expression | None:
        return held.setdefault(node, Name(f"?{len(held)}")) if isinstance(node, Cases) else None

    first, second = transform(left, hold), transform(right, hold)
    if not held:
        return False
    try:
        return _Cases(Budget(work), positive, False).are_equal(first, second, (), ())
    except (TooLarge, ZeroDivisionError):
        return False


def _summands(tree: Expression, factor: Fraction = Fraction(1)) -> list[Expression]:
    """Terms that add up to `factor` times the tree: sums are taken apart, also under signs and numbers.

    Formulas of several samples are equal term by term. One after the other, the terms have few conditions
    and small denominators; the common denominator of their sum may be too large.
    """
    match tree:
        case Sum(terms):
            return [summand for term in terms for summand in _summands(term, factor)]
        case Negative(operand):
            return _summands(operand, -factor)
        case Product((Number(value), *rest)) if rest:
            return _summands(multiply(rest), factor * value)
    return [tree if factor == 1 else Number(factor) * tree]


Decided = tuple[tuple[Expression, bool], ...]
"""Conditions `expression > 0` and whether they hold."""


class _Cases:
    """A proof on each side of every condition; the budget is for all of them together."""

    def __init__(self, budget: Budget, positive: Collection[str], off_kinks: bool) -> None:
        self.budget = budget
        self.positive = positive
        self.off_kinks = off_kinks

    def are_equal(
        self, left: Expression, right: Expression, decided: Decided, zeros: tuple[Expression, ...]
    ) -> bool:
        """Whether left equals right where the conditions are as decided and the `zeros` are 0."""
        conditions = _plain_conditions((left, right))
        if not conditions:
            return self._without_cases(left, right, decided, zeros)
        known = tuple(condition for condition, _ in decided)
        field, elements = elements_of((*conditions.values(), *known), self.budget, self.positive)
        signs = elements[len(conditions) :]
        answers: dict[tuple[Expression, Expression], bool] = {}
        for sides, element in zip(conditions, elements, strict=False):
            answer = self._answer(field, element, signs, decided)
            if answer is not None:
                answers[sides] = answer
        if answers:
            left, right = _with_answers(left, answers), _with_answers(right, answers)
            return self.are_equal(left, right, decided, zeros)
        if len(decided) == MOST_CONDITIONS:
            raise TooLarge
        condition, element = next(iter(conditions.values())), elements[0]
        if not self.are_equal(left, right, (*decided, (condition, True)), zeros):
            return False
        is_zero = field.sign(element) == 1 or any(_is_opposite(field, element, sign) for sign in signs)
        more = (*zeros, condition) if is_zero else zeros
        return self.are_equal(left, right, (*decided, (condition, False)), more)

    def _answer(
        self, field: Field, condition: Element, signs: Sequence[Element], decided: Decided
    ) -> bool | None:
        """Whether `condition` > 0, if its sign is known or follows from one that is decided."""
        own = field.sign(condition)
        if own is not None and (own <= 0 or not field.may_vanish(condition) or self.off_kinks):
            return own > 0
        for sign, (_, holds) in zip(signs, decided, strict=True):
            ratio = field.ratio(condition, sign)
            if ratio is not None and ratio > 0:
                return holds
            if ratio is not None and (holds or self.off_kinks):
                return not holds
        return None

    def _without_cases(
        self, left: Expression, right: Expression, decided: Decided, zeros: tuple[Expression, ...]
    ) -> bool:
        program = Program()
        first, second, *_ = places = [program.lower(tree) for tree in (left, right, *zeros)]
        is_plain = all(operation not in ("root", "log") for operation, _, _ in program.instructions)
        somewhere = not is_plain and (decided or self.positive)  # signs may matter: any point will not do
        if not zeros and not somewhere and _differ(program, first, second):
            return False
        signs = [] if is_plain else [(program.lower(tree), holds, holds) for tree, holds in decided]
        field, elements = program.elements(places, self.budget, self.positive, signs, defined=True)
        difference = field.add([elements[0], field.negate(elements[1])])
        return difference.is_zero or any(field.vanishes_with(difference, element) for element in elements[2:])


def _plain_conditions(trees: Iterable[Expression]) -> dict[tuple[Expression, Expression], Expression]:
    """The conditions that hold no cases themselves: (left, right) and left - right."""
    return {
        (node.left, node.right): node.left - node.right
        for tree in trees
        for node in walk(tree)
        if isinstance(node, Cases)
        and not any(isinstance(inner, Cases) for side in (node.left, node.right) for inner in walk(side))
    }


def _is_opposite(field: Field, condition: Element, sign: Element) -> bool:
    ratio = field.ratio(condition, sign)
    return ratio is not None and bool(ratio < 0)


def _with_answers(tree: Expression, answers: dict[tuple[Expression, Expression], bool]) -> Expression:
    def change(node: Expression) -> Expression | None:
        if not isinstance(node, Cases) or (node.left, node.right) not in answers:
            return None
        return _with_answers(node.value if answers[node.left, node.right] else node.otherwise, answers)

    return transform(tree, change)


def _differ(program: Program, first: int, second: int) -> bool:
    """Whether two formulas have different values at a point, by balls: then a proof need not be tried.

    What is unproven at the points tried, or has no value there, is left to the proof.
    """
    with ctx.workprec(BALL_BITS):
        for start in (1, -1):
            values: list[arb] = []
            for operation, arguments, constant in program.instructions:
                parts = [values[argument] for argument in arguments]
                values.append(_ball(operation, parts, constant, start * (len(values) + 2)))
            difference = values[first] - values[second]
            if difference.is_finite() and not difference.contains(0):
                return True
    return False


def _ball(operation: str, parts: list[arb], constant: object, seed: int) -> arb:
    match operation, constant:
        case "name", _:
            return arb(fmpq(seed * 37 % 101 + 1, 103 if seed > 0 else -51))
        case "number", Fraction(numerator=above, denominator=below):
            return arb(fmpq(above, below))
        case "sum", _:
            return sum(parts, arb(0))
        case "product", _:
            product = arb(1)
            for part in parts:
                product *= part
            return product
        case "power", int(exponent):
            return parts[0] ** exponent
        case "constant", "pi":
            return arb.pi()
        case "exp", _:
            return parts[0].exp()
        case "log", _:
            return parts[0].log()
        case "opaque", "power":
            return parts[0] ** parts[1]
        case "opaque", "erf":
            return parts[0].erf()
        case "opaque", "max":
            return reduce(arb.max, parts)
        case "root", Fraction(numerator=above, denominator=below):
            return parts[0] ** arb(fmpq(above, below))
    return arb("nan")
