"""A diagnosis that fails says nothing and is told of; it never changes what a plain comparison found."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")
LONGEST = 200


class Safely:
    """Does what may fail, and remembers the last failure."""

    def __init__(self) -> None:
        self.failure = ""

    def __call__(self, work: Callable[[], Result], otherwise: Result) -> Result:
        """The result, or what is taken in its place."""
        try:
            return work()
        except Exception as error:
            self.failure = told(error)
            return otherwise


def told(error: Exception) -> str:
    """A failure in a few words."""
    return f"{type(error).__name__}: {error}"[:LONGEST]
