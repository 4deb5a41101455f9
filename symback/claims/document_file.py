"""The text of a document to be proofread."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

from symback.errors import RequestError
from symback.network_source import shown

MOST_BYTES = 16 * 1024 * 1024


def read_text(source: str | Path) -> tuple[str, str]:
    """The text and the name of a file, or of standard input ("-").

    Raises RequestError for what is no text file in UTF-8 of at most 16 MiB.
    """
    if source == "-":
        content, name = sys.stdin.buffer.read(MOST_BYTES + 1), "standard input"
    else:
        name = shown(source)
        content = _content(Path(source), name)
    if len(content) > MOST_BYTES:
        raise RequestError(f"{name} has more than {MOST_BYTES >> 20} MiB; a document may have that much.")
    try:
        return content.decode("utf-8-sig"), name
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise RequestError(f"{name} is no text in UTF-8: see byte {error.start + 1}, line {line}.") from None


def _content(path: Path, name: str) -> bytes:
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            kind = "a folder" if stat.S_ISDIR(mode) else "a device or a pipe"
            raise RequestError(f"{name} is {kind}; there may stand a text file, or - for standard input.")
        with path.open("rb") as stream:
            return stream.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise RequestError(f"There is no file {name}.") from None
    except (OSError, ValueError) as error:
        raise RequestError(f"{name} cannot be read: {getattr(error, 'strerror', None) or error}.") from None
