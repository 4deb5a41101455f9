"""A training from beginning to end: doubles find the last round, exact numbers and balls prove the table."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from symback.derivation import derive
from symback.errors import RequestError
from symback.evaluation import Rounding
from symback.forward import given_numbers
from symback.learning.doubles import run
from symback.learning.milestones import check_count, check_row, milestones
from symback.learning.proven import followed, prove
from symback.learning.result import Trained
from symback.learning.stopping import Limits
from symback.mistakes.workings import workings_of
from symback.naming import TOTAL, derivative
from symback.network import Network
from symback.updates import trained_names

Advance = Callable[[int, int], None]
"""Told how much is done, of how much."""


def train_network(
    network: Network,
    rounds: int,
    limits: Limits,
    rounding: Rounding,
    progress: Advance | None = None,
    at: Iterable[int] = (),
) -> Trained:
    """The training of a network; its table has rows also after the rounds `at`.

    Raises RequestError for a network that cannot be trained, or too many rounds; EvaluationError where the
    training diverges.
    """
    check_count(rounds)
    asked = [check_row(one, rounds) for one in at]
    _check(network)
    graph = derive(network)
    workings = workings_of(network, graph)
    names = followed(network)

    def tell(before: int, total: int) -> Callable[[int], None] | None:
        """Each round is run twice, in doubles and in balls: half of it is done when one of them is."""
        return None if progress is None else lambda done: progress((before + done) // 2, total)

    slopes = [
        name for name in (derivative(TOTAL, one) for one in names.parameters) if name in workings.places
    ]
    found = run(workings, names.names, rounds, limits, tell(0, rounds), slopes)
    last = found.stop.round
    proven = prove(network, graph, milestones(last, asked), rounding, tell(last, last))
    return Trained(network, names, proven, found.history, limits, found.stop, graph, workings)


def _check(network: Network) -> None:
    if network.update is None:
        raise RequestError("Training needs an [update] table in the network file: how else would it learn?")
    if not trained_names(network):
        raise RequestError("There is nothing to train: no parameter is changed by the [update].")
    symbolic = [name for name, number in given_numbers(network).items() if number.expression is None]
    if symbolic:
        raise RequestError(f"Training needs numbers, but these are symbolic: {', '.join(symbolic[:10])}.")
