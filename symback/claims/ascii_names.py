"""A name of the contract in another author's spelling: `dL/dw_5`, `z_h1[2]`, `a_o1+`."""

from __future__ import annotations

import re

from symback.claims.names import Names, Unresolved
from symback.claims.raw import Symbol
from symback.claims.scripts import INDEX, of_match
from symback.expression import ONE, Expression, Name
from symback.naming import derivative, normal_state

_NAME = re.compile(rf"(?P<base>[^\W\d_][^\W_]*)(?P<below>(?:_[^\W_]+)*){INDEX}(?P<state>\+|@[0-9]+)?")
_DERIVATIVE = re.compile(r"(?P<above>d.+)/(?P<below>d[^:]+)(?P<direct>:direct(?P<state>\+|@[0-9]+)?)?")
_SECOND = re.compile(r"d2(?P<of>.+)/d(?P<below>[^:]+)(?P<direct>:direct(?:\+|@[0-9]+)?)?")


def read_name(names: Names, symbol: Symbol) -> Expression:
    """The canonical name of an ASCII name in any spelling. Raises Unresolved."""
    vocabulary = names.vocabulary
    text = normal_state(symbol.text)
    if vocabulary.graph is not None and text in vocabulary.graph:
        return Name(text)
    if vocabulary.is_free:
        if "/" in text or "[" in text or "+" in text or "@" in text:
            raise Unresolved(f"{text} has a meaning only in a network", symbol.start, symbol.end)
        return Name(text)
    if second := _SECOND.fullmatch(text):
        return _second(names, symbol, second)
    if found := _DERIVATIVE.fullmatch(text):
        last = found["state"] or ""
        state = re.search(r"(\+|@[0-9]+)$", found["below"])
        ends = state.group() if state else last
        above = _single(names, symbol, found["above"][1:] + ends)
        below = _single(names, symbol, found["below"][1:] + last)
        if above == below:
            return ONE
        return Name(derivative(above, below, direct=found["direct"] is not None))
    return Name(_single(names, symbol, text))


def _single(names: Names, symbol: Symbol, text: str) -> str:
    vocabulary = names.vocabulary
    if vocabulary.graph is not None and text in vocabulary.graph:
        return normal_state(text)
    found = _NAME.fullmatch(text)
    if found is None:
        raise Unresolved(f"{text} is not known.{vocabulary.nearest(text)}", symbol.start, symbol.end)
    plain = Symbol(symbol.start, symbol.end, found["base"], "word")
    subscript = found["below"].replace("_", "")
    name = names._name(plain, subscript, of_match(found))
    if name is None:
        raise names.unknown(symbol, plain, subscript, of_match(found))
    return name


def _second(names: Names, symbol: Symbol, found: re.Match[str]) -> Expression:
    of = _single(names, symbol, found["of"])
    below = found["below"]
    splits = [(below[:place], below[place + 1 :]) for place in range(1, len(below)) if below[place] == "d"]
    for first, second in splits:
        try:
            one, two = _single(names, symbol, first), _single(names, symbol, second)
        except Unresolved:
            continue
        return Name(f"d2{of}/d{one}d{two}{found['direct'] or ''}")
    raise Unresolved(f"{symbol.text} is not known", symbol.start, symbol.end)
