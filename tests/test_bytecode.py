"""Compiled templates are kept as Python keeps bytecode, and never change what is printed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import symback
from symback import bytecode, environment


@pytest.fixture
def prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Bytecode goes to a folder of its own, and templates are read anew."""
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "kept"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    environment._environment.cache_clear()
    yield tmp_path / "kept"
    environment._environment.cache_clear()


def files(folder: Path) -> list[Path]:
    """All files below a folder."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def printed() -> str:
    """The page of the classic example, by templates that are read anew."""
    environment._environment.cache_clear()
    return symback.solve("mazur").to_markdown()


def test_templates_are_compiled_once_and_print_the_same(prefix: Path) -> None:
    first = printed()
    kept = {path: path.read_bytes() for path in files(prefix)}
    assert kept
    assert {path.suffix for path in kept} == {".pyc"}
    assert printed() == first
    assert {path: path.read_bytes() for path in files(prefix)} == kept


@pytest.mark.parametrize("damage", [b"", b"nonsense", None])
def test_damaged_bytecode_is_made_anew(prefix: Path, damage: bytes | None) -> None:
    first = printed()
    for path in files(prefix):
        path.write_bytes(path.read_bytes()[:40] if damage is None else damage)
    assert printed() == first


def test_each_format_has_its_own(prefix: Path) -> None:
    latex = symback.solve("mazur").to_latex()
    count = len(files(prefix))
    printed()
    assert len(files(prefix)) > count
    environment._environment.cache_clear()
    assert symback.solve("mazur").to_latex() == latex


def test_nothing_is_written_where_python_writes_no_bytecode(
    prefix: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    printed()
    assert not files(prefix)


def test_a_folder_that_cannot_be_made_is_no_hindrance(prefix: Path) -> None:
    prefix.write_text("a file stands in the way")
    assert "0.082167041" in printed()
    assert prefix.is_file()


def test_code_of_another_source_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "kept.pyc"
    bytecode.store(path, "one", compile("1", "one", "eval"))
    assert bytecode.load(path, "other") is None
