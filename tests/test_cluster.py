"""`symback sheet --executor`: a real scheduler and two workers, each a process of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

import symback
from symback.errors import RequestError
from symback.exercises.demands import Demands
from symback.exercises.plan import Plan
from symback.papers import cluster
from symback.papers.made import job_of
from symback.papers.papers import Papers
from symback.papers.writing import write_sheet
from symback.version import VERSION
from tests.invoke import command, refused, surroundings
from tests.tools import CHECKOUT, require_module

ARGUMENTS = ("sheet", "mazur", "--variants", "61", "--kinds", "forward,find-the-slip")
FORMATS = ("--format", "markdown,moodle")
PATIENCE = 90


def start(stack: ExitStack, *arguments: str, folder: Path = CHECKOUT) -> subprocess.Popen[bytes]:
    """A program of Dask that ends with the test."""
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments, "--no-dashboard"],
        cwd=folder,
        env=surroundings(PYTHONPATH=str(folder)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    stack.callback(process.wait)
    stack.callback(process.terminate)
    return process


def scheduler(stack: ExitStack, folder: Path) -> tuple[str, subprocess.Popen[bytes]]:
    """A new scheduler with its address."""
    require_module("distributed")
    place = folder / "scheduler.json"
    options = ("--port", "0", "--host", "127.0.0.1", "--scheduler-file", str(place))
    process = start(stack, "distributed.cli.dask_scheduler", *options)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            return json.loads(place.read_text(encoding="utf-8"))["address"], process
        except (OSError, ValueError):
            time.sleep(0.1)
    raise AssertionError("the scheduler does not start")


def worker(stack: ExitStack, address: str, folder: Path, code: Path = CHECKOUT) -> subprocess.Popen[bytes]:
    """One more worker, with the symback that stands in `code`."""
    options = ("--nthreads", "2", "--no-nanny", "--local-directory", str(folder))
    return start(stack, "distributed.cli.dask_worker", address, *options, folder=code)


def wait_for_workers(address: str, count: int) -> None:
    with require_module("distributed").Client(address, timeout=PATIENCE, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=PATIENCE)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of a scheduler with two workers."""
    folder = tmp_path_factory.mktemp("dask")
    with ExitStack() as stack:
        found, _ = scheduler(stack, folder)
        for _ in range(2):
            worker(stack, found, folder)
        wait_for_workers(found, 2)
        yield found


def test_a_cluster_writes_the_same_bytes(address: str, tmp_path: Path) -> None:
    here = command(*ARGUMENTS, *FORMATS, "-o", str(tmp_path / "here"))
    assert (here.status, here.messages) == (0, "")
    there = command(*ARGUMENTS, *FORMATS, "--executor", f"dask:{address}", "-o", str(tmp_path / "there"))
    assert (there.status, there.messages) == (0, "")
    names = sorted(path.name for path in (tmp_path / "here").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "there").iterdir())
    for name in names:
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "there" / name).read_bytes(), name


def test_chunks_come_in_order_and_errors_come_back(address: str, tmp_path: Path) -> None:
    executor = f"dask:{address}"
    sheet = symback.sheet("mazur", variants=3, kinds=["delta"]).sheet
    with cluster.cluster(job_of(sheet, [], None), executor) as engine:
        assert engine.most == 6  # twice the workers, and two
        waiting = [engine.submit([str(place)]) for place in (3, 1, 2)]
        assert [one.variant.id for chunk in waiting for one in chunk()] == ["3", "1", "2"]
    impossible = replace(sheet, plan=Plan(sheet.network, 1, ("delta",), demands=Demands(least_gradient=10.0)))
    for place, where in (("here", None), ("there", executor)):
        with pytest.raises(RequestError, match="at least 10 in size"):
            Papers(impossible).save(tmp_path / place, ["json"], executor=where)
        assert not list(tmp_path.glob(f"{place}/*"))


def test_another_version_is_refused(tmp_path: Path) -> None:
    with ExitStack() as stack:
        address, _ = scheduler(stack, tmp_path)
        unneeded = shutil.ignore_patterns("__pycache__")
        shutil.copytree(CHECKOUT / "symback", tmp_path / "old" / "symback", ignore=unneeded)
        (tmp_path / "old" / "symback" / "version.py").write_text('VERSION = "0.0.7"\n', encoding="utf-8")
        message = refused(*ARGUMENTS, "--executor", f"dask:{address}", "-o", str(tmp_path / "out"))
        assert "has no workers" in message
        worker(stack, address, tmp_path, tmp_path / "old")
        wait_for_workers(address, 1)
        message = refused(*ARGUMENTS, "--executor", f"dask:{address}", "-o", str(tmp_path / "out"))
    assert "0.0.7" in message
    assert VERSION in message
    assert not list(tmp_path.glob("out/*"))


def test_a_cluster_that_is_lost_is_told(tmp_path: Path) -> None:
    with ExitStack() as stack:
        address, process = scheduler(stack, tmp_path)
        worker(stack, address, tmp_path)
        wait_for_workers(address, 1)
        sheet = symback.sheet("mazur", variants=200, kinds=["forward"]).sheet

        def advance(done: int, _: int) -> None:
            if done == 41:
                process.kill()

        with pytest.raises(RequestError, match="did not finish"):
            write_sheet(sheet, ["json"], tmp_path / "out", executor=f"dask:{address}", advance=advance)
    assert [path.name for path in (tmp_path / "out").iterdir() if not path.name.startswith(".")] == []
    assert len(list(tmp_path.glob("out/.symback-sheet-*/*.papers"))) >= 2


@pytest.mark.parametrize("executor", ["slurm:x", "dask:", "tcp://127.0.0.1:8786", ""])
def test_what_is_no_address_is_refused(executor: str, tmp_path: Path) -> None:
    assert "dask:tcp://127.0.0.1:8786" in refused(
        *ARGUMENTS, "--executor", executor, "-o", str(tmp_path / "out")
    )


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense://x", "127.0.0.1", "a b:c"])
def test_a_scheduler_that_is_not_there_is_told(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_module("distributed")
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    message = refused(*ARGUMENTS, "--executor", f"dask:{address}", "-o", str(tmp_path / "out"))
    assert "cannot be reached" in message
    assert not list(tmp_path.glob("out/*"))


def test_without_the_extra_a_message_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    message = refused(*ARGUMENTS, "--executor", "dask:tcp://127.0.0.1:1", "-o", str(tmp_path / "out"))
    assert "symback[dask]" in message
