"""PDF of a document: by Typst, which pip installs, or by the TeX of the system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from symback import tex, typst_engine
from symback.errors import RequestError
from symback.registry import Registry

_TYPST = "`pip install 'symback[pdf]'` installs Typst"
_TEX = "a TeX works too (Debian: texlive-latex-recommended lmodern)"
_OTHER = "Other formats, such as --format html or latex, need neither."


class Program(Protocol):
    """A module that can run one."""

    def is_installed(self) -> bool:
        """Whether it is there."""

    def compile_pdf(self, source: str) -> bytes:
        """The PDF of a source; raises RequestError."""


@dataclass(frozen=True, slots=True)
class Engine:
    """What makes a PDF; `name` is also the format of its source in the table of formats."""

    name: str
    program: Program
    missing: str
    """What to do where it is not there."""


ENGINES: Registry[Engine] = Registry(
    "engine",
    [
        Engine("typst", typst_engine, f"--engine typst needs the typst wheel: {_TYPST}."),
        Engine("latex", tex, f"--engine latex needs pdflatex, which was not found: {_TEX}."),
    ],
)
"""The first that is there makes a PDF where none is asked for."""


def engine_for(asked: str | None = None) -> Engine:
    """The engine of this name, or the first that is installed.

    Raises UnknownName for an unknown engine, RequestError where it, or every one, is missing.
    """
    if asked is not None:
        engine = ENGINES[asked]
        if not engine.program.is_installed():
            raise RequestError(engine.missing)
        return engine
    for engine in ENGINES:
        if engine.program.is_installed():
            return engine
    raise RequestError(f"PDF needs Typst or a TeX, and neither was found: {_TYPST}; {_TEX}. {_OTHER}")
