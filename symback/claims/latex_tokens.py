"""LaTeX mathematics -> tokens. Nothing is expanded or executed: a command is in a table or is not read."""

from __future__ import annotations

import re

from symback.claims import latex_commands as commands
from symback.claims.index_text import flattened
from symback.claims.latex_groups import COMMAND, RUN, LatexGroups
from symback.claims.scripts import TIMED
from symback.claims.tokens import SPACES, Token, check_text

_ENVIRONMENT = re.compile(r"\s*\{([A-Za-z]+\*?)\}")
_ROW_SKIP = re.compile(r"\*?\s*(?:\[\s*-?[0-9.]+\s*(?:pt|em|ex|mm|cm|in|mu|\\[a-z]+)\s*\])?")
_NEW_CHAIN = re.compile(r"[\s&]*=")
_OPTIONAL = re.compile(r"\s*\[[^\[\]]{0,40}\]")
_WORD = re.compile(r"[^\W\d_]\w*")


def tokens_of(text: str) -> list[Token]:
    """The tokens of a formula, with ROW and AMP where a block of equations has them. Raises Unreadable."""
    check_text(text)
    scanner = LatexScanner(text)
    while scanner.place < len(text):
        scanner.step()
    return scanner.tokens


class LatexScanner(LatexGroups):
    """One pass over a formula in LaTeX."""

    def step(self) -> None:
        """The next token or tokens."""
        text, start = self.text, self.place
        character = text[start]
        if character in SPACES or character == "~":
            self.place += 1
        elif character == "%":
            end = text.find("\n", start)
            self.place = len(text) if end < 0 else end
        elif character == "\\":
            self._command()
        elif character == "{":
            first = len(self.tokens)
            self.group()
            self.open_up(first)
        elif character == "}":
            self.place += 1
            self.bad("the brace '}' closes none that is open", start)
        elif character in "_^":
            self.place += 1
            self._script(character, start)
        elif character == "&":
            self.place += 1
            if self.arrays or not self.brackets:
                self.add("AMP", "&", start)
        elif found := RUN.match(text, start):
            self.place = found.end()
            self.add("SYMBOL", found.group(), start, detail="run")
        elif character == "∑":
            self.place += 1
            self._sum(start)
        elif character == "√":
            self.place += 1
            self.add("ROOT", character, start)
            self.argument()
        elif not self.number() and not self.character():
            self.place += 1
            self.bad(f"{character!r} is no sign of a formula that is read", start)

    def _script(self, sign: str, start: int) -> None:
        self.skip_spaces()
        begin = self.place
        is_bare = self.text[begin : begin + 1] not in ("{", "\\", "")
        inside = self.source()
        flat = flattened(inside)
        following = self.text[self.place : self.place + 2]
        if is_bare and inside.isalnum() and (following[:1].isdigit() or re.match(r"\.[0-9]", following)):
            self.bad(f"'{sign}{inside}{following}': braces are missing around what belongs together", start)
        elif not inside.strip():
            return
        elif sign == "_":
            if flat:
                self.add("SUBSCRIPT", flat, start)
            else:
                self.bad("this index is not read", start)
        elif flat is not None and flat and set(flat) == {"'"}:
            for _ in flat:
                self.add("PRIME", "'", start)
        elif flat is not None and (re.search(r"[+*]$|,\+[0-9]+$", flat) or TIMED.fullmatch(flat)):
            self.add("MARK", flat, start)
        else:
            self.place = begin
            self.add("RAISE", flat or "", start, begin)
            place = len(self.tokens)
            self.argument()
            del self.tokens[place : place + 1]

    def _command(self) -> None:
        start = self.place
        found = COMMAND.match(self.text, start)
        if found is None:
            self.place += 1
            self.bad("a single backslash stands here", start)
            return
        name = found.group()[1:]
        self.place = found.end()
        if name.endswith("*") and name not in commands.WORDS | commands.SKIPPED.keys():
            name = name[:-1]
            self.place -= 1
        if name == "\\":
            self._row(start)
        elif name in commands.SPACING:
            if name in commands.SIZES:
                self._size(name, start)
        elif name in commands.BRACKETS:
            kind = commands.BRACKETS[name]
            (self.open if kind in "([" else self.close)(kind, start)
        elif name == "lfloor":
            self.add("FUNCTION", "floor", start)
            self.open("(", start)
        elif name == "rfloor":
            self.close(")", start)
        elif name in commands.BARS:
            self.bar(start, commands.BARS[name])
        elif name == "|":
            self.bad("a norm is not read", start)
        elif name in commands.SIGNS:
            self.add(commands.SIGNS[name], name, start)
        elif name in commands.COMPARISONS:
            self.add("RELATION", commands.COMPARISONS[name], start)
        elif name == "prime":
            self.add("PRIME", "'", start)
        elif name in ("begin", "end"):
            self._environment(name, start)
        else:
            self._named(name, start)

    def _named(self, name: str, start: int) -> None:
        if name in commands.FRACTIONS:
            self.add("FRACTION", name, start)
            self.argument()
            self.argument()
        elif name in commands.LETTERS:
            self.add("SYMBOL", commands.LETTERS[name], start, detail="greek")
        elif name in commands.FUNCTIONS:
            self.add("FUNCTION", name, start)
        elif name == "sum":
            self._sum(start)
        elif name == "sqrt":
            degree = _OPTIONAL.match(self.text, self.place)
            if degree:
                self.place = degree.end()
                if degree.group().strip(" []") != "2":
                    self.bad("only square roots are read", start)
            self.add("ROOT", name, start)
            self.argument()
        elif name in commands.ACCENTS:
            letter = flattened(self.source())
            if letter:
                self.add("SYMBOL", f"{commands.ACCENTS[name]} {letter}", start, detail="greek")
            else:
                self.bad(f"an accent stands over what is no name: \\{name}", start)
        elif name in commands.WORDS:
            self._words(start)
        elif name in commands.SKIPPED:
            for _ in range(commands.SKIPPED[name]):
                self.source()
        elif name in commands.WRAPPERS:
            self._wrapper(name, start)
        else:
            self.bad(f"the command \\{name} is not read", start)

    def _wrapper(self, name: str, start: int) -> None:
        for _ in range(commands.WRAPPERS[name]):
            self.source()
        bold = re.compile(r"\s*\{\s*1\s*\}").match(self.text, self.place)
        if name in ("mathbf", "boldsymbol", "bm", "vec") and bold:
            self.place = bold.end()
            self.add("SYMBOL", "ones", start, detail="ones")
            return
        word = re.compile(r"\s*\{\s*([A-Za-z]+)\s*\}").match(self.text, self.place)
        if word and name not in ("underbrace", "overbrace"):
            self.place = word.end()
            self.add("SYMBOL", word[1], start, detail="run")
            return
        first = len(self.tokens)
        self.argument()
        self.open_up(first)
        label = {"underbrace": "_", "overbrace": "^"}.get(name)
        found = re.compile(r"\s*(?:\\limits\s*)?([_^])").match(self.text, self.place)
        if label and found and found[1] == label:
            self.place = found.end()
            self.source()

    def _words(self, start: int) -> None:
        before = self.place
        inside = self.source().replace("\\_", "_").replace("~", " ").strip()
        if not inside or not any(character.isalnum() for character in inside):
            return
        lower = inside.lower().strip(" ,;:")
        if lower in commands.OTHERWISE_WORDS and self.arrays:
            self.add("OTHERWISE", lower, start)
        elif lower in commands.CONDITION_WORDS and self.arrays:
            return
        elif re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", inside):
            self.add("NUMBER", inside, start)
        elif _WORD.fullmatch(inside) and lower not in commands.CONNECTORS:
            self.add("SYMBOL", inside, start, detail="word")
        elif "\\" in inside or "^" in inside or "_{" in inside:
            end, self.place = self.place, before
            self.argument()
            self.place = max(self.place, end)
        else:
            self.add("TEXT", inside, start)

    def _sum(self, start: int) -> None:
        scripts = {"_": "", "^": ""}
        while found := re.compile(r"\s*(?:\\(?:no)?limits)?\s*([_^])").match(self.text, self.place):
            self.place = found.end()
            flat = flattened(self.source())
            if flat is None:
                self.bad("what stands at this summation sign is not read", start)
                return
            scripts[found[1]] = flat
        self.add("SUM", scripts["_"], start, detail=scripts["^"])

    def _size(self, name: str, start: int) -> None:
        """A size of a bracket: it belongs to the bracket behind it."""
        self.skip_spaces()
        self.pending = start
        if self.text[self.place : self.place + 1] == ".":
            self.place += 1
            self.pending = None
        elif name in ("left", "right") and self.text[self.place : self.place + 1] == "|":
            self.place += 1
            self.bar(self.place - 1, name == "left")

    def _row(self, start: int) -> None:
        found = _ROW_SKIP.match(self.text, self.place)
        self.place = found.end() if found else self.place
        if self.brackets and not self.arrays:
            if not _NEW_CHAIN.match(self.text, self.place):
                return
            self.bad("a bracket is not closed", start)
            self.brackets.clear()
        self.add("ROW", "\\\\", start)

    def _environment(self, command: str, start: int) -> None:
        found = _ENVIRONMENT.match(self.text, self.place)
        if found is None:
            self.bad(f"\\{command} stands without the name of an environment", start)
            return
        self.place = found.end()
        name = found[1]
        if name in commands.TRANSPARENT:
            if name.startswith("alignat") and command == "begin":
                self.source()
            option = _OPTIONAL.match(self.text, self.place)
            if option and command == "begin" and re.fullmatch(r"\s*\[[tbc]\]", option.group()):
                self.place = option.end()
            return
        if name not in commands.MATRICES | commands.CASES:
            self.bad(f"the environment {name} is not read", start)
        elif command == "begin":
            self._array(name, start)
        else:
            self.bad(f"\\end{{{name}}} closes no environment that is open", start)

    def _array(self, name: str, start: int) -> None:
        if name == "array":
            self.source()
        self.add("ARRAY", "cases" if name in commands.CASES else "matrix", start)
        outer, self.brackets = self.brackets, []
        self.arrays += 1
        closing = f"\\end{{{name}}}"
        if self.deeper(start):
            while self.place < len(self.text) and not self.text.startswith(closing, self.place):
                self.step()
            self.depth -= 1
        self.arrays -= 1
        self.brackets = outer
        if self.place >= len(self.text):
            self.bad(f"the environment {name} is not closed", start)
            return
        self.place += len(closing)
        if self.last() == "ROW":
            self.tokens.pop()
        self.add("END_ARRAY", name, self.place - len(closing))
