"""The forward pass and the error, from the inputs to E_total."""

from __future__ import annotations

from symback.document import Cell, Equation, Item, Row, Section
from symback.expression import Expression, IndexedSum, Name, substitute
from symback.forward import sample_places
from symback.naming import indexed
from symback.worked.story import MOST_EQUATIONS, Story, values_table


def forward_pass(story: Story) -> Section:
    """Net inputs and activations, layer by layer; further samples in a table."""
    items = []
    count = len(story.network.layers)
    for place, layer in enumerate(story.network.layers, start=1):
        first, *others = layer.units
        pair = (story.at(f"net_{first}"), story.at(f"out_{first}"))
        facts = {
            "place": place,
            "is_output": place == count,
            "hidden": count - 1,
            "activation": layer.activation,
            "others": len(others),
            "sample": story.sample,
            "has_bias": bool(layer.biases),
            "inputs": len(layer.source.ports),
        }
        items.append(Item("layer", facts=facts))
        items.append(Item("first_unit", story.equations(pair), {"unit": first}, facts))
        names = [story.at(f"{kind}_{unit}") for unit in others for kind in ("net", "out")]
        if len(others) > MOST_EQUATIONS // 2 and story.has_numbers():
            rows = [(Cell(unit=unit), [story.at(f"net_{unit}"), story.at(f"out_{unit}")]) for unit in others]
            tables = values_table("units", "unit", ["net", "out"], rows)
            items.append(Item("other_units", tuple(tables), facts=facts))
        elif others:
            items.append(Item("other_units", story.equations(names), facts=facts))
    if story.has_samples and story.has_numbers():
        items.append(_all_samples(story))
    return Section("forward", tuple(items), {"sample": story.sample})


def _all_samples(story: Story) -> Item:
    bases = [
        f"{kind}_{unit}" for layer in story.network.layers for unit in layer.units for kind in ("net", "out")
    ]
    rows = [
        (Cell(number=sample), [indexed(base, sample) for base in bases])
        for sample in sample_places(story.network)
    ]
    return Item("all_samples", tuple(values_table("forward", "sample", bases, rows)))


def total_error(story: Story) -> Section:
    """The error in general, of each output, of each sample, and in total."""
    units = story.network.output_units
    first, *others = (story.at(f"E_{unit}") for unit in units)
    whole = story.at("E") if story.has_samples else "E_total"
    items = [
        Item(
            "definition",
            (general_error(story, whole),),
            {"error": whole},
            {"outputs": len(units), "has_update": story.network.update is not None},
        )
    ]
    symbols = {
        "error": first,
        "unit": units[0],
        "target": story.at(f"target_{units[0]}"),
        "out": story.at(f"out_{units[0]}"),
    }
    facts: dict[str, object] = {
        "outputs": len(units),
        "samples": len(story.network.samples),
        "sample": story.sample,
    }
    items.append(Item("first_output", (story.equation(first),), symbols, facts))
    if others:
        items.append(Item("other_outputs", story.equations(others), facts=facts))
    if story.has_samples:
        items.append(Item("sample_total", (story.equation(whole),), {"error": whole}, facts))
        if story.has_numbers():
            names = [f"E_{unit}" for unit in units] + ["E"] * (len(units) > 1)
            rows = [
                (Cell(number=sample), [indexed(name, sample) for name in names])
                for sample in sample_places(story.network)
            ]
            items.append(Item("sample_errors", tuple(values_table("errors", "sample", names, rows))))
    facts["reduction"] = story.network.reduction
    items.append(Item("total", (story.equation("E_total"),), {"error": "E_total"}, facts))
    return Section("error", tuple(items))


def general_error(story: Story, whole: str) -> Equation:
    """E as the sum over outputs, in general symbols; written out it is the sum of the named errors."""
    units = story.network.output_units
    index = "o" if "o" not in units else "k"
    target, output = story.at(f"target_{index}"), story.at(f"out_{index}")
    if len(units) == 1:
        target, output = story.at(f"target_{units[0]}"), story.at(f"out_{units[0]}")
    general: dict[str, Expression] = {"target": Name(target), "output": Name(output)}
    body = substitute(story.network.loss_entry.term, general)
    if len(units) == 1:
        return Equation(Name(whole), (Row(body),))
    instances = tuple(
        ((target, story.at(f"target_{unit}")), (output, story.at(f"out_{unit}"))) for unit in units
    )
    return Equation(Name(whole), (Row(IndexedSum(index, body, instances)),))
