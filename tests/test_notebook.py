"""Notebooks of worked solutions: executed by Jupyter and here, and unable to pass with a wrong digit."""

from __future__ import annotations

import json
import re
import warnings
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

import symback
from symback.errors import SymbackError
from symback.network_source import built_in_names
from symback.notebooks.identifiers import Identifiers, identifier_of
from symback.solution import Solution
from tests.invoke import NETWORK, command
from tests.random_networks import random_network
from tests.tools import require_module

WAYS: dict[str, dict[str, Any]] = {
    "scalar": {},
    "matrix": {"notation": "matrix"},
    "carry": {"rounding": "carry:4"},
    "rounds": {"rounds": (1, 2, 5, 50)},
    "mistakes": {"mistakes": True},
}
DIGIT = re.compile(r'"-?\d+\.\d+"')


def code_cells(notebook: str) -> list[str]:
    return [cell["source"] for cell in json.loads(notebook)["cells"] if cell["cell_type"] == "code"]


def run(cells: list[str]) -> dict[str, Any]:
    """The names after all cells, run one after another in this Python."""
    require_module("numpy")
    space: dict[str, Any] = {"print": lambda *_: None}
    for cell in cells:
        exec(compile(cell, "cell", "exec"), space)  # noqa: S102 - the code that we wrote is what is tested
    return space


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", built_in_names())
def test_every_built_in_runs(name: str, way: str) -> None:
    try:
        solution = symback.solve(name, **WAYS[way])
    except SymbackError:
        assert way == "matrix"  # not all networks have one
        return
    cells = code_cells(solution.to_notebook())
    space = run(cells)
    assert len(cells) > 5
    assert float(space["E_total"]) == pytest.approx(float(solution["E_total"].value or "nan"), abs=1e-4)


@pytest.mark.parametrize(
    ("seed", "way"),
    [
        (1, "scalar"),
        (3, "carry"),
        (11, "matrix"),
        (26, "rounds"),
        (41, "scalar"),
        (48, "carry"),
        (50, "rounds"),
    ],
)
def test_random_networks_run(seed: int, way: str, tmp_path: Path) -> None:
    """Among them given numbers such as log(3), gradients of exactly 0 under adam, kinks and series."""
    path = tmp_path / "random.toml"
    path.write_text(random_network(seed), encoding="utf-8")
    try:
        solution = symback.solve(path, **WAYS[way])
    except SymbackError:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # both branches of np.where are computed
        run(code_cells(solution.to_notebook()))


@pytest.mark.parametrize("name", ["mazur", "adam", "convolution"])
def test_jupyter_executes_and_accepts_the_file(name: str) -> None:
    nbformat, nbclient = require_module("nbformat"), require_module("nbclient")
    require_module("ipykernel")
    text = symback.solve(name, rounds=(10,)).to_notebook()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        notebook = nbformat.reads(text, as_version=4)
        nbformat.validate(notebook)
        nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    assert "agrees" in notebook.cells[-1].outputs[0].text


@pytest.mark.parametrize(("name", "way"), [("mazur", "rounds"), ("xor", "matrix"), ("mazur", "carry")])
def test_a_changed_digit_is_found(name: str, way: str) -> None:
    cells = code_cells(symback.solve(name, **WAYS[way]).to_notebook())
    places = [
        (number, found.end() - 2)
        for number, cell in enumerate(cells)
        for found in DIGIT.finditer(cell)
        if "check(" in cell
    ]
    assert len(places) > 30
    for number, place in places:
        cell = cells[number]
        other = str((int(cell[place]) + 1) % 10)
        changed = [*cells[:number], cell[:place] + other + cell[place + 1 :]]
        with pytest.raises(AssertionError, match="was computed"):
            run(changed)


def test_a_changed_step_is_found() -> None:
    cells = code_cells(symback.solve("mazur").to_notebook())
    steps = [n for n, cell in enumerate(cells) if " + " in cell and "check(" in cell and "def " not in cell]
    assert len(steps) > 5
    for number in steps:
        changed = [*cells[:number], cells[number].replace(" + ", " - ", 1)]
        with pytest.raises(AssertionError, match="was computed"):
            run(changed)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("net_h1", "net_h1"),
        ("dE_total/dw5", "dE_total_dw5"),
        ("dE[2]/dw5", "dE_s2_dw5"),
        ("dout_o1[2]/dnet_o1[2]", "dout_o1_s2_dnet_o1_s2"),
        ("dnet_h1[t=3]/dout_h1[t=2]", "dnet_h1_t3_dout_h1_t2"),
        ("out_h1[2,t=3]+", "out_h1_s2_t3_new"),
        ("w5@100", "w5_after_100"),
        ("d2E_total/dw1dw5", "d2E_total_dw1dw5"),
        ("dE_total/dw1:direct", "dE_total_dw1_direct"),
        ("dE_total/dW^1+", "dE_total_dW1_new"),
    ],
)
def test_names_of_python(name: str, expected: str) -> None:
    assert identifier_of(name) == expected
    assert expected.isidentifier()


def test_no_two_quantities_share_a_name() -> None:
    names = Identifiers()
    assert [names["W1"], names["W^1"], names["W1"], names["lambda"], names["np"]] == [
        "W1",
        "W1_",
        "W1",
        "lambda_",
        "np_",
    ]


def test_words_of_python_as_names(tmp_path: Path) -> None:
    text = NETWORK
    for old, new in (("i1", "lambda"), ("i2", "np"), ("h1", "check"), ("h2", "print"), ("o1", "class")):
        text = re.sub(rf"\b{old}\b", new, text)
    path = tmp_path / "words.toml"
    path.write_text(text, encoding="utf-8")
    space = run(code_cells(symback.solve(path).to_notebook()))
    assert space["lambda_"] == 0.05


def test_without_numbers_there_is_no_code(tmp_path: Path) -> None:
    path = tmp_path / "symbols.toml"
    path.write_text(NETWORK.replace("0.05", '"symbolic"'), encoding="utf-8")
    solution = symback.solve(path)
    run(code_cells(solution.to_notebook()))  # what is known is computed
    path.write_text(random_network(4, symbolic=True), encoding="utf-8")
    run(code_cells(symback.solve(path).to_notebook()))


def test_single_derivatives_run() -> None:
    for name, only in (
        ("mazur", ["d2E_total/dw1dw5", "dE_total/di1", "dE_total/dw5+"]),
        ("softmax", ["jacobian"]),
    ):
        run(code_cells(symback.solve(name, only=only).to_notebook()))


def test_titles_stay_text(tmp_path: Path) -> None:
    hostile = r"# <script>alert(1)</script> $x$ `y` \input{a} \U000f00000\U000f0000 ]( '; import os #"
    path = tmp_path / "hostile.toml"
    line = f"title = {json.dumps(hostile)}".replace(r"\\U", r"\U")
    path.write_text(re.sub("title = .*", lambda _: line, NETWORK), encoding="utf-8")
    content = json.loads(symback.solve(path).to_notebook())
    title = content["cells"][0]["source"]
    assert "<" not in title.replace(r"\<", "")
    assert "$" not in title.replace(r"\$", "")
    assert "\n" not in title
    for cell in content["cells"][1:]:
        assert "alert" not in cell["source"]
    run([cell["source"] for cell in content["cells"] if cell["cell_type"] == "code"])


def test_cells_have_names_and_runs_are_alike() -> None:
    text = symback.solve("xor").to_notebook()
    assert text == symback.solve("xor").to_notebook()
    content = json.loads(text)
    assert (content["nbformat"], content["nbformat_minor"]) == (4, 5)
    names = [cell["id"] for cell in content["cells"]]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name) for name in names)
    assert not [cell for cell in content["cells"] if cell.get("outputs") or cell.get("execution_count")]
    assert all(len(line) <= 110 for cell in code_cells(text) for line in cell.splitlines())


def test_headings_begin_cells() -> None:
    cells = json.loads(symback.solve("mazur").to_notebook())["cells"]
    texts = [cell["source"] for cell in cells if cell["cell_type"] == "markdown"]
    headed = [text for text in texts if re.search(r"^#{2,3} ", text, re.MULTILINE)]
    assert len(headed) > 10
    assert all(
        text.startswith("#") and len(re.findall(r"^#{1,3} ", text, re.MULTILINE)) == 1 for text in headed
    )


def test_the_text_is_that_of_the_document() -> None:
    solution: Solution = symback.solve("mazur")
    cells = json.loads(solution.to_notebook())["cells"]
    text = "\n".join(cell["source"] for cell in cells if cell["cell_type"] == "markdown")
    written = solution.to_markdown("dollar", stem="network")
    assert re.sub(r"\s+", " ", text.replace("](attachment:", "](")) == re.sub(r"\s+", " ", written).strip()


def test_drawings_are_in_the_cells_that_show_them() -> None:
    solution = symback.solve("mazur")
    cells = json.loads(solution.to_notebook())["cells"]
    shown = []
    for cell in cells:
        names = re.findall(r"\(attachment:([^)]*)\)", cell["source"])
        assert set(names) == set(cell.get("attachments", {}))
        shown += [b64decode(cell["attachments"][name]["image/svg+xml"]).decode() for name in names]
    assert shown == list(solution.figures("network").values())
    assert len(shown) > 1


def test_the_command(tmp_path: Path) -> None:
    path = tmp_path / "mazur.ipynb"
    done = command("solve", "mazur", "--format", "notebook", "-o", str(path))
    assert done.status == 0
    assert path.read_text(encoding="utf-8") == symback.solve("mazur").to_notebook()
    assert command("solve", "mazur", "--format", "notebook").output == path.read_bytes()
    assert symback.solve("mazur").save(path) == path
    judged = command("verify", "--network", "mazur", "--file", str(path), "--strict")
    assert judged.status == 0, judged.output
