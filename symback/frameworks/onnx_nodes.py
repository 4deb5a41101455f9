"""The operations of ONNX as layers of a network file. Source: the operator schemas of ONNX."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from symback.errors import RequestError
from symback.frameworks.exact import Nested
from symback.frameworks.onnx_images import IMAGES
from symback.frameworks.onnx_series import SERIES
from symback.frameworks.onnx_step import BATCH, CHANNEL, TIME, UNIT, Step
from symback.nested import flat, shape_of


def translate(step: Step) -> None:
    """Adds what the node does to the layers. Raises RequestError for what has no twin."""
    into = TABLE.get(step.node.operation)
    if step.node.operation == "BatchNormalization":
        step.refuse("it normalises by running statistics; exporters can fold it into the layer before it")
    if into is None:
        raise RequestError(
            f"{step.where}: this operation has no twin in symback. Supported: {', '.join(TABLE)}."
        )
    into(step)


# --- layers -------------------------------------------------------------------------------------------


def _gemm(step: Step) -> None:
    """alpha A B + beta C, with A what comes in."""
    step.needs((BATCH, UNIT))
    for name in ("alpha", "beta"):
        step.only(name, 1.0)
    step.only("transA", 0)
    weights = _matrix(step, 1)
    if not step.attribute("transB", 0):
        weights = _transposed(weights)
    step.stack.dense(weights, None, step.where)
    if step.has(2):
        _add_bias(step, 2)


def _matmul(step: Step) -> None:
    """A B, with A what comes in; for series at each time step."""
    if step.axes[-1:] != (UNIT,):
        step.needs((BATCH, UNIT))
    step.stack.dense(_transposed(_matrix(step, 1)), None, step.where)


def _add(step: Step) -> None:
    """Biases, behind a MatMul."""
    _add_bias(step, 0 if step.node.inputs[0] in step.model.constants else 1)


def _add_bias(step: Step, place: int) -> None:
    values = step.constant(place)
    numbers = list(flat(values))
    table = step.stack.open
    units = step.stack.shape[0]
    if table is None or "type" in table or "bias" in table or "biases" in table:
        step.refuse("a number is added here that is no bias of a dense layer before it")
    if len(numbers) == 1:
        table["bias"] = numbers[0]
    elif len(numbers) == units and shape_of(values)[-1] == units:
        table["biases"] = numbers
    else:
        step.refuse(f"{len(numbers)} biases stand there for {units} units")


def _matrix(step: Step, place: int) -> Nested:
    values = step.constant(place)
    if len(shape_of(values)) != 2 or 0 in shape_of(values):
        step.refuse(f"its weights have the shape {shape_of(values)}; rows and columns may stand there")
    return values


def _transposed(rows: Nested) -> Nested:
    return [list(column) for column in zip(*rows, strict=True)]


def _flatten(step: Step) -> None:
    """One list of numbers for each sample."""
    step.only("axis", 1)
    _to_list(step)


def _reshape(step: Step) -> None:
    """Likewise."""
    sizes = step.whole(1)
    if len(sizes) != 2 or sizes[1] not in (-1, prod(step.stack.shape)):
        step.refuse(f"the new shape {tuple(sizes)} has no twin in symback; one list for each sample has")
    _to_list(step)


def _to_list(step: Step) -> None:
    if step.axes[:1] != (BATCH,) or TIME in step.axes or step.axes[1:2] not in ((UNIT,), (CHANNEL,)):
        step.needs((BATCH, CHANNEL))
    step.stack.flatten(step.where)
    step.reaches((BATCH, UNIT))


def _nothing(step: Step) -> None:
    """What passes on what comes in."""


def _cast(step: Step) -> None:
    """Nothing: numbers are exact here."""
    if step.attribute("to", 1) not in (1, 11):  # float and double
        step.refuse("only floats and doubles have a twin in symback")


def _dropout(step: Step) -> None:
    """Nothing, while nothing is trained."""
    if step.has(2):
        step.refuse(
            "while training, dropout draws another mask at each call; export it after eval()",
        )


# --- activations --------------------------------------------------------------------------------------


def _activation(name: str, **settings: tuple[str, float]) -> Callable[[Step], None]:
    """An activation; `settings` have for each constant its attribute, and the default of ONNX."""

    def into(step: Step) -> None:
        found = {
            key: step.exact.single(step.attribute(attribute, default), f"{step.where}, {attribute}")
            for key, (attribute, default) in settings.items()
        }
        step.stack.activate(name, step.where, **found)

    return into


def _softmax(name: str) -> Callable[[Step], None]:
    def into(step: Step) -> None:
        axis = step.attribute("axis", -1 if step.model.opset >= 13 else 1)
        if axis not in (-1, len(step.axes) - 1) or step.axes[-1] != UNIT:
            step.refuse(f"axis={axis} is not that of the units; -1 is, where they come last")
        step.stack.activate(name, step.where)

    return into


def _gelu(step: Step) -> None:
    step.only("approximate", "none", "tanh")
    step.stack.activate(
        "gelu" if step.attribute("approximate", "none") == "none" else "gelu_tanh", step.where
    )


def _swish(step: Step) -> None:
    step.only("alpha", 1.0)
    step.stack.activate("silu", step.where)


TABLE: dict[str, Callable[[Step], None]] = {
    "Gemm": _gemm,
    "MatMul": _matmul,
    "Add": _add,
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Identity": _nothing,
    "Cast": _cast,
    "Dropout": _dropout,
    "Sigmoid": _activation("logistic"),
    "Tanh": _activation("tanh"),
    "Relu": _activation("relu"),
    "LeakyRelu": _activation("leaky_relu", slope=("alpha", 0.01)),
    "Elu": _activation("elu", alpha=("alpha", 1.0)),
    "Softplus": _activation("softplus"),
    "Swish": _swish,
    "Gelu": _gelu,
    "Mish": _activation("x*tanh(log(1 + exp(x)))"),
    "Softsign": _activation("x/(1 + abs(x))"),
    "Softmax": _softmax("softmax"),
    "LogSoftmax": _softmax("log_softmax"),
    **IMAGES,
    **SERIES,
}
"""By the name of the operation."""
