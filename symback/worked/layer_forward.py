"""One layer of the forward pass: each kind of step once in full, the others of its kind briefly."""

from __future__ import annotations

from collections.abc import Callable

from symback.document import Cell, Item, Table
from symback.expression import Cases, Maximum, walk
from symback.graph import UNIT_ROLES, Quantity, Role
from symback.layers.layer import Layer
from symback.naming import indexed, parts_of
from symback.worked.story import MOST_EQUATIONS, Story, listing, values_table


def layer_forward(story: Story, layer: Layer) -> list[Item]:
    """The items of a layer, for the sample that is worked in full."""
    quantities = story.of_layer(layer.place, *UNIT_ROLES)
    facts = layer_facts(story, layer)
    items = [Item("layer", facts=facts)]
    first, others = _by_kind(story, quantities)
    told: set[tuple[str, int]] = set()
    for quantity in first:
        base = parts_of(quantity.name).base
        more = {**facts, "base": base, "kink": has_kink(quantity), "others": len(others)}
        more["step"] = quantity.step or 0
        more["again"] = (base, quantity.step or 0) in told  # the net input of another gate
        told.add((base, quantity.step or 0))
        symbols = {"name": quantity.name}
        if quantity.unit:  # a mean or a score belongs to the whole layer
            symbols["unit"] = quantity.unit
        items.append(Item("step", (story.equation(quantity.name),), symbols, more))
    if others:
        units = {(quantity.unit, quantity.step) for quantity in others}
        more = {**facts, "others": len(units), "quantities": len(others)}
        if len(others) > MOST_EQUATIONS and story.has_numbers():
            items.append(
                Item("other_units", tuple(_tables(story, layer, quantities)), facts={**more, "table": True})
            )
        else:
            blocks = story.equations(quantity.name for quantity in others)
            items.append(Item("other_units", blocks, facts={**more, "table": False}))
    return items


def layer_facts(story: Story, layer: Layer) -> dict[str, object]:
    """What sentences say of a layer."""
    count = len(story.network.layers)
    return {
        "place": layer.place,
        "kind": layer.kind,
        "is_output": layer.place == count,
        "hidden": count - 1,
        "activation": layer.activation,
        "is_activated": layer.activating is not None,
        "units": len(layer.units),
        "inputs": len(layer.source.ports),
        "has_bias": bool(layer.biases),
        "steps": len(layer.signal.steps),
        "step_word": story.step_word,
        "sample": story.sample,
        **layer.facts(),
    }


def has_kink(quantity: Quantity) -> bool:
    """Whether the formula has cases, at whose borders a derivative may not exist."""
    formula = quantity.source or quantity.formula
    return formula is not None and any(isinstance(node, Cases | Maximum) for node in walk(formula))


def _by_kind(story: Story, quantities: tuple[Quantity, ...]) -> tuple[list[Quantity], list[Quantity]]:
    """The first quantity of each base (net, out, mean, ...), and all others.

    Where the first step begins with a given state, as recurrent layers do, the second step counts as well.
    """
    given = {state.name for state in story.graph.with_role(Role.CONSTANT) if state.step == 0}
    begins = not all(given.isdisjoint(quantity.parents) for quantity in quantities)
    seen: set[tuple[str, int]] = set()
    first: list[Quantity] = []
    others: list[Quantity] = []
    for quantity in quantities:
        name = quantity.name.partition("[")[0]  # of a unit, gates differ in what stands before it
        base = name.removesuffix(quantity.unit) if quantity.unit else parts_of(name).base
        kind = (base, min(quantity.step or 0, 2) if begins else 0)
        (others if kind in seen else first).append(quantity)
        seen.add(kind)
    return first, others


def _tables(story: Story, layer: Layer, quantities: tuple[Quantity, ...]) -> list[Table]:
    """All values of a layer: by step of time, by unit, and what belongs to the whole layer one by one."""
    grids = [] if layer.signal.steps else _as_images(story, layer, quantities)
    if grids:
        return grids
    stepped = tuple(quantity for quantity in quantities if quantity.step is not None)
    others = [quantity for quantity in quantities if quantity.step is None]
    tables = _by_step(story, stepped)
    by_unit: dict[str, dict[str, str]] = {}
    alone = [quantity.name for quantity in others if not quantity.unit]
    for quantity in others:
        if quantity.unit:
            by_unit.setdefault(quantity.unit, {})[quantity.name.partition("_")[0]] = quantity.name
    if alone:
        tables.append(listing("", "quantity", "value", {name: name for name in alone}))
    groups: dict[tuple[str, ...], list[str]] = {}
    for unit, bases in by_unit.items():
        groups.setdefault(tuple(bases), []).append(unit)
    for shared, units in groups.items():
        found = [(Cell(unit=unit), [by_unit[unit][base] for base in shared]) for unit in units]
        kind = "units" if set(shared) <= {"net", "out"} else ""
        tables += values_table(kind, "unit", list(shared), found)
    return tables


def _as_images(story: Story, layer: Layer, quantities: tuple[Quantity, ...]) -> list[Table]:
    """Net inputs and outputs as they lie in each channel: a row a row, a column a column."""
    bases = dict.fromkeys(parts_of(quantity.name).base for quantity in quantities)
    return [table for base in bases for table in images(story, layer, f"{base}_{{}}".format)]


def images(story: Story, layer: Layer, name_of: Callable[[str], str]) -> list[Table]:
    """For each channel a table of the quantities that `name_of` makes of its units, as the image lies."""
    if len(layer.signal.shape) != 3:
        return []
    _, height, width = layer.signal.shape
    tables = []
    for channel in dict.fromkeys(unit.rsplit("_", 2)[0] for unit in layer.units):
        names = [
            [name_of(story.at(f"{channel}_{row}_{column}")) for column in range(1, width + 1)]
            for row in range(1, height + 1)
        ]
        head = (Cell(symbol=name_of(channel)), *(Cell(number=column) for column in range(1, width + 1)))
        rows = [
            (Cell(number=place), *(Cell(value=name if name in story.graph else "") for name in row))
            for place, row in enumerate(names, 1)
        ]
        if width <= MOST_EQUATIONS and any(cell.value for row in rows for cell in row):
            tables.append(Table("grid", head, tuple(rows)))
    return tables


def _by_step(story: Story, quantities: tuple[Quantity, ...]) -> list[Table]:
    """A row a step, a column a quantity."""
    names: dict[str, dict[int, str]] = {}
    for quantity in quantities:
        base = quantity.name.partition("[")[0]
        names.setdefault(base, {})[quantity.step or 0] = quantity.name
    steps = sorted({step for found in names.values() for step in found})
    rows = [(Cell(number=step), [found.get(step, "") for found in names.values()]) for step in steps]
    return values_table("steps", story.step_word, list(names), rows)


def all_samples(story: Story) -> Item:
    """Every output and net input for every sample, in tables; of several steps, those of the last."""
    bases = []
    for layer in story.network.layers:
        quantities = story.of_layer(layer.place, *UNIT_ROLES)
        last = max((quantity.step or 0 for quantity in quantities), default=0)
        for quantity in quantities:
            if quantity.sample and (quantity.step is None or quantity.step == last):
                bases.append((quantity.name.partition("[")[0], quantity.step))
    columns = [indexed(base, step=step) for base, step in bases]
    rows = [
        (Cell(number=sample), [indexed(base, sample, step) for base, step in bases])
        for sample in story.network.places
    ]
    return Item("all_samples", tuple(values_table("forward", "sample", columns, rows)))
