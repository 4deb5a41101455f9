"""Network -> the quantities of the forward pass: what is given, what layers compute, errors."""

from __future__ import annotations

from fractions import Fraction

from symback.expression import (
    ONE,
    Call,
    Expression,
    Name,
    Number,
    Product,
    add,
    multiply,
    substitute,
    transform,
)
from symback.graph import Quantity, Role, Rule
from symback.losses import Loss
from symback.naming import indexed, parts_of
from symback.network_checks import Given
from symback.network_model import Network, Output
from symback.updates import given_for_updates


def given_quantities(network: Network) -> list[Quantity]:
    """What the network file states: inputs, targets, parameters, constants and the learning rate."""
    quantities = []
    for sample in network.places:
        for step in network.source.steps or (None,):
            quantities += [
                Quantity(name, Role.INPUT, Rule.GIVEN, unit=port.label, sample=sample, step=step)
                for port, name in zip(network.source.ports, network.source.at(sample, step), strict=True)
            ]
        if network.loss_entry.has_targets:
            quantities += [
                Quantity(
                    output.at("target"),
                    Role.TARGET,
                    Rule.GIVEN,
                    unit=output.unit,
                    sample=sample,
                    step=output.step,
                )
                for output in network.outputs(sample)
            ]
    for layer in network.layers:
        quantities += [
            Quantity(parameter.name, parameter.role, Rule.GIVEN, layer=layer.place)
            for parameter in layer.parameters
        ]
    for name, _ in network.constants:
        parts = parts_of(name)  # a state before the first step has a sample and a step
        quantities.append(Quantity(name, Role.CONSTANT, Rule.GIVEN, sample=parts.sample, step=parts.step))
    return [*quantities, *(quantity for quantity, _ in given_for_updates(network))]


def given_numbers(network: Network) -> dict[str, Given]:
    """The number that the file gives for each of `given_quantities`, by name."""
    numbers = dict(network.parameters)
    for sample, given in zip(network.places, network.samples, strict=True):
        numbers |= zip(network.input_names(sample), given.inputs, strict=True)
        if given.targets:
            targets = (output.at("target") for output in network.outputs(sample))
            numbers |= zip(targets, given.targets, strict=True)
    numbers |= network.constants
    return numbers | {quantity.name: number for quantity, number in given_for_updates(network)}


def forward_quantities(network: Network) -> list[Quantity]:
    """Every layer of every sample from its formula, then the errors; in an order that can be evaluated."""
    quantities = []
    couples = any(layer.couples_samples for layer in network.layers)
    batches = [network.places] if couples else [(sample,) for sample in network.places]
    for batch in batches:
        for layer in network.layers:
            quantities += layer.unroll(batch)
    return quantities + _errors(network)


def _errors(network: Network) -> list[Quantity]:
    """E_o1, E_o2, ... of each sample, E[s] where there are several samples, and E_total."""
    quantities = []
    totals: list[Expression] = []
    written_totals: list[Expression] = []
    for sample in network.places:
        outputs = list(network.outputs(sample))
        terms = [_output_error(network, output, outputs) for output in outputs]
        total = add([Name(term.name) for term in terms])
        written = [term.formula for term in terms if term.formula is not None]
        quantities += terms
        if sample:
            forms = (("written_out", add(written)),)
            name = indexed("E", sample)
            quantities.append(Quantity(name, Role.ERROR, Rule.DEFINITION, total, forms=forms, sample=sample))
            total = Name(name)
        totals.append(total)
        written_totals += written
    own = penalties(network)
    total, whole = (add([_reduced(network, add(terms)), *own]) for terms in (totals, written_totals))
    forms = (("written_out", whole),)
    quantities.append(Quantity("E_total", Role.TOTAL_ERROR, Rule.DEFINITION, total, forms=forms))
    return quantities


def _output_error(network: Network, output: Output, outputs: list[Output]) -> Quantity:
    """The error of one output; its textbook derivatives by that output and by coupled ones."""
    loss = network.loss_entry
    together = [other for other in outputs if other.step == output.step]
    meaning = loss_meaning(
        loss, output.at("target"), output.name, [other.name for other in together], len(outputs)
    )
    textbook = []
    for other in together:
        slope = loss.derivative if other is output else loss.cross
        if slope is not None:
            textbook.append((other.name, written(slope, {**meaning, "other": Name(other.name)})))
    return Quantity(
        output.at("E"),
        Role.ERROR,
        Rule.DEFINITION,
        written(loss.term, meaning),
        textbook=tuple(textbook),
        unit=output.unit,
        sample=output.sample,
        step=output.step,
    )


def loss_meaning(
    loss: Loss, target: str, output: str, outputs: list[str], count: int
) -> dict[str, Expression]:
    """What the names in a loss's formulas stand for; `outputs` are those of the same step, `count` all."""
    meaning: dict[str, Expression] = {name: Name(name) for name, _ in loss.settings}
    meaning |= {"target": Name(target), "output": Name(output), "share": Number(Fraction(1, count))}
    if loss.summand is not None:
        meaning["total"] = add([substitute(loss.summand, {**meaning, "output": Name(o)}) for o in outputs])
    return meaning


def written(formula: Expression, meaning: dict[str, Expression]) -> Expression:
    """The formula with its names replaced; factors of one (the share of a single output) left out."""

    def change(node: Expression) -> Expression | None:
        if not isinstance(node, Product):
            return None
        kept = [factor for factor in node.factors if factor != ONE]
        if len(kept) == len(node.factors):
            return None
        return transform(multiply(kept or [ONE]), change)

    return transform(substitute(formula, meaning), change)


def penalties(network: Network) -> list[Expression]:
    """The terms that the penalties on weights add to E_total, one for each weight and kind."""
    names = {name for name, _ in network.constants}
    if names.isdisjoint(("lambda_l1", "lambda_l2")):
        return []
    weights = [Name(name) for layer in network.layers for name in layer.weights]
    terms: list[Expression] = []
    if "lambda_l1" in names:
        terms += [Name("lambda_l1") * Call("abs", weight) for weight in weights]
    if "lambda_l2" in names:
        terms += [Name("lambda_l2") / 2 * weight**2 for weight in weights]
    return terms


def _reduced(network: Network, total: Expression) -> Expression:
    """The mean over samples where the file asks for it; a sum as it is."""
    count = len(network.samples)
    if network.reduction == "sum" or count == 1:
        return total
    return Number(Fraction(1, count)) * total
