"""An independent reader of Typst's mathematics: a formula as the text that `verify` reads."""

from __future__ import annotations

import re
from collections.abc import Iterator

TOKEN = re.compile(r'"[^"]*"|[A-Za-z]{2,}|\d+(?:\.\d+)?|\\.|\s+|.', re.DOTALL)
SIGNS = {
    "+": " + ",
    "−": " - ",
    "⋅": "*",
    "×": "*",
    "≤": "<=",
    "π": "pi",
    "σ": "sigma",
    "\\(": "(",
    "\\)": ")",
}
SIGNS |= {"\\[": "[", "\\]": "]", "\\,": ",", "′": "'", "\\/": "/"}
NAMED = {"thin": "*", "tallopen": "(", "tallclose": ")", "tallsquare": "[", "tallend": "]", "hang": ""}
OPERATORS = {"ln": "log"}


class Tokens:
    """Tokens one after another, with a look at the next."""

    def __init__(self, text: str) -> None:
        self.tokens = [token for token in TOKEN.findall(text) if not token.isspace()]
        self.place = 0

    def __iter__(self) -> Iterator[str]:
        while self.place < len(self.tokens):
            self.place += 1
            yield self.tokens[self.place - 1]

    def take(self, wanted: str) -> None:
        assert self.tokens[self.place] == wanted, self.tokens[self.place - 2 : self.place + 3]
        self.place += 1


def read(text: str) -> str:
    """The formula with brackets around whatever Typst shows by position."""
    tokens = Tokens(text)
    found, end = row(tokens)
    assert end == "", end
    return found


def row(tokens: Tokens) -> tuple[str, str]:
    """Up to a comma or the end of the arguments, which is given as well."""
    found = ""
    for token in tokens:
        if token in (",", ")"):
            return found, token
        if token == "&":  # of cases: a condition follows
            tokens.take("quad")
            found += "&"
        elif token in ("_", "^"):
            (inside,) = arguments(tokens)
            found = raised(found, inside) if token == "^" else f"{found}_{inside}"
        elif token[0] == '"':
            found += token[1:-1]
        elif token in NAMED:
            found += NAMED[token]
        elif len(token) > 1 and token.isalpha():
            found += call(token, arguments(tokens))
        else:
            found += SIGNS.get(token, token)
    return found, ""


def raised(found: str, exponent: str) -> str:
    return found[:-1] + f"exp({exponent})" if re.search(r"(^|\W)e$", found) else f"{found}^({exponent})"


def arguments(tokens: Tokens) -> list[str]:
    tokens.take("(")
    found, end = [], ","
    while end == ",":
        one, end = row(tokens)
        found.append(one)
    assert end == ")"
    return found


def call(name: str, inside: list[str]) -> str:
    if name == "frac" and inside[0] == "∂":
        return "d/d" + inside[1].removeprefix("∂")
    if name == "frac" and all(part.isdecimal() for part in inside):
        return f"({inside[0]}/{inside[1]})"
    if name == "frac":
        return f"(({inside[0]})/({inside[1]}))"
    if name == "op":
        return OPERATORS.get(inside[0], inside[0])
    if name in ("sqrt", "abs", "floor"):
        return f"{name}({inside[0]})"
    if name == "cases":
        (value, condition), (otherwise, _) = (part.split("&") for part in inside)
        return f"cases({condition}, {value}, {otherwise})"
    raise AssertionError(name)
