"""Reads symbols that tables and users give in LaTeX, for dialects that write them in another way."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Protocol

from symback.marks import GREEK, Base

_SIGNS = {
    "epsilon": "ϵ", "varepsilon": "ε", "vartheta": "ϑ", "phi": "ϕ", "varphi": "φ", "ell": "ℓ", "hbar": "ℏ",
    "prime": "′", "star": "⋆", "ast": "∗", "circ": "∘", "langle": "⟨", "rangle": "⟩",
}  # fmt: skip
_FONTS = {
    "mathbf": "BOLD", "mathit": "ITALIC", "mathsf": "SANS-SERIF", "mathcal": "SCRIPT",
    "mathbb": "DOUBLE-STRUCK", "boldsymbol": "BOLD ITALIC",
}  # fmt: skip
ACCENTS = ("hat", "bar", "tilde", "vec", "dot", "ddot")
"""Marks above a symbol, by their names in LaTeX."""
_TOKEN = re.compile(r"\\[A-Za-z]+|\\[,;!]|.", re.DOTALL)
_SCRIPTS = "_^'"


class Writer(Protocol):
    """Writes the parts of a symbol in a dialect. Characters come in the font that they are to have."""

    def letter(self, character: str) -> str:
        """A letter, which is italic where nothing else is said."""

    def digits(self, digits: str) -> str:
        """A whole number."""

    def greek(self, name: str, letter: str) -> str:
        """A Greek letter with its name in LaTeX."""

    def sign(self, character: str) -> str:
        """A bracket, a comma, a star or the like."""

    def prime(self) -> str:
        """A prime, as it stands above."""

    def upright(self, word: str) -> str:
        """A word of letters and digits."""

    def upright_group(self, text: str) -> str:
        """Several symbols, upright."""

    def group(self, *texts: str) -> str:
        """Several symbols beside one another as one."""

    def accented(self, symbol: str, accent: str) -> str:
        """A symbol with one of ACCENTS."""

    def scripted(self, base: Base, above: str = "") -> str:
        """A letter with its scripts."""


def greek_letter(name: str) -> str:
    """The letter with this name in LaTeX."""
    return _SIGNS.get(name) or unicodedata.lookup(_unicode_name(name))


def _unicode_name(name: str) -> str:
    case = "CAPITAL" if name[0].isupper() else "SMALL"
    return f"GREEK {case} LETTER {'LAMDA' if name.lower() == 'lambda' else name.upper()}"


class Reader:
    """Reads a symbol that `notation.check_symbol` accepts."""

    def __init__(self, latex: str, writer: Writer) -> None:
        self.tokens: list[str] = _TOKEN.findall(latex)
        self.writer = writer
        self.place = 0

    def base(self) -> Base:
        """The whole as a letter and what stands below it."""
        atoms = list(self._atoms(""))
        if len(atoms) == 1 and not atoms[0][2]:
            return Base(atoms[0][0], atoms[0][1])
        is_raised = any(above for _, _, above in atoms)
        return Base(self.writer.group(*map(self._whole, atoms)), is_raised=is_raised)

    def _row(self, font: str) -> list[str]:
        """Up to the closing brace, which is taken as well."""
        parts = list(map(self._whole, self._atoms(font)))
        self.place += 1
        return parts

    def _atoms(self, font: str) -> Iterator[tuple[str, str, str]]:
        """Each letter, sign or group, what stands below it and what stands above."""
        while self.place < len(self.tokens) and self.tokens[self.place] != "}":
            atom, scripts = self._atom(font), {"_": "", "^": ""}
            while self.place < len(self.tokens) and self.tokens[self.place] in _SCRIPTS:
                mark = self.tokens[self.place]
                if mark == "'":
                    scripts["^"] += self.writer.prime()
                    self.place += 1
                    continue
                self.place += 1
                scripts[mark] = self._atom("")
            if atom:
                yield atom, scripts["_"], scripts["^"]

    def _atom(self, font: str) -> str:
        writer, token = self.writer, self.tokens[self.place]
        self.place += 1
        if token == "{":
            return writer.group(*self._row(font))
        command = token[1:]
        if token[0] == "\\" and (command == "mathrm" or command in _FONTS or command in ACCENTS):
            self.place += 1
            if command == "mathrm":
                return self._upright()
            parts = self._row(_FONTS.get(command, font))
            if command not in ACCENTS:
                return writer.group(*parts)
            return writer.accented(parts[0] if len(parts) == 1 else writer.group(*parts), command)
        if token[0] == "\\" and len(token) > 1 and command.isalpha():
            if command in GREEK:
                return writer.greek(command, _styled(greek_letter(command), font))
            return writer.sign(_SIGNS[command])
        if token.isdecimal():
            digits = token
            while self.place < len(self.tokens) and self.tokens[self.place].isdecimal():
                digits += self.tokens[self.place]
                self.place += 1
            return writer.digits("".join(_styled(digit, font) for digit in digits))
        if token.isalpha():
            return writer.letter(_styled(token, font))
        return "" if token[0] in "\\ " else writer.sign(token)

    def _upright(self) -> str:
        """Words of letters and digits as one; anything else with its letters upright."""
        end = self.place
        while end < len(self.tokens) and self.tokens[end].isalnum():
            end += 1
        if self.tokens[end] == "}":
            word = "".join(self.tokens[self.place : end])
            self.place = end + 1
            return self.writer.upright(word)
        return self.writer.upright_group(self.writer.group(*self._row("")))

    def _whole(self, atom: tuple[str, str, str]) -> str:
        letter, below, above = atom
        return self.writer.scripted(Base(letter, below), above)


def _styled(character: str, font: str) -> str:
    """The character in another font, if Unicode has it there."""
    if not font:
        return character
    name = unicodedata.name(character, "")
    plain = name.replace("LATIN ", "").replace("GREEK ", "").replace("LETTER ", "")
    style = font.split()[0] if plain.startswith("DIGIT") else font
    for candidate in (f"MATHEMATICAL {style} {plain}", f"{style} {plain}"):
        try:
            return unicodedata.lookup(candidate)
        except KeyError:
            continue
    return character
