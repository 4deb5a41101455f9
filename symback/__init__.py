"""symback: symbolic derivations of small neural networks, with every digit proven."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from symback.version import VERSION

__version__ = VERSION
__all__ = ["diagnose", "from_torch", "grade", "load", "sheet", "solve", "train", "verify"]

if TYPE_CHECKING:
    from symback.api import diagnose, from_torch, grade, load, sheet, solve, train, verify


def __getattr__(name: str) -> Any:
    """The public verbs, loaded when they are first used."""
    if name in __all__:
        return getattr(importlib.import_module("symback.api"), name)
    raise AttributeError(f"module 'symback' has no attribute '{name}'")
