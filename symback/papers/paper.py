"""Sheet -> text of a format: the papers, their key, or their worked solutions, piece by piece."""

from __future__ import annotations

from symback.exercises.model import Variant
from symback.exercises.sheet import Sheet
from symback.papers.viewer import Views
from symback.render import piece

PARTS = ("papers", "key", "solutions")
"""What is printed of a sheet."""
FLAVORS = ("github", "dollar")
"""The kinds of Markdown that sheets are printed in."""
TEXT_FORMATS = {"markdown": "markdown_github", "latex": "latex", "html": "html"}
"""Formats that sheets are printed in, and the format of texts that each is."""


class Printer:
    """Prints one part of a sheet in one format and language: `begin`, each `paper`, `end`."""

    def __init__(self, sheet: Sheet, part: str, format_name: str, language: str) -> None:
        self.part = part
        self.format_name = format_name
        self.language = language
        self.views = Views(sheet, format_name, language)
        self.common = self.views.common()

    def begin(self) -> str:
        """What comes before the first paper."""
        return self._piece("begin", self.common, self.part)

    def paper(self, variant: Variant) -> str:
        """One paper."""
        view = self.views.paper(variant, solved=self.part == "solutions")
        if self.part == "key":
            return self._piece("key", self.common, view)
        return self._piece("paper", self.common, view, self.part)

    def end(self) -> str:
        """What comes after the last paper."""
        return self._piece("end")

    def _piece(self, macro: str, *facts: object) -> str:
        text = piece("sheet", macro, self.format_name, self.language, *facts)
        return text if text.strip() else ""
