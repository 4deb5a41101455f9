"""Files -> a zip archive that is the same byte for byte whenever it is made."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable

MOMENT = (1980, 1, 1, 0, 0, 0)
"""The time of every file: the first that zip knows."""
_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]+")
LONGEST = 60


def zipped(files: Iterable[tuple[str, str]]) -> bytes:
    """An archive of text files; a name that ends in a slash is an empty folder."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, text in files:
            entry = zipfile.ZipInfo(name, MOMENT)
            entry.create_system = 3  # else it tells which system wrote it
            is_folder = name.endswith("/")
            entry.external_attr = (0o40755 << 16 | 0x10) if is_folder else 0o100644 << 16
            entry.compress_type = zipfile.ZIP_STORED if is_folder else zipfile.ZIP_DEFLATED
            archive.writestr(entry, text.encode())
    return buffer.getvalue()


def file_name(place: int, identity: str) -> str:
    """The name of a paper's file: its place in the list, and what an id has of letters and digits."""
    readable = _UNSAFE.sub("-", identity).strip("-.")[:LONGEST].rstrip("-.")
    return f"{place:04d}-{readable}" if readable else f"{place:04d}"
