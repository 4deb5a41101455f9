"""How the parts of a symbol are written in MathML."""

from __future__ import annotations

import html
from collections.abc import Sequence
from itertools import groupby

from symback.latex_symbols import Reader, greek_letter
from symback.marks import GREEK, Base, Marks
from symback.mathml_symbols import MATHML_WRITER, row, scripted

PARTIAL = "<mi>∂</mi>"


class MathmlMarks(Marks):
    """MathML."""

    name = "mathml"
    comma = '<mo separator="true">,</mo>'
    plus = '<mo lspace="0" rspace="0">+</mo>'

    def word(self, letters: str) -> str:
        """One letter is italic, a Greek letter's name is that letter, a word stands upright."""
        if len(letters) == 1:
            return f"<mi>{html.escape(letters)}</mi>"
        if letters not in GREEK:
            return self.upright(letters)
        return MATHML_WRITER.greek(letters, greek_letter(letters))

    def number(self, digits: str) -> str:
        """A whole number."""
        return f"<mn>{digits}</mn>"

    def given(self, latex: str) -> Base:
        """The symbol read: where it is one letter with a subscript, these two."""
        return Reader(latex, MATHML_WRITER).base()

    def letters(self, name: str) -> str:
        """Letters one by one, digits together."""
        parts = groupby(name, str.isdecimal)
        found = [(digits, "".join(part)) for digits, part in parts]
        return "".join(
            f"<mn>{part}</mn>" if digits else "".join(f"<mi>{html.escape(letter)}</mi>" for letter in part)
            for digits, part in found
        )

    def upright(self, name: str) -> str:
        """A word with digits."""
        return f'<mi mathvariant="normal">{html.escape(name)}</mi>'

    def hat(self, symbol: str) -> str:
        """A hat on a letter."""
        return MATHML_WRITER.accented(symbol, "hat")

    def scripted(self, base: Base, above: str = "") -> str:
        """The symbol with its scripts."""
        return scripted(base, above)

    def index(self, sample: int, step: int | None, state: str) -> str:
        """What stands above."""
        found = ""
        if sample:
            found += f'<mo stretchy="false">(</mo><mn>{sample}</mn><mo stretchy="false">)</mo>'
        if step is not None:
            found += f'<mo stretchy="false">⟨</mo><mn>{step}</mn><mo stretchy="false">⟩</mo>'
        if state:
            found += self.plus + (f"<mn>{state[1:]}</mn>" if state.startswith("@") else "")
        return found

    def partial(self, symbol: str, order: str = "") -> str:
        """The sign of a derivative before what is differentiated."""
        above = self.plus if order == "+" else f"<mn>{order}</mn>"
        return (f"<msup>{PARTIAL}{above}</msup>" if order else PARTIAL) + symbol

    def twice(self, symbol: str) -> str:
        """What is differentiated by first directly, then in all."""
        return PARTIAL + self.partial(symbol, "+")

    def squared(self, symbol: str) -> str:
        """A variable by which something is differentiated two times."""
        return f"{PARTIAL}<msup>{row(symbol)}<mn>2</mn></msup>"

    def product(self, factors: Sequence[str]) -> str:
        """Variables beside one another."""
        return '<mspace width="0.17em"/>'.join(factors)

    def fraction(self, above: str, below: str) -> str:
        """A derivative."""
        return f"<mfrac><mrow>{above}</mrow><mrow>{below}</mrow></mfrac>"

    def slashed(self, above: str, below: str) -> str:
        """A derivative in small print."""
        return f'{above}<mo lspace="0" rspace="0">/</mo>{below}'


MATHML_MARKS = MathmlMarks()
