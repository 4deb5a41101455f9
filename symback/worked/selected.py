"""Only the backward steps that are asked for: first derivatives, second ones, whole matrices of them."""

from __future__ import annotations

from symback.derivative_matrices import JACOBIAN, whole_matrices
from symback.document import Cell, Equation, Item, Row, Section
from symback.expression import Expression, Name, Product, Sum, multiply
from symback.graph import FORWARD_ROLES, Quantity, Role, Rule
from symback.naming import TOTAL, derivative, parts_of
from symback.steps import steps
from symback.worked.story import Story, values_table

MOST_STEPS = 400
"""Where more steps are needed, only those of the first derivative are printed."""
FIRST_ORDER = frozenset(
    [
        *(Role.LOCAL_DERIVATIVE, Role.DERIVATIVE, Role.DELTA, Role.CONTRIBUTION, Role.GRADIENT),
        *(Role.BATCH_GRADIENT, Role.COUNT, Role.STATE, Role.UPDATED, Role.LEARNING_RATE),
    ]
)


def selected_steps(story: Story) -> Section:
    """The steps that the wanted quantities need, each as an equation, then tables of whole matrices."""
    first, second = _needed(story, story.only)
    is_cut = len(first) + len(second) > MOST_STEPS
    if is_cut:
        first, second = _needed(story, story.only[:1])
    facts = {
        "updated": any(quantity.name.endswith("+") for quantity in (*first, *second)),
        "of_inputs": any(_is_by_input(story, name) for name in story.only),
        "of_outputs": any(_is_of_output(story, quantity) for quantity in first),
        "cut": is_cut,
    }
    symbols = {"first": story.only[0], "error": TOTAL}
    items = [Item("steps", story.equations(quantity.name for quantity in first), symbols, facts)]
    if second:
        items.append(_second_order(story, second))
    items += [
        _matrix(kind, rows)
        for kind, rows in whole_matrices(story.network, story.graph).items()
        if story.has_numbers() and {entry for row in rows for entry in row} <= set(story.only)
    ]
    return Section("selected", tuple(items))


def _needed(story: Story, wanted: tuple[str, ...]) -> tuple[list[Quantity], list[Quantity]]:
    """The steps of first and of second order."""
    needed = [quantity for quantity in story.graph.ancestors(wanted) if quantity.formula is not None]
    second = [quantity for quantity in needed if quantity.role is Role.SECOND_DERIVATIVE]
    return [quantity for quantity in needed if quantity.role in FIRST_ORDER], second


def _is_by_input(story: Story, name: str) -> bool:
    parts = parts_of(name)
    is_first = parts.is_derivative and not parts.then and parts.by in story.graph
    return is_first and story.graph[parts.by].role is Role.INPUT


def _is_of_output(story: Story, quantity: Quantity) -> bool:
    """Whether it is a total derivative of something else than an error."""
    parts = parts_of(quantity.name)
    is_total = quantity.role is Role.DERIVATIVE and parts.is_derivative and parts.of in story.graph
    return is_total and story.graph[parts.of].role in FORWARD_ROLES - {Role.ERROR, Role.TOTAL_ERROR}


def _second_order(story: Story, second: list[Quantity]) -> Item:
    """Each step; with a product, and with a local derivative, that the sentences point to."""
    products = [q for q in second if q.rule is Rule.PRODUCT_RULE and isinstance(q.formula, Sum)]
    local = [q for q in second if len(_stages(q)) > 1 and isinstance(q.formula, Product)]
    symbols = {key: found[0].name for key, found in (("product", products), ("local", local)) if found}
    if local:
        symbols["factor"] = derivative(parts_of(local[0].name).of, parts_of(local[0].name).by)
        symbols["moving"] = local[0].variable
    equations = tuple(_equation(story, quantity) for quantity in second)
    return Item("second_order", equations, {**symbols, "error": TOTAL})


def _equation(story: Story, quantity: Quantity) -> Equation:
    """A step; where a local derivative changes along one name, with the rules of its differentiation."""
    rows = [Row(stage) for stage in _stages(quantity)]
    return Equation(Name(quantity.name), (*rows, *story.equation(quantity.name).rows))


def _stages(quantity: Quantity) -> list[Expression]:
    """What is differentiated, and the result before anything is simplified, each times what the name does."""
    if quantity.source is None:
        return []
    then = parts_of(quantity.name).then
    if isinstance(quantity.source, Name) and quantity.variable != then:
        return []
    first, *_, last = steps(quantity.source, quantity.variable)
    slope = [] if quantity.variable == then else [Name(derivative(quantity.variable, then))]
    stages: list[Expression] = [multiply([stage.expression, *slope]) for stage in (first, last)]
    return [stage for stage in stages if stage != quantity.formula]


def _matrix(kind: str, rows: list[list[str]]) -> Item:
    """The values of a whole matrix, a column a parameter."""
    left = [parts_of(row[0]).of if kind == JACOBIAN else parts_of(row[-1]).by for row in rows]
    above = [parts_of(name).then or parts_of(name).by for name in rows[0]]
    lines = [(Cell(symbol=name), row) for name, row in zip(left, rows, strict=True)]
    return Item(kind, tuple(values_table(kind, "by", above, lines)), {"error": TOTAL})
