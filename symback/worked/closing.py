"""The end of a worked example: the table of updates, the error afterwards, and how all was checked."""

from __future__ import annotations

from collections.abc import Callable

from symback.document import Block, Cell, Item, Section, Table
from symback.graph import Role
from symback.naming import at_state
from symback.updates import rule_of
from symback.worked.plotted import flow_plot, rounds_plot, weight_plot
from symback.worked.story import Story
from symback.worked.updating import all_updates, rule_facts, several_updates

MOST_NAMES = 12
"""A check lists at most so many names that did not pass."""
Trained = Callable[[Story, str], tuple[Block, ...]]


def updates(story: Story) -> Section:
    """Every trained parameter, and, where updates are not alike, the first of them one by one."""
    update = story.network.update
    facts: dict[str, object] = {"frozen": update is not None and not update.biases}
    facts["has_biases"] = bool(story.graph.with_role(Role.BIAS))
    if update is not None:
        facts |= {**rule_facts(story, update), "is_descent": rule_of(update).name == "gradient_descent"}
    kind = "table" if story.has_update_numbers() else "formulas"
    items = [Item(kind, all_updates(story), {"eta": "eta"}, facts), *weight_plot(story), *flow_plot(story)]
    items += several_updates(story)
    return Section("updates", tuple(items), facts)


def after_updates(story: Story, trained: Trained | None = None) -> Section:
    """Outputs and errors before and after one update, then after each number of rounds asked for.

    `trained` makes the blocks that show all parameters in a state such as `@100`; by default a table.
    """
    names = [output.name for place in story.network.places for output in story.network.outputs(place)]
    names.append("E_total")
    after = Cell(word="after_one_update" if _by_batches(story) else "after")
    head = (Cell(word="quantity"), Cell(word="before"), after)
    rows = [(Cell(symbol=name), Cell(value=name), Cell(value=at_state(name, "+"))) for name in names]
    symbols = {"error": "E_total", "after": "E_total+"}
    facts = {"round": 1, "samples": len(story.network.samples), "by_batches": _by_batches(story)}
    items = [Item("one_round", (Table("one_round", head, tuple(rows)),), symbols, facts)]
    for count in story.rounds:
        if count > 1:
            items.append(_rounds(story, names, count, (trained or _trained_table)(story, f"@{count}")))
    return Section("after", (*items, *rounds_plot(story)))


def _rounds(story: Story, names: list[str], count: int, parameters: tuple[Block, ...]) -> Item:
    """After `count` rounds: outputs and error beside their targets, then every trained parameter."""
    state = f"@{count}"
    head = (
        Cell(word="quantity"),
        Cell(word="start"),
        _after_rounds(story, count),
        Cell(word="target"),
    )
    rows = []
    for name in names:
        target = name.replace("out_", "target_") if name.startswith("out_") else ""
        cells = (Cell(symbol=name), Cell(value=name), Cell(value=at_state(name, state)), Cell(value=target))
        rows.append(cells)
    symbols = {"error": "E_total", "after": at_state("E_total", state)}
    blocks = (Table("rounds", head, tuple(rows)), *parameters)
    return Item("rounds", blocks, symbols, {"round": count, "by_batches": _by_batches(story)})


def _by_batches(story: Story) -> bool:
    """Whether an update is not a round with all samples."""
    return story.network.update is not None and bool(story.network.update.batches)


def _after_rounds(story: Story, count: int) -> Cell:
    return Cell(word="after_updates" if _by_batches(story) else "after_rounds", number=count)


def _trained_table(story: Story, state: str) -> tuple[Block, ...]:
    head = (Cell(word="parameter"), Cell(word="start"), _after_rounds(story, int(state[1:])))
    names = [q.name.removesuffix("+") for q in story.graph.with_role(Role.UPDATED) if q.name.endswith("+")]
    rows = tuple((Cell(symbol=n), Cell(value=n), Cell(value=at_state(n, state))) for n in names)
    return (Table("trained", head, rows),)


def _named(names: object) -> tuple[str, ...]:
    return names if isinstance(names, tuple) else ()


def checked(story: Story) -> Section:
    """What was checked for this very document, and with what result."""
    items = []
    for check in story.report.checks:
        listed = [*_named(check.facts.get("failed")), *_named(check.facts.get("unproven"))]
        names = {f"name{place}": name for place, name in enumerate(listed[:MOST_NAMES])}
        facts = {**check.facts, "passed": check.passed, "named": len(names), "more": len(listed) - len(names)}
        items.append(Item(check.kind, symbols=names, facts=facts))
    return Section("checks", tuple(items), {"passed": story.report.passed})
