"""The plots of a worked example: the error over one weight and over rounds, and how large gradients are.

What they show is computed when a format asks for it: a document without pictures costs nothing more.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from symback.document import Item, Plot
from symback.graph import Role
from symback.naming import TOTAL, at_state, derivative
from symback.worked.story import Story

if TYPE_CHECKING:
    from symback.plots.told import ErrorByWeight, ErrorOverRounds

MOST_QUANTITIES = 3_000
"""A curve has hundreds of points, and each is a forward pass: larger networks have none."""
MOST_STEPS = 3_000_000
"""Formulas that are computed for the curve of a training: about a second."""
FEWEST_PLACES = 3
"""Between two places there is no flow to look at."""


def weight_plot(story: Story) -> Iterator[Item]:
    """The error as a function of the weight that is worked in full first, which an update moves."""
    weights = [q for q in story.graph.with_role(Role.WEIGHT) if at_state(q.name, "+") in story.graph]
    if not weights or not story.has_update_numbers() or len(story.graph) > MOST_QUANTITIES:
        return
    last = max(weight.layer for weight in weights)
    name = next(weight.name for weight in weights if weight.layer == last)

    def made() -> ErrorByWeight:
        from symback.mistakes.workings import workings_of
        from symback.plots.told import ErrorByWeight
        from symback.plots.weight_plot import Descent

        workings = workings_of(story.network, story.graph)
        place, error = workings.places[name], workings.places[TOTAL]
        within = workings.needed([TOTAL]) | 1 << place

        def total(value: float) -> float:
            found = workings.values_with({place: lambda values: value}, within)[error]
            return found if math.isfinite(found) else math.nan

        numbers = [story.evaluation[one] for one in (name, derivative(TOTAL, name), at_state(name, "+"))]
        value, slope, new = (number for number in numbers if number is not None)
        descent = Descent(total, value.number, slope.number, new.number)
        return ErrorByWeight("", name, value.shown, slope.shown, new.shown, descent)

    yield Item("figure", (Plot("error_by_weight", made),), {"weight": name, "error": TOTAL})


def rounds_plot(story: Story) -> Iterator[Item]:
    """The error over as many rounds as the document goes on to tell."""
    count = max(story.rounds, default=0)
    if count < 2 or count * len(story.graph) > MOST_STEPS * 10:
        return

    def made() -> ErrorOverRounds:
        from symback.diagnosis.rounds import Training
        from symback.mistakes.quick import IMPOSSIBLE
        from symback.mistakes.workings import workings_of
        from symback.plots.tick_labels import brief
        from symback.plots.told import ErrorOverRounds

        series = Training(workings_of(story.network, story.graph)).every_round([TOTAL])
        every = max(1, count // MOST_STEPS)
        errors: dict[int, float] = {}
        try:
            for done, (error,) in enumerate(islice(series, count + 1)):
                if not math.isfinite(error):
                    break
                if done % every == 0 or done == count:
                    errors[done] = error
        except IMPOSSIBLE:
            pass
        start, end = story.evaluation[TOTAL], story.evaluation[at_state(TOTAL, f"@{count}")]
        assert start is not None, "a training has numbers"
        last = brief(end.shown) if end is not None and count in errors else f"{[*errors.values()][-1]:.6g}"
        return ErrorOverRounds("", tuple(errors), tuple(errors.values()), brief(start.shown), last)

    yield Item("figure", (Plot("error_over_rounds", made),), {"error": TOTAL})


def flow_plot(story: Story) -> Iterator[Item]:
    """How large deltas and gradients are in each layer and step, where there are at least three of these."""
    from symback.plots.flow import flow_of
    from symback.plots.told import GradientFlow

    found = flow_of(story.graph) if len(story.graph) <= MOST_QUANTITIES else None
    if found is None or len(found.places) < FEWEST_PLACES:
        return
    known = {name: story.evaluation.values.get(story.graph[name].name) for name in found.names}
    numbers = {name: value.number for name, value in known.items() if value is not None}
    if len(numbers) == len(known) and any(numbers.values()):
        flow = GradientFlow("", found, (numbers,))
        yield Item("figure", (Plot("gradient_flow", lambda: flow),))
