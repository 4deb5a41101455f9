"""Networks drawn at random over all types of layers, and every built-in one, against other computations.

Each is derived, evaluated, checked (textbook derivatives, forms, direct differentiation, floats), compared
with PyTorch where that is installed, and some are printed in every format. Where all tools are required, as
in `.ci/run`, there are more of them.
"""

from __future__ import annotations

import importlib.util
import json
import os
from dataclasses import replace
from functools import cache

import pytest

from symback.api import solve
from symback.checks import Report, check
from symback.derivation import derive, with_rounds
from symback.errors import EvaluationError, RequestError
from symback.evaluation import Rounding, evaluate
from symback.expression import names
from symback.floats import Float, value_of
from symback.forward import given_numbers
from symback.grammar import parse as parse_formula
from symback.graph import Role
from symback.layers import LAYERS
from symback.naming import derivative
from symback.network import built_in_names, built_in_text, parse
from symback.solution import Solution
from symback.updates import trained_names
from tests.random_networks import random_network

KINDS = tuple(LAYERS)
IS_COMPLETE = bool(os.environ.get("SYMBACK_REQUIRE_TOOLS"))
SEEDS = range((12 if IS_COMPLETE else 5) * len(KINDS))
"""In the network of a seed stands a layer of the type KINDS[seed % len(KINDS)]."""
FEW = range((3 if IS_COMPLETE else 1) * len(KINDS))
"""Of these all is asked for that a command can ask for."""
GROUP = 3
UPDATES = 3
HAS_TORCH = importlib.util.find_spec("torch") is not None
NEAR_A_KINK = 1e-9
TOLERANCE = 1e-10


@cache
def text_of(seed: int) -> str:
    return random_network(seed, KINDS[seed % len(KINDS)])


@cache
def solved(text: str) -> Solution:
    network = parse(text, "random.toml")
    graph = derive(network)
    evaluation = evaluate(graph, given_numbers(network), Rounding())
    return Solution(network, graph, evaluation, check(network, graph, evaluation, evaluation))


def number(solution: Solution, name: str) -> float:
    value = solution[name].number
    assert value is not None
    return value.number


def groups(seeds: range) -> list[range]:
    """Several seeds a test: fewer and larger tests are faster where they run in two processes."""
    return [seeds[start : start + GROUP] for start in range(0, len(seeds), GROUP)]


def said(seeds: range) -> str:
    return f"{seeds[0]}-{seeds[-1]}"


# --- all of them ------------------------------------------------------------------------------------------


def test_all_types_of_layers_are_drawn() -> None:
    assert {kind for seed in SEEDS for kind in _kinds(text_of(seed))} == set(KINDS)


def _kinds(text: str) -> set[str]:
    return {layer.kind for layer in parse(text, "random.toml").layers}


@pytest.mark.parametrize("seeds", groups(SEEDS), ids=said)
def test_random_networks(seeds: range) -> None:
    for seed in seeds:
        is_right(text_of(seed), f"seed {seed}")


@pytest.mark.parametrize("name", built_in_names())
def test_built_in_networks(name: str) -> None:
    is_right(built_in_text(name), name)


def is_right(text: str, name: str) -> None:
    """All that holds for any network."""
    solution = solved(text)
    for found in solution.report.checks:
        assert found.passed, (name, found)
        assert not found.facts.get("overflow"), name
    kinds = {found.kind for found in solution.report.checks}
    assert kinds == {"local_derivatives", "forms", "direct", "floats", "digits"}
    formulas_give_their_values(solution, name)
    if HAS_TORCH or IS_COMPLETE:
        as_in_torch(text, solution, name)


def formulas_give_their_values(solution: Solution, name: str) -> None:
    """Each formula and form that is printed, read again and computed in floats from the numbers in it."""
    known = {one for quantity in solution.graph for one in (quantity.name, *quantity.names)}
    content = json.loads(solution.to_json())
    values = {one.name: Float(one.number.number) for one in solution if one.number is not None}
    values |= {other: values[q.name] for q in solution.graph for other in q.names}
    for quantity in content["quantities"]:
        right = values[quantity["name"]].value
        for text in (quantity["formula"], *quantity["forms"].values()):
            if text is None:
                continue
            read = parse_formula(text, known)
            assert set(names(read)) <= known
            terms = max((abs(values[one].value) for one in names(read)), default=0.0)
            found = value_of(read, values).value
            assert found == pytest.approx(right, rel=1e-9, abs=1e-11 * max(1.0, terms)), (name, text)


def as_in_torch(text: str, solution: Solution, name: str) -> None:
    """E_total, every gradient, and the parameters after one update."""
    from tests.torch_twin import Twin

    twin = Twin(text)
    if twin.distance < NEAR_A_KINK:
        return
    gradients = twin.gradients()
    assert set(gradients) == {parameter for parameter, _ in solution.network.parameters}, name
    largest = max((abs(slope) for slope in gradients.values()), default=0.0)
    error = twin.error().item()
    assert number(solution, "E_total") == pytest.approx(error, rel=TOLERANCE, abs=TOLERANCE), name
    for parameter, slope in gradients.items():
        found = number(solution, derivative("E_total", parameter))
        near = pytest.approx(slope, rel=TOLERANCE, abs=TOLERANCE * max(1.0, largest))
        assert found == near, (name, parameter)
    if solution.network.update is None:
        return
    for parameter, value in twin.train(1).items():
        # where a gradient that is 0 is rounded to 1e-18, some rules take a step all the same
        if abs(gradients[parameter]) > NEAR_A_KINK:
            found = number(solution, f"{parameter}+")
            assert found == pytest.approx(value, rel=TOLERANCE, abs=TOLERANCE), (name, parameter)


FOUND = {
    "the same number under two names": """
        loss = "absolute_error"
        inputs = { x1 = [[-0.38, -0.79], [0.62, -0.32]] }
        targets = { r1 = 0.27, r2 = 0.21 }
        layers = [{ type = "max_pool1d", size = 2 }, { type = "max_pool1d", size = 1 }, { type = "residual" }]
        """,
    "nothing to train by a rule that remembers": """
        loss = "output_sum"
        inputs = { i1 = 0.5 }
        layers = [{ type = "dropout", mask = [1] }]
        update = { rule = "adam", learning_rate = 0.5 }
        """,
    "an image whose entries are called like states of an update rule": """
        loss = "output_sum"
        inputs = { m = [[0.5, 0.25], [0.75, 1]], v = [[0.1, 0.2], [0.3, 0.4]] }
        layers = [{ type = "conv2d", channels = ["c1"], kernels = [[[[0.3]], [[0.4]]]] }]
        """,
    "attention at the last token of several samples": """
        loss = "half_squared_error"
        samples = [
            { inputs = { i1 = [0.5, 0.2] }, targets = { a1 = 1 } },
            { inputs = { i1 = [0.1, 0.4] }, targets = { a1 = 0 } },
        ]
        layers = [{ type = "attention", query = [[0.3]], key = [[-0.4]], value = [[0.7]] }]
        """,
    "a flat last layer behind units": """
        loss = "half_squared_error"
        inputs = { x = [0.5, 0.2, -0.3] }
        targets = { c2_1 = 0.5, c2_2 = 1 }
        layers = [
            { type = "conv1d", channels = ["c1"], kernels = [[[0.4, 0.6]]], activation = "tanh" },
            { type = "conv1d", channels = ["c2"], kernels = [[[-0.4]]], activation = "relu" },
            { type = "flatten" },
        ]
        """,
    "the size of a quotient by a root": """
        loss = "absolute_error"
        inputs = { token = 1 }
        targets = { n1 = 0.5, n2 = 0.25 }
        layers = [{ type = "embedding", weights = [[0.5, 0.2]] }, { type = "layer_norm" }]
        """,
    "errors behind an output without a net input": """
        loss = "half_squared_error"
        samples = [
            { inputs = { i1 = 0.5 }, targets = { r1 = 1 } },
            { inputs = { i1 = 0.1 }, targets = { r1 = 0 } },
        ]
        layers = [{ type = "dropout", mask = [1] }, { type = "residual" }]
        """,
    "errors at steps that later ones depend on": """
        loss = "hinge"
        reduction = "mean"
        samples = [
            { inputs = { i1 = [0.5, 0.2] }, targets = { h1 = [1, -1] } },
            { inputs = { i1 = [0.1, 0.4] }, targets = { h1 = [1, 1] } },
        ]
        layers = [{ type = "recurrent", units = ["h1"], weights = [[0.3]], recurrent_weights = [[0.7]] }]
        """,
}
"""Each was wrong, unproven or an error once."""


@pytest.mark.parametrize("name", FOUND)
def test_networks_that_were_wrong(name: str) -> None:
    text = FOUND[name].replace("\n        ", "\n")
    is_right(text, name)
    in_every_format(solve(parse(text, "found.toml")))


# --- what can be asked for --------------------------------------------------------------------------------


@pytest.mark.parametrize("seeds", groups(FEW), ids=said)
def test_documents(seeds: range) -> None:
    """In both notations and all formats, as steps that are asked for, and as a certificate."""
    for seed in seeds:
        solution = solved(text_of(seed))
        in_every_format(solution)
        assert solution.network.title in replace(solution, style="z-a").to_markdown("dollar")
        for quantity in (solution.graph.quantities[-1], *solution.graph.with_role(Role.GRADIENT)[-1:]):
            in_every_format(replace(solution, only=(quantity.name,)))
        assert solution.network.title in solution.to_coq()


def in_every_format(solution: Solution) -> None:
    for text in (solution.to_markdown(), solution.to_latex()):
        assert solution.network.title in text
    assert json.loads(solution.to_json())["quantities"]


@pytest.mark.parametrize("seeds", groups(FEW), ids=said)
def test_training(seeds: range) -> None:
    """Parameters after several updates, with batches and schedules, against torch.optim."""
    for seed in seeds:
        network = solved(text_of(seed)).network
        if not trained_names(network):
            continue
        graph = with_rounds(derive(network), network, range(1, UPDATES + 1))
        evaluation = evaluate(graph, given_numbers(network), Rounding())
        solution = Solution(network, graph, evaluation, Report(()), rounds=(UPDATES,))
        in_every_format(solution)
        if HAS_TORCH or IS_COMPLETE:
            from tests.torch_twin import Twin

            twin = Twin(text_of(seed))
            gradients = twin.gradients()
            trained = twin.train(UPDATES)
            twin.error()
            if twin.distance < NEAR_A_KINK or any(abs(slope) < NEAR_A_KINK for slope in gradients.values()):
                continue
            for parameter, value in trained.items():
                found = number(solution, f"{parameter}@{UPDATES}")
                assert found == pytest.approx(value, rel=1e-8, abs=1e-8), (seed, parameter)


@pytest.mark.parametrize("name", built_in_names())
def test_training_of_built_ins(name: str) -> None:
    """Five updates to 12 decimals."""
    if not (HAS_TORCH or IS_COMPLETE):
        pytest.skip("torch is missing; it comes with `pip install torch`")
    from tests.torch_twin import Twin

    network = parse(built_in_text(name), "built-in.toml")
    graph = with_rounds(derive(network), network, [5])
    evaluation = evaluate(graph, given_numbers(network), Rounding())
    solution = Solution(network, graph, evaluation, Report(()))
    trained = Twin(built_in_text(name)).train(5)
    assert set(trained) == set(dict(trained_names(network)))
    for parameter, value in trained.items():
        assert number(solution, f"{parameter}@5") == pytest.approx(value, rel=0, abs=1e-12)


@pytest.mark.parametrize("seeds", groups(FEW), ids=said)
def test_rounded_numbers(seeds: range) -> None:
    """Every quantity rounded before it is used again."""
    for seed in seeds:
        solution = solved(text_of(seed))
        try:
            evaluation = evaluate(solution.graph, given_numbers(solution.network), Rounding(carry=4))
        except EvaluationError as error:
            assert "logarithm of 0" in str(error)  # noqa: PT017 - of a probability that is rounded to 0
            continue
        rounded = replace(solution, evaluation=evaluation)
        in_every_format(rounded)
        texts = [one.value for one in rounded if one.value is not None]
        assert all(len(text.partition(".")[2]) == 4 for text in texts)


@pytest.mark.parametrize("seeds", groups(FEW), ids=said)
def test_symbolic_parameters(seeds: range) -> None:
    """The same derivation without numbers, also with the derivatives by inputs."""
    for seed in seeds:
        network = parse(random_network(seed, KINDS[seed % len(KINDS)], symbolic=True), "random.toml")
        graph = derive(network, complete=True)
        evaluation = evaluate(graph, given_numbers(network), Rounding())
        in_every_format(Solution(network, graph, evaluation, Report(())))
        assert evaluation.values["E_total"] is None or not network.parameters


@pytest.mark.parametrize("seeds", groups(FEW), ids=said)
def test_matrix_notation(seeds: range) -> None:
    """For dense layers alone; else one message that names the layer."""
    for seed in seeds:
        network = solved(text_of(seed)).network
        others = {layer.kind for layer in network.layers} - {"dense"}
        if others:
            with pytest.raises(RequestError, match="has no matrix notation") as error:
                solve(network, notation="matrix")
            assert str(error.value).startswith("Layer ")
        else:
            in_every_format(solve(network, notation="matrix"))
