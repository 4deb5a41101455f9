"""Text that a user hands over: the content of a file, or of standard input."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

from symback.errors import RequestError
from symback.network_source import STANDARD_INPUT, shown


def read_text(source: str | Path, kind: str, most_bytes: int) -> tuple[str, str]:
    """The text and the name of a file, or of standard input ("-"), without a byte order mark.

    `kind` says in messages what it is, as in "a document". Raises RequestError for what cannot be read as
    UTF-8 of at most so many bytes; devices and pipes are refused, as reading them may never end.
    """
    name = STANDARD_INPUT if source == "-" else shown(source)
    content = _standard_input(most_bytes) if source == "-" else _content(Path(source), name, most_bytes)
    if len(content) > most_bytes:
        raise RequestError(f"{name} has more than {most_bytes >> 20} MiB; {kind} may have that much.")
    try:
        return content.decode("utf-8-sig"), name
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise RequestError(f"{name} is no text in UTF-8: see byte {error.start + 1}, line {line}.") from None


def _standard_input(most_bytes: int) -> bytes:
    stream = getattr(sys.stdin, "buffer", sys.stdin)
    try:
        content = stream.read(most_bytes + 1)
    except (AttributeError, OSError, ValueError):
        raise RequestError("Standard input cannot be read: there may stand a path.") from None
    return content if isinstance(content, bytes) else content.encode("utf-8", "surrogateescape")


def _content(path: Path, name: str, most_bytes: int) -> bytes:
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            kind = "a folder" if stat.S_ISDIR(mode) else "a device or a pipe"
            raise RequestError(f"{name} is {kind}; there may stand a text file, or - for standard input.")
        with path.open("rb") as stream:
            return stream.read(most_bytes + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise RequestError(f"There is no file {name}.") from None
    except (OSError, ValueError) as error:
        raise RequestError(f"{name} cannot be read: {getattr(error, 'strerror', None) or error}.") from None
