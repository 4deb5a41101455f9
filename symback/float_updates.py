"""The independent witness for updates: the formulas of rule and schedule in plain floats, without a graph."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping

from symback.expression import Expression, names
from symback.floats import Float, value_of
from symback.naming import COUNT, RATE, at_state
from symback.network_model import Network
from symback.updates import counts, gradient_name, rule_of, schedule_of, state_name, trained_names

GRADIENT_ERROR = 1e-15
"""How far a gradient in floats may be from the exact one, relative to the largest that is above 1."""
MOST_ERROR = 1e-12
"""A step that such an error moves farther than this is left out: floats say nothing about it."""


def number(expression: Expression, values: Mapping[str, float]) -> float:
    """The formula in floats; `values` gives each name."""
    return value_of(expression, {name: Float(values[name]) for name in names(expression)}).value


def updated_floats(network: Network, values: Mapping[str, float]) -> dict[str, float]:
    """What an update makes of `values` (parameters, states, settings, gradients), by the names with `+`.

    A step that the errors of floats decide, as of a gradient that is nearly 0 under a root, is left out.
    """
    assert network.update is not None
    trained = [name for name, _ in trained_names(network)]
    scale = max([1.0, *(abs(values[gradient_name(network, name)]) for name in trained)])
    found: dict[str, float] = {}
    for name in trained:
        gradient = values[gradient_name(network, name)]
        made = updated_parameter(network, values, name, gradient)
        error = GRADIENT_ERROR * scale if gradient else 0.0
        other = updated_parameter(network, values, name, gradient + error)
        new = at_state(name, "+")
        if abs(made[new] - other[new]) <= MOST_ERROR * max(1.0, abs(made[new])):
            found |= made
    formula = schedule_of(network.update).formula
    if formula is not None:
        found[at_state(RATE, "+")] = number(formula, counted(network, values))
    return found


def updated_parameter(
    network: Network, values: Mapping[str, float], name: str, gradient: float
) -> dict[str, float]:
    """The states and the value of one parameter after the update."""
    assert network.update is not None
    rule = rule_of(network.update)
    meaning = ChainMap({"parameter": values[name], "gradient": gradient}, counted(network, values))
    meaning |= {s.name: values[state_name(s, name)] for s in rule.states if s.is_remembered}
    found: dict[str, float] = {}
    for state in rule.states:
        made = meaning[state.after.name] = number(state.formula, meaning)
        found[at_state(state_name(state, name), "+")] = made
    found[at_state(name, "+")] = number(rule.formula, meaning)
    return found


def counted(network: Network, values: Mapping[str, float]) -> ChainMap[str, float]:
    """The values with the number of updates after this one."""
    assert network.update is not None
    more = {at_state(COUNT, "+"): values[COUNT] + 1} if counts(network.update) else {}
    return ChainMap(more, values)  # type: ignore[arg-type]  # it is only read
