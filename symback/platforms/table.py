"""The table of learning platforms, and the files of a sheet for one of them, one paper after another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from symback.exercises.sheet import Sheet
from symback.platforms import canvas, moodle, qti, stack
from symback.platforms.paper import Paper
from symback.platforms.papers import Papers
from symback.registry import Registry

Write = Callable[[Iterable[Paper]], Iterator[tuple[str, bytes]]]


@dataclass(frozen=True, slots=True)
class Platform:
    """One that imports files."""

    name: str
    """As on the command line."""
    files: Write
    """Papers -> files, each a path below the folder of the sheet, and its bytes."""
    needs: str = ""
    """What else must be installed there, as messages say; "" for nothing."""


PLATFORMS: Registry[Platform] = Registry(
    "platform",
    [
        Platform("moodle", moodle.files),
        Platform("qti", qti.files),
        Platform("canvas", canvas.files),
        Platform("stack", stack.files, "Moodle with the question type STACK"),
    ],
)


def files_of(
    sheet: Sheet, platform: str, *, title: str = "", language: str = "en"
) -> Iterator[tuple[str, bytes]]:
    """The files of a sheet for a platform, the same byte for byte whenever they are made.

    Papers are made one after another, and only a file that is not yet full is kept in memory.
    Raises UnknownName for an unknown platform, with the nearest one.
    """
    write = PLATFORMS[platform].files
    papers = Papers(sheet.plan, title or sheet.network.title, sheet.checksum, language)
    return write(papers.paper(variant) for variant in sheet)
