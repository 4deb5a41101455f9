"""Large networks: solved in matrices; in single weights there is a message; the work grows with the size."""

from __future__ import annotations

import json
import math
import time
from pathlib import Path

import pytest

import symback
from symback.commands import progress
from symback.errors import RequestError
from symback.matrix import matrices
from symback.network import parse
from symback.solution import Solution
from symback.worked.length import lines_of
from tests.drawn import drawn, network_file
from tests.invoke import refused, solved


def large(sizes: tuple[int, ...], samples: int = 1, rule: str = "gradient_descent") -> str:
    """Drawn by the tool itself: the file stays short."""
    layers = ""
    for place, size in enumerate(sizes[1:], 1):
        letter = "o" if place == len(sizes) - 1 else "hgk"[place - 1]
        units = ", ".join(f'"{letter}{number}"' for number in range(1, size + 1))
        layers += f'[[layers]]\nunits = [{units}]\nactivation = "tanh"\n'
        layers += 'weights = "random"\nbiases = "random"\n'
    tables = []
    for sample in range(samples):
        inputs = ", ".join(f"i{n} = {(n * (sample + 3)) % 19 - 9}e-1" for n in range(1, sizes[0] + 1))
        targets = ", ".join(f"o{n} = {(n + sample) % 5}e-1" for n in range(1, sizes[-1] + 1))
        tables.append(f"inputs = {{ {inputs} }}\ntargets = {{ {targets} }}\n")
    head = 'loss = "half_squared_error"\nseed = 3\n' + (tables[0] if samples == 1 else "")
    tail = "".join("[[samples]]\n" + table for table in tables) if samples > 1 else ""
    update = f'[update]\nrule = "{rule}"\nlearning_rate = 0.01\n'
    return head + layers + update + tail


@pytest.fixture(scope="module")
def widest() -> tuple[str, Solution, float]:
    text = large((100, 100, 50, 10))
    started = time.process_time()
    solution = symback.solve(parse(text, "net.toml"), notation="matrix")
    return text, solution, time.process_time() - started


def test_a_large_network_is_solved_in_matrices(widest: tuple[str, Solution, float]) -> None:
    _, solution, seconds = widest
    assert len(solution.network.parameters) == 15_660
    assert seconds < 120  # 20 on an idle machine
    assert solution.report.passed
    assert solution.report.checks[-1].facts["count"] > 31_000  # type: ignore[operator]
    page = solution.to_markdown()
    assert len(page) < 60_000
    assert max(map(len, page.splitlines())) < 3_000
    assert r"\vdots" in page
    assert r"\cdots" in page


def test_its_numbers_are_those_of_plain_loops(widest: tuple[str, Solution, float]) -> None:
    """The gradient of the first layer, by loops over lists of floats."""
    _, solution, _ = widest
    found = {m.name: m for m in matrices(solution.network, solution.graph)}
    value = {
        name: [[float(solution[e].value or "nan") for e in row] for row in found[name].entries]
        for name in ("W^1", "b^1", "W^2", "b^2", "W^3", "b^3", "a^0", "dE_total/dW^1")
    }
    outs = [value["a^0"]]
    for layer in (1, 2, 3):
        outs.append(
            [
                [math.tanh(sum(w * x[0] for w, x in zip(row, outs[-1], strict=True)) + b[0])]
                for row, b in zip(value[f"W^{layer}"], value[f"b^{layer}"], strict=True)
            ]
        )
    targets = [((n) % 5) / 10 for n in range(1, 11)]
    delta = [(o[0] - t) * (1 - o[0] ** 2) for o, t in zip(outs[3], targets, strict=True)]
    for layer in (3, 2):
        columns = zip(*value[f"W^{layer}"], strict=True)
        delta = [
            sum(w * d for w, d in zip(column, delta, strict=True)) * (1 - o[0] ** 2)
            for column, o in zip(columns, outs[layer - 1], strict=True)
        ]
    for row, d in zip(value["dE_total/dW^1"], delta, strict=True):
        for entry, x in zip(row, value["a^0"], strict=True):
            assert entry == pytest.approx(d * x[0], abs=2e-9)


def test_in_single_weights_there_is_a_message_at_once(widest: tuple[str, Solution, float]) -> None:
    text, solution, _ = widest
    started = time.process_time()
    for file_format in ("markdown", "latex", "markdown,json"):
        message = refused("solve", "-", "--format", file_format, stdin=text)
        for piece in ("15,660 parameters", "51,000 lines", "3 MB", "--notation matrix", "--format json"):
            assert piece in message
    assert time.process_time() - started < 10
    scalar = Solution(solution.network, solution.graph, solution.evaluation, solution.report)
    with pytest.raises(RequestError, match="--notation matrix"):
        scalar.to_markdown()
    image = "x = [" + ", ".join(["[" + ", ".join(["0.5"] * 60) + "]"] * 60) + "]"
    units = ", ".join(f'"h{n}"' for n in range(1, 6))
    flat = f"""loss = "half_squared_error"
seed = 1
[inputs]
{image}
[targets]
{chr(10).join(f"h{n} = 0.1" for n in range(1, 6))}
[[layers]]
type = "flatten"
[[layers]]
units = [{units}]
activation = "tanh"
weights = "random"
"""
    message = refused("solve", "-", stdin=flat)
    assert "18,000 parameters" in message
    assert "--notation matrix" not in message


@pytest.mark.parametrize(("sizes", "samples"), [((10, 32, 32, 10), 1), ((10, 20, 5), 20), ((5, 8, 2), 100)])
def test_the_length_is_well_estimated(sizes: tuple[int, ...], samples: int) -> None:
    text = large(sizes, samples)
    expected = lines_of(parse(text, "net.toml"))
    page = solved("-", stdin=text)
    assert 0.6 < page.count("\n| ") / expected < 1.7
    assert 30 < len(page) / expected < 110


def test_single_steps_and_json_of_what_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symback.worked.length.MOST_LINES", 500)
    text = network_file(drawn((6, 10, 10, 4)))
    assert "--notation matrix" in refused("solve", "-", stdin=text)
    assert "The backward pass" in solved("-", "--only", "dE_total/dw200", stdin=text)
    found = json.loads(solved("-", "--format", "json", stdin=text))
    assert len(found["quantities"]) > 1_000
    solved("-", "--notation", "matrix", stdin=text)


def test_matrices_of_a_network_with_memory_stay_short() -> None:
    page = solved("-", "--notation", "matrix", stdin=large((10, 20, 5), rule="adam"))
    assert page.count("\n") < 500


def test_many_samples_in_matrices() -> None:
    page = solved("-", "--notation", "matrix", stdin=large((2, 3, 1), samples=150))
    assert r"E^{(149)} +" not in page
    assert r"E_{\mathrm{total}} = " in page


# --- progress -----------------------------------------------------------------------------------------


class Terminal:
    """Standard error as a terminal."""

    def __init__(self) -> None:
        self.text = ""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> None:
        self.text += text

    def flush(self) -> None:
        pass


@pytest.mark.parametrize(("patience", "seen"), [(0.05, True), (60.0, False)])
def test_a_bar_appears_for_long_work_alone(
    patience: float, seen: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr(progress, "PATIENCE", patience)
    with progress.progress_bar("parts") as advance:
        assert advance is not None
        advance(0, 4)
        time.sleep(0.3)
        advance(3, 4)
    assert ("0/4" in terminal.text) == seen
    assert ("3/4" in terminal.text) == seen


def test_the_parts_of_the_work_are_told() -> None:
    told: list[tuple[int, int]] = []
    symback.solve("mazur", notation="matrix", stage=lambda done, parts: told.append((done, parts)))
    assert told == [(place, 4) for place in range(5)]


def test_no_bar_where_nobody_looks(tmp_path: Path) -> None:
    with progress.progress_bar("parts") as advance:
        assert advance is None
