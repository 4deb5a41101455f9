"""How the parts of a symbol are written in Typst."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from symback.latex_symbols import Reader, greek_letter
from symback.marks import GREEK, Base, Marks
from symback.typst_symbols import TYPST_WRITER, beside, scripted

PARTIAL = "∂"


class TypstMarks(Marks):
    """Typst."""

    name = "typst"
    comma = r"\,"

    def word(self, letters: str) -> str:
        """One letter is italic, a Greek letter's name is that letter, a word stands upright."""
        if len(letters) == 1:
            return letters
        return greek_letter(letters) if letters in GREEK else self.upright(letters)

    def given(self, latex: str) -> Base:
        """The symbol read: where it is one letter with a subscript, these two."""
        return Reader(latex, TYPST_WRITER).base()

    def letters(self, name: str) -> str:
        """Letters one by one, digits together."""
        parts = [(digits, "".join(part)) for digits, part in groupby(name, str.isdecimal)]
        return beside(*(part if digits else beside(*part) for digits, part in parts))

    def upright(self, name: str) -> str:
        """Text."""
        return TYPST_WRITER.upright(name)

    def hat(self, symbol: str) -> str:
        """A hat on a letter."""
        return TYPST_WRITER.accented(symbol, "hat")

    def scripted(self, base: Base, above: str = "") -> str:
        """The symbol with its scripts."""
        return scripted(base, above)

    def index(self, sample: int, step: int | None, state: str) -> str:
        """What stands above."""
        after = f"+{state[1:]}" if state.startswith("@") else state
        time = f"⟨{step}⟩" if step is not None else ""
        return (rf"\({sample}\)" if sample else "") + time + after

    def partial(self, symbol: str, order: str = "") -> str:
        """The sign of a derivative before what is differentiated."""
        return (f"{PARTIAL}^({order})" if order else PARTIAL) + symbol

    def twice(self, symbol: str) -> str:
        """What is differentiated by first directly, then in all."""
        return self.product((PARTIAL, self.partial(symbol, "+")))

    def squared(self, symbol: str) -> str:
        """A variable by which something is differentiated two times."""
        return f"{PARTIAL}{symbol}^(2)"

    def product(self, factors: Sequence[str]) -> str:
        """Variables beside one another."""
        return " thin ".join(factors)

    def fraction(self, above: str, below: str) -> str:
        """A derivative."""
        return f"frac({above}, {below})"

    def slashed(self, above: str, below: str) -> str:
        """A derivative in small print."""
        return rf"{above}\/{below}"


TYPST_MARKS = TypstMarks()
