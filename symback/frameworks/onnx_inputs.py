"""What one sample of an ONNX model is: said by its first operations, and by the shape of its input."""

from __future__ import annotations

from math import prod
from typing import NoReturn

from symback.errors import RequestError
from symback.frameworks.inputs import UNITS, Shape
from symback.frameworks.onnx_file import Model, Node
from symback.frameworks.onnx_images import LINE, PICTURE
from symback.frameworks.onnx_step import BATCH, TIME, UNIT, Axes
from symback.frameworks.stack import refuse
from symback.inputs import MOST_INPUTS

IMAGES = ("Conv", "MaxPool", "AveragePool", "GlobalMaxPool", "GlobalAveragePool")
RECURRENT = ("RNN", "LSTM", "GRU")


def shape_of_input(model: Model) -> Shape:
    """The shape of one sample. Raises RequestError where it is left open."""
    operations = [node.operation for node in model.nodes]
    for node in model.nodes:
        if node.operation in IMAGES:
            return _image(model, node)
        if node.operation in ("Flatten", "Reshape"):
            return _checked(Shape(UNITS, (prod(_sizes(model, node)[1:]),)), model)
        if node.operation in RECURRENT or (
            node.operation in ("Gemm", "MatMul") and any(name in operations for name in RECURRENT)
        ):
            return _series(model, node)
        if node.operation in ("Gemm", "MatMul"):
            return _units(model, node)
    raise RequestError("There is no layer with weights in this model.")


def first_axes(model: Model, shape: Shape) -> Axes:
    """What the dimensions of the input stand for."""
    if shape.kind == "series":
        return (BATCH, TIME, UNIT) if _is_batch_first(model) else (TIME, BATCH, UNIT)
    if shape.kind == "image":
        return LINE if len(shape.sizes) == 2 else PICTURE
    return (UNIT,) if model.sizes is not None and len(model.sizes) == 1 else (BATCH, UNIT)


def _image(model: Model, node: Node) -> Shape:
    sizes = _sizes(model, node)
    if len(sizes) not in (3, 4):
        _misfit(model, node, "an image")
    return _checked(Shape("image", sizes[1:]), model)


def _series(model: Model, node: Node) -> Shape:
    sizes = model.sizes or ()
    if len(sizes) != 3:
        _misfit(model, node, "a series over time")
    steps = sizes[1] if _is_batch_first(model) else sizes[0]
    if not steps or not sizes[2]:
        _misfit(model, node, "a series whose number of time steps is said")
    return _checked(Shape("series", sizes[2:], steps=steps), model)


def _is_batch_first(model: Model) -> bool:
    """Whether the samples are the first dimension: a Transpose, or the layout of the node, says so."""
    for node in model.nodes:
        if node.operation == "Transpose":
            return True
        if node.operation in RECURRENT:
            return bool(node.attributes.get("layout", 0))
    return False


def _units(model: Model, node: Node) -> Shape:
    """As many as the first weights take."""
    stored = next((name for name in node.inputs[1:2] if name in model.constants), None)
    if stored is None:
        refuse(node.where, "its weights are not stored in the model")
    dimensions = tuple(model.constants[stored].dims)
    if len(dimensions) != 2:
        refuse(node.where, f"its weights have the shape {dimensions}; rows and columns may stand there")
    width = int(dimensions[1] if node.attributes.get("transB") else dimensions[0])
    sizes = model.sizes
    if sizes is not None and (len(sizes) > 2 or any(size not in (0, width) for size in sizes[-1:])):
        refuse(node.where, f"it takes {width} numbers, but the input of the model has the shape {sizes}")
    return _checked(Shape(UNITS, (width,)), model)


def _sizes(model: Model, node: Node) -> tuple[int, ...]:
    """The shape of the input; all sizes but that of the batch are said."""
    sizes = model.sizes or ()
    if len(sizes) < 2 or 0 in sizes[1:]:
        _misfit(model, node, "an input of a fixed size")
    return sizes


def _misfit(model: Model, node: Node, needed: str) -> NoReturn:
    said = "is not said" if model.sizes is None else f"is {model.sizes}, where 0 is left open"
    refuse(node.where, f"it takes {needed}, but the shape of the model's input {said}")


def _checked(shape: Shape, model: Model) -> Shape:
    count = prod(shape.sizes) * max(shape.steps, 1)
    if not 0 < count <= MOST_INPUTS:
        raise RequestError(f"The model takes {count:,} numbers; a sample may have 1 to {MOST_INPUTS:,}.")
    return shape
