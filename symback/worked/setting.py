"""The first section: the network, its numbers, and how numbers are rounded on the page."""

from __future__ import annotations

from symback.document import Cell, Item, Section, Table
from symback.forward import sample_places
from symback.graph import Role
from symback.layers.dense import Dense
from symback.layers.layer import Layer
from symback.naming import indexed
from symback.worked.story import MOST_COLUMNS, Story, values_table


def setting(story: Story) -> Section:
    """What is given: layers, weights, biases, samples, learning rate."""
    network = story.network
    update = network.update
    facts = {
        "inputs": len(network.inputs),
        "layers": tuple((len(layer.units), layer.activation) for layer in network.layers),
        "samples": len(network.samples),
        "reduction": network.reduction,
        "biases": _bias_kind(network.layers),
        "has_numbers": story.has_numbers(),
        "frozen": update is not None and not update.biases,
        "seed": network.seed,
    }
    symbols = {"input": story.at(network.inputs[0]), "net": story.at(f"net_{network.layers[0].units[0]}")}
    symbols["out"] = story.at(f"out_{network.layers[0].units[0]}")
    symbols["target"] = story.at(f"target_{network.output_units[0]}")
    items = [Item("overview", symbols=symbols, facts=facts), Item("figure")]
    sources = network.inputs
    for place, layer in enumerate(network.layers, start=1):
        if not isinstance(layer, Dense):
            continue
        table = _weights(story, layer, sources)
        items.append(Item("weights", (table,), facts=_layer_facts(story, place)))
        sources = layer.units
    items.append(Item("samples", tuple(_samples(story)), facts=facts))
    if update is not None:
        items.append(Item("learning_rate", symbols={"eta": "eta"}, facts={"known": story.knows("eta")}))
    rounding = story.evaluation.rounding
    if story.has_numbers():
        items.append(Item("rounding", facts={"digits": rounding.digits, "carry": rounding.carry}))
    return Section("network", tuple(items), facts)


def _layer_facts(story: Story, place: int) -> dict[str, object]:
    count = len(story.network.layers)
    layer = story.network.layers[place - 1]
    return {
        "place": place,
        "is_output": place == count,
        "hidden": count - 1,
        "activation": layer.activation,
        "units": len(layer.units),
    }


def _bias_kind(layers: tuple[Layer, ...]) -> str:
    if not any(layer.biases for layer in layers):
        return "none"
    kinds = {
        "shared" if isinstance(layer, Dense) and layer.has_shared_bias else "own" if layer.biases else "none"
        for layer in layers
    }
    return kinds.pop() if len(kinds) == 1 else "mixed"


def _weights(story: Story, layer: Dense, sources: tuple[str, ...]) -> Table:
    """A grid of what leads into each unit; a list where the grid would be too wide."""
    biases = layer.bias_names
    kind = "weights" if biases else "weights_only"
    if len(sources) + bool(biases) <= MOST_COLUMNS:
        head = (Cell(word="into"), *(Cell(word="from", unit=source) for source in sources))
        head += (Cell(word="bias"),) if biases else ()
        rows = [
            (Cell(unit=unit), *(_given(name) for name in layer.weight_names[row] + biases[row : row + 1]))
            for row, unit in enumerate(layer.units)
        ]
        return Table(kind, head, tuple(rows))
    head = (Cell(word="parameter"), Cell(word="from_unit"), Cell(word="into"))
    links = [
        (_given(name), Cell(unit=source), Cell(unit=unit))
        for row, unit in enumerate(layer.units)
        for name, source in zip(layer.weight_names[row], sources, strict=True)
    ]
    for row, name in enumerate(dict.fromkeys(biases)):
        unit = Cell(word="all_units") if layer.has_shared_bias else Cell(unit=layer.units[row])
        links.append((_given(name), Cell(word="bias"), unit))
    return Table(kind, head, tuple(links))


def _given(name: str) -> Cell:
    return Cell(symbol=name, value=name)


def _samples(story: Story) -> list[Table]:
    network = story.network
    names = [*network.inputs, *(f"target_{unit}" for unit in network.output_units)]
    if not story.has_samples:
        given = [q for q in story.graph.with_role(Role.INPUT, Role.TARGET) if not q.name.endswith("+")]
        cells = [_given(quantity.name) for quantity in given]
        width = MOST_COLUMNS - 1
        lines = [tuple(cells[start : start + width]) for start in range(0, len(cells), width)]
        longest = max(len(line) for line in lines)
        return [Table("sample", (), tuple(line + (Cell(),) * (longest - len(line)) for line in lines))]
    rows = [
        (Cell(number=sample), [indexed(name, sample) for name in names]) for sample in sample_places(network)
    ]
    return values_table("samples", "sample", names, rows)
