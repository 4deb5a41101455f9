"""Plots with their texts: what is plotted as plain data, and words that the caller finds in the templates."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from symback.naming import TOTAL
from symback.plots.axis import Label
from symback.plots.error_plot import ErrorWords, error_plot, is_logarithmic
from symback.plots.figure import Figure
from symback.plots.flow import Flow
from symback.plots.flow_plot import FlowWords, flow_plot, hidden, limits
from symback.plots.tick_labels import signed
from symback.plots.weight_plot import Descent, WeightWords, least_of, weight_plot

FOLDER = "plots"
"""Of the templates with these words."""
FILE = "words"
Say = Callable[[str, Mapping[str, object]], str]
"""A phrase of the words, filled with facts, as plain text."""
_LONGEST_TITLE = 46
_SUBSCRIPT = re.compile(r"([A-Za-z]+)_?(\w*)")


@dataclass(frozen=True, slots=True)
class ErrorOverRounds:
    """The error before the first round and after each that is given."""

    title: str
    """Of the network; it may be empty."""
    rounds: Sequence[int]
    errors: Sequence[float]
    first: str
    """The two ends as they are printed."""
    last: str
    sentence: str = ""
    """What else is said to those who do not see it."""


@dataclass(frozen=True, slots=True)
class ErrorByWeight:
    """The error as a function of one parameter, whose numbers are printed as given here."""

    title: str
    name: str
    value: str
    slope: str
    new: str
    """After one update; empty for a parameter that no update changes."""
    descent: Descent = field(repr=False)


@dataclass(frozen=True, slots=True)
class GradientFlow:
    """The sizes of derivatives, once or twice: before a training and after so many rounds."""

    title: str
    flow: Flow
    numbers: tuple[Mapping[str, float], ...] = field(repr=False)
    rounds: int = 0


Plot = ErrorOverRounds | ErrorByWeight | GradientFlow


def figure_of(name: str, plot: Plot, say: Say) -> Figure | None:
    """The plot laid out; `name` makes its ids unique on a page. None where nothing can be drawn."""
    if isinstance(plot, ErrorOverRounds):
        return error_figure(name, plot, say)
    if isinstance(plot, GradientFlow):
        return flow_figure(name, plot, say)
    descent = plot.descent
    return weight_figure(name, plot, say) if math.isfinite(descent.error(descent.value)) else None


def error_figure(name: str, plot: ErrorOverRounds, say: Say) -> Figure:
    """The error over the rounds, its two ends labelled."""
    facts: dict[str, object] = {
        "network": _short(plot.title),
        "rounds": plot.rounds[-1],
        "logarithmic": is_logarithmic(plot.errors),
        "first": plot.first,
        "last": plot.last,
        "sentence": plot.sentence,
    }
    words = ErrorWords(
        title=say("error_title", facts),
        subtitle=say("error_subtitle", facts),
        description=say("error_description", facts),
        first=say("first", {"value": plot.first}),
        last=say("last", {"value": plot.last, "rounds": plot.rounds[-1]}),
        rounds=Label(say("round", {})),
        error=label(TOTAL),
    )
    return error_plot(name, plot.rounds, plot.errors, words)


def weight_figure(name: str, plot: ErrorByWeight, say: Say) -> Figure:
    """The error as a function of one parameter, with its tangent and step."""
    least = least_of(plot.descent)
    shown = {"value": signed(plot.value), "slope": signed(plot.slope), "new": signed(plot.new)}
    facts: dict[str, object] = {
        "network": _short(plot.title),
        "name": plot.name,
        **shown,
        "least": "" if least is None else signed(f"{least:.3g}"),
    }
    words = WeightWords(
        title=say("weight_title", facts),
        subtitle=say("weight_subtitle", facts),
        description=say("weight_description", facts),
        weight=label(plot.name),
        error=label(TOTAL),
        before=say("before", facts),
        after=say("after", {**facts, "value": shown["new"]}),
        least=say("least", {"value": facts["least"]}),
        **{key: say(key, facts) for key in ("whole", "enlarged", "curve", "tangent", "step")},
    )
    return weight_plot(name, plot.descent, words)


def flow_figure(name: str, plot: GradientFlow, say: Say) -> Figure | None:
    """The sizes of deltas and gradients over the layers; None where all are 0."""
    flow = plot.flow
    low, high = limits(flow, plot.numbers)
    facts: dict[str, object] = {
        "network": _short(plot.title),
        "layers": len({place.layer for place in flow.places}),
        "steps": flow.has_steps,
        "rounds": plot.rounds,
        "count": len(flow.names),
        "hidden": [hidden(flow, numbers, low) for numbers in plot.numbers],
        "low": f"{low:.2g}",
        "high": f"{high:.2g}",
    }
    empty = [low > max((abs(numbers[name]) for name in flow.names), default=0.0) for numbers in plot.numbers]
    states: list[Mapping[str, object]] = [
        {"rounds": rounds, "is_empty": is_empty}
        for rounds, is_empty in zip((0, plot.rounds), empty, strict=False)
    ]
    words = FlowWords(
        title=say("flow_title", facts),
        subtitle=say("flow_subtitle", facts),
        description=say("flow_description", facts),
        layers=Label(say("flow_steps" if flow.has_steps else "flow_layers", {})),
        size=Label(say("flow_size", {})),
        panels=tuple(say("flow_panel", state) for state in states) if len(plot.numbers) > 1 else ("",),
        delta=say("flow_delta", {}),
        gradient=say("flow_gradient", {}),
        places=tuple(say("flow_place", {"layer": p.layer, "step": p.step}) for p in flow.places),
    )
    return flow_plot(name, flow, plot.numbers, words)


def label(name: str) -> Label:
    """The name of a quantity beside an axis."""
    found = _SUBSCRIPT.fullmatch(name)
    return Label(found[1], found[2]) if found else Label(name)


def _short(title: str) -> str:
    """A title that leaves room for what is plotted."""
    return title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1].rstrip() + "…"
