"""What teachers demand of numbers, as they write it: `decimals=1`, `integers`, `exact`, `gradient=0.001`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from symback.errors import RequestError, shorten
from symback.exercises.demands import Demands
from symback.numbers import parse_decimal
from symback.registry import Registry

MOST_DECIMALS = 2
MOST_GRADIENT = 1000


@dataclass(frozen=True, slots=True)
class Demand:
    """An entry of DEMANDS."""

    name: str
    """As on the command line."""
    apply: Callable[[Demands, str], Demands]
    """Raises ValueError, with what may stand there, for a value that cannot be."""
    is_demanded: Callable[[Demands], str | None]
    """The value that was demanded, "" for one without; None where it was not demanded."""
    value: str = ""
    """What stands after the equals sign, as help has it; "" for nothing."""


def _decimals(demands: Demands, text: str) -> Demands:
    if text not in {str(count) for count in range(MOST_DECIMALS + 1)}:
        raise ValueError(f"a whole number from 0 to {MOST_DECIMALS} may stand there")
    return replace(demands, decimals=int(text))


def _gradient(demands: Demands, text: str) -> Demands:
    value = parse_decimal(text)
    if not 0 <= value <= MOST_GRADIENT:
        raise ValueError(f"a number from 0 to {MOST_GRADIENT} may stand there, such as 0.001")
    return replace(demands, least_gradient=float(value))


def _if(held: bool) -> str | None:
    return "" if held else None


_USUAL = Demands()
DEMANDS: Registry[Demand] = Registry(
    "demand",
    [
        Demand(
            "decimals",
            _decimals,
            lambda one: None if one.decimals in (None, 0) else str(one.decimals),
            "0, 1 or 2",
        ),
        Demand("integers", lambda one, _: replace(one, decimals=0), lambda one: _if(one.decimals == 0)),
        Demand("exact", lambda one, _: replace(one, is_exact=True), lambda one: _if(one.is_exact)),
        Demand(
            "gradient",
            _gradient,
            lambda one: None if one.least_gradient == _USUAL.least_gradient else f"{one.least_gradient:.12g}",
            "the least size of derivatives",
        ),
        Demand(
            "saturated",
            lambda one, _: replace(one, is_unsaturated=False),
            lambda one: _if(not one.is_unsaturated),
        ),
        Demand("alike", lambda one, _: replace(one, is_distinct=False), lambda one: _if(not one.is_distinct)),
    ],
)


def parse_demands(texts: Iterable[str]) -> Demands:
    """Demands as they are written. Raises UnknownName or RequestError with what may stand there."""
    demands, seen = Demands(), set()
    for text in texts:
        name, equals, value = text.partition("=")
        name, value = name.strip(), value.strip()
        demand = DEMANDS[name]
        if demand.name in seen:
            raise RequestError(f"--demand {demand.name} is given twice: once is enough.")
        seen.add(demand.name)
        if bool(equals) != bool(demand.value) or (equals and not value):
            shape = f"{name}=VALUE, with {demand.value}" if demand.value else f"{name} without a value"
            raise RequestError(f"--demand {shorten(text)} cannot be read: there may stand {shape}.")
        try:
            demands = demand.apply(demands, value)
        except ValueError as error:
            raise RequestError(f"--demand {name} is {shorten(value)}, but {error}.") from None
    if {"decimals", "integers"} <= seen:
        raise RequestError("--demand integers is decimals=0 already: give one of them.")
    return demands


def written(demands: Demands) -> list[str]:
    """Demands as `parse_demands` reads them; [] for the usual ones."""
    found = []
    for demand in DEMANDS:
        value = demand.is_demanded(demands)
        if value is not None:
            found.append(f"{demand.name}={value}" if value else demand.name)
    return found
