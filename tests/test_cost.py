"""Networks with many weights: work grows with their number and no faster, and every weight is told."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable

import pytest

import symback
from symback.derivation import derive
from symback.network import Network, parse
from tests.benchmarks.large import symbolic, weights

SMALL, LARGE = (6, 8, 8, 6), (6, 32, 32, 6)
GROWTH = weights(LARGE) / weights(SMALL)


def calls(work: Callable[[], object]) -> int:
    """How many calls of Python functions it makes: a measure that the load of the machine does not change."""
    count = 0

    def note(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def network(sizes: tuple[int, ...]) -> Network:
    """A network without numbers."""
    return parse(symbolic(sizes), "large.toml")


@pytest.mark.parametrize("part", ["derive", "solve", "print"])
def test_work_grows_with_the_number_of_weights_and_no_faster(part: str) -> None:
    jobs: dict[str, Callable[[Network, symback.Solution], object]] = {
        "derive": lambda network, _: derive(network),
        "solve": lambda network, _: symback.solve(network),
        "print": lambda _, solution: solution.to_markdown(),
    }
    counts = []
    for sizes in (SMALL, LARGE):
        solution = symback.solve(network(sizes))
        solution.to_markdown()  # what is done once for each shape is not counted
        counts.append(calls(lambda solved=solution: jobs[part](solved.network, solved)))
    assert counts[1] / counts[0] < 1.3 * GROWTH


def test_every_weight_of_a_large_symbolic_network_has_its_gradient_on_the_page() -> None:
    page = symback.solve(network(LARGE)).to_markdown()
    section = page[page.index("## The backward pass") :]
    for place in range(1, weights(LARGE) + 1):
        assert f"w_{{{place}}}" in section
    assert "the delta at the head of its row times what stands above its column" in section
    assert r"| $`\delta_{h1}`$ | $`w_{1}`$ | $`w_{2}`$ |" in section


def test_a_table_tells_many_symbolic_gradients_by_the_delta_rule() -> None:
    page = symback.solve(network((3, 4, 3))).to_markdown()
    assert "by the delta rule" in page
    assert r"| $`w_{14}`$ | $`\delta_{o1} \cdot \mathrm{out}_{h2}`$ |" in page


def test_the_search_for_cycles_goes_on_after_a_derivation() -> None:
    assert gc.isenabled()
    derive(network(SMALL))
    assert gc.isenabled()
    gc.disable()
    try:
        derive(network(SMALL))
        assert not gc.isenabled()
    finally:
        gc.enable()
