"""The modules of PyTorch as layers of a network file. Sources: the formulas of the documentation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from torch import nn

from symback.errors import RequestError
from symback.frameworks.exact import Exact
from symback.frameworks.stack import Stack, refuse
from symback.frameworks.torch_arrays import Translate, numbers, numbers_or_none
from symback.frameworks.torch_images import SHAPING
from symback.frameworks.torch_steps import STEPPING

Leaf = tuple[str, Any]
"""What messages call a module ("Module 0, Linear(...)"), and the module."""


def leaves(module: Any) -> list[Leaf]:
    """The modules of a Sequential in the order in which they are called, nested ones unpacked.

    Raises RequestError for a module whose order or meaning cannot be known: one of the user's own, one with
    hooks, one that is used twice.
    """
    if not isinstance(module, nn.Module):
        raise RequestError(f"from_torch takes a torch.nn.Module, not {type(module).__name__}.")
    found = list(_leaves(module, ""))
    seen: dict[int, str] = {}
    for where, leaf in found:
        for parameter in leaf.parameters():
            if id(parameter) in seen:
                refuse(
                    where,
                    f"it shares its weights with {seen[id(parameter)].partition(',')[0].lower()}, and"
                    " weights of a network file belong to one layer",
                )
        seen |= {id(parameter): where for parameter in leaf.parameters()}
    return found


def _leaves(module: Any, path: str) -> Iterator[Leaf]:
    where = named(module, path)
    if module._forward_hooks or module._forward_pre_hooks or module._backward_hooks:
        refuse(where, "it has hooks, and what they do cannot be read")
    if isinstance(module, nn.Sequential):
        if type(module).forward is not nn.Sequential.forward:
            refuse(where, "its forward() is not that of nn.Sequential")
        for name, part in module._modules.items():  # named_children() leaves out what comes again
            yield from _leaves(part, f"{path}.{name}" if path else name)
    else:
        yield where, module


def last_recurrent(parts: Sequence[Leaf]) -> int:
    """The place of the last recurrent module, whose last step is passed on; -1 for none."""
    return max((place for place, (_, part) in enumerate(parts) if isinstance(part, nn.RNNBase)), default=-1)


def named(module: Any, path: str) -> str:
    """What messages call a module."""
    shown = repr(module) if "\n" not in repr(module) else f"{type(module).__name__}(...)"
    return f"Module {path}, {shown}" if path else f"The module {shown}"


def translate(leaf: Leaf, stack: Stack, exact: Exact) -> None:
    """Adds a module to the layers. Raises RequestError for what has no twin."""
    where, module = leaf
    for kind, into in TABLE.items():
        if isinstance(module, kind):
            if type(module).forward is not kind.forward:
                refuse(where, f"its forward() is not that of nn.{kind.__name__}")
            into(module, stack, exact, where)
            return
    known = ", ".join(kind.__name__ for kind in TABLE)
    own = type(module).__module__.split(".")[0] != "torch"
    hint = (
        " Put the layers of a module of your own into an nn.Sequential, in the order in which they are used."
        if own
        else ""
    )
    raise RequestError(f"{where}: this module has no twin in symback.{hint} Supported: Sequential, {known}.")


def _linear(module: Any, stack: Stack, exact: Exact, where: str) -> None:
    """y = x A^T + b: rows of A are units, as here."""
    biases = numbers_or_none(module.bias, exact, f"{where}, bias")
    stack.dense(numbers(module.weight, exact, f"{where}, weight"), biases, where)


def _activation(name: str, **attributes: str) -> Translate:
    """An activation whose settings are attributes of the module."""

    def into(module: Any, stack: Stack, exact: Exact, where: str) -> None:
        settings: dict[str, Decimal] = {
            key: exact.typed(getattr(module, attribute), f"{where}, {attribute}")
            for key, attribute in attributes.items()
        }
        stack.activate(name, where, **settings)

    return into


def _softplus(module: Any, stack: Stack, exact: Exact, where: str) -> None:
    """log(1 + exp(beta x))/beta; PyTorch gives x itself from beta x = threshold on: less than 1e-8 off."""
    if module.threshold < 20:
        refuse(where, "with a threshold below 20 it is no softplus to nine digits")
    beta = exact.typed(module.beta, f"{where}, beta")
    stack.activate("softplus" if beta == 1 else f"log(1 + exp({beta:f}*x))/{beta:f}", where)


def _gelu(module: Any, stack: Stack, exact: Exact, where: str) -> None:
    stack.activate("gelu" if module.approximate == "none" else "gelu_tanh", where)


def _softmax(name: str) -> Translate:
    """Over the units of a layer, which are the last dimension."""

    def into(module: Any, stack: Stack, exact: Exact, where: str) -> None:
        if module.dim not in ((-1,) if stack.steps else (-1, 1)):
            refuse(where, f"dim={module.dim} is not the dimension of the units; dim=-1 is")
        stack.activate(name, where)

    return into


def _identity(module: Any, stack: Stack, exact: Exact, where: str) -> None:
    """Nothing."""


def _dropout(module: Any, stack: Stack, exact: Exact, where: str) -> None:
    """Nothing, after eval()."""
    if module.training and module.p > 0:
        refuse(
            where,
            "while training, dropout draws another mask at each call; call module.eval() first, which"
            " leaves dropout out",
        )


ACTIVATING: dict[Any, Translate] = {
    nn.Sigmoid: _activation("logistic"),
    nn.Tanh: _activation("tanh"),
    nn.ReLU: _activation("relu"),
    nn.LeakyReLU: _activation("leaky_relu", slope="negative_slope"),
    nn.ELU: _activation("elu", alpha="alpha"),
    nn.Softplus: _softplus,
    nn.SiLU: _activation("silu"),
    nn.GELU: _gelu,
    nn.Mish: _activation("x*tanh(log(1 + exp(x)))"),
    nn.LogSigmoid: _activation("-log(1 + exp(-x))"),
    nn.Softsign: _activation("x/(1 + abs(x))"),
    nn.Tanhshrink: _activation("x - tanh(x)"),
    nn.Softmax: _softmax("softmax"),
    nn.LogSoftmax: _softmax("log_softmax"),
    nn.Identity: _identity,
}
TABLE: dict[Any, Translate] = {nn.Linear: _linear, nn.Dropout: _dropout, **ACTIVATING, **SHAPING, **STEPPING}
"""By the class; a subclass counts as it while it keeps the class's forward()."""
