"""Many papers: runs that are interrupted and continued, archives, several processes, little memory."""

from __future__ import annotations

import os
import signal
import subprocess
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

import symback
from symback.errors import RequestError
from symback.exercises.model import Variant
from symback.exercises.plan import Plan
from symback.papers import bulk
from symback.papers.engines import Chunk, Engine
from symback.papers.made import Made
from symback.papers.writing import write_sheet
from symback.platforms.table import PlatformFiles
from tests.invoke import arguments_of, command, refused, surroundings

COUNT = 160
KINDS = ("forward",)
Files = dict[str, bytes]
"""By name."""


class Stopped(Exception):
    """What ends a run in the middle."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The files of a run without interruption, by one process."""
    folder = tmp_path_factory.mktemp("whole")
    write(folder)
    return contents(folder)


def write(folder: Path, *, seed: int = 1, formats: Sequence[str] = ("markdown",), stop: int = 0) -> None:
    papers = symback.sheet("mazur", variants=COUNT, kinds=KINDS, seed=seed)

    def advance(done: int, _: int) -> None:
        if done == stop:
            raise Stopped

    write_sheet(papers.sheet, formats, folder, advance=advance)


def contents(folder: Path) -> Files:
    """All files, hidden ones too."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def chunks(folder: Path) -> list[Path]:
    return sorted(folder.rglob(".symback-sheet-*/*.papers"))


@pytest.fixture
def count(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How many papers were made so far."""
    made: list[str] = []
    variants = Plan.variants

    def counted(self: Plan, identities: Sequence[str]) -> Iterator[Variant]:
        for one in variants(self, identities):
            made.append(one.id)
            yield one

    monkeypatch.setattr(Plan, "variants", counted)
    return lambda: len(made)


def test_an_interrupted_run_goes_on(tmp_path: Path, whole: Files, count: Callable[[], int]) -> None:
    with pytest.raises(Stopped):
        write(tmp_path, stop=90)
    kept = chunks(tmp_path)
    assert len(kept) == 5
    assert {path.parent.name[0] for path in kept} == {"."}
    assert [path for path in tmp_path.iterdir() if not path.name.startswith(".")] == []
    before = count()
    write(tmp_path)
    assert count() - before == COUNT - 5 * bulk.CHUNK
    assert contents(tmp_path) == whole


@pytest.mark.parametrize("damage", ["cut", "empty", "changed", "none", "foreign"])
def test_damaged_chunks_are_made_again(
    damage: str, tmp_path: Path, whole: Files, count: Callable[[], int]
) -> None:
    with pytest.raises(Stopped):
        write(tmp_path, stop=50)
    first, second, *_ = chunks(tmp_path)
    raw = first.read_bytes()
    damaged = {
        "cut": raw[: len(raw) // 2],
        "empty": b"",
        "changed": raw.replace(b"0.", b"1.", 1),
        "none": b'["x", {}]\n',
        "foreign": second.read_bytes(),
    }
    first.write_bytes(damaged[damage])
    before = count()
    write(tmp_path)
    assert count() - before == COUNT - 2 * bulk.CHUNK
    assert contents(tmp_path) == whole


def test_another_request_starts_anew(tmp_path: Path, whole: Files, count: Callable[[], int]) -> None:
    with pytest.raises(Stopped):
        write(tmp_path, seed=2, stop=50)
    with pytest.raises(Stopped):
        write(tmp_path, formats=("latex",), stop=50)
    assert len(chunks(tmp_path)) == 3  # those of the other request are gone
    before = count()
    write(tmp_path)
    assert count() - before == COUNT
    assert contents(tmp_path) == whole


def test_a_killed_command_goes_on(tmp_path: Path) -> None:
    arguments = ("sheet", "mazur", "--variants", "200", "--kinds", "forward", "--format", "json,qti", "-o")
    killed = subprocess.Popen(
        arguments_of(*arguments, str(tmp_path / "a")), env=surroundings(), stderr=subprocess.PIPE
    )
    end = time.monotonic() + 100
    while len(chunks(tmp_path)) < 2 and killed.poll() is None:
        assert time.monotonic() < end
        time.sleep(0.02)
    os.kill(killed.pid, signal.SIGKILL)
    killed.communicate(timeout=60)  # ends when its processes, which have the same standard error, have ended
    left = chunks(tmp_path)
    assert 2 <= len(left) < 10
    assert all(name.startswith(".") for name in contents(tmp_path / "a"))
    done = command(*arguments, str(tmp_path / "a"))
    assert (done.status, done.messages) == (0, "")
    assert command(*arguments, str(tmp_path / "b")).status == 0
    assert len(contents(tmp_path / "a")) == 202
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_platforms_are_made_by_several_processes(tmp_path: Path) -> None:
    sheet = symback.sheet("mazur", variants=COUNT, kinds=["forward"]).sheet
    for jobs in (1, 2):
        further = PlatformFiles(sheet, ["canvas"])
        write_sheet(sheet, [], tmp_path / str(jobs), jobs=jobs, further=further)
    assert contents(tmp_path / "1") == contents(tmp_path / "2")


def test_few_chunks_are_in_memory() -> None:
    begun: list[int] = []
    taken: list[int] = []

    def submit(ids: Sequence[str]) -> Chunk:
        begun.append(int(ids[0]))
        assert len(begun) - len(taken) <= 3

        def result() -> list[Made]:
            taken.append(int(ids[0]))
            return []

        return result

    numbers: Iterator[tuple[str]] = ((str(place),) for place in range(50))
    assert len(list(bulk._in_order(list(numbers), Engine(submit, 3), None))) == 50
    assert taken == list(range(50))


def test_an_archive_is_the_same_on_every_run(tmp_path: Path) -> None:
    arguments = ("sheet", "mazur", "--variants", "2", "--kinds", "forward", "--format", "markdown,qti", "-o")
    for name in ("a.zip", "b.ZIP"):
        done = command(*arguments, str(tmp_path / name))
        assert (done.status, done.text, done.messages) == (0, f"{tmp_path / name}\n", "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "b.ZIP"]
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.ZIP").read_bytes()
    command(*arguments, str(tmp_path / "folder"))
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == contents(tmp_path / "folder")
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    mode = (tmp_path / "a.zip").stat().st_mode
    assert mode == (tmp_path / "folder" / "sheet.json").stat().st_mode


def test_an_archive_is_whole_or_not_there(tmp_path: Path) -> None:
    place = tmp_path / "a.zip"
    place.write_bytes(b"before")
    message = refused("sheet", "mazur", "--format", "markdwn", "-o", str(place))
    assert "markdown" in message
    assert contents(tmp_path) == {"a.zip": b"before"}
    (tmp_path / "file").touch()
    assert "Cannot write" in refused("sheet", "mazur", "-o", str(tmp_path / "file" / "a.zip"))


def test_an_interrupted_archive_goes_on(tmp_path: Path, count: Callable[[], int]) -> None:
    papers = symback.sheet("mazur", variants=COUNT, kinds=KINDS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("symback.papers.archive._pack", stopped)
        with pytest.raises(Stopped):
            papers.save(tmp_path / "a.zip")
    assert [name for name in contents(tmp_path) if not name.startswith(".")] == []
    assert papers.save(tmp_path / "a.zip") == [tmp_path / "a.zip"]
    assert set(contents(tmp_path)) == {"a.zip"}


def stopped(*_: object) -> None:
    raise Stopped


def test_what_has_no_text_is_not_made_elsewhere(tmp_path: Path) -> None:
    sheet = symback.sheet("mazur").sheet
    read = type(sheet)(sheet.plan, sheet.ids, {"1": dict(sheet["1"].numbers)})
    with pytest.raises(RequestError, match="elsewhere"):
        write_sheet(read, ["markdown"], tmp_path, executor="dask:tcp://127.0.0.1:1")
