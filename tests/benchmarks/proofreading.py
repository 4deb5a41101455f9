"""Documents in other authors' notations, right and with planted mistakes: what share of them is found.

Each document is right as it stands. A program plants one mistake after the other; found is one that makes
some claim "wrong", or true by another convention only. A false alarm is any claim of a right document that is
not accepted.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from symback.balls import Numeric
from symback.claims.document_file import read_text
from symback.claims.extract import formulas, kind_of
from symback.claims.judge import Judge
from symback.claims.printed import Printed, printed, shown
from symback.claims.prose import remarks
from symback.claims.remarks import resolved
from symback.claims.source import Remark
from symback.claims.verdicts import Judged
from symback.claims.verify import _tasks
from symback.claims.vocabulary import Vocabulary
from symback.claims.workshop import Task
from symback.claims.world import World
from symback.network import load

FOREIGN = Path(__file__).resolve().parents[1] / "fixtures" / "foreign"
DOCUMENTS = [
    ("letters.md", str(FOREIGN / "letters.toml")),
    ("deutsch.tex", "mazur"),
    ("chinese.md", "mazur"),
    ("steps.ipynb", "mazur"),
    ("carried.md", "mazur"),
    ("blackboard.md", "mazur"),
    ("regression.tex", str(FOREIGN / "regression.toml")),
]
ACCEPTED = frozenset({"proved", "exact", "rounded"})
FOUND = frozenset({"wrong", "convention"})
LONG = re.compile(r"(?<![\w.])\d+\.\d{4,}")
"""Printed results."""
SHORT = re.compile(r"(?<![\w.])\d+\.\d{1,3}(?![\d.])")
"""Given numbers."""

ATOM = r"(?:\\(?:math\w+|text)\{\w+\}|\\?[A-Za-z]+)(?:_\{\w+\}|_\w+)*(?:\^\{\(\d\)\})?"
INDEX = re.compile(r"(?<=_)\d|(?<=_\{[a-z])\d(?=\})|(?<=_[a-z])\d|(?<=\w_)\d(?=\})|(?<=\^\{\()\d(?=\)\})")
SIGN = re.compile(r"(?<=[\w})]) [+-] |(?<=[={(] )-|(?<=[({])-(?=[\w\\])")
# one factor of a product, with its dot
FACTOR = re.compile(rf" (?:\\cdot|\\times|\*) ({ATOM})(?![\w\\({{]| ?\(|\^)|({ATOM}) (?:\\cdot|\\times|\*) ")
SLOPE = re.compile(rf" (?:\\cdot|\\times|\*) (?:({ATOM}|\\hat\{{y\}}_\d) \(1 - \1\)|\(1 - \({ATOM}\)\^2\))")


@dataclass(frozen=True, slots=True)
class Plant:
    """One mistake: the document with it, and where it stands."""

    kind: str
    text: str
    line: int
    before: str
    after: str


class Desk:
    """A document and its network; formulas and chains that did not change are read and judged once."""

    def __init__(self, name: str, network: str) -> None:
        self.name = name
        self.text, shown_name = read_text(FOREIGN / name)
        self.kind = kind_of(shown_name, self.text)
        net = load(network)
        self.world = World(net)
        self.vocabulary = Vocabulary(net, self.world.graph)
        self.judge = Judge(self.world)
        self._known: dict[object, tuple[list[Judged], frozenset[tuple[str, Fraction]]]] = {}

    def judged(self, text: str) -> list[Judged]:
        """All verdicts on a version of the document, as `verify` gives them."""
        found: list[Judged] = []
        tasks, problems = _tasks(formulas(text, self.kind), self.vocabulary)
        self.judge.carried = frozenset()
        work: list[Task | Remark] = [*tasks, *resolved(remarks(text, self.kind), self.vocabulary)]
        for item in work:
            key = (item, self.judge.carried)
            if key not in self._known:
                if isinstance(item, Remark):
                    verdicts = [self.judge.remark(item)]
                else:
                    verdicts = list(self.judge.statement(item.statement, item.start))
                self._known[key] = verdicts, self.judge.carried
            verdicts, self.judge.carried = self._known[key]
            found += verdicts
        return [*found, *problems]

    # --- planting --------------------------------------------------------------------------------

    def plants(self) -> Iterator[Plant]:
        """All mistakes that the program knows to plant."""
        names = Counter(re.findall(rf"{ATOM}|\\hat\{{y\}}_\d", self.text))
        for start, end in self._spans():
            part = self.text[start:end]
            for match in INDEX.finditer(part):
                yield from self._swapped(start + match.start(), match.group(), names)
            for match in SIGN.finditer(part):
                sign = match.group()
                by = {"-": "", " + ": " - ", " - ": " + "}[sign]
                yield self._plant("sign", start + match.start(), sign, by)
            for match in FACTOR.finditer(part):
                yield self._plant(
                    "missing factor", start + match.start(), match.group(), " " if match[1] else ""
                )
            for match in SLOPE.finditer(part):
                yield self._plant("missing derivative", start + match.start(), match.group(), "")
        longs = [m.group() for m in LONG.finditer(self.text)]
        stale = self._stale_values()
        for match in LONG.finditer(self.text):
            yield from self._wrong_numbers(match.start(), match.group(), longs, stale)

        for match in SHORT.finditer(self.text):
            digits = match.group()
            yield self._plant("wrong given number", match.start(), digits, _stepped(digits, len(digits) - 1))

    def _spans(self) -> Iterator[tuple[int, int]]:
        """Lines that hold an equation or continue one."""
        at = 0
        for line in self.text.splitlines(keepends=True):
            if "=" in line or r"\cdot" in line:
                yield at, at + len(line)
            at += len(line)

    def _swapped(self, at: int, digit: str, names: Counter[str]) -> Iterator[Plant]:
        for other in "12345678":
            plant = self._plant("swapped index", at, digit, other)
            # only names that the document has, so that the slip is one that an author makes
            near = plant.text[max(0, at - 24) : at + 8]
            changed = list(re.finditer(rf"{ATOM}|\\hat\{{y\}}_\d", near))
            here = min(24, at)
            if other != digit and any(m.start() <= here < m.end() and names[m.group()] for m in changed):
                yield plant

    def _stale_values(self) -> dict[str, tuple[Numeric | None, Numeric | None]]:
        first = [
            name for layer in self.world.network.layers[:-1] for row in layer.weight_names for name in row
        ]
        names = [*(f"{name}+" for name in first), "E_total+"]
        return {n: (self.world.number(n), self.world.stale_number(n)) for n in names}

    def _wrong_numbers(
        self, at: int, digits: str, longs: list[str], stale: dict[str, tuple[Numeric | None, Numeric | None]]
    ) -> Iterator[Plant]:
        place = len(digits) - 3
        yield self._plant("wrong digit", at, digits, _stepped(digits, place))
        yield self._plant("wrong last digit", at, digits, _stepped(digits, len(digits) - 1))
        here = printed(digits)
        for value in self._values_of(here):
            cut = Printed(here.whole - 1, here.decimals)
            if cut.is_truncation_of(value) and not here.is_exactly(value):
                yield self._plant("truncated digit", at, digits, shown_digits(cut))
                break
        for true, slip in stale.values():
            if true is not None and slip is not None and here.is_rounding_of(true):
                wrong = shown(slip, here.decimals)
                if wrong != digits:
                    yield self._plant("stale weights", at, digits, wrong)
        others = sorted({other for other in longs if other != digits})
        if others:
            yield self._plant("copied number", at, digits, random.Random(at).choice(others))

    def _values_of(self, digits: Printed) -> Iterator[Numeric]:
        for value in self.world.numbers.values():
            for one in (value, -value):
                if digits.is_rounding_of(one):
                    yield one

    def _plant(self, kind: str, at: int, token: str, by: str) -> Plant:
        text = self.text[:at] + by + self.text[at + len(token) :]
        return Plant(kind, text, self.text.count("\n", 0, at) + 1, token, by)

    def is_found(self, plant: Plant) -> bool:
        """Whether a claim is called wrong; in the right document none is."""
        return any(one.verdict.value in FOUND for one in self.judged(plant.text))


def _stepped(digits: str, place: int) -> str:
    while digits[place] == ".":
        place -= 1
    return digits[:place] + str((int(digits[place]) + 1) % 10) + digits[place + 1 :]


def shown_digits(digits: Printed) -> str:
    """The digits as text."""
    text = str(abs(digits.whole)).rjust(digits.decimals + 1, "0")
    return f"{text[: -digits.decimals]}.{text[-digits.decimals :]}"


@dataclass(slots=True)
class Result:
    """The figures of one or more documents."""

    claims: int = 0
    alarms: list[str] = field(default_factory=list)
    planted: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[str, Plant]] = field(default_factory=list)

    @property
    def found_share(self) -> float:
        """Of all planted mistakes."""
        return 1 - len(self.missed) / sum(self.planted.values())

    @property
    def alarm_share(self) -> float:
        """Of all claims of right documents."""
        return len(self.alarms) / self.claims


def proofread(every: int = 1) -> Result:
    """Plant and look; with `every`, only each so-maniest mistake of a kind."""
    result = Result()
    for name, network in DOCUMENTS:
        desk = Desk(name, network)
        right = desk.judged(desk.text)
        result.claims += len(right)
        result.alarms += [f"{name}:{one.place.line}: {one.verdict.value}: {one.text}" for one in right
                          if one.verdict.value not in ACCEPTED]  # fmt: skip
        seen: Counter[str] = Counter()
        for plant in desk.plants():
            seen[plant.kind] += 1
            if (seen[plant.kind] - 1) % every:
                continue
            result.planted[plant.kind] += 1
            if not desk.is_found(plant):
                result.missed.append((name, plant))
    return result


def measure(every: int = 1) -> Result:
    """Print the figures."""
    result = proofread(every)
    missed = Counter(plant.kind for _, plant in result.missed)
    for kind, count in sorted(result.planted.items()):
        share = 100 * (1 - missed[kind] / count)
        print(f"{kind:20} {count - missed[kind]:5} of {count:5} found  {share:6.1f} %")
    print(f"{'all':20} {100 * result.found_share:.1f} % of {sum(result.planted.values())} mistakes found")
    print(f"{len(result.alarms)} false alarms among {result.claims} claims")
    for name, plant in result.missed:
        line = plant.text.splitlines()[plant.line - 1].strip()
        print(f"missed: {name}:{plant.line}: {plant.kind}: {plant.before!r} -> {plant.after!r}: {line}")
    for alarm in result.alarms:
        print(f"false alarm: {alarm}")
    return result


if __name__ == "__main__":
    measure()
