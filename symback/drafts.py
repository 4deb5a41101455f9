"""Several files that are written piece by piece and appear together, or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from types import TracebackType

from symback.errors import RequestError
from symback.files import make_folder, mode_of
from symback.network_source import shown

CLOSED = -1
"""The handle of a file that is complete."""


class Drafts:
    """Files under temporary names beside their places, or in another folder of the disk, until all are whole.

    They are put in place at the end of a `with` without error.
    """

    def __init__(self, scratch: Path | None = None) -> None:
        self._scratch = scratch
        self._drafts: dict[Path, tuple[int, str]] = {}

    def __enter__(self) -> Drafts:
        return self

    def begin(self, path: Path) -> None:
        """A file that is to be written. Raises RequestError where there cannot be one."""
        try:
            if path.is_dir():
                raise RequestError(f"Cannot write {shown(path)}: it is a folder.")
            make_folder(path.parent)
            self._drafts[path] = tempfile.mkstemp(prefix=".symback-", dir=self._scratch or path.parent)
        except (OSError, ValueError) as error:
            raise _cannot(path, error) from None

    def write(self, path: Path, content: str | bytes) -> None:
        """More of its content."""
        data = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
        left = memoryview(data)
        try:
            while left:
                left = left[os.write(self._drafts[path][0], left) :]
        except OSError as error:
            raise _cannot(path, error) from None

    def whole(self, path: Path, content: str | bytes) -> None:
        """A file with all its content; there may be thousands of these."""
        self.begin(path)
        self.write(path, content)
        handle, temporary = self._drafts[path]
        os.close(handle)
        self._drafts[path] = (CLOSED, temporary)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        drafts, self._drafts = self._drafts, {}
        for handle, _ in drafts.values():
            if handle != CLOSED:
                os.close(handle)
        if kind is not None:
            for _, temporary in drafts.values():
                os.unlink(temporary)
            return
        for path, (_, temporary) in drafts.items():
            os.chmod(temporary, mode_of(path))
            os.replace(temporary, path)


def _cannot(path: Path, error: Exception) -> RequestError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return RequestError(f"Cannot write {shown(path)}: {reason}.")
