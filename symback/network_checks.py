"""What all parts of a network file share: exact values, names in use, counts, errors that name the place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from symback.errors import NetworkFileError, SymbackError, UnknownName, shorten, suggestion
from symback.expression import Expression, Number
from symback.network_file import Typed, stands
from symback.numbers import MOST_DIGITS, as_typed, drawn, parse_decimal
from symback.registry import Named, Registry

RESERVED = ("E", "total", "eta")
"""Names that mean something else: `E_total` is the error of the network, not of a unit `total`."""
MOST_BITS = 400
"""Of a whole number; more than MOST_DIGITS digits have, and few enough to be turned into text."""
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,39}")
Entry = TypeVar("Entry", bound=Named)


@dataclass(frozen=True, slots=True)
class Given:
    """A value from the file, or one left out on purpose."""

    expression: Expression | None
    """Number for a decimal, a tree for a constant such as log(3), None for "symbolic"."""
    text: str = ""
    """The decimal as typed ("0.10"), or as drawn; empty where the expression is to be typeset, or is None."""


SYMBOLIC = Given(None)


class Checks:
    """One file's error messages, and the names that it has used so far."""

    def __init__(self, file: str, seed: int | None) -> None:
        self.file = file
        self.seed = seed
        self._owners = dict.fromkeys(RESERVED, "a quantity of every network")

    def entry(self, registry: Registry[Entry], name: str, key: str) -> str:
        """The name of the entry that `name` finds in a table."""
        try:
            return registry[name].name
        except UnknownName as error:
            self.fail(key, f"unknown {error.kind} {shorten(name)}", suggestion(name, error.known).strip(" ."))

    def word(self, word: str, name: str, key: str) -> Given:
        """The value of one parameter where "symbolic" or "random" stands for many."""
        if word == "symbolic":
            return SYMBOLIC
        if self.seed is None:
            self.fail(
                key, '"random" stands there without a seed', "At the top of the file there may stand seed = 1"
            )
        text = drawn(self.seed, name)
        return Given(Number(parse_decimal(text)), text)

    def given(self, value: Any, key: str) -> Given:
        """A single value: a number, a constant in a string, or "symbolic"."""
        if value == "symbolic":
            return SYMBOLIC
        if isinstance(value, bool) or not isinstance(value, int | Typed | str):
            self.fail(key, stands(value), "There may stand a number")
        if isinstance(value, int):
            if value.bit_length() > MOST_BITS:
                self.fail(key, stands(value), f"A number may have up to {MOST_DIGITS} digits")
            value = Typed(str(value))
        text = value.text if isinstance(value, Typed) else value
        try:
            return Given(Number(parse_decimal(text)), as_typed(text))
        except ValueError as error:
            if not isinstance(value, str):
                self.fail(key, stands(value), str(error)[:1].upper() + str(error)[1:])
        from symback import grammar  # for constants only; most network files have none

        try:
            return Given(self._with_value(grammar.parse_constant(text), value, key))
        except grammar.FormulaError as error:
            place = f"From column {error.column} on"
            self.fail(
                key, stands(value), f'{place} there may stand {error.allowed}; "symbolic" leaves it open'
            )

    def value(self, given: Given) -> float | None:
        """About how large a number is; None for one that is left open."""
        if given.expression is None:
            return None
        if isinstance(given.expression, Number):
            return float(given.expression.value)
        from symback.balls import as_ball
        from symback.tape import constant

        return float(as_ball(constant(given.expression, "the constant")).mid())

    def _with_value(self, expression: Expression, value: Any, key: str) -> Expression:
        """The constant, if it has a value that is not too large."""
        from flint import ctx, fmpz

        from symback.balls import as_ball
        from symback.tape import constant

        allowed = f"There may stand a constant with a value below 10^{MOST_DIGITS}, such as log(3)"
        try:
            with ctx.workprec(64):
                size = as_ball(constant(expression, "the constant"))
        except (SymbackError, ArithmeticError) as error:
            self.fail(key, f"{stands(value)}: {str(error).rstrip('.')}", allowed)
        if not size.is_finite():
            self.fail(key, f"{stands(value)}, of which no value could be proven", allowed)
        if not abs(size) < fmpz(10) ** MOST_DIGITS:
            self.fail(key, f"{stands(value)}, which is too large", allowed)
        return expression

    def check_range(self, given: Given, key: str, least: int | None, below: int | None = None) -> None:
        """That a number, if it is known, is not less than one bound, and less than the other."""
        value = self.value(given)
        if value is None:
            return
        if (least is None or value >= least) and (below is None or value < below):
            return
        allowed = "There may stand a number" + (f" from {least} on" if least is not None else "")
        allowed += f", below {below}" if below is not None else ""
        self.fail(key, f"{given.text or 'another value'} stands there", allowed)

    def claim(self, name: str, owner: str, key: str) -> None:
        """Takes a name into use.

        Names of users hold no `_`; `net_h1`, `E_o1`, `dE_total/dw5` and the like do, each with a base of
        its own: so derived names cannot be those of users, nor of each other. Only where numbers follow, in
        entries of images and constants of layers (`slope_1`), could there be two, so these are claimed too.
        """
        if name in self._owners:
            found = f"{shorten(name)}, the name of {owner}, is already that of {self._owners[name]}"
            self.fail(key, found, "A name may stand for one thing: an input, a unit, a weight or a bias")
        self._owners[name] = owner

    def check_name(self, name: str, key: str) -> None:
        """Of a table's key, which the schema leaves open: that it is a name."""
        if not _NAME.fullmatch(name):
            allowed = "up to 40 letters and digits that begin with a letter, such as h1"
            self.fail(key, stands(name), f"There may stand a name: {allowed}")

    def check_shape(
        self, rows: Any, key: str, height: int, columns: tuple[str, ...], whats: tuple[str, str]
    ) -> None:
        """That there are so many rows, each with one entry per column; `whats` say what these stand for."""
        if len(rows) != height:
            found = f"{_counted(len(rows), 'row')} there"
            self.fail(key, found, f"{height} may stand there, one for each {whats[0]}")
        for place, row in enumerate(rows, 1):
            self.check_count(row, f"{key}, row {place}", columns, whats[1])

    def check_count(self, found: Sequence[Any], key: str, wanted: tuple[str, ...], kind: str) -> None:
        """That there are as many entries as names."""
        if len(found) != len(wanted):
            names = ", ".join(wanted[:8]) + (", ..." if len(wanted) > 8 else "")
            allowed = f"{len(wanted)} may stand there, one for each {kind}: {names}"
            self.fail(key, f"{_counted(len(found), 'entry')} there", allowed)

    def fail(self, key: str, found: str, allowed: str) -> NoReturn:
        """Raises NetworkFileError; `allowed` comes without its full stop."""
        raise NetworkFileError(self.file, key, found, f"{allowed}.")


def _counted(count: int, noun: str) -> str:
    if count == 1:
        return f"1 {noun} stands"
    return f"{count or 'no'} {noun.removesuffix('y') + 'ies' if noun.endswith('y') else noun + 's'} stand"
