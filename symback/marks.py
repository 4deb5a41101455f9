"""How the parts of a symbol are written in LaTeX: letters and words, scripts, fractions of derivatives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

_LETTERS = """
alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau
upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
"""
GREEK = frozenset(_LETTERS.split())
GENERAL = frozenset({"ho", "hk"})
"""Subscripts of general statements: `w_ho` leads from any h to any o; both letters are indices."""


class Base(NamedTuple):
    """A symbol as far as it has no superscript of its own: its letter and what stands below."""

    letter: str
    below: str = ""
    is_raised: bool = False
    """There is a superscript in it already."""


class Marks:
    """LaTeX, and what other languages have to say in its place."""

    name = "latex"
    comma = ","
    plus = "+"

    def word(self, letters: str) -> str:
        """One letter is italic, a Greek letter's name is that letter, a word stands upright."""
        if len(letters) == 1:
            return letters
        return rf"\{letters}" if letters in GREEK else rf"\mathrm{{{letters}}}"

    def number(self, digits: str) -> str:
        """A whole number that is a part of a symbol."""
        return digits

    def given(self, latex: str) -> Base:
        """A symbol that stands in a table, or in the file of a user, as LaTeX."""
        return Base(latex, is_raised="^" in latex)

    def unit(self, name: str) -> str:
        """A unit's name as a subscript; its pieces with commas where it has several, as in `c1_1_2`."""
        if "_" in name:
            return self.comma.join(map(self.unit, name.split("_")))
        letters = name.rstrip("0123456789")
        if len(letters) <= 1 or name in GENERAL:
            return self.letters(name)
        return self.upright(name)

    def letters(self, name: str) -> str:
        """Letters and digits one by one."""
        return name

    def upright(self, name: str) -> str:
        """A word with digits."""
        return rf"\mathrm{{{name}}}"

    def hat(self, symbol: str) -> str:
        """A hat on a letter."""
        return rf"\hat{{{symbol}}}"

    def scripted(self, base: Base, above: str = "") -> str:
        """The symbol with its scripts."""
        text = f"{base.letter}_{{{base.below}}}" if base.below else base.letter
        if not above:
            return text
        return f"{{{text}}}^{{{above}}}" if base.is_raised else f"{text}^{{{above}}}"

    def index(self, sample: int, step: int | None, state: str) -> str:
        """What stands above: `(2)`, `+`, `(2)+`, after 100 updates `+100`; a time step in angle brackets."""
        after = f"+{state[1:]}" if state.startswith("@") else state
        time = rf"\langle {step}\rangle" if step is not None else ""
        return (f"({sample})" if sample else "") + time + after

    def partial(self, symbol: str, order: str = "") -> str:
        """The sign of a derivative before what is differentiated: order "2", "+" or "" for the first."""
        return rf"\partial^{{{order}}} {symbol}" if order else rf"\partial {symbol}"

    def twice(self, symbol: str) -> str:
        """What is differentiated by first directly, then in all."""
        return rf"\partial\,\partial^{{+}} {symbol}"

    def squared(self, symbol: str) -> str:
        """A variable by which something is differentiated two times."""
        return rf"\partial {symbol}^{{2}}"

    def product(self, factors: Sequence[str]) -> str:
        """Variables beside one another."""
        return r"\,".join(factors)

    def fraction(self, above: str, below: str) -> str:
        """A derivative."""
        return rf"\frac{{{above}}}{{{below}}}"

    def slashed(self, above: str, below: str) -> str:
        """A derivative in small print."""
        return f"{above}/{below}"


LATEX_MARKS = Marks()
