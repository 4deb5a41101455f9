"""Plots -> views: what templates see of a plot, laid out only where one of them shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symback.document import Plot
    from symback.plots.figure import Figure
    from symback.plots.told import Say


@dataclass(frozen=True)
class PlotView:
    """A plot in a document; `kind` names its caption."""

    kind: str
    number: int
    """Its place among the figures of the document."""
    file: str
    """The name of the file beside the document, where figures stand in files of their own."""
    _make: Callable[[], Figure | None] = field(repr=False)

    @cached_property
    def figure(self) -> Figure | None:
        """The plot with its texts; None where nothing can be drawn."""
        return self._make()


def plot_view(plot: Plot, number: int, file: str, say: Say) -> PlotView:
    """The view of a plot, with words from `say`."""

    def made() -> Figure | None:
        from symback.plots.told import figure_of

        return figure_of(f"plot-{number}", plot.make(), say)

    return PlotView(plot.kind, number, file, made)
