"""What a user can cause: every message says what was asked, where, and what is allowed."""

from __future__ import annotations

from collections.abc import Iterable


class SymbackError(Exception):
    """Base of all errors that end in one clear message and exit status 2."""


class RequestError(SymbackError):
    """The request itself cannot be met: an option, a format, a missing number or tool."""


class UnknownName(SymbackError):
    """A name that no table or graph knows.

    `kind` says what was looked up ("activation", "quantity"), `known` lists what exists.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.kind = kind
        self.name = name
        self.known = tuple(known)
        super().__init__(f"Unknown {kind} {shorten(name)}.{suggestion(name, self.known)}")


class NetworkFileError(SymbackError):
    """A network file is wrong. Names the file, the key, what stands there and what may stand there."""

    def __init__(self, file: str, key: str, found: str, allowed: str) -> None:
        self.file = file
        self.key = key
        self.found = found
        self.allowed = allowed
        place = f"{file}: {key}" if key else file
        super().__init__(f"{place}: {found}. {allowed}")


class EvaluationError(SymbackError):
    """A quantity has no value: a division by zero, a logarithm of a negative number, an overflow."""


def suggestion(name: str, known: tuple[str, ...]) -> str:
    """The end of a message about an unknown name: the nearest known one, then what exists."""
    from difflib import get_close_matches  # needed for messages only

    nearest = get_close_matches(name, known, n=1)
    hint = f" Did you mean '{nearest[0]}'?" if nearest else ""
    shown = ", ".join(known[:40]) + (f", ... ({len(known)} in all)" if len(known) > 40 else "")
    return f"{hint} Known: {shown}." if known else f"{hint} There are none."


def shorten(value: object, limit: int = 60) -> str:
    """`repr` of what stands in a file, cut to a length that fits a message."""
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 4] + "..." + text[-1]
