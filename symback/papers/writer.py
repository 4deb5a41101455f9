"""Names, numbers and equations of a sheet in the mathematics of a format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from symback import grammar
from symback.dialects import Dialect
from symback.exercises.sheet import Sheet
from symback.expression import Expression, Name, Number
from symback.fillers import Symbols
from symback.formats import FORMATS
from symback.graph import Graph, Quantity
from symback.lines import LINE, width, wrap
from symback.network import Network
from symback.notation import Notation, notation
from symback.papers.fillers import Texts
from symback.typeset import segments, typeset


@dataclass(frozen=True)
class Writer:
    """Writes for one sheet in one format."""

    sheet: Sheet
    format_name: str
    language: str = "en"

    @property
    def dialect(self) -> Dialect:
        """Of the mathematics."""
        return FORMATS[self.format_name].dialect

    @cached_property
    def notation(self) -> Notation:
        """The symbols of the network file."""
        table = dict(self.sheet.network.notation)
        style = table.pop("style", "net-out")
        return notation("net-out" if style == "matrix" else style, table)

    @cached_property
    def symbols(self) -> Symbols:
        """Names as symbols."""
        return Symbols(self.notation, self.dialect)

    @property
    def network(self) -> Network:
        """As the file has it."""
        return self.sheet.network

    @property
    def graph(self) -> Graph:
        """Of the sheet."""
        return self.sheet.plan.setting.graph

    def symbol(self, name: str) -> Markup:
        """A quantity or a unit."""
        return Markup(self.symbols.variable(name))

    def equal(self, left: str, right: str) -> Markup:
        """The one equals the other."""
        return Markup("".join((left, self.dialect.equals, right)))

    def number(self, text: str) -> str:
        """A number, or a constant such as `log(3)`, in the dialect."""
        if text.lstrip("-").replace(".", "", 1).isdecimal():
            return self.dialect.number(text)
        return typeset(grammar.parse_constant(text), self.dialect, self.symbols)

    def formula(self, formula: Expression) -> Markup:
        """In symbols."""
        return Markup(typeset(formula, self.dialect, self.symbols))

    def equation(self, quantity: Quantity, texts: Mapping[str, str]) -> Markup:
        """name = formula = the same in numbers = value; without texts as far as the formula."""
        assert quantity.formula is not None
        return self.written(quantity.name, quantity.formula, texts, texts.get(quantity.name, ""))

    def written(self, name: str, formula: Expression, texts: Mapping[str, str], value: str) -> Markup:
        """name = formula = the same in these numbers = value."""
        left = typeset(Name(name), self.dialect, self.symbols)
        sides = [segments(formula, self.dialect, self.symbols)]
        if texts and not isinstance(formula, Name | Number):
            filler = _numbers(self.symbols, texts)
            sides.append(segments(formula, self.dialect, filler))
        if value and not isinstance(formula, Number):
            sides.append(((0,), [self.dialect.number(value)]))
        return self._aligned(left, sides)

    def _aligned(self, left: str, sides: Sequence[tuple[Sequence[int], Sequence[str]]]) -> Markup:
        """On one line where there is room, else under each other at their equals signs."""
        writing = self.dialect.writing
        flat = self.dialect.equals.join([left, *("".join(texts) for _, texts in sides)])
        if width(flat, writing) <= LINE:
            return Markup(flat)
        before, relation, new_row, after = self.dialect.aligned
        room = LINE - width(left, writing) - width(self.dialect.equals.strip(), writing)
        lines: list[str] = []
        for side in sides:
            first, *others = wrap(*side, room, room - width(self.dialect.new_line, writing), writing)
            lines.append(relation + first)
            lines += [self.dialect.hanging + other for other in others]
        return Markup(before + left + new_row.join(lines) + after)


def _numbers(symbols: Symbols, texts: Mapping[str, str]) -> Texts:
    """The filler that writes these numbers."""
    return Texts(symbols.notation, symbols.dialect, printed=texts)
