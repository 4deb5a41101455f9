"""What carries a factor of the chain rule: the units and edges on all paths through which it goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from symback.expression import Expression, Marked, Name, Product, Sum
from symback.figure.cells import Cell
from symback.figure.drawing import Factor
from symback.figure.network_drawing import NetworkDrawing
from symback.graph import ERROR_ROLES, FORWARD_ROLES, Graph, Quantity
from symback.naming import parts_of

Step = tuple[str, str]
"""From a quantity to one whose formula has it."""


def factors_of(drawing: NetworkDrawing, graph: Graph, formula: Expression) -> tuple[Factor, ...]:
    """The factors of a product, or of the products in a sum place by place, and what carries them.

    What is no derivative carries nothing and has no entry.
    """
    places: dict[int, dict[str, tuple[int, ...]]] = {}
    for term in terms_of(formula):
        for place, factor in enumerate(term):
            if isinstance(factor, Name) and (elements := carried_by(drawing, graph, factor.name)):
                places.setdefault(place, {})[factor.name] = elements
    return tuple(
        Factor(place, tuple(found), tuple(dict.fromkeys(e for elements in found.values() for e in elements)))
        for place, found in sorted(places.items())
    )


def terms_of(formula: Expression) -> list[tuple[Expression, ...]]:
    """The factors of each term."""
    terms = formula.terms if isinstance(formula, Sum) else (formula,)
    return [term.factors if isinstance(term, Product) else (term,) for term in terms]


def coloured(formula: Expression, factors: tuple[Factor, ...]) -> Expression:
    """The formula with the names of factors marked in the colours of their places."""
    places = {(factor.place, name) for factor in factors for name in factor.names}

    def marked(term: Expression) -> Expression:
        operands = term.factors if isinstance(term, Product) else (term,)
        shown = tuple(
            Marked(operand, "", place) if (place, getattr(operand, "name", "")) in places else operand
            for place, operand in enumerate(operands)
        )
        return Product(shown) if isinstance(term, Product) else shown[0]

    return Sum(tuple(map(marked, formula.terms))) if isinstance(formula, Sum) else marked(formula)


def carried_by(drawing: NetworkDrawing, graph: Graph, name: str) -> tuple[int, ...]:
    """The elements of one derivative, by its name or a synonym, in the order of the graph."""
    ends = ends_of(graph[name])
    if ends is None:
        return ()
    found: dict[int, None] = {}
    for step in steps_between(graph, *ends):
        for element in elements_of(drawing, graph, step):
            found[element] = None
    return tuple(found)


def ends_of(quantity: Quantity) -> tuple[str, str, bool] | None:
    """(A, B, whether directly) of dA/dB; None for what is no derivative."""
    for name in (quantity.name, *quantity.names):
        parts = parts_of(name)
        if parts.is_derivative and not parts.then:
            return parts.of + parts.state, parts.by + parts.state, parts.direct
    return None


def steps_between(graph: Graph, of: str, by: str, direct: bool = False) -> Iterator[Step]:
    """All steps on paths from `by` to `of` through the forward pass."""
    if direct:
        yield by, of
        return
    forward: Mapping[str, Quantity] = {q.name: q for q in graph.with_role(*FORWARD_ROLES)}
    reached = {by}
    for quantity in forward.values():
        if quantity.name not in reached and any(parent in reached for parent in quantity.parents):
            reached.add(quantity.name)
    needed = {of}
    for quantity in reversed(list(forward.values())):
        if quantity.name in needed and quantity.name != by:
            needed |= reached.intersection(quantity.parents)
    for quantity in forward.values():
        if quantity.name in needed and quantity.name != by:
            yield from ((parent, quantity.name) for parent in quantity.parents if parent in needed)


def elements_of(drawing: NetworkDrawing, graph: Graph, step: Step) -> Iterable[int]:
    """What carries one step: the edge of a parameter, the unit itself, the edge between two parts."""
    source, target = step
    to = drawing.cells.get(target)
    if to is None:
        return ()
    from_ = drawing.cells.get(source)
    if from_ is None:
        return drawing.carriers.get((source, to)) or _node(drawing, to)
    if from_ == to:
        return _node(drawing, to)
    edges = drawing.edges.get((from_, to), ())
    ends = _node(drawing, to) if graph[target].role in ERROR_ROLES else ()
    if edges or ends:
        return (*edges, *ends)
    if from_.layer == to.layer and to.layer in drawing.frames:
        return (drawing.frames[to.layer],)
    return dict.fromkeys((*_node(drawing, from_), *_node(drawing, to)))


def _node(drawing: NetworkDrawing, cell: Cell) -> tuple[int, ...]:
    found = drawing.nodes.get(cell)
    return () if found is None else (found,)
