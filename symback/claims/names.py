"""One symbol with its scripts -> a canonical name; sample, state and index letters are told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from symback.claims.raw import Numeral, Raw, Scripted, Symbol, walk
from symback.claims.scripts import PLAIN, Script, marked
from symback.claims.spellings import WEIGHTS
from symback.claims.tokens import Unreadable
from symback.claims.vocabulary import Vocabulary
from symback.expression import Expression, Name, Product
from symback.naming import indexed

_AFTER = frozenset(
    [
        *("new", "(new)", "neu", "(neu)", "updated", "(updated)", "next", "(1)+"),
        *("t+1", "(t+1)", "k+1", "(k+1)", "n+1", "(n+1)"),
    ]
)
"""Superscripts of a parameter after an update."""
_BEFORE = frozenset(["old", "(old)", "alt", "(alt)", "t", "(t)", "k", "(k)", "n", "(n)", "current"])
_IN_SUBSCRIPT = re.compile(r"(.*?),?\(?(new|neu|updated|old|alt)\)?")
UPDATED = Script(state="+")
KNOWN_WORDS = frozenset(["net", "out", "target", "output", "input", "error", "loss", "pred"])
MOST_LOOKUPS = 6_000
Unit = str
Sample = tuple[int]
Binding = Mapping[str, "Unit | int | Sample"]
"""What index letters stand for: a unit, a place from 1, or a sample as (place,); "" is no index at all."""


class Unresolved(Exception):
    """Internal: a name is not known, or could be two things."""

    def __init__(self, message: str, start: int, end: int) -> None:
        self.message = message
        self.start = start
        self.end = end
        super().__init__(message)


@dataclass(slots=True)
class Names:
    """Looks symbols up in a vocabulary, with the meaning of index letters; `general` gives placeholders."""

    vocabulary: Vocabulary
    binding: Binding = field(default_factory=dict)
    general: bool = False
    spent: list[int] = field(default_factory=lambda: [0])
    """How many symbols were looked up for a statement, shared by all its readings."""

    def spend(self, node: Raw) -> None:
        """One more look-up. Raises Unreadable where sums in sums would need too many."""
        self.spent[0] += 1
        if self.spent[0] > MOST_LOOKUPS:
            raise Unreadable("this general formula has too many instances to be read", node.start, node.end)

    def read(self, node: Raw) -> tuple[Expression, Raw | None]:
        """The name (or product of one-letter names) of a symbol, and the exponent that is left over."""
        self.spend(node)
        symbol = node.base if isinstance(node, Scripted) else node
        assert isinstance(symbol, Symbol)
        subscript = mark = above = ""
        primes, raised = 0, None
        if isinstance(node, Scripted):
            subscript, mark, above = node.subscript, node.mark, node.raised_text
            primes, raised = node.primes, node.raised
        if mark or above:
            alias = (
                self.vocabulary.base(symbol.text, subscript, mark or above)
                if not self.vocabulary.is_free
                else None
            )
            if alias is not None and (found := self.vocabulary.quantity(alias)):
                return Name(found), None
        script, is_used = self._above(symbol, subscript, mark, above, primes)
        ends = _IN_SUBSCRIPT.fullmatch(subscript)
        if ends and not self.vocabulary.is_free and self.vocabulary.base(symbol.text, subscript) is None:
            subscript, word = ends.groups()
            state = script.state or ("" if word in ("old", "alt") else "+")
            script = replace(script, state=state)
        found = self._name(symbol, subscript, script)
        if found is None:
            split = self._letters(symbol, subscript, script)
            if split is None:
                raise self.unknown(node, symbol, subscript, script)
            return split, (None if is_used else raised)
        return Name(found), (None if is_used else raised)

    def _above(
        self, symbol: Symbol, subscript: str, mark: str, above: str, primes: int
    ) -> tuple[Script, bool]:
        """Sample, step and state that the superscript means, and whether it is used up by that."""
        start, end = symbol.start, symbol.end
        if primes:
            if primes > 1 or not self._is_parameter(symbol, subscript):
                raise Unresolved(f"what the prime at {symbol.text} means is not known", start, end)
            return UPDATED, False
        if mark:
            script = marked(mark)
            if script is None:
                raise Unresolved(f"the superscript {mark} is not known", start, end)
            return script, True
        if not above:
            return PLAIN, False
        if "+" in above and (script := marked(above)) is not None and script.state not in ("", "+"):
            return script, True
        letter = above.strip("()")
        bound = self.binding.get(letter)
        if isinstance(bound, tuple):
            return Script(bound[0]), True
        if found := re.fullmatch(r"\(([0-9]{1,6})\)", above):
            sample = int(found[1])
            if self._name(symbol, subscript, Script(sample)) is not None:
                return Script(sample), True
            base = None if self.vocabulary.is_free else self.vocabulary.base(symbol.text, subscript)
            message = f"({sample}) at {symbol.text} is no sample of this network; "
            if base is not None and base in self.vocabulary.timed:
                message += f"a time step is {indexed(base, step=sample)}"
            else:
                message += "an exponent needs no brackets"
            raise Unresolved(message, start, end)
        if above in _AFTER and self._is_parameter(symbol, subscript):
            return UPDATED, True
        if above in _BEFORE and self._is_parameter(symbol, subscript):
            return PLAIN, True
        return PLAIN, False

    def _is_parameter(self, symbol: Symbol, subscript: str) -> bool:
        plain = self._name(symbol, subscript, PLAIN)
        return plain is not None and self.vocabulary.is_parameter(plain)

    def _name(self, symbol: Symbol, subscript: str, script: Script) -> str | None:
        if self.vocabulary.is_free:
            if not self.may_be_free(symbol, subscript):
                return None
            return self._free(symbol.text, subscript) if script == PLAIN else None
        bound, spelled = self.bound(symbol.text, subscript)
        base = bound if bound is not None else self.vocabulary.base(symbol.text, subscript)
        if base is None:
            return None
        default = self.binding.get("#")
        found = self.vocabulary.at(base, script)
        if found is None and not script.sample and isinstance(default, tuple):
            script = replace(script, sample=default[0])
            found = self.vocabulary.at(base, script)
        if found is not None and bound is not None and self.general:
            return script.on(spelled)
        return found

    def _free(self, text: str, subscript: str) -> str:
        place = self.binding.get(subscript)
        return self.vocabulary.base(text, str(place) if isinstance(place, int) else subscript) or text

    def may_be_free(self, symbol: Symbol, subscript: str) -> bool:
        """Without a network: whether these letters are surely one name; `xy` in LaTeX may be a product."""
        return symbol.style != "run" or len(symbol.text) == 1 or symbol.text in KNOWN_WORDS

    def bound(self, text: str, subscript: str) -> tuple[str | None, str]:
        """The name that index letters make, and its general form such as `delta_o`; None if none is bound."""
        pieces = self.pieces(subscript)
        if pieces is None:
            return None, ""
        values = [self.binding.get(piece, piece) for piece in pieces]
        if any(isinstance(value, tuple) for value in values):
            return None, ""
        base: str | None = None
        if len(values) == 2 and text in WEIGHTS:
            base = self.vocabulary.weights_between.get((str(values[0]), str(values[1])))
        elif len(values) == 1:
            base = self.vocabulary.base(text, str(values[0]))
        if base is None:
            return None, ""
        letters = base.split("_")[0] if "_" in base else base.rstrip("0123456789")
        return base, f"{letters}_{subscript or 'o'}"

    def pieces(self, subscript: str) -> list[str] | None:
        """A subscript cut into index letters that are bound, and units; None if no letter in it is bound."""
        if subscript in self.binding:
            return [subscript]
        parts = subscript.split(",") if "," in subscript else _cut(subscript, self.vocabulary.units)
        if not parts or not any(part in self.binding for part in parts) or len(parts) > 2:
            return None
        return parts if all(part in self.binding or part in self.vocabulary.units for part in parts) else None

    def _letters(self, symbol: Symbol, subscript: str, script: Script) -> Expression | None:
        """A run such as `wx` as the product w*x, where every letter is a known name and the run is none."""
        text = symbol.text
        if symbol.style != "run" or len(text) == 1 or self.vocabulary.is_free or text in KNOWN_WORDS:
            return None
        names: list[Expression] = []
        for place, letter in enumerate(text):
            is_last = place == len(text) - 1
            one = Symbol(symbol.start + place, symbol.start + place + 1, letter, "run")
            found = self._name(one, subscript if is_last else "", script if is_last else PLAIN)
            if found is None:
                return None
            names.append(Name(found))
        return Product(tuple(names))

    def unknown(self, node: Raw, symbol: Symbol, subscript: str, script: Script) -> Unresolved:
        """What to say about a symbol that has no meaning here."""
        spelled = symbol.text + (f"_{subscript}" if subscript else "")
        base = None if self.vocabulary.is_free else self.vocabulary.base(symbol.text, subscript)
        if self.vocabulary.is_free:
            if not self.may_be_free(symbol, subscript):
                message = f"{spelled} may be one name or a product; write \\mathrm{{{symbol.text}}} or spaces"
            else:
                message = f"{spelled} has a sample or a state, which only a network gives a meaning"
        elif base is not None and script == PLAIN and base in self.vocabulary.timed:
            example = indexed(base, step=1)
            message = f"{spelled} is a quantity of each time step; which one is meant, such as {example}?"
        elif base is not None and not script.sample and len(self.vocabulary.samples) > 1 and not script.state:
            message = (
                f"{spelled} is a quantity of each sample; which one is meant, such as {indexed(base, 1)}?"
            )
        elif base is not None:
            message = f"there is no {script.on(base)} in this network"
        else:
            message = f"{spelled} is not known.{self.vocabulary.nearest(spelled)}"
        return Unresolved(message, node.start, node.end)


def open_letters(node: Raw, names: Names) -> Iterator[str]:
    """Index letters that stand for no unit yet: subscripts of one or two letters that are no name."""
    units = names.vocabulary.units
    for found in walk(node):
        if not isinstance(found, Scripted) or not isinstance(found.base, Symbol) or not found.subscript:
            continue
        subscript = found.subscript
        if names.vocabulary.base(found.base.text, subscript) is not None:
            continue
        parts = subscript.split(",") if "," in subscript else _cut(subscript, units)
        if parts and len(parts) <= 2 and all(part in units or len(part) == 1 for part in parts):
            yield from (
                part for part in parts if part.isalpha() and part not in units and part not in names.binding
            )


def _cut(subscript: str, units: frozenset[str]) -> list[str] | None:
    """A subscript as units and single letters, from the left; None if something else is in it."""
    parts: list[str] = []
    place = 0
    while place < len(subscript):
        fits = [unit for unit in units if subscript.startswith(unit, place)]
        part = max(fits, key=len) if fits else subscript[place]
        if not part.isalnum():
            return None
        parts.append(part)
        place += len(part)
    return parts


def is_symbol(node: Raw) -> bool:
    """Whether this is a name with or without scripts."""
    base = node.base if isinstance(node, Scripted) else node
    return isinstance(base, Symbol) and base.style not in ("function", "ones")


def is_number(node: Raw) -> bool:
    """Whether this is a bare number."""
    return isinstance(node, Numeral)
