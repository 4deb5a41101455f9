"""Plots in worked solutions: what they show against loops by hand, in each format, and where none are."""

from __future__ import annotations

import math
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

import symback
from symback.document import Plot
from symback.naming import TOTAL
from symback.network import parse
from symback.network_source import built_in_names
from symback.plots.told import ErrorByWeight, ErrorOverRounds, GradientFlow
from symback.worked.example import worked_example
from symback.worked.plotted import flow_plot, rounds_plot, weight_plot
from tests.invoke import NETWORK, command, network_at
from tests.test_train import logistic, mazur_by_hand, slopes_of_mazur, xor_by_hand
from tests.tools import CHECKOUT

PLACES = {"gru", "lstm", "normalisation", "recurrent", "residual", "two-hidden", "embedding"}
"""Built-in networks whose gradients flow through at least three layers or steps."""


def plot_of(items) -> object:  # type: ignore[no-untyped-def]
    (item,) = items
    (block,) = item.blocks
    assert isinstance(block, Plot)
    return block.make()


def test_an_error_that_stays_the_same_is_a_flat_line() -> None:
    """The outputs of softmax add up to one, whatever the weights are; doubles are off by an ulp or two."""
    text = (
        'loss = "output_sum"\nupdate = { learning_rate = 0.5 }\n[inputs]\ni1 = 0.3\ni2 = -0.2\n[[layers]]\n'
    )
    layer = 'units = ["o1", "o2"]\nactivation = "softmax"\nweights = [[0.1, 0.2], [0.3, -0.4]]\n'
    solution = symback.solve(parse(text + layer, "flat.toml"))
    assert solution["E_total"].value == "1.000000000"
    assert "tikzpicture" in solution.to_latex()
    assert "The error as a function of w1" in solution.to_html()


def test_the_error_as_a_function_of_one_weight() -> None:
    plot = plot_of(weight_plot(symback.solve("mazur").story))
    assert isinstance(plot, ErrorByWeight)
    assert (plot.name, plot.value, plot.slope, plot.new) == ("w5", "0.40", "0.082167041", "0.358916480")
    hidden = [logistic(0.05 * 0.15 + 0.1 * 0.2 + 0.35), logistic(0.05 * 0.25 + 0.1 * 0.3 + 0.35)]
    o2 = logistic(0.5 * hidden[0] + 0.55 * hidden[1] + 0.6)
    for w5 in (-9.0, -1.5, 0.4, 3.0):
        o1 = logistic(w5 * hidden[0] + 0.45 * hidden[1] + 0.6)
        assert plot.descent.error(w5) == pytest.approx(((0.01 - o1) ** 2 + (0.99 - o2) ** 2) / 2, rel=1e-12)
    (_, (_, _)), (_, last) = slopes_of_mazur(0)
    assert plot.descent.slope == pytest.approx(last[0], rel=1e-9)
    assert plot.descent.new_value == pytest.approx(mazur_by_hand(1)[2][4], rel=1e-9)


@pytest.mark.parametrize("name", ["xor", "mazur"])
def test_the_error_over_rounds(name: str) -> None:
    plot = plot_of(rounds_plot(symback.solve(name, rounds=[30, 120]).story))
    assert isinstance(plot, ErrorOverRounds)
    by_hand = xor_by_hand(120) if name == "xor" else [mazur_by_hand(done)[0] for done in range(121)]
    assert plot.rounds == tuple(range(121))
    assert plot.errors == pytest.approx(by_hand, rel=1e-9)
    assert float(plot.first) == pytest.approx(by_hand[0], abs=6e-10)
    assert float(plot.last) == pytest.approx(by_hand[-1], abs=6e-10)


@pytest.mark.parametrize("name", built_in_names())
def test_the_flow_of_gradients(name: str) -> None:
    solution = symback.solve(name)
    found = list(flow_plot(solution.story))
    assert bool(found) == (name in PLACES)
    if found:
        plot = plot_of(found)
        assert isinstance(plot, GradientFlow)
        (numbers,) = plot.numbers
        for one, number in numbers.items():
            assert number == pytest.approx(float(solution[one].value or 0), abs=1e-9)


@pytest.mark.parametrize("name", built_in_names())
def test_every_solution_has_its_plots(name: str) -> None:
    solution = symback.solve(name, rounds=[12])
    kinds = ["error_by_weight", *["gradient_flow"] * (name in PLACES), "error_over_rounds"]
    document = worked_example(solution.story)
    blocks = [b for section in document.sections for item in section.items for b in item.blocks]
    assert [block.kind for block in blocks if isinstance(block, Plot)] == kinds
    page, latex = solution.to_html(), solution.to_latex()
    assert page.count('<figure class="plot">') == len(kinds)
    assert latex.count("plot curve/.style") == len(kinds)
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for svg in re.findall(r'<svg[^>]*class="symback-plot".*?</svg>', page, re.DOTALL):
        root = ElementTree.fromstring(svg)
        assert "style" not in {element.tag.rpartition("}")[2] for element in root.iter()}
        assert root.get("role") == "img"


def test_plots_are_files_beside_markdown() -> None:
    solution = symback.solve("two-hidden", rounds=[12])
    files = solution.figures("net")
    plots = {name: text for name, text in files.items() if "symback-plot" in text}
    assert len(plots) == 3
    for text in plots.values():
        root = ElementTree.fromstring(text)
        assert root.find("{http://www.w3.org/2000/svg}style") is not None
        assert "var(--paper)" not in text, "a file of its own has no page around it"
    assert all(f"]({name})" in solution.to_markdown(stem="net") for name in files)
    assert "Figure" not in command("solve", "two-hidden").text


@pytest.mark.parametrize(
    "change",
    [
        ("learning_rate = 0.5", 'learning_rate = "symbolic"'),
        ("i1 = 0.05", 'i1 = "symbolic"'),
        ("[update]\nlearning_rate = 0.5\n", ""),
    ],
)
def test_without_numbers_there_is_nothing_to_plot(tmp_path: Path, change: tuple[str, str]) -> None:
    path = network_at(tmp_path, NETWORK.replace(*change))
    solution = symback.solve(path)
    assert '<figure class="plot">' not in solution.to_html()
    assert "plot curve" not in solution.to_latex()


def test_a_training_that_leaves_the_doubles(tmp_path: Path) -> None:
    """The curve ends where doubles end; the proven number of the last round is in the table alone."""
    text = NETWORK.replace('"logistic"', '"linear"').replace("learning_rate = 0.5", "learning_rate = 90")
    plot = plot_of(rounds_plot(symback.solve(network_at(tmp_path, text), rounds=[7]).story))
    assert isinstance(plot, ErrorOverRounds)
    assert 2 < len(plot.rounds) < 8
    assert all(map(math.isfinite, plot.errors))
    assert TOTAL == "E_total"


def test_what_is_not_shown_is_not_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*arguments: object, **options: object) -> None:
        raise AssertionError

    solution = symback.solve("mazur", rounds=[50])
    monkeypatch.setattr("symback.mistakes.workings.workings_of", never)
    assert "Figure" not in solution.to_markdown()
    with pytest.raises(AssertionError):
        solution.to_html()


def test_every_format_with_figures_has_plots() -> None:
    for path in (CHECKOUT / "templates" / "formats").glob("*.j2"):
        text = path.read_text(encoding="utf-8")
        assert ("figure_place" in text) == ("plot_place" in text), path.name
