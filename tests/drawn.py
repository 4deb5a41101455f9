"""Network files with numbers drawn at random, for tests and benchmarks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from random import Random


@dataclass(frozen=True)
class Drawn:
    """The numbers of a dense net as decimal text; one bias a layer."""

    sizes: tuple[int, ...]
    weights: tuple[tuple[tuple[str, ...], ...], ...]
    """weights[layer][unit][input]"""
    biases: tuple[str, ...]
    inputs: tuple[tuple[str, ...], ...]
    """inputs[sample][i]"""
    targets: tuple[tuple[str, ...], ...]
    """targets[sample][o]"""


def drawn(sizes: tuple[int, ...], seed: int = 1, samples: int = 1) -> Drawn:
    """A net drawn from `Random(seed)`: weights unit by unit, never 0; then biases, inputs, targets."""
    random = Random(seed)

    def positive(count: int) -> tuple[str, ...]:
        return tuple(f"{random.randint(1, 99) / 100:.2f}" for _ in range(count))

    weights = tuple(
        tuple(
            tuple(f"{(random.randint(-100, 100) or 1) / 100:.2f}" for _ in range(before)) for _ in range(here)
        )
        for before, here in pairwise(sizes)
    )
    biases = positive(len(weights))
    examples = tuple((positive(sizes[0]), positive(sizes[-1])) for _ in range(samples))
    return Drawn(sizes, weights, biases, tuple(x for x, _ in examples), tuple(t for _, t in examples))


def network_file(
    net: Drawn,
    activations: tuple[str, ...] = (),
    loss: str = "half_squared_error",
    reduction: str = "sum",
    learning_rate: str = "0.5",
) -> str:
    """The TOML of a drawn net; hidden layers are h, g, f ..., the output layer is o; logistic by default."""
    layers = len(net.weights)
    names = [letter for letter, _ in zip("hgfdcab", range(layers - 1), strict=False)] + ["o"]
    lines = [f'title = "A drawn {"-".join(map(str, net.sizes))} net"', f'loss = "{loss}"']
    if len(net.inputs) > 1:
        lines += [f'reduction = "{reduction}"']
    for layer, (name, rows, bias) in enumerate(zip(names, net.weights, net.biases, strict=True)):
        units = ", ".join(f'"{name}{unit + 1}"' for unit in range(len(rows)))
        table = ", ".join(f"[{', '.join(row)}]" for row in rows)
        activation = activations[layer] if activations else "logistic"
        lines += ["", "[[layers]]", f"units = [{units}]", f'activation = "{activation}"']
        lines += [f"weights = [{table}]", f"bias = {bias}"]
    lines += ["", "[update]", 'rule = "gradient_descent"', f"learning_rate = {learning_rate}"]
    for inputs, targets in zip(net.inputs, net.targets, strict=True):
        given = ", ".join(f"i{place + 1} = {value}" for place, value in enumerate(inputs))
        wanted = ", ".join(f"o{place + 1} = {value}" for place, value in enumerate(targets))
        if len(net.inputs) == 1:
            lines = [f"inputs = {{ {given} }}", f"targets = {{ {wanted} }}", *lines]
        else:
            lines += ["", "[[samples]]", f"inputs = {{ {given} }}", f"targets = {{ {wanted} }}"]
    return "\n".join(lines) + "\n"
