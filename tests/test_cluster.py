"""`symback sheet --executor`: a real scheduler and two workers, each a process of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.invoke import command, surroundings
from tests.tools import require_module

ARGUMENTS = ("sheet", "mazur", "--variants", "170", "--kinds", "forward,find-the-slip")
FORMATS = ("--format", "markdown,moodle")
PATIENCE = 60


def start(stack: ExitStack, *arguments: str, **variables: str) -> subprocess.Popen[bytes]:
    """A program of Dask that ends with the test."""
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments, "--no-dashboard"],
        env=surroundings(DASK_DISTRIBUTED__WORKER__DAEMON="True", **variables),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    stack.callback(process.wait)
    stack.callback(process.terminate)
    return process


def scheduler(stack: ExitStack, folder: Path) -> str:
    """The address of a new scheduler."""
    require_module("distributed")
    place = folder / "scheduler.json"
    start(
        stack,
        "distributed.cli.dask_scheduler",
        "--port",
        "0",
        "--host",
        "127.0.0.1",
        "--scheduler-file",
        str(place),
    )
    end = time.monotonic() + PATIENCE
    while not place.exists():
        assert time.monotonic() < end
        time.sleep(0.1)
    import json

    while True:
        try:
            return str(json.loads(place.read_text(encoding="utf-8"))["address"])
        except ValueError:
            time.sleep(0.1)


def worker(stack: ExitStack, address: str, folder: Path, **variables: str) -> subprocess.Popen[bytes]:
    options = ("--nthreads", "1", "--no-nanny", "--local-directory", str(folder))
    return start(stack, "distributed.cli.dask_worker", address, *options, **variables)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of a scheduler with two workers."""
    folder = tmp_path_factory.mktemp("dask")
    with ExitStack() as stack:
        found = scheduler(stack, folder)
        for _ in range(2):
            worker(stack, found, folder)
        wait_for_workers(found, 2)
        yield found


def wait_for_workers(address: str, count: int) -> None:
    from distributed import Client

    with Client(address, timeout=PATIENCE, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=PATIENCE)


def test_a_cluster_writes_the_same_bytes(address: str, tmp_path: Path) -> None:
    here = command(*ARGUMENTS, *FORMATS, "-o", str(tmp_path / "here"))
    assert (here.status, here.messages) == (0, "")
    there = command(*ARGUMENTS, *FORMATS, "--executor", f"dask:{address}", "-o", str(tmp_path / "there"))
    assert (there.status, there.messages) == (0, "")
    names = sorted(path.name for path in (tmp_path / "here").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "there").iterdir())
    for name in names:
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "there" / name).read_bytes(), name
