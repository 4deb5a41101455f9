"""Mistakes in taking over given numbers: places exchanged, points shifted, digits exchanged."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from itertools import combinations, pairwise

from symback.expression import Expression, Number
from symback.graph import Quantity, Role
from symback.mistakes.mistake import Mistake, Scope, Wrong
from symback.mistakes.workings import Workings
from symback.numbers import parse_decimal

MOST_PAIRS = 5
"""Of more inputs (or targets) only neighbours are exchanged."""
MISREAD = frozenset({Role.INPUT, Role.TARGET, Role.WEIGHT, Role.BIAS, Role.GAIN, Role.LEARNING_RATE})


def _swapped(role: Role) -> Mistake:
    def find(workings: Workings, quantity: Quantity, formula: Expression | None) -> Iterator[Wrong]:
        if quantity.role is not role:
            return
        alike = [
            one.name
            for one in workings.graph.with_role(role)
            if (one.sample, one.step) == (quantity.sample, quantity.step)
        ]
        pairs = combinations(alike, 2) if len(alike) <= MOST_PAIRS else pairwise(alike)
        for first, second in pairs:
            if quantity.name in (first, second):
                other = second if quantity.name == first else first
                number = workings.given_numbers[other].expression
                if number is not None:
                    units = "-".join(sorted((workings.quantity(first).unit, workings.quantity(second).unit)))
                    facts = {"used": other, "belongs": quantity.name}
                    yield Wrong(quantity.name, number, units, facts)

    return Mistake(f"swapped-{role.value}s", find, Scope.EVERYWHERE, needs_given=True)


def _misplaced_point(workings: Workings, quantity: Quantity, formula: Expression | None) -> Iterator[Wrong]:
    tree = workings.given_numbers[quantity.name].expression
    if quantity.role not in MISREAD or not isinstance(tree, Number) or tree.value == 0:
        return
    for variant, factor in (("10", Fraction(10)), ("1/10", Fraction(1, 10))):
        wrong = Number(tree.value * factor)
        yield Wrong(quantity.name, wrong, f"{quantity.name}*{variant}", {"name": quantity.name})


def _misread_digits(workings: Workings, quantity: Quantity, formula: Expression | None) -> Iterator[Wrong]:
    """Two neighbouring digits exchanged: 0.15 read as 0.51."""
    if quantity.role not in MISREAD:
        return
    text = workings.given_numbers[quantity.name].text
    for place in exchanges(text):
        wrong = Number(parse_decimal(place))
        yield Wrong(quantity.name, wrong, f"{quantity.name}={place}", {"name": quantity.name, "read": place})


@cache
def exchanges(text: str) -> tuple[str, ...]:
    """A decimal with each pair of different neighbouring digits after the point exchanged."""
    whole, point, part = text.partition(".")
    if not point or not part.isdigit():
        return ()
    found = []
    for place, (one, other) in enumerate(pairwise(part)):
        if one != other:
            found.append(f"{whole}.{part[:place]}{other}{one}{part[place + 2 :]}")
    return tuple(found)


MISTAKES = (
    _swapped(Role.INPUT),
    _swapped(Role.TARGET),
    Mistake("misplaced-decimal-point", _misplaced_point, Scope.EVERYWHERE, needs_given=True),
    Mistake("exchanged-digits", _misread_digits, Scope.EVERYWHERE, needs_given=True),
)
