"""What `symback.sheet` gives back: the papers of a class, their key and their solutions, in every format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from symback.errors import UnknownName
from symback.exercises.model import Variant
from symback.exercises.sheet import Sheet
from symback.exercises.sheet_file import sheet_end, sheet_start, variant_json
from symback.papers.archive import is_archive, write_archive
from symback.papers.made import Further
from symback.papers.paper import FLAVORS, PARTS, Printer
from symback.papers.writing import pieces, write_sheet
from symback.pdf import engine_for
from symback.web import framed


@dataclass(frozen=True)
class Papers:
    """A sheet in a language; each paper is made when it is needed. `part` is papers, key or solutions."""

    sheet: Sheet
    language: str = "en"
    platforms: tuple[str, ...] = ()
    """The learning platforms that files can be made for."""
    collect: Callable[[Sheet, list[str], str], Further] | None = None
    """Makes them."""

    def __len__(self) -> int:
        return len(self.sheet)

    def __iter__(self) -> Iterator[Variant]:
        return iter(self.sheet)

    def __getitem__(self, identity: str) -> Variant:
        """The variant of an id."""
        return self.sheet[identity]

    def to_markdown(self, part: str = "papers", flavor: str = "github") -> str:
        """A part in Markdown: `github` or `dollar`."""
        if flavor not in FLAVORS:
            raise UnknownName("flavor", flavor, FLAVORS)
        return self._text(part, f"markdown_{flavor}")

    def to_latex(self, part: str = "papers") -> str:
        """A part as a LaTeX article."""
        return self._text(part, "latex")

    def to_html(self, part: str = "papers") -> str:
        """A part as one page for browsers, which prints well."""
        return self._text(part, "html")

    def to_pdf(self, part: str = "papers", engine: str | None = None) -> bytes:
        """A part as PDF, by `typst` or `latex`, or by the first that is installed; else RequestError."""
        chosen = engine_for(engine)
        return chosen.program.compile_pdf(self._text(part, chosen.name))

    def to_json(self) -> str:
        """The content of sheet.json: the key of each box of each paper."""
        variants = ",\n".join(map(variant_json, self.sheet))
        return sheet_start(self.sheet, self.language) + variants + sheet_end()

    def save(
        self,
        folder: str | Path,
        formats: Iterable[str] = ("markdown",),
        *,
        executor: str | None = None,
        engine: str | None = None,
    ) -> list[Path]:
        """Writes the files of these formats, and sheet.json, into a folder or NAME.zip; all of them or none.

        An executor, as `dask:tcp://HOST:PORT`, makes the papers elsewhere (extra `dask`). `engine` makes the
        PDFs.
        """
        names, place = list(formats), Path(folder)
        texts = [name for name in names if name not in self.platforms]
        others = [name for name in names if name in self.platforms]
        further = self.collect(self.sheet, others, self.language) if others and self.collect else None

        def write(inside: Path) -> list[Path]:
            return write_sheet(
                self.sheet,
                texts,
                inside,
                language=self.language,
                further=further,
                executor=executor,
                engine=engine,
            )

        return write_archive(place, write) if is_archive(place) else write(place)

    def _repr_markdown_(self) -> str:
        return self._first("markdown_dollar")

    def _repr_html_(self) -> str:
        return framed(self._first("html"))

    def _first(self, format_name: str) -> str:
        """The first paper alone."""
        first = self.sheet[self.sheet.ids[0]]
        return "".join(pieces(Printer(self.sheet, "papers", format_name, self.language), [first]))

    def _text(self, part: str, format_name: str) -> str:
        if part not in PARTS:
            raise UnknownName("part of a sheet", part, PARTS)
        return "".join(pieces(Printer(self.sheet, part, format_name, self.language), self.sheet))
