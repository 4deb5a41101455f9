"""A document as an executable notebook: its text in cells, and after each step the code that computes it."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping

from symback.document import Document
from symback.notebooks.cells import Cell, code_cell, markdown_cell, notebook_file
from symback.notebooks.item_code import ItemCode, names_told
from symback.notebooks.source import Source
from symback.render import fill, say
from symback.step_marks import cut

_HEADING = re.compile(r"\n(?=#{2,3} )")
_NEXT_SECTION = re.compile(r"\n(?=## )")


def notebook(document: Document, text: str, source: Source, figures: Mapping[str, str]) -> str:
    """The notebook file.

    `text` is the document rendered in the format `notebook`, with marks where its items begin, and with links
    to `figures`, which are SVG by file name.
    """
    return notebook_file(_with_figures(cell, figures) for cell in _cells(document, text, source))


def _with_figures(cell: Cell, figures: Mapping[str, str]) -> Cell:
    """The cell with the figures that it shows in it."""
    text = str(cell["source"])
    shown = [name for name in figures if f"]({name})" in text] if cell["cell_type"] == "markdown" else []
    if not shown:
        return cell
    for name in shown:
        text = text.replace(f"]({name})", f"](attachment:{name})")
    data = {name: {"image/svg+xml": b64encode(figures[name].encode()).decode()} for name in shown}
    return {**cell, "source": text, "attachments": data}


def _cells(document: Document, text: str, source: Source) -> Iterator[Cell]:
    items = [item for section in document.sections for item in section.items]
    code = ItemCode(source, (name for item in items for name in names_told(item)))
    before, pieces = cut(text)
    programs = [code.of(items[place]) if place < len(items) else "" for place, _ in pieces]
    first, _, rest = before.partition("\n")
    yield markdown_cell("title", first)
    if any(programs):
        yield code_cell("helpers", _helpers("\n".join(programs), source.carry))
    waiting = rest
    number = 0
    for (_, piece), program in zip(pieces, programs, strict=True):
        own, *next_section = _NEXT_SECTION.split(piece, maxsplit=1)
        waiting += own
        if program:
            number += 1
            yield from _texts(f"text-{number}", waiting)
            yield code_cell(f"code-{number}", program)
            waiting = ""
        waiting += "".join(f"\n\n{text}" for text in next_section)
    yield from _texts("text-end", waiting)
    if any(programs):
        yield code_cell("end", f'print("{say("words", "agreed", {}, folder="notebooks")}")')


def _texts(identifier: str, text: str) -> Iterator[Cell]:
    """A cell, or several where headings are in between."""
    text = re.sub(r"\n{3,}", "\n\n", "\n" + text)
    parts = [part.strip() for part in _HEADING.split(text) if part.strip()]
    for place, part in enumerate(parts):
        yield markdown_cell(identifier if place == 0 else f"{identifier}-{place + 1}", part)


def _helpers(code: str, carry: int | None) -> str:
    """The first cell of code: imports, and the functions that the others call."""
    text = fill(
        "notebooks/helpers.j2",
        "text",
        has_matrices="@" in code or "np.array(" in code,
        has_kinks="greater(" in code,
        has_erf="erf(" in code,
        has_noise="settled(" in code,
        carry=carry,
    )
    return re.sub(r"\n\n(?=def |erf )", "\n\n\n", text.strip())
