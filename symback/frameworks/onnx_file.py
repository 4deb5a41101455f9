"""An ONNX file, read with care: its nodes, its constants, and the shape of its input. Nothing is run.

Only the bytes of this one file are read: constants that are stored in other files are refused, never
followed. Sizes are checked before anything is unpacked.
"""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from symback.errors import RequestError, shorten
from symback.frameworks.exact import Exact, Nested
from symback.frameworks.stack import refuse
from symback.layers.reading import MOST_PARAMETERS
from symback.network_source import MOST_BYTES, shown

MOST_NODES = 1_000
MOST_DIMENSIONS = 8
MOST_NAMES = 50
"""Inputs and outputs that one operation may have."""


@dataclass(frozen=True, slots=True)
class Node:
    """One operation; `attributes` are whole numbers, floats, texts or lists of them."""

    operation: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]

    @property
    def where(self) -> str:
        """What messages call it."""
        name = f"{shorten(self.name)}, " if self.name else ""
        return f"Node {name}{self.operation if self.operation.isidentifier() else shorten(self.operation)}"


@dataclass(frozen=True, slots=True)
class Model:
    """The graph of a file: one input, one output, nodes in order."""

    name: str
    input: str
    sizes: tuple[int, ...] | None
    """The shape of the input; 0 for a size that is left open, None where nothing is said about it."""
    output: str
    nodes: tuple[Node, ...]
    constants: Mapping[str, Any]
    """By name, as ONNX holds them."""
    opset: int

    def numbers(self, name: str, where: str) -> Nested:
        """A constant as nested lists of floats or whole numbers. Raises RequestError for other types."""
        return self.numbers_of(self.constants[name], name, where)

    def numbers_of(self, tensor: Any, name: str, where: str) -> Nested:
        """Likewise, of what an attribute holds."""
        from onnx import TensorProto as Kind
        from onnx import numpy_helper

        if tensor.data_type not in (Kind.FLOAT, Kind.DOUBLE, Kind.FLOAT16, Kind.INT64, Kind.INT32):
            refuse(where, f"the constant {shorten(name)} has no floats and no whole numbers")
        try:
            return numpy_helper.to_array(tensor).tolist()
        except (ValueError, TypeError, RuntimeError) as error:
            reason = str(error).partition("\n")[0].rstrip(".")
            refuse(where, f"the constant {shorten(name)} does not fit its shape ({reason[:100]})")

    def decimals(self, name: str, where: str, exact: Exact) -> Nested:
        """A constant as nested lists of exact decimals."""
        return exact.nested(self.numbers(name, where), f"{where}, {shorten(name)}")


def read(path: Path) -> Model:
    """The model of a file. Raises RequestError for what is no ONNX, too large, or stored elsewhere."""
    try:
        import onnx
        from google.protobuf.message import DecodeError
    except ImportError:
        raise RequestError('To read a model, onnx is needed: pip install "symback[onnx]".') from None
    file = shown(path)
    content = _content(path, file)
    try:
        found = onnx.ModelProto.FromString(content)
    except (DecodeError, RecursionError, ValueError):
        raise RequestError(f"{file}: this is no ONNX model.") from None
    graph = found.graph
    if not graph.node or not found.opset_import:
        raise RequestError(f"{file}: this is no ONNX model: no operation stands in it.")
    if len(graph.node) > MOST_NODES:
        raise RequestError(f"{file}: {len(graph.node):,} operations stand there; {MOST_NODES:,} may.")
    if graph.sparse_initializer or found.functions:
        raise RequestError(f"{file}: sparse constants and functions of a model's own cannot be read.")
    constants = {_text(tensor.name): tensor for tensor in graph.initializer}
    nodes = []
    held = []
    for number, node in enumerate(graph.node, 1):
        made = _node(node, number, onnx)
        held += [value for value in made.attributes.values() if isinstance(value, onnx.TensorProto)]
        if made.operation == "Constant" and "value" in made.attributes and len(made.outputs) == 1:
            constants[made.outputs[0]] = made.attributes["value"]
        elif made.operation == "Identity" and len(made.outputs) == 1 and constants.keys() >= set(made.inputs):
            constants[made.outputs[0]] = constants[made.inputs[0]]
        else:
            nodes.append(made)
    _check_constants([*graph.initializer, *held], file, onnx)
    inputs = [value for value in graph.input if _text(value.name) not in constants]
    for values, what in ((inputs, "inputs"), (graph.output, "outputs")):
        if len(values) != 1:
            raise RequestError(f"{file}: the model has {len(values)} {what}; there may be one.")
    opsets = [entry.version for entry in found.opset_import if entry.domain in ("", "ai.onnx")]
    return Model(
        name=_text(graph.name),
        input=_text(inputs[0].name),
        sizes=_sizes(inputs[0]),
        output=_text(graph.output[0].name),
        nodes=tuple(nodes),
        constants=constants,
        opset=max(opsets, default=1),
    )


def _content(path: Path, file: str) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise RequestError(f"{file}: this is no file. There may stand the path of an ONNX model.")
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise RequestError(f"{file}: this cannot be read ({reason}).") from None
    if len(content) > MOST_BYTES:
        raise RequestError(
            f"{file}: this has more than {MOST_BYTES // 1024 // 1024} MiB; a network file may have"
            f" {MOST_PARAMETERS:,} parameters."
        )
    return content


def _node(node: Any, number: int, onnx: Any) -> Node:
    outputs = tuple(map(_text, node.output))
    name = _text(node.name) or (outputs[0] if outputs else f"number {number}")
    if node.domain not in ("", "ai.onnx"):
        raise RequestError(f"Node {shorten(name)}: its domain {shorten(node.domain)} is none of ONNX itself.")
    if len(node.input) + len(outputs) > MOST_NAMES:
        raise RequestError(f"Node {shorten(name)}: it has more than {MOST_NAMES} inputs and outputs.")
    kinds = onnx.AttributeProto
    attributes: dict[str, Any] = {}
    for entry in node.attribute:
        if entry.type in (kinds.GRAPH, kinds.GRAPHS):
            raise RequestError(f"Node {shorten(name)}: branches and loops have no twin in symback.")
        value = onnx.helper.get_attribute_value(entry)
        attributes[_text(entry.name)] = _text(value) if isinstance(value, bytes) else value
    return Node(_text(node.op_type), name, tuple(map(_text, node.input)), outputs, attributes)


def _text(value: str | bytes) -> str:
    """A text of the file, which comes as bytes where it is no UTF-8."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _check_constants(tensors: Any, file: str, onnx: Any) -> None:
    """That all numbers are in this file, and few enough: by what is declared, before any is unpacked."""
    count = 0
    for tensor in tensors:
        where = f"{file}: the constant {shorten(tensor.name)}"
        if tensor.data_location == onnx.TensorProto.EXTERNAL or tensor.external_data:
            raise RequestError(f"{where} is stored in another file, and only this one is read.")
        if len(tensor.dims) > MOST_DIMENSIONS or any(size < 0 for size in tensor.dims):
            raise RequestError(f"{where} has an impossible shape.")
        count += prod(tensor.dims)
        if count > MOST_PARAMETERS:
            raise RequestError(
                f"{file}: the model has more than {MOST_PARAMETERS:,} numbers, too many for a network file."
            )


def _sizes(value: Any) -> tuple[int, ...] | None:
    kind = value.type.tensor_type
    if not kind.HasField("shape"):
        return None
    return tuple(max(int(size.dim_value), 0) for size in kind.shape.dim)
