"""Records that are made by the thousand: frozen for type checkers, plain slots while the program runs.

A frozen dataclass sets each field through a call, so that making one takes three times as long. These look
the same to mypy, which refuses to set their fields, and hash and compare alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as record
else:

    def record(*, frozen: bool, slots: bool):
        """As `dataclass`, which it is to type checkers."""
        return dataclass(slots=slots, unsafe_hash=frozen)


__all__ = ["record"]
