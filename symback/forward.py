"""Network -> the quantities of the forward pass: what is given, net inputs, activations, errors."""

from __future__ import annotations

from fractions import Fraction

from symback.expression import Expression, Name, Number, add, substitute
from symback.graph import Quantity, Role, Rule
from symback.losses import LOSSES
from symback.naming import indexed
from symback.network import Given, Network


def sample_places(network: Network) -> tuple[int, ...]:
    """1, 2, ... for several samples; (0,) where there is only one, whose names carry no index."""
    count = len(network.samples)
    return tuple(range(1, count + 1)) if count > 1 else (0,)


def given_quantities(network: Network) -> list[Quantity]:
    """What the network file states: inputs, targets, parameters and the learning rate."""
    quantities = []
    for sample in sample_places(network):
        quantities += [
            Quantity(indexed(name, sample), Role.INPUT, Rule.GIVEN, unit=name, sample=sample)
            for name in network.inputs
        ]
        quantities += [
            Quantity(indexed(f"target_{unit}", sample), Role.TARGET, Rule.GIVEN, unit=unit, sample=sample)
            for unit in network.layers[-1].units
        ]
    for place, layer in enumerate(network.layers, start=1):
        weights = {name for row in layer.weight_names for name in row}
        for name in layer.parameters():
            role = Role.WEIGHT if name in weights else Role.BIAS
            quantities.append(Quantity(name, role, Rule.GIVEN, layer=place))
    if network.update is not None:
        quantities.append(Quantity("eta", Role.LEARNING_RATE, Rule.GIVEN))
    return quantities


def given_numbers(network: Network) -> dict[str, Given]:
    """The number that the file gives for each of `given_quantities`, by name."""
    numbers = dict(network.parameters)
    for sample, given in zip(sample_places(network), network.samples, strict=True):
        for name, number in zip(network.inputs, given.inputs, strict=True):
            numbers[indexed(name, sample)] = number
        for unit, number in zip(network.layers[-1].units, given.targets, strict=True):
            numbers[indexed(f"target_{unit}", sample)] = number
    if network.update is not None:
        numbers["eta"] = network.update.learning_rate
    return numbers


def forward_quantities(network: Network) -> list[Quantity]:
    """Every layer of every sample from its formula, then the errors; in an order that can be evaluated."""
    quantities = []
    for sample in sample_places(network):
        inputs = tuple(indexed(name, sample) for name in network.inputs)
        for place, layer in enumerate(network.layers, start=1):
            quantities += layer.unroll(place, inputs, sample)
            inputs = layer.outputs(sample)
    return quantities + _errors(network)


def _errors(network: Network) -> list[Quantity]:
    """E_o1, E_o2, ... of each sample, E[s] where there are several samples, and E_total."""
    quantities = []
    totals: list[Expression] = []
    written_totals: list[Expression] = []
    for sample in sample_places(network):
        terms = [_output_error(network, unit, sample) for unit in network.layers[-1].units]
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
    total, whole = (_reduced(network, add(terms)) for terms in (totals, written_totals))
    forms = (("written_out", whole),)
    quantities.append(Quantity("E_total", Role.TOTAL_ERROR, Rule.DEFINITION, total, forms=forms))
    return quantities


def _output_error(network: Network, unit: str, sample: int) -> Quantity:
    loss = LOSSES[network.loss]
    out = indexed(f"out_{unit}", sample)
    meaning = {"target": Name(indexed(f"target_{unit}", sample)), "output": Name(out)}
    return Quantity(
        indexed(f"E_{unit}", sample),
        Role.ERROR,
        Rule.DEFINITION,
        substitute(loss.term, meaning),
        textbook=((out, substitute(loss.derivative, meaning)),),
        unit=unit,
        sample=sample,
    )


def _reduced(network: Network, total: Expression) -> Expression:
    """The mean over samples where the file asks for it; a sum as it is."""
    count = len(network.samples)
    if network.reduction == "sum" or count == 1:
        return total
    return Number(Fraction(1, count)) * total
