"""Activations and losses against PyTorch's own, values and automatic derivatives, in double precision."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath
import pytest

from symback.activations import ACTIVATIONS
from symback.expression import Expression
from symback.losses import LOSSES
from tests.independent import Numeric, mpf, plus, value

torch: Any = pytest.importorskip("torch", reason="PyTorch is missing; it comes with `pip install torch`")

Numbers = dict[str, Numeric]

ROWS = [("0.5", "-1.25", "2"), ("0", "-0.375", "0"), ("-3", "4.5", "0.0625")]
"""Net inputs of three units, kinks included."""

FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "logistic": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": torch.nn.functional.leaky_relu,
    "elu": torch.nn.functional.elu,
    "softplus": torch.nn.functional.softplus,
    "silu": torch.nn.functional.silu,
    "gelu": torch.nn.functional.gelu,
    "gelu_tanh": lambda x: torch.nn.functional.gelu(x, approximate="tanh"),
    "linear": lambda x: 1 * x,
    "softmax": lambda x: torch.softmax(x, 0),
}


def defaults(settings: tuple[tuple[str, str], ...]) -> Numbers:
    return {name: Fraction(text) for name, text in settings}


def total(summand: Expression | None, name: str, places: list[Numeric]) -> Numbers:
    """What stands for `total`, by the entry's own summand."""
    return {} if summand is None else {"total": plus(*(value(summand, {name: one}) for one in places))}


def tensor(texts: tuple[str, ...]) -> Any:
    return torch.tensor([float(text) for text in texts], dtype=torch.float64, requires_grad=True)


def assert_near(found: list[Numeric], right: list[float]) -> None:
    assert [float(mpf(one)) for one in found] == pytest.approx(right, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_activations(name: str, row: tuple[str, ...]) -> None:
    """Outputs of a layer of three units, and every derivative of one by the net input of another."""
    entry, x = ACTIVATIONS[name], tensor(row)
    places: list[Numeric] = [Fraction(text) for text in row]
    shared = defaults(entry.settings) | total(entry.summand, "x", places)
    outputs = [value(entry.formula, {**shared, "x": place}) for place in places]
    assert_near(outputs, FUNCTIONS[name](x).tolist())
    assert entry.derivative is not None
    for here, line in enumerate(torch.autograd.functional.jacobian(FUNCTIONS[name], x).tolist()):
        own: Numbers = {**shared, "x": places[here], "y": outputs[here]}
        for there, right in enumerate(line):
            if here == there:
                assert_near([value(entry.derivative, own)], [right])
            elif entry.cross is None:
                assert right == 0
            else:
                assert_near([value(entry.cross, {**own, "other": outputs[there]})], [right])


def hinge(outputs: Any, targets: Any) -> Any:
    """The margin is 1 - t*o."""
    zero = torch.zeros_like(outputs)
    return torch.nn.functional.margin_ranking_loss(outputs, zero, targets, margin=1.0, reduction="sum")


OWN: dict[str, Callable[[Any, Any], Any]] = {
    "squared_error": lambda o, t: torch.nn.functional.mse_loss(o, t, reduction="sum"),
    "mean_squared_error": torch.nn.functional.mse_loss,
    "absolute_error": lambda o, t: torch.nn.functional.l1_loss(o, t, reduction="sum"),
    "huber": lambda o, t: torch.nn.functional.huber_loss(o, t, reduction="sum"),
    "binary_cross_entropy": lambda o, t: torch.nn.functional.binary_cross_entropy(o, t, reduction="sum"),
    "binary_cross_entropy_from_logits": lambda o, t: torch.nn.functional.binary_cross_entropy_with_logits(
        o, t, reduction="sum"
    ),
    "cross_entropy_from_logits": torch.nn.functional.cross_entropy,
    "hinge": hinge,
    "output_sum": lambda o, t: o.sum(),
}
"""The losses that PyTorch has; half the squared error and the cross entropy of probabilities are not among
them."""

PAIRS = {
    "anything": [(("0.5", "-1.25", "2"), ("0.25", "1", "-0.5")), (("1", "0.75", "-3"), ("1", "-0.25", "0"))],
    "probabilities": [(("0.5", "0.125", "0.9"), ("1", "0", "0.25"))],
    "logits": [(("0.5", "-1.25", "2"), ("0", "1", "0")), (("-4", "0", "3"), ("0.5", "0.25", "0.25"))],
    "signs": [(("0.5", "-1.25", "2"), ("-1", "1", "1")), (("0.25", "-0.5", "-3"), ("1", "-1", "1"))],
}
KIND = {
    "binary_cross_entropy": "probabilities",
    "binary_cross_entropy_from_logits": "logits",
    "cross_entropy_from_logits": "logits",
    "hinge": "signs",
}


@pytest.mark.parametrize(
    ("name", "outputs", "targets"),
    [(name, *pair) for name in OWN for pair in PAIRS[KIND.get(name, "anything")]],
)
def test_losses(name: str, outputs: tuple[str, ...], targets: tuple[str, ...]) -> None:
    """The error of three outputs, and its gradient; where outputs are coupled, over all terms."""
    entry, x = LOSSES[name], tensor(outputs)
    error = OWN[name](x, tensor(targets).detach())
    error.backward()
    places: list[Numeric] = [Fraction(text) for text in outputs]
    shared: Numbers = {"share": Fraction(1, 3), **defaults(entry.settings)}
    shared |= total(entry.summand, "output", places)
    given: list[Numbers] = [
        {**shared, "output": place, "target": Fraction(text)}
        for place, text in zip(places, targets, strict=True)
    ]
    assert_near([plus(*(value(entry.term, one) for one in given))], [error.item()])
    gradient = []
    for here, own in enumerate(given):
        parts = [value(entry.derivative, own)]
        if entry.cross is not None:
            others = [one for place, one in enumerate(given) if place != here]
            parts += [value(entry.cross, {**one, "other": places[here]}) for one in others]
        gradient.append(plus(*parts))
    assert_near(gradient, x.grad.tolist())


def test_softmax_and_cross_entropy_give_the_difference() -> None:
    """Of probabilities that come from a softmax, PyTorch knows the cross entropy by its logits alone."""
    softmax, loss = ACTIVATIONS["softmax"], LOSSES["cross_entropy"]
    scores: list[Numeric] = [Fraction(text) for text in ROWS[0]]
    whole = total(softmax.summand, "x", scores)
    probabilities = [value(softmax.formula, {**whole, "x": one}) for one in scores]
    targets = ("0", "0.75", "0.25")
    terms = [
        value(loss.term, {"target": Fraction(text), "output": one})
        for text, one in zip(targets, probabilities, strict=True)
    ]
    x = tensor(ROWS[0])
    error = torch.nn.functional.cross_entropy(x, tensor(targets).detach())
    error.backward()
    assert_near([plus(*terms)], [error.item()])
    assert softmax.derivative is not None
    assert softmax.cross is not None
    gradient = []
    for here, own in enumerate(probabilities):
        slopes = []
        for text, other in zip(targets, probabilities, strict=True):
            outer = value(loss.derivative, {"target": Fraction(text), "output": other})
            inner = softmax.derivative if other is own else softmax.cross
            slopes.append(mpf(outer) * mpf(value(inner, {"y": other, "other": own})))
        gradient.append(mpmath.fsum(slopes))
        assert gradient[-1] == pytest.approx(x.grad[here].item(), rel=1e-12)
