"""The text of a document to be proofread."""

from __future__ import annotations

from pathlib import Path

from symback import text_files

MOST_BYTES = 16 * 1024 * 1024


def read_text(source: str | Path) -> tuple[str, str]:
    """The text and the name of a file, or of standard input ("-").

    Raises RequestError for what is no text file in UTF-8 of at most 16 MiB.
    """
    return text_files.read_text(source, "a document", MOST_BYTES)
