"""What the scanners of both notations share: the tokens so far, open brackets, characters and scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from symback.claims.tokens import (
    ACCENTS,
    DEEPEST,
    DIGITS,
    GREEK,
    LONGEST_NAME,
    LOWERED,
    OPENING,
    RAISED,
    SAME_AS,
    SPACES,
    Token,
    is_comma_decimal,
)

_COMMA_NUMBER = re.compile(r"([0-9]+)(\{,\}|,)([0-9]+)(?![0-9]|\.[0-9]|\{?,\}?[0-9])")
_GROUPED = re.compile(
    r"([0-9]{1,3})(?:(?:\{,\}|,|\\,)[0-9]{3}){2,}(?:\.[0-9]+)?(?![0-9])|[0-9]{1,3}\\,[0-9]{3}(?![0-9.])"
)
_PLAIN = {
    "+": "PLUS",
    "-": "MINUS",
    "*": "TIMES",
    "/": "OVER",
    "=": "EQUALS",
    "⊙": "ELEMENTWISE",
    "∂": "PARTIAL",
}
_COMPARED = {"<": "<", ">": ">", "≤": "<=", "≥": ">="}
AFTER_THESE_OPENS = frozenset(
    [
        "PLUS",
        "MINUS",
        "TIMES",
        "OVER",
        "ELEMENTWISE",
        "EQUALS",
        "RELATION",
        "ASSIGN",
        "NEXT",
        "GAP",
        "OPEN",
        "BEGIN",
        "RAISE",
        "COMMA",
        "AMP",
        "ROW",
        "ARRAY",
    ]
)


@dataclass(slots=True)
class _Bracket:
    closing: str
    takes_arguments: bool


class Scanner:
    """Reads a text from `place` on into `tokens`; what cannot be read becomes a token BAD with a message."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.tokens: list[Token] = []
        self.brackets: list[_Bracket] = []
        self.depth = 0
        self.arrays = 0
        self.pending: int | None = None
        """Where a command began that belongs to the next token."""

    def add(self, kind: str, text: str, start: int, end: int | None = None, detail: str = "") -> None:
        """One more token; `end` is the current place if it is not given."""
        if len(text) > LONGEST_NAME and kind in ("SYMBOL", "SUBSCRIPT"):
            kind, text = "BAD", f"a name may have at most {LONGEST_NAME} letters"
        if self.pending is not None:
            start, self.pending = min(start, self.pending), None
        self.tokens.append(Token(kind, text, start, self.place if end is None else end, detail))

    def bad(self, message: str, start: int, end: int | None = None) -> None:
        """What stands from `start` on cannot be read; the side that it is in will say so."""
        self.add("BAD", message, start, end)

    def last(self) -> str:
        """The kind of the last token."""
        return self.tokens[-1].kind if self.tokens else "ROW"

    def skip_spaces(self) -> None:
        """Over spaces and line ends."""
        while self.place < len(self.text) and self.text[self.place] in SPACES:
            self.place += 1

    def deeper(self, start: int) -> bool:
        """One level down; False, with a BAD token and the rest skipped, if that is too deep."""
        self.depth += 1
        if self.depth + len(self.brackets) <= DEEPEST:
            return True
        self.place = len(self.text)
        self.bad(f"at most {DEEPEST} brackets may stand one in another", start)
        return False

    def number(self) -> bool:
        """A number, if one stands here; with a decimal comma or grouped digits where that is clear."""
        start = self.place
        if found := _GROUPED.match(self.text, start):
            self.place = found.end()
            self.add("NUMBER", re.sub(r"\{,\}|\\?,", "", found.group()), start)
            return True
        found = _COMMA_NUMBER.match(self.text, start)
        arguments = bool(self.brackets) and self.brackets[-1].takes_arguments
        if found and not (arguments and found[2] == ","):
            whole, _, decimals = found.groups()
            self.place = found.end()
            if is_comma_decimal(whole, decimals):
                self.add("NUMBER", f"{whole}.{decimals}", start)
            elif decimals == "000":
                self.add("NUMBER", whole + decimals, start)
            else:
                self.bad("is the comma a decimal comma, or does it group the digits?", start)
            return True
        found = DIGITS.match(self.text, start)
        if found is None:
            return False
        self.place = found.end()
        if found.group() == "0" and self.text[self.place : self.place + 1] in ("x", "X", "o", "b"):
            self.bad("numbers are read with ten digits only", start)
            return True
        exponent = re.compile(r"[eE][-+]?[0-9]+(?![A-Za-z0-9_])").match(self.text, self.place)
        if exponent:
            self.place = exponent.end()
            self.scientific(found.group(), exponent.group()[1:], start)
        else:
            text = found.group()
            self.add("NUMBER", "0" + text if text[0] == "." else text, start)
        return True

    def scientific(self, mantissa: str, exponent: str, start: int) -> None:
        """A number such as 1.5e-3; its exponent is capped before any power is computed."""
        if len(exponent) > 4 or abs(int(exponent)) > 60:
            self.bad("an exponent of ten may be at most 60", start)
        else:
            self.add("NUMBER", f"{mantissa}e{exponent}", start)

    def character(self) -> bool:
        """A sign, a bracket, a letter of another alphabet or a raised digit, if one stands here."""
        start, character = self.place, self.text[self.place]
        plain = SAME_AS.get(character, character)
        if character in RAISED or character in LOWERED:
            self._small()
        elif plain in _PLAIN:
            self.place += 1
            self.add(_PLAIN[plain], plain, start)
        elif plain in _COMPARED:
            self.place += 1
            sign = _COMPARED[plain]
            if sign in "<>" and self.text[self.place : self.place + 1] == "=":
                self.place += 1
                sign += "="
            self.add("RELATION", sign, start)
        elif plain == "|":
            self.place += 1
            self.bar(start, None)
        elif plain in "([":
            self.place += 1
            self.open(plain, start)
        elif plain in ")]":
            self.place += 1
            self.close(plain, start)
        elif plain == "'":
            self.place += 1
            self.add("PRIME", "'", start)
        elif character in "″":
            self.place += 1
            self.add("PRIME", "'", start)
            self.add("PRIME", "'", start)
        elif plain == "," or character in "，":
            self.place += 1
            self.add("COMMA", ",", start)
        elif plain in ".;。；":
            self.place += 1
            self.add("STOP", plain, start)
        elif plain == ":" and self.text.startswith(":=", start):
            self.place += 2
            self.add("ASSIGN", ":=", start)
        elif character == "½":
            self.place += 1
            for kind, text in (
                ("FRACTION", ""),
                ("BEGIN", ""),
                ("NUMBER", "1"),
                ("END", ""),
                ("BEGIN", ""),
                ("NUMBER", "2"),
                ("END", ""),
            ):
                self.add(kind, text, start)
        elif character in GREEK or character.isalpha():
            self._letter()
        else:
            return False
        return True

    def open(self, kind: str, start: int) -> None:
        """An opening bracket."""
        before = self.tokens[-1] if self.tokens else None
        is_list = (
            before is not None
            and before.text in ("max", "min", "cases")
            and before.kind in ("FUNCTION", "SYMBOL")
        )
        self.brackets.append(_Bracket(OPENING[kind], is_list))
        self.add("OPEN", kind, start)
        if self.depth + len(self.brackets) > DEEPEST:
            self.place = len(self.text)
            self.bad(f"at most {DEEPEST} brackets may stand one in another", start)

    def close(self, kind: str, start: int) -> None:
        """A closing bracket, which must be that of the last open one."""
        if not self.brackets or self.brackets[-1].closing != kind:
            self.bad(f"the bracket '{kind}' closes none that is open", start)
        else:
            self.brackets.pop()
            self.add("CLOSE", kind, start)

    def bar(self, start: int, opens: bool | None) -> None:
        """The bar of an absolute value; whether it opens or closes follows from where it stands."""
        is_open = bool(self.brackets) and self.brackets[-1].closing == "|"
        if opens is None:
            opens = not is_open or self.last() in AFTER_THESE_OPENS
        if opens:
            self.open("|", start)
        else:
            self.close("|", start)

    def _letter(self) -> None:
        """A letter that is not of the Latin alphabet, maybe with an accent on it."""
        start, letter = self.place, self.text[self.place]
        self.place += 1
        accent = ACCENTS.get(letter, "") or ACCENTS.get(self.text[self.place : self.place + 1], "")
        if letter in ACCENTS:
            self.add("SYMBOL", f"{accent} y", start, detail="greek")
            return
        plain = GREEK.get(letter, letter)
        if accent:
            self.place += 1
            plain = f"{accent} {plain}"
        self.add("SYMBOL", plain, start, detail="greek")

    def _small(self) -> None:
        """Raised or lowered characters in a row."""
        start = self.place
        table = RAISED if self.text[start] in RAISED else LOWERED
        while self.text[self.place : self.place + 1] in table and self.place < len(self.text):
            self.place += 1
        inside = "".join(table[character] for character in self.text[start : self.place])
        if table is LOWERED:
            self.add("SUBSCRIPT", inside, start)
        elif inside.endswith("+"):
            self.add("MARK", inside, start)
        elif re.fullmatch(r"-?[0-9]+", inside):
            self.add("RAISE", inside, start)
            if inside[0] == "-":
                self.add("MINUS", "-", start)
            self.add("NUMBER", inside.lstrip("-"), start)
            self.add("END", "", start)
        elif inside.isalpha():
            self.add("RAISE", inside, start)
            self.add("SYMBOL", inside, start, detail="run")
            self.add("END", "", start)
        else:
            self.bad("this raised text is neither a number nor a letter", start)
