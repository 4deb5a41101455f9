"""Writing results: whole or not at all, with a clear message where a place cannot be written."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from symback.errors import RequestError
from symback.network_source import shown


def write(path: Path, content: str | bytes) -> Path:
    """Writes a file through a temporary one beside it, so that no half-written file is ever left.

    Missing folders are made, links are followed. A device or a pipe (/dev/null, /dev/stdout) is written to,
    never replaced. Raises RequestError where the place cannot be written.
    """
    data = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
    try:
        if path.is_dir():
            raise RequestError(f"Cannot write {shown(path)}: it is a folder.")
        if path.exists() and not path.is_file():
            path.write_bytes(data)
        else:
            _replace(Path(os.path.realpath(path)), data)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise RequestError(f"Cannot write {shown(path)}: {reason}.") from None
    return path


def _replace(path: Path, data: bytes) -> None:
    make_folder(path.parent)
    handle, temporary = tempfile.mkstemp(prefix=".symback-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        os.chmod(temporary, mode_of(path))
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def make_folder(folder: Path) -> None:
    """Makes a folder and those that it is in. Raises OSError where a file stands there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise NotADirectoryError(0, f"{shown(folder)} is a file, not a folder") from None


def mode_of(path: Path) -> int:
    """The mode of the file that is replaced, or what the user's mask leaves of 666."""
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
