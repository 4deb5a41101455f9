"""What makes the PDF that a command is asked for."""

from __future__ import annotations

from collections.abc import Sequence

from symback.errors import RequestError


def asked_engine(name: str | None, formats: Sequence[str]) -> str | None:
    """The name of the engine, found before anything is computed; None where no PDF is asked for.

    Raises RequestError where it is missing, or asked for without a PDF.
    """
    if "pdf" in formats:
        from symback.pdf import engine_for  # with what runs other programs

        return engine_for(name).name
    if name is not None:
        raise RequestError(f"--engine {name} makes a PDF: give --format pdf too.")
    return None
