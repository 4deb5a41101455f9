"""A small model of PyTorch with its data and its loss -> a network file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from symback.errors import RequestError
from symback.frameworks.exact import Exact
from symback.frameworks.network_text import Description, NetworkText
from symback.frameworks.stack import Stack
from symback.layers.reading import MOST_PARAMETERS
from symback.version import VERSION

if TYPE_CHECKING:
    from symback.frameworks.torch_data import Data, Samples
    from symback.frameworks.torch_losses import FoundLoss
    from symback.frameworks.torch_modules import Leaf

ROUGH = 40
"""Decimals of the numbers with which a rounded network is compared instead of its own."""


def from_torch(
    module: Any,
    x: Any,
    y: Any,
    loss: Any,
    *,
    title: str = "",
    learning_rate: float | str | None = None,
    reduction: str | None = None,
    decimals: int | None = None,
) -> NetworkText:
    """The network file of a small torch model, with one sample or a batch, and its loss.

    `module` is an nn.Sequential (or one layer) of modules that have a twin here; where one of them is
    recurrent, its output at the last step is passed on. `x` and `y` are tensors, arrays or lists in the
    shapes that the module and the loss take, with or without a batch dimension in front; `y` may hold numbers
    of classes for CrossEntropyLoss and NLLLoss. `loss` is a loss of torch.nn, or one of symback by its name,
    with `reduction` over samples ("sum" or "mean"). `learning_rate` adds updates by gradient descent.

    Floats of tensors become their exact decimals; numbers that somebody typed (in lists, slopes, the learning
    rate) become the decimals that Python prints; `decimals` rounds the exact ones. Before it is given back,
    the network is computed and compared with what the module gives in double precision.

    Raises RequestError where PyTorch is missing or something has no twin: it names the module.
    """
    try:
        import torch  # noqa: F401 - to say how it is installed where it is missing
    except ImportError:
        raise RequestError('from_torch needs PyTorch: pip install "symback[torch]".') from None
    from symback.frameworks.torch_check import check
    from symback.frameworks.torch_data import data, samples_of
    from symback.frameworks.torch_modules import leaves

    exact = Exact(decimals)
    parts = leaves(module)
    count = sum(parameter.numel() for _, part in parts for parameter in part.parameters())
    if count > MOST_PARAMETERS:
        raise RequestError(
            f"This model has {count:,} parameters: a network file may have {MOST_PARAMETERS:,}."
        )
    samples = samples_of(data(x, "x"), parts)
    model = _Model(
        parts,
        samples,
        None if y is None else data(y, "y"),
        loss,
        reduction,
        title,
        _update(module, learning_rate),
    )
    text = model.text(exact)
    check((text if decimals is None else model.text(Exact(ROUGH))).network, parts, samples, model.y, loss)
    return text


@dataclass(frozen=True, slots=True)
class _Model:
    parts: Sequence[Leaf]
    samples: Samples
    y: Data | None
    loss: Any
    reduction: str | None
    title: str
    update: dict[str, Any]

    def text(self, exact: Exact) -> NetworkText:
        """The network file."""
        from symback.frameworks.torch_losses import found_loss
        from symback.frameworks.torch_modules import last_recurrent, translate

        stack = Stack(self.samples.shape.sizes, self.samples.shape.steps)
        last = last_recurrent(self.parts)
        for place, part in enumerate(self.parts):
            translate(part, stack, exact)
            if place == last:
                stack.keep_last_step()
        loss = found_loss(self.loss, self.reduction, stack.size, exact)
        tables = stack.named()
        if tables[-1].get("activation") == "log_softmax":
            if loss.after != "LogSoftmax":
                raise RequestError(
                    "LogSoftmax has a twin only at the end, before NLLLoss: together they are softmax and"
                    " cross_entropy. CrossEntropyLoss takes the numbers before a LogSoftmax."
                )
            tables[-1]["activation"] = "softmax"
        elif loss.after:
            raise RequestError(f"{type(self.loss).__name__} has a twin only after {loss.after}.")
        inputs = self.samples.inputs(exact)
        answers = self._answers(loss, stack.shape, exact)
        description = Description(
            title=self.title,
            loss=loss.name,
            reduction=loss.reduction if len(inputs) > 1 else "",
            settings=dict(loss.settings),
            samples=[{"inputs": table} for table in inputs],
            layers=tables,
            update=self.update,
            remarks=(_remark(exact),),
        )
        if answers:
            description = description.with_targets(answers)
        return NetworkText(description.text())

    def _answers(self, loss: FoundLoss, shape: tuple[int, ...], exact: Exact) -> list[list[Decimal]]:
        from symback.frameworks.torch_data import targets

        if not loss.has_targets:
            return []
        if self.y is None:
            raise RequestError(f"The loss {loss.name} needs targets: y is None.")
        return targets(self.y, self.samples, shape, loss.takes_classes, exact)


def _remark(exact: Exact) -> str:
    how = "exactly" if exact.decimals is None else f"rounded to {exact.decimals} decimals"
    return f"Made from a model of PyTorch by symback {VERSION}; the floats of tensors are written {how}."


def _biases(part: Any) -> list[Any]:
    return [parameter for name, parameter in part.named_parameters() if name.startswith("bias")]


def _update(module: Any, learning_rate: float | str | None) -> dict[str, Any]:
    """The table [update]: by gradient descent, without biases where all of them are frozen."""
    if learning_rate is None:
        return {}
    rate = learning_rate
    found: dict[str, Any] = {"rule": "gradient_descent"}
    found["learning_rate"] = rate if rate == "symbolic" else Exact().typed(rate, "learning_rate")  # type: ignore[arg-type]
    for name, part in module.named_modules():
        if type(part).__name__ == "RNN" and part.bias and any(bias.requires_grad for bias in _biases(part)):
            raise RequestError(
                f"Module {name}: PyTorch updates both biases of a unit; the network file has only their sum."
                " Without learning_rate=, or with bias=False, there is a twin."
            )
    frozen = {name for name, parameter in module.named_parameters() if not parameter.requires_grad}
    biases = {name for name, _ in module.named_parameters() if name.rpartition(".")[2].startswith("bias")}
    if frozen and frozen != biases:
        raise RequestError(
            f"requires_grad is False for {min(frozen)}: an update can leave out all biases, but nothing else."
            " Without learning_rate= the network file has no update."
        )
    return {**found, "biases": False} if frozen else found
