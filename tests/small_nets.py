"""Small graphs written out by hand, so that numbers can be tested without the code that derives graphs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from symback.expression import Expression, Name, Number, exp
from symback.graph import Graph, Quantity, Role, Rule


@dataclass(frozen=True, slots=True)
class Typed:
    """A given number, as the network module has it."""

    expression: Expression | None
    text: str = ""


def typed(**numbers: str) -> dict[str, Typed]:
    return {name: Typed(Number(Fraction(text)), text) for name, text in numbers.items()}


def given(*names: str) -> list[Quantity]:
    return [Quantity(name, Role.INPUT, Rule.GIVEN) for name in names]


def computed(formulas: Mapping[str, Expression]) -> list[Quantity]:
    return [Quantity(name, Role.NET_INPUT, Rule.DEFINITION, formula) for name, formula in formulas.items()]


def after_rounds(bases: Iterable[str], rounds: Iterable[int]) -> list[Quantity]:
    return [Quantity(f"{base}@{count}", Role.UPDATED, Rule.TRAINING) for count in rounds for base in bases]


def graph_of(names: Iterable[str], formulas: Mapping[str, Expression], *more: Quantity) -> Graph:
    return Graph((*given(*names), *computed(formulas), *more))


def decimal(whole: int, decimals: int) -> str:
    """A whole number of units of the last decimal as text."""
    sign, digits = ("-" if whole < 0 else ""), f"{Decimal(abs(whole)):f}".rjust(decimals + 1, "0")
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}"


# --- the 2-2-2 net ------------------------------------------------------------------------------------

WEIGHTS = {
    "w1": ("i1", "h1"), "w2": ("i2", "h1"), "w3": ("i1", "h2"), "w4": ("i2", "h2"),
    "w5": ("out_h1", "o1"), "w6": ("out_h2", "o1"), "w7": ("out_h1", "o2"), "w8": ("out_h2", "o2"),
}  # fmt: skip
"""Weight -> what it multiplies and the unit that it leads to."""
NUMBERS = {
    "i1": "0.05", "i2": "0.10", "b1": "0.35", "b2": "0.60", "target_o1": "0.01", "target_o2": "0.99",
    "eta": "0.5", "w1": "0.15", "w2": "0.20", "w3": "0.25", "w4": "0.30", "w5": "0.40", "w6": "0.45",
    "w7": "0.50", "w8": "0.55",
}  # fmt: skip
PRINTED = (*WEIGHTS, "out_o1", "out_o2", "E_total")


def two_two_two(rounds: Iterable[int] = ()) -> Graph:
    """The net of the classic example with fixed biases, and what training gives after `rounds`."""
    formulas = {**_forward(""), **_backward(), **_updates(), **_forward("+")}
    return graph_of(NUMBERS, formulas, *after_rounds(PRINTED, rounds))


def _forward(state: str) -> dict[str, Expression]:
    found: dict[str, Expression] = {}
    for bias, units in (("b1", ("h1", "h2")), ("b2", ("o1", "o2"))):
        for unit in units:
            (first, one), (second, two) = _into(unit)
            sources = [Name(name + state if name.startswith("out") else name) for name in (one, two)]
            found[f"net_{unit}{state}"] = (
                Name(first + state) * sources[0] + Name(second + state) * sources[1] + Name(bias)
            )
            found[f"out_{unit}{state}"] = 1 / (1 + exp(-Name(f"net_{unit}{state}")))
    for unit in ("o1", "o2"):
        difference = Name(f"target_{unit}") - Name(f"out_{unit}{state}")
        found[f"E_{unit}{state}"] = Number(Fraction(1, 2)) * difference**2
    found[f"E_total{state}"] = Name(f"E_o1{state}") + Name(f"E_o2{state}")
    return found


def _into(unit: str) -> list[tuple[str, str]]:
    return [(weight, source) for weight, (source, target) in WEIGHTS.items() if target == unit]


def _backward() -> dict[str, Expression]:
    found: dict[str, Expression] = {}
    for unit in ("o1", "o2"):
        out = Name(f"out_{unit}")
        found[f"dE_total/dout_{unit}"] = -(Name(f"target_{unit}") - out)
        found[f"dout_{unit}/dnet_{unit}"] = out * (1 - out)
        found[f"delta_{unit}"] = Name(f"dE_total/dout_{unit}") * Name(f"dout_{unit}/dnet_{unit}")
    for unit, one, two in (("h1", "w5", "w7"), ("h2", "w6", "w8")):
        out = Name(f"out_{unit}")
        found[f"dE_o1/dout_{unit}"] = Name("delta_o1") * Name(one)
        found[f"dE_o2/dout_{unit}"] = Name("delta_o2") * Name(two)
        found[f"dE_total/dout_{unit}"] = Name(f"dE_o1/dout_{unit}") + Name(f"dE_o2/dout_{unit}")
        found[f"dout_{unit}/dnet_{unit}"] = out * (1 - out)
        found[f"delta_{unit}"] = Name(f"dE_total/dout_{unit}") * Name(f"dout_{unit}/dnet_{unit}")
    for weight, (source, unit) in WEIGHTS.items():
        found[f"dnet_{unit}/d{weight}"] = Name(source)
        found[f"dE_total/d{weight}"] = (
            Name(f"dE_total/dout_{unit}") * Name(f"dout_{unit}/dnet_{unit}") * Name(f"dnet_{unit}/d{weight}")
        )
    return found


def _updates() -> dict[str, Expression]:
    return {f"{name}+": Name(name) - Name("eta") * Name(f"dE_total/d{name}") for name in WEIGHTS}
