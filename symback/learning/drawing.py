"""Plots of a training: the error over its rounds, and over one parameter."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

from symback.errors import UnknownName
from symback.learning.proven import numbers_at
from symback.learning.result import Trained
from symback.learning.wording import brief, end_sentences, say_about
from symback.mistakes.workings import Workings
from symback.naming import TOTAL, at_state, derivative
from symback.plots.axis import Label
from symback.plots.error_plot import ErrorWords, error_plot, is_logarithmic
from symback.plots.figure import Figure
from symback.plots.tick_labels import signed
from symback.plots.weight_plot import Descent, WeightWords, least_of, weight_plot
from symback.render import fill

_FILE = "plots"
_LONGEST_TITLE = 46
_SUBSCRIPT = re.compile(r"([A-Za-z]+)_?(\w*)")


def draw(training: Trained, weight: str | None) -> str:
    """The plot as SVG: of the error over the rounds, or over a parameter.

    Raises UnknownName for what is no parameter.
    """
    figure = error_figure(training) if weight is None else weight_figure(training, weight)
    return fill("plots/plot_svg.j2", "svg", figure=figure)


def error_figure(training: Trained) -> Figure:
    """The error over the rounds: the history in doubles, the two ends labelled with proven numbers."""
    history = training.history
    errors = history[TOTAL]
    facts: dict[str, object] = {
        "network": _short(training.network.title),
        "rounds": history.rounds[-1],
        "logarithmic": is_logarithmic(errors),
        "first": brief(training.proven[TOTAL, 0].shown),
        "last": _end(training, errors[-1]),
        "sentence": end_sentences(training)[0],
    }
    words = ErrorWords(
        title=_say("error_title", facts),
        subtitle=_say("error_subtitle", facts),
        description=_say("error_description", facts),
        first=_say("first", {"value": facts["first"]}),
        last=_say("last", {"value": facts["last"], "rounds": facts["rounds"]}),
        rounds=Label(_say("round", {})),
        error=_label(TOTAL),
    )
    return error_plot(_id(training, "error"), history.rounds, errors, words)


def weight_figure(training: Trained, name: str) -> Figure:
    """The error as a function of one parameter, at the start of the training."""
    check_parameter(name, [parameter for parameter, _ in training.network.parameters])
    slope, new = derivative(TOTAL, name), at_state(name, "+")
    is_trained = name in training.followed.parameters
    wanted = [name, slope, new] if is_trained else [name, slope]
    rounding = training.proven.evaluation.rounding
    values = numbers_at(training.network, training.graph, wanted, rounding)
    shown = {one: signed(values[one].shown) for one in values}
    descent = Descent(
        _error_by(training.workings, name),
        values[name].number,
        values[slope].number,
        values[new].number if is_trained else None,
    )
    least = least_of(descent)
    facts: dict[str, object] = {
        "network": _short(training.network.title),
        "name": name,
        "value": shown[name],
        "slope": shown[slope],
        "new": shown.get(new, ""),
        "least": "" if least is None else signed(f"{least:.3g}"),
    }
    words = WeightWords(
        title=_say("weight_title", facts),
        subtitle=_say("weight_subtitle", facts),
        description=_say("weight_description", facts),
        weight=_label(name),
        error=_label(TOTAL),
        before=_say("before", facts),
        after=_say("after", {**facts, "value": facts["new"]}),
        least=_say("least", {"value": facts["least"]}),
        **{key: _say(key, facts) for key in ("whole", "enlarged", "curve", "tangent", "step")},
    )
    return weight_plot(_id(training, f"error-by-{name}"), descent, words)


def check_parameter(name: str, parameters: Sequence[str]) -> str:
    """The name as it is; raises UnknownName with the nearest parameter."""
    if name not in parameters:
        raise UnknownName("weight or bias", name, parameters)
    return name


def _error_by(workings: Workings, name: str) -> Callable[[float], float]:
    """E_total as a function of one given number, by the formulas of the graph; nan where it has no value."""
    place, error = workings.places[name], workings.places[TOTAL]
    within = workings.needed([TOTAL]) | 1 << place

    def total(value: float) -> float:
        found = workings.values_with({place: lambda values: value}, within)[error]
        return found if math.isfinite(found) else math.nan

    return total


def _end(training: Trained, error: float) -> str:
    """The last error that is drawn: proven where the history reaches the last round."""
    if training.last == training.history.rounds[-1]:
        return brief(training.proven[TOTAL, training.last].shown)
    return f"{error:.6g}"


def _say(phrase: str, facts: dict[str, object]) -> str:
    return say_about(phrase, _FILE, **facts)


def _label(name: str) -> Label:
    found = _SUBSCRIPT.fullmatch(name)
    return Label(found[1], found[2]) if found else Label(name)


def _short(title: str) -> str:
    """A title that leaves room for what is plotted."""
    return title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1].rstrip() + "…"


def _id(training: Trained, what: str) -> str:
    """An id for a page: letters, digits and dashes."""
    return f"{re.sub('[^A-Za-z0-9]+', '-', training.network.name).strip('-') or 'network'}-{what}"
