"""The network: layers, samples, loss and update as a file gives them, with every number exact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from symback.expression import Number
from symback.layers.layer import Layer
from symback.layers.signal import Signal
from symback.losses import LOSSES, Loss
from symback.naming import indexed, sample_places
from symback.network_checks import Given
from symback.update_file import Update


@dataclass(frozen=True, slots=True)
class Sample:
    """Values in the order of the network's inputs (step by step) and of its outputs (step by step)."""

    inputs: tuple[Given, ...]
    targets: tuple[Given, ...]


@dataclass(frozen=True, slots=True)
class Output:
    """One output that has an error: its unit, the name of its value, and the index of target and error."""

    unit: str
    name: str
    sample: int
    step: int | None

    def at(self, base: str) -> str:
        """`target_o1[2]` or `E_o1[2]`, with the time step where there is one error for each."""
        return indexed(f"{base}_{self.unit}", self.sample, self.step)


@dataclass(frozen=True)
class Network:
    """All that a network file says."""

    name: str
    """The built-in name or the file's stem."""
    title: str
    source: Signal
    """The inputs."""
    layers: tuple[Layer, ...]
    output_steps: tuple[int | None, ...]
    """The time steps that have targets: (None,) where only the last one has, or nothing depends on time."""
    samples: tuple[Sample, ...]
    reduction: str
    """`sum` or `mean`, over samples."""
    loss: str
    parameters: tuple[tuple[str, Given], ...]
    """Name and value in reading order: layer by layer, the weights row by row, then the biases."""
    constants: tuple[tuple[str, Given], ...]
    """Other numbers that formulas name: the slope of a leaky rectifier, masks, penalties."""
    update: Update | None
    notation: tuple[tuple[str, str], ...]
    """`style` and single symbols (a name and its LaTeX), as written."""
    aliases: tuple[tuple[str, str], ...]
    seed: int | None
    text: str = field(default="", repr=False, compare=False)
    """The file, as read."""

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The names of the inputs, without sample and step."""
        return tuple(port.base for port in self.source.ports)

    @cached_property
    def places(self) -> tuple[int, ...]:
        """1, 2, ... for several samples; (0,) where there is only one, whose names carry no index."""
        return sample_places(len(self.samples))

    @cached_property
    def output_units(self) -> tuple[str, ...]:
        """The units that have targets."""
        return self.layers[-1].signal.labels

    @property
    def loss_entry(self) -> Loss:
        """The loss of the table."""
        return LOSSES[self.loss]

    @cached_property
    def probabilities(self) -> tuple[tuple[str, ...], ...]:
        """The names of targets that add up to exactly one, for each sample and time step where they do."""
        found = []
        for sample, given in zip(self.places, self.samples, strict=True):
            steps: dict[int | None, list[tuple[str, Given]]] = {}
            for output, target in zip(self.outputs(sample), given.targets, strict=False):
                steps.setdefault(output.step, []).append((output.at("target"), target))
            for targets in steps.values():
                trees = [target.expression for _, target in targets]
                numbers = [tree.value for tree in trees if isinstance(tree, Number)]
                if len(numbers) == len(trees) > 1 and sum(numbers) == 1:
                    found.append(tuple(name for name, _ in targets))
        return tuple(found)

    def input_names(self, sample: int) -> Iterator[str]:
        """The names of all inputs of a sample, step by step."""
        for step in self.source.steps or (None,):
            yield from self.source.at(sample, step)

    def outputs(self, sample: int) -> Iterator[Output]:
        """All outputs of a sample that have errors, step by step."""
        signal = self.layers[-1].signal
        for step in self.output_steps:
            for port, name in zip(signal.ports, signal.at(sample, step), strict=True):
                own = step if port.step is None else port.step
                yield Output(port.unit, name, sample, own)
