"""Operations of ONNX that work on images or normalise. Source: the operator schemas of ONNX."""

from __future__ import annotations

from collections.abc import Callable

from symback.frameworks.onnx_step import BATCH, CHANNEL, COLUMN, ROW, Step
from symback.nested import shape_of

LINE = (BATCH, CHANNEL, COLUMN)
PICTURE = (BATCH, CHANNEL, ROW, COLUMN)


def _convolution(step: Step) -> None:
    """Cross-correlation; W[output channel][input channel][row][column]."""
    step.needs(LINE, PICTURE)
    step.only("group", 1)
    kernels = step.constant(1)
    sizes = shape_of(kernels)[2:]
    if len(sizes) != len(step.axes) - 2 or 0 in shape_of(kernels):
        step.refuse(f"its weights have the shape {shape_of(kernels)}")
    stride, padding = _window(step, sizes)
    biases = step.constant(2) if step.has(2) else None
    if biases is not None and shape_of(biases) != shape_of(kernels)[:1]:
        step.refuse(f"its biases have the shape {shape_of(biases)}")
    step.stack.convolution(kernels, biases, stride, padding, step.where)


def _window(step: Step, sizes: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Stride and padding; windows without gaps, padding the same on both sides."""
    count = len(sizes)
    step.only("auto_pad", "NOTSET", "VALID")
    step.only("dilations", [1] * count)
    stride = tuple(step.attribute("strides", [1] * count))
    padding = tuple(step.attribute("pads", [0] * 2 * count))
    if step.attribute("auto_pad", "NOTSET") == "VALID":
        padding = (0,) * 2 * count
    if len(stride) != count or len(padding) != 2 * count or padding[:count] != padding[count:]:
        step.refuse(f"strides={list(stride)} with pads={list(padding)} has no twin in symback")
    return stride, padding[:count]


def _pooling(kind: str) -> Callable[[Step], None]:
    def into(step: Step) -> None:
        step.needs(LINE, PICTURE)
        for name in ("ceil_mode", "storage_order"):
            step.only(name, 0)
        size = tuple(step.attribute("kernel_shape", [0]))
        if len(size) != len(step.axes) - 2:
            step.refuse(f"kernel_shape={list(size)} does not fit ({', '.join(step.axes)})")
        stride, padding = _window(step, size)
        if any(padding):
            step.refuse(f"padding of {padding} has no twin in symback; 0 has")
        step.stack.pooling(kind, size, stride, step.where)

    return into


def _whole_pooling(kind: str) -> Callable[[Step], None]:
    """One window, as large as the image."""

    def into(step: Step) -> None:
        step.needs(LINE, PICTURE)
        size = step.stack.shape[1:]
        step.stack.pooling(kind, size, size, step.where)

    return into


def _layer_norm(step: Step) -> None:
    """(x - mean)/sqrt(variance + epsilon) times scale plus bias, over all numbers of a sample (and step)."""
    axis = step.attribute("axis", -1)
    first = axis if axis >= 0 else len(step.axes) + axis
    if first != len(step.axes) - len(step.stack.shape):
        step.refuse(f"axis={axis} has no twin in symback: it normalises all numbers of a sample")
    gains, biases = (step.constant(place) if step.has(place) else None for place in (1, 2))
    for values in (gains, biases):
        if values is not None and shape_of(values) != step.stack.shape:
            step.refuse(f"a factor or bias has the shape {shape_of(values)}")
    epsilon = step.exact.single(step.attribute("epsilon", 1e-5), f"{step.where}, epsilon")
    step.stack.normalisation("layer_norm", gains, biases, epsilon, step.where)


IMAGES: dict[str, Callable[[Step], None]] = {
    "Conv": _convolution,
    "MaxPool": _pooling("max_pool"),
    "AveragePool": _pooling("average_pool"),
    "GlobalMaxPool": _whole_pooling("max_pool"),
    "GlobalAveragePool": _whole_pooling("average_pool"),
    "LayerNormalization": _layer_norm,
}
