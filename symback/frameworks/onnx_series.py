"""Recurrent operations of ONNX, and those that turn their arrays. Source: the operator schemas of ONNX."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symback.frameworks.exact import Nested
from symback.frameworks.onnx_step import BATCH, DIRECTION, TIME, UNIT, Step
from symback.frameworks.stack import Table
from symback.nested import flat, shape_of

ORDER = {"RNN": (0,), "LSTM": (0, 2, 3, 1), "GRU": (1, 0, 2)}
"""Where symback's gates stand in ONNX: of LSTM input, output, forget, cell; of GRU update, reset, new."""
KINDS = {"RNN": "recurrent", "LSTM": "lstm", "GRU": "gru"}
USUAL = {"RNN": ["Tanh"], "LSTM": ["Sigmoid", "Tanh", "Tanh"], "GRU": ["Sigmoid", "Tanh"]}


def _recurrent(step: Step) -> None:
    """X, W[direction][gate and unit][input], R, B, and no other states before the first step than zeros."""
    operation = step.node.operation
    is_batch_first = bool(step.attribute("layout", 0))
    step.needs((BATCH, TIME, UNIT) if is_batch_first else (TIME, BATCH, UNIT))
    step.only("direction", "forward")
    step.only("input_forget", 0)
    table = _blocks(step)
    activations = step.node.attributes.get("activations", USUAL[operation])
    names = [name.decode("utf-8", "replace") if isinstance(name, bytes) else name for name in activations]
    if operation == "RNN" and names in (["Tanh"], ["Relu"]):
        table = {"activation": names[0].lower(), **table}
    elif names != USUAL[operation]:
        step.refuse(f"the activations {names} have no twin in symback; {USUAL[operation]} have")
    if operation == "GRU" and not step.attribute("linear_before_reset", 0):
        table["reset"] = "before"
    if "clip" in step.node.attributes or step.has(4) or step.has(7):
        step.refuse("clip, lengths of sequences and peepholes have no twin in symback")
    for place in (5, 6):
        if step.has(place) and any(flat(step.constant(place))):
            step.refuse("a state before the first step is not zero")
    weights = shape_of(step.constant(1))
    units, inputs = weights[1] // len(ORDER[operation]), weights[2]
    step.stack.recurrent(KINDS[operation], table, units, inputs, step.where)
    _outputs(step, is_batch_first)


def _outputs(step: Step, is_batch_first: bool) -> None:
    """Y has all steps, Y_h the last one."""
    steps = (BATCH, TIME, DIRECTION, UNIT) if is_batch_first else (TIME, DIRECTION, BATCH, UNIT)
    last = (BATCH, DIRECTION, UNIT) if is_batch_first else (DIRECTION, BATCH, UNIT)
    step.current.names = {
        name: axes for name, axes in zip(step.node.outputs, (steps, last), strict=False) if name
    }


def _blocks(step: Step) -> Table:
    """Weights, recurrent weights and biases by gate, in symback's order."""
    operation = step.node.operation
    gates = len(ORDER[operation])
    weights, recurrent = step.constant(1), step.constant(2)
    shapes = (shape_of(weights), shape_of(recurrent))
    units = shapes[1][-1]
    if any(len(shape) != 3 or shape[:2] != (1, gates * units) or 0 in shape for shape in shapes):
        step.refuse(f"its weights have the shapes {shapes[0]} and {shapes[1]}")
    table: Table = {
        "weights": _by_gate(weights[0], operation),
        "recurrent_weights": _by_gate(recurrent[0], operation),
    }
    if step.has(3):
        biases = step.constant(3)
        if shape_of(biases) != (1, 2 * gates * units):
            step.refuse(f"its biases have the shape {shape_of(biases)}")
        own, more = biases[0][: gates * units], biases[0][gates * units :]
        if operation == "RNN":
            both = zip(own, more, strict=True)
            table["biases"] = [
                step.exact.total(pair, f"{step.where}, the sum of two biases") for pair in both
            ]
        else:
            table |= {"biases": _by_gate(own, operation), "recurrent_biases": _by_gate(more, operation)}
    return table


def _by_gate(rows: Sequence[Nested], operation: str) -> Nested:
    order = ORDER[operation]
    size = len(rows) // len(order)
    blocks = [list(rows[gate * size : (gate + 1) * size]) for gate in order]
    return blocks[0] if operation == "RNN" else blocks


# --- arrays turned ------------------------------------------------------------------------------------


def _transpose(step: Step) -> None:
    """The dimensions in another order."""
    order = step.attribute("perm", list(range(len(step.axes)))[::-1])
    if sorted(order) != list(range(len(step.axes))):
        step.refuse(f"perm={order} is no order of {len(step.axes)} dimensions")
    step.reaches([step.axes[place] for place in order])


def _squeeze(step: Step) -> None:
    """Without the dimension of directions, of which there is one."""
    places = step.whole(1) if step.has(1) else step.attribute("axes", [len(step.axes)])
    for place in places:
        _check_place(step, place)
        if step.axes[place] != DIRECTION:
            step.refuse(f"the dimension of {step.axes[place]} cannot be left out")
    left = {place % len(step.axes) for place in places}
    step.reaches([axis for place, axis in enumerate(step.axes) if place not in left])


def _gather(step: Step) -> None:
    """The last time step, or the only direction."""
    place = step.attribute("axis", 0)
    _check_place(step, place)
    values = step.model.numbers(step.stored(1), step.where)
    axis = step.axes[place]
    last = {TIME: (-1, step.stack.steps - 1), DIRECTION: (-1, 0)}.get(axis, ())
    if shape_of(values) != () or values not in last:
        step.refuse(f"it takes more or other than the last time step: indices {values} of {axis}"[:200])
    if axis == TIME:
        step.stack.keep_last_step()
    places = range(len(step.axes))
    step.reaches([step.axes[other] for other in places if other != place % len(step.axes)])


def _check_place(step: Step, place: int) -> None:
    if not -len(step.axes) <= place < len(step.axes):
        step.refuse(f"there is no dimension {place} in ({', '.join(step.axes)})")


SERIES: dict[str, Callable[[Step], None]] = {
    "RNN": _recurrent,
    "LSTM": _recurrent,
    "GRU": _recurrent,
    "Transpose": _transpose,
    "Squeeze": _squeeze,
    "Gather": _gather,
}
