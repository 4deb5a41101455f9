"""What exporters write in several operations, read as one: silu, gelu, states of zeros at the start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from math import sqrt

from symback.frameworks.onnx_file import Model, Node
from symback.nested import flat

NEAR = 1e-6
"""Constants of formulas are stored in single precision."""
RECURRENT = ("RNN", "LSTM", "GRU")


def simplified(model: Model) -> Model:
    """The same model with fewer operations."""
    nodes = _without_shapes(model)
    found: list[Node] = []
    place = 0
    while place < len(nodes):
        length, node = _match(model, nodes, place)
        found.append(node)
        place += length
    return replace(model, nodes=tuple(found))


def _without_shapes(model: Model) -> list[Node]:
    """Without what is computed from shapes alone; where that makes zeros, an input is left out instead."""
    from_shapes: set[str] = set()
    zeros: set[str] = set()
    kept = []
    for node in model.nodes:
        taken = {name for name in node.inputs if name and name not in model.constants}
        if node.operation == "Shape" or (taken <= from_shapes and (taken or _fills(node))):
            from_shapes |= set(node.outputs)
            if _makes_zeros(model, node):
                zeros |= set(node.outputs)
        elif node.operation in RECURRENT:
            kept.append(replace(node, inputs=tuple("" if name in zeros else name for name in node.inputs)))
        else:
            kept.append(node)
    return kept


def _fills(node: Node) -> bool:
    return node.operation in ("ConstantOfShape", "Expand")


def _makes_zeros(model: Model, node: Node) -> bool:
    if node.operation == "Expand":
        first = node.inputs[0] if node.inputs else ""
        return first in model.constants and not any(flat(model.numbers(first, node.where)))
    if node.operation != "ConstantOfShape":
        return False
    value = node.attributes.get("value")
    return value is None or not any(flat(model.numbers_of(value, "value", node.where)))


def _match(model: Model, nodes: Sequence[Node], place: int) -> tuple[int, Node]:
    """How many operations from this place are one, and that one."""
    for operations, name in (
        (("Sigmoid", "Mul"), "Swish"),
        (("Div", "Erf", "Add", "Mul", "Mul"), "Gelu"),
    ):
        part = nodes[place : place + len(operations)]
        fits = (
            tuple(node.operation for node in part) == operations and part[0].inputs and _is_chain(nodes, part)
        )
        if fits and (_is_silu(part) if name == "Swish" else _is_gelu(model, part)):
            return len(part), Node(name, part[-1].name, part[0].inputs[:1], part[-1].outputs, {})
    return 1, nodes[place]


def _is_chain(nodes: Sequence[Node], part: Sequence[Node]) -> bool:
    """Whether what each gives goes to the next one and nowhere else."""
    for node, following in pairwise(part):
        uses = [other for other in nodes for name in other.inputs if name in node.outputs]
        if len(node.outputs) != 1 or uses != [following]:
            return False
    return True


def _is_silu(part: Sequence[Node]) -> bool:
    """a*sigmoid(a)."""
    first, last = part
    return sorted(last.inputs) == sorted((first.inputs[0], first.outputs[0]))


def _is_gelu(model: Model, part: Sequence[Node]) -> bool:
    """a*(1 + erf(a/sqrt(2)))*0.5."""
    divided, _, added, product, half = part
    return (
        len(divided.inputs) == 2
        and _is_number(model, divided.inputs[1], sqrt(2))
        and any(_is_number(model, name, 1) for name in added.inputs)
        and sorted(product.inputs) == sorted((divided.inputs[0], added.outputs[0]))
        and any(_is_number(model, name, 0.5) for name in half.inputs)
    )


def _is_number(model: Model, name: str, number: float) -> bool:
    if name not in model.constants:
        return False
    values = list(flat(model.numbers(name, "")))
    return len(values) == 1 and abs(values[0] - number) < NEAR
