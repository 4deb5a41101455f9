"""The README tells the truth: its Python runs, its commands and its files exist."""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path

import pytest

import symback
from symback.cli import main

CHECKOUT = Path(__file__).resolve().parents[1]
README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^(symback (?:solve|networks|verify)[^#\n]*)", README, re.MULTILINE)


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
    assert not captured.err


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
