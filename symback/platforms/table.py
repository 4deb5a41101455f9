"""The table of learning platforms, and the files of a sheet for them, one paper after another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from symback.exercises.model import Variant
from symback.exercises.sheet import Sheet
from symback.papers.writing import check_language
from symback.platforms import canvas, moodle, qti, stack
from symback.platforms.bundles import Bundle, Collector, Files, Packages
from symback.platforms.paper import Paper
from symback.platforms.papers import Papers
from symback.registry import Registry


@dataclass(frozen=True, slots=True)
class Platform:
    """One that imports files."""

    name: str
    """As on the command line."""
    collector: Callable[[], Collector]
    """Begins to collect the papers of a sheet."""

    def files(self, papers: Iterable[Paper]) -> Files:
        """The files for papers, which are taken one after another."""
        collector = self.collector()
        for paper in papers:
            yield from collector.take(paper.id, collector.content(paper))
        yield from collector.end()


PLATFORMS: Registry[Platform] = Registry(
    "platform",
    [
        Platform("moodle", partial(Bundle, "moodle", moodle.questions)),
        Platform("qti", partial(Packages, "qti", qti.package)),
        Platform("canvas", partial(Packages, "canvas", canvas.package)),
        Platform("stack", partial(Bundle, "stack", stack.questions)),
    ],
)


class PlatformFiles:
    """The files of a sheet for several platforms, while the papers of others are written in the same loop.

    Raises UnknownName for an unknown platform or language, with the nearest one.
    """

    def __init__(
        self, sheet: Sheet, platforms: Iterable[str], *, title: str = "", language: str = "en"
    ) -> None:
        self._names = tuple(platforms)
        self._collectors = [PLATFORMS[name].collector() for name in self._names]
        self._papers = Papers(sheet, title, check_language(language))

    @property
    def remake(self) -> Callable[[Sheet], PlatformFiles]:
        """Makes the same in another process."""
        title, language = self._papers.title, self._papers.language
        return partial(PlatformFiles, platforms=self._names, title=title, language=language)

    def contents(self, variant: Variant) -> tuple[bytes, ...]:
        """What one paper adds to the files of each platform."""
        paper = self._papers.paper(variant)
        return tuple(collector.content(paper) for collector in self._collectors)

    def take(self, identity: str, contents: Sequence[bytes]) -> Files:
        """The files that are full with one more paper."""
        for collector, content in zip(self._collectors, contents, strict=True):
            yield from collector.take(identity, content)

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
    found = PlatformFiles(sheet, platforms, title=title, language=language)
    return _all(found, sheet)


def _all(files: PlatformFiles, variants: Iterable[Variant]) -> Files:
    for variant in variants:
        yield from files.take(variant.id, files.contents(variant))
    yield from files.end()
