"""Names, numbers and formulas in the language of Coq."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

from symback.dialects import COQ
from symback.expression import Expression
from symback.shapes import Position
from symback.typeset import Filler, typeset

_MARKS = {"/": "'", "[": "s", "]": "e", "+": "p", "@": "n", ":": "c", "=": "q", ",": "k", "^": "t"}

_WORD_WITH_DIGIT = "exists2"


def identifier(name: str) -> str:
    """A canonical name as an identifier of Coq, another one for every name.

    Letters, digits and underscores stay, `/` is `''`, each other character is a prime and a letter: the code
    is a prefix of no other, so it can be read back. A name of letters alone might be a word of Coq, such as
    `in` or `exp`; it gets a prime at its end, where none can be the beginning of a code.

    >>> identifier("dE_total/dw5"), identifier("net_h1[2]+"), identifier("eta")
    ("dE_total''dw5", "net_h1's2'e'p", "eta'")
    """
    text = "".join(character if _is_plain(character) else _coded(character) for character in name)
    return text + "'" if text.isalpha() or text == _WORD_WITH_DIGIT else text


def _is_plain(character: str) -> bool:
    return character == "_" or (character.isascii() and character.isalnum())


def _coded(character: str) -> str:
    return "'" + _MARKS.get(character, f"u{ord(character):x}'")


def fraction(value: Fraction | str) -> str:
    """A number as Coq reads it: `15 / 100` for the decimal text "0.15", `-5 / 2` for the fraction.

    Only for decimals as `symback.numbers` writes them; the denominator of a text is a power of ten.
    """
    if isinstance(value, str):
        whole, _, part = value.partition(".")
        sign = "-" if whole.startswith("-") else ""
        above, below = sign + ((whole.removeprefix("-") + part).lstrip("0") or "0"), "1" + "0" * len(part)
    else:
        above, below = str(value.numerator), str(value.denominator)
    return above if below == "1" else f"{above} / {below}"


def module_name(stem: str) -> str:
    """The stem of a file that `coqc` accepts: letters, digits and underscores, a letter first.

    >>> module_name("my-network"), module_name("2-2-2")
    ('my_network', 'net_2_2_2')
    """
    text = "".join(character if _is_plain(character) else "_" for character in stem)
    return text if text[:1].isalpha() else f"net_{text}"


def escape_comment(text: str) -> str:
    """Text from outside as it may stand in a comment: it can neither end it nor open another or a string."""
    known = "".join(character if character.isprintable() else " " for character in text)
    safe = known.replace("*", " * ").replace('"', "''")
    return " ".join(safe.split()).encode("utf-8", "replace").decode("utf-8")


@dataclass(frozen=True)
class Assigned(Filler):
    """Fills slots with quantities at an assignment: `v w5` for what is given, `net_h1 v` for the others."""

    given: Collection[str]
    assignment: str = "v"
    bound: str = ""
    """A name that stands for itself, as the variable of a function."""
    numbers: bool = False
    most_columns: int = 0

    def slot(self, name: str, position: Position) -> str:
        """An application binds more tightly than every operator, so it needs no brackets."""
        return self.variable(name)

    def variable(self, name: str) -> str:
        """The quantity at the assignment."""
        if name == self.bound:
            return "y"
        symbol = identifier(name)
        return f"{self.assignment} {symbol}" if name in self.given else f"{symbol} {self.assignment}"

    def write(self, expression: Expression) -> str:
        """The formula."""
        return typeset(expression, COQ, self)
