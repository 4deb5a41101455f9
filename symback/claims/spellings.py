"""How people spell the quantities of a network: keys for spellings, and the conventions of other authors."""

from __future__ import annotations

from collections.abc import Iterator

from symback.graph import Graph
from symback.network import Network
from symback.notation import STATES
from symback.updates import rule_of, state_name, trained_names

NET_INPUTS = ("z", "net", "in", "s", "net input")
OUTPUTS = ("a", "out", "output", "o")
TARGETS = ("t", "target", "y", "desired", "d")
PREDICTIONS = ("hat y", "yhat", "ypred", "pred", "prediction", "predicted", "bar y")
ERRORS = ("E", "L", "C", "J", "err", "error", "e", "loss", "Loss")
TOTALS = (
    *("E", "L", "J", "C", "Loss", "loss", "Error", "error", "Cost", "cost", "MSE", "Err"),
    *("Etotal", "ETotal", "Etot", "Ltotal", "Jtotal", "Ctotal", "Losstotal", "totalerror"),
)
LEARNING_RATES = ("eta", "alpha", "epsilon", "lr", "learningrate", "LR")
WEIGHTS = ("w", "W", "theta", "omega")


def key_of(base: str, subscript: str = "") -> str:
    """One key for all spellings of a name: `y1`, `y_1`, `y_{1}` and `y_{_1}` have the same."""
    return (base + subscript).replace("_", "").replace("{", "").replace("}", "")


def with_commas(unit: str) -> tuple[str, ...]:
    """The name of a unit, and the way in which one of several pieces is printed: `c1_1_2` and `c1,1,2`."""
    return (unit, unit.replace("_", ",")) if "_" in unit else (unit,)


def conventions(network: Network, graph: Graph) -> Iterator[tuple[str, str]]:
    """Spellings that other authors use, as keys, with the canonical name each stands for, without sample and
    state. A key that comes with two different names is ambiguous and not to be used.
    """
    outputs = network.output_units
    units = [unit for layer in network.layers for unit in layer.units]
    for unit in units:
        for spelled in with_commas(unit):
            yield from ((key_of(base, spelled), f"net_{unit}") for base in NET_INPUTS)
            yield from ((key_of(base, spelled), f"out_{unit}") for base in OUTPUTS)
        yield unit, f"out_{unit}"
    for place, unit in enumerate(outputs, start=1):
        for name in (*with_commas(unit), str(place)):
            yield from ((key_of(base, name), f"out_{unit}") for base in PREDICTIONS)
        for name in with_commas(unit):
            yield from ((key_of(base, name), f"target_{unit}") for base in TARGETS)
            yield from ((key_of(base, name), f"E_{unit}") for base in ERRORS)
        yield from ((key_of(base, str(place)), f"target_{unit}") for base in ("t", "y", "target"))
        yield key_of("output", str(place)), f"out_{unit}"
    for place, name in enumerate(network.inputs, start=1):
        yield key_of("x", str(place)), name
        yield key_of("input", str(place)), name
        yield from ((key_of(base, name), name) for base in ("out", "a"))
    if len(outputs) == 1:
        (unit,) = outputs
        yield from ((base, f"out_{unit}") for base in (*PREDICTIONS, "output"))
        yield from ((base, f"target_{unit}") for base in ("y", "t", "target"))
    if len(units) == 1:
        (unit,) = units
        yield from (
            ("z", f"net_{unit}"),
            ("net", f"net_{unit}"),
            ("a", f"out_{unit}"),
            ("out", f"out_{unit}"),
        )
        yield "delta", f"delta_{unit}"
    if len(network.inputs) == 1:
        yield "x", network.inputs[0]
    yield from _single_parameters(network)
    yield from ((name, "E_total") for name in TOTALS)
    if "eta" in graph:
        yield from ((name, "eta") for name in LEARNING_RATES)
    yield from _of_updates(network, graph)


def _of_updates(network: Network, graph: Graph) -> Iterator[tuple[str, str]]:
    """What an update rule remembers and counts, in the letters of most authors (and of our own pages)."""
    if network.update is None:
        return
    for key, name in (("n", "updates"), ("lambda", "weight_decay"), ("tau", "dampening"), ("N", "length")):
        if name in graph:
            yield key, name
    for state in rule_of(network.update).states:
        letter = state.name.removesuffix("_hat")
        accent = "" if letter == state.name else "hat "
        for parameter, _ in trained_names(network):
            yield key_of(accent + STATES.get(letter, letter), parameter), state_name(state, parameter)


def _single_parameters(network: Network) -> Iterator[tuple[str, str]]:
    """`w` and `b` where there is only one, and weights by the two units that they join, in either order."""
    weights = [name for layer in network.layers for name in layer.weights]
    biases = [name for layer in network.layers for name in layer.biases]
    for letter, names in (("w", weights), ("b", biases)):
        if len(names) == 1:
            yield letter, names[0]
    for (one, two), weight in joined(network).items():
        for letter in ("w", "W"):
            for subscript in (one + two, f"{one},{two}", f"{one}-{two}", f"{one}->{two}"):
                yield key_of(letter, subscript), weight


def joined(network: Network) -> dict[tuple[str, str], str]:
    """The weight between two units (or an input and a unit), in either order; none where there are several,
    as between two units of a recurrent layer, or one for each gate.
    """
    found: dict[tuple[str, str], set[str]] = {}
    for layer in network.layers:
        for weight, source, unit in layer.links():
            for pair in ((source, unit), (unit, source)):
                found.setdefault(pair, set()).add(weight)
    return {pair: next(iter(weights)) for pair, weights in found.items() if len(weights) == 1}
