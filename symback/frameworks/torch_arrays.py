"""Tensors of PyTorch as exact decimals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor

from symback.frameworks.exact import Exact, Nested
from symback.frameworks.stack import Stack, refuse

Translate = Callable[[Any, Stack, Exact, str], None]
"""Adds a module to the layers; the text says what messages call it."""


def numbers(tensor: Tensor, exact: Exact, where: str) -> Nested:
    """A tensor as nested lists of exact decimals."""
    if tensor.is_complex() or tensor.is_quantized or tensor.is_sparse or tensor.device.type == "meta":
        refuse(where, f"a tensor of {tensor.dtype}, {tensor.layout}, on {tensor.device} cannot be read")
    return exact.nested(tensor.detach().cpu().tolist(), where)


def numbers_or_none(tensor: Tensor | None, exact: Exact, where: str) -> Nested | None:
    """Likewise; None stays None."""
    return None if tensor is None else numbers(tensor, exact, where)


def only(module: Any, where: str, **allowed: Any) -> None:
    """That attributes of a module have the one value that has a twin."""
    for name, value in allowed.items():
        found = getattr(module, name)
        if found != value:
            refuse(where, f"{name}={found!r} has no twin in symback; {name}={value!r} has")
