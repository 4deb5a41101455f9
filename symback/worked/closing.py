"""The end of a worked example: the table of updates, the error afterwards, and how all was checked."""

from __future__ import annotations

from collections.abc import Callable

from symback.document import Block, Cell, Item, Section, Table
from symback.graph import Role
from symback.naming import at_state, derivative
from symback.worked.story import Story

MOST_NAMES = 12
"""A check lists at most so many names that did not pass."""
Trained = Callable[[Story, str], tuple[Block, ...]]


def updates(story: Story) -> Section:
    """Every trained parameter: old value, gradient, new value."""
    new = [q for q in story.graph.with_role(Role.UPDATED) if q.name.endswith("+")]
    old = [quantity.name.removesuffix("+") for quantity in new]
    facts = {"frozen": story.network.update is not None and not story.network.update.biases}
    facts["has_biases"] = bool(story.graph.with_role(Role.BIAS))
    symbols = {"eta": "eta"}
    if not story.has_numbers():
        return Section(
            "updates", (Item("formulas", story.equations(q.name for q in new), symbols, facts),), facts
        )
    head = (Cell(word="parameter"), Cell(word="old"), Cell(word="gradient"), Cell(word="new"))
    rows = tuple(
        (
            Cell(symbol=name),
            Cell(value=name),
            Cell(value=derivative("E_total", name)),
            Cell(value=at_state(name, "+")),
        )
        for name in old
    )
    return Section("updates", (Item("table", (Table("updates", head, rows),), symbols, facts),), facts)


def after_updates(story: Story, trained: Trained | None = None) -> Section:
    """Outputs and errors before and after one update, then after each number of rounds asked for.

    `trained` makes the blocks that show all parameters in a state such as `@100`; by default a table.
    """
    names = [output.name for place in story.network.places for output in story.network.outputs(place)]
    names.append("E_total")
    head = (Cell(word="quantity"), Cell(word="before"), Cell(word="after"))
    rows = [(Cell(symbol=name), Cell(value=name), Cell(value=at_state(name, "+"))) for name in names]
    symbols = {"error": "E_total", "after": "E_total+"}
    facts = {"round": 1, "samples": len(story.network.samples)}
    items = [Item("one_round", (Table("one_round", head, tuple(rows)),), symbols, facts)]
    for count in story.rounds:
        if count > 1:
            items.append(_rounds(story, names, count, (trained or _trained_table)(story, f"@{count}")))
    return Section("after", tuple(items))


def _rounds(story: Story, names: list[str], count: int, parameters: tuple[Block, ...]) -> Item:
    """After `count` rounds: outputs and error beside their targets, then every trained parameter."""
    state = f"@{count}"
    head = (
        Cell(word="quantity"),
        Cell(word="start"),
        Cell(word="after_rounds", number=count),
        Cell(word="target"),
    )
    rows = []
    for name in names:
        target = name.replace("out_", "target_") if name.startswith("out_") else ""
        cells = (Cell(symbol=name), Cell(value=name), Cell(value=at_state(name, state)), Cell(value=target))
        rows.append(cells)
    symbols = {"error": "E_total", "after": at_state("E_total", state)}
    blocks = (Table("rounds", head, tuple(rows)), *parameters)
    return Item("rounds", blocks, symbols, {"round": count})


def _trained_table(story: Story, state: str) -> tuple[Block, ...]:
    head = (Cell(word="parameter"), Cell(word="start"), Cell(word="after_rounds", number=int(state[1:])))
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
