"""Symbols of Typst: letters, words in quotation marks, accents and scripts."""

from __future__ import annotations

from symback.marks import Base

_ACCENTS = {
    "hat": "hat",
    "bar": "macron",
    "tilde": "tilde",
    "vec": "arrow",
    "dot": "dot",
    "ddot": "dot.double",
}
_SIGNS = {"-": "−", "*": "∗"}
_PLAIN = frozenset("+=")


def beside(*texts: str) -> str:
    """Texts beside one another; letters and digits that touch would be read as one name."""
    made = ""
    for text in texts:
        made += f" {text}" if made[-1:].isalnum() and text[:1].isalnum() else text
    return made


def scripted(base: Base, above: str = "") -> str:
    """A letter with its scripts."""
    text = f"{base.letter}_({base.below})" if base.below else base.letter
    if not above:
        return text
    return f"whole({text})^({above})" if base.is_raised else f"{text}^({above})"


class TypstWriter:
    """Writes what `latex_symbols` reads. Signs stand for themselves: their names change with the versions."""

    def letter(self, character: str) -> str:
        """One letter alone is italic."""
        return character

    def digits(self, digits: str) -> str:
        """As they are."""
        return digits

    def greek(self, name: str, letter: str) -> str:
        """The letter itself."""
        return letter

    def sign(self, character: str) -> str:
        """Without the meaning that it has for Typst."""
        is_special = character.isascii() and character not in _PLAIN
        return _SIGNS.get(character) or (f"\\{character}" if is_special else character)

    def prime(self) -> str:
        """A sign that stands above."""
        return "′"

    def upright(self, word: str) -> str:
        """Text."""
        return f'"{word}"'

    def upright_group(self, text: str) -> str:
        """In upright letters."""
        return f"upright({text})"

    def group(self, *texts: str) -> str:
        """As an argument, since brackets would be seen; `whole` is defined in the document."""
        return texts[0] if len(texts) == 1 else f"whole({beside(*texts)})"

    def accented(self, symbol: str, accent: str) -> str:
        """The mark over the symbol."""
        return f"{_ACCENTS[accent]}({symbol})"

    def scripted(self, base: Base, above: str = "") -> str:
        """With brackets that are not seen."""
        return scripted(base, above)


TYPST_WRITER = TypstWriter()
