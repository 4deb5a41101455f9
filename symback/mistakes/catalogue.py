"""The table of named mistakes. One entry adds one: diagnosis, sheets and tests find it here."""

from __future__ import annotations

from symback.mistakes import backward, forward, given, updating
from symback.mistakes.mistake import Mistake
from symback.registry import Registry

MISTAKES: Registry[Mistake] = Registry(
    "mistake",
    [*forward.MISTAKES, *backward.MISTAKES, *updating.MISTAKES, *given.MISTAKES],
)
