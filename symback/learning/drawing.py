"""Plots of a training: the error over its rounds and over one parameter, and the flow of its gradients."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence

from symback.errors import RequestError, UnknownName
from symback.learning.proven import numbers_at
from symback.learning.result import Trained
from symback.learning.wording import end_sentences
from symback.mistakes.workings import Workings
from symback.naming import TOTAL, at_state, derivative
from symback.plots import told
from symback.plots.figure import Figure
from symback.plots.flow import flow_of
from symback.plots.tick_labels import brief
from symback.plots.weight_plot import Descent
from symback.render import fill, say

FORMATS = ("svg", "latex")


def draw(figure: Figure, format_name: str = "svg") -> str:
    """A plot as SVG, or as a picture in TikZ. Raises UnknownName for another format."""
    if format_name not in FORMATS:
        raise UnknownName("format of plots", format_name, FORMATS)
    return fill(f"plots/{format_name}_file.j2", format_name, figure=figure)


def error_figure(training: Trained) -> Figure:
    """The error over the rounds: the history in doubles, the two ends labelled with proven numbers."""
    history = training.history
    errors = history[TOTAL]
    plot = told.ErrorOverRounds(
        training.network.title,
        history.rounds,
        errors,
        brief(training.proven[TOTAL, 0].shown),
        _end(training, errors[-1]),
        end_sentences(training)[0],
    )
    return told.error_figure(_id(training, "error"), plot, _say)


def weight_figure(training: Trained, name: str) -> Figure:
    """The error as a function of one parameter, at the start of the training.

    Raises UnknownName for what is no parameter.
    """
    check_parameter(name, [parameter for parameter, _ in training.network.parameters])
    slope, new = derivative(TOTAL, name), at_state(name, "+")
    is_trained = name in training.followed.parameters
    wanted = [name, slope, new] if is_trained else [name, slope]
    rounding = training.proven.evaluation.rounding
    values = numbers_at(training.network, training.graph, wanted, rounding)
    descent = Descent(
        error_by(training.workings, name),
        values[name].number,
        values[slope].number,
        values[new].number if is_trained else None,
    )
    value, gradient, updated = (values[one].shown if one in values else "" for one in (name, slope, new))
    plot = told.ErrorByWeight(training.network.title, name, value, gradient, updated, descent)
    return told.weight_figure(_id(training, f"error-by-{name}"), plot, _say)


def flow_figure(training: Trained) -> Figure:
    """How large deltas and gradients are in each layer, before the first round and after the last one.

    Raises RequestError where there is but one layer, or where all of them are 0.
    """
    found = flow_of(training.graph)
    if found is None:
        raise RequestError("There is one layer with gradients: they flow nowhere that could be plotted.")
    workings, last = training.workings, training.history.rounds[-1]
    before = {name: workings.value(name) for name in found.names}
    after = before
    if last:
        reached = dict(zip(training.history.names, training.history.rows[-1], strict=True))
        after = _derivatives_at(workings, found.names, {p: reached[p] for p in training.followed.parameters})
    numbers = (before, after) if last else (before,)
    plot = told.GradientFlow(training.network.title, found, numbers, last)
    figure = told.flow_figure(_id(training, "gradients"), plot, _say)
    if figure is None:
        raise RequestError("All deltas and gradients are 0: there is nothing to plot.")
    return figure


def has_flow(training: Trained) -> bool:
    """Whether `flow_figure` draws anything."""
    found = flow_of(training.graph)
    return found is not None and any(training.workings.value(name) for name in found.names)


def check_parameter(name: str, parameters: Sequence[str]) -> str:
    """The name as it is; raises UnknownName with the nearest parameter."""
    if name not in parameters:
        raise UnknownName("weight or bias", name, parameters)
    return name


def error_by(workings: Workings, name: str) -> Callable[[float], float]:
    """E_total as a function of one given number, by the formulas of the graph; nan where it has no value."""
    place, error = workings.places[name], workings.places[TOTAL]
    within = workings.needed([TOTAL]) | 1 << place

    def total(value: float) -> float:
        found = workings.values_with({place: lambda values: value}, within)[error]
        return found if math.isfinite(found) else math.nan

    return total


def _derivatives_at(
    workings: Workings, names: Sequence[str], parameters: Mapping[str, float]
) -> dict[str, float]:
    """The numbers of these quantities with other parameters."""
    changed = workings.with_given(workings.network, {**workings.given, **parameters})
    return {name: changed.value(name) for name in names}


def _end(training: Trained, error: float) -> str:
    """The last error that is drawn: proven where the history reaches the last round."""
    if training.last == training.history.rounds[-1]:
        return brief(training.proven[TOTAL, training.last].shown)
    return f"{error:.6g}"


def _say(phrase: str, facts: Mapping[str, object]) -> str:
    return say(told.FILE, phrase, facts, folder=told.FOLDER)


def _id(training: Trained, what: str) -> str:
    """An id for a page: letters, digits and dashes."""
    return f"{re.sub('[^A-Za-z0-9]+', '-', training.network.name).strip('-') or 'network'}-{what}"
