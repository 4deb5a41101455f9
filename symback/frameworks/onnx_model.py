"""A small ONNX model -> a network file, whose inputs and targets are left to be filled in."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from pathlib import Path
from typing import Any

from symback.errors import RequestError, shorten
from symback.frameworks.exact import Exact
from symback.frameworks.inputs import UNITS, Shape, input_table
from symback.frameworks.network_text import Description, NetworkText
from symback.frameworks.onnx_file import Model, read
from symback.frameworks.onnx_nodes import Step, translate
from symback.frameworks.stack import Stack, refuse
from symback.inputs import MOST_INPUTS
from symback.version import VERSION

GUESSES = {"softmax": "cross_entropy", "logistic": "binary_cross_entropy"}
"""The loss that usually follows an activation of the last layer."""


def from_onnx(path: str | Path) -> NetworkText:
    """The network file of an ONNX model: layers and weights, each the exact decimal of its float.

    A model has neither data nor a loss: inputs and targets are "symbolic", the loss is guessed from the last
    activation, and remarks in the file say so. Raises RequestError where onnx is missing, for a file that is
    no model or too large, and for what has no twin; it names the node.
    """
    path = Path(path)
    model = read(path)
    shape = _shape(model)
    stack = _translated(model, shape)
    tables = stack.named()
    if tables[-1].get("activation") == "log_softmax":
        tables[-1]["activation"] = "softmax"
    description = Description(
        title=model.name if model.name.isprintable() and 0 < len(model.name) <= 200 else "",
        loss=GUESSES.get(tables[-1].get("activation", ""), "half_squared_error"),
        samples=[
            {
                "inputs": input_table(shape, _words(_nesting(shape))),
            }
        ],
        layers=tables,
        remarks=(
            f"Made from an ONNX model by symback {VERSION}; the floats of the model are written exactly.",
            'A model has no data and no loss: put your own where "symbolic" stands, and check the loss.',
        ),
        notes={"loss": "a guess from the last activation"},
    )
    description = description.with_targets([["symbolic"] * stack.size])
    return NetworkText(description.text(), path.stem or "network")


def _translated(model: Model, shape: Shape) -> Stack:
    """The layers, node by node: each has to take what the one before gives."""
    stack = Stack(shape.sizes, shape.steps)
    exact = Exact()
    before, current, operation = "", model.input, ""
    for node in model.nodes:
        taken = [name for name in node.inputs if name and name not in model.constants]
        if node.operation == "Mul" and operation == "Sigmoid" and sorted(taken) == sorted((before, current)):
            stack.reactivate("silu")
        elif taken != [current] or not node.outputs:
            refuse(
                node.where,
                "it takes more or other than what the operation before gives",
            )
        else:
            translate(Step(node, model, stack, exact))
        before, current, operation = current, node.outputs[0], node.operation
    if current != model.output:
        raise RequestError(f"The output {shorten(model.output)} is not that of the last operation.")
    return stack


def _shape(model: Model) -> Shape:
    """What one sample is: by the first operation that says so, and the shape of the input."""
    first = next((node for node in model.nodes if node.operation in ("Gemm", "MatMul")), None)
    if first is None:
        raise RequestError("There is no layer with weights in this model.")
    stored = next((name for name in first.inputs[1:2] if name in model.constants), None)
    if stored is None:
        refuse(first.where, "its weights are not stored in the model")
    dimensions = tuple(model.constants[stored].dims)
    if len(dimensions) != 2:
        refuse(first.where, f"its weights have the shape {dimensions}; rows and columns may stand there")
    width = dimensions[1] if first.attributes.get("transB") else dimensions[0]
    sizes = model.sizes
    if sizes is not None and (len(sizes) > 2 or any(size not in (0, width) for size in sizes[-1:])):
        refuse(first.where, f"it takes {width} numbers, but the input of the model has the shape {sizes}")
    return _checked(Shape(UNITS, (int(width),)))


def _checked(shape: Shape) -> Shape:
    count = prod(shape.sizes) * max(shape.steps, 1)
    if not 0 < count <= MOST_INPUTS:
        raise RequestError(f"The model takes {count:,} numbers; a sample may have 1 to {MOST_INPUTS:,}.")
    return shape


def _nesting(shape: Shape) -> tuple[int, ...]:
    return (shape.steps, *shape.sizes) if shape.kind == "series" else shape.sizes


def _words(sizes: Sequence[int]) -> Any:
    if not sizes:
        return "symbolic"
    return [_words(sizes[1:]) for _ in range(sizes[0])]
