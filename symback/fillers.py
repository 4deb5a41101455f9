"""What fills the slots of a printed shape: symbols, or numbers where they are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from symback.dialects import ASCII, TEXT, Dialect, Triple
from symback.evaluation import Evaluation
from symback.expression import Call, Constant, Expression, Number
from symback.naming import parts_of
from symback.notation import Notation
from symback.shapes import Position
from symback.typeset import Filler, typeset


@dataclass(frozen=True)
class Symbols(Filler):
    """Names as symbols of a notation; for LaTeX and its relatives."""

    notation: Notation
    dialect: Dialect
    labels: Mapping[str, str] = field(default_factory=dict)
    numbers: bool = False
    most_columns: int = 4

    @cached_property
    def written(self) -> Notation:
        """The notation in the language of the dialect."""
        return self.notation.written_in(self.dialect)

    def slot(self, name: str, position: Position) -> str:
        """The symbol, in brackets under an exponent if it is a fraction or has a superscript."""
        symbol = self.written.symbols[name]
        if symbol.is_compound and position is Position.BASE:
            before, after = self.dialect.tall_group if symbol.is_tall else self.dialect.group
            return before + symbol.text + after
        return symbol.text

    def variable(self, name: str) -> str:
        """The symbol."""
        return self.written.symbols[name].text

    def label(self, key: str, name: str) -> str:
        """A word under a brace, or the small symbol of the marked name."""
        if key == "name":
            return self.written.inline(name)
        before, after = self.dialect.word
        return before + self.labels[key] + after

    def is_tall(self, name: str) -> bool:
        """Whether the symbol is a fraction: that of a derivative, if it has none of its own."""
        return "/" in name and self.written.symbols[name].is_tall

    def texts(self, names: Sequence[str]) -> tuple[tuple[bool, ...], Sequence[str] | None]:
        """Which symbols are fractions, and all symbols."""
        symbols = list(map(self.written.symbols.__getitem__, names))
        return tuple([symbol.is_tall for symbol in symbols]), [symbol.text for symbol in symbols]


@dataclass(frozen=True)
class Numbers(Symbols):
    """Names as their numbers; what has none keeps its symbol."""

    evaluation: Evaluation | None = None
    constants: Mapping[str, Expression] = field(default_factory=dict)
    """Given numbers that are formulas, such as log(3), by name."""
    copies: Mapping[str, str] = field(default_factory=dict)
    """Quantities that only repeat a given number: they print as it was typed."""
    places: Mapping[str, int] = field(default_factory=dict)
    """Where a live page has the number of a quantity; none on any other page."""
    numbers: bool = True

    def slot(self, name: str, position: Position) -> str:
        """The number, in brackets where a sign or an operator would stand next to another."""
        text = self._number(name)
        if text is None:
            return super().slot(name, position)
        constant = self.constants.get(self.copies.get(name, name))
        if position is Position.PLAIN:
            return self._hooked(name, text, self.dialect.hook)
        is_flat = constant is None or isinstance(constant, Call | Constant | Number)
        needs_group = text.startswith(self.dialect.negative) or not is_flat
        if position is Position.BASE:
            needs_group = needs_group or constant is not None or text.endswith(self.dialect.unproven[1])
        before, after = self.dialect.tall_group if self.is_tall(name) else self.dialect.group
        whole = before + text + after if needs_group else text
        return self._hooked(name, whole, self.dialect.hook_in_group)

    def number(self, name: str) -> str | None:
        """The number as documents print it; None where there is none."""
        text = self._number(name)
        return None if text is None else self._hooked(name, text, self.dialect.hook)

    def _hooked(self, name: str, text: str, hook: Triple) -> str:
        """The text, tied to the place that a live page has for its number."""
        place = self.place_of(name)
        return text if place is None else f"{hook[0]}{place}{hook[1]}{text}{hook[2]}"

    def place_of(self, name: str) -> int | None:
        """The place that a live page has for the number of a name; None on other pages."""
        return self.places.get(self.copies.get(name, name)) if self.places else None

    def in_text(self, name: str, digits: str) -> str:
        """The `digits` of a number, tied to its place as well."""
        return self._hooked(name, digits, self.dialect.hook_in_text)

    def _number(self, name: str) -> str | None:
        name = self.copies.get(name, name)
        if name in self.constants:
            return typeset(self.constants[name], self.dialect, Symbols(self.notation, self.dialect))
        if self.evaluation is None:
            return None
        value = self.evaluation.values.get(self.evaluation.synonyms.get(name, name))
        if value is None:
            return None
        number = self.dialect.number(value.shown)
        before, after = ("", "") if value.proven else self.dialect.unproven
        return before + number + after

    def digits(self, name: str) -> str:
        """The number as it stands outside of formulas; "" where it is none that can stand there."""
        name = self.copies.get(name, name)
        if name in self.constants or self.evaluation is None:
            return ""
        value = self.evaluation.values.get(self.evaluation.synonyms.get(name, name))
        return value.shown.replace("-", self.dialect.minus_in_text) if value and value.proven else ""

    def is_tall(self, name: str) -> bool:
        """Whether the filling is a fraction."""
        number = self._number(name)
        if number is None:
            return super().is_tall(name)
        constant = self.constants.get(self.copies.get(name, name))
        return constant is not None and "frac" in number

    texts = Filler.texts


class TextSymbols(Symbols):
    """Names as symbols in plain text, derivatives within a formula in brackets."""

    def slot(self, name: str, position: Position) -> str:
        """The symbol."""
        symbol = self.written.symbols[name]
        is_grouped = symbol.is_tall or (symbol.is_compound and position is Position.BASE)
        return f"({symbol.text})" if is_grouped else symbol.text

    texts = Filler.texts


class CanonicalNames(Filler):
    """Names as `verify` reads them, derivatives in brackets."""

    def slot(self, name: str, position: Position) -> str:
        """The canonical name."""
        return f"({name})" if parts_of(name).is_derivative else name

    def variable(self, name: str) -> str:
        """The canonical name."""
        return name


def told(expression: Expression, notation: Notation) -> str:
    """The formula as text for people."""
    return typeset(expression, TEXT, TextSymbols(notation, TEXT))


def plain(expression: Expression) -> str:
    """The formula as text that `verify` reads."""
    return typeset(expression, ASCII, CanonicalNames())
