"""The floors of the house: a module imports only from floors below its own (see pyproject.toml)."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools import CHECKOUT


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """What import-linter says about the package in a folder."""
    # -c puts the folder in front of an installed symback.
    program = "from importlinter.cli import lint_imports as lint; exit(lint(no_cache=True, no_logo=True))"
    return subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package and its contracts."""
    shutil.copytree(CHECKOUT / "symback", tmp_path / "symback", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(CHECKOUT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_floors_hold(copy: Path) -> None:
    done = lint_imports(copy)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("module", "text", "message"),
    [
        ("stray.py", "", "symback.stray"),
        ("errors.py", "import symback.api\n", "symback.errors -> symback.api"),
        ("errors.py", "from symback import __version__\n", "symback.errors -> symback"),
        ("errors.py", "import sympy\n", "symback.errors -> sympy"),
        ("numbers.py", "from symback import registry\n", "symback.numbers -> symback.registry"),
    ],
)
def test_a_module_out_of_place_is_named(module: str, text: str, message: str, copy: Path) -> None:
    with (copy / "symback" / module).open("a", encoding="utf-8") as file:
        file.write(text)
    done = lint_imports(copy)
    assert done.returncode != 0
    assert message in done.stdout + done.stderr
