"""A formula of a document -> the chains that it states, over canonical names.

Bad text gives problems and never an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, product

from symback.claims import ascii_tokens, general, latex_tokens
from symback.claims.chains import Chain, chains_of
from symback.claims.matrix_reading import looks_like_matrices, read_matrix
from symback.claims.meaning import Meaning
from symback.claims.names import Binding, Names, Unresolved, open_letters
from symback.claims.raw import Array, Raw, SumSign, walk
from symback.claims.raw_grammar import tree_of
from symback.claims.source import Formula, Notation, Place, Problem, Side, Statement
from symback.claims.tokens import Token, Unreadable, check_number
from symback.claims.vocabulary import Vocabulary
from symback.claims.written import literal, literals, trimmed
from symback.expression import Expression, Name

MOST_INSTANCES = 64
"""A general statement about units is read for so many of them."""
MOST_SIDES = 200
"""Of all chains of one formula together."""
LONGEST_SHOWN = 100
LONGEST_MESSAGE = 200
Reading = tuple[tuple[Statement, ...], tuple[Problem, ...]]


def read(formula: Formula, vocabulary: Vocabulary) -> Reading:
    """All chains of a formula, and what could not be read in them; never raises for bad text.

    A statement about any unit or layer, such as `E_o = ...`, gives one statement for each.
    """
    reader = _Reader(formula, vocabulary)
    try:
        if formula.notation == "latex":
            tokens = latex_tokens.tokens_of(formula.text)
        else:
            tokens = ascii_tokens.tokens_of(formula.text, None if vocabulary.is_free else vocabulary.names())
        check_number(tokens)
        chains = chains_of(tokens)
        _check_sides(chains)
    except Unreadable as error:
        return (), (reader.problem(error),)
    for chain in chains:
        reader.read(chain)
    return tuple(reader.statements), tuple(reader.problems)


def notation_of(text: str) -> Notation:
    """The notation of a claim that comes alone: LaTeX if it has a command, braces or a raised plus."""
    return "latex" if re.search(r"[\\{}]|\^\+", text) else "ascii"


class _Reader:
    """Reads the chains of one formula; statements and problems gather here."""

    def __init__(self, formula: Formula, vocabulary: Vocabulary) -> None:
        self.formula = formula
        self.vocabulary = vocabulary
        self.statements: list[Statement] = []
        self.problems: list[Problem] = []

    def read(self, chain: Chain) -> None:
        """One chain: the raw trees of its sides first, so that each can be read in the light of all."""
        before = len(self.problems)
        raws = [self._raw(side) for side in chain.sides]
        trees = [raw for raw in raws if raw is not None]
        names = Names(self.vocabulary)
        has_sum = any(isinstance(node, SumSign) for tree in trees for node in walk(tree))
        context = general.context_of(trees, names) if has_sum else frozenset()
        meaning = Meaning(names, context)
        if len(trees) < len(raws) or not self._read_matrices(chain, trees, meaning):
            self._read_numbers(chain, raws, meaning)
        if len(chain.sides) == 1 and not chain.continues:
            self.problems[before:] = [replace(found, in_equation=False) for found in self.problems[before:]]

    def problem(self, error: Unreadable | Unresolved) -> Problem:
        """What to say about something that stands in the formula, and where."""
        text = self.formula.text[error.start : error.end].strip() or self.formula.text
        place = self.formula.place.after(self.formula.text, min(error.start, len(self.formula.text)))
        message = _cut(error.message, LONGEST_MESSAGE)
        if isinstance(error, Unreadable):
            return Problem("unreadable", message, _cut(text, LONGEST_SHOWN), place)
        return Problem("unresolved", message, _cut(text, LONGEST_SHOWN), place)

    def _raw(self, tokens: tuple[Token, ...]) -> Raw | None:
        tokens = trimmed(tokens)
        try:
            if not tokens:
                raise Unreadable("one side of the equation is empty", 0, len(self.formula.text))
            return tree_of(tokens)
        except Unreadable as error:
            self.problems.append(self.problem(error))
            return None

    def _read_numbers(self, chain: Chain, raws: Sequence[Raw | None], meaning: Meaning) -> None:
        """The chain as one between numbers, once for each unit that a letter outside sums may stand for."""
        trees = [raw for raw in raws if raw is not None]
        bindings = list(self._bindings(trees, meaning.names))
        for binding in bindings:
            bound = Meaning(replace(meaning.names, binding=binding, spent=[0]), meaning.context)
            found = [
                self._read_side(tokens, raw, bound) for tokens, raw in zip(chain.sides, raws, strict=True)
            ]
            if chain.is_assignment:
                found[0] = self._assigned(found[0])
            self.statements.append(Statement(tuple(found), self.formula, chain.continues))

    def _read_side(self, tokens: tuple[Token, ...], raw: Raw | None, meaning: Meaning) -> Side:
        if raw is not None:
            try:
                return self._side(tokens, meaning.read(raw), raw)
            except (Unreadable, Unresolved) as error:
                problem = self.problem(error)
                if problem not in self.problems:
                    self.problems.append(problem)
        return self._side(tokens)

    def _read_matrices(self, chain: Chain, trees: Sequence[Raw], meaning: Meaning) -> bool:
        """The chain as one between matrices; False if it is none."""
        if self.vocabulary.is_free or not trees or not looks_like_matrices(trees, meaning):
            return False
        if all(_fits(tree, meaning.names, meaning.context) for tree in trees):
            return False
        try:
            readings = list(read_matrix(trees, meaning))
        except (Unreadable, Unresolved) as error:
            has_matrix = any(isinstance(node, Array) for tree in trees for node in walk(tree))
            if not has_matrix and len(trees) == 1:
                return False
            self.problems.append(self.problem(error))
            sides = tuple(self._side(tokens) for tokens in chain.sides)
            self.statements.append(Statement(sides, self.formula, chain.continues))
            return True
        for expressions in readings:
            sides = tuple(map(self._side, chain.sides, expressions, trees))
            self.statements.append(Statement(sides, self.formula, chain.continues))
        return True

    def _side(
        self, tokens: tuple[Token, ...], expression: Expression | None = None, raw: Raw | None = None
    ) -> Side:
        tokens = trimmed(tokens)
        if not tokens:
            return Side(None, "", self.formula.place)
        start, end = tokens[0].start, max(token.end for token in tokens)
        text, place = self.formula.text[start:end].strip(), self.formula.place.after(self.formula.text, start)
        if raw is None:
            return Side(expression, text, place)
        return Side(expression, text, place, literal(raw), literals(raw))

    def _bindings(self, trees: Sequence[Raw], names: Names) -> Iterator[Binding]:
        """The meanings of letters such as o in `E_o = ...`, in a statement that is about any unit."""
        outside = [node for tree in trees for node in general.outside_sums(tree)]
        letters = list(dict.fromkeys(letter for node in outside for letter in open_letters(node, names)))
        found = False
        if letters and not self.vocabulary.is_free:
            choices = [general.candidates(self.vocabulary, letter) for letter in letters]
            for units in islice(product(*choices), MOST_INSTANCES):
                binding: Binding = dict(zip(letters, units, strict=True))
                if all(_fits(tree, replace(names, binding=binding)) for tree in trees):
                    found = True
                    yield binding
        if not found:
            yield {}

    def _assigned(self, side: Side) -> Side:
        """The left side of `w := ...` is the parameter after the update."""
        name = side.expression.name if isinstance(side.expression, Name) else ""
        updated = self.vocabulary.quantity(name, 0, "+") if self.vocabulary.is_parameter(name) else None
        return replace(side, expression=Name(updated)) if updated else side


def _fits(tree: Raw, names: Names, context: frozenset[str] = frozenset()) -> bool:
    try:
        Meaning(names, context).read(tree)
    except (Unresolved, Unreadable):
        return False
    return True


def _check_sides(chains: Sequence[Chain]) -> None:
    sides = [side for chain in chains for side in chain.sides]
    if len(sides) > MOST_SIDES:
        end = max((token.end for side in sides for token in side), default=0)
        raise Unreadable(f"a formula may have at most {MOST_SIDES} sides", 0, end)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 4] + " ..."


__all__ = ["Place", "Reading", "notation_of", "read"]
