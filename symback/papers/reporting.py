"""The report on a sheet as Markdown."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from symback.exercises.report import BoxReport, Report
from symback.papers.viewer import Views
from symback.render import piece

FORMAT = "markdown_github"


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report in plain texts and numbers."""

    count: int
    kept: int
    """In so many papers, the first ones, patterns were looked for."""
    duplicates: int
    crowded: int
    mean: str
    guessable: tuple[str, ...]
    rows: tuple[Mapping[str, object], ...]
    groups: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    """Mistakes, and the boxes in which they are alike."""


def reported(report: Report, language: str) -> str:
    """The report in a language."""
    view = ReportView(
        report.count,
        report.kept,
        report.duplicates,
        report.crowded,
        f"{report.candidates / max(report.count, 1):.1f}",
        tuple(f"{box.box.number} ({box.commonest[0]}, {box.commonest[1]:.0%})" for box in report.guessable),
        tuple(map(_row, report.boxes.values())),
        _groups(report),
    )
    return piece("sheet", "report", FORMAT, language, Views(report.sheet, FORMAT, language).common(), view)


def _row(box: BoxReport) -> Mapping[str, object]:
    return {
        "number": box.box.number,
        "quantity": box.box.quantity,
        "low": f"{box.low:.6g}" if box.is_number else "",
        "high": f"{box.high:.6g}" if box.is_number else "",
        "different": len(box.keys),
        "gap": f"{box.gap:.1e}" if math.isfinite(box.gap) else "",
    }


def _groups(report: Report) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    boxes: dict[tuple[str, ...], list[str]] = {}
    for number, groups in report.groups.items():
        for mistakes in groups:
            boxes.setdefault(mistakes, []).append(number)
    return tuple((mistakes, tuple(numbers)) for mistakes, numbers in boxes.items())
