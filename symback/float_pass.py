"""An independent witness: the network computed in plain floats, layer by layer, and differentiated backward.

It shares nothing with the graph but the network and the formulas of activation and loss: no chain of named
factors, no SymPy, no textbook derivative. What each layer computes is in its file, by plain loops.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, Sequence

from symback.float_updates import updated_floats
from symback.floats import Float, backward, total, value_of
from symback.naming import BATCH, derivative
from symback.network_model import Network
from symback.updates import given_for_updates, trained_names


def float_pass(network: Network, given: Mapping[str, float]) -> dict[str, float]:
    """Outputs of all layers, E_total, its derivatives by outputs, inputs and parameters, new parameters.

    `given` holds a float for each given quantity; if something that updates begin with is missing, there is
    no update. Raises OverflowError, ZeroDivisionError or ValueError where
    floats cannot hold a value.
    """
    values, error, numbers = _forward(network, given)
    backward(error)
    found = {name: number.value for name, number in numbers.items()}
    found["E_total"] = error.value
    found |= {derivative("E_total", name): number.slope for name, number in numbers.items()}
    inputs = [name for sample in network.places for name in network.input_names(sample)]
    parameters = [name for name, _ in network.parameters]
    found |= {derivative("E_total", name): values[name].slope for name in (*inputs, *parameters)}
    found |= _of_batch(network, given)
    if network.update is None or any(q.name not in given for q, _ in given_for_updates(network)):
        return found
    try:
        return found | _after_update(network, given, found)
    except (OverflowError, ZeroDivisionError, ValueError):
        return found  # a wild update; what comes before it can be compared all the same


def _of_batch(network: Network, given: Mapping[str, float]) -> dict[str, float]:
    """`E_batch` and its gradients, of the first batch; {} without batches."""
    if network.update is None or not network.update.batches:
        return {}
    batch = network.update.batches[0]
    values, _, numbers = _forward(network, given)
    error = _error(network, values, numbers, batch)
    backward(error)
    slopes = {derivative(BATCH, name): values[name].slope for name, _ in trained_names(network)}
    return {BATCH: error.value, **slopes}


def _forward(
    network: Network, given: Mapping[str, float]
) -> tuple[dict[str, Float], Float, dict[str, Float]]:
    """The given numbers, the error, and the outputs of all layers by name."""
    values = {name: Float(number) for name, number in given.items()}
    signal = [
        [
            [values[name] for name in network.source.at(sample, step)]
            for step in network.source.steps or (None,)
        ]
        for sample in network.places
    ]
    outputs: dict[str, Float] = {}
    known = ChainMap(outputs, values)
    for layer in network.layers:
        taken = {id(number) for row in signal for numbers in row for number in numbers}
        signal = layer.compute(known.__getitem__, signal)
        sizes = {(len(steps), len(numbers)) for steps in signal for numbers in steps}
        expected = (len(layer.steps), len(layer.signal.ports))
        assert sizes == {expected}, f"layer {layer.place} ({layer.kind}) computes {sizes}, not {expected}"
        signal = [[_distinct(numbers, taken) for numbers in steps] for steps in signal]
        for sample, steps in zip(network.places, signal, strict=True):
            for step, numbers in zip(layer.steps, steps, strict=True):
                named = zip(layer.signal.at(sample, step), numbers, strict=True)
                outputs |= {name: number for name, number in named if name not in known}
    return values, _error(network, values, outputs, network.places), outputs


def _distinct(numbers: Sequence[Float], taken: set[int]) -> list[Float]:
    """The numbers, each with a slope of its own: a copy of what came in, or is there twice; notes them."""
    found = [Float(one.value, ((one, 1.0),)) if id(one) in taken else one for one in numbers]
    taken |= {id(one) for one in found}
    return found


def _error(
    network: Network, values: Mapping[str, Float], computed: Mapping[str, Float], samples: Sequence[int]
) -> Float:
    """The loss of every output of these samples, summed, reduced over them, with the penalties."""
    loss = network.loss_entry
    numbers = ChainMap(dict(computed), dict(values))  # a network may hand on its inputs
    errors: list[Float] = []
    for sample in samples:
        outputs = list(network.outputs(sample))
        for output in outputs:
            names = {name: values[name] for name, _ in loss.settings}
            names |= {"output": numbers[output.name], "share": Float(1 / len(outputs))}
            if loss.has_targets:
                names["target"] = values[output.at("target")]
            if loss.summand is not None:
                together = [other for other in outputs if other.step == output.step]
                names["total"] = total(
                    value_of(loss.summand, {**names, "output": numbers[other.name]}) for other in together
                )
            errors.append(value_of(loss.term, names))
    error = total(errors)
    if network.reduction == "mean":
        error = error * Float(1 / len(samples))
    weights = [values[name] for layer in network.layers for name in layer.weights]
    constants = {name for name, _ in network.constants}
    if "lambda_l1" in constants:
        error = error + values["lambda_l1"] * total(weight.call("abs") for weight in weights)
    if "lambda_l2" in constants:
        error = error + values["lambda_l2"] * total(weight * weight for weight in weights) * Float(0.5)
    return error


def _after_update(
    network: Network, given: Mapping[str, float], found: Mapping[str, float]
) -> dict[str, float]:
    """What the update makes, and, if all of it is known, what the forward pass gives with it."""
    made = updated_floats(network, {**given, **found})
    new = {name: made[f"{name}+"] for name, _ in trained_names(network) if f"{name}+" in made}
    if len(new) < len(trained_names(network)):
        return made
    _, error, outputs = _forward(network, {**given, **new})
    later = {**{name: number.value for name, number in outputs.items()}, "E_total": error.value}
    return made | {f"{name}+": value for name, value in later.items()}
