"""`symback sheet`: exercise sheets for a class, into a folder, listed."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from symback.api import sheet as make_sheet
from symback.commands.engine import asked_engine
from symback.commands.progress import progress_bar
from symback.errors import RequestError, UnknownName
from symback.exercises.ids import read_ids
from symback.papers.archive import is_archive, write_archive
from symback.papers.writing import SUFFIXES, write_sheet
from symback.platforms.table import PLATFORMS, PlatformFiles


def sheet(options: Namespace) -> int:
    """Makes all files before any of them appears."""
    if options.network == "-" and options.ids == "-":
        raise RequestError("Standard input holds either the network or the list: give one of them as a file.")
    engine = asked_engine(options.engine, options.format)
    known = (*SUFFIXES, "json", *PLATFORMS.names())
    unknown = next((name for name in options.format if name not in known), None)
    if unknown is not None:
        raise UnknownName("format", unknown, known)
    papers = make_sheet(
        options.network,
        variants=options.variants,
        seed=options.seed,
        ids=read_ids(options.ids) if options.ids is not None else None,
        kinds=options.kinds,
        rounding=options.rounding,
        digits=options.digits,
        demands=options.demand or (),
        language=options.lang,
    )
    place = Path(options.output or ".")
    platforms = [name for name in options.format if name in PLATFORMS]
    texts = [name for name in options.format if name not in PLATFORMS]
    further = PlatformFiles(papers.sheet, platforms, language=papers.language) if platforms else None
    with progress_bar("papers") as advance:

        def write(folder: Path) -> list[Path]:
            return write_sheet(
                papers.sheet,
                texts,
                folder,
                language=papers.language,
                jobs=None,
                advance=advance,
                further=further,
                executor=options.executor,
                engine=engine,
            )

        written = write_archive(place, write) if is_archive(place) else write(place)
    for path in written:
        print(path)
    return 0
