"""All mistakes that an explanation may name: each has a sentence."""

from __future__ import annotations

from symback.diagnosis import conventions, copying, later
from symback.mistakes.catalogue import MISTAKES
from symback.mistakes.slips import SLIPS

OF_OPERANDS = ("wrong-weight", "wrong-input", "wrong-bias", "wrong-target", "wrong-operand")
LEFT_OUT = ("factor-left-out", "term-left-out", "denominator-left-out")
OF_RESULTS = (
    "shifted-decimal-point",
    "exchanged-digits-of-result",
    "one-digit-wrong",
    "turned-sign-of-result",
)


def identifiers() -> tuple[str, ...]:
    """In the order in which they are tried; each once."""
    slips = {"wrong-operand": OF_OPERANDS, "left-out": LEFT_OUT}
    found = [
        *conventions.IDENTIFIERS,
        *(mistake.name for mistake in MISTAKES),
        *(name for slip in SLIPS for name in slips.get(slip.name, (slip.name,))),
        copying.ROUNDING,
        *OF_RESULTS,
        *later.COUNTS,
    ]
    return tuple(dict.fromkeys(found))
