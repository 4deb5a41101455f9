"""The raw tree: what stands in a formula, before any name is looked up.

Every node knows where it stands in the text (`start`, `end`). Products are flat lists, because only a table
of names can tell `f(x)` from `x(1 - x)` and `dE/dw` from a quotient of products.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Raw:
    """Base of all raw nodes: offsets in the formula's text."""

    start: int
    end: int

    @property
    def parts(self) -> tuple[Raw, ...]:
        """The direct sub-nodes in reading order."""
        return ()


@dataclass(frozen=True, slots=True)
class Numeral(Raw):
    """Digits as written."""

    text: str


@dataclass(frozen=True, slots=True)
class Symbol(Raw):
    """Letters. `style` says which: a `run` as typed in LaTeX (`net`, `xy`), a `word` from a text command, a
    `greek` letter, a `function`, the `ones` of a matrix formula, an ASCII `name` with index and state.
    """

    text: str
    style: str


@dataclass(frozen=True, slots=True)
class Scripted(Raw):
    """A base with what stands below, above and behind it."""

    base: Raw
    subscript: str = ""
    mark: str = ""
    """A superscript that is no formula, such as `+` or `(4)+`."""
    raised: Raw | None = None
    raised_text: str = ""
    primes: int = 0

    @property
    def parts(self) -> tuple[Raw, ...]:
        return (self.base,) if self.raised is None else (self.base, self.raised)


@dataclass(frozen=True, slots=True)
class Group(Raw):
    """Something in brackets of a kind (`(`, `[`, `{`, `|`), or several, separated by commas."""

    kind: str
    items: tuple[Raw, ...]

    @property
    def parts(self) -> tuple[Raw, ...]:
        return self.items


@dataclass(frozen=True, slots=True)
class Comparison(Raw):
    """A condition; `sign` is one of > < >= <=, or `otherwise` with no sides."""

    sign: str
    sides: tuple[Raw, ...]

    @property
    def parts(self) -> tuple[Raw, ...]:
        return self.sides


@dataclass(frozen=True, slots=True)
class Ratio(Raw):
    """A fraction with its two parts set apart."""

    above: Raw
    below: Raw

    @property
    def parts(self) -> tuple[Raw, ...]:
        return (self.above, self.below)


@dataclass(frozen=True, slots=True)
class Root(Raw):
    """A square root."""

    inside: Raw

    @property
    def parts(self) -> tuple[Raw, ...]:
        return (self.inside,)


@dataclass(frozen=True, slots=True)
class SumSign(Raw):
    """A summation sign with what stands below and above it; its body follows in the product."""

    lower: str
    upper: str


@dataclass(frozen=True, slots=True)
class PartialSign(Raw):
    """The sign of a partial derivative."""


@dataclass(frozen=True, slots=True)
class Item(Raw):
    """A factor of a product: the operator before it ("" where there is none), its own signs, the factor."""

    operator: str
    signs: str
    factor: Raw

    @property
    def parts(self) -> tuple[Raw, ...]:
        return (self.factor,)


@dataclass(frozen=True, slots=True)
class Term(Raw):
    """Factors in the author's order."""

    items: tuple[Item, ...]

    @property
    def parts(self) -> tuple[Raw, ...]:
        return self.items


@dataclass(frozen=True, slots=True)
class Row(Raw):
    """Terms, each with the signs before it."""

    signs: tuple[str, ...]
    terms: tuple[Raw, ...]

    @property
    def parts(self) -> tuple[Raw, ...]:
        return self.terms


@dataclass(frozen=True, slots=True)
class Array(Raw):
    """The cells of a `matrix` or of `cases`, by rows."""

    kind: str
    rows: tuple[tuple[Raw, ...], ...]

    @property
    def parts(self) -> tuple[Raw, ...]:
        return tuple(cell for row in self.rows for cell in row)


def walk(node: Raw) -> Iterator[Raw]:
    """Every node, a node before its parts, in reading order."""
    stack = [node]
    while stack:
        found = stack.pop()
        yield found
        stack.extend(reversed(found.parts))


def single(node: Raw) -> Raw:
    """What a row or a group in braces holds if it is one unsigned factor; else the node itself."""
    while True:
        match node:
            case Row(_, _, ("",), (inside,)):
                node = inside
            case Term(_, _, (Item(_, _, "", "", inside),)):
                node = inside
            case Group(_, _, "{", (inside,)):
                node = inside
            case _:
                return node
