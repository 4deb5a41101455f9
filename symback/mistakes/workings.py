"""A graph as a learner works it through: each step from the steps before it, with numbers in floats.

The graph may hold the same step under several names (`dE_o1/dnet_o1` where `delta_o1` is the same), and a
gradient as a product of all its factors, though its delta is known. Here each step is made once and used by
all that follow, so that a mistake in it is carried on as a learner would carry it on.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from flint import ctx

from symback.balls import as_ball, nearest_float
from symback.errors import RequestError
from symback.evaluation import given_number
from symback.expression import Expression, Name, Product, names, substitute
from symback.forward import given_numbers
from symback.graph import FORWARD_ROLES, Graph, Quantity, Role
from symback.mistakes.quick import FLOATS, IMPOSSIBLE, Arithmetic, Function, quick
from symback.naming import parts_of
from symback.network import Network
from symback.network_checks import Given

DERIVATIVES = frozenset(
    {
        Role.LOCAL_DERIVATIVE,
        Role.DERIVATIVE,
        Role.DELTA,
        Role.CONTRIBUTION,
        Role.GRADIENT,
        Role.BATCH_GRADIENT,
    }
)
_STEPS = frozenset({Role.DERIVATIVE, Role.DELTA})
"""Products that later products begin with."""
PRECISION = 64
_OF_FORMULAS = ("sequence", "parents", "reach", "needs")
"""What is computed once from formulas."""


@dataclass(frozen=True, eq=False)
class Workings:
    """The formula and the number of each quantity; some of the formulas may be wrong ones."""

    network: Network
    graph: Graph
    names: tuple[str, ...]
    """All quantities; the place of a name here is its place in `values`, whatever formulas are changed."""
    places: Mapping[str, int]
    """The place of each name; synonyms have the same."""
    formulas: Mapping[str, Expression]
    """By canonical name, each after all that it names; not of given quantities."""
    given: Mapping[str, float]
    """The numbers of given quantities."""
    functions: tuple[Function | None, ...]
    """The formulas compiled, by place; None for what is given."""
    is_in_order: bool = True
    """Whether places are in an order in which formulas can be computed."""
    decimals: int | None = None
    """So many decimals each quantity is rounded to before it is used again; None for no rounding."""
    arithmetic: Arithmetic = FLOATS
    """What numbers are computed with."""

    @cached_property
    def sequence(self) -> tuple[int, ...]:
        """The places of what is computed, in an order in which it can be."""
        return tuple(self.places[name] for name in self.formulas)

    @cached_property
    def parents(self) -> tuple[tuple[int, ...], ...]:
        """The places of the names in each formula."""
        formulas = self.formulas
        return tuple(self._parents_of(formulas[name]) if name in formulas else () for name in self.names)

    def _parents_of(self, formula: Expression) -> tuple[int, ...]:
        places = self.places
        return tuple([places[parent] for parent in names(formula)])

    @cached_property
    def reach(self) -> tuple[int, ...]:
        """For each place, as bits: the places that depend on it, itself included."""
        found = [1 << place for place in range(len(self.names))]
        for place in reversed(self.sequence):
            for parent in self.parents[place]:
                found[parent] |= found[place]
        return tuple(found)

    @cached_property
    def needs(self) -> tuple[int, ...]:
        """For each place, as bits: the places that it depends on, itself included."""
        found = [1 << place for place in range(len(self.names))]
        for place in self.sequence:
            for parent in self.parents[place]:
                found[place] |= found[parent]
        return tuple(found)

    def needed(self, wanted: Iterable[str]) -> int:
        """As bits: all that the wanted quantities depend on."""
        if "needs" in self.__dict__:
            bits = 0
            for name in wanted:
                bits |= self.needs[self.places[name]]
            return bits
        found: set[int] = set()
        waiting = [self.places[name] for name in wanted]
        while waiting:
            place = waiting.pop()
            if place not in found:
                found.add(place)
                waiting += self.parents[place]
        return sum(1 << place for place in found)

    def name(self, name: str) -> str:
        """The canonical name of what may be a synonym."""
        return self.names[self.places[name]]

    def quantity(self, name: str) -> Quantity:
        """What the graph says about a name."""
        return self.graph[name]

    def formula(self, name: str) -> Expression | None:
        """The formula from the steps before; None for what is given."""
        return self.formulas.get(name)

    def role(self, name: str) -> Role:
        """What the quantity is in the network."""
        return self.graph[name].role

    @cached_property
    def given_numbers(self) -> Mapping[str, Given]:
        """The given numbers as the network file has them."""
        return given_numbers(self.network)

    # --- numbers -------------------------------------------------------------------------------------

    def compiled(self, formula: Expression) -> Function:
        """A formula over these names as a function of `values`; rounded where all are."""
        function = quick(formula, self.places, self.arithmetic)
        return function if self.decimals is None else self.arithmetic.rounded(function, self.decimals)

    @cached_property
    def values(self) -> list[float]:
        """The number of each quantity, by place; nan where floats have none."""
        values = [self.given.get(name, math.nan) for name in self.names]
        self.run(values, self.sequence)
        return values

    def value(self, name: str) -> float:
        """The number of a quantity."""
        return self.values[self.places[name]]

    def run(self, values: list[float], places: Iterable[int]) -> None:
        """Compute the quantities at these places, in this order, in place."""
        functions = self.functions
        for place in places:
            try:
                values[place] = functions[place](values)  # type: ignore[misc]
            except IMPOSSIBLE:
                values[place] = math.nan

    def values_with(self, changes: Mapping[int, Function], within: int) -> Sequence[float]:
        """The numbers with some functions in place of others, computed only where the bits `within` are set.

        For functions that name nothing that comes after their place.
        """
        reach = self.reach
        bits = 0
        for place in changes:
            bits |= reach[place]
        bits &= within
        values = self.values.copy()
        functions = self.functions
        for place in _set_bits(bits) if self.is_in_order else self._in_sequence(bits):
            function = changes.get(place) or functions[place]
            try:
                values[place] = function(values)  # type: ignore[misc]
            except IMPOSSIBLE:
                values[place] = math.nan
        return values

    def _in_sequence(self, bits: int) -> Iterator[int]:
        """The places of set bits in an order in which they can be computed, changed given numbers first."""
        for place, name in enumerate(self.names):
            if bits >> place & 1 and name not in self.formulas:
                yield place
        for place in self.sequence:
            if bits >> place & 1:
                yield place

    def with_given(self, network: Network, given: Mapping[str, float]) -> Workings:
        """The same formulas with other given numbers: those of a network that differs in nothing else.

        What was found out about the formulas is kept, as no number has a part in it.
        """
        other = replace(self, network=network, given=given)
        known = {name: self.__dict__[name] for name in _OF_FORMULAS if name in self.__dict__}
        other.__dict__.update(known)
        return other

    # --- other formulas ------------------------------------------------------------------------------

    def with_formulas(self, changes: Mapping[str, Expression]) -> Workings | None:
        """The workings with other formulas; None where a quantity would depend on itself."""
        formulas = {**self.formulas, **changes}
        in_order = self.is_in_order and not any(map(self.is_ahead, changes, changes.values()))
        if not in_order:
            ordered = sorted_formulas(formulas)
            if ordered is None:
                return None
            formulas = ordered
        elif any(name not in self.formulas for name in changes):
            given = {name: formula for name, formula in changes.items() if name not in self.formulas}
            formulas = {**given, **formulas}
        functions = list(self.functions)
        for name, formula in changes.items():
            functions[self.places[name]] = self.compiled(formula)
        other = replace(self, formulas=formulas, functions=tuple(functions), is_in_order=in_order)
        if "parents" in self.__dict__:  # those of most formulas are the same
            parents = list(self.parents)
            for name, formula in changes.items():
                parents[self.places[name]] = self._parents_of(formula)
            other.__dict__["parents"] = tuple(parents)
        return other

    def is_ahead(self, name: str, formula: Expression) -> bool:
        """Whether a formula for a quantity names what is only computed after it."""
        places, own = self.places, self.places[name]
        return any(places[parent] >= own for parent in names(formula))

    def computed_with(self, arithmetic: Arithmetic) -> Workings:
        """The same formulas in another arithmetic; given numbers and values are then of its sort."""
        other = replace(self, arithmetic=arithmetic)
        functions = tuple(
            other.compiled(self.formulas[name]) if name in self.formulas else None for name in self.names
        )
        return replace(other, functions=functions)

    def rounded(self, decimals: int) -> Workings:
        """The workings with each quantity rounded before it is used again."""
        functions = tuple(
            None if function is None else self.arithmetic.rounded(function, decimals)
            for function in self.functions
        )
        return replace(self, functions=functions, decimals=decimals)


def _set_bits(bits: int) -> Iterator[int]:
    """The places of the bits that are set, from the lowest."""
    while bits:
        lowest = bits & -bits
        bits ^= lowest
        yield lowest.bit_length() - 1


def workings_of(network: Network, graph: Graph, *, is_symbolic: bool = False) -> Workings:
    """The workings of a network without mistakes.

    Raises RequestError where numbers are missing; with `is_symbolic` such a number is nan.
    """
    numbers = given_numbers(network)
    symbolic = [name for name, number in numbers.items() if number.expression is None]
    if symbolic and not is_symbolic:
        raise RequestError(
            f"Numbers are needed, but these are symbolic: {', '.join(symbolic[:10])}. Give them in the file."
        )
    given: dict[str, float] = {}
    with ctx.workprec(PRECISION):
        for name, number in numbers.items():
            tree = number.expression
            given[name] = math.nan if tree is None else nearest_float(as_ball(given_number(tree, name)))
    formulas = sorted_formulas(_as_one_works(graph, _shared(graph)))
    assert formulas is not None, "a graph has no cycles"
    all_names = (*given, *formulas)
    places = {name: place for place, name in enumerate(all_names)}
    known = [quantity for quantity in graph if quantity.name in places]  # without what training computes
    places |= {name: places[quantity.name] for quantity in known for name in quantity.names}
    functions = tuple(quick(formulas[name], places) if name in formulas else None for name in all_names)
    return Workings(network, graph, all_names, places, formulas, given, functions)


def _as_one_works(graph: Graph, formulas: Mapping[str, Expression]) -> dict[str, Expression]:
    """The forward pass, then layer by layer from the output what updates it, then the rest.

    So a mistake that uses what was updated too early needs no other order.
    """
    first = {
        name: one for name, one in formulas.items() if graph[name].role in FORWARD_ROLES and name[-1] != "+"
    }
    updated = [quantity for quantity in graph.with_role(Role.UPDATED) if quantity.name in formulas]
    updated.sort(key=lambda quantity: -quantity.layer)
    return {**first, **{quantity.name: formulas[quantity.name] for quantity in updated}, **formulas}


def _shared(graph: Graph) -> dict[str, Expression]:
    """The formulas with each step written once and used by name where it comes again."""
    same: dict[str, Expression] = {}
    first: dict[tuple[str, Expression], str] = {}
    formulas: dict[str, Expression] = {}
    for quantity in graph:
        if quantity.formula is None:
            continue
        canonical = {
            parent: Name(graph[parent].name) for parent in quantity.parents if graph[parent].name != parent
        }
        formula = substitute(substitute(quantity.formula, canonical), same)
        if quantity.role in DERIVATIVES:
            key = (_variable(quantity), formula)
            known = first.setdefault(key, quantity.name)
            if known != quantity.name:
                same[quantity.name] = Name(known)
                formula = Name(known)
        formulas[quantity.name] = formula
    products = {
        formula.factors: name
        for name, formula in formulas.items()
        if isinstance(formula, Product) and graph[name].role in _STEPS
    }
    return {
        name: _shortened(name, formula, products) if graph[name].role in DERIVATIVES else formula
        for name, formula in formulas.items()
    }


def _variable(quantity: Quantity) -> str:
    """By what a derivative is taken: B of dA/dB, also under a delta's own name."""
    for name in (quantity.name, *quantity.names):
        parts = parts_of(name)
        if parts.is_derivative:
            return f"{parts.by}{parts.state}{parts.direct}"
    return quantity.name


def _shortened(name: str, formula: Expression, products: Mapping[tuple[Expression, ...], str]) -> Expression:
    """A product that begins with the factors of a known one, with that one in their place."""
    if not isinstance(formula, Product):
        return formula
    for count in range(len(formula.factors) - 1, 1, -1):
        known = products.get(formula.factors[:count])
        if known is not None and known != name:
            return Product((Name(known), *formula.factors[count:]))
    return formula


def sorted_formulas(formulas: Mapping[str, Expression]) -> dict[str, Expression] | None:
    """The formulas, each after those that it names, else in their order; None where one depends on itself."""
    done: dict[str, Expression] = {}
    waiting: set[str] = set()
    for start in formulas:
        stack = [start]
        while stack:
            name = stack[-1]
            if name in done:
                stack.pop()
                continue
            missing = [p for p in names(formulas[name]) if p in formulas and p not in done]
            if not missing:
                done[name] = formulas[name]
                waiting.discard(name)
                stack.pop()
                continue
            if name in waiting:
                return None
            waiting.add(name)
            stack.extend(reversed(missing))
    return done
