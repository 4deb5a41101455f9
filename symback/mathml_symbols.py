"""Symbols of MathML: letters, accents and scripts, also of symbols that tables and users give in LaTeX."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator

from symback.marks import GREEK, Base

_SIGNS = {
    "epsilon": "ϵ", "varepsilon": "ε", "vartheta": "ϑ", "phi": "ϕ", "varphi": "φ", "ell": "ℓ", "hbar": "ℏ",
    "prime": "′", "star": "⋆", "ast": "∗", "circ": "∘", "langle": "⟨", "rangle": "⟩",
}  # fmt: skip
_FONTS = {
    "mathbf": "BOLD", "mathit": "ITALIC", "mathsf": "SANS-SERIF", "mathcal": "SCRIPT",
    "mathbb": "DOUBLE-STRUCK", "boldsymbol": "BOLD ITALIC",
}  # fmt: skip
_ACCENTS = {"hat": "^", "bar": "¯", "tilde": "~", "vec": "→", "dot": "˙", "ddot": "¨"}
_TOKEN = re.compile(r"\\[A-Za-z]+|\\[,;!]|.", re.DOTALL)
_SCRIPTS = "_^'"


def row(*parts: str) -> str:
    """One element of several."""
    text = "".join(parts)
    return text if len(parts) == 1 and text.count("<m") == 1 else f"<mrow>{text}</mrow>"


def greek(name: str) -> str:
    """The letter with this LaTeX name; capitals stand upright, as in LaTeX."""
    letter = _SIGNS.get(name) or unicodedata.lookup(_unicode_name(name))
    return f'<mi mathvariant="normal">{letter}</mi>' if name[0].isupper() else f"<mi>{letter}</mi>"


def _unicode_name(name: str) -> str:
    case = "CAPITAL" if name[0].isupper() else "SMALL"
    return f"GREEK {case} LETTER {'LAMDA' if name.lower() == 'lambda' else name.upper()}"


def accented(symbol: str, mark: str) -> str:
    """A mark above a symbol."""
    return f'<mover accent="true">{row(symbol)}<mo stretchy="false">{mark}</mo></mover>'


def scripted(base: Base, above: str = "") -> str:
    """A letter with its scripts, in one element."""
    if base.below and above:
        return f"<msubsup>{base.letter}<mrow>{base.below}</mrow><mrow>{above}</mrow></msubsup>"
    if base.below:
        return f"<msub>{base.letter}<mrow>{base.below}</mrow></msub>"
    return f"<msup>{base.letter}<mrow>{above}</mrow></msup>" if above else base.letter


class Reader:
    """Reads a symbol that `check_symbol` accepts."""

    def __init__(self, latex: str) -> None:
        self.tokens: list[str] = _TOKEN.findall(latex)
        self.place = 0

    def base(self) -> Base:
        """The whole as a letter and what stands below it."""
        atoms = list(self._atoms(""))
        if len(atoms) == 1 and not atoms[0][2]:
            return Base(atoms[0][0], atoms[0][1])
        is_raised = any(above for _, _, above in atoms)
        return Base(f"<mrow>{''.join(map(_whole, atoms))}</mrow>", is_raised=is_raised)

    def _row(self, font: str) -> str:
        """Up to the closing brace, which is taken as well."""
        text = "".join(map(_whole, self._atoms(font)))
        self.place += 1
        return text

    def _atoms(self, font: str) -> Iterator[tuple[str, str, str]]:
        """Each letter, sign or group, what stands below it and what stands above."""
        while self.place < len(self.tokens) and self.tokens[self.place] != "}":
            atom, scripts = self._atom(font), {"_": "", "^": ""}
            while self.place < len(self.tokens) and self.tokens[self.place] in _SCRIPTS:
                mark = self.tokens[self.place]
                if mark == "'":
                    scripts["^"] += "<mo>′</mo>"
                    self.place += 1
                    continue
                self.place += 1
                scripts[mark] = self._atom("")
            if atom:
                yield atom, scripts["_"], scripts["^"]

    def _atom(self, font: str) -> str:
        token = self.tokens[self.place]
        self.place += 1
        if token == "{":
            return f"<mrow>{self._row(font)}</mrow>"
        command = token[1:]
        if token[0] == "\\" and (command == "mathrm" or command in _FONTS or command in _ACCENTS):
            self.place += 1
            if command == "mathrm":
                return self._upright()
            inside = self._row(_FONTS.get(command, font))
            return accented(inside, _ACCENTS[command]) if command in _ACCENTS else f"<mrow>{inside}</mrow>"
        if token[0] == "\\" and len(token) > 1 and command.isalpha():
            return _in_font(greek(command), font) if command in GREEK else _sign(_SIGNS[command])
        if token.isdecimal():
            digits = token
            while self.place < len(self.tokens) and self.tokens[self.place].isdecimal():
                digits += self.tokens[self.place]
                self.place += 1
            return _in_font(f"<mn>{digits}</mn>", font)
        if token.isalpha():
            return _in_font(f"<mi>{token}</mi>", font)
        return "" if token[0] in "\\ " else _sign(html.escape(token))

    def _upright(self) -> str:
        """Words of letters and digits as one; anything else with its letters upright."""
        end = self.place
        while end < len(self.tokens) and self.tokens[end].isalnum():
            end += 1
        if self.tokens[end] == "}":
            word = "".join(self.tokens[self.place : end])
            self.place = end + 1
            return f'<mi mathvariant="normal">{word}</mi>'
        return f'<mrow class="upright">{self._row("")}</mrow>'


def _whole(atom: tuple[str, str, str]) -> str:
    letter, below, above = atom
    return scripted(Base(letter, below), above)


def _sign(character: str) -> str:
    return f'<mo stretchy="false" lspace="0" rspace="0">{character}</mo>'


def _in_font(element: str, font: str) -> str:
    """The letters of an element in another font, as far as Unicode has them there."""
    if not font:
        return element
    return re.sub(">([^<]+)<", lambda found: f">{''.join(_styled(c, font) for c in found[1])}<", element)


def _styled(character: str, font: str) -> str:
    name = unicodedata.name(character, "")
    plain = name.replace("LATIN ", "").replace("GREEK ", "").replace("LETTER ", "")
    style = font.split()[0] if plain.startswith("DIGIT") else font
    for candidate in (f"MATHEMATICAL {style} {plain}", f"{style} {plain}"):
        try:
            return unicodedata.lookup(candidate)
        except KeyError:
            continue
    return character
