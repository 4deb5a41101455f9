"""The colours of the chain rule's factors: one table for formulas, drawings and pages of all formats."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Colour:
    """The colour of one factor, as #rrggbb on each ground."""

    name: str
    """What the factor belongs to: `loss`, `activation`, `net_input`; `further` is for a fourth."""
    letter: str
    """a, b, c or d: for names in documents, such as `factora` in LaTeX and the class `a` in HTML."""
    light: str
    """On white paper."""
    dark: str
    """On a dark screen."""
    plain: str
    """Where the ground is not known, as in Markdown: readable on both."""

    @property
    def rgb(self) -> str:
        """The same as shares of red, green and blue: "0.753,0.224,0.169"."""
        parts = (int(self.plain[start : start + 2], 16) / 255 for start in (1, 3, 5))
        return ",".join(f"{part:.3f}" for part in parts)


COLOURS = (
    Colour("loss", "a", "#b42318", "#ff9c8f", "#c0392b"),
    Colour("activation", "b", "#175cd3", "#8fb8ff", "#2471a3"),
    Colour("net_input", "c", "#067647", "#5fd6a0", "#1e8449"),
    Colour("further", "d", "#6941c6", "#c3a8ff", "#7d3c98"),
)
"""In the order of the factors, from the error to the weight. A template of one's own may change them."""
