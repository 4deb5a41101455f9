"""The derivation layer by layer: equations between the matrices of a dense network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from symback.expression import (
    ONE,
    ZERO,
    Cases,
    Expression,
    Maximum,
    Name,
    Negative,
    Number,
    Product,
    Sum,
    transform,
    walk,
)
from symback.forward import loss_meaning, written
from symback.graph import Graph
from symback.layers.dense import Dense
from symback.matrix import MatrixView
from symback.matrix_nodes import (
    Applied,
    Elementwise,
    Matrix,
    MatrixProduct,
    Ones,
    Transposed,
    in_matrices,
    is_matrix,
)
from symback.naming import TOTAL, derivative
from symback.network import Network
from symback.updates import is_descent


@dataclass(frozen=True, slots=True)
class Relation:
    """A matrix equation of the derivation: what it is (`kind`), in which layer, both sides.

    Where the right side is the left one, there is no formula in matrices: each entry has its own.
    """

    kind: str
    layer: int
    left: Matrix
    right: Expression


def relations(network: Network, graph: Graph) -> Iterator[Relation]:
    """The matrix equations in the order of the derivation; of updates, those of gradient descent."""
    return _Relations(MatrixView(network, graph)).all()


def function_layer(view: MatrixView, place: int) -> int:
    """The index of sigma in a layer: its place, or 0 where all layers have one function.

    Layers whose units are coupled have no such function and do not count.
    """
    given = dict(view.network.constants)
    functions = {
        (layer.activation, tuple(given[name] for name in layer.activating.constants.values()))
        for layer in view.layers
        if layer.activating is not None and not layer.couples_units
    }
    return place if len(functions) > 1 else 0


class _Relations:
    """Builds the equations from the matrices of a view."""

    def __init__(self, view: MatrixView) -> None:
        self.view = view
        self.network = view.network
        self.layers = list(enumerate(view.layers, start=1))

    def all(self) -> Iterator[Relation]:
        """Forward, backward, updates."""
        for place, layer in self.layers:
            yield Relation("net_input", place, self.view.net_inputs(place), self._affine(place, layer))
            yield self._activation(place, layer)
        for place, layer in reversed(self.layers):
            yield from self._backward(place, layer)
        if self.network.update is None or not is_descent(self.network.update):
            return
        view = self.view
        for place, layer in self.layers:
            if view.is_trained(layer.weight_names[0][0]):
                updated = _descent(view.weights(place), view.weight_gradients(place))
                yield Relation("weight_update", place, view.weights(place, "+"), updated)
            if layer.bias_names and view.is_trained(layer.bias_names[0]):
                updated = _descent(view.biases(place), view.bias_gradients(place))
                yield Relation("bias_update", place, view.biases(place, "+"), updated)

    def _affine(self, place: int, layer: Dense) -> Expression:
        weighted = MatrixProduct((self.view.weights(place), self.view.activations(place - 1)))
        if not layer.bias_names:
            return weighted
        bias: Expression = self.view.biases(place)
        if self.view.batch:
            bias = MatrixProduct((bias, Transposed(Ones(len(self.view.samples)))))
        return Sum((weighted, bias))

    def _activation(self, place: int, layer: Dense) -> Relation:
        """The outputs: sigma of each net input, or, for units that are coupled, by columns."""
        nets, outs = self.view.net_inputs(place), self.view.activations(place)
        entry = layer.activating.activation if layer.activating is not None else None
        if entry is None or entry.summand is None:
            applied = Applied("sigma", nets, outs, function_layer(self.view, place))
            return Relation("activation", place, outs, applied)
        total = self._column_sums(in_matrices(entry.summand, {"x": nets}), len(layer.units))
        return Relation(
            "coupled_activation", place, outs, in_matrices(entry.formula, {"x": nets, "total": total})
        )

    def _backward(self, place: int, layer: Dense) -> Iterator[Relation]:
        """The error by the outputs, delta, and the gradients."""
        view = self.view
        is_last = place == len(self.layers)
        gradient = view.error_gradient(place)
        if is_last:
            slope = self._loss_slope(place)
            kind = "error_gradient_by_entry" if slope == gradient else "error_gradient"
            yield Relation(kind, place, gradient, slope)
            error: Expression = gradient
        else:
            error = MatrixProduct((Transposed(view.weights(place + 1)), view.deltas(place + 1)))
            if layer.couples_units:
                yield Relation("output_gradient", place, gradient, error)
        yield self._delta(place, layer, error)
        if is_last:
            yield from self._short_delta(place, layer)
        before = Transposed(view.activations(place - 1))
        weighted = MatrixProduct((view.deltas(place), before))
        yield Relation(
            "weight_gradient", place, view.weight_gradients(place), self._penalised(weighted, place)
        )
        if layer.bias_names:
            yield self._bias_relation(place, layer)

    def _delta(self, place: int, layer: Dense, error: Expression) -> Relation:
        """The error by the net inputs: entry by entry, or, for units that are coupled, by columns."""
        view = self.view
        deltas = view.deltas(place)
        entry = layer.activating.activation if layer.activating is not None else None
        if entry is None or entry.backward is None or entry.backward_summand is None:
            layer_of = function_layer(view, place)
            slope = Applied("sigma_prime", view.net_inputs(place), view.slopes(place), layer_of)
            return Relation("delta", place, deltas, Elementwise((error, slope)))
        meaning: dict[str, Expression] = {
            "y": view.activations(place),
            "error_slope": view.error_gradient(place),
        }
        meaning["total"] = self._column_sums(in_matrices(entry.backward_summand, meaning), len(layer.units))
        return Relation("coupled_delta", place, deltas, in_matrices(entry.backward, meaning))

    def _short_delta(self, place: int, layer: Dense) -> Iterator[Relation]:
        """What textbooks print where loss and activation fit each other, with targets that add up to one."""
        view, loss = self.view, self.network.loss_entry
        formula = dict(loss.by_net).get(layer.activation)
        if formula is None:
            return
        meaning = {"target": view.targets(), "output": view.activations(place), "targets": self._targets()}
        short = self._reduced(in_matrices(formula, meaning))
        yield Relation("short_delta", place, view.deltas(place), short)
        if "targets" in {node.name for node in walk(formula) if isinstance(node, Name)} and self._are_shares:
            meaning["targets"] = ONE
            fused = self._reduced(in_matrices(written(formula, {"targets": ONE}), meaning))
            yield Relation("fused_delta", place, view.deltas(place), fused)

    @property
    def _are_shares(self) -> bool:
        """Whether the targets of each sample add up to exactly one."""
        return len(self.network.probabilities) == len(self.network.samples)

    def _targets(self) -> Expression:
        return self._column_sums(self.view.targets(), len(self.view.layers[-1].units))

    def _column_sums(self, matrix: Expression, height: int) -> Expression:
        """In each entry the sum of its column."""
        return MatrixProduct((Ones(height), Transposed(Ones(height)), matrix))

    def _loss_slope(self, place: int) -> Expression:
        """The loss's textbook derivative in matrices; the gradient itself where there is no such formula."""
        loss = self.network.loss_entry
        outputs = self.view.activations(place)
        formula = loss.derivative if loss.summand is None else loss.whole
        count = len(outputs.entries)
        if formula is None or any(isinstance(node, Cases | Maximum) for node in walk(formula)):
            return self.view.error_gradient(place)
        meaning = loss_meaning(loss, "target", "output", [], count) if loss.summand is None else {}
        formula = written(formula, meaning)
        in_place: dict[str, Expression] = {"output": outputs}
        if loss.has_targets:
            in_place |= {"target": self.view.targets(), "targets": self._targets()}
        if loss.summand is not None:
            in_place["total"] = self._column_sums(in_matrices(loss.summand, in_place), count)
        slope = in_matrices(formula, in_place)
        if not is_matrix(slope):  # the same number in every entry
            return self.view.error_gradient(place)
        return self._reduced(slope)

    def _reduced(self, slope: Expression) -> Expression:
        """With the share of one sample in front where E_total is a mean."""
        if self.network.reduction == "sum" or not self.view.batch:
            return slope
        share = Number(Fraction(1, len(self.view.samples)))
        inner = slope.operand if isinstance(slope, Negative) else slope
        scaled = Product((share, inner))
        return Negative(scaled) if isinstance(slope, Negative) else scaled

    def _penalised(self, gradient: Expression, place: int) -> Expression:
        """With what penalties on the weights add."""
        weights = self.view.weights(place)
        names = {name for name, _ in self.network.constants}
        terms = [gradient]
        if "lambda_l1" in names:
            terms.append(Product((Name("lambda_l1"), Applied("sign", weights, _signs(weights)))))
        if "lambda_l2" in names:
            terms.append(Product((Name("lambda_l2"), weights)))
        return gradient if len(terms) == 1 else Sum(tuple(terms))

    def _bias_relation(self, place: int, layer: Dense) -> Relation:
        """Row sums of delta; a shared bias gets the sum of all entries."""
        view = self.view
        deltas: Expression = view.deltas(place)
        summed = MatrixProduct((deltas, Ones(len(view.samples)))) if view.batch else deltas
        if not layer.has_shared_bias:
            return Relation("bias_gradient", place, view.bias_gradients(place), summed)
        whole = MatrixProduct((Transposed(Ones(len(layer.units))), summed))
        name = derivative(TOTAL, layer.bias_names[0])
        return Relation("shared_bias_gradient", place, Matrix(name, ((Name(name),),)), whole)


def _descent(old: Matrix, gradient: Matrix) -> Expression:
    return Sum((old, Negative(Product((Name("eta"), gradient)))))


def _signs(matrix: Matrix) -> Matrix:
    """1, -1 or 0 in place of each entry."""

    def change(node: Expression) -> Expression | None:
        if not isinstance(node, Name):
            return None
        return Cases(node, ZERO, ONE, Cases(ZERO, node, -ONE, ZERO))

    changed = transform(matrix, change)
    assert isinstance(changed, Matrix)
    return changed
