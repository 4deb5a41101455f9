"""Figures -> views: a drawing with its symbols and numbers typeset, as plain text for templates.

The coordinates are those of the layout, printed once: all formats have the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from markupsafe import Markup

from symback.dialects import TEXT
from symback.document import Figure
from symback.figure.drawing import Edge, Factor, Label, Look, Node, Point, Style
from symback.figure.legend import legend
from symback.fillers import Numbers, Symbols
from symback.mathml_dialect import MATHML
from symback.mathml_text import Run, runs_of, width_of
from symback.records import record

SIZES = {Style.NAME: 16.0, Style.WEIGHT: 13.0, Style.VALUE: 13.0, Style.CAPTION: 12.5}
"""The height of letters in pixels."""
LETTERS = "abcd"
"""The colours of factors, as in formulas."""
SMALLEST = 5.0
TOLD = ("gradient",)
"""Facts that are names."""
DRAWN = ("latex", "typst", "mathml")
"""Dialects of formats in which figures are drawn: as TikZ, in Typst, and as SVG."""
PAPER, MOST_SCALE = 440.0, 0.72
"""How wide a drawing may be on paper, and how large a pixel, in points."""


@record(frozen=True, slots=True)
class RunView:
    """Letters in a row: how far lower than those before, in which size ("" for that of the whole)."""

    text: str
    is_italic: bool
    dy: str
    size: str


@record(frozen=True, slots=True)
class LabelView:
    """A text: `latex`, a formula, or in SVG `runs`, with the number apart; or plain `words`."""

    x: str
    y: str
    anchor: str
    style: str
    size: str
    room: str
    names: str
    value: str
    """The name of the quantity whose number it has."""
    place: str
    """The place of this number on a live page; "" on others."""
    words: str
    latex: Markup
    runs: tuple[RunView, ...]
    number: tuple[RunView, ...]
    halo: tuple[str, ...] = ()
    """Left, top, width and height of what it hides of the lines behind it, where there are any."""


@record(frozen=True, slots=True)
class NodeView:
    """A circle or box; `lit` are the letters of factors that it carries."""

    element: int
    look: str
    lit: tuple[str, ...]
    x: str
    y: str
    left: str
    top: str
    right: str
    bottom: str
    width: str
    height: str
    radius: str
    is_round: bool
    names: str
    unit: str
    lines: tuple[tuple[str, str, str, str], ...]
    """The lines of a grid: x, y and x, y."""
    cells: tuple[tuple[str, str], ...] = ()


@record(frozen=True, slots=True)
class EdgeView:
    """An arrow with the points of its line, of its head, and of the thin lines that belong to it."""

    element: int
    look: str
    lit: tuple[str, ...]
    points: tuple[tuple[str, str], ...]
    head: tuple[tuple[str, str], ...]
    guides: tuple[tuple[tuple[str, str], ...], ...]
    names: str


@record(frozen=True, slots=True)
class KeyView:
    """An entry of the legend."""

    letter: str
    start: tuple[str, str]
    end: tuple[str, str]


@dataclass(frozen=True, slots=True)
class FigureView:
    """A whole figure."""

    kind: str
    number: int
    """Its place among the figures of the document."""
    width: str
    height: str
    frames: tuple[NodeView, ...]
    nodes: tuple[NodeView, ...]
    edges: tuple[EdgeView, ...]
    labels: tuple[LabelView, ...]
    keys: tuple[KeyView, ...]
    scale: str
    """Of a drawing on paper: points for a pixel."""
    paper_width: str
    """In points."""
    factors: tuple[tuple[str, str], ...]
    """Letter of each factor, and what it is in plain text."""
    file: str = ""
    """The name of the file beside the document, where figures stand in files of their own."""
    facts: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    label: str = ""
    """In formats with cross references."""


def decimal(number: float) -> str:
    """A coordinate: `60`, `60.5`."""
    return f"{number:.1f}".removesuffix(".0")


@dataclass(frozen=True)
class FigureViewer:
    """Makes the views of figures in one dialect."""

    symbols: Symbols
    numbers: Numbers

    @classmethod
    def of(cls, symbols: Symbols, numbers: Numbers) -> FigureViewer:
        """For a document in the dialect of `symbols`: drawn in its own markup, or else in SVG."""
        if symbols.dialect.name in DRAWN:
            return cls(symbols, numbers)
        return cls(replace(symbols, dialect=MATHML), replace(numbers, dialect=MATHML))

    def view(
        self, figure: Figure, number: int = 0, file: str = "", most_scale: float = MOST_SCALE
    ) -> FigureView:
        """The figure, which is the so-manieth of its document; 0 where a page may have it several times."""
        drawing = figure.drawing
        keys, height = legend(drawing, figure.factors)
        scale = min(most_scale, PAPER / drawing.width)
        lit: dict[int, tuple[str, ...]] = {}
        for factor in figure.factors:
            for element in factor.elements:
                lit[element] = (*lit.get(element, ()), letter_of(factor))
        nodes = [self._node(node, lit.get(node.element, ())) for node in drawing.nodes]
        labels = [*drawing.all_labels, *(key.label for key in keys)]
        return FigureView(
            figure.kind,
            number,
            decimal(drawing.width),
            decimal(height),
            tuple(node for node in nodes if node.look == Look.FRAME),
            tuple(node for node in nodes if node.look != Look.FRAME),
            tuple(self._edge(edge, lit.get(edge.element, ())) for edge in drawing.edges),
            tuple(view for label in labels if (view := self._label(label)) is not None),
            tuple(KeyView(LETTERS[key.place % 4], _point(key.start), _point(key.end)) for key in keys),
            f"{scale:.3f}",
            decimal(drawing.width * scale),
            tuple((letter_of(factor), ", ".join(map(self._told, factor.names))) for factor in figure.factors),
            file,
            {key: self._told(str(fact)) if key in TOLD else fact for key, fact in figure.facts.items()},
        )

    def _told(self, name: str) -> str:
        """A name for those who do not see the figure: in plain text."""
        return self.symbols.notation.written_in(TEXT).symbol(name).text

    def _node(self, node: Node, lit: tuple[str, ...]) -> NodeView:
        (x, y), wide, high = node.at, node.width / 2, node.height / 2
        return NodeView(
            node.element,
            node.look.value,
            lit,
            decimal(x),
            decimal(y),
            decimal(x - wide),
            decimal(y - high),
            decimal(x + wide),
            decimal(y + high),
            decimal(node.width),
            decimal(node.height),
            decimal(wide),
            node.is_round,
            " ".join(node.names),
            node.unit,
            tuple(_grid(node)),
        )

    def _edge(self, edge: Edge, lit: tuple[str, ...]) -> EdgeView:
        return EdgeView(
            edge.element,
            edge.look.value,
            lit,
            tuple(map(_point, edge.points)),
            tuple(map(_point, edge.head)),
            tuple(tuple(map(_point, line)) for line in edge.guides),
            " ".join(edge.names),
        )

    def _label(self, label: Label) -> LabelView | None:
        """The text; None where it would be the number of something that has none."""
        number = self.numbers.number(label.value) if label.value else None
        place = self.numbers.place_of(label.value)
        if not label.names and not label.words and number is None:
            return None
        symbols = [self.symbols.label("name", name) for name in label.names]
        if label.is_range:
            symbols = [symbols[0], symbols[-1]]
        size = SIZES[label.style]
        latex = Markup("")
        runs: tuple[RunView, ...] = ()
        figures: tuple[RunView, ...] = ()
        halo: tuple[str, ...] = ()
        if self.symbols.dialect.writing == MATHML.writing:
            symbol_runs = _listed(symbols, Run(" … ") if label.is_range else Run(", "))
            if label.words and symbols:
                symbol_runs += (Run("  "),)
            if number is not None and symbols:
                symbol_runs += (Run(" = "),)
            number_runs = runs_of(number) if number is not None else ()
            wide = size * width_of((*symbol_runs, *number_runs, Run(label.words)))
            size = max(SMALLEST, min(size, size * label.room / wide)) if wide else size
            runs, lowest = _views(symbol_runs, size, 0.0)
            figures, _ = _views(number_runs, size, lowest)
            if label.style is Style.WEIGHT:
                halo = _halo(label, min(wide, label.room), size)
        else:
            dialect = self.symbols.dialect
            latex = Markup(_listing(symbols, dialect.until if label.is_range else dialect.listed, number))
        return LabelView(
            decimal(label.at[0]),
            decimal(label.at[1]),
            label.anchor,
            label.style.value,
            decimal(size),
            decimal(label.room),
            " ".join(label.names),
            label.value if number is not None else "",
            "" if number is None or place is None else str(place),
            label.words,
            latex,
            runs,
            figures,
            halo,
        )


def _listed(symbols: list[str], between: Run) -> tuple[Run, ...]:
    found: list[Run] = []
    for symbol in symbols:
        found += [*([between] if found else []), *runs_of(symbol)]
    return tuple(found)


def _listing(symbols: list[str], between: str, number: str | None) -> str:
    text = between.join(symbols)
    if number is None:
        return text
    return f"{text} = {number}" if symbols else number


def letter_of(factor: Factor) -> str:
    """The letter of its colour."""
    return LETTERS[factor.place % len(LETTERS)]


def _halo(label: Label, wide: float, size: float) -> tuple[str, str, str, str]:
    left = label.at[0] - wide * {"start": 0.0, "middle": 0.5, "end": 1.0}[label.anchor]
    return decimal(left - 2), decimal(label.at[1] - size * 0.55), decimal(wide + 4), decimal(size * 1.1)


def _views(runs: tuple[Run, ...], size: float, before: float) -> tuple[tuple[RunView, ...], float]:
    """The runs with shifts from one to the next, and where the last one stands."""
    found = []
    for run in runs:
        dy = run.shift * size - before
        before = run.shift * size
        own = decimal(run.scale * size) if run.scale != 1.0 else ""
        found.append(RunView(run.text, run.is_italic, decimal(dy) if abs(dy) > 0.04 else "", own))
    return tuple(found), before


def _point(point: Point) -> tuple[str, str]:
    return decimal(point[0]), decimal(point[1])


def _grid(node: Node) -> list[tuple[str, str, str, str]]:
    """The lines within a map."""
    rows, columns = node.grid
    if not rows:
        return []
    left, top = node.at[0] - node.width / 2, node.at[1] - node.height / 2
    right, bottom = left + node.width, top + node.height
    found = []
    for row in range(1, rows):
        y = decimal(top + row * node.height / rows)
        found.append((decimal(left), y, decimal(right), y))
    for column in range(1, columns):
        x = decimal(left + column * node.width / columns)
        found.append((x, decimal(top), x, decimal(bottom)))
    return found
