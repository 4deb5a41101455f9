"""ASCII mathematics -> tokens; names as the contract spells them, or as other authors do."""

from __future__ import annotations

import re
from collections.abc import Collection

from symback import grammar
from symback.claims.scanner import Scanner
from symback.claims.scripts import INDEX, TIMED, of_match
from symback.claims.tokens import GREEK, SPACES, Token, check_text

_NAME = re.compile(r"[A-Za-z]")
_SUM = re.compile(r"sum(?:_(?P<letter>[A-Za-z]))?(?![A-Za-z0-9_])")
_BELOW = re.compile(r"_([A-Za-z0-9]+)|_\{([A-Za-z0-9_,]+)\}")
_AFTER = re.compile(r"@[0-9]+$")
_DERIVATIVE = re.compile(r"d(?P<above>[^/]+)/d(?P<below>[^/:]+?)(?P<state>\+|@[0-9]+)?")
_PARTS = re.compile(
    rf"(?P<base>[A-Za-z][A-Za-z0-9]*)(?P<below>(?:_[A-Za-z0-9]+)*){INDEX}(?P<state>\+|@[0-9]+)?"
)
_TIME = re.compile(r"\s*(?:\{\s*([^{}\s]+)\s*\}|((?:\([0-9]{1,6}\))?[<⟨][^<>⟨⟩]{1,20}[>⟩]))")


def tokens_of(text: str, names: Collection[str] | None) -> list[Token]:
    """The tokens of a formula; `names` decide where a text has two readings. Raises Unreadable."""
    check_text(text)
    scanner = AsciiScanner(text, names)
    while scanner.place < len(text):
        scanner.step()
    return scanner.tokens


class AsciiScanner(Scanner):
    """One pass over a formula in plain text."""

    def __init__(self, text: str, names: Collection[str] | None) -> None:
        super().__init__(text)
        self.names = names

    def step(self) -> None:
        """The next token or tokens."""
        text, start = self.text, self.place
        character = text[start]
        if character in SPACES:
            self.place += 1
        elif text.startswith("**", start) or character == "^":
            self.place += 2 if character == "*" else 1
            self._power(start)
        elif character == "∑" or _SUM.match(text, start):
            self._sum(start)
        elif character == "√":
            self.place += 1
            self.add("SYMBOL", "sqrt", start, detail="name")
        elif text.startswith((">=", "<="), start):
            self.place += 2
            self.add("RELATION", text[start : start + 2], start)
        elif text.startswith("==", start):
            self.place += 2
            self.add("EQUALS", "=", start)
        elif _NAME.match(character):
            self._name(start)
        elif character in GREEK:
            self._greek(start)
        elif character == "_":
            self._subscript(start)
        elif not self.number() and not self.character():
            self.place += 1
            self.bad(f"{character!r} is no sign of a formula that is read", start)

    def _name(self, start: int) -> None:
        name, self.place = grammar.name_at(self.text, start, self.names)
        following = self.text[self.place : self.place + 1]
        if following == "_" and not _BELOW.match(self.text, self.place):
            self.place += 1
            self.bad("a name ends in an underscore", start)
        elif following in ("@", ":") and not self.text.startswith(":=", self.place):
            self.place += 1
            self.bad("this is no state of a name; it would be + or @100", start)
        elif following == "[" and not re.match(r"d[A-Za-z]", name):
            self.place += 1
            self.bad("this is no index of a name; it would be [2]", start)
        elif following != "'" and (self._is_known(name) or ":" in name or name.startswith("d2")):
            self.add("SYMBOL", name, start, detail="name")
        elif found := _DERIVATIVE.fullmatch(name):
            self._derivative(found, start)
        elif self.names is None:
            self.add("SYMBOL", name, start, detail="name")
        else:
            self._spelled(name, start)

    def _is_known(self, name: str) -> bool:
        """Whether the graph has the name, or has the derivative of which this is the value after updates."""
        known = self.names or ()
        return name in known or ("/" in name and _AFTER.sub("", name) in known)

    def _derivative(self, found: re.Match[str], start: int) -> None:
        """`dE_o/dout_h` as a fraction, so that both names may be spelled in any way."""
        state = found["state"] or ""
        self.add("FRACTION", found.group(), start)
        for part in (found["above"], found["below"]):
            self.add("BEGIN", "", start)
            self.add("SYMBOL", "d", start, detail="word")
            if self.names is None:
                self.add("SYMBOL", part + state, start, detail="name")
            else:
                self._spelled(part + state, start)
            self.add("END", "", start)

    def _spelled(self, name: str, start: int) -> None:
        """A name that the graph does not have as it stands: its base, and scripts for all else."""
        found = _PARTS.fullmatch(name)
        if found is None:
            self.add("SYMBOL", name, start, detail="name")
            return
        self.add("SYMBOL", found["base"], start, detail="ascii")
        if found["below"]:
            self.add("SUBSCRIPT", found["below"].replace("_", ""), start)
        script = of_match(found)
        mark = script.as_mark
        if script.step is not None or script.state == "+":
            self.add("MARK", mark, start)
        elif mark:
            self.add("RAISE", mark, start)
            self.add("NUMBER", script.state.strip("@") or str(script.sample), start)
            self.add("END", "", start)

    def _greek(self, start: int) -> None:
        """A Greek letter stands for its name, also at the start of a name such as delta_o1."""
        self.place += 1
        self.add("SYMBOL", GREEK[self.text[start]], start, detail="greek")

    def _subscript(self, start: int) -> None:
        found = _BELOW.match(self.text, start)
        self.place = found.end() if found else start + 1
        if found:
            self.add("SUBSCRIPT", (found[1] or found[2]).replace("_", ""), start)
        else:
            self.bad("an underscore stands alone", start)

    def _sum(self, start: int) -> None:
        found = _SUM.match(self.text, start)
        if found:
            self.place = found.end()
            self.add("SUM", found["letter"] or "", start)
            return
        self.place += 1
        below = _BELOW.match(self.text, self.place)
        self.place = below.end() if below else self.place
        self.add("SUM", (below[1] or below[2]) if below else "", start)

    def _power(self, start: int) -> None:
        """A power sign takes signs, one operand, a further power sign behind it; `^<3>` is a time step."""
        time = _TIME.match(self.text, self.place)
        index = (time[1] or time[2]).replace("⟨", "<").replace("⟩", ">") if time else ""
        if time and TIMED.fullmatch(index):
            self.place = time.end()
            self.add("MARK", index, start)
            return
        self.add("RAISE", "", start)
        if self.deeper(start):
            while True:
                self.skip_spaces()
                sign = self.text[self.place : self.place + 1]
                if sign not in ("-", "−", "+") or not sign:
                    break
                self.step()
            self._operand(start)
            self.depth -= 1
        self.add("END", "", self.place)

    def _operand(self, start: int) -> None:
        if self.place >= len(self.text):
            self.bad("the formula ends where an exponent should stand", start)
            return
        before = len(self.brackets)
        first = len(self.tokens)
        self.step()
        is_name = len(self.tokens) > first and self.tokens[-1].kind == "SYMBOL"
        while self.place < len(self.text) and len(self.brackets) > before:
            self.step()
        if is_name and self.text.startswith("(", self.place):
            self.step()
            while self.place < len(self.text) and len(self.brackets) > before:
                self.step()
        self.skip_spaces()
        if self.text.startswith(("^", "**"), self.place):
            self.step()
