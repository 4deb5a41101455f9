"""Programs from outside that some tests need: found, or the test is skipped with the reason.

With SYMBACK_REQUIRE_TOOLS set (as .ci/run does), a missing program is a failure instead.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
import subprocess
import warnings
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
OUTPUT = CHECKOUT / "output"

_FROM = {
    "axe-core": "`npm install --prefix tests/node`, or its folder in SYMBACK_AXE",
    "chromium": "the Debian package chromium",
    "coqc": "the Debian packages coq libcoq-coquelicot libcoq-interval",
    "katex": "`npm install --prefix tests/node`, or its folder in SYMBACK_KATEX",
    "latexmk": "the Debian package latexmk",
    "node": "the Debian package nodejs",
    "pandoc": "the Debian package pandoc",
    "pdffonts": "the Debian package poppler-utils",
    "pdflatex": "the Debian packages texlive-latex-recommended texlive-pictures lmodern",
    "pdfinfo": "the Debian package poppler-utils",
    "sphinx-build": "`pip install myst-parser`",
    "pdftotext": "the Debian package poppler-utils",
}


def require(tool: str) -> str:
    """The path of a program, or for a package of NPM of its folder."""
    found = _npm_package(*NPM[tool]) if tool in NPM else shutil.which(tool)
    if found is None:
        reason = f"{tool} is missing; it comes with {_FROM[tool]}"
        if os.environ.get("SYMBACK_REQUIRE_TOOLS"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


NPM = {"katex": ("katex", "SYMBACK_KATEX"), "axe-core": ("axe-core", "SYMBACK_AXE")}
"""Packages of Node by tool, each with the variable that may name its folder."""


@cache
def _npm_package(package: str, variable: str) -> str | None:
    """The folder of an npm package: what the variable says, or what node finds from tests/node."""
    named = os.environ.get(variable)
    if named:
        return named
    node = shutil.which("node")
    if node is None:
        return None
    asked = f"process.stdout.write(require('path').dirname(require.resolve('{package}/package.json')))"
    found = subprocess.run(
        [node, "-e", asked], cwd=CHECKOUT / "tests/node", capture_output=True, text=True, check=False
    )
    return found.stdout if found.returncode == 0 else None


def require_module(name: str) -> ModuleType:
    """A Python package that only tests use, if it is there."""
    package = name.partition(".")[0]
    if importlib.util.find_spec(package) is None:
        reason = f"{package} is missing; it comes with `pip install {package}`"
        if os.environ.get("SYMBACK_REQUIRE_TOOLS"):
            pytest.fail(reason)
        pytest.skip(reason)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch misses NumPy, which nothing here needs
        return importlib.import_module(name)
