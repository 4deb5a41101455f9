"""The raw tree of a scalar formula -> an expression over canonical names."""

from __future__ import annotations

from fractions import Fraction

from symback.claims import calls, derivatives, general, powers, words
from symback.claims.ascii_names import read_name
from symback.claims.names import Names, Unresolved
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
from symback.claims.tokens import Unreadable
from symback.expression import (
    PI,
    Cases,
    Expression,
    Name,
    Negative,
    Number,
    Power,
    Quotient,
    add,
    exp,
    multiply,
)
from symback.numbers import parse_decimal

DEEPEST = 60
"""Products one in another: brackets, functions and derivatives before one another."""


class Meaning:
    """Reads raw trees with one set of names; a sum over an index hands its body back with letters bound."""

    def __init__(self, names: Names, context: frozenset[str] = frozenset()) -> None:
        self.names = names
        self.vocabulary = names.vocabulary
        self.context = context
        """The units that the whole statement is about, for index letters that no sum binds."""
        self.depth = 0

    def read(self, node: Raw) -> Expression:
        """The expression of any node. Raises Unreadable or Unresolved with the place."""
        match node:
            case Row():
                return self._row(node)
            case Term(_, _, items):
                return self.product(items)
            case Numeral(start, end, text):
                return _number(text, start, end)
            case Ratio():
                return derivatives.ratio(self, node) or self._fraction(node)
            case Group():
                return self._group(node)
            case Root(_, _, inside):
                return words.basic("sqrt", self.read(inside))
            case Array(start, end, "cases", rows):
                return self._cases(rows, start, end)
            case Array(start, end):
                raise Unreadable("a matrix stands where a number is expected", start, end)
            case Scripted(base=Symbol()) | Symbol():
                return self._symbol(node)
            case Scripted():
                return self.raised(self.read(node.base), node)
        raise Unreadable("this cannot stand here", node.start, node.end)

    def name(self, node: Raw) -> str:
        """The canonical name that a single symbol stands for. Raises Unresolved for anything else."""
        found = self.read(node)
        if not isinstance(found, Name):
            raise Unresolved("a single known name should stand here", node.start, node.end)
        return found.name

    def product(self, items: tuple[Item, ...]) -> Expression:
        """Factors from the left; whole/whole is one number, as in a network file."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unreadable("too much stands one in another", items[0].start, items[-1].end)
        try:
            return self._product(items)
        finally:
            self.depth -= 1

    def _product(self, items: tuple[Item, ...]) -> Expression:
        factors: list[Expression] = []
        place = 0
        numbers_only = True
        while place < len(items):
            item = items[place]
            is_first = place == 0
            factor, after = self.factor(items, place)
            is_numeral = isinstance(single(item.factor), Numeral)
            if not is_first and not item.operator and is_numeral:
                raise Unreadable("a number follows without a sign before it", item.start, item.end)
            for _ in range(item.signs.count("-")):
                factor = Negative(factor)
            following = items[after].operator if after < len(items) else "*"
            numbers_only = numbers_only and is_numeral
            if item.operator == "o":
                raise Unreadable("the product entry by entry stands between numbers", item.start, item.end)
            if item.operator != "/":
                factors.append(factor)
            else:
                if not following and not (numbers_only and calls.is_bracket(items[after])):
                    raise Unreadable(
                        "what belongs below the slash? brackets are missing", item.start, item.end
                    )
                is_behind_slash = place > 1 and items[place - 1].operator == "/"
                factors = _divided(factors, factor, item, items[place - 1], joins=not is_behind_slash)
            place = after
        return multiply(factors)

    def factor(self, items: tuple[Item, ...], place: int) -> tuple[Expression, int]:
        """The factor that begins at an item, and the place after it; calls and sums take more items."""
        node = single(items[place].factor)
        if isinstance(node, SumSign):
            if place + 1 == len(items):
                raise Unreadable("nothing stands behind the summation sign", node.start, node.end)
            return general.indexed_sum(self, node, items[place + 1 :]), len(items)
        slashed = derivatives.slashed(self, items, place)
        if slashed is not None:
            return slashed
        if isinstance(node, Ratio) and derivatives.is_operator(self, node):
            return derivatives.operator(self, node, items, place)
        if isinstance(node, PartialSign):
            raise Unreadable("the sign of a derivative stands alone", node.start, node.end)
        function = calls.function(self, node, items, place)
        if function:
            return calls.call(self, function, node, items, place)
        calls.check_application(node, items, place)
        return self.read(items[place].factor), place + 1

    def _row(self, node: Row) -> Expression:
        terms = []
        for signs, raw in zip(node.signs, node.terms, strict=True):
            term = self.read(raw)
            for _ in range(signs.count("-")):
                term = Negative(term)
            terms.append(term)
        return add(terms)

    def _group(self, node: Group) -> Expression:
        if len(node.items) != 1:
            raise Unreadable("a list stands where a number is expected", node.start, node.end)
        (inside,) = node.items
        if isinstance(inside, Comparison):
            raise Unreadable("a condition stands where a number is expected", node.start, node.end)
        found = self.read(inside)
        return words.basic("abs", found) if node.kind == "|" else found

    def _fraction(self, node: Ratio) -> Expression:
        whole = _whole_number(single(node.above), single(node.below))
        if whole is not None:
            return whole
        denominator = self.read(node.below)
        if denominator == Number(Fraction(0)):
            raise Unreadable("this divides by 0", node.start, node.end)
        return Quotient(self.read(node.above), denominator)

    def _cases(self, rows: tuple[tuple[Raw, ...], ...], start: int, end: int) -> Expression:
        if any(len(row) != 2 for row in rows[:-1]) or len(rows[-1]) not in (1, 2) or len(rows) < 2:
            raise Unreadable("each case needs a value and a condition", start, end)
        result = self.read(rows[-1][0])
        for value, condition in reversed([row for row in rows[:-1] if len(row) == 2]):
            if not isinstance(condition, Comparison) or not condition.sides:
                raise Unreadable("this condition is not read", condition.start, condition.end)
            result = self.case(condition, self.read(value), result)
        return result

    def case(self, condition: Comparison, value: Expression, otherwise: Expression) -> Expression:
        """`value` where the condition holds, else `otherwise`; the tree only knows `>`."""
        left, right = (self.read(side) for side in condition.sides)
        match condition.sign:
            case ">":
                return Cases(left, right, value, otherwise)
            case "<":
                return Cases(right, left, value, otherwise)
            case ">=":
                return Cases(right, left, otherwise, value)
            case "<=":
                return Cases(left, right, otherwise, value)
        raise Unreadable("this condition is not read", condition.start, condition.end)

    def _symbol(self, node: Raw) -> Expression:
        symbol = node.base if isinstance(node, Scripted) else node
        assert isinstance(symbol, Symbol)
        if symbol.style in ("function", "ones"):
            raise Unreadable(f"{symbol.text} stands without its argument", node.start, node.end)
        if self.is_euler(node):
            assert isinstance(node, Scripted)
            assert node.raised is not None
            return exp(self.read(node.raised))
        if self._is_circle_number(symbol, node):
            return self.raised(PI, node) if isinstance(node, Scripted) else PI
        if symbol.style == "name":
            name = read_name(self.names, symbol)
            return self.raised(name, node) if isinstance(node, Scripted) else name
        place = self.names.binding.get(symbol.text)
        if node is symbol and isinstance(place, int):
            return Number(Fraction(place))
        name, raised = self.names.read(node)
        return name if raised is None else self.power(name, raised, node)

    def is_euler(self, node: Raw) -> bool:
        """Whether this is a power of e."""
        if not isinstance(node, Scripted) or not isinstance(node.base, Symbol) or node.raised is None:
            return False
        is_letter = node.base.text == "e" and not node.subscript and not node.primes
        return is_letter and (self.vocabulary.is_free or self.vocabulary.base("e") is None)

    def _is_circle_number(self, symbol: Symbol, node: Raw) -> bool:
        """Whether this is pi, and not a name of the network."""
        if symbol.text != "pi" or symbol.style == "run":
            return False
        is_plain = not isinstance(node, Scripted) or not (node.subscript or node.primes or node.mark)
        return is_plain and (self.vocabulary.is_free or self.vocabulary.base("pi") is None)

    def raised(self, base: Expression, node: Scripted) -> Expression:
        if node.subscript or node.mark or node.primes:
            raise Unreadable("what this script at a bracket means is not known", node.start, node.end)
        return base if node.raised is None else self.power(base, node.raised, node)

    def power(self, base: Expression, raised: Raw, node: Raw) -> Expression:
        power = Power(base, self.read(raised))
        try:
            powers.check(power)
        except powers.TooHigh:
            raise Unreadable("this power is too high to be computed", node.start, node.end) from None
        return power


def _number(text: str, start: int, end: int) -> Number:
    try:
        return Number(parse_decimal(text))
    except ValueError as error:
        raise Unreadable(str(error), start, end) from None


def _whole_number(above: Raw, below: Raw) -> Number | None:
    """1/2 as one number, where both are whole as typed."""
    if (
        isinstance(above, Numeral)
        and isinstance(below, Numeral)
        and above.text.isdigit()
        and below.text.isdigit()
    ):
        return Number(Fraction(int(above.text), int(below.text))) if int(below.text) else None
    return None


def _divided(
    factors: list[Expression], factor: Expression, item: Item, before: Item, *, joins: bool
) -> list[Expression]:
    """The factors so far over one more; two whole numbers beside the slash become one number."""
    if factor == Number(Fraction(0)):
        raise Unreadable("this divides by 0", item.start, item.end)
    whole = _whole_number(single(before.factor), single(item.factor))
    if joins and whole is not None and not before.signs and not item.signs:
        return [*factors[:-1], whole]
    return [Quotient(multiply(factors), factor)]
