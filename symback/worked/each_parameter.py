"""Every parameter by itself: its gradient in named factors, each factor, and the update; for pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symback.document import Document, Equation, Item, Row, Section, Show, value_of
from symback.expression import Name, Number
from symback.figure.lighting import coloured, factors_of
from symback.graph import PARAMETER_ROLES, Quantity
from symback.naming import at_state, derivative
from symback.worked.story import MOST_EQUATIONS, Story

MOST_PARAMETERS = 60
"""Of more parameters none is told by itself: the page would be too long."""


def with_each_parameter(document: Document, story: Story) -> Document:
    """The document with a section on every parameter by itself before its last one."""
    parameters = story.graph.with_role(*PARAMETER_ROLES)
    if not 0 < len(parameters) <= MOST_PARAMETERS or not story.has_numbers():
        return document
    *before, last = document.sections
    items = tuple(_derivation(story, parameter) for parameter in parameters)
    facts = {"sample": story.sample, "has_update": story.network.update is not None}
    section = Section("each_parameter", items, facts)
    return replace(document, sections=(*before, section, last))


def _derivation(story: Story, parameter: Quantity) -> Item:
    """The gradient as a product, or a sum of products, each factor in the colour of its path."""
    gradient = story.gradient(parameter.name)
    formula = gradient.formula or Name(gradient.name)
    factors = factors_of(story.drawing, story.graph, formula)
    shown = coloured(formula, factors)
    rows = [Row(shown)]
    if story.knows(gradient.name):
        if not isinstance(formula, Name):
            rows.append(Row(shown, Show.NUMBERS))
        rows.append(value_of(gradient.name))
    blocks = [Equation(Name(gradient.name), tuple(rows)), *_steps(story, parameter, gradient)]
    facts = {
        "parameter": parameter.name,
        "lit": tuple(("abcd"[factor.place % 4], factor.elements) for factor in factors),
        "samples": len(story.network.samples),
        "reduction": story.network.reduction,
    }
    return Item("parameter", tuple(blocks), {"parameter": parameter.name}, facts)


def _steps(story: Story, parameter: Quantity, gradient: Quantity) -> Iterator[Equation]:
    """The factors, what all samples give together, and the update, as far as there are any."""
    told = [name for name in gradient.parents if _is_computed(story.graph[name])]
    if len(told) <= MOST_EQUATIONS:  # of a longer sum the page has them where they are worked out
        yield from story.equations(told)
    whole = derivative("E_total", parameter.name)
    if whole != gradient.name and whole in story.graph:
        yield story.equation(whole)
    after = at_state(parameter.name, "+")
    if after in story.graph and story.graph[after].formula is not None:
        yield story.equation(after)


def _is_computed(quantity: Quantity) -> bool:
    return quantity.formula is not None and not isinstance(quantity.formula, Number)
