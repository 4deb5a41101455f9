"""Canonical names -> symbols on the page. Letters such as z, a, net and out live only here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import takewhile

from symback.dialects import Dialect
from symback.errors import RequestError
from symback.marks import GREEK, LATEX_MARKS, Base, Marks
from symback.mathml_marks import MATHML_MARKS
from symback.naming import NameParts, parts_of
from symback.records import record
from symback.registry import Registry
from symback.text_marks import TEXT_MARKS
from symback.typst_marks import TYPST_MARKS
from symback.update_rules import UPDATE_RULES

_OTHER_SIGNS = "varepsilon vartheta varphi ell hbar prime star ast circ langle rangle"
_FONTS_AND_MARKS = "mathrm mathbf mathit mathsf mathcal mathbb boldsymbol hat bar tilde vec dot ddot"
_COMMANDS = GREEK | frozenset(_OTHER_SIGNS.split())
_WITH_ARGUMENT = frozenset(_FONTS_AND_MARKS.split())
_ATOM = re.compile(r"\\[A-Za-z]+|\\[,;!]|[A-Za-z0-9'.,+*()\[\] -]|\{")
WHOLE = {
    "E_total": r"E_{\mathrm{total}}",
    "E_batch": r"E_{\mathrm{batch}}",
    "updates": "n",
    "weight_decay": r"\lambda",
    "dampening": r"\tau",
    "length": "N",
}
"""Names whose symbol is not made of their parts."""
STATES = {"velocity": "v"}
"""States of update rules whose letter is not their name; `_hat` at the end puts one on the letter."""


@dataclass(frozen=True, slots=True)
class Style:
    """One way to name things: LaTeX for the base of a name, by base."""

    name: str
    bases: Mapping[str, str]


STYLES: Registry[Style] = Registry(
    "notation",
    [
        Style(
            "net-out",
            {"net": r"\mathrm{net}", "out": r"\mathrm{out}", "target": r"\mathrm{target}"},
        ),
        Style("z-a", {"net": "z", "out": "a", "target": "y"}),
    ],
)


@record(frozen=True, slots=True)
class Symbol:
    """How a quantity is printed in mathematics."""

    text: str
    is_tall: bool = False
    """A fraction such as a derivative: brackets around it must be higher."""
    is_compound: bool = False
    """It has a superscript or is a fraction: as the base of a power it needs brackets."""


MOST_SYMBOLS = 65_536
"""So many are kept."""
MARKS = {marks.name: marks for marks in (LATEX_MARKS, MATHML_MARKS, TYPST_MARKS, TEXT_MARKS)}
"""How symbols are written, by the `writing` of a dialect."""
_ANY_NUMBER = "9876543210"
Family = tuple[str, str, bool, bool]
"""Before and after a number, and whether the symbol is tall and compound."""


@dataclass(frozen=True)
class Notation:
    """Symbols for all names: a style, and single symbols that the network file overrides."""

    style: Style
    overrides: Mapping[str, str] = field(default_factory=dict)
    marks: Marks = LATEX_MARKS

    def symbol(self, name: str) -> Symbol:
        """The symbol of a canonical name, such as `net_h1[2]`, `dE_total/dw5` or `w5+`."""
        return self.symbols[name]

    def written_in(self, dialect: Dialect) -> Notation:
        """The same symbols in the language of a dialect."""
        wanted = MARKS[dialect.writing]
        return self if self.marks is wanted else Notation(self.style, self.overrides, wanted)

    @cached_property
    def symbols(self) -> Mapping[str, Symbol]:
        """The symbols of all canonical names, each made when it is first asked for."""
        return _made(self.style.name, tuple(sorted(self.overrides.items())), self.marks)

    def family(self, stem: str) -> Family | None:
        """What `w1`, `w2`, ... or `dE_total/dw1`, ... have in common.

        None where the number is not the only difference, as after an index or where `d2E/dw5dw5` is a square.
        """
        if self.overrides or stem.startswith(("_", "d2")) or not stem.replace("/", "").isidentifier():
            return None
        like = self.make(stem + _ANY_NUMBER)
        before, _, after = like.text.partition(_ANY_NUMBER)
        return before, after, like.is_tall, like.is_compound

    def make(self, name: str) -> Symbol:
        """`symbol`, made anew."""
        own, marks = self.overrides, self.marks
        if name in own:
            return Symbol(marks.scripted(marks.given(own[name])), is_compound="^" in own[name])
        if "^" in name and "/" not in name:
            letter, _, layer = name.partition("^")
            place = "".join(takewhile(str.isdigit, layer))
            state = layer[len(place) :]
            above = marks.number(place) + (marks.comma + marks.index(0, None, state) if state else "")
            return Symbol(marks.scripted(Base(marks.word(letter)), above), is_compound=True)
        parts = parts_of(name)
        if parts.is_derivative:
            over, under = self._above_and_below(parts)
            return Symbol(marks.fraction(over, under), is_tall=True, is_compound=True)
        above = marks.index(parts.sample, parts.step, parts.state)
        plain = name.split("[")[0].removesuffix(parts.state)
        base = marks.given(own[plain]) if plain in own else self._state(plain) or self._base(parts)
        return Symbol(marks.scripted(base, above), is_compound=bool(above) or base.is_raised)

    def _state(self, name: str) -> Base | None:
        """The symbol of `m_hat_w5`, or of `m_hat` for any parameter; None for what no update rule has."""
        known = _states().get(name.partition("_")[0], ())
        known = [state for state in known if name == state or name.startswith(f"{state}_")]
        known = [state for state in known if not name[len(state) + 1 :][:1].isdigit()]  # m_1_2 of an image m
        if not known:
            return None
        state = max(known, key=len)
        letter = state.removesuffix("_hat")
        symbol = self.marks.word(STATES.get(letter, letter))
        if letter != state:
            symbol = self.marks.hat(symbol)
        parameter = name[len(state) + 1 :]
        below = self.symbol(parameter).text if parameter else ""
        return Base(symbol, below, is_raised="^" in below)

    def _base(self, parts: NameParts) -> Base:
        marks = self.marks
        whole = f"{parts.base}_{parts.subscript}" if parts.subscript else parts.base
        if whole in WHOLE:
            return marks.given(WHOLE[whole])
        if parts.subscript:
            return Base(self._letter(parts.base), marks.unit(parts.subscript))
        letters = parts.base.rstrip("0123456789")
        digits = parts.base[len(letters) :]
        return Base(self._letter(letters), marks.number(digits) if digits else "")

    def _letter(self, base: str) -> str:
        of_style = self.style.bases.get(base)
        return self.marks.given(of_style).letter if of_style else self.marks.word(base)

    def inline(self, name: str) -> str:
        """The same for small print: a derivative as a slashed fraction."""
        parts = parts_of(name)
        if not parts.is_derivative:
            return self.symbol(name).text
        return self.marks.slashed(*self._above_and_below(parts))

    def _above_and_below(self, parts: NameParts) -> tuple[str, str]:
        """Numerator and denominator of a derivative; a raised plus marks one of a formula's own."""
        marks = self.marks
        above = self.symbol(parts.of + parts.state).text
        below = self.symbol(parts.by + parts.state).text
        if parts.then:
            then = self.symbol(parts.then + parts.state)
            is_square = then.text == below and not then.is_compound
            if is_square:
                under = marks.squared(below)
            else:
                under = marks.product((marks.partial(below), marks.partial(then.text)))
            return (marks.twice(above) if parts.direct else marks.partial(above, "2")), under
        return marks.partial(above, "+" if parts.direct else ""), marks.partial(below)


def notation(style: str, overrides: Mapping[str, str] | None = None) -> Notation:
    """The notation called `style`, with symbols of the user's own.

    Raises UnknownName for an unknown style and RequestError for a symbol that is not plain LaTeX mathematics.
    """
    for name, latex in (overrides or {}).items():
        problem = check_symbol(latex)
        if problem:
            raise RequestError(f"[notation] {name}: {latex!r} stands there. {problem}.")
    return Notation(STYLES[style], dict(overrides or {}))


class _Made(dict[str, Symbol]):
    """Symbols by name, made by a notation when they are missing."""

    def __init__(self, notation: Notation) -> None:
        self.notation = notation
        self.families: dict[str, Family | None] = {}

    def __missing__(self, name: str) -> Symbol:
        stem = name.rstrip("0123456789")
        if stem != name and stem not in self.families:
            self.families[stem] = self.notation.family(stem)
        family = self.families.get(stem) if stem != name else None
        if family is None:
            symbol = self.notation.make(name)
        else:
            before, after, is_tall, is_compound = family
            symbol = Symbol(f"{before}{name[len(stem) :]}{after}", is_tall, is_compound)
        if len(self) >= MOST_SYMBOLS:
            self.clear()
            self.families.clear()
        self[name] = symbol
        return symbol


@lru_cache(maxsize=16)
def _made(style: str, overrides: tuple[tuple[str, str], ...], marks: Marks) -> _Made:
    """Those of all documents in one style."""
    return _Made(Notation(STYLES[style], dict(overrides), marks))


@lru_cache(maxsize=1)
def _states() -> dict[str, list[str]]:
    """The names of all that an update rule remembers or makes on its way, by what stands before a bar."""
    found: dict[str, list[str]] = {}
    for name in dict.fromkeys(state.name for rule in UPDATE_RULES for state in rule.states):
        found.setdefault(name.partition("_")[0], []).append(name)
    return found


def check_symbol(latex: str) -> str:
    """What may stand there, if this cannot be used as a symbol; "" if it can."""
    if _after_row(latex, 0) == len(latex) and re.search("[A-Za-z0-9]", latex):
        return ""
    return (
        "There may stand a symbol: letters, digits, one sub- and one superscript each, balanced braces, "
        "Greek letters, and fonts and marks with their argument in braces, such as \\mathbf{w} or "
        "\\hat{\\omega}_1"
    )


def _after_row(latex: str, start: int) -> int:
    """The place after atoms with their scripts; before the end of the text where something is wrong."""
    place = start
    while place < len(latex) and latex[place] != "}":
        after = _after_atom(latex, place)
        used = ""
        while after > place and latex[after : after + 1] in ("_", "^"):
            script = _after_atom(latex, after + 1)
            if (
                script == after + 1
                or latex[after] in used
                or latex[after + 1] == "'"
                or (latex[after] == "^" and latex[script : script + 1] == "'")
            ):
                return after
            used += latex[after]
            after = script
        if after == place:
            return place
        place = after
    return place


def _after_atom(latex: str, start: int) -> int:
    """The place after one letter, sign, command or group; `start` itself where there is none."""
    found = _ATOM.match(latex, start)
    if found is None:
        return start
    command = found.group().removeprefix("\\")
    if found.group() != "{" and command not in _WITH_ARGUMENT:
        return found.end() if len(command) == 1 or command in _COMMANDS else start
    opening = found.end() if found.group() == "{" else found.end() + 1
    if latex[opening - 1 : opening] != "{":
        return start
    closing = _after_row(latex, opening)
    return closing + 1 if closing > opening and latex[closing : closing + 1] == "}" else start
