"""The rounds that are printed, computed with exact numbers and balls: every digit of them is proven."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from symback.evaluation import Evaluation, Rounding, Value, evaluate
from symback.expression import ZERO, Expression, Name, Power, add, as_expression, sqrt
from symback.forward import given_numbers
from symback.graph import Graph, Quantity, Role, Rule
from symback.naming import TOTAL, at_state, derivative, normal_state
from symback.network import Network
from symback.training import Progress
from symback.updates import trained_names

LENGTH = "gradient_length"
"""The length of the gradient by all parameters that are trained; users cannot take this name."""


@dataclass(frozen=True)
class Proven:
    """Numbers after some rounds."""

    rounds: tuple[int, ...]
    evaluation: Evaluation

    def __getitem__(self, place: tuple[str, int]) -> Value:
        """The number of a quantity after so many rounds; both must be known."""
        name, done = place
        found = self.evaluation[normal_state(at_state(name, f"@{done}"))]
        assert found is not None, "symbolic networks are refused before"
        return found


@dataclass(frozen=True)
class Followed:
    """What is followed through the rounds."""

    outputs: tuple[str, ...]
    parameters: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The error, the outputs, the parameters that are trained."""
        return (TOTAL, *self.outputs, *self.parameters)


def followed(network: Network) -> Followed:
    """The outputs and the trained parameters of a network."""
    outputs = [output.name for sample in network.places for output in network.outputs(sample)]
    return Followed(tuple(outputs), tuple(name for name, _ in trained_names(network)))


def prove(
    network: Network,
    graph: Graph,
    rounds: Iterable[int],
    rounding: Rounding,
    progress: Progress | None = None,
) -> Proven:
    """The numbers after each of `rounds`, and of the round before the last; the gradient at the last one.

    `graph` is that of `derive`. Raises EvaluationError where the training diverges.
    """
    wanted = tuple(sorted(set(rounds)))
    last = wanted[-1]
    names = followed(network).names
    needed = [q.name for q in graph if q.rule is Rule.UPDATE]
    gradients = [
        name for name in (derivative(TOTAL, p) for p in followed(network).parameters) if name in graph
    ]
    part = graph.ancestors([*needed, *names, *gradients])
    part = part.extended([Quantity(LENGTH, Role.GRADIENT, Rule.DEFINITION, _length(gradients))])
    counts = {*wanted, max(0, last - 1)}
    later = [at_state(name, f"@{count}") for count in sorted(counts) for name in names]
    later.append(at_state(LENGTH, f"@{last}"))
    missing = dict.fromkeys(normal_state(name) for name in later)
    part = part.extended(_later(part, [name for name in missing if name not in part]))
    return Proven(wanted, evaluate(part, given_numbers(network), rounding, progress))


def numbers_at(network: Network, graph: Graph, names: Sequence[str], rounding: Rounding) -> dict[str, Value]:
    """The proven numbers of some quantities of a graph at the start."""
    part = graph.ancestors(names)
    found = evaluate(part, given_numbers(network), rounding)
    values = {name: found[name] for name in names}
    return {name: value for name, value in values.items() if value is not None}


def _length(gradients: Sequence[str]) -> Expression:
    squares: list[Expression] = [Power(Name(name), as_expression(2)) for name in gradients]
    return sqrt(add(squares or [ZERO]))


def _later(graph: Graph, names: Iterable[str]) -> list[Quantity]:
    """Quantities that training computes, each like the one it begins with."""
    found = []
    for name in names:
        like = graph[name.removesuffix("+").partition("@")[0]]
        found.append(Quantity(name, like.role, Rule.TRAINING, layer=like.layer, sample=like.sample))
    return found
