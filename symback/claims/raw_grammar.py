"""Tokens of one side of an equation -> the raw tree, by an LALR grammar. No name is looked up here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from symback.claims.raw import (
    Array,
    Comparison,
    Group,
    Item,
    Numeral,
    PartialSign,
    Ratio,
    Raw,
    Root,
    Row,
    Scripted,
    SumSign,
    Symbol,
    Term,
    single,
)
from symback.claims.tokens import Token, Unreadable, check_tokens

if TYPE_CHECKING:
    from lark import Lark

_GRAMMAR = """
start: row
row: term (signs term)*
   | signs term (signs term)*
signs: (PLUS | MINUS)+
term: factor joined*
joined: factor
      | operator factor
      | operator signs factor
operator: TIMES | OVER | ELEMENTWISE
factor: atom script*
script: SUBSCRIPT | MARK | PRIME | RAISE row END
atom: NUMBER | SYMBOL | FUNCTION | SUM | PARTIAL
    | OPEN part (COMMA part)* CLOSE -> bracket
    | BEGIN row END -> braces
    | FRACTION BEGIN row END BEGIN row END -> ratio
    | ROOT BEGIN row END -> root
    | ARRAY line (ROW line)* END_ARRAY -> array
part: row
    | row RELATION row -> comparison
line: cell (AMP cell)*
cell: row
    | row RELATION row -> comparison
    | OTHERWISE -> otherwise
%declare PLUS MINUS TIMES OVER ELEMENTWISE SUBSCRIPT MARK PRIME RAISE END NUMBER SYMBOL FUNCTION SUM PARTIAL
%declare OPEN CLOSE COMMA BEGIN FRACTION ROOT ARRAY END_ARRAY ROW AMP RELATION OTHERWISE
"""
_MESSAGES = {
    "TEXT": "words stand inside the formula",
    "STOP": "a full stop or semicolon stands inside the formula",
    "ASSIGN": "an assignment stands where it cannot be read",
    "NEXT": "an arrow stands inside the formula",
    "RELATION": "this is an inequality; only equations are read",
    "COMMA": "a comma stands inside the formula",
}
_NEEDED = "a number, a name, a bracket or a function"


def tree_of(tokens: Sequence[Token]) -> Raw:
    """The raw tree of one side. Raises Unreadable, with the place, for what is no formula."""
    from lark.exceptions import UnexpectedToken

    check_tokens(tokens)
    for token in tokens:
        if token.kind == "BAD":
            raise Unreadable(token.text, token.start, token.end)
        if token.kind in ("TEXT", "STOP", "ASSIGN", "NEXT"):
            raise Unreadable(_MESSAGES[token.kind], token.start, token.end)
    try:
        tree: Any = _parser().parse(tokens)
    except UnexpectedToken as error:
        if error.token.type == "$END":
            end = tokens[-1].end if tokens else 0
            raise Unreadable(f"the formula ends where {_NEEDED} should stand", end, end) from None
        found: Token = error.token.value
        message = _MESSAGES.get(found.kind, f"{found.text!r} cannot stand here")
        raise Unreadable(message, found.start, found.end) from None
    assert isinstance(tree, Raw)
    return tree


@cache
def _parser() -> Lark:
    from lark import Lark
    from lark import Token as LarkToken
    from lark.common import LexerConf
    from lark.lexer import Lexer

    class Stream(Lexer):
        """Hands over the tokens that a scanner has made."""

        def __init__(self, lexer_conf: LexerConf) -> None: ...

        def lex(self, tokens: Any, parser_state: Any = None) -> Iterator[LarkToken]:
            for token in tokens:
                yield LarkToken(token.kind, token)

    return Lark(
        _GRAMMAR,
        parser="lalr",
        lexer=Stream,
        transformer=_Builder(),
        maybe_placeholders=False,
        keep_all_tokens=True,
    )


class _Builder:
    """One method a rule; a lark token carries the scanner's token as its value."""

    def start(self, children: list[Any]) -> Raw:
        node: Raw = children[0]
        return node

    def row(self, children: list[Any]) -> Row:
        signs: list[str] = []
        terms: list[Raw] = []
        sign = ""
        for child in children:
            if isinstance(child, str):
                sign = child
            else:
                signs.append(sign)
                terms.append(child)
        return Row(terms[0].start, terms[-1].end, tuple(signs), tuple(terms))

    def signs(self, children: list[Any]) -> str:
        return "".join("-" if child.type == "MINUS" else "+" for child in children)

    def term(self, children: list[Any]) -> Term:
        first, *others = children
        items = (Item(first.start, first.end, "", "", first), *others)
        return Term(items[0].start, items[-1].end, items)

    def joined(self, children: list[Any]) -> Item:
        *before, factor = children
        operator = before[0] if before else ""
        signs = before[1] if len(before) > 1 else ""
        return Item(factor.start, factor.end, operator, signs, factor)

    def operator(self, children: list[Any]) -> str:
        return {"TIMES": "*", "OVER": "/", "ELEMENTWISE": "o"}[children[0].type]

    def factor(self, children: list[Any]) -> Raw:
        base, *scripts = children
        node: Raw = base
        for script in scripts:
            node = _with_script(node, script)
        return node

    def script(self, children: list[Any]) -> tuple[Token, Raw | None]:
        token: Token = children[0].value
        return token, (children[1] if len(children) > 1 else None)

    def atom(self, children: list[Any]) -> Raw:
        token: Token = children[0].value
        start, end = token.start, token.end
        if token.kind == "NUMBER":
            return Numeral(start, end, token.text)
        if token.kind == "SUM":
            return SumSign(start, end, token.text, token.detail)
        if token.kind == "PARTIAL":
            return PartialSign(start, end)
        return Symbol(start, end, token.text, "function" if token.kind == "FUNCTION" else token.detail)

    def bracket(self, children: list[Any]) -> Group:
        opening, closing = children[0].value, children[-1].value
        return Group(opening.start, closing.end, opening.text, tuple(children[1:-1:2]))

    def braces(self, children: list[Any]) -> Group:
        return Group(children[0].value.start, children[2].value.end, "{", (children[1],))

    def ratio(self, children: list[Any]) -> Ratio:
        return Ratio(children[0].value.start, children[6].value.end, children[2], children[5])

    def root(self, children: list[Any]) -> Root:
        return Root(children[0].value.start, children[3].value.end, children[2])

    def array(self, children: list[Any]) -> Array:
        first, last = children[0].value, children[-1].value
        return Array(first.start, last.end, first.text, tuple(children[1:-1:2]))

    def part(self, children: list[Any]) -> Raw:
        node: Raw = children[0]
        return node

    def cell(self, children: list[Any]) -> Raw:
        node: Raw = children[0]
        return node

    def line(self, children: list[Any]) -> tuple[Raw, ...]:
        return tuple(children[::2])

    def comparison(self, children: list[Any]) -> Comparison:
        left, sign, right = children
        return Comparison(left.start, right.end, sign.value.text, (left, right))

    def otherwise(self, children: list[Any]) -> Comparison:
        token: Token = children[0].value
        return Comparison(token.start, token.end, "otherwise", ())


def _with_script(node: Raw, script: tuple[Token, Raw | None]) -> Scripted:
    """The node with one more script; a second one of a kind stands on a group of its own."""
    token, raised = script
    inside = single(node)
    if isinstance(node, Group) and (isinstance(inside, Symbol) or _is_subscripted(inside)):
        node = inside  # {w_5}^+ is w_5^+
    base = node if isinstance(node, Scripted) else Scripted(node.start, node.end, node)
    end = raised.end if raised is not None else token.end
    if token.kind == "PRIME":
        if base.raised is None:
            return _changed(base, end, primes=base.primes + 1)
    elif token.kind == "SUBSCRIPT":
        if not base.subscript and not base.mark and base.raised is None:
            return _changed(base, end, subscript=token.text)
        if not base.subscript and isinstance(base.base, Symbol):
            return _changed(base, end, subscript=token.text)
    elif not base.mark and base.raised is None:
        if token.kind == "MARK":
            return _changed(base, end, mark=token.text)
        return _changed(base, end, raised=raised, raised_text=token.text)
    raise Unreadable("two scripts of one kind stand at one symbol", token.start, token.end)


def _is_subscripted(node: Raw) -> bool:
    """Whether this is a symbol with a subscript alone."""
    is_symbol = isinstance(node, Scripted) and isinstance(node.base, Symbol)
    return (
        is_symbol and isinstance(node, Scripted) and not node.mark and not node.primes and node.raised is None
    )


def _changed(node: Scripted, end: int, **fields: Any) -> Scripted:
    values = {
        name: getattr(node, name) for name in ("base", "subscript", "mark", "raised", "raised_text", "primes")
    }
    return Scripted(node.start, max(end, node.end), **{**values, **fields})
