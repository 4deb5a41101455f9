"""The table of named mistakes. One entry adds one: diagnosis, sheets and tests find it here."""

from __future__ import annotations

from symback.mistakes import forward, given, going_back, gradients, slopes, updating
from symback.mistakes.mistake import Mistake
from symback.registry import Registry

MISTAKES: Registry[Mistake] = Registry(
    "mistake",
    [
        *forward.MISTAKES,
        *slopes.MISTAKES,
        *going_back.MISTAKES,
        *gradients.MISTAKES,
        *updating.MISTAKES,
        *given.MISTAKES,
    ],
)
