"""Derivatives as people write them: stacked, with a slash, as an operator before what it is applied to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from symback.claims.names import Unresolved, is_symbol
from symback.claims.raw import (
    Group,
    Item,
    Numeral,
    PartialSign,
    Ratio,
    Raw,
    Row,
    Scripted,
    Symbol,
    Term,
    single,
)
from symback.claims.tokens import Unreadable
from symback.expression import (
    ONE,
    Differentiate,
    Expression,
    IndexedSum,
    Name,
    add,
    instantiate,
    multiply,
    names,
    walk,
)
from symback.graph import Role
from symback.naming import derivative, parts_of, second_derivative

if TYPE_CHECKING:
    from symback.claims.meaning import Meaning


@dataclass(frozen=True, slots=True)
class _Differentials:
    """What stands behind the signs of a derivative's upper or lower part; `order` is that of the sign.

    `is_direct`: the sign has a raised plus, for the derivative of one formula, its other names held fixed.
    """

    order: int
    items: tuple[Item, ...]
    is_direct: bool = False


def ratio(meaning: Meaning, node: Ratio) -> Expression | None:
    """A stacked derivative of something by something; None for any other fraction."""
    parts = _parts(meaning, node)
    if parts is None:
        return None
    above, below = parts
    if not above.items:
        raise Unreadable("what is to be differentiated is missing", node.start, node.end)
    variables = _variables(meaning, below, node)
    if above.order != len(variables):
        raise Unreadable("the orders above and below differ", node.start, node.end)
    if above.is_direct:
        return _direct(meaning, _operand(meaning, above.items), variables, node)
    return _derivative(meaning, _operand(meaning, above.items), variables, node)


def is_operator(meaning: Meaning, node: Ratio) -> bool:
    """Whether nothing stands behind the upper sign, so that the operand follows."""
    parts = _parts(meaning, node)
    return parts is not None and not parts[0].items


def operator(meaning: Meaning, node: Ratio, items: tuple[Item, ...], place: int) -> tuple[Expression, int]:
    """A stacked operator and its operand, with the place behind it."""
    parts = _parts(meaning, node)
    assert parts is not None
    variables = _variables(meaning, parts[1], node)
    if parts[0].order != len(variables):
        raise Unreadable("the orders above and below differ", node.start, node.end)
    return _applied(meaning, variables, node, items, place + 1, is_direct=parts[0].is_direct)


def slashed(meaning: Meaning, items: tuple[Item, ...], place: int) -> tuple[Expression, int] | None:
    """`\\partial E/\\partial w`, `dE/dw` or `d/dx f`, with the place behind it; None for anything else."""
    above, slash = _taken(meaning, items, place)
    if above is None or slash >= len(items) or items[slash].operator != "/" or items[slash].signs:
        return None
    bare = (replace(items[slash], operator=""), *items[slash + 1 :])
    below, after = _taken(meaning, bare, 0)
    if below is None or not below.items or below.order != 1:
        return None
    node = Term(items[place].start, bare[after - 1].end, items[place : slash + after])
    variables = _variables(meaning, below, node)
    if above.order != 1 or len(variables) != 1:
        raise Unreadable(
            "a derivative of higher order is read only as a stacked fraction", node.start, node.end
        )
    if above.items and above.is_direct:
        return _direct(meaning, _operand(meaning, above.items), variables, node), slash + after
    if above.items:
        return _derivative(meaning, _operand(meaning, above.items), variables, node), slash + after
    return _applied(meaning, variables, node, items, slash + after, is_direct=above.is_direct)


def total_derivative(meaning: Meaning, operand: Expression, variable: str, node: Raw) -> Expression:
    """The derivative with all recomputed: of a name, the quantity; of a formula, along all its names."""
    vocabulary = meaning.vocabulary
    if vocabulary.is_free:
        if isinstance(operand, Name) and operand.name != variable:
            message = f"how {operand.name} depends on {variable} is not known without a network"
            raise Unresolved(message, node.start, node.end)
        return Differentiate(operand, variable)
    if isinstance(operand, Name):
        return _quantity(meaning, operand.name, variable, node)
    if any(isinstance(found, IndexedSum) for found in walk(operand)):
        operand = instantiate(operand)
    used = names(operand)
    moving = [name for name in used if vocabulary.depends(name, variable)]
    if not moving:
        return Differentiate(operand, variable)
    terms = []
    for name in moving:
        is_direct = any(vocabulary.depends(other, name) for other in used)
        slope = Differentiate(operand, name, is_direct)
        terms.append(multiply([slope, _quantity(meaning, name, variable, node)]))
    return add([*terms, Differentiate(operand, variable, is_direct=True)] if variable in used else terms)


def _direct(meaning: Meaning, operand: Expression, variables: list[str], node: Raw) -> Expression:
    """The derivative of a formula, or of a quantity's own; where that is the total one, it has its name."""
    if meaning.vocabulary.graph is None:
        raise Unresolved("this derivative is read only in a network", node.start, node.end)
    if len(variables) == 2:
        first = _direct(meaning, operand, variables[:1], node)
        if not isinstance(operand, Name) or not isinstance(first, Name):
            raise Unresolved("a second derivative is read only of a quantity", node.start, node.end)
        is_direct = parts_of(first.name).direct
        return Name(second_derivative(operand.name, *variables, direct=is_direct))
    graph, (by,) = meaning.vocabulary.graph, variables
    if not isinstance(operand, Name):
        return Differentiate(operand, by, is_direct=True)
    for name in (derivative(operand.name, by, direct=True), derivative(operand.name, by)):
        if name in graph and graph[name].role is Role.LOCAL_DERIVATIVE:
            return Name(name)
    raise Unresolved(f"{by} does not stand in the formula of {operand.name}", node.start, node.end)


def _derivative(meaning: Meaning, operand: Expression, variables: list[str], node: Raw) -> Expression:
    if len(variables) == 1:
        return total_derivative(meaning, operand, variables[0], node)
    first, second = variables
    if meaning.vocabulary.is_free:
        if isinstance(operand, Name):
            raise Unresolved(f"how {operand.name} depends on {first} is not known", node.start, node.end)
        return Differentiate(Differentiate(operand, second), first)
    if not isinstance(operand, Name):
        raise Unresolved("a second derivative is read only of a quantity", node.start, node.end)
    if meaning.vocabulary.depends(second, first):  # only in the other order it is clear what is held fixed
        first, second = second, first
    return Name(second_derivative(operand.name, first, second))


def _quantity(meaning: Meaning, of: str, by: str, node: Raw) -> Expression:
    if of == by:
        return ONE
    if _state(of) != _state(by) and by in meaning.vocabulary.names():
        message = f"{of} and {by} belong to different rounds: one of them is before the update"
        raise Unresolved(message, node.start, node.end)
    if "/" in of or "/" in by:
        raise Unresolved(
            "a derivative of a derivative is read only as a second derivative", node.start, node.end
        )
    return Name(derivative(of, by))


def _state(name: str) -> str:
    if name.endswith("+"):
        return "+"
    return "@" + name.rpartition("@")[2] if "@" in name else ""


def _applied(
    meaning: Meaning,
    variables: list[str],
    node: Raw,
    items: tuple[Item, ...],
    place: int,
    *,
    is_direct: bool,
) -> tuple[Expression, int]:
    """The operator on what follows: a square bracket alone, or else all that stands there without a sign."""
    if place >= len(items) or items[place].operator:
        raise Unreadable("what is to be differentiated is missing", node.start, node.end)
    bracket = single(items[place].factor)
    if isinstance(bracket, Group) and bracket.kind == "[" and len(bracket.items) == 1:
        operand, after = meaning.read(bracket.items[0]), place + 1
    else:
        after = place
        while after < len(items) and (after == place or not items[after].operator):
            after += 1
        is_bracket = isinstance(bracket, Group) and bracket.kind != "|"
        if after < len(items) or (is_bracket and after > place + 1):
            message = "how far does the derivative go? brackets are missing"
            raise Unreadable(message, node.start, items[min(after, len(items) - 1)].end)
        operand = meaning.product(_without_operator(items[place:after]))
    return (_direct if is_direct else _derivative)(meaning, operand, variables, node), after


def _operand(meaning: Meaning, items: tuple[Item, ...]) -> Expression:
    return meaning.product(_without_operator(items))


def _without_operator(items: tuple[Item, ...]) -> tuple[Item, ...]:
    return (replace(items[0], operator=""), *items[1:])


def _variables(meaning: Meaning, below: _Differentials, node: Raw) -> list[str]:
    """The names below; `\\partial x^2` is x twice."""
    found: list[str] = []
    for place, item in enumerate(below.items):
        raw = single(item.factor)
        if place and _sign(meaning, raw) is not None:
            rest = _behind(meaning, raw)
            if rest is None:
                continue
            raw = rest
        power = 1
        if isinstance(raw, Scripted) and raw.raised is not None:
            exponent = single(raw.raised)
            if isinstance(exponent, Numeral) and exponent.text == "2" and "(" not in raw.raised_text:
                power = 2
                raw = replace(raw, raised=None, raised_text="")
        if not is_symbol(raw):
            raise Unreadable("a derivative is read only by a single name", raw.start, raw.end)
        found += [meaning.name(raw)] * power
    if not 1 <= len(found) <= 2:
        raise Unreadable("derivatives up to the second order are read", node.start, node.end)
    return found


def _parts(meaning: Meaning, node: Ratio) -> tuple[_Differentials, _Differentials] | None:
    below = _taken_whole(meaning, node.below)
    if below is None or not below.items:
        return None
    above = _taken_whole(meaning, node.above)
    return None if above is None else (above, below)


def _taken_whole(meaning: Meaning, node: Raw) -> _Differentials | None:
    """What stands behind the sign of a derivative that a whole part begins with."""
    inside = node.items[0] if isinstance(node, Group) and node.kind == "{" else node
    if isinstance(inside, Row):
        if inside.signs != ("",) or not isinstance(inside.terms[0], Term):
            return None
        items = inside.terms[0].items
    else:
        return None
    order = _sign(meaning, single(items[0].factor))
    if order is None or any(item.operator == "/" for item in items):
        return None
    if order == 1 and len(items) > 1 and _is_direct(single(items[1].factor)):
        return _Differentials(2, items[2:], is_direct=True)  # of a direct derivative a further one
    rest = _behind(meaning, single(items[0].factor))
    kept = items[1:] if rest is None else (replace(items[0], factor=rest), *items[1:])
    return _Differentials(order, kept, is_direct=_is_direct(single(items[0].factor)))


def _taken(meaning: Meaning, items: tuple[Item, ...], place: int) -> tuple[_Differentials | None, int]:
    """The same inside a product, where the sign takes at most one factor; with the place behind it."""
    first = single(items[place].factor)
    order = _sign(meaning, first)
    if order is None:
        return None, place
    is_direct = _is_direct(first)
    rest = _behind(meaning, first)
    if rest is not None:
        return _Differentials(order, (replace(items[place], factor=rest),), is_direct), place + 1
    if place + 1 < len(items) and not items[place + 1].operator:
        return _Differentials(order, (items[place + 1],), is_direct), place + 2
    return _Differentials(order, ()), place + 1


def _sign(meaning: Meaning, node: Raw) -> int | None:
    """The order of the sign of a derivative that a factor is or begins with: a curly d, d, or d in `dw`."""
    base = node.base if isinstance(node, Scripted) else node
    if isinstance(base, PartialSign) or (isinstance(base, Symbol) and base.text == "d"):
        if not isinstance(node, Scripted) or _is_direct(node):
            return 1
        exponent = single(node.raised) if node.raised is not None else None
        if isinstance(exponent, Numeral) and not node.subscript and exponent.text == "2":
            return 2
        return None
    if (
        isinstance(base, Symbol)
        and base.style in ("run", "name", "ascii")
        and base.text[:1] == "d"
        and len(base.text) > 1
    ):
        subscript = node.subscript if isinstance(node, Scripted) else ""
        if base.text.startswith("delta"):
            return None
        is_name = not meaning.vocabulary.is_free and meaning.vocabulary.base(base.text, subscript) is not None
        return None if is_name else 1
    return None


def _is_direct(node: Raw) -> bool:
    """Whether this is the curly d with a raised plus alone."""
    return (
        isinstance(node, Scripted)
        and isinstance(node.base, PartialSign)
        and node.mark == "+"
        and not (node.subscript or node.primes or node.raised)
    )


def _behind(meaning: Meaning, node: Raw) -> Raw | None:
    """What is left of a factor without its sign: w of `dw`, nothing of a lone sign."""
    base = node.base if isinstance(node, Scripted) else node
    if not isinstance(base, Symbol) or base.text == "d":
        return None
    rest = Symbol(base.start + 1, base.end, base.text[1:], base.style)
    return replace(node, base=rest) if isinstance(node, Scripted) else rest
