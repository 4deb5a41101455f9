"""Symbols of MathML: letters, accents and scripts."""

from __future__ import annotations

import html

from symback.marks import Base

_ACCENTS = {"hat": "^", "bar": "¯", "tilde": "~", "vec": "→", "dot": "˙", "ddot": "¨"}


def row(*parts: str) -> str:
    """One element of several."""
    text = "".join(parts)
    return text if len(parts) == 1 and text.count("<m") == 1 else f"<mrow>{text}</mrow>"


def scripted(base: Base, above: str = "") -> str:
    """A letter with its scripts, in one element."""
    if base.below and above:
        return f"<msubsup>{base.letter}<mrow>{base.below}</mrow><mrow>{above}</mrow></msubsup>"
    if base.below:
        return f"<msub>{base.letter}<mrow>{base.below}</mrow></msub>"
    return f"<msup>{base.letter}<mrow>{above}</mrow></msup>" if above else base.letter


class MathmlWriter:
    """Writes what `latex_symbols` reads."""

    def letter(self, character: str) -> str:
        """An identifier."""
        return f"<mi>{html.escape(character)}</mi>"

    def digits(self, digits: str) -> str:
        """A number."""
        return f"<mn>{digits}</mn>"

    def greek(self, name: str, letter: str) -> str:
        """Capitals stand upright, as in LaTeX."""
        return f'<mi mathvariant="normal">{letter}</mi>' if name[0].isupper() else f"<mi>{letter}</mi>"

    def sign(self, character: str) -> str:
        """An operator without space around it."""
        return f'<mo stretchy="false" lspace="0" rspace="0">{html.escape(character)}</mo>'

    def prime(self) -> str:
        """An operator as well."""
        return "<mo>′</mo>"

    def upright(self, word: str) -> str:
        """One identifier."""
        return f'<mi mathvariant="normal">{html.escape(word)}</mi>'

    def upright_group(self, text: str) -> str:
        """A row of its own class."""
        return f'<mrow class="upright">{text}</mrow>'

    def group(self, *texts: str) -> str:
        """A row."""
        return f"<mrow>{''.join(texts)}</mrow>"

    def accented(self, symbol: str, accent: str) -> str:
        """The mark over the symbol."""
        mark = _ACCENTS[accent]
        return f'<mover accent="true">{symbol}<mo stretchy="false">{mark}</mo></mover>'

    def scripted(self, base: Base, above: str = "") -> str:
        """In one element."""
        return scripted(base, above)


MATHML_WRITER = MathmlWriter()
