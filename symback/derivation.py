"""Network -> Graph: forward pass, backward pass, updates, the forward pass after the update. No numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from symback.backward import Backward, input_derivatives
from symback.collecting import collecting_later
from symback.expression import rename
from symback.forward import forward_quantities, given_quantities, penalties
from symback.graph import FORWARD_ROLES, PARAMETER_ROLES, UNIT_ROLES, Graph, Quantity, Role, Rule
from symback.naming import TOTAL, at_state, normal_state
from symback.network import Network
from symback.timed_names import timed
from symback.updates import batch_quantities, tracked_names, trained_names, update_quantities


@collecting_later(keeping=True)
def derive(network: Network, *, complete: bool = False) -> Graph:
    """The whole worked example as one graph.

    `complete` adds what documents leave out: the derivatives by the inputs, and the backward pass at the
    updated parameters (`dE_total/dw5+`).
    """
    forward = Graph((*given_quantities(network), *forward_quantities(network)))
    backward = _backward(network, forward, complete)
    graph = forward.extended(backward)
    graph = graph.extended(batch_quantities(network, graph, penalties(network)))
    if network.update is None:
        quantities = timed(network, graph.quantities)
        return graph if quantities is graph.quantities else Graph(quantities)
    new_names = _names_after_update(graph, {name for name, _ in trained_names(network)}, complete)
    after = [
        after_update(quantity, new_names)
        for quantity in graph
        if quantity.rule is not Rule.GIVEN and quantity.name in new_names
    ]
    return Graph(timed(network, (*graph, *update_quantities(network), *after)))


def with_rounds(graph: Graph, network: Network, rounds: Iterable[int]) -> Graph:
    """The graph with every trained parameter, every output and E_total after N updates, for each N.

    Where one update is not like the others, also with what the rule remembers, the gradients that the next
    update uses, and its learning rate.
    """
    outputs = [output.name for sample in network.places for output in network.outputs(sample)]
    tracked = tracked_names(network)
    wanted = [*(name for name, _ in trained_names(network)), *outputs, TOTAL, *tracked]
    counts = [count for count in sorted(set(rounds)) if count > 0]
    later = [at_state(name, f"@{count}") for count in counts for name in (wanted if count > 1 else tracked)]
    return graph.extended(timed(network, [_later(graph, name) for name in later if name not in graph]))


def _later(graph: Graph, name: str) -> Quantity:
    """What training computes: `w5@3` is like `w5`, and `m_hat_w5@3`, which has no start, like `m_hat_w5+`."""
    base = name.partition("@")[0]
    like = graph[base if base in graph else at_state(base, "+")]
    role = Role.UPDATED if like.role in PARAMETER_ROLES else like.role
    name = normal_state(name)
    return Quantity(
        name, role, Rule.TRAINING, layer=like.layer, unit=like.unit, sample=like.sample, step=like.step
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
        backward.gradients(parameters.get(layer, ()))
    if complete:
        input_derivatives(backward, [quantity.name for quantity in forward.with_role(Role.INPUT)])
    return list(backward.made.values())


def _names_after_update(graph: Graph, updated: set[str], complete: bool) -> dict[str, str]:
    """Old name -> name after the update, for all that an updated parameter reaches."""
    new_names = {name: at_state(name, "+") for name in updated}
    for quantity in graph:
        wanted = quantity.role in FORWARD_ROLES or (complete and quantity.role not in PARAMETER_ROLES)
        if wanted and any(graph[parent].name in new_names for parent in quantity.parents):
            new_names[quantity.name] = at_state(quantity.name, "+")
    return new_names


def after_update(quantity: Quantity, new_names: dict[str, str]) -> Quantity:
    """The same quantity over the updated parameters; of a batch, that of the next one."""
    quantity = quantity.at_turn(1)
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
        turns=tuple(rename(turn, new_names) for turn in quantity.turns),
    )
