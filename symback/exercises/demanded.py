"""A network whose numbers are like those that are demanded: papers then draw numbers like them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from symback.exercises.demands import Demands
from symback.exercises.families import with_numbers
from symback.expression import Call, Number
from symback.forward import given_numbers
from symback.graph import Graph, Quantity, Role
from symback.network import Given, Network
from symback.numbers import fixed, scaled

ROLES = (Role.INPUT, Role.TARGET, Role.WEIGHT, Role.BIAS, Role.GAIN)
LABELS = frozenset({Fraction(-1), Fraction(0), Fraction(1)})
"""Inputs and targets of these alone are data of a kind of its own, and stay."""
LEAST = 2
"""Whole numbers begin here, so that none are taken for labels."""


def demanded(network: Network, graph: Graph, demands: Demands) -> Network:
    """The network with other given numbers; itself where nothing is demanded of their form."""
    if demands.decimals is None and not demands.is_exact:
        return network
    numbers = given_numbers(network)
    new: dict[str, Given] = {}
    for role in ROLES:
        quantities = [one for one in graph.with_role(role) if one.name in numbers]
        new |= _alike(role, quantities, numbers, demands)
    return with_numbers(network, new)


def _alike(
    role: Role, quantities: list[Quantity], numbers: Mapping[str, Given], demands: Demands
) -> Iterator[tuple[str, Given]]:
    values = {one.name: _value(numbers[one.name]) for one in quantities}
    are_labels = role in (Role.INPUT, Role.TARGET) and all(value in LABELS for value in values.values())
    if are_labels and not (demands.is_exact and role is Role.INPUT):
        return
    for place, one in enumerate(quantities):
        value = values[one.name]
        is_first = one.layer == 1 and role in (Role.WEIGHT, Role.BIAS)
        if demands.is_exact and (role is Role.INPUT or (is_first and role is Role.BIAS)):
            yield one.name, Given(Call("log", Number(Fraction(LEAST + place % 8))))
        elif demands.decimals == 0 or (demands.is_exact and is_first):
            is_negative = (value is not None and value < 0) or (demands.is_exact and place % 2 == 1)
            whole = LEAST + place % 3
            yield one.name, _decimal(-whole if is_negative else whole, 0)
        elif demands.decimals is not None and value is not None:
            yield one.name, _decimal(scaled(value, demands.decimals), demands.decimals)


def _value(number: Given) -> Fraction | None:
    return number.expression.value if isinstance(number.expression, Number) else None


def _decimal(whole: int, decimals: int) -> Given:
    return Given(Number(Fraction(whole, 10**decimals)), fixed(whole, decimals))
