"""Canonical names -> symbols on the page. Letters such as z, a, net and out live only here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import takewhile

from symback.errors import RequestError
from symback.naming import NameParts, parts_of
from symback.records import record
from symback.registry import Registry
from symback.update_rules import UPDATE_RULES

_LETTERS = """
alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau
upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
"""
_OTHER_SIGNS = "varepsilon vartheta varphi ell hbar prime star ast circ langle rangle"
_FONTS_AND_MARKS = "mathrm mathbf mathit mathsf mathcal mathbb boldsymbol hat bar tilde vec dot ddot"
GREEK = frozenset(_LETTERS.split())
_COMMANDS = GREEK | frozenset(_OTHER_SIGNS.split())
_WITH_ARGUMENT = frozenset(_FONTS_AND_MARKS.split())
_ATOM = re.compile(r"\\[A-Za-z]+|\\[,;!]|[A-Za-z0-9'.,+*()\[\] -]|\{")
GENERAL = frozenset({"ho", "hk"})
"""Subscripts of general statements: `w_ho` leads from any h to any o; both letters are indices."""


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
    """How a quantity is printed in LaTeX mathematics."""

    latex: str
    is_tall: bool = False
    """A fraction such as a derivative: brackets around it must be higher."""
    is_compound: bool = False
    """It has a superscript or is a fraction: as the base of a power it needs brackets."""


MOST_SYMBOLS = 65_536
"""So many are kept."""
_ANY_NUMBER = "9876543210"
Family = tuple[str, str, bool, bool]
"""Before and after a number, and whether the symbol is tall and compound."""


@dataclass(frozen=True)
class Notation:
    """Symbols for all names: a style, and single symbols that the network file overrides."""

    style: Style
    overrides: Mapping[str, str] = field(default_factory=dict)

    def symbol(self, name: str) -> Symbol:
        """The symbol of a canonical name, such as `net_h1[2]`, `dE_total/dw5` or `w5+`."""
        return self.symbols[name]

    @cached_property
    def symbols(self) -> Mapping[str, Symbol]:
        """The symbols of all canonical names, each made when it is first asked for."""
        return _made(self.style.name, tuple(sorted(self.overrides.items())))

    def family(self, stem: str) -> Family | None:
        """What `w1`, `w2`, ... or `dE_total/dw1`, ... have in common.

        None where the number is not the only difference, as after an index or where `d2E/dw5dw5` is a square.
        """
        if self.overrides or stem.startswith(("_", "d2")) or not stem.replace("/", "").isidentifier():
            return None
        like = self.make(stem + _ANY_NUMBER)
        before, _, after = like.latex.partition(_ANY_NUMBER)
        return before, after, like.is_tall, like.is_compound

    def make(self, name: str) -> Symbol:
        """`symbol`, made anew."""
        own = self.overrides
        if name in own:
            return Symbol(own[name], is_compound="^" in own[name])
        if "^" in name and "/" not in name:
            letter, _, layer = name.partition("^")
            place = "".join(takewhile(str.isdigit, layer))
            state = layer[len(place) :].replace("@", "+")
            return Symbol(f"{_word(letter)}^{{{place}{',' + state if state else ''}}}", is_compound=True)
        parts = parts_of(name)
        if parts.is_derivative:
            over, under = _above_and_below(parts, lambda part: self.symbol(part).latex)
            return Symbol(rf"\frac{{{over}}}{{{under}}}", is_tall=True, is_compound=True)
        above = superscript(parts.sample, parts.step, parts.state)
        plain = name.split("[")[0].removesuffix(parts.state)
        base = own.get(plain) or self._state(plain) or _base(self.style, parts)
        if above and "^" in base:
            base = f"{{{base}}}"
        return Symbol(base + above, is_compound=bool(above) or "^" in base)

    def _state(self, name: str) -> str:
        """The symbol of `m_hat_w5`, or of `m_hat` for any parameter; "" for what no update rule has."""
        known = _states().get(name.partition("_")[0], ())
        known = [state for state in known if name == state or name.startswith(f"{state}_")]
        known = [state for state in known if not name[len(state) + 1 :][:1].isdigit()]  # m_1_2 of an image m
        if not known:
            return ""
        state = max(known, key=len)
        letter = state.removesuffix("_hat")
        symbol = STATES.get(letter) or _word(letter)
        if letter != state:
            symbol = rf"\hat{{{symbol}}}"
        parameter = name[len(state) + 1 :]
        return rf"{symbol}_{{{self.symbol(parameter).latex}}}" if parameter else symbol

    def inline(self, name: str) -> str:
        """The same for small print: a derivative as a slashed fraction."""
        parts = parts_of(name)
        if not parts.is_derivative:
            return self.symbol(name).latex
        above, below = _above_and_below(parts, lambda part: self.symbol(part).latex)
        return f"{above}/{below}"


def notation(style: str, overrides: Mapping[str, str] | None = None) -> Notation:
    """The notation called `style`, with symbols of the user's own.

    Raises UnknownName for an unknown style and RequestError for a symbol that is not plain LaTeX mathematics.
    """
    for name, latex in (overrides or {}).items():
        problem = check_symbol(latex)
        if problem:
            raise RequestError(f"[notation] {name}: {latex!r} stands there. {problem}.")
    return Notation(STYLES[style], dict(overrides or {}))


def superscript(sample: int, step: int | None, state: str) -> str:
    """The superscript of an index and a state: `^{(2)}`, `^{+}`, `^{(2)+}`, after 100 updates `^{+100}`.

    A time step stands in angle brackets: `^{\\langle 3\\rangle}`.
    """
    after = f"+{state[1:]}" if state.startswith("@") else state
    time = rf"\langle {step}\rangle" if step is not None else ""
    inside = (f"({sample})" if sample else "") + time + after
    return f"^{{{inside}}}" if inside else ""


def _above_and_below(parts: NameParts, symbol: Callable[[str], str]) -> tuple[str, str]:
    """Numerator and denominator of a derivative; a raised plus marks one of a formula's own."""
    above = symbol(parts.of + parts.state)
    below = symbol(parts.by + parts.state)
    if parts.then:
        then = symbol(parts.then + parts.state)
        is_square = then == below and "^" not in below
        below = rf"\partial {below}^{{2}}" if is_square else rf"\partial {below}\,\partial {then}"
        mark = r"\partial\,\partial^{+} " if parts.direct else r"\partial^{2} "
        return mark + above, below
    mark = r"\partial^{+} " if parts.direct else r"\partial "
    return mark + above, rf"\partial {below}"


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
def _made(style: str, overrides: tuple[tuple[str, str], ...]) -> _Made:
    """Those of all documents in one style."""
    return _Made(Notation(STYLES[style], dict(overrides)))


def _base(style: Style, parts: NameParts) -> str:
    whole = f"{parts.base}_{parts.subscript}" if parts.subscript else parts.base
    if whole in WHOLE:
        return WHOLE[whole]
    if parts.subscript:
        base = style.bases.get(parts.base) or _word(parts.base)
        return f"{base}_{{{_subscript(parts.subscript)}}}"
    letters = parts.base.rstrip("0123456789")
    digits = parts.base[len(letters) :]
    base = style.bases.get(letters) or _word(letters)
    return f"{base}_{{{digits}}}" if digits else base


@lru_cache(maxsize=1)
def _states() -> dict[str, list[str]]:
    """The names of all that an update rule remembers or makes on its way, by what stands before a bar."""
    found: dict[str, list[str]] = {}
    for name in dict.fromkeys(state.name for rule in UPDATE_RULES for state in rule.states):
        found.setdefault(name.partition("_")[0], []).append(name)
    return found


def _word(letters: str) -> str:
    """One letter is italic, a Greek letter's name is that letter, a word stands upright."""
    if len(letters) == 1:
        return letters
    return rf"\{letters}" if letters in GREEK else rf"\mathrm{{{letters}}}"


def _subscript(unit: str) -> str:
    """A unit's name; its pieces with commas where it has several, as in `c1_1_2`."""
    if "_" in unit:
        first, *others = unit.split("_")
        return ",".join((_subscript(first), *others))
    letters = unit.rstrip("0123456789")
    return unit if len(letters) <= 1 or unit in GENERAL else rf"\mathrm{{{unit}}}"


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
