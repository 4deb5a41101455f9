"""Groups and arguments of LaTeX: what belongs together in braces, and what TeX takes where there are none."""

from __future__ import annotations

import re

from symback.claims.latex_commands import WORDS, WRAPPERS
from symback.claims.scanner import Scanner
from symback.claims.tokens import Token

COMMAND = re.compile(r"\\(?:[A-Za-z]+\*?|.|\n)", re.DOTALL)
RUN = re.compile(r"[A-Za-z]+")
_OVER = re.compile(r"\\over(?![A-Za-z])")


class LatexGroups(Scanner):
    """What a scanner of LaTeX does with braces; `step` reads one token or more."""

    def step(self) -> None:
        """The next token or tokens."""
        raise NotImplementedError

    def group(self) -> None:
        """What stands in braces, set apart; `{a \\over b}` is a fraction, `{}` nothing."""
        start = self.place
        first = len(self.tokens)
        self.place += 1
        self.add("BEGIN", "{", start)
        if not self.deeper(start):
            return
        over: int | None = None
        while self.place < len(self.text) and self.text[self.place] != "}":
            if _OVER.match(self.text, self.place) and over is None:
                self.place += 5
                over = len(self.tokens)
                self.add("END", "", self.place)
                self.add("BEGIN", "", self.place)
            else:
                self.step()
        self.depth -= 1
        if self.place >= len(self.text):
            self.bad("the brace '{' is not closed", start)
            return
        self.place += 1
        if len(self.tokens) == first + 1:
            self.tokens.pop()
            return
        self.add("END", "}", self.place - 1)
        if over is not None:
            self.tokens.insert(first, Token("FRACTION", "", start, start))

    def open_up(self, first: int) -> None:
        """A whole equation in braces, as in `\\boxed{a = b}`, stands as if there were none."""
        inside = self.tokens[first:]
        is_group = len(inside) > 2 and (inside[0].kind, inside[-1].kind) == ("BEGIN", "END")
        if is_group and any(token.kind in ("EQUALS", "ASSIGN") for token in inside):
            self.tokens[first:] = inside[1:-1]

    def argument(self) -> None:
        """One argument of a command as a group: braces, a command, or one character."""
        self.skip_spaces()
        start = self.place
        if start >= len(self.text):
            self.bad("the formula ends where an argument should stand", start)
        elif self.text[start] == "{":
            before = len(self.tokens)
            self.group()
            if len(self.tokens) == before:
                self.bad("nothing stands in these braces", start)
        else:
            self.add("BEGIN", "", start, start)
            self._one()
            self.add("END", "", self.place)

    def _one(self) -> None:
        """One character or command, as TeX takes it where no braces stand."""
        start, character = self.place, self.text[self.place]
        if character.isdigit() and character.isascii():
            self.place += 1
            self.add("NUMBER", character, start)
        elif RUN.match(character):
            self.place += 1
            self.add("SYMBOL", character, start, detail="run")
        else:
            self.step()

    def source(self) -> str:
        """The text of one argument, which is passed over."""
        self.skip_spaces()
        start = self.place
        if self.text[start : start + 1] == "{":
            depth = 0
            while self.place < len(self.text):
                character = self.text[self.place]
                if character == "\\":
                    self.place += 1
                depth += (character == "{") - (character == "}")
                self.place += 1
                if depth == 0:
                    return self.text[start + 1 : self.place - 1]
            self.place = len(self.text)
            self.bad("the brace '{' is not closed", start)
            return ""
        found = COMMAND.match(self.text, start)
        self.place = found.end() if found else min(start + 1, len(self.text))
        if found and found.group().rstrip("*")[1:] in WORDS | WRAPPERS.keys():
            return self.source()
        return self.text[start : self.place]
