"""The update in a worked example: the rule, one weight in full, all parameters, and several updates."""

from __future__ import annotations

from symback.document import Block, Cell, Item, Table
from symback.graph import Role
from symback.naming import BATCH, COUNT, COUNT_AFTER, RATE, TOTAL, at_state, derivative, parts_of
from symback.update_file import Update
from symback.updates import (
    counts,
    gradient_name,
    has_memory,
    is_descent,
    rule_of,
    schedule_of,
    state_name,
    trained_names,
)
from symback.worked.story import MOST_LISTED, Story

SHOWN = 3
"""So many updates are told one by one."""
MOST_STATES = 2
"""With more states than this they have a table of their own."""
MOST_BATCHES = 12
"""So many batches are listed."""


def settings(story: Story) -> list[Item]:
    """What the page says of the rule beside the learning rate; nothing for plain gradient descent."""
    update = story.network.update
    if update is None or (is_descent(update) and not has_memory(update)):
        return []
    symbols = {f"setting{place}": name for place, (name, _) in enumerate(update.settings)}
    return [Item("update_rule", symbols={**symbols, "eta": RATE}, facts=rule_facts(story, update))]


def rule_facts(story: Story, update: Update) -> dict[str, object]:
    """What sentences about the rule need to know."""
    network = story.network
    return {
        "rule": update.rule,
        "schedule": update.schedule,
        "settings": len(update.settings),
        "known": story.has_update_numbers(),
        "batches": update.batches[:MOST_BATCHES],
        "more_batches": max(0, len(update.batches) - MOST_BATCHES),
        "reduction": network.reduction,
        "states": len(rule_of(update).states),
        "counts": rule_of(update).counts,
        "schedule_counts": counts(update) and not rule_of(update).counts,
        "biases": update.biases and any(layer.biases for layer in network.layers),
    }


def update_in_full(story: Story, weight: str, *, first: bool, alone: bool = False) -> list[Item]:
    """The new weight; of a rule that remembers, its states before that. Nothing where nothing is updated.

    `alone` says that the backward pass is over.
    """
    update = story.network.update
    if update is None:
        return []
    symbols = {"weight": weight, "gradient": derivative(TOTAL, weight), "eta": RATE}
    if is_descent(update):
        updated = story.equation(f"{weight}+")
        return [Item("update", (updated,), symbols, {"first": first})]
    symbols |= {"gradient": gradient_name(story.network, weight), "batch": BATCH, "count": COUNT}
    symbols |= {f"setting_{name}": name for name, _ in update.settings}
    names = [COUNT_AFTER] if first and rule_of(update).counts else []
    names += [at_state(state_name(state, weight), "+") for state in rule_of(update).states]
    names.append(at_state(weight, "+"))
    has_penalty = derivative(TOTAL, weight, direct=True) in story.graph
    facts = {
        **rule_facts(story, update),
        "has_penalty": has_penalty,
        "first": first,
        "in_passing": first and not alone,
    }
    items = []
    if update.batches:
        items.append(Item("batch_gradient", (story.equation(symbols["gradient"]),), symbols, facts))
    items.append(Item("update_by_rule", story.equations(names), symbols, facts))
    return items


def all_updates(story: Story) -> tuple[Block, ...]:
    """Every trained parameter: old value, gradient, states, new value; formulas without numbers."""
    update = story.network.update
    assert update is not None
    states = rule_of(update).states
    parameters = [name for name, _ in trained_names(story.network)]
    if not story.has_update_numbers():
        new = [q for q in story.graph.with_role(Role.STATE, Role.UPDATED) if q.name.endswith("+")]
        if len(new) > MOST_LISTED:  # one of each kind a layer
            kinds = {(q.layer, q.role, parts_of(q.name).base.rstrip("0123456789")): q for q in reversed(new)}
            new = list(reversed(kinds.values()))
        return story.equations(quantity.name for quantity in new)
    heads = [Cell(symbol=at_state(state.name, "+")) for state in states]
    if len(states) > MOST_STATES:
        head = (Cell(word="parameter"), Cell(word="gradient"), *heads)
        kept = Table("states", head, tuple(_row(story, name, old=False, new=False) for name in parameters))
        head = (Cell(word="parameter"), Cell(word="old"), Cell(word="new"))
        rows = tuple((Cell(symbol=n), Cell(value=n), Cell(value=at_state(n, "+"))) for n in parameters)
        return (kept, Table("updates", head, rows))
    head = (Cell(word="parameter"), Cell(word="old"), Cell(word="gradient"), *heads, Cell(word="new"))
    return (Table("updates", head, tuple(_row(story, name) for name in parameters)),)


def _row(story: Story, name: str, *, old: bool = True, new: bool = True) -> tuple[Cell, ...]:
    assert story.network.update is not None
    states = rule_of(story.network.update).states
    return (
        Cell(symbol=name),
        *([Cell(value=name)] if old else []),
        Cell(value=gradient_name(story.network, name)),
        *(Cell(value=at_state(state_name(state, name), "+")) for state in states),
        *([Cell(value=at_state(name, "+"))] if new else []),
    )


def several_updates(story: Story) -> list[Item]:
    """The next rate, and the first updates one by one: a table for one weight a layer, one for all."""
    update = story.network.update
    if update is None or not has_memory(update):
        return []
    symbols = {"eta": RATE, "next": at_state(RATE, "+"), "count": COUNT}
    facts: dict[str, object] = {**rule_facts(story, update), "shown": SHOWN}
    items = []
    if schedule_of(update).formula is not None:
        names = [at_state(RATE, "+")]
        if not rule_of(update).counts and counts(update):
            names.insert(0, COUNT_AFTER)
        items.append(Item("next_rate", story.equations(names), symbols, facts))
    if not story.has_update_numbers():
        return items
    layers = range(len(story.network.layers), 0, -1)
    weights = [story.weights(place)[0].name for place in layers if story.weights(place)]
    tables = [table for weight in weights for table in _steps(story, update, weight)]
    items.append(Item("several_updates", tuple(tables), symbols, facts))
    after = (Cell(word="after_updates", number=count) for count in range(1, SHOWN + 1))
    head = (Cell(word="parameter"), Cell(word="start"), *after)
    rows = tuple(
        (
            Cell(symbol=name),
            *(Cell(value=_after(name, count) if count else name) for count in range(SHOWN + 1)),
        )
        for name in [*(name for name, _ in trained_names(story.network)), TOTAL]
    )
    items.append(Item("all_parameters", (Table("trained", head, rows),), symbols, facts))
    return items


def _steps(story: Story, update: Update, weight: str) -> list[Table]:
    """One weight: in each update its rate (if that changes), gradient, states and new value."""
    rate = [RATE] if schedule_of(update).formula is not None else []
    used = [gradient_name(story.network, weight)]
    states = [state_name(state, weight) for state in rule_of(update).states]
    if len(states) > MOST_STATES:
        return [_step_table(used, states), _step_table(rate, [weight])]
    return [_step_table([*rate, *used], [*states, weight])]


def _step_table(used: list[str], made: list[str]) -> Table:
    """A row an update: what it uses, from before it, and what it makes."""
    head = (Cell(word="update"), *(Cell(symbol=name) for name in (*used, *made)))
    rows = tuple(
        (
            Cell(number=count),
            *(Cell(value=_after(name, count - 1)) for name in used),
            *(Cell(value=_after(name, count)) for name in made),
        )
        for count in range(1, SHOWN + 1)
    )
    return Table("several_updates", head, rows)


def _after(name: str, count: int) -> str:
    """The name after so many updates."""
    return at_state(name, "" if count == 0 else "+" if count == 1 else f"@{count}")
