"""The quantities of an update: settings and states that it begins with, batches, and what it makes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from symback.expression import ZERO, Expression, Name, Number, add, substitute
from symback.graph import Graph, Quantity, Role, Rule
from symback.naming import BATCH, COUNT, COUNT_AFTER, RATE, TOTAL, at_state, derivative, indexed
from symback.network_checks import Given
from symback.network_model import Network
from symback.schedules import SCHEDULES, START, Schedule
from symback.update_file import Batch, Update
from symback.update_rules import UPDATE_RULES, State, UpdateRule

NOTHING_YET = Given(Number(Fraction(0)), "0")


def rule_of(update: Update) -> UpdateRule:
    """The entry of the table."""
    return UPDATE_RULES[update.rule]


def schedule_of(update: Update) -> Schedule:
    """The entry of the table."""
    return SCHEDULES[update.schedule]


def counts(update: Update) -> bool:
    """Whether the number of updates is used."""
    return rule_of(update).counts or schedule_of(update).counts


def has_memory(update: Update) -> bool:
    """Whether one update is not like the others: by states, by the rate, or by the batch."""
    return bool(rule_of(update).states or schedule_of(update).formula or update.batches)


def is_descent(update: Update) -> bool:
    """Whether a new value is the old one minus the rate times the gradient of the total error."""
    descent = UPDATE_RULES["gradient_descent"].formula
    return rule_of(update).formula == descent and not update.batches


def trained_names(network: Network) -> list[tuple[str, int]]:
    """The parameters that an update changes, each with the place of its layer; no frozen biases."""
    if network.update is None:
        return []
    found: dict[str, int] = {}
    for layer in network.layers:
        moved = (p for p in layer.parameters if network.update.biases or p.role is not Role.BIAS)
        found.update((parameter.name, layer.place) for parameter in moved)
    return list(found.items())


def state_name(state: State, parameter: str) -> str:
    """`m_hat_w5`: its name without `+`."""
    return f"{state.name}_{parameter}"


def gradient_name(network: Network, parameter: str) -> str:
    """The gradient that the update uses: of the total error, or of the batch whose turn it is."""
    batches = network.update.batches if network.update is not None else ()
    return derivative(BATCH if batches else TOTAL, parameter)


# --- before the update ----------------------------------------------------------------------------------


def given_for_updates(network: Network) -> Iterator[tuple[Quantity, Given]]:
    """The learning rate, settings, the count of updates and all states, which begin at 0, with numbers."""
    update = network.update
    if update is None:
        return
    rule, schedule = rule_of(update), schedule_of(update)
    yield Quantity(RATE, Role.LEARNING_RATE, Rule.GIVEN), update.learning_rate
    if schedule.uses_start:
        yield Quantity(START, Role.SETTING, Rule.GIVEN), update.learning_rate
    for name, number in update.settings:
        yield Quantity(name, Role.SETTING, Rule.GIVEN), number
    if counts(update):
        yield Quantity(COUNT, Role.COUNT, Rule.GIVEN), NOTHING_YET
    for parameter, layer in trained_names(network):
        for state in rule.states:
            if state.is_remembered:
                name = state_name(state, parameter)
                yield Quantity(name, Role.STATE, Rule.GIVEN, layer=layer), NOTHING_YET


def batch_quantities(network: Network, graph: Graph, penalties: Sequence[Expression]) -> list[Quantity]:
    """`E_batch` and its gradients: what the samples of a batch contribute, and the penalties on weights.

    None where all samples are taken at once. The formulas are those of the first batch; `turns` has those of
    all. `graph` has the backward pass.
    """
    update = network.update
    if update is None or not update.batches:
        return []
    turns = [
        _of_batch(network, batch, [indexed("E", s) for s in batch], penalties) for batch in update.batches
    ]
    found = [Quantity(BATCH, Role.BATCH_ERROR, Rule.DEFINITION, turns[0], turns=tuple(turns))]
    for parameter, layer in trained_names(network):
        name = derivative(BATCH, parameter)
        own = [Name(name) for name in (derivative(TOTAL, parameter, direct=True),) if name in graph]
        turns = []
        for batch in update.batches:
            names = [derivative(indexed("E", sample), parameter) for sample in batch]
            turns.append(_of_batch(network, batch, [name for name in names if name in graph], own))
        role, rule = Role.BATCH_GRADIENT, Rule.SUM_OVER_PATHS
        found.append(Quantity(name, role, rule, turns[0], layer=layer, turns=tuple(turns)))
    return found


def _of_batch(network: Network, batch: Batch, names: list[str], own: Sequence[Expression]) -> Expression:
    """The sum, or the mean where the file asks for it, over the samples of the batch; and its own terms."""
    terms: list[Expression] = [Name(name) for name in names]
    if terms and network.reduction == "mean" and len(batch) > 1:
        terms = [Number(Fraction(1, len(batch))) * add(terms)]
    return add([*terms, *own] or [ZERO])


# --- after the update -----------------------------------------------------------------------------------


def update_quantities(network: Network) -> list[Quantity]:
    """What one update makes: the count, of each parameter its states and its new value, the next rate."""
    update = network.update
    if update is None:
        return []
    rule, schedule = rule_of(update), schedule_of(update)
    found = []
    if counts(update):
        found.append(Quantity(COUNT_AFTER, Role.COUNT, Rule.UPDATE, Name(COUNT) + 1))
    for parameter, layer in trained_names(network):
        meaning = _meaning(network, rule, parameter)
        for state in rule.states:
            name = at_state(state_name(state, parameter), "+")
            formula = substitute(state.formula, meaning)
            found.append(Quantity(name, Role.STATE, Rule.UPDATE, formula, layer=layer))
        formula = substitute(rule.formula, meaning)
        found.append(Quantity(at_state(parameter, "+"), Role.UPDATED, Rule.UPDATE, formula, layer=layer))
    if schedule.formula is not None:
        found.append(Quantity(at_state(RATE, "+"), Role.LEARNING_RATE, Rule.UPDATE, schedule.formula))
    return found


def _meaning(network: Network, rule: UpdateRule, parameter: str) -> dict[str, Expression]:
    """What the bare names in a rule's formulas stand for at one parameter."""
    meaning: dict[str, Expression] = {
        "parameter": Name(parameter),
        "gradient": Name(gradient_name(network, parameter)),
    }
    for state in rule.states:
        name = state_name(state, parameter)
        meaning |= {state.name: Name(name), state.after.name: Name(at_state(name, "+"))}
    return meaning


def tracked_names(network: Network) -> list[str]:
    """What is followed over several updates beside parameters and outputs: states, gradients, the rate.

    Names without a state; none where all updates are alike.
    """
    update = network.update
    if update is None or not has_memory(update):
        return []
    found = []
    for parameter, _ in trained_names(network):
        found.append(gradient_name(network, parameter))
        found += [state_name(state, parameter) for state in rule_of(update).states]
    if update.batches:
        found.append(BATCH)
    if schedule_of(update).formula is not None:
        found.append(RATE)
    return found
