"""All files of a sheet in one zip archive: the same byte for byte on every run, and whole or not there."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from symback.errors import RequestError
from symback.files import make_folder, mode_of
from symback.network_source import shown
from symback.papers.store import locked

SUFFIX = ".zip"
MOMENT = (1980, 1, 1, 0, 0, 0)
"""The time of every file: the first that zip knows."""


def is_archive(place: Path) -> bool:
    """Whether files go into an archive of this name; an existing folder stays a folder."""
    return place.suffix.lower() == SUFFIX and not place.is_dir()


def write_archive(place: Path, write: Callable[[Path], Iterable[Path]]) -> list[Path]:
    """An archive of what is written into a folder; gives its path.

    The folder is hidden, beside the archive and called after it: there an interrupted run finds its finished
    papers again. Raises RequestError where there cannot be an archive, or while another run writes it.
    """
    folder = place.parent / f".{place.name}.symback"
    try:
        make_folder(folder)
        with locked(folder) as is_mine:
            if not is_mine:
                raise RequestError(f"Another run of symback writes {shown(place)}: wait until it is done.")
            _clear(folder)
            try:
                files = write(folder)
                _pack(place, folder, files)
            except BaseException:
                _clear(folder)
                with contextlib.suppress(OSError):
                    folder.rmdir()  # where there are no finished papers
                raise
            shutil.rmtree(folder)
    except OSError as error:
        raise RequestError(f"Cannot write {shown(place)}: {error.strerror or error}.") from None
    return [place]


def _clear(folder: Path) -> None:
    """Removes what is no store of finished papers."""
    for path in folder.iterdir():
        if not path.is_dir():
            path.unlink()
        elif not path.name.startswith("."):
            shutil.rmtree(path)


def _pack(place: Path, folder: Path, files: Iterable[Path]) -> None:
    """The files in the order of their names; each is read piece by piece."""
    handle, name = tempfile.mkstemp(dir=folder)
    os.close(handle)
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), MOMENT)
            entry.create_system = 3  # else it tells which system wrote it
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.file_size = path.stat().st_size
            with path.open("rb") as source, archive.open(entry, "w") as target:
                shutil.copyfileobj(source, target)
    draft = Path(name)
    draft.chmod(mode_of(place))
    draft.replace(place)
