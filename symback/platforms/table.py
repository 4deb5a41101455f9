"""The table of learning platforms, and the files of a sheet for them, one paper after another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from symback.exercises.model import Variant
from symback.exercises.sheet import Sheet
from symback.papers.writing import check_language
from symback.platforms import canvas, moodle, notebook, qti, stack
from symback.platforms.bundles import Bundle, Collector, Files, Packages
from symback.platforms.paper import Paper
from symback.platforms.papers import Papers
from symback.registry import Registry


@dataclass(frozen=True, slots=True)
class Platform:
    """One that imports files."""

    name: str
    """As on the command line."""
    piece: Callable[[Paper], bytes]
    """What the files have of one paper."""
    is_bundle: bool = False
    """Whether a file takes many papers."""
    suffix: str = ".zip"
    """Of files with one paper each."""

    def collector(self) -> Collector:
        """Begins to make files of pieces."""
        return Bundle(self.name) if self.is_bundle else Packages(self.name, self.suffix)

    def files(self, papers: Iterable[Paper]) -> Files:
        """The files for papers, which are taken one after another."""
        collector = self.collector()
        for paper in papers:
            yield from collector.add(paper.id, self.piece(paper))
        yield from collector.end()


PLATFORMS: Registry[Platform] = Registry(
    "platform",
    [
        Platform("moodle", moodle.questions, is_bundle=True),
        Platform("qti", qti.package),
        Platform("canvas", canvas.package),
        Platform("stack", stack.questions, is_bundle=True),
        Platform("notebook", notebook.notebook, suffix=".ipynb"),
    ],
)


class PlatformFiles:
    """The files of a sheet for several platforms, made while other files of the same papers are written.

    Raises UnknownName for an unknown platform or language, with the nearest one.
    """

    def __init__(
        self, sheet: Sheet, platforms: Iterable[str], *, title: str = "", language: str = "en"
    ) -> None:
        self._platforms = [PLATFORMS[name] for name in platforms]
        self._papers = Papers(sheet, title, check_language(language))
        self._collectors = [platform.collector() for platform in self._platforms]

    @property
    def remake(self) -> Callable[[Sheet], PlatformFiles]:
        """Makes the same in another process."""
        names = tuple(platform.name for platform in self._platforms)
        return partial(
            PlatformFiles, platforms=names, title=self._papers.title, language=self._papers.language
        )

    def contents(self, variant: Variant) -> tuple[bytes, ...]:
        """What one paper adds to the files of each platform."""
        if not self._platforms:
            return ()
        paper = self._papers.paper(variant)
        return tuple(platform.piece(paper) for platform in self._platforms)

    def take(self, identity: str, contents: Sequence[bytes]) -> Files:
        """The files that are full with one more paper."""
        for collector, piece in zip(self._collectors, contents, strict=True):
            yield from collector.add(identity, piece)

    def end(self) -> Files:
        """The files that are left."""
        for collector in self._collectors:
            yield from collector.end()


def platform_files(sheet: Sheet, platforms: list[str], language: str) -> PlatformFiles:
    """The same, without a title of its own."""
    return PlatformFiles(sheet, platforms, language=language)


def files_of(sheet: Sheet, *platforms: str, title: str = "", language: str = "en") -> Files:
    """The files of a sheet for platforms, the same byte for byte whenever they are made.

    Papers are made one after another, and only a file that is not yet full is kept in memory.
    Raises UnknownName for an unknown platform or language, with the nearest one.
    """
    return _all(sheet, PlatformFiles(sheet, platforms, title=title, language=language))


def _all(variants: Iterable[Variant], files: PlatformFiles) -> Files:
    for variant in variants:
        yield from files.take(variant.id, files.contents(variant))
    yield from files.end()
