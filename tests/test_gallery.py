"""The gallery: all formats in a folder, two runs alike, and differences found where there are some."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from symback.cli import FORMATS
from symback.network_source import built_in_names
from tests import gallery


class Links(HTMLParser):
    """What a page leads to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for key, value in attrs if key in ("href", "src")]


def test_a_gallery(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "new" / "gallery"
    arguments = [str(folder), "--networks", "regression", "--formats", "html,nothing"]
    assert gallery.main(arguments) == 0
    done = capsys.readouterr()
    assert "nothing is left out. symback" in done.err
    assert done.out.endswith("index.html\n")
    made = set(gallery.files(folder)) - {"index.html"}
    links = Links((folder / "index.html").read_text(encoding="utf-8")).found
    assert set(links) == made
    assert {
        "regression/regression.json",
        "regression/regression.html",
        "regression/regression-training.txt",
    } <= made
    stale = folder / "regression" / "stale.txt"
    stale.write_text("from an earlier run")
    assert gallery.main(arguments) == 0
    assert not stale.exists()
    assert set(gallery.files(folder)) - {"index.html"} == made


def test_other_folders_are_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "regression" / "mine.txt"
    mine.parent.mkdir()
    mine.write_text("mine")
    assert gallery.main([str(tmp_path), "--networks", "regression", "--formats", "markdown"]) == 2
    assert mine.read_text() == "mine"
    assert "other things" in capsys.readouterr().err


def test_differences(tmp_path: Path) -> None:
    for place, texts in (("a", {"x": "1", "y": "2", "z": "3"}), ("b", {"x": "1", "y": "20", "w": "4"})):
        (tmp_path / place).mkdir()
        for name, text in texts.items():
            (tmp_path / place / name).write_text(text)
    found = list(gallery.differences(gallery.files(tmp_path / "a"), gallery.files(tmp_path / "b")))
    assert [line.partition(":")[0] for line in found] == ["w", "y", "z"]


def test_what_refuses_is_told(tmp_path: Path) -> None:
    work = gallery.Work("x", "x", ("solve", "regression", "--notation", "nothing"))
    (message,) = gallery.make([work], tmp_path, {})
    assert message.startswith("symback solve regression --notation nothing: symback")


def test_every_network_has_every_format() -> None:
    jobs = gallery.works(built_in_names(), FORMATS)
    solved = {work.folder for work in jobs if work.arguments[0] == "solve"}
    assert {*built_in_names(), "xor-matrix"} == solved
    assert all(
        set(FORMATS) == set(work.arguments[-1].split(",")) for work in jobs if work.arguments[0] == "solve"
    )
