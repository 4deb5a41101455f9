"""Document -> views: the same sections with every formula typeset, as strings and numbers for templates."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from markupsafe import Markup

from symback.dialects import Dialect
from symback.document import Block, Cell, Document, Equation, Figure, Item, Plot, Row, Show, Table
from symback.expression import Name
from symback.figure_view import FigureView, FigureViewer
from symback.fillers import Numbers, Symbols
from symback.labels import NO_LABELS, ItemLabels
from symback.lines import LINE, width, wrap
from symback.paging import Page
from symback.plot_view import PlotView, plot_view
from symback.records import record
from symback.rows import Kind, RowView
from symback.typeset import segments, typeset

NOTHING = Markup("")
SYMBOL: Kind = (True, False, False, None, "", False)
"""A cell that has nothing but its symbol."""
PLAIN_NUMBER = frozenset("-−.0123456789")


@record(frozen=True, slots=True)
class BlockView:
    """An equation (`latex`) or a table (`head`, `rows`, `align`, `caption` by key)."""

    kind: str
    latex: Markup = NOTHING
    label: str = ""
    """Of an equation, in formats with cross references."""
    head: tuple[RowView, ...] = ()
    rows: tuple[RowView, ...] = ()
    align: tuple[str, ...] = ()
    caption: str = ""
    more: tuple[BlockView, ...] = ()
    """Where it is cut to fit on pages, the other parts."""


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item whose blocks and symbols are typeset."""

    kind: str
    blocks: tuple[BlockView | FigureView | PlotView, ...]
    symbols: Mapping[str, Markup]
    facts: Mapping[str, object]
    place: int = 0
    """Among all items of the document, from 0."""
    references: tuple[str, ...] = ()
    """Labels of the equations that it uses."""


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section of item views."""

    kind: str
    items: tuple[ItemView, ...]
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class DocumentView:
    """What a template sees."""

    kind: str
    title: str
    sections: tuple[SectionView, ...]


@dataclass(frozen=True)
class Viewer:
    """Typesets a document in one dialect, with its symbols and numbers."""

    dialect: Dialect
    symbols: Symbols
    numbers: Numbers
    page: Page | None = None
    """What fits, if long formulas and tables are to be cut."""
    stem: str = ""
    """What the names of files begin with that hold figures; "" where no files are made."""
    say: Callable[[str, Mapping[str, object]], str] = field(default=lambda phrase, facts: phrase)
    """A phrase of the words of plots, as plain text."""
    figures: list[Figure | Plot] = field(default_factory=list, init=False)
    """Those of the documents that were viewed, in order."""

    @cached_property
    def equals(self) -> float:
        """The width of an equals sign."""
        return width(self.dialect.equals.strip(), self.dialect.writing)

    @cached_property
    def indent(self) -> float:
        """The width of what lines begin with that go on with a right-hand side."""
        return width(self.dialect.new_line, self.dialect.writing)

    def document(self, document: Document, labels: Sequence[ItemLabels] = ()) -> DocumentView:
        """All sections; with labels, if there are some for each item."""
        places: Iterator[tuple[int, ItemLabels]] = (
            iter(enumerate(labels)) if labels else ((place, NO_LABELS) for place in itertools.count())
        )
        sections = tuple(
            SectionView(
                section.kind, tuple(self.item(item, *next(places)) for item in section.items), section.facts
            )
            for section in document.sections
        )
        return DocumentView(document.kind, document.title, sections)

    def item(self, item: Item, place: int = 0, labels: ItemLabels = NO_LABELS) -> ItemView:
        """Its blocks; its symbols, each also as `key_value` where it has a number; its short formulas."""
        symbols: dict[str, Markup] = {}
        for key, name in item.symbols.items():
            symbols[key] = Markup(self.symbols.variable(name))
            number = self.number(name)
            if number is not None:
                symbols[f"{key}_value"] = number
        for key, formula in item.formulas.items():
            symbols[key] = Markup(typeset(formula, self.dialect, self.symbols))
        blocks = tuple(map(self.block, item.blocks))
        if labels.blocks:
            blocks = tuple(
                replace(block, label=label) if isinstance(block, BlockView | FigureView) else block
                for block, label in zip(blocks, labels.blocks, strict=True)
            )
        return ItemView(item.kind, blocks, Lenient(symbols), item.facts, place, labels.references)

    def block(self, block: Block) -> BlockView | FigureView | PlotView:
        """An equation, a table, a figure or a plot."""
        if isinstance(block, Equation):
            return self.equation(block)
        return self.figure(block) if isinstance(block, Figure | Plot) else self.table(block)

    def figure(self, figure: Figure | Plot) -> FigureView | PlotView:
        """The next figure."""
        self.figures.append(figure)
        number = len(self.figures)
        file = figure_file(self.stem, number) if self.stem else ""
        if isinstance(figure, Plot):
            return plot_view(figure, number, file, self.say)
        viewer = FigureViewer.of(self.symbols, self.numbers)
        return viewer.view(figure, number, file)

    def number(self, name: str) -> Markup | None:
        """The number of a name as documents print it, if it is the name of something with a number."""
        text = self.numbers.number(name)
        return None if text is None else Markup(text)

    def equation(self, equation: Equation) -> BlockView:
        """The rows under each other at their equals signs, long ones broken before plus and minus."""
        left = typeset(equation.left, self.dialect, self.symbols)
        before, relation, new_row, after = self.dialect.aligned
        writing = self.dialect.writing
        room = (self.page.line if self.page else LINE) - width(left, writing) - self.equals
        flat: list[str] = []
        lines: list[str] = []
        for row in equation.rows:
            first, *others = wrap(*self.row(row), room, room - self.indent, writing)
            if row.optional and max(width(line, writing) for line in (first, *others)) > room:
                continue
            flat.append(first)
            lines.append(relation + first)
            lines += [self.dialect.hanging + other for other in others]
        if len(lines) == 1:
            return BlockView("equation", Markup(left + self.dialect.equals + flat[0]))
        parts = self.page.parts(lines) if self.page else [lines]
        starts = [left, *[""] * (len(parts) - 1)]
        views = [
            BlockView("equation", Markup(before + start + new_row.join(part) + after))
            for start, part in zip(starts, parts, strict=True)
        ]
        return replace(views[0], more=tuple(views[1:]))

    def row(self, row: Row) -> tuple[Sequence[int], Sequence[str]]:
        """The pieces of one right-hand side, as `segments` gives them."""
        if row.show is Show.VALUE and isinstance(row.expression, Name):
            return (0,), (self.numbers.number(row.expression.name) or "",)
        filler = self.symbols if row.show is Show.SYMBOLS else self.numbers
        return segments(row.expression, self.dialect, filler)

    def table(self, table: Table) -> BlockView:
        """Cells with their formulas; numbers stand to the right."""
        rows = tuple(map(self.table_row, table.rows))
        columns = zip(*{row.kinds for row in rows}, strict=True)
        align = tuple(
            "right" if any(has_value and not has_symbol for has_symbol, has_value, *_ in column) else "left"
            for column in columns
        )
        head = (self.table_row(table.head),) if table.head else ()
        slices = self.page.cut(len(rows)) if self.page else [slice(None)]
        *firsts, last = [BlockView("table", head=head, rows=rows[part], align=align) for part in slices]
        views = [*firsts, replace(last, caption=table.kind)]
        return replace(views[0], more=tuple(views[1:]))

    def value_of(self, cell: Cell) -> tuple[str, bool]:
        """The number of a cell, "" if it is unknown, and whether it is a formula.

        It is one as a part of the formula that it ends, or by itself where digits cannot say it.
        """
        if not cell.value:
            return "", False
        is_alone = not cell.symbol and cell.formula is None
        digits = self.numbers.digits(cell.value) if is_alone else ""
        if digits:
            return self.numbers.in_text(cell.value, digits), False
        number = self.numbers.number(cell.value) or ""
        return number, not set(number) <= PLAIN_NUMBER

    def table_row(self, cells: tuple[Cell | str, ...]) -> RowView:
        """The cells of a row; a value that is unknown leaves its symbol, or nothing."""
        kinds: list[Kind] = []
        texts: list[str] = []
        for cell in cells:
            if isinstance(cell, str):
                kinds.append(SYMBOL)
                texts.append(self.symbols.variable(cell))
                continue
            symbol = self.symbols.variable(cell.symbol) if cell.symbol else ""
            if cell.formula is not None:
                symbol = typeset(cell.formula, self.dialect, self.symbols)
            value, is_formula = self.value_of(cell)
            unit = self.symbols.variable(cell.unit) if cell.unit else ""
            texts += [text for text in (symbol, value, unit) if text]
            kinds.append((bool(symbol), bool(value), is_formula, cell.number, cell.word, bool(unit)))
        return RowView(tuple(kinds), tuple(texts))


def figure_file(stem: str, number: int) -> str:
    """The name of the file of a figure, beside a document with this stem."""
    return f"{stem}-figure-{number}.svg"


class Lenient(dict[str, Markup]):
    """Symbols by key; a template may ask for one that an item does not have, to see whether it has it."""

    def __missing__(self, key: str) -> Markup:
        return NOTHING


def shown(
    blocks: Sequence[BlockView], display: Callable[[str, str], str], table: Callable[[BlockView], str]
) -> Markup:
    """Equations and tables in their order, by what marks up the one and the other; for templates."""
    parts = [part for block in blocks for part in (block, *block.more)]
    found = [display(part.latex, part.label) if part.kind == "equation" else table(part) for part in parts]
    return Markup("\n".join([*found, ""]))
