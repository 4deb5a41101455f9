"""General statements: sums over an index, and letters such as o in delta_o that stand for any unit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, product
from typing import TYPE_CHECKING

from symback.claims.ascii_names import read_name
from symback.claims.names import Binding, Names, Unresolved, open_letters
from symback.claims.raw import Item, Raw, Row, Scripted, SumSign, Symbol, Term, walk
from symback.claims.tokens import Unreadable
from symback.expression import Differentiate, Expression, IndexedSum, Name, add
from symback.expression import walk as walk_tree

if TYPE_CHECKING:
    from symback.claims.meaning import Meaning
    from symback.claims.vocabulary import Vocabulary

MOST_INSTANCES = 400
MOST_PLACES = 64
_LOWER = re.compile(r"(?P<letter>[A-Za-z])(?:=(?P<from>[0-9]{1,4}|[A-Za-z]+))?")


def indexed_sum(meaning: Meaning, sign: SumSign, items: tuple[Item, ...]) -> Expression:
    """The sum over what its index runs over. Raises Unresolved where that is not known or not clear."""
    meaning.names.spend(sign)
    if items[0].operator:
        raise Unreadable("nothing stands behind the summation sign", sign.start, sign.end)
    found = _LOWER.fullmatch(sign.lower)
    if sign.lower and found is None:
        raise Unreadable(f"the index {sign.lower} of this sum is not read", sign.start, sign.end)
    letter = found["letter"] if found else ""
    body = Term(items[0].start, items[-1].end, items)
    if letter and letter not in set(_letters_of(body)):
        raise Unresolved(f"the index {letter} does not occur in the sum", sign.start, body.end)
    first, last = _bounds(found, sign)
    fixed = _free_letters(meaning, body, letter)
    for tier in _tiers(meaning, body, letter, first, last):
        viable: list[list[Binding]] = []
        for free in fixed:
            for domain in tier:
                bindings: list[Binding] = [{**meaning.names.binding, **free, **one} for one in domain]
                if bindings and all(_can_read(meaning, body, one) for one in bindings):
                    viable.append(bindings)
        if len(viable) > 1:
            raise Unresolved("what this sum runs over could be several things", sign.start, body.end)
        if viable:
            return _instances(meaning, body, letter, viable[0])
    _explain(meaning, body, letter, fixed)
    raise Unresolved("what this sum runs over is not known", sign.start, body.end)


def _bounds(found: re.Match[str] | None, sign: SumSign) -> tuple[int | None, int | None]:
    first = int(found["from"]) if found and found["from"] and found["from"].isdigit() else None
    last = int(sign.upper) if sign.upper.isdigit() and len(sign.upper) < 5 else None
    if last is not None and last - (first or 0) > MOST_INSTANCES:
        raise Unreadable(f"a sum may have at most {MOST_INSTANCES} terms", sign.start, sign.end)
    return first, last


def _tiers(
    meaning: Meaning, body: Raw, letter: str, first: int | None, last: int | None
) -> Iterator[list[list[Binding]]]:
    """What an index may run over, the likeliest first: the units of a layer, samples, places."""
    vocabulary = meaning.vocabulary
    groups = vocabulary.groups
    samples = [] if vocabulary.samples == (0,) else list(vocabulary.samples)
    if not letter:
        outputs = groups[-1] if groups else ()
        yield [[{"": unit} for unit in outputs]]
        yield [[{"": unit, "#": (sample,)} for sample in samples for unit in outputs]]
        return
    fitting = [group for group in groups if last is None or len(group) == last - (first or 1) + 1]
    named = [group for group in fitting if all(unit.rstrip("0123456789") == letter for unit in group)]
    yield [[{letter: unit} for unit in group] for group in named or fitting]
    if samples and (last is None or last == len(samples)):
        yield [[{letter: (sample,)} for sample in samples]]
    if first is not None and last is not None:
        yield [[{letter: place} for place in range(first, last + 1)]]
    elif groups and last is None and first in (None, 1):
        yield [_places(meaning, body, letter)]


def _places(meaning: Meaning, body: Raw, letter: str) -> list[Binding]:
    """1, 2, ... as far as every name in the body is known."""
    found: list[Binding] = []
    for place in range(1, MOST_PLACES + 1):
        if not _can_read(meaning, body, {**meaning.names.binding, letter: place}):
            break
        found.append({letter: place})
    return found


def _can_read(meaning: Meaning, body: Raw, binding: Binding) -> bool:
    try:
        _read(meaning, body, binding)
    except (Unresolved, Unreadable):
        meaning.names.spend(body)
        return False
    return True


def _read(meaning: Meaning, body: Raw, binding: Binding, *, general: bool = False) -> Expression:
    names = replace(meaning.names, binding=binding, general=general)
    reader = type(meaning)(names, meaning.context)
    reader.depth = meaning.depth
    return reader.read(body)


def _explain(meaning: Meaning, body: Raw, letter: str, fixed: Sequence[Binding]) -> None:
    """Raises for a name in the body that no index makes known."""
    for tier in _tiers(meaning, body, letter, None, None):
        for domain in tier:
            for free in fixed:
                if domain:
                    _read(meaning, body, {**meaning.names.binding, **free, **domain[0]})


def _free_letters(meaning: Meaning, body: Raw, letter: str) -> list[Binding]:
    """Meanings of letters in the body that the sum does not bind: a unit that the statement is about."""
    bound = {*meaning.names.binding, letter}
    free = [one for one in dict.fromkeys(open_letters(body, meaning.names)) if one not in bound]
    if not free:
        return [{}]
    choices = [candidates(meaning.vocabulary, one, meaning.context) for one in free]
    return [dict(zip(free, units, strict=True)) for units in islice(product(*choices), MOST_INSTANCES)]


def candidates(vocabulary: Vocabulary, letter: str, context: Iterable[str] = ()) -> list[str]:
    """The units that a letter may stand for: of the layer named after it, or all; only those in context."""
    named = [g for g in vocabulary.groups if all(unit.rstrip("0123456789") == letter for unit in g)]
    units = [unit for group in (named or vocabulary.groups) for unit in group]
    wanted = set(context)
    return [unit for unit in units if unit in wanted] if wanted else units


def _instances(meaning: Meaning, body: Raw, letter: str, bindings: list[Binding]) -> Expression:
    trees = [_read(meaning, body, binding) for binding in bindings]
    general = _read(meaning, body, bindings[0], general=True)
    instances = []
    for tree in trees:
        pairs = _pairs(general, tree)
        if pairs is None:
            return add(trees)
        instances.append(pairs)
    if any(not pairs for pairs in instances):
        return add(trees)
    return IndexedSum(letter or "o", general, tuple(instances))


def _pairs(general: Expression, tree: Expression) -> tuple[tuple[str, str], ...] | None:
    """Placeholder -> name for each place where the two trees differ; None if they differ otherwise."""
    pairs: dict[str, str] = {}
    nodes = list(walk_tree(general)), list(walk_tree(tree))
    if len(nodes[0]) != len(nodes[1]):
        return None
    for one, other in zip(*nodes, strict=True):
        if type(one) is not type(other):
            return None
        names = (one.name, other.name) if isinstance(one, Name) and isinstance(other, Name) else None
        if isinstance(one, Differentiate) and isinstance(other, Differentiate):
            names = (one.variable, other.variable)
        if names and names[0] != names[1] and pairs.setdefault(*names) != names[1]:
            return None
    return tuple(pairs.items())


def _letters_of(node: Raw) -> Iterator[str]:
    """Every letter that stands in a script."""
    for found in walk(node):
        if isinstance(found, Symbol) and found.style != "name":
            yield found.text
        elif isinstance(found, Scripted):
            yield from found.subscript
            yield from found.raised_text.strip("()")
        elif isinstance(found, Symbol) and found.style == "name":
            yield from found.text.partition("_")[2]


def context_of(sides: Sequence[Raw], names: Names) -> frozenset[str]:
    """The units that the names of a statement belong to; of a weight, the one that it leads to."""
    units: set[str] = set()
    graph = names.vocabulary.graph
    if graph is None:
        return frozenset()
    for node in (node for side in sides for node in walk(side)):
        found = _known(node, names)
        for name in found:
            if name in names.vocabulary.units_of_weights:
                units.add(names.vocabulary.units_of_weights[name][1])
            elif name in graph and graph[name].unit:
                units.add(graph[name].unit)
    return frozenset(units)


def _known(node: Raw, names: Names) -> list[str]:
    symbol = node.base if isinstance(node, Scripted) else node
    if not isinstance(symbol, Symbol):
        return []
    subscript = node.subscript if isinstance(node, Scripted) else ""
    if symbol.style == "name":
        try:
            found = read_name(names, symbol)
        except Unresolved:
            return []
        parts = re.split(r"/d|^d", found.name) if isinstance(found, Name) and "/" in found.name else []
        return [*parts, found.name] if isinstance(found, Name) else []
    base = names.vocabulary.base(symbol.text, subscript)
    if base is None and symbol.text[:1] == "d" and len(symbol.text) > 1:
        base = names.vocabulary.base(symbol.text[1:], subscript)
    if base is None:
        return []
    sample = names.vocabulary.samples[0]
    return [found for found in (names.vocabulary.quantity(base, place) for place in {0, sample}) if found]


def outside_sums(node: Raw) -> Iterator[Raw]:
    """The parts of a statement that no summation sign covers."""
    if isinstance(node, Term):
        for item in node.items:
            if isinstance(item.factor, SumSign):
                return
            yield from outside_sums(item.factor)
    elif isinstance(node, Row):
        for term in node.terms:
            yield from outside_sums(term)
    elif isinstance(node, Scripted) and isinstance(node.base, Symbol):
        yield node
    else:
        for part in node.parts:
            yield from outside_sums(part)
