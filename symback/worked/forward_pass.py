"""The forward pass and the error, from the inputs to E_total."""

from __future__ import annotations

from symback.document import Cell, Equation, Item, Row, Section, Table, value_of
from symback.expression import IndexedSum, Name
from symback.forward import loss_meaning, penalties, written
from symback.naming import indexed
from symback.worked.layer_forward import all_samples, has_kink, layer_forward
from symback.worked.story import MOST_EQUATIONS, Story, values_table

MOST_TERMS = 100
"""A sum of more errors and penalties is not written out."""


def forward_pass(story: Story) -> Section:
    """Every layer in the order of the signal; further samples in a table."""
    items = [item for layer in story.network.layers for item in layer_forward(story, layer)]
    if story.has_samples and story.has_numbers():
        items.append(all_samples(story))
    return Section("forward", tuple(items), {"sample": story.sample})


def total_error(story: Story) -> Section:
    """The error in general, of each output, of each sample, and in total."""
    network = story.network
    outputs = list(network.outputs(story.sample))
    errors = [output.at("E") for output in outputs]
    whole = story.at("E") if story.has_samples else "E_total"
    facts: dict[str, object] = {
        "loss": network.loss,
        "outputs": len(outputs),
        "units": len(network.output_units),
        "steps": len(network.output_steps) if network.output_steps != (None,) else 0,
        "samples": len(network.samples),
        "sample": story.sample,
        "reduction": network.reduction,
        "has_update": network.update is not None,
        "kink": has_kink(story.graph[errors[0]]),
        "penalties": sum(f"lambda_{kind}" in story.graph for kind in ("l1", "l2")),
    }
    items = [Item("definition", _general(story, whole), {"error": whole}, facts)]
    first = outputs[0]
    symbols = {"error": errors[0], "unit": first.unit, "out": first.name}
    if network.loss_entry.has_targets:
        symbols["target"] = first.at("target")
    items.append(Item("first_output", (story.equation(errors[0]),), symbols, facts))
    if len(errors) > MOST_EQUATIONS and story.has_numbers():
        rows = [(Cell(unit=output.unit), [output.name, output.at("E")]) for output in outputs]
        items.append(
            Item("other_outputs", tuple(values_table("units", "unit", ["out", "E"], rows)), facts=facts)
        )
    elif errors[1:]:
        items.append(Item("other_outputs", story.equations(errors[1:]), facts=facts))
    if story.has_samples:
        items.append(Item("sample_total", _whole(story, whole), {"error": whole}, facts))
        if story.has_numbers():
            items.append(Item("sample_errors", tuple(_sample_errors(story))))
    items.append(Item("total", _whole(story, "E_total"), {"error": "E_total"}, facts))
    for kind in ("l1", "l2"):
        if f"lambda_{kind}" in story.graph:
            items.append(
                Item("penalty", symbols={"factor": f"lambda_{kind}"}, facts={**facts, "penalty": kind})
            )
    return Section("error", tuple(items))


def _whole(story: Story, name: str) -> tuple[Equation, ...]:
    """A sum of errors; of very many terms its value alone."""
    if len(story.graph[name].parents) <= MOST_TERMS:
        return (story.equation(name),)
    return (Equation(Name(name), (value_of(name),)),) if story.knows(name) else ()


def _sample_errors(story: Story) -> list[Table]:
    """A row a sample: the error of each output, and their sum."""
    bases = [(f"E_{output.unit}", output.step) for output in story.network.outputs(story.sample)]
    if len(bases) > 1:
        bases.append(("E", None))
    columns = [indexed(base, step=step) for base, step in bases]
    rows = [
        (Cell(number=sample), [indexed(base, sample, step) for base, step in bases])
        for sample in story.network.places
    ]
    return values_table("errors", "sample", columns, rows)


def _general(story: Story, whole: str) -> tuple[Equation, ...]:
    """E as the sum over outputs in general symbols; nothing for errors over time or that hold all outputs,
    and where penalties are added.
    """
    network = story.network
    if whole == "E_total" and penalties(network):
        return ()
    if network.output_steps != (None,) or network.loss_entry.summand is not None:
        return ()
    return (general_error(story, whole),)


def general_error(story: Story, whole: str) -> Equation:
    """E as the sum over outputs, in general symbols; written out it is the sum of the named errors."""
    outputs = list(story.network.outputs(story.sample))
    units = story.network.output_units
    index = "o" if "o" not in units else "k"
    target, output = story.at(f"target_{index}"), story.at(f"out_{index}")
    if len(outputs) == 1:
        target, output = outputs[0].at("target"), outputs[0].name
    loss = story.network.loss_entry
    body = written(loss.term, loss_meaning(loss, target, output, [], len(outputs)))
    if len(outputs) == 1:
        return Equation(Name(whole), (Row(body),))
    instances = tuple(((target, one.at("target")), (output, one.name)) for one in outputs)
    return Equation(Name(whole), (Row(IndexedSum(index, body, instances)),))
