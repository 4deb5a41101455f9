"""The first section: the network, its numbers, and how numbers are rounded on the page."""

from __future__ import annotations

from collections.abc import Mapping

from symback.document import Cell, Item, Section, Table
from symback.layers.dense import Dense
from symback.layers.layer import Grid, Layer
from symback.naming import indexed
from symback.worked.figures import network_figure
from symback.worked.layer_forward import layer_facts
from symback.worked.story import MOST_COLUMNS, MOST_LISTED, Story, values_table
from symback.worked.updating import settings


def setting(story: Story) -> Section:
    """What is given: layers, weights, biases, constants, samples, learning rate."""
    network = story.network
    update = network.update
    facts = {
        "inputs": len(network.inputs),
        "image": network.source.shape if len(network.source.shape) > 1 else (),
        "steps": len(network.source.steps),
        "step_word": story.step_word,
        "layers": tuple(layer_facts(story, layer) for layer in network.layers),
        "samples": len(network.samples),
        "reduction": network.reduction,
        "biases": _bias_kind(network.layers),
        "has_numbers": story.has_numbers(),
        "has_targets": network.loss_entry.has_targets,
        "frozen": update is not None and not update.biases,
        "seed": network.seed,
    }
    symbols = _unit_symbols(story)
    items = [Item("overview", symbols=symbols, facts=facts), network_figure(story)]
    for layer in network.layers:
        grids = layer.grids()
        tables = [table for grid in grids for table in _grid(grid, story.has_numbers())]
        told = {name for grid in grids for names in grid.names for name in names}
        others = [parameter.name for parameter in layer.parameters if parameter.name not in told]
        if others:  # every number is on the page, also where a layer type has no table for it
            tables.append(_cells(others))
        if tables:
            facts_of_layer = {**layer_facts(story, layer), "is_list": not grids}
            items.append(Item("weights", tuple(tables), facts=facts_of_layer))
    items += constants(story, facts)
    items.append(Item("samples", tuple(_samples(story)), facts=facts))
    if update is not None:
        items.append(Item("learning_rate", symbols={"eta": "eta"}, facts={"known": story.knows("eta")}))
    items += settings(story)
    rounding = story.evaluation.rounding
    if story.has_numbers():
        items.append(Item("rounding", facts={"digits": rounding.digits, "carry": rounding.carry}))
    return Section("network", tuple(items), facts)


def constants(story: Story, facts: Mapping[str, object]) -> list[Item]:
    """The numbers that formulas name and nothing trains, if there are any."""
    names = [name for name, _ in story.network.constants]
    return [Item("constants", (_cells(names),), facts=facts)] if names else []


def _unit_symbols(story: Story) -> dict[str, str]:
    """The symbols that the overview explains: those of the first unit that has a net input."""
    network = story.network
    first = next(iter(network.outputs(story.sample)))
    symbols = {"input": next(network.input_names(story.sample)), "out": first.name}
    if network.loss_entry.has_targets:
        symbols["target"] = first.at("target")
    for quantity in story.graph:
        if quantity.name.startswith("net_") and quantity.sample == story.sample:
            out = "out_" + quantity.name.removeprefix("net_")
            if out in story.graph:
                return {**symbols, "net": quantity.name, "out": out}
    return symbols


def _bias_kind(layers: tuple[Layer, ...]) -> str:
    if not any(layer.biases for layer in layers):
        return "none"
    kinds = {
        "shared" if isinstance(layer, Dense) and layer.has_shared_bias else "own" if layer.biases else "none"
        for layer in layers
        if layer.parameters
    }
    return kinds.pop() if len(kinds) == 1 else "mixed"


def _grid(grid: Grid, has_numbers: bool) -> list[Table]:
    """Parameters by row and column; a list where the grid would be too wide."""
    if grid.kind in ("weights", "weights_only"):
        is_long = not has_numbers and len(grid.rows) * len(grid.columns) > MOST_LISTED
        return [_ends(grid) if is_long else _links(grid)]
    from_units = grid.kind == "recurrent_weights"
    columns = [Cell(word="from", unit=c) if from_units else _label(c) for c in grid.columns]
    head = (_corner(grid), *columns) if any(grid.columns) else ()
    if len(grid.columns) <= MOST_COLUMNS:
        rows = [
            (_label(row), *(_given(name) for name in names))
            for row, names in zip(grid.rows, grid.names, strict=True)
        ]
        return [Table(grid.kind, head, tuple(rows))]
    return [Table(grid.kind, (), _cells([name for row in grid.names for name in row]).rows)]


def _corner(grid: Grid) -> Cell:
    """Which part of the layer a table is about: a gate, or a channel."""
    if grid.kind == "kernel":
        return Cell(unit=grid.part.split(",")[0]) if grid.part else Cell()
    return Cell(word=f"{grid.part}_gate") if grid.part else Cell()


def _label(label: str) -> Cell:
    """A unit, a number, or nothing."""
    if not label:
        return Cell()
    return (
        Cell(number=int(label))
        if label.isdigit()
        else Cell(word="bias")
        if label == "bias"
        else Cell(unit=label)
    )


def _ends(grid: Grid) -> Table:
    """What leads into each unit, the first and the last weight, and the bias."""
    has_bias = grid.kind == "weights"
    sources = grid.columns[:-1] if has_bias else grid.columns
    ends = (
        Cell(word="first_weight"),
        Cell(word="from_unit"),
        Cell(word="last_weight"),
        Cell(word="from_unit"),
    )
    head = (Cell(word="into"), *ends, *([Cell(word="bias")] if has_bias else []))
    rows = []
    for unit, names in zip(grid.rows, grid.names, strict=True):
        weights = names[:-1] if has_bias else names
        cells = [Cell(unit=unit), Cell(symbol=weights[0]), Cell(unit=sources[0])]
        cells += [Cell(symbol=weights[-1]), Cell(unit=sources[-1])]
        rows.append((*cells, *([Cell(symbol=names[-1])] if has_bias else [])))
    return Table(grid.kind, head, tuple(rows))


def _links(grid: Grid) -> Table:
    """What leads into each unit: a row a unit, a column an input."""
    has_bias = grid.kind == "weights"
    sources = grid.columns[:-1] if has_bias else grid.columns
    if len(grid.columns) <= MOST_COLUMNS:
        corner = _corner(grid) if grid.part else Cell(word="into")
        head = (corner, *(Cell(word="from", unit=source) for source in sources))
        head += (Cell(word="bias"),) if has_bias else ()
        rows = [
            (Cell(unit=unit), *(_given(name) for name in names))
            for unit, names in zip(grid.rows, grid.names, strict=True)
        ]
        return Table(grid.kind, head, tuple(rows))
    head = (Cell(word="parameter"), Cell(word="from_unit"), Cell(word="into"))
    links = [
        (_given(name), Cell(unit=source), Cell(unit=unit))
        for unit, names in zip(grid.rows, grid.names, strict=True)
        for name, source in zip(names, sources, strict=False)
    ]
    biases = [names[-1] for names in grid.names] if has_bias else []
    is_shared = len(biases) > 1 and len(set(biases)) == 1
    for name, unit in dict(
        zip(biases, grid.rows, strict=False) if not is_shared else [(biases[0], "")]
    ).items():
        links.append((_given(name), Cell(word="bias"), Cell(unit=unit) if unit else Cell(word="all_units")))
    return Table(grid.kind, head, tuple(links))


def _given(name: str) -> Cell:
    return Cell(symbol=name, value=name)


def _cells(names: list[str]) -> Table:
    """`symbol = value` in rows of a few."""
    cells = [_given(name) for name in names]
    width = MOST_COLUMNS - 1
    lines = [tuple(cells[start : start + width]) for start in range(0, len(cells), width)]
    longest = max(len(line) for line in lines)
    return Table("sample", (), tuple(line + (Cell(),) * (longest - len(line)) for line in lines))


def _samples(story: Story) -> list[Table]:
    network = story.network
    inputs = list(network.input_names(story.sample))
    targets = [output.at("target") for output in network.outputs(story.sample)]
    if not network.loss_entry.has_targets:
        targets = []
    if network.source.steps:
        return _series(story, inputs, targets)
    if len(network.source.shape) > 1:
        return [*_images(story), *([_cells(targets)] if targets and not story.has_samples else [])]
    if not story.has_samples:
        return [_cells([*inputs, *targets])]
    bases = [name.partition("[")[0] for name in (*inputs, *targets)]
    rows = [(Cell(number=sample), [indexed(base, sample) for base in bases]) for sample in network.places]
    return values_table("samples", "sample", bases, rows)


def _series(story: Story, inputs: list[str], targets: list[str]) -> list[Table]:
    """A row for each time step, a column for each input and target, of each sample."""
    network = story.network
    tables = []
    for sample in network.places:
        bases = list(network.inputs)
        last = list(network.outputs(sample)) if targets else []
        columns = [*bases, *dict.fromkeys(f"target_{output.unit}" for output in last)]
        rows = []
        for step in network.source.steps:
            names = [indexed(base, sample, step) for base in bases]
            at_step = {output.unit: output for output in last if output.step in (step, None)}
            is_last = step == network.source.steps[-1]
            names += [
                at_step[output].at("target")
                if output in at_step and (is_last or at_step[output].step)
                else ""
                for output in dict.fromkeys(output.unit for output in last)
            ]
            rows.append((Cell(number=step), names))
        heads = [indexed(column, sample) for column in columns]
        tables += values_table("series", story.step_word, heads, rows)
    return tables


def _images(story: Story) -> list[Table]:
    """Each channel of the image as it lies: rows and columns of numbers."""
    network = story.network
    tables = []
    for sample in network.places:
        names = list(network.source.at(sample))
        size = len(names) // network.source.shape[0]
        width = network.source.shape[-1]
        for start in range(0, len(names), size):
            channel = names[start : start + size]
            rows = [
                tuple(Cell(value=name) for name in channel[at : at + width]) for at in range(0, size, width)
            ]
            tables.append(Table("image", (), tuple(rows)))
    return tables
