"""Network -> Graph: forward pass, backward pass, updates, the forward pass after the update. No numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from symback.backward import Backward, input_derivatives
from symback.expression import Name, rename, substitute
from symback.forward import forward_quantities, given_quantities
from symback.graph import FORWARD_ROLES, PARAMETER_ROLES, UNIT_ROLES, Graph, Quantity, Role, Rule
from symback.naming import TOTAL, at_state, derivative
from symback.network import Network
from symback.update_rules import UPDATE_RULES


def derive(network: Network, *, complete: bool = False) -> Graph:
    """The whole worked example as one graph.

    `complete` adds what documents leave out: the derivatives by the inputs, and the backward pass at the
    updated parameters (`dE_total/dw5+`).
    """
    forward = Graph((*given_quantities(network), *forward_quantities(network)))
    backward = _backward(network, forward, complete)
    graph = forward.extended(backward)
    if network.update is None:
        return graph
    updates = [_update(network, parameter) for parameter in trained(network, forward)]
    new_names = _names_after_update(graph, {update.name.removesuffix("+") for update in updates}, complete)
    after = [
        _after_update(quantity, new_names)
        for quantity in graph
        if quantity.rule is not Rule.GIVEN and quantity.name in new_names
    ]
    return graph.extended([*updates, *after])


def trained(network: Network, graph: Graph) -> tuple[Quantity, ...]:
    """The parameters that an update changes; none without `[update]`, no biases where they are frozen."""
    if network.update is None:
        return ()
    roles = PARAMETER_ROLES if network.update.biases else PARAMETER_ROLES - {Role.BIAS}
    return graph.with_role(*roles)


def with_rounds(graph: Graph, network: Network, rounds: Iterable[int]) -> Graph:
    """The graph with every trained parameter, every output and E_total after N updates, for each N."""
    outputs = [graph[output.name] for sample in network.places for output in network.outputs(sample)]
    wanted = [*trained(network, graph), *outputs, graph[TOTAL]]
    later = [count for count in sorted(set(rounds)) if count > 1]
    return graph.extended(
        replace(
            quantity,
            name=at_state(quantity.name, f"@{count}"),
            role=Role.UPDATED if quantity.role in PARAMETER_ROLES else quantity.role,
            rule=Rule.TRAINING,
            formula=None,
            names=(),
            forms=(),
            textbook=(),
            derived=None,
            source=None,
        )
        for count in later
        for quantity in wanted
    )


def _backward(network: Network, forward: Graph, complete: bool) -> list[Quantity]:
    """Output layer first: the derivatives of each unit, then the gradients of the layer's parameters."""
    backward = Backward(forward, network.probabilities)
    parameters: dict[int, list[Quantity]] = {}
    for parameter in forward.with_role(*PARAMETER_ROLES):
        parameters.setdefault(parameter.layer, []).append(parameter)
    units: dict[int, list[Quantity]] = {}
    for unit in forward.with_role(*UNIT_ROLES):
        units.setdefault(unit.layer, []).append(unit)
    lowest = 0 if complete else min(parameters, default=0)
    for layer in sorted(units, reverse=True):
        if layer < lowest:
            break
        for unit in sorted(units[layer], key=lambda unit: -(unit.step or 0)):
            if backward.paths(TOTAL, unit.name):
                backward.slope(TOTAL, unit.name)
        for parameter in parameters.get(layer, ()):
            backward.gradient(parameter.name)
    if complete:
        input_derivatives(backward, [quantity.name for quantity in forward.with_role(Role.INPUT)])
    return list(backward.made.values())


def _update(network: Network, parameter: Quantity) -> Quantity:
    """The updated parameter, from the original one and its gradient at the original ones."""
    assert network.update is not None
    rule = UPDATE_RULES[network.update.rule]
    meaning = {
        "parameter": Name(parameter.name),
        "gradient": Name(derivative(TOTAL, parameter.name)),
    }
    formula = substitute(rule.formula, meaning)
    name = at_state(parameter.name, "+")
    return Quantity(name, Role.UPDATED, Rule.UPDATE, formula, layer=parameter.layer)


def _names_after_update(graph: Graph, updated: set[str], complete: bool) -> dict[str, str]:
    """Old name -> name after the update, for all that an updated parameter reaches."""
    new_names = {name: at_state(name, "+") for name in updated}
    for quantity in graph:
        wanted = quantity.role in FORWARD_ROLES or (complete and quantity.role not in PARAMETER_ROLES)
        if wanted and any(graph[parent].name in new_names for parent in quantity.parents):
            new_names[quantity.name] = at_state(quantity.name, "+")
    return new_names


def _after_update(quantity: Quantity, new_names: dict[str, str]) -> Quantity:
    """The same quantity over the updated parameters."""
    assert quantity.formula is not None
    return replace(
        quantity,
        name=new_names[quantity.name],
        formula=rename(quantity.formula, new_names),
        names=tuple(at_state(name, "+") for name in quantity.names),
        forms=tuple((kind, rename(form, new_names)) for kind, form in quantity.forms),
        textbook=tuple((new_names.get(by, by), rename(form, new_names)) for by, form in quantity.textbook),
        derived=rename(quantity.derived, new_names) if quantity.derived is not None else None,
        source=rename(quantity.source, new_names) if quantity.source is not None else None,
        variable=new_names.get(quantity.variable, quantity.variable),
    )
