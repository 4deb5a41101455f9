"""Papers made by a cluster of Dask: chunks of them on its workers, taken in order (extra `dask`)."""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from symback.errors import RequestError, SymbackError, shorten
from symback.papers.engines import Chunk, Engine, check_versions, chunk_of
from symback.papers.made import Job, Made

if TYPE_CHECKING:
    from distributed import Client, Future

PREFIX = "dask:"
PATIENCE = 10
"""Seconds until a scheduler that does not answer, or has lost all its workers, is given up."""


@contextmanager
def cluster(job: Job, executor: str) -> Iterator[Engine]:
    """The workers of a scheduler, `dask:tcp://HOST:PORT`.

    Raises RequestError where the extra is missing, the scheduler cannot be reached or is lost, and for
    workers that are missing or have another version of symback.
    """
    address = _address(executor)
    client = _client(address)
    try:
        workers = _workers(client, address, job)

        def submit(ids: Sequence[str]) -> Chunk:
            future = client.submit(chunk_of, job, list(ids), pure=False)
            return lambda: _result(client, future, address)

        yield Engine(submit, 2 * workers + 2)
    finally:
        client.close(PATIENCE)


def _address(executor: str) -> str:
    address = executor.removeprefix(PREFIX)
    if not executor.startswith(PREFIX) or not address:
        raise RequestError(
            f"--executor is {shorten(executor)}, but there may stand dask:ADDRESS, with the address of a "
            "scheduler of Dask, such as dask:tcp://127.0.0.1:8786."
        )
    return address


def _client(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError:
        raise RequestError(
            'A cluster of Dask needs the extra dask: python -m pip install "symback[dask]".'
        ) from None
    try:
        return Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError, ImportError) as error:  # TimeoutError is an OSError
        reason = str(error).partition("\n")[0].rstrip(".") or type(error).__name__
        raise RequestError(f"The scheduler at {shorten(address)} cannot be reached: {reason}.") from None


def _workers(client: Client, address: str, job: Job) -> int:
    """How many workers there are; all of them have this version of symback."""
    try:
        found = client.run(check_versions, job.versions)
    except SymbackError:
        raise
    except Exception as error:  # whatever a worker raises without symback, or with one that is much older
        raise RequestError(
            f"The workers of {address} cannot run symback {job.versions[0]}: "
            f"{type(error).__name__}: {error}. Install the same version on each of them."
        ) from None
    if not found:
        raise RequestError(f"The scheduler at {address} has no workers.")
    return len(found)


def _result(client: Client, future: Future, address: str) -> list[Made]:
    while True:
        try:
            papers: list[Made] = future.result(timeout=PATIENCE)
            return papers
        except SymbackError:
            raise
        except TimeoutError:
            if client.status == "running" and client.nthreads():
                continue  # the chunk takes its time
            reason = "it has no workers any more"
        except (Exception, CancelledError) as error:
            reason = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}".rstrip(".: ")
        raise RequestError(
            f"The cluster at {address} did not finish: {reason}. "
            "The papers that are finished are kept: give the same command again."
        ) from None
