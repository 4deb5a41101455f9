"""ASCII formula text -> the ordered tree. Closed: no name is looked up and nothing is evaluated.

    w1*i1 + w2*i2 + b1        -(target_o1 - out_o1)*out_o1*(1 - out_o1)        1/2*(target_o1 - out_o1)^2

Operators are + - * / ^ (or **), all but ^ to be read from the left; a minus sign in front takes the whole
product after it. A quotient of two whole numbers as typed (`1/2`) is one number, except behind a `/`.
Functions are those of FUNCTIONS, `cases(left > right, value, otherwise)` and `max(a, b, ...)`. `pi` is the
constant unless it is among the known names.

Names are those of section 1 of the contract, with two readings that need a rule:

* `d<name>/d<name>` without spaces is the name of a derivative (`dE_total/dw5`, `dout_o1[2]/dnet_o1[2]`);
  `delta_...` is never such a part. With spaces (`da / db`) it is a quotient.
* A `+` that touches the name on its left is a state (`w5+`) where no operand can follow it: at the end and
  before ) , = > + * / ^. Before a minus sign it is one if a space stands between (`w5+ - w5`). Else it adds.

A table of known names decides where both readings are possible. `@1` is read as `+`, `@0` as no state.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from symback.errors import SymbackError, shorten
from symback.expression import (
    PI,
    Call,
    Cases,
    Expression,
    Maximum,
    Name,
    Negative,
    Number,
    Power,
    Quotient,
    Sum,
    multiply,
)
from symback.functions import BASIC, REWRITES
from symback.numbers import MOST_DIGITS, parse_decimal

if TYPE_CHECKING:
    from lark import Lark

LONGEST = 10_000
"""A formula may have this many characters."""
DEEPEST_BRACKETS = 60
DEEPEST_TREE = 200
"""Levels of a tree; more would come from runs such as `----x` and `a/b/c/...` and tire recursive readers."""
FUNCTIONS = tuple(dict.fromkeys((*BASIC, *REWRITES)))
"""The functions of one argument."""

KNOWN = ", ".join((*FUNCTIONS, "cases", "max"))
OPERAND = f"a number, a name, a minus sign, '(' or a function ({KNOWN})"
CONSTANT = f"a number such as 0.5 or 1/3, pi, or a function of one ({KNOWN})"

_GRAMMAR = """
start: sum
sum: signed ((PLUS | MINUS) signed)*
?signed: MINUS signed -> negative
       | product
product: power ((TIMES | OVER) factor)*
?factor: MINUS factor -> negative
       | power
?power: atom
      | atom POWER exponent -> raised
?exponent: MINUS exponent -> negative
         | power
?atom: NUMBER
     | NAME -> name
     | PI -> pi
     | OPEN sum CLOSE -> bracket
     | FUNCTION OPEN sum CLOSE -> call
     | CASES OPEN sum GREATER sum COMMA sum COMMA sum CLOSE -> cases
     | MAXIMUM OPEN sum (COMMA sum)+ CLOSE -> maximum
%declare PLUS MINUS TIMES OVER POWER OPEN CLOSE COMMA GREATER NUMBER NAME PI FUNCTION CASES MAXIMUM
"""
_SYMBOLS = {
    "+": "PLUS",
    "-": "MINUS",
    "*": "TIMES",
    "/": "OVER",
    "^": "POWER",
    "(": "OPEN",
    ")": "CLOSE",
    ",": "COMMA",
    ">": "GREATER",
}
_BASE = r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*"
_INDEXED = r"\[(?:[1-9][0-9]{0,8}(?:,t=[0-9]{1,9})?|t=[0-9]{1,9})\]"
_INDEX = rf"(?:{_INDEXED})?"
_PLAIN = re.compile(_BASE + _INDEX)
_PART = rf"d(?!elta_){_BASE}{_INDEX}"
_TWO_NAMES = rf"(?:{_BASE}{_INDEXED}d{_BASE}|(?=[A-Za-z][A-Za-z0-9_]*d[A-Za-z]){_BASE}){_INDEX}"
_SECOND = rf"d2{_BASE}{_INDEX}/d{_TWO_NAMES}(?::direct)?"
_DERIVATIVE = re.compile(rf"(?P<above>{_PART})/(?P<below>{_PART})(?::direct)?|{_SECOND}")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_STATE = re.compile(r"@([0-9]{1,9})(?![0-9])")
_SPACES = re.compile(r"[ \t\r\n]*")


class FormulaError(SymbackError):
    """A text is not a formula: from `column` (counted from 1) on; `allowed` says what may stand there."""

    def __init__(self, text: str, column: int, allowed: str) -> None:
        self.text = text
        self.column = column
        self.allowed = allowed
        rest = text[column - 1 : column + 11].rstrip()
        found = f"{shorten(rest)} stands" if rest else "it ends"
        super().__init__(
            f"{shorten(text)} is not a formula: {found} at column {column}. There may stand {allowed}."
        )


class _Token(NamedTuple):
    kind: str
    text: str
    place: int


def parse(text: str, names: Collection[str] | None = None) -> Expression:
    """The tree of a formula, in the author's order.

    `names` are the known names; they decide only where a text has two readings (see above), so a name that is
    not among them is read all the same. Raises FormulaError.
    """
    return _tree(text, list(_tokens(text, names)))


def parse_of(text: str, allowed: Collection[str]) -> Expression:
    """The tree of a formula over the allowed names alone. Raises FormulaError, also for another name."""
    tokens = list(_tokens(text, allowed))
    for token in tokens:
        if token.kind == "NAME" and token.text not in allowed:
            raise FormulaError(text, token.place + 1, f"no other name than {', '.join(sorted(allowed))}")
    return _tree(text, tokens)


def parse_constant(text: str) -> Expression:
    """The tree of a formula without names, such as `1/3` or `2*log(3)`. Raises FormulaError."""
    tokens = list(_tokens(text, None))
    for token in tokens:
        if token.kind == "NAME":
            raise FormulaError(text, token.place + 1, CONSTANT)
    for before, token in pairwise(tokens):
        if before.kind == "OVER" and token.kind == "NUMBER" and not parse_decimal(token.text):
            raise FormulaError(text, token.place + 1, "a divisor other than 0")
    return _tree(text, tokens)


def _tree(text: str, tokens: list[_Token]) -> Expression:
    from lark.exceptions import UnexpectedToken

    try:
        tree: Any = _parser().parse(tokens)
    except UnexpectedToken as error:
        at_end = error.token.type == "$END"
        place = len(text.rstrip()) if at_end else error.token.start_pos or 0
        raise FormulaError(text, place + 1, _allowed(error.accepts or set())) from None
    assert isinstance(tree, Expression)
    level = [tree]
    for _ in range(DEEPEST_TREE):
        level = [part for node in level for part in node.parts]
    if level:
        raise FormulaError(text, 1, f"a formula of at most {DEEPEST_TREE} levels")
    return tree


@cache
def _parser() -> Lark:
    # lark takes as long to import as the rest of symback together, and plain networks do without it.
    from lark import Lark, Token
    from lark.common import LexerConf
    from lark.lexer import Lexer

    class Stream(Lexer):
        """Hands over the tokens that `_tokens` has read."""

        def __init__(self, lexer_conf: LexerConf) -> None: ...

        def lex(self, tokens: Any, parser_state: Any = None) -> Iterator[Token]:
            return (Token(token.kind, token.text, start_pos=token.place) for token in tokens)

    return Lark(
        _GRAMMAR,
        parser="lalr",
        lexer=Stream,
        transformer=_Builder(),
        maybe_placeholders=False,
        keep_all_tokens=True,
    )


class _Builder:
    """One method a rule. Numbers stay text until a rule uses them, so that `1/2` is known as typed."""

    def start(self, children: list[Any]) -> Expression:
        return _node(children[0])

    def sum(self, children: list[Any]) -> Any:
        if len(children) == 1:
            return children[0]
        terms = [_node(children[0])]
        for sign, term in zip(children[1::2], children[2::2], strict=True):
            terms.append(Negative(_node(term)) if sign == "-" else _node(term))
        return Sum(tuple(terms))

    def negative(self, children: list[Any]) -> Expression:
        return Negative(_node(children[1]))

    def product(self, children: list[Any]) -> Any:
        """Factors and signs in turn; whole/whole becomes one number first, then all is read from the left."""
        items = children[:1]
        for sign, factor in zip(children[1::2], children[2::2], strict=True):
            if (
                sign == "/"
                and items[-2:-1] != ["/"]
                and _is_whole(items[-1])
                and _is_whole(factor)
                and int(factor)
            ):
                items[-1] = Number(Fraction(int(items[-1]), int(factor)))
            else:
                items += [sign, factor]
        if len(items) == 1:
            return items[0]
        factors = [_node(items[0])]
        for sign, factor in zip(items[1::2], items[2::2], strict=True):
            factors = (
                [*factors, _node(factor)] if sign == "*" else [Quotient(multiply(factors), _node(factor))]
            )
        return multiply(factors)

    def raised(self, children: list[Any]) -> Expression:
        return Power(_node(children[0]), _node(children[2]))

    def name(self, children: list[Any]) -> Expression:
        return Name(str(children[0]))

    def pi(self, children: list[Any]) -> Expression:
        return PI

    def bracket(self, children: list[Any]) -> Expression:
        return _node(children[1])

    def call(self, children: list[Any]) -> Expression:
        return Call(str(children[0]), _node(children[2]))

    def cases(self, children: list[Any]) -> Expression:
        left, right, value, otherwise = (_node(child) for child in children[2::2])
        return Cases(left, right, value, otherwise)

    def maximum(self, children: list[Any]) -> Expression:
        return Maximum(tuple(_node(child) for child in children[2::2]))


def _node(child: Any) -> Expression:
    return child if isinstance(child, Expression) else Number(parse_decimal(str(child)))


def _is_whole(child: Any) -> bool:
    return isinstance(child, str) and child.isdigit()


def _tokens(text: str, names: Collection[str] | None) -> Iterator[_Token]:
    if len(text) > LONGEST:
        raise FormulaError(text, LONGEST + 1, f"at most {LONGEST:,} characters")
    depth = 0
    place = _skip(text, 0)
    while place < len(text):
        token, end = _token(text, place, names)
        depth += (token.kind == "OPEN") - (token.kind == "CLOSE")
        if depth > DEEPEST_BRACKETS:
            raise FormulaError(text, place + 1, f"at most {DEEPEST_BRACKETS} brackets one in another")
        yield token
        place = _skip(text, end)


def _token(text: str, place: int, names: Collection[str] | None) -> tuple[_Token, int]:
    """The token at `place`, and where it ends."""
    if number := _NUMBER.match(text, place):
        try:
            parse_decimal(number.group())
        except ValueError:
            raise FormulaError(text, place + 1, f"a number of at most {MOST_DIGITS} digits") from None
        return _Token("NUMBER", number.group(), place), number.end()
    if plain := _PLAIN.match(text, place):
        following = _skip(text, plain.end())
        if text[following : following + 1] == "(":
            return _function(text, plain.group(), place), plain.end()
        if plain.group() == "pi" and "pi" not in (names or ()):
            return _Token("PI", "pi", place), plain.end()
        name, end = _name(text, plain, names)
        if text[end : end + 1] in ("[", "@", "_", ":"):
            raise FormulaError(
                text, end + 1, "an index such as [2], [t=3], [2,t=3] or a state such as + or @100"
            )
        return _Token("NAME", name, place), end
    symbol = "**" if text.startswith("**", place) else text[place]
    kind = _SYMBOLS.get(symbol.replace("**", "^"))
    if kind is None:
        raise FormulaError(text, place + 1, f"{OPERAND}, or an operator (+ - * / ^)")
    return _Token(kind, symbol, place), place + len(symbol)


def _function(text: str, name: str, place: int) -> _Token:
    if name in ("cases", "max"):
        return _Token("CASES" if name == "cases" else "MAXIMUM", name, place)
    if name not in FUNCTIONS:
        raise FormulaError(text, place + 1, f"a function ({KNOWN}), or * between name and bracket")
    return _Token("FUNCTION", name, place)


def name_at(text: str, place: int, names: Collection[str] | None = None) -> tuple[str, int]:
    """The name that begins at `place`, with its index and state, and where it ends in the text.

    Raises ValueError where no name begins. `names` decide as in `parse`.
    """
    plain = _PLAIN.match(text, place)
    if plain is None:
        raise ValueError(f"no name begins at {place}")
    return _name(text, plain, names)


def _name(text: str, plain: re.Match[str], names: Collection[str] | None) -> tuple[str, int]:
    """The canonical name that begins at `plain`, and where it ends in the text."""
    name, end = _with_state(text, plain.group(), plain.end(), names)
    derivative = _DERIVATIVE.match(text, plain.start())
    if derivative is None:
        return name, end
    whole, whole_end = _with_state(text, derivative.group(), derivative.end(), names)
    is_quotient = names is not None and whole not in names and name in names and derivative["below"] in names
    return (name, end) if is_quotient else (whole, whole_end)


def _with_state(text: str, name: str, end: int, names: Collection[str] | None) -> tuple[str, int]:
    if counted := _STATE.match(text, end):
        updates = int(counted[1])
        return name + ("", "+")[updates] if updates < 2 else f"{name}@{updates}", counted.end()
    if text[end : end + 1] != "+":
        return name, end
    following = _skip(text, end + 1)
    after = text[following : following + 1]
    if after == "-":
        is_state = following > end + 1
        if names is not None and (name in names) != (name + "+" in names):
            is_state = name not in names
    else:
        is_state = not after or after in "),=>+*/^"
    return (name + "+", end + 1) if is_state else (name, end)


def _skip(text: str, place: int) -> int:
    found = _SPACES.match(text, place)
    return found.end() if found else place


def _allowed(kinds: Collection[str]) -> str:
    """What may stand where none of these kinds of token stands."""
    if "NAME" in kinds:
        return OPERAND
    closing = [f"'{symbol}'" for symbol in "),>" if _SYMBOLS[symbol] in kinds]
    return " or ".join(["an operator (+ - * / ^)", *closing, *["the end"] * ("$END" in kinds)])


__all__ = ["FormulaError", "name_at", "parse", "parse_constant", "parse_of"]
