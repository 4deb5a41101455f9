"""The README tells the truth: its Python runs, its commands and its files exist."""

from __future__ import annotations

import doctest
import importlib
import re
import shlex
from pathlib import Path

import pytest

import symback
from symback.cli import main
from symback.layers import LAYERS
from symback.network import parse
from tests.invoke import FIGURES

CHECKOUT = Path(__file__).resolve().parents[1]
README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^(symback (?:solve|networks|verify|sheet)[^#\n]*)", README, re.MULTILINE)


def test_the_python_in_the_readme() -> None:
    tests = doctest.DocTestParser().get_doctest(README, {}, "README", "README.md", 0)
    assert len(tests.examples) >= 9
    runner = doctest.DocTestRunner()
    runner.run(tests)
    assert runner.failures == 0


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_in_the_readme(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    if "solve my-network.toml" in command:
        assert main(["networks", "new", "my-network.toml"]) == 0
    assert main(shlex.split(command)[1:]) == 0
    captured = capsys.readouterr()
    assert captured.out
    assert FIGURES.sub("", captured.err) == ""


@pytest.mark.parametrize("shown", re.findall(r"```text\n\$ (symback diagnose .*?)```", README, re.DOTALL))
def test_a_diagnosis_in_the_readme(shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    command, _, text = shown.partition("\n")
    assert main(shlex.split(command)[1:]) == 1
    assert capsys.readouterr().out.startswith(text)


@pytest.mark.parametrize("shown", re.findall(r"```text\n\$ (symback train .*?)```", README, re.DOTALL))
def test_a_training_in_the_readme(shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    command, _, text = shown.partition("\n")
    assert main(shlex.split(command)[1:]) == 0
    assert capsys.readouterr().out.startswith(text)


def test_the_network_file_in_the_readme(tmp_path: Path) -> None:
    (found,) = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    path = tmp_path / "net.toml"
    path.write_text(found, encoding="utf-8")
    assert symback.solve(path).report.passed


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)]*)\)", README))
def test_a_link_leads_somewhere(target: str) -> None:
    assert (CHECKOUT / target).exists()


def test_contributing_names_every_room() -> None:
    text = (CHECKOUT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rooms = {path.stem for path in (CHECKOUT / "symback").glob("*.py")} - {"__init__", "__main__", "version"}
    missing = sorted(room for room in rooms if f"`{room}`" not in text)
    assert not missing


def test_the_recipe_of_the_contributors_is_a_real_entry() -> None:
    from symback.activations import Activation, x
    from symback.calculus import derivative
    from symback.expression import Cases, substitute
    from symback.prover import prove

    text = (CHECKOUT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert 'Activation("softsign", x / (1 + magnitude), 1 / (1 + magnitude) ** 2)' in text
    magnitude = Cases(x, substitute(x, {"x": 0 * x}), x, -x)
    entry = Activation("softsign", x / (1 + magnitude), 1 / (1 + magnitude) ** 2)
    assert prove(entry.derivative, derivative(entry.formula, "x"))


SCALED = """
loss = "half_squared_error"
[inputs]
i1 = [0.5, -0.2, 0.3]
i2 = [0.1, 0.4, -0.6]
[targets]
o1 = 1
[[layers]]
type = "scale"
weights = [0.8, 1.1]
[[layers]]
type = "recurrent"
units = ["h1", "h2"]
weights = [[0.1, 0.4], [-0.3, 0.2]]
recurrent_weights = [[0.1, 0.2], [0.3, -0.1]]
[[layers]]
type = "scale"
weights = [1.5, -0.7]
[[layers]]
units = ["o1"]
activation = "logistic"
weights = [[0.6, -0.5]]
[update]
learning_rate = 0.5
"""


def test_the_layer_type_of_the_contributors_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = re.findall(
        r"```python\n(.*?)```", (CHECKOUT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.DOTALL
    )
    (tmp_path / "scale_of_the_recipe.py").write_text(found, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    kind = importlib.import_module("scale_of_the_recipe").Scale
    monkeypatch.setitem(LAYERS, "scale", kind)
    solution = symback.solve(parse(SCALED, "scaled.toml"))
    (floats,) = [made for made in solution.report.checks if made.kind == "floats"]
    assert solution.report.passed
    assert floats.facts["count"]
    page = solution.to_markdown()
    for told in (
        "a layer of type scale",
        "The parameters of the scale layer",
        "$`w_{1} = 0.8`$",
        "$`w_{12} = -0.7`$",
    ):
        assert told in page
    assert "The activation is the identity" not in page
