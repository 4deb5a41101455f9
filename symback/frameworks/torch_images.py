"""Modules of PyTorch that work on images or normalise. Sources: the formulas of the documentation."""

from __future__ import annotations

from typing import Any

from torch import nn

from symback.frameworks.exact import Exact
from symback.frameworks.stack import Stack, refuse
from symback.frameworks.torch_arrays import Translate, numbers, numbers_or_none, only


def _each(value: int | tuple[int, ...], dimensions: int) -> tuple[int, ...]:
    """One whole number for each dimension."""
    return (value,) * dimensions if isinstance(value, int) else tuple(value)


def _convolution(dimensions: int) -> Translate:
    """Cross-correlation, as here; weight[output channel][input channel][row][column]."""

    def into(module: Any, stack: Stack, exact: Exact, where: str) -> None:
        only(module, where, groups=1, dilation=(1,) * dimensions, padding_mode="zeros")
        stack.convolution(
            numbers(module.weight, exact, f"{where}, weight"),
            numbers_or_none(module.bias, exact, f"{where}, bias"),
            _each(module.stride, dimensions),
            _padding(module, dimensions, where),
            where,
        )

    return into


def _padding(module: Any, dimensions: int, where: str) -> tuple[int, ...]:
    if module.padding == "valid":
        return (0,) * dimensions
    if module.padding == "same":
        if any(size % 2 == 0 for size in module.kernel_size):
            refuse(where, "padding='same' of a kernel of even size is not the same on both sides")
        return tuple(size // 2 for size in module.kernel_size)
    return _each(module.padding, dimensions)


def _pooling(kind: str, dimensions: int) -> Translate:
    """The largest, or the mean, of each window; without padding."""

    def into(module: Any, stack: Stack, exact: Exact, where: str) -> None:
        if any(_each(module.padding, dimensions)):
            refuse(where, f"padding={module.padding} has no twin in symback; 0 has")
        only(module, where, ceil_mode=False)
        if kind == "max_pool":
            if set(_each(module.dilation, dimensions)) != {1}:
                refuse(where, f"dilation={module.dilation} has no twin in symback; 1 has")
            only(module, where, return_indices=False)
        elif getattr(module, "divisor_override", None) is not None:
            refuse(where, f"divisor_override={module.divisor_override} has no twin in symback")
        stack.pooling(kind, _each(module.kernel_size, dimensions), _each(module.stride, dimensions), where)

    return into


def _adaptive(kind: str, dimensions: int) -> Translate:
    """Windows of equal size, where the size of the image is a multiple of that of the output."""

    def into(module: Any, stack: Stack, exact: Exact, where: str) -> None:
        extent = stack.shape[1:]
        counts = _each(module.output_size, dimensions)
        counts = tuple(there if own is None else own for there, own in zip(extent, counts, strict=False))
        if len(extent) != dimensions or any(there % own for there, own in zip(extent, counts, strict=True)):
            refuse(where, f"a signal of shape {stack.said_shape()} has no such windows of equal size")
        size = tuple(there // own for there, own in zip(extent, counts, strict=True))
        stack.pooling(kind, size, size, where)

    return into


def _flatten(module: Any, stack: Stack, exact: Exact, where: str) -> None:
    """All dimensions but that of the batch; torch_data has checked which one is first."""
    only(module, where, end_dim=-1)
    stack.flatten(where)


def _layer_norm(module: Any, stack: Stack, exact: Exact, where: str) -> None:
    """(x - mean)/sqrt(variance + eps), over all numbers of a sample (at a time step)."""
    if tuple(module.normalized_shape) != stack.shape:
        refuse(where, f"a signal of shape {stack.said_shape()} comes in, and symback normalises all of it")
    stack.normalisation(
        "layer_norm",
        numbers_or_none(module.weight, exact, f"{where}, weight"),
        numbers_or_none(module.bias, exact, f"{where}, bias"),
        exact.typed(module.eps, f"{where}, eps"),
        where,
    )


def _batch_norm(module: Any, stack: Stack, exact: Exact, where: str) -> None:
    """By mean and variance of the batch, as while training."""
    if not module.training and module.track_running_stats:
        refuse(
            where,
            "after eval() it normalises by running statistics, and symback by those of the samples, as after"
            " train(); in an evaluated model it can be folded into the layer before it"
            " (torch.nn.utils.fusion.fuse_linear_bn_eval)",
        )
    if len(stack.shape) > 1 or stack.steps:
        refuse(where, f"a signal of shape {stack.said_shape()} comes in; a plain list of numbers may")
    stack.normalisation(
        "batch_norm",
        numbers_or_none(module.weight, exact, f"{where}, weight"),
        numbers_or_none(module.bias, exact, f"{where}, bias"),
        exact.typed(module.eps, f"{where}, eps"),
        where,
    )


SHAPING: dict[Any, Translate] = {
    nn.Conv1d: _convolution(1),
    nn.Conv2d: _convolution(2),
    nn.MaxPool1d: _pooling("max_pool", 1),
    nn.MaxPool2d: _pooling("max_pool", 2),
    nn.AvgPool1d: _pooling("average_pool", 1),
    nn.AvgPool2d: _pooling("average_pool", 2),
    nn.AdaptiveMaxPool1d: _adaptive("max_pool", 1),
    nn.AdaptiveMaxPool2d: _adaptive("max_pool", 2),
    nn.AdaptiveAvgPool1d: _adaptive("average_pool", 1),
    nn.AdaptiveAvgPool2d: _adaptive("average_pool", 2),
    nn.Flatten: _flatten,
    nn.LayerNorm: _layer_norm,
    nn.BatchNorm1d: _batch_norm,
}
