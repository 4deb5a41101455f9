"""Writing results: whole or not at all, with a clear message where a place cannot be written."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from symback.errors import RequestError


def write(path: Path, content: str | bytes) -> Path:
    """Writes a file through a temporary one beside it, so that no half-written file is ever left.

    Missing folders are made. Raises RequestError where the place cannot be written.
    """
    data = content.encode() if isinstance(content, str) else content
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise RequestError(f"Cannot write {path}: it is a folder.")
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            os.chmod(temporary, _mode(path))
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise RequestError(f"Cannot write {path}: {reason}.") from None
    return path


def _mode(path: Path) -> int:
    """The mode of the file that is replaced, or what the user's mask leaves of 666."""
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
