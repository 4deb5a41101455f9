"""Compiled templates, kept where Python keeps the bytecode of modules, and by the same rules.

That is a folder `__pycache__` beside the template, or under PYTHONPYCACHEPREFIX; nothing is written under
PYTHONDONTWRITEBYTECODE, or where the folder cannot be written to. Compiling takes most of the time of a short
document.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
from contextlib import suppress
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path
from types import CodeType


def place_of(template: str, format_name: str) -> Path | None:
    """Where the code of a template file for a format is kept; None if Python keeps no bytecode."""
    tag = "".join(filter(str.isalnum, format_name))
    try:
        return Path(cache_from_source(template, optimization=tag))
    except NotImplementedError:
        return None


def load(path: Path, made_of: str) -> CodeType | None:
    """The code kept there, if it was made by this Python of what `made_of` says: source text and versions."""
    try:
        kept = path.read_bytes()
    except OSError:
        return None
    digest = _digest(made_of)
    if kept[: len(digest)] != digest:
        return None
    try:
        code = marshal.loads(kept[len(digest) :])
    except (EOFError, ValueError, TypeError):
        return None
    return code if isinstance(code, CodeType) else None


def store(path: Path, made_of: str, code: CodeType) -> None:
    """Keep the code, whole or not at all."""
    if sys.dont_write_bytecode:
        return
    part = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(_digest(made_of) + marshal.dumps(code))
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink()


def _digest(made_of: str) -> bytes:
    return hashlib.sha256(MAGIC_NUMBER + made_of.encode()).digest()
