"""The figures of a worked example: the whole network, and the paths of a gradient with their factors lit."""

from __future__ import annotations

from collections.abc import Iterator

from symback.document import Figure, Item
from symback.expression import Expression, Name
from symback.figure.drawing import Factor
from symback.figure.lighting import coloured, factors_of
from symback.graph import Quantity
from symback.worked.layer_forward import layer_facts
from symback.worked.story import Story


def network_figure(story: Story) -> Item:
    """The network with the numbers that are given."""
    facts = {**_facts(story), "has_numbers": story.has_numbers(), "sample": story.sample}
    return Item("figure", (Figure("network", story.drawing.drawing, facts=facts),))


def path_figure(story: Story, weight: str, gradient: Quantity) -> Iterator[Item]:
    """The paths from a weight to the error; nothing where no path is drawn."""
    factors = _factors(story, gradient)
    if factors:
        facts = {**_facts(story), "gradient": gradient.name, "factors": len(factors)}
        yield Item("figure", (Figure("path", story.drawing.drawing, factors, facts),), {"weight": weight})


def coloured_gradient(story: Story, gradient: Quantity) -> Expression:
    """The formula of a gradient with each factor in the colour that it has in the figure."""
    formula = gradient.formula or Name(gradient.name)
    return coloured(formula, _factors(story, gradient))


def _factors(story: Story, gradient: Quantity) -> tuple[Factor, ...]:
    if gradient.formula is None:
        return ()
    return factors_of(story.drawing, story.graph, gradient.formula)


def _facts(story: Story) -> dict[str, object]:
    network = story.network
    return {
        "inputs": len(network.inputs),
        "steps": len(network.source.steps),
        "step_word": story.step_word,
        "layers": tuple(layer_facts(story, layer) for layer in network.layers),
    }
