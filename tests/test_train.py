"""`symback train`: numbers against independent loops, exports that parse, plots measured in pixels."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import symback
from symback.errors import EvaluationError, RequestError, SymbackError
from symback.learning.drawing import error_figure, flow_figure, weight_figure
from symback.learning.history import Recorder
from symback.learning.milestones import milestones
from symback.learning.result import Trained
from symback.plots.axis import Label, flat_axis, linear_axis, logarithmic_axis
from symback.plots.figure import Figure, Kind
from tests.invoke import command, network_at, refused

SVG = "{http://www.w3.org/2000/svg}"


# --- networks by hand -----------------------------------------------------------------------------------


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def mazur_by_hand(rounds: int) -> tuple[float, list[float], list[float]]:
    """E_total, the outputs and the weights after so many rounds, biases left alone."""
    i1, i2, t1, t2, b1, b2, eta = 0.05, 0.10, 0.01, 0.99, 0.35, 0.60, 0.5
    w = [0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55]
    for done in range(rounds + 1):
        h1, h2 = logistic(w[0] * i1 + w[1] * i2 + b1), logistic(w[2] * i1 + w[3] * i2 + b1)
        o1, o2 = logistic(w[4] * h1 + w[5] * h2 + b2), logistic(w[6] * h1 + w[7] * h2 + b2)
        error = ((t1 - o1) ** 2 + (t2 - o2) ** 2) / 2
        if done == rounds:
            return error, [o1, o2], w
        d1, d2 = (o1 - t1) * o1 * (1 - o1), (o2 - t2) * o2 * (1 - o2)
        e1 = (d1 * w[4] + d2 * w[6]) * h1 * (1 - h1)
        e2 = (d1 * w[5] + d2 * w[7]) * h2 * (1 - h2)
        slopes = [e1 * i1, e1 * i2, e2 * i1, e2 * i2, d1 * h1, d1 * h2, d2 * h1, d2 * h2]
        w = [one - eta * slope for one, slope in zip(w, slopes, strict=True)]
    raise AssertionError


def xor_by_hand(rounds: int) -> list[float]:
    """E_total before the first round and after each one; all biases learn."""
    w = [0.27, 0.62, -0.85, 0.74, -0.14, -0.09]
    b = [-0.20, 0.98, 0.32]
    errors = []
    for _ in range(rounds + 1):
        total, dw, db = 0.0, [0.0] * 6, [0.0] * 3
        for x, y, t in ((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)):
            h1, h2 = logistic(w[0] * x + w[1] * y + b[0]), logistic(w[2] * x + w[3] * y + b[1])
            o = logistic(w[4] * h1 + w[5] * h2 + b[2])
            total += (t - o) ** 2 / 2
            d = (o - t) * o * (1 - o)
            e1, e2 = d * w[4] * h1 * (1 - h1), d * w[5] * h2 * (1 - h2)
            for place, slope in enumerate((e1 * x, e1 * y, e2 * x, e2 * y, d * h1, d * h2)):
                dw[place] += slope
            for place, slope in enumerate((e1, e2, d)):
                db[place] += slope
        errors.append(total)
        w = [one - 0.5 * slope for one, slope in zip(w, dw, strict=True)]
        b = [one - 0.5 * slope for one, slope in zip(b, db, strict=True)]
    return errors


def adam_by_hand(rounds: int) -> list[float]:
    """E_total over the rounds of the built-in network `adam`."""
    p = [0.3, -0.2, 0.1, 0.8, -0.4]
    m, v, errors = [0.0] * 5, [0.0] * 5, []
    for done in range(rounds + 1):
        total, g = 0.0, [0.0] * 5
        for x, y, t in ((0.5, 1, 1), (-1, 0.25, 0)):
            h = math.tanh(p[0] * x + p[1] * y + p[2])
            o = logistic(p[3] * h + p[4])
            total += (t - o) ** 2 / 4
            d = (o - t) * o * (1 - o) / 2
            e = d * p[3] * (1 - h * h)
            for place, slope in enumerate((e * x, e * y, e, d * h, d)):
                g[place] += slope
        errors.append(total)
        m = [0.9 * old + 0.1 * slope for old, slope in zip(m, g, strict=True)]
        v = [0.999 * old + 0.001 * slope * slope for old, slope in zip(v, g, strict=True)]
        right, below = 1 - 0.9 ** (done + 1), 1 - 0.999 ** (done + 1)
        p = [
            one - 0.1 * (mean / right) / (math.sqrt(square / below) + 1e-8)
            for one, mean, square in zip(p, m, v, strict=True)
        ]
    return errors


def batch_by_hand(rounds: int) -> list[float]:
    """E_total over the rounds of the built-in network `batch`: two samples a round, a rate that halves."""
    samples = [((0, 1), 0.5), ((1, 0.5), 1), ((0.5, -1), -0.25), ((-1, -0.5), -1)]
    w, v = [[0.4, 0.1], [-0.3, 0.5]], [0.6, 0.7]
    b, c, eta, errors = [0.0, 0.1], 0.05, 0.2, []

    def hidden(x: tuple[float, float]) -> list[float]:
        return [math.tanh(w[k][0] * x[0] + w[k][1] * x[1] + b[k]) for k in (0, 1)]

    for done in range(rounds + 1):
        outs = [v[0] * h[0] + v[1] * h[1] + c for h in (hidden(x) for x, _ in samples)]
        errors.append(sum((t - o) ** 2 / 2 for (_, t), o in zip(samples, outs, strict=True)) / 4)
        gw, gb, gv, gc = [[0.0, 0.0], [0.0, 0.0]], [0.0, 0.0], [0.0, 0.0], 0.0
        for place in ((1, 3), (0, 2))[done % 2]:
            x, t = samples[place]
            h = hidden(x)
            d = (v[0] * h[0] + v[1] * h[1] + c - t) / 2
            gc += d
            for k in (0, 1):
                e = d * v[k] * (1 - h[k] ** 2)
                gv[k] += d * h[k]
                gb[k] += e
                gw[k] = [gw[k][0] + e * x[0], gw[k][1] + e * x[1]]
        for k in (0, 1):
            w[k] = [w[k][0] - eta * gw[k][0], w[k][1] - eta * gw[k][1]]
            b[k] -= eta * gb[k]
            v[k] -= eta * gv[k]
        c -= eta * gc
        if done % 2:
            eta /= 2
    return errors


@pytest.fixture(scope="module")
def mazur() -> Trained:
    return symback.train("mazur", 10_000)


@pytest.fixture(scope="module")
def xor() -> Trained:
    return symback.train("xor", 10_000, until_error=0.01)


def test_the_table_of_mazur(mazur: Trained) -> None:
    last = mazur.to_text().split("\n10,000")[1].split()
    assert last[:3] == ["0.0000351019", "0.015913620", "0.984064274"]
    for done in (0, 1, 50, 2000, 10_000):
        error, outs, weights = mazur_by_hand(done)
        assert float(mazur.value("E_total", done)) == pytest.approx(error, abs=6e-10)
        assert float(mazur.value("out_o2", done)) == pytest.approx(outs[1], abs=6e-10)
        assert float(mazur.value("w8", done)) == pytest.approx(weights[7], abs=6e-10)
        row = dict(zip(mazur.history.names, mazur.history.rows[done], strict=True))
        assert [row["E_total"], row["out_o1"], row["w1"]] == pytest.approx([error, outs[0], weights[0]])


def test_the_length_of_the_gradient(mazur: Trained) -> None:
    """From the step between two rounds: a weight moves by half its slope."""
    before, after = (mazur_by_hand(done)[2] for done in (10_000, 10_001))
    length = math.hypot(*((a - b) / 0.5 for a, b in zip(before, after, strict=True)))
    assert float(mazur.gradient_length) == pytest.approx(length, abs=6e-10)
    assert mazur.fall == pytest.approx(mazur_by_hand(9_999)[0] - mazur_by_hand(10_000)[0], rel=1e-4)


@pytest.mark.parametrize(
    ("name", "by_hand", "rounds"),
    [("xor", xor_by_hand, 300), ("adam", adam_by_hand, 60), ("batch", batch_by_hand, 9)],
)
def test_every_round(name: str, by_hand, rounds: int) -> None:  # type: ignore[no-untyped-def]
    training = symback.train(name, rounds)
    expected = by_hand(rounds)
    assert training.history["E_total"] == pytest.approx(expected, rel=1e-9)
    for done in training.rounds:
        assert float(training.value("E_total", done)) == pytest.approx(expected[done], abs=6e-10)


# --- when it stops --------------------------------------------------------------------------------------


def test_it_stops_at_an_error(xor: Trained) -> None:
    errors = xor_by_hand(2_000)
    first = next(done for done, error in enumerate(errors) if error <= 0.01)
    assert xor.last == first == xor.rounds[-1]
    assert "the first after which E_total is at most 0.01." in xor.to_text()


def test_it_stops_where_the_error_hardly_falls() -> None:
    errors = adam_by_hand(300)
    first = next(done for done in range(1, 300) if errors[done - 1] - errors[done] < 1e-4)
    training = symback.train("adam", 300, until_change="1e-4")
    assert training.last == first
    assert "fell by less than 0.0001." in training.to_text()


def test_it_stops_where_the_gradient_is_short() -> None:
    """At a minimum the gradient is 0. The biases are not trained, so they are no part of it."""
    lengths = [
        math.hypot(*(x for layer in slopes_of_mazur(done)[1] for x in layer[:4])) for done in range(400)
    ]
    first = next(done for done in range(400) if lengths[done] <= 0.02)
    training = symback.train("mazur", 400, until_gradient="0.02")
    assert training.last == first
    assert float(training.gradient_length) == pytest.approx(lengths[first], abs=6e-10)
    assert "the first after which the gradient is at most 0.02 long." in training.to_text()
    assert "No round was needed" in symback.train("mazur", 3, until_gradient=1).to_text()


def test_rows_on_demand() -> None:
    training = symback.train("mazur", 150, at=[137, 3, 3, 50])
    assert training.rounds == (0, 1, 2, 3, 5, 10, 20, 50, 100, 137, 150)
    assert float(training.value("E_total", 137)) == pytest.approx(mazur_by_hand(137)[0], abs=6e-10)
    done = command("train", "mazur", "--rounds", "9", "--at", "7", "--format", "json")
    assert json.loads(done.text)["rounds"] == [0, 1, 2, 5, 7, 9]
    stopped = symback.train("mazur", 150, at=[140], until_error="0.05")
    assert 140 not in stopped.rounds


@pytest.mark.parametrize(
    ("rounds", "limit", "words"),
    [
        (0, {}, "No round was run"),
        (3, {"until_error": 1}, "No round was needed"),
        (3, {"until_error": 0}, "before the limit"),
    ],
)
def test_other_ends(rounds: int, limit: dict[str, float], words: str) -> None:
    assert words in symback.train("mazur", rounds, **limit).to_text()  # type: ignore[arg-type]


DEAD = """\
title = "Nothing moves"
loss = "half_squared_error"
[inputs]
i1 = 1
[targets]
o1 = 1
[[layers]]
units = ["o1"]
activation = "relu"
weights = [[-1]]
[update]
learning_rate = 0.5
"""


def test_a_gradient_of_nothing(tmp_path: Path) -> None:
    training = symback.train(network_at(tmp_path, DEAD), 3)
    assert "E_total is flat" in training.to_text()
    assert "did not change" in training.to_text()
    assert training.plot()
    assert training.plot("w1")


def test_divergence_is_named(tmp_path: Path) -> None:
    text = DEAD.replace("relu", "linear").replace("0.5", "50")
    with pytest.raises(EvaluationError, match=r"diverges: in round .* w1 .*smaller learning rate"):
        symback.train(network_at(tmp_path, text), 5_000)
    training = symback.train(network_at(tmp_path, text), 50)
    assert "In the last round E_total rose by about" in training.to_text()


def test_where_doubles_overflow_the_table_goes_on(tmp_path: Path) -> None:
    text = DEAD.replace("relu", "linear").replace("0.5", "50")
    training = symback.train(network_at(tmp_path, text), 300)
    assert training.rounds[-1] == 300
    assert training.history.rounds[-1] < 300
    assert "the history ends before it" in training.to_text()
    assert "rose." in training.to_text()
    assert max(map(len, training.to_text().splitlines())) < 110
    assert ET.fromstring(training.plot())


# --- exports --------------------------------------------------------------------------------------------


def test_milestones() -> None:
    assert milestones(0) == (0,)
    assert milestones(1) == (0, 1)
    assert milestones(70) == (0, 1, 2, 5, 10, 20, 50, 70)


def test_csv_has_every_round(mazur: Trained) -> None:
    rows = list(csv.DictReader(io.StringIO(mazur.to_csv())))
    assert [int(row["round"]) for row in rows] == list(range(10_001))
    assert float(rows[123]["out_o1"]) == pytest.approx(mazur_by_hand(123)[1][0], rel=1e-12)
    assert list(rows[0]) == ["round", "E_total", "out_o1", "out_o2", *(f"w{k}" for k in range(1, 9))]


def test_a_long_history_is_thinned() -> None:
    recorder = Recorder(("E_total",), most=50)
    for done in range(1_234):
        recorder.add(done, [float(done)])
    history = recorder.history()
    assert history.every == 100
    assert history.rounds == (*range(0, 1_300, 100)[:13], 1_233)
    assert history["E_total"] == tuple(map(float, history.rounds))
    assert history.rows[-1] == (1_233.0,)


def test_json(mazur: Trained, xor: Trained) -> None:
    content = json.loads(mazur.to_json())
    assert content["format"] == "symback-training/1"
    assert content["rounds"] == list(milestones(10_000))
    by_name = {one["name"]: one for one in content["quantities"]}
    assert by_name["E_total"]["values"][-1] == "0.000035102"
    assert by_name["w5"]["values"][:2] == ["0.400000000", "0.358916480"]
    assert all(all(one["proven"]) and len(one["values"]) == 14 for one in content["quantities"])
    assert content["stopped"]["reason"] == "rounds"
    assert json.loads(xor.to_json())["stopped"]["reason"] == "error"


def test_markdown(xor: Trained) -> None:
    lines = xor.to_markdown().splitlines()
    rows = [line for line in lines if line.startswith("|")]
    assert len(rows) == len(xor.rounds) + 2
    assert len({row.count("|") for row in rows}) == 1
    assert rows[0].startswith(r"| round | E\_total | out\_o1\[1\] |")
    assert rows[2].split("|")[2].strip() == "0.503509370"


def test_progress_counts_the_rounds() -> None:
    seen: list[tuple[int, int]] = []
    symback.train("mazur", 1_000, progress=lambda done, total: seen.append((done, total)))
    assert {total for _, total in seen} == {1_000}
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1] == (1_000, 1_000)


def test_files(xor: Trained, tmp_path: Path) -> None:
    for suffix in (".txt", ".md", ".csv", ".json", ".svg"):
        assert xor.save(tmp_path / f"xor{suffix}").stat().st_size > 300
    with pytest.raises(RequestError, match="No format"):
        xor.save(tmp_path / "xor.docx")


# --- plots ----------------------------------------------------------------------------------------------


def figures() -> list[Figure]:
    found = []
    for name, weights in (
        ("mazur", ["w5", "w1", "b1"]),
        ("xor", ["w5", "b_o1"]),
        ("adam", ["w3"]),
        ("regression", ["w1"]),
    ):
        training = symback.train(name, 40)
        found += [error_figure(training), *(weight_figure(training, weight) for weight in weights)]
    for name in ("mazur", "xor", "recurrent", "two-hidden", "lstm", "attention", "convolution", "embedding"):
        found += [flow_figure(symback.train(name, rounds)) for rounds in (0, 30)]
    return found


FIGURES = figures()


@pytest.mark.parametrize("figure", FIGURES, ids=[f"{figure.name}-{len(figure.panels)}" for figure in FIGURES])
def test_what_is_drawn_lies_in_its_frame(figure: Figure) -> None:
    for panel in figure.panels:
        left, right, bottom, top = panel.x.start, panel.x.end, panel.y.start, panel.y.end
        for line in panel.lines:
            across = [point[0] for point in line.points]
            assert across == sorted(across) or across == sorted(across, reverse=True)
            for value, (x, y) in zip(line.values, line.points, strict=True):
                assert left - 0.01 <= x <= right + 0.01
                assert top - 0.01 <= y <= bottom + 0.01
                assert abs(panel.x.place(panel.x.value_at(x)) - panel.x.place(value[0])) <= 0.5
                assert abs(x - panel.x.place(value[0])) <= 0.5
                assert abs(y - panel.y.place(value[1])) <= 0.5
        for dots in panel.dots:
            assert len(dots.values) == len(dots.points)
            for value, (x, y) in zip(dots.values, dots.points, strict=True):
                assert left <= x <= right
                assert top - 0.01 <= y <= bottom + 0.01
                assert abs(x - panel.x.place(value[0])) <= 0.5
                assert abs(y - panel.y.place(value[1])) <= 0.5
        for axis in (panel.x, panel.y):
            places = [tick.place for tick in axis.ticks]
            assert len([tick for tick in axis.ticks if tick.label]) >= 2
            assert all(min(axis.start, axis.end) <= place <= max(axis.start, axis.end) for place in places)
            labels = [tick.label for tick in axis.ticks if tick.label]
            assert len(labels) == len(set(labels))
        for mark in panel.marks:
            assert left <= mark.text_point[0] <= right
            assert top - 14 <= mark.text_point[1] <= bottom


def test_the_tangent_has_the_slope_and_the_step_its_length() -> None:
    training = symback.train("mazur", 1)
    figure = weight_figure(training, "w5")
    enlarged = figure.panels[-1]
    ((x0, y0), (x1, y1)) = next(line.values for line in enlarged.lines if line.kind is Kind.TANGENT)
    assert (y1 - y0) / (x1 - x0) == pytest.approx(0.082167041, abs=1e-9)
    ((before, _), (after, _)) = next(line.values for line in enlarged.lines if line.kind is Kind.STEP)
    assert (before, after) == pytest.approx((0.4, 0.358916480), abs=1e-9)
    curve = next(line.values for line in enlarged.lines if line.kind is Kind.CURVE)
    hidden = [logistic(0.05 * 0.15 + 0.1 * 0.2 + 0.35), logistic(0.05 * 0.25 + 0.1 * 0.3 + 0.35)]
    for w5, error in curve[::40]:
        o1 = logistic(w5 * hidden[0] + 0.45 * hidden[1] + 0.6)
        o2 = logistic(0.5 * hidden[0] + 0.55 * hidden[1] + 0.6)
        assert error == pytest.approx(((0.01 - o1) ** 2 + (0.99 - o2) ** 2) / 2, rel=1e-12)
    lowest = (math.log(0.01 / 0.99) - 0.45 * hidden[1] - 0.6) / hidden[0]
    assert f"lowest near −{-lowest:.3g}" in [mark.text for mark in figure.panels[0].marks]


def slopes_of_mazur(rounds: int) -> tuple[list[list[float]], list[list[float]]]:
    """The deltas of each layer, and the gradients by its weights and its bias."""
    i1, i2, t1, t2 = 0.05, 0.10, 0.01, 0.99
    _, (o1, o2), w = mazur_by_hand(rounds)
    h1, h2 = logistic(w[0] * i1 + w[1] * i2 + 0.35), logistic(w[2] * i1 + w[3] * i2 + 0.35)
    d1, d2 = (o1 - t1) * o1 * (1 - o1), (o2 - t2) * o2 * (1 - o2)
    e1 = (d1 * w[4] + d2 * w[6]) * h1 * (1 - h1)
    e2 = (d1 * w[5] + d2 * w[7]) * h2 * (1 - h2)
    first = [e1 * i1, e1 * i2, e2 * i1, e2 * i2, e1 + e2]
    return [[e1, e2], [d1, d2]], [first, [d1 * h1, d1 * h2, d2 * h1, d2 * h2, d1 + d2]]


@pytest.mark.parametrize("rounds", [0, 1, 500])
def test_the_flow_of_gradients(rounds: int) -> None:
    figure = flow_figure(symback.train("mazur", rounds))
    panels = zip(figure.panels, (0, rounds) if rounds else (0,), strict=True)
    for panel, done in panels:
        expected = dict(zip((Kind.DELTA, Kind.GRADIENT), slopes_of_mazur(done), strict=True))
        for line in panel.lines:
            means = [math.sqrt(sum(x * x for x in layer) / len(layer)) for layer in expected[line.kind]]
            assert [value for _, value in line.values] == pytest.approx(means, rel=1e-12)
            assert [place for place, _ in line.values] == [1, 2]
        for dots in panel.dots:
            sizes = [abs(x) for layer in expected[dots.kind] for x in layer]
            assert all(min(abs(value / size - 1) for size in sizes) < 1e-9 for _, value in dots.values)
            for size in sizes:  # dots on the same pixel are one
                assert min(abs(panel.y.place(size) - y) for _, y in dots.points) <= 1
    assert [panel.y.low for panel in figure.panels] == [figure.panels[0].y.low] * len(figure.panels)


def test_the_flow_back_through_time() -> None:
    """The gradients of a layer with steps stand in the middle of these."""
    figure = flow_figure(symback.train("recurrent", 0))
    assert [tick.label for tick in figure.panels[0].x.ticks] == ["1, t=1", "1, t=2", "1, t=3", "2"]
    lines = {line.kind: [place for place, _ in line.values] for line in figure.panels[0].lines}
    assert lines == {Kind.DELTA: [1, 2, 3, 4], Kind.GRADIENT: [2, 4]}
    means = [value for _, value in figure.panels[0].lines[0].values]
    assert means == sorted(means), "gradients vanish on their way back"


def test_no_flow_is_said() -> None:
    assert not symback.train("regression", 1).has_gradient_flow
    with pytest.raises(RequestError, match="one layer"):
        symback.train("regression", 1).plot_gradients()
    converged = symback.train("lstm", 60).plot_gradients()
    assert "after 60 rounds: too small to be seen" in converged
    with pytest.raises(SymbackError, match="latex"):
        symback.train("mazur", 1).plot(format="latx")


@pytest.mark.parametrize("name", ["mazur", "xor"])
def test_svg_is_xml_for_screen_readers(name: str) -> None:
    training = symback.train(name, 30)
    for text in (training.plot(), training.plot("w5"), training.plot_gradients()):
        root = ET.fromstring(text)
        assert root.get("role") == "img"
        ids = [element.get("id") for element in root.iter() if element.get("id")]
        assert len(ids) == len(set(ids))
        title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
        assert title is not None
        assert desc is not None
        assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
        assert title.text
        assert len(desc.text or "") > 80
        assert "prefers-color-scheme: dark" in text
        assert "currentColor" in text
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text)
        assert "script" not in text
        assert training.plot() == training._repr_svg_()


def test_a_title_is_text(tmp_path: Path) -> None:
    title = r"</title><script>alert(1)</script> & \\u0007"
    training = symback.train(network_at(tmp_path, DEAD.replace("Nothing moves", title)), 2)
    assert "<script" not in training.plot() + training._repr_html_()
    assert ET.fromstring(training.plot())
    assert ET.fromstring(training._repr_html_())


@pytest.mark.parametrize(
    ("low", "high"),
    [(0, 1), (0, 10_000), (-3.7, 4.1), (0.28, 0.31), (1e-9, 3e-9), (5, 5), (2e9, 7e9), (0, 0)],
)
def test_axes_have_few_round_ticks(low: float, high: float) -> None:
    for axis in (linear_axis(Label("x"), low, high, 300, 20), flat_axis(Label("x"), low, high, 60, 700)):
        labels = [tick.label for tick in axis.ticks]
        assert 2 <= len(labels) <= 12
        assert len(set(labels)) == len(labels)
        assert axis.low <= low
        assert axis.high >= high
        gaps = [b.value - a.value for a, b in zip(axis.ticks, axis.ticks[1:], strict=False)]
        assert gaps == pytest.approx([gaps[0]] * len(gaps))


@pytest.mark.parametrize(("low", "high"), [(3e-5, 0.3), (0.02, 30), (1e-30, 1), (1e-12, 1e-9)])
def test_logarithmic_axes(low: float, high: float) -> None:
    axis = logarithmic_axis(Label("E"), low, high, 300, 20)
    assert axis.holds(low)
    assert axis.holds(high)
    assert 2 <= sum(bool(tick.label) for tick in axis.ticks) <= 8
    assert axis.value_at(axis.place(low)) == pytest.approx(low, rel=0.01 * (1 + math.log10(high / low)))


# --- on the command line --------------------------------------------------------------------------------


def test_files_beside_the_table(tmp_path: Path) -> None:
    target = tmp_path / "out" / "net.txt"
    done = command("train", "mazur", "--rounds", "3", "--plot", "--plot-weight", "w5", "-o", str(target))
    assert (done.status, done.messages) == (0, "")
    names = ["net.txt", "net-error.svg", "net-gradients.svg", "net-error-by-w5.svg"]
    assert done.text.splitlines() == [str(target.with_name(name)) for name in names]
    assert sorted(path.name for path in target.parent.iterdir()) == sorted(names)


def test_plots_in_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = command("train", "mazur", "--rounds", "3", "--plot")
    assert done.status == 0
    assert done.text.startswith("A step by step")
    assert done.messages == "mazur-error.svg\nmazur-gradients.svg\n"
    assert (tmp_path / "mazur-error.svg").exists()


def test_csv_says_what_it_is() -> None:
    done = command("train", "mazur", "--rounds", "2", "--format", "csv")
    assert len(done.text.splitlines()) == 4
    assert "doubles" in done.messages


def test_parameters_and_digits() -> None:
    done = command("train", "mazur", "--rounds", "1", "--parameters", "--digits", "12")
    assert "0.358916479718" in done.text


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--rounds", "10000001"), "from 0 to 10,000,000"),
        ((), "--rounds"),
        (("--rounds", "x"), "whole number"),
        (("--rounds", "3", "--until-error", "abc"), "0.001"),
        (("--rounds", "3", "--until-change=-1"), "below 0"),
        (("--rounds", "3", "--until-gradient", "short"), "--until-gradient"),
        (("--rounds", "3", "--at", "4"), "from 0 to 3"),
        (("--rounds", "3", "--until-error", "nan"), "0.001"),
        (("--rounds", "3", "--plot-weight", "w55"), "w55"),
        (("--rounds", "3", "--plot-weight", "out_o1"), "w1"),
        (("--rounds", "3", "--digits", "0"), "decimals"),
        (("--rounds", "3", "--format", "xml"), "csv"),
        (("--rounds", "3", "--format", "csv", "--parameters"), "--parameters"),
        (("--rounds", "3", "--plto"), "--plot"),
        (("--rounds", "3", "-o", "/"), "folder"),
    ],
)
def test_bad_requests(options: tuple[str, ...], words: str) -> None:
    assert words in refused("train", "mazur", *options)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[update]\nlearning_rate = 0.5\n", "", "[update]"),
        ("i1 = 1", 'i1 = "symbolic"', "symbolic: i1"),
        ("[[-1]]", '"symbolic"', "symbolic: w1"),
    ],
)
def test_networks_that_cannot_be_trained(old: str, new: str, words: str, tmp_path: Path) -> None:
    assert words in refused("train", network_at(tmp_path, DEAD.replace(old, new)), "--rounds", "3")


def test_a_round_that_has_no_row(mazur: Trained) -> None:
    with pytest.raises(SymbackError, match="Round 3 "):
        mazur.value("E_total", 3)
