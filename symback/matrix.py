"""The matrices of a dense network, layer by layer: their entries are quantities."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from symback.expression import Name
from symback.graph import Graph
from symback.layers.dense import Dense
from symback.layers.layer import Layer
from symback.matrix_nodes import Entries, Matrix
from symback.naming import TOTAL, derivative, indexed
from symback.network import Network


@dataclass(frozen=True, slots=True)
class NamedMatrix:
    """A matrix under the name that the contract gives it, such as `z^1` or `dE_total/dW^1`."""

    name: str
    entries: tuple[tuple[str, ...], ...]

    def as_json(self) -> dict[str, object]:
        """Name, shape and the names of the entries by rows."""
        shape = [len(self.entries), len(self.entries[0])]
        return {"name": self.name, "shape": shape, "entries": [list(row) for row in self.entries]}


def matrices(network: Network, graph: Graph) -> list[NamedMatrix]:
    """All matrices of the derivation, by layer: one row a unit, one column a sample (or an input)."""
    return list(MatrixView(network, graph).all())


def dense_layers(network: Network) -> tuple[Dense, ...]:
    """The layers, if all are dense and nothing depends on time: only such networks have a matrix notation."""
    layers = tuple(layer for layer in network.layers if isinstance(layer, Dense) and not layer.source.steps)
    return layers if len(layers) == len(network.layers) else ()


def without_matrices(network: Network) -> Layer | None:
    """The first layer that has no matrix notation; None where all have one."""
    return next((x for x in network.layers if not isinstance(x, Dense) or x.source.steps), None)


class MatrixView:
    """Builds the matrices of a network, under lower-case names for one sample and capitals for several."""

    def __init__(self, network: Network, graph: Graph) -> None:
        self.network = network
        self.graph = graph
        self.layers = dense_layers(network)
        self.samples = network.places
        self.batch = len(self.samples) > 1

    def all(self) -> Iterator[NamedMatrix]:
        """Every matrix whose entries are quantities of the graph."""
        if not self.layers:
            return
        yield self._named("a^0", self._inputs())
        for place, layer in enumerate(self.layers, start=1):
            yield self._named(f"W^{place}", self.weights(place))
            if layer.bias_names:
                yield self._named(f"b^{place}", self.biases(place))
            yield self._named(f"z^{place}", self.net_inputs(place))
            yield self._named(f"a^{place}", self.activations(place))
        for place in range(len(self.layers), 0, -1):
            layer = self.layers[place - 1]
            yield self._named(f"delta^{place}", self.deltas(place))
            yield self._named(f"{derivative(TOTAL, f'W^{place}')}", self.weight_gradients(place))
            if layer.bias_names and not layer.has_shared_bias:
                yield self._named(f"{derivative(TOTAL, f'b^{place}')}", self.bias_gradients(place))
            if self.is_trained(layer.weight_names[0][0]):
                yield self._named(f"W^{place}+", self.weights(place, "+"))
            if layer.bias_names and self.is_trained(layer.bias_names[0]):
                yield self._named(f"b^{place}+", self.biases(place, "+"))

    def weights(self, place: int, state: str = "") -> Matrix:
        """W of a layer: units x inputs."""
        rows = self.layers[place - 1].weight_names
        return Matrix(f"W^{place}{state}", tuple(tuple(Name(name + state) for name in row) for row in rows))

    def biases(self, place: int, state: str = "") -> Matrix:
        """b of a layer: units x 1; a shared bias stands in every row."""
        names = self.layers[place - 1].bias_names
        return Matrix(f"b^{place}{state}", tuple((Name(name + state),) for name in names))

    def net_inputs(self, place: int) -> Matrix:
        """z of a layer: units x samples."""
        return self._by_sample("z", place, lambda unit, sample: indexed(f"net_{unit}", sample))

    def activations(self, place: int) -> Matrix:
        """a of a layer: units x samples; of layer 0, the inputs."""
        if place == 0:
            return self._inputs()
        return self._by_sample("a", place, lambda unit, sample: indexed(f"out_{unit}", sample))

    def deltas(self, place: int) -> Matrix:
        """delta of a layer: units x samples, with the 1/m of a mean."""
        return self._by_sample("delta", place, lambda unit, sample: indexed(f"delta_{unit}", sample))

    def slopes(self, place: int) -> Matrix:
        """The derivative of each output by its net input: units x samples."""

        def name(unit: str, sample: int) -> str:
            return derivative(indexed(f"out_{unit}", sample), indexed(f"net_{unit}", sample))

        return self._by_sample("slope", place, name)

    def error_gradient(self, place: int) -> Matrix:
        """dE_total by each output of a layer: units x samples."""
        matrix = self._by_sample("a", place, lambda u, s: derivative(TOTAL, indexed(f"out_{u}", s)))
        return Matrix(derivative(TOTAL, matrix.name), matrix.entries)

    def targets(self) -> Matrix:
        """The targets: outputs x samples."""
        units = self.layers[-1].units
        rows = tuple(tuple(Name(indexed(f"target_{u}", s)) for s in self.samples) for u in units)
        return Matrix("Y" if self.batch else "y", rows)

    def weight_gradients(self, place: int) -> Matrix:
        """dE_total by each weight: units x inputs."""
        rows = self.layers[place - 1].weight_names
        entries = tuple(tuple(Name(derivative(TOTAL, name)) for name in row) for row in rows)
        return Matrix(derivative(TOTAL, f"W^{place}"), entries)

    def bias_gradients(self, place: int) -> Matrix:
        """dE_total by each bias: units x 1; for a shared one its gradient stands in every row."""
        names = self.layers[place - 1].bias_names
        return Matrix(derivative(TOTAL, f"b^{place}"), tuple((Name(derivative(TOTAL, n)),) for n in names))

    def _inputs(self) -> Matrix:
        rows = tuple(tuple(Name(indexed(n, s)) for s in self.samples) for n in self.network.inputs)
        return Matrix("A^0" if self.batch else "a^0", rows)

    def _by_sample(self, base: str, place: int, name: Callable[[str, int], str]) -> Matrix:
        units = self.layers[place - 1].units
        entries = tuple(tuple(Name(name(unit, sample)) for sample in self.samples) for unit in units)
        symbol = (base[0].upper() + base[1:]) if self.batch else base
        return Matrix(f"{symbol}^{place}", entries)

    def is_trained(self, parameter: str) -> bool:
        """Whether an update changes the parameter."""
        return f"{parameter}+" in self.graph

    def _named(self, name: str, matrix: Matrix) -> NamedMatrix:
        return NamedMatrix(name, _names(matrix.entries))


def _names(entries: Entries) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(entry.name for entry in row if isinstance(entry, Name)) for row in entries)
