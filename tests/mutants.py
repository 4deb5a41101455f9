"""Single-token mutants of formulas as they stand in a document, and the judge in this process."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from symback.claims.judge import Judge
from symback.claims.reading import read
from symback.claims.source import Formula
from symback.claims.verdicts import Judged
from symback.claims.vocabulary import Vocabulary
from symback.claims.world import World
from symback.network import Network

ACCEPTED = frozenset({"proved", "exact", "rounded"})

# kind, what is replaced, what by; each match gives one mutant for each replacement
RULES: list[tuple[str, str, tuple[str, ...]]] = [
    ("index", r"(?<=[hoib])1(?=[\s}])|(?<=[ib]_)1", ("2",)),
    ("index", r"(?<=[hoib])2(?=[\s}])|(?<=[ib]_)2", ("1",)),
    *(("index", rf"(?<=w_){n}", tuple(f"{m}" for m in ((n + 1) % 8 + 1, n % 8 + 1))) for n in range(1, 9)),
    ("operator", r" \+ (?=[^-])", (" - ",)),
    ("operator", r" - ", (" + ",)),
    ("operator", r"(?<=[\d}])-(?=[\d(])", ("+",)),
    ("operator", r" \* (?=[^-])", (" + ", " - ")),
    ("sign", r"(?<=[={*] )-(?=[\d(])|(?<=\{)-(?=[\dn])", ("",)),
    ("sign", r"(?<== )(?=[\d(]|out|\\delta|\\frac\{1\})", ("-",)),
    ("exponent", r"(?<=\^)2", ("3", "1")),
    ("exponent", r"(?<=\^\{)2", ("3",)),
    ("constant", r"(?<=\\frac\{1\}\{)2", ("3",)),
    ("constant", r"(?<=\{)1(?= ?\+)|(?<=\()1(?= ?-)|(?<=\* )1\b(?!\.)", ("2",)),
    ("constant", r"(?<=\+ )0(?![.\d])", ("1",)),
    ("state", r"(?<=w_\d)\^\+", ("",)),
    ("state", r"(?<=w_\d)(?= [-*])", ("^+",)),
    ("factor", r" \* (?:out_\{h1\}|i_1|i_2|\\eta)(?![\w^])", ("",)),
    ("name", r"target", ("out",)),
    ("name", r"out(?=_)", ("net",)),
]
NUMBER = re.compile(r"\d+\.\d+")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A formula with one token changed."""

    kind: str
    before: str
    text: str
    start: int
    token: str
    by: str


def mutants(text: str) -> Iterator[Mutant]:
    """All mutants of a formula."""
    for kind, pattern, replacements in RULES:
        for match in re.finditer(pattern, text):
            for by in replacements:
                yield _mutant(kind, text, match.start(), match.group(), by)
    for match in NUMBER.finditer(text):
        digits = match.group()
        for place, digit in enumerate(digits):
            if digit == ".":
                continue
            kind = "last digit" if place == len(digits) - 1 else "digit"
            for step in (1, 9):
                by = digits[:place] + str((int(digit) + step) % 10) + digits[place + 1 :]
                yield _mutant(kind, text, match.start(), digits, by)


def _mutant(kind: str, text: str, start: int, token: str, by: str) -> Mutant:
    return Mutant(kind, text, text[:start] + by + text[start + len(token) :], start, token, by)


class Bench:
    """Reads and judges formulas about one network without child processes."""

    def __init__(self, network: Network) -> None:
        world = World(network)
        self.vocabulary = Vocabulary(network, world.graph)
        self.judge = Judge(world)

    def judged(self, formula: Formula, forget: bool = True) -> list[Judged] | None:
        """The verdicts of all claims of a formula; None if it cannot be read in full."""
        if forget:
            self.judge.carried = frozenset()  # what one mutant says is nothing to go on with in the next
        statements, problems = read(formula, self.vocabulary)
        if any(problem.in_equation for problem in problems):
            return None
        return [one for statement in statements for one in self.judge.statement(statement)]

    def accepts(self, formula: Formula, forget: bool = True) -> bool:
        """Whether it states something and all of it is accepted."""
        found = self.judged(formula, forget)
        return bool(found) and all(one.verdict.value in ACCEPTED for one in found or [])

    def accepts_text(self, formula: Formula, text: str) -> bool:
        """The same for another text in the formula's place."""
        return self.accepts(replace(formula, text=text))
