"""The table of losses: the error of one output and its textbook derivative. One entry adds one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from symback.expression import (
    ONE,
    ZERO,
    Cases,
    Expression,
    Maximum,
    Name,
    Number,
    absolute,
    exp,
    log,
)
from symback.registry import Registry

target = Name("target")
output = Name("output")
share = Name("share")
"""1/n, where n is the number of outputs."""
total = Name("total")
"""The sum of an entry's `summand` over all outputs."""
other = Name("other")
"""Another output."""
targets = Name("targets")
"""The sum of the targets of all outputs."""
huber_delta = Name("huber_delta")

HALF = Number(Fraction(1, 2))


@dataclass(frozen=True, slots=True)
class Targets:
    """What may stand as a target, in words of a message, and whether a number is one."""

    said: str
    fit: Callable[[float], bool]


ANY = Targets("a number", lambda value: True)
SHARES = Targets("a probability, from 0 to 1", lambda value: 0 <= value <= 1)
WEIGHTS = Targets("a probability, or another number from 0 on", lambda value: value >= 0)
SIGNS = Targets("1 or -1", lambda value: value in (1, -1))


@dataclass(frozen=True, slots=True)
class Loss:
    """The error of one sample as a sum over outputs.

    `term` is the error of one output in `target` and `output`; `derivative` is d term / d output as textbooks
    print it, proven equal to what SymPy differentiates from `term`.
    """

    name: str
    term: Expression
    derivative: Expression
    synonyms: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    """The constants of the term by name, each with the decimal that stands for it by default."""
    summand: Expression | None = None
    """Where outputs are coupled: `total` is the sum of this formula in `output` over all of them."""
    cross: Expression | None = None
    """Likewise d term / d `other`."""
    whole: Expression | None = None
    """Likewise the derivative by `output` of all terms together; `targets` are those of all outputs."""
    by_net: tuple[tuple[str, Expression], ...] = ()
    """By activation of the last layer: the derivative of all terms by a net input, as textbooks print it.
    In matrices it is proven for every document."""
    has_targets: bool = True
    targets: Targets = ANY
    needs: tuple[str, ...] = ()
    """The activations of the last layer that the loss is made for; any, if there are none."""


_HALF_SQUARE = HALF * (target - output) ** 2
_APART = absolute(target - output)
_SIGN = Cases(output, target, ONE, Cases(target, output, -ONE, ZERO))
"""The derivative of |target - output|; 0 where they are equal."""

LOSSES: Registry[Loss] = Registry(
    "loss",
    [
        Loss("half_squared_error", _HALF_SQUARE, -(target - output)),
        Loss("squared_error", (target - output) ** 2, -(2 * (target - output))),
        Loss("mean_squared_error", share * (target - output) ** 2, -(2 * share * (target - output))),
        Loss("absolute_error", _APART, _SIGN),
        Loss(
            "huber",
            Cases(
                _APART, huber_delta, huber_delta * (_APART - huber_delta / 2), HALF * (target - output) ** 2
            ),
            Cases(_APART, huber_delta, huber_delta * _SIGN, -(target - output)),
            settings=(("huber_delta", "1"),),
        ),
        Loss(
            "binary_cross_entropy",
            -(target * log(output) + (1 - target) * log(1 - output)),
            -(target / output) + (1 - target) / (1 - output),
            by_net=(("logistic", output - target),),
            targets=SHARES,
            needs=("logistic", "softmax"),
        ),
        Loss(
            "cross_entropy",
            -(target * log(output)),
            -(target / output),
            synonyms=("categorical_cross_entropy",),
            by_net=(("softmax", output * targets - target),),
            targets=WEIGHTS,
            needs=("softmax", "logistic"),
        ),
        # 1 - logistic(o) is written as logistic(-o), so that no digits are lost where it is small
        Loss(
            "binary_cross_entropy_from_logits",
            target * log(1 + exp(-output)) + (1 - target) * log(1 + exp(output)),
            1 / (1 + exp(-output)) - target,
            targets=SHARES,
            needs=("linear",),
        ),
        Loss(
            "cross_entropy_from_logits",
            -(target * log(exp(output) / total)),
            -(target * (1 - exp(output) / total)),
            synonyms=("categorical_cross_entropy_from_logits",),
            summand=exp(output),
            cross=target * exp(other) / total,
            whole=exp(output) / total * targets - target,
            targets=WEIGHTS,
            needs=("linear",),
        ),
        Loss(
            "hinge",
            Maximum((ZERO, 1 - target * output)),
            Cases(1 - target * output, ZERO, -target, ZERO),
            targets=SIGNS,
        ),
        Loss("output_sum", output, ONE, has_targets=False),
    ],
)
