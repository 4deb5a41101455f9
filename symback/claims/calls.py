"""Calls: what is a function and what a factor before a bracket, and how far an argument goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symback.claims import words
from symback.claims.names import Unresolved, is_symbol
from symback.claims.raw import Comparison, Group, Item, Numeral, Raw, Scripted, Symbol, single
from symback.claims.tokens import Unreadable
from symback.expression import Expression, Name
from symback.naming import derivative

if TYPE_CHECKING:
    from symback.claims.meaning import Meaning


def function(meaning: Meaning, node: Raw, items: tuple[Item, ...], place: int) -> str:
    """The word of a function that is called here, or ""."""
    symbol = node.base if isinstance(node, Scripted) else node
    if not isinstance(symbol, Symbol) or (isinstance(node, Scripted) and (node.subscript or node.mark)):
        return ""
    word = symbol.text
    if symbol.style == "function" or word == "cases":
        return word
    if not _bracket_follows(items, place):
        return ""
    if word in words.ONE_ARGUMENT or word in words.TWO_ARGUMENTS or word in words.UNKNOWN:
        return word
    vocabulary = meaning.vocabulary
    if not vocabulary.is_free and vocabulary.base(word) is not None:
        return ""
    return word if _is_activation(meaning, word) or word in words.UNSURE_LETTERS else ""


def call(
    meaning: Meaning, word: str, node: Raw, items: tuple[Item, ...], place: int
) -> tuple[Expression, int]:
    """The function's value, and the place behind its argument. Raises Unreadable or Unresolved."""
    primes = node.primes if isinstance(node, Scripted) else 0
    raised = node.raised if isinstance(node, Scripted) else None
    arguments, after, behind = _arguments(meaning, node, items, place)
    value = _value(meaning, word, primes, arguments, node)
    if raised is not None:
        if not isinstance(single(raised), Numeral):
            raise Unreadable("only a plain number may stand above a function", node.start, node.end)
        value = meaning.power(value, raised, node)
    if behind is not None:
        value = meaning.raised(value, behind)
    return value, after


def check_application(node: Raw, items: tuple[Item, ...], place: int) -> None:
    """A name before a bracket with one bare name in it may be a product, or a function of that name."""
    if not is_symbol(node) or not _bracket_follows(items, place):
        return
    bracket = single(items[place + 1].factor)
    if isinstance(bracket, Group) and all(_is_bare(single(item)) for item in bracket.items):
        message = "is this a function of what stands in the bracket, or a product? a sign is missing"
        raise Unreadable(message, node.start, bracket.end)


def is_bracket(item: Item) -> bool:
    """Whether this is a round or square bracket, with or without scripts."""
    node = single(item.factor)
    group = node.base if isinstance(node, Scripted) else node
    return isinstance(group, Group) and group.kind in "(["


def _bracket_follows(items: tuple[Item, ...], place: int) -> bool:
    return place + 1 < len(items) and not items[place + 1].operator and is_bracket(items[place + 1])


def _is_bare(node: Raw) -> bool:
    while isinstance(node, Group) and len(node.items) == 1:
        node = single(node.items[0])
    return is_symbol(node) or isinstance(node, Numeral)


def _is_activation(meaning: Meaning, word: str) -> bool:
    return word in words.ACTIVATION_LETTERS and (word == "sigma" or not meaning.vocabulary.is_free)


def _arguments(
    meaning: Meaning, node: Raw, items: tuple[Item, ...], place: int
) -> tuple[list[Raw | Expression], int, Scripted | None]:
    """What a function is called with, the place behind it, and a bracket's own scripts."""
    if _bracket_follows(items, place):
        bracket = single(items[place + 1].factor)
        scripts = bracket if isinstance(bracket, Scripted) else None
        group = bracket.base if isinstance(bracket, Scripted) else bracket
        assert isinstance(group, Group)
        return list(group.items), place + 2, scripts
    if place + 1 >= len(items) or items[place + 1].operator:
        raise Unreadable("this function stands without its argument", node.start, node.end)
    argument, after = meaning.factor(items, place + 1)
    if after < len(items) and not items[after].operator:
        message = "how far does the argument go? brackets are missing"
        raise Unreadable(message, items[place + 1].start, items[after].end)
    return [argument], after, None


def _value(
    meaning: Meaning, word: str, primes: int, arguments: list[Raw | Expression], node: Raw
) -> Expression:
    if word == "cases":
        return _cases(meaning, arguments, node)
    values = [found if isinstance(found, Expression) else meaning.read(found) for found in arguments]
    if _is_activation(meaning, word) and len(values) == 1:
        return _activation(meaning, values[0], primes, node)
    if word not in words.ONE_ARGUMENT and word not in words.TWO_ARGUMENTS:
        raise Unresolved(f"the function {word} is not known", node.start, node.end)
    found = words.call(word, values) if not primes else None
    if primes == 1 and len(values) == 1 and word in words.ONE_ARGUMENT:
        found = words.slope_of(words.ONE_ARGUMENT[word], values[0])
    if found is None:
        raise Unreadable(f"{word} is not read with these arguments", node.start, node.end)
    return found


def _activation(meaning: Meaning, argument: Expression, primes: int, node: Raw) -> Expression:
    """sigma of a net input is its unit's activation; of anything else, the one that all layers share."""
    net = argument.name if isinstance(argument, Name) else ""
    unit = meaning.vocabulary.unit_of_net_input(net)
    activation = meaning.vocabulary.activation(unit)
    if activation is None:
        message = "which activation is meant? the layers have different ones"
        raise Unresolved(message, node.start, node.end)
    if primes > 1:
        raise Unreadable("only the first derivative of an activation is read", node.start, node.end)
    if not primes:
        return words.applied(activation, argument)
    if unit:
        return Name(derivative(net.replace("net_", "out_", 1), net))
    return words.slope(activation, argument)


def _cases(meaning: Meaning, arguments: list[Raw | Expression], node: Raw) -> Expression:
    match arguments:
        case [Comparison() as condition, Raw() as value, Raw() as otherwise] if condition.sides:
            return meaning.case(condition, meaning.read(value), meaning.read(otherwise))
    raise Unreadable("cases needs a condition and two values", node.start, node.end)
