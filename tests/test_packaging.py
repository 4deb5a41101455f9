"""What travels in the wheel and the sdist, and whether it works where no checkout is."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from tests.tools import CHECKOUT, OUTPUT

pytestmark = pytest.mark.xdist_group("packaging")  # one process builds for all

HEAVY = {"sympy", "mpmath", "flint", "jinja2", "lark", "fastjsonschema", "numpy", "fontTools"}
WRITTEN = {"markdown": ".md", "latex": ".tex", "json": ".json"}


def hatchling(source: Path, *arguments: str | Path) -> None:
    """Build with the installed hatchling: no network, no other environment."""
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", *map(str, arguments)],
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist."""
    folder = tmp_path_factory.mktemp("built")
    hatchling(CHECKOUT, "-t", "sdist", "-t", "wheel", "-d", folder)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    return next(built.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts of a new environment with the wheel; what it depends on comes from the present one."""
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, with_pip=False)
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    packages = Path(
        subprocess.run(
            [scripts / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
    )
    # Folders named in a .pth file have their own .pth files left alone: an editable symback stays unseen.
    present = [entry for entry in sys.path if entry.endswith(("site-packages", "dist-packages"))]
    (packages / "present.pth").write_text("\n".join(present) + "\n", encoding="utf-8")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "--python", scripts / "python", "install"),
            *("--quiet", "--no-index", "--no-deps", "--disable-pip-version-check", wheel),
        ],
        check=True,
    )
    return scripts


def names(wheel: Path) -> set[str]:
    """The files of a wheel, without those that describe it."""
    return {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}


def elsewhere() -> dict[str, str]:
    """The environment without what would lead Python to the checkout."""
    return {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}


def checked_in(folder: str) -> set[str]:
    """The files below a folder of the checkout."""
    return {
        path.relative_to(CHECKOUT).as_posix()
        for path in (CHECKOUT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_templates_have_one_place() -> None:
    assert not (CHECKOUT / "symback/templates").exists()


def test_the_wheel_holds_the_package_and_its_data(wheel: Path) -> None:
    expected = checked_in("symback") | {f"symback/{name}" for name in checked_in("templates")}
    assert names(wheel) == expected
    assert {"symback/py.typed", "symback/network.schema.json", "symback/networks/mazur.toml"} <= expected
    for folder in ("symback/templates/documents/", "symback/templates/formats/"):
        assert any(name.startswith(folder) for name in expected), folder


def test_the_sdist_holds_the_project(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "pyproject.toml", ".ci/run"):
        assert name in held
    for folder in ("symback", "templates", "tests", "output"):
        shared = {name for name in checked_in(folder) if "node_modules" not in name}
        assert shared <= held
    assert not any("node_modules" in name for name in held)


def test_the_sdist_builds_the_same_wheel(built: Path, wheel: Path, tmp_path: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        archive.extractall(tmp_path, filter="data")
    hatchling(next(tmp_path.iterdir()), "-t", "wheel", "-d", tmp_path / "again")
    assert names(next((tmp_path / "again").glob("*.whl"))) == names(wheel)


def test_the_wheel_renders_where_no_checkout_is(installed: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            installed / "symback",
            *["solve", "mazur", "--rounds", "10000", "-o"],
            tmp_path,
            "--format",
            ",".join(WRITTEN),
        ],
        cwd="/",
        env=elsewhere(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for suffix in WRITTEN.values():
        name = f"mazur{suffix}"
        assert (tmp_path / name).read_bytes() == (OUTPUT / name).read_bytes()


def test_the_wheel_is_what_runs(installed: Path) -> None:
    done = subprocess.run(
        [installed / "python", "-c", "import symback; print(symback.__file__, symback.__version__)"],
        cwd="/",
        env=elsewhere(),
        capture_output=True,
        text=True,
        check=True,
    )
    place, version = done.stdout.split()
    assert Path(place).is_relative_to(installed.parent)
    assert (installed.parent / place).parent.parent.joinpath(f"symback-{version}.dist-info").is_dir()


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_comes_without_the_mathematics(option: str) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "symback", option],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "symback" in imported
    assert imported.isdisjoint(HEAVY)
