"""A sheet as files: each format with its papers, key and solutions, and always sheet.json and a report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

from symback.drafts import Drafts
from symback.errors import RequestError, UnknownName
from symback.exercises.model import Variant
from symback.exercises.report import Report
from symback.exercises.sheet import Sheet
from symback.exercises.sheet_file import sheet_end, sheet_start
from symback.papers.bulk import kept_job, made
from symback.papers.made import Further
from symback.papers.paper import PARTS, TEXT_FORMATS, Printer
from symback.papers.reporting import reported
from symback.papers.store import store_in
from symback.pdf import Engine, engine_for
from symback.render import languages

SUFFIXES = {"markdown": ".md", "latex": ".tex", "html": ".html", "pdf": ".pdf"}
JSON_FILE = "sheet.json"
Advance = Callable[[int, int], None]


class TextFile:
    """One part of a sheet in one format, while it is written."""

    def __init__(
        self, sheet: Sheet, part: str, kind: str, path: Path, language: str, engine: Engine | None
    ) -> None:
        self.engine = engine if kind == "pdf" else None
        name = self.engine.name if self.engine is not None else TEXT_FORMATS[kind]
        self.printer = Printer(sheet, part, name, language)
        self.path = path
        self.pieces: list[str] = []
        self.is_empty = True

    def add(self, drafts: Drafts, text: str) -> None:
        """One more piece, with an empty line before it; a PDF needs all of them together."""
        if text:
            text = text if self.is_empty else "\n" + text
            self.is_empty = False
            if self.engine is not None:
                self.pieces.append(text)
            else:
                drafts.write(self.path, text)

    def end(self, drafts: Drafts) -> None:
        """The last piece."""
        self.add(drafts, self.printer.end())
        if self.engine is not None:
            drafts.write(self.path, self.engine.program.compile_pdf("".join(self.pieces)))


def check_language(language: str) -> str:
    """The language, if sheets are written in it. Raises UnknownName."""
    if language not in languages():
        raise UnknownName("language", language, languages())
    return language


def write_sheet(
    sheet: Sheet,
    formats: Iterable[str],
    folder: Path,
    *,
    language: str = "en",
    jobs: int | None = 1,
    advance: Advance | None = None,
    further: Further | None = None,
    executor: str | None = None,
    engine: str | None = None,
) -> list[Path]:
    """Writes the files of a sheet into a folder; all of them or none. Gives their paths.

    Many papers are made by `jobs` processes, or, with None, by as many as there are processors, or by an
    executor, as `dask:ADDRESS`. They are kept in a hidden folder until all are made, so that the same call
    continues where an interrupted one stopped. `engine` makes PDFs: `typst`, `latex`, or the first of
    these that is installed.
    Raises RequestError for what cannot be made or written, UnknownName for an unknown format.
    """
    kinds = list(dict.fromkeys(formats))
    unknown = next((kind for kind in kinds if kind not in (*SUFFIXES, "json")), None)
    if unknown is not None:
        raise UnknownName("format", unknown, (*SUFFIXES, "json"))
    if folder.exists() and not folder.is_dir():
        raise RequestError(f"A sheet is several files, which go into a folder, but {folder} is a file.")
    check_language(language)
    stem = sheet.network.name
    maker = engine_for(engine) if "pdf" in kinds else None
    files = [
        TextFile(sheet, part, kind, folder / f"{stem}-{part}{SUFFIXES[kind]}", language, maker)
        for kind in kinds
        if kind in SUFFIXES
        for part in PARTS
    ]
    target, about = folder / JSON_FILE, folder / f"{stem}-report.md"
    report = Report(sheet)
    others: list[Path] = []
    printers = [file.printer for file in files]
    job = kept_job(sheet, printers, further)
    with ExitStack() as stack:
        store = stack.enter_context(store_in(folder, job.key)) if job is not None else None
        drafts = stack.enter_context(Drafts(store.folder if store is not None else None))

        def keep(made_files: Iterable[tuple[str, bytes]]) -> None:
            for place, content in made_files:
                others.append(folder / place)
                drafts.whole(others[-1], content)

        for path in (*(file.path for file in files), about, target):
            drafts.begin(path)
        for file in files:
            file.add(drafts, file.printer.begin())
        drafts.write(target, sheet_start(sheet, language))
        papers = made(sheet, printers, further, jobs=jobs, executor=executor, store=store)
        for done, paper in enumerate(papers):
            drafts.write(target, (",\n" if done else "") + paper.json)
            report.add(paper.variant)
            if further is not None:
                keep(further.take(paper.variant.id, paper.contents))
            for file, text in zip(files, paper.texts, strict=True):
                file.add(drafts, text)
            if advance is not None:
                advance(done + 1, len(sheet))
        if further is not None:
            keep(further.end())
        drafts.write(target, sheet_end())
        drafts.write(about, reported(report, language))
        for file in files:
            file.end(drafts)
    return [*(file.path for file in files), *others, about, target]


def pieces(printer: Printer, variants: Iterable[Variant]) -> Iterator[str]:
    """The whole text of a part; the variants are taken one by one."""
    between = ""
    for text in (printer.begin(), *map(printer.paper, variants), printer.end()):
        if text:
            yield between + text
            between = "\n"
