"""Sentences about a training, from the templates: how it ran, why it stopped, whether the error is least."""

from __future__ import annotations

import math

from symback.learning.proven import LENGTH
from symback.learning.result import Trained
from symback.learning.stopping import Reason
from symback.naming import TOTAL
from symback.plots.tick_labels import LONGEST, with_exponent
from symback.render import say

FOLDER = "training"


def say_about(phrase: str, file: str = "sentences", **facts: object) -> str:
    """One sentence of a file in the templates of trainings."""
    return say(file, phrase, facts, folder=FOLDER)


def end_sentences(training: Trained) -> list[str]:
    """Why it stopped, and whether the error still falls."""
    return [_why(training), *_still_falling(training), *_cautions(training)]


def short(number: float) -> str:
    """Three significant digits of a double, without an exponent where that is readable; "" for infinity."""
    size = abs(number)
    if math.isinf(size):
        return ""
    if size and not 1e-4 <= size < 1e6:
        digits, _, exponent = f"{size:.2e}".partition("e")
        return f"{digits}e{int(exponent)}"
    return f"{size:.3g}" if size < 100 else f"{size:,.0f}"


def readable(text: str) -> str:
    """A number as it is, or with an exponent where it has very many digits before the point."""
    if len(text.lstrip("-").partition(".")[0]) <= LONGEST:
        return text
    return with_exponent(text, 8)


def _why(training: Trained) -> str:
    stop, limits = training.stop, training.limits
    if stop.reason is Reason.ROUNDS:
        return say_about("all_rounds", rounds=stop.round, is_limited=limits.is_set)
    if stop.reason is Reason.GRADIENT:
        return say_about("short_gradient", rounds=stop.round, limit=limits.gradient)
    if stop.reason is Reason.ERROR:
        confirmed = _is_confirmed(training)
        return say_about("small_error", rounds=stop.round, limit=limits.error, confirmed=confirmed)
    fall = training.fall
    assert fall is not None
    assert limits.change is not None
    return say_about("small_change", rounds=stop.round, limit=limits.change, rose=fall < 0)


def _is_confirmed(training: Trained) -> bool:
    """Whether the proven numbers say what the doubles said: at this round, and not at the one before."""
    limit, last = training.limits.error, training.last
    assert limit is not None
    small = training.proven[TOTAL, last].number <= float(limit)
    return small and (last == 0 or training.proven[TOTAL, last - 1].number > float(limit))


def _still_falling(training: Trained) -> list[str]:
    fall = training.fall
    length = training.proven[LENGTH, training.last]
    found = []
    if fall is not None:
        found.append(say_about("last_round", amount=short(fall), fell=fall > 0, rose=fall < 0))
    is_shown = any(digit in length.shown for digit in "123456789")
    is_zero = not is_shown and length.proven and length.number == 0
    fell = fall is not None and fall > 0
    found.append(
        say_about("gradient", length=readable(length.shown), is_zero=is_zero, is_shown=is_shown, fell=fell)
    )
    return found


def _cautions(training: Trained) -> list[str]:
    """What is not proven is said."""
    found = []
    names = training.followed.names
    if not all(training.proven[name, done].proven for name in names for done in training.rounds):
        found.append(say_about("unproven"))
    if training.stop.overflow is not None:
        found.append(say_about("overflow", round=training.stop.overflow))
    return found
