"""How the parts of a symbol are written in plain text: `∂E_total/∂w5`, `out_h1[2]`, `w5+`, `η`."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from symback.latex_symbols import Reader, greek_letter
from symback.marks import GREEK, Base, Marks

_ACCENTS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "vec": "\u20d7", "dot": "\u0307"}
_ACCENTS |= {"ddot": "\u0308"}
PARTIAL = "∂"


def scripted(base: Base, above: str = "") -> str:
    """The letter, its digits at once, other subscripts after a bar, and what stands above after a hat."""
    bar = "_" if base.below and not (len(base.letter) == 1 and base.below[0].isdecimal()) else ""
    return f"{base.letter}{bar}{base.below}" + (f"^{above}" if above else "")


class TextWriter:
    """Writes what `latex_symbols` reads."""

    def letter(self, character: str) -> str:
        """The letter."""
        return character

    def digits(self, digits: str) -> str:
        """As they are."""
        return digits

    def greek(self, name: str, letter: str) -> str:
        """The letter."""
        return letter

    def sign(self, character: str) -> str:
        """The sign."""
        return character

    def prime(self) -> str:
        """A prime."""
        return "′"

    def upright(self, word: str) -> str:
        """The word."""
        return word

    def upright_group(self, text: str) -> str:
        """The same letters."""
        return text

    def group(self, *texts: str) -> str:
        """All of them."""
        return "".join(texts)

    def accented(self, symbol: str, accent: str) -> str:
        """The mark on the last letter."""
        return unicodedata.normalize("NFC", symbol + _ACCENTS[accent])

    def scripted(self, base: Base, above: str = "") -> str:
        """In one line; a prime stands by itself."""
        return scripted(base) + above if above.strip("′") == "" else scripted(base, above)


TEXT_WRITER = TextWriter()


class TextMarks(Marks):
    """Plain text."""

    name = "text"

    def word(self, letters: str) -> str:
        """A Greek letter's name is that letter."""
        return greek_letter(letters) if letters in GREEK else letters

    def given(self, latex: str) -> Base:
        """The symbol read."""
        return Reader(latex, TEXT_WRITER).base()

    def upright(self, name: str) -> str:
        """A word with digits."""
        return name

    def hat(self, symbol: str) -> str:
        """A hat on a letter."""
        return TEXT_WRITER.accented(symbol, "hat")

    def scripted(self, base: Base, above: str = "") -> str:
        """What stands above is an index in brackets or a state, or the number of a layer."""
        is_index = above.startswith(("[", "+", "@"))
        return scripted(base) + above if is_index else scripted(base, above)

    def index(self, sample: int, step: int | None, state: str) -> str:
        """As in names: `[2]`, `[t=3]`, `[2,t=3]`, `+`, `@100`."""
        parts = [*([str(sample)] if sample else []), *([f"t={step}"] if step is not None else [])]
        return (f"[{','.join(parts)}]" if parts else "") + state

    def partial(self, symbol: str, order: str = "") -> str:
        """The sign of a derivative before what is differentiated."""
        return PARTIAL + {"2": "²", "+": "⁺", "": ""}[order] + symbol

    def twice(self, symbol: str) -> str:
        """What is differentiated by first directly, then in all."""
        return PARTIAL + self.partial(symbol, "+")

    def squared(self, symbol: str) -> str:
        """A variable by which something is differentiated two times."""
        return f"{PARTIAL}{symbol}²"

    def product(self, factors: Sequence[str]) -> str:
        """Variables beside one another."""
        return " ".join(factors)

    def fraction(self, above: str, below: str) -> str:
        """A derivative."""
        return f"{above}/{below}"


TEXT_MARKS = TextMarks()
