"""A small ONNX model -> a network file, whose inputs and targets are left to be filled in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from symback.errors import RequestError, shorten
from symback.frameworks.exact import Exact
from symback.frameworks.inputs import Shape, input_table
from symback.frameworks.network_text import Description, NetworkText
from symback.frameworks.onnx_file import Model, read
from symback.frameworks.onnx_inputs import first_axes, shape_of_input
from symback.frameworks.onnx_nodes import translate
from symback.frameworks.onnx_patterns import simplified
from symback.frameworks.onnx_step import TIME, Current, Step
from symback.frameworks.stack import Stack, refuse
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
    model = simplified(read(path))
    shape = shape_of_input(model)
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
    current = Current(stack, first_axes(model, shape), {})
    current.names = {model.input: current.axes}
    for node in model.nodes:
        taken = [name for name in node.inputs if name and name not in model.constants]
        if len(taken) != 1 or taken[0] not in current.names or not node.outputs:
            refuse(node.where, "it takes more or other than what the operation before gives")
        _take(current, taken[0])
        current.names = {}
        translate(Step(node, model, current, exact))
        current.names = current.names or {node.outputs[0]: current.axes}
    if model.output not in current.names:
        raise RequestError(f"The output {shorten(model.output)} is not that of the last operation.")
    _take(current, model.output)
    if TIME in current.axes:
        raise RequestError("The model has an output at each time step; one may have it at the last.")
    return stack


def _take(current: Current, name: str) -> None:
    """Goes on with one output of the last operation."""
    axes = current.names[name]
    if TIME in current.axes and TIME not in axes:
        current.stack.keep_last_step()
    current.axes = axes


def _nesting(shape: Shape) -> tuple[int, ...]:
    return (shape.steps, *shape.sizes) if shape.kind == "series" else shape.sizes


def _words(sizes: Sequence[int]) -> Any:
    if not sizes:
        return "symbolic"
    return [_words(sizes[1:]) for _ in range(sizes[0])]
