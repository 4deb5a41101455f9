"""Results are written whole or not at all, and places that cannot be written get a clear message."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import symback
from symback import tex
from symback.errors import RequestError
from symback.files import write
from tests.invoke import command, refused, surroundings
from tests.tools import require


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_file(tmp_path: Path) -> None:
    assert write(tmp_path / "a" / "b" / "c.md", "für\n") == tmp_path / "a/b/c.md"
    assert (tmp_path / "a/b/c.md").read_bytes() == "für\n".encode()
    assert names(tmp_path / "a/b") == ["c.md"]


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o000, 0o666)])
def test_a_new_file_has_the_mode_of_any_other(mask: int, mode: int, tmp_path: Path) -> None:
    before = os.umask(mask)
    try:
        write(tmp_path / "a", b"")
        assert os.umask(mask) == mask
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == mode


def test_a_file_that_is_replaced_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("a text that is longer than the new one")
    path.chmod(0o640)
    write(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_links_are_followed(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/there").write_text("old")
    for name, target in (("link", "folder/there"), ("other", "folder/new")):
        (tmp_path / name).symlink_to(target)
        write(tmp_path / name, "new")
        assert (tmp_path / name).is_symlink()
        assert (tmp_path / target).read_text() == "new"
    assert names(tmp_path / "folder") == ["new", "there"]


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe, found = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: found.append(pipe.read_bytes()), daemon=True)
    reader.start()
    write(pipe, "through the pipe")
    reader.join(timeout=10)
    assert found == [b"through the pipe"]
    assert pipe.is_fifo()


def device(path: Path, minor: int) -> Path:
    """A device of our own: a mistake under test must not reach /dev."""
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, minor))
        path.open("wb").close()
    except OSError as error:
        pytest.skip(f"a device can be made and used only by root, and not everywhere: {error}")
    return path


def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    null = device(tmp_path / "null", 3)
    write(null, "gone")
    assert null.is_char_device()
    full = device(tmp_path / "full", 7)
    with pytest.raises(RequestError, match=r"Cannot write .*full: No space left on device\."):
        write(full, "x" * 100_000)
    assert full.is_char_device()
    assert names(tmp_path) == ["full", "null"]


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("folder", "it is a folder"),
        ("file/below", "file is a file, not a folder"),
        ("file/far/below", "Not a directory"),
        ("n" * 300, "File name too long"),
        ("a\0b", "null"),
        ("/proc/nowhere/a", "No such file or directory"),
        ("/proc/version/a", "is a file, not a folder"),
    ],
)
def test_places_that_cannot_be_written(place: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("here first")
    with pytest.raises(RequestError) as caught:
        write(tmp_path / place, "text")
    assert str(caught.value).startswith("Cannot write ")
    assert reason in str(caught.value)
    assert str(caught.value).isprintable()
    message = refused("solve", "mazur", "-o", str(tmp_path / place))
    assert reason in message
    assert names(tmp_path) == ["file", "folder"]
    assert (tmp_path / "file").read_text() == "here first"
    assert names(tmp_path / "folder") == []


def test_a_name_may_be_as_long_as_the_system_lets_it(tmp_path: Path) -> None:
    write(tmp_path / ("n" * 255), "text")
    assert names(tmp_path) == ["n" * 255]


@pytest.mark.parametrize("problem", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_what_fails_leaves_nothing(
    problem: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_text("old")

    def fail(*_: object) -> None:
        raise problem

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(type(problem) if isinstance(problem, KeyboardInterrupt) else RequestError):
        write(tmp_path / "a", "new")
    assert names(tmp_path) == ["a"]
    assert (tmp_path / "a").read_text() == "old"


def test_several_formats_need_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here first")
    message = refused("solve", "mazur", "--format", "json,latex", "-o", str(tmp_path / "file"))
    assert "is a file" in message
    assert (tmp_path / "file").read_text() == "here first"
    (tmp_path / "folder/mazur.tex").mkdir(parents=True)
    done = command("solve", "mazur", "--format", "latex,json", "-o", str(tmp_path / "folder"))
    assert done.status == 2
    assert "mazur.tex: it is a folder." in done.messages
    assert names(tmp_path / "folder") == ["mazur.tex"]


def test_nothing_is_written_where_one_format_cannot_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    asked = ("--format", "markdown,pdf", "--engine", "latex")
    message = refused("solve", "mazur", *asked, "-o", str(tmp_path / "folder"))
    assert "pdflatex" in message
    assert names(tmp_path) == []


def test_a_kill_leaves_no_half_written_file(tmp_path: Path) -> None:
    """The process is killed when half of the second file is on the disk."""
    program = (
        "import os, signal, sys\n"
        "from symback.cli import main\n"
        "opened, files = os.fdopen, []\n"
        "def fdopen(handle, mode):\n"
        "    files.append(handle)\n"
        "    if len(files) == 2:\n"
        "        os.write(handle, b'half'); os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return opened(handle, mode)\n"
        "os.fdopen = fdopen\n"
        f"sys.exit(main(['solve', 'mazur', '--format', 'json,latex', '-o', {str(tmp_path)!r}]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=surroundings(), capture_output=True, timeout=60, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert [name for name in names(tmp_path) if not name.startswith(".symback-")] == ["mazur.json"]
    assert (tmp_path / "mazur.json").read_text(encoding="utf-8") == symback.solve("mazur").to_json()


@pytest.mark.parametrize("arguments", ["solve mazur", "networks", "solve mazur --format json"])
def test_a_full_disk_behind_standard_output(arguments: str) -> None:
    if not Path("/dev/full").is_char_device():
        pytest.skip("there is no /dev/full")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "symback", *arguments.split()],
            stdout=full,
            stderr=subprocess.PIPE,
            env=surroundings(),
            timeout=60,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr == b"symback: standard output: No space left on device.\n"


def test_standard_output_may_be_closed() -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", '"$0" -m symback networks >&-', sys.executable],
        stderr=subprocess.PIPE,
        env=surroundings(),
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, b"symback: Standard output is closed.\n")


# --- PDF ----------------------------------------------------------------------------------------------


def test_tex_complains_in_one_line() -> None:
    require("pdflatex")
    broken = "\\documentclass{article}\\begin{document}\\nosuchcommand\\end{document}\n"
    with pytest.raises(RequestError, match="Undefined control sequence") as caught:
        tex.compile_pdf(broken)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "body",
    [r"\input{/etc/passwd}", r"\openin1=/etc/passwd \ifeof1 \undefined \fi", r"\input{../../etc/passwd}"],
)
def test_tex_reads_nothing_of_the_system(body: str) -> None:
    require("pdflatex")
    with pytest.raises(RequestError, match="TeX could not make the PDF"):
        tex.compile_pdf(rf"\documentclass{{article}}\begin{{document}}{body} x\end{{document}}")


def test_tex_runs_no_program(tmp_path: Path) -> None:
    require("pdflatex")
    marker = tmp_path / "marker"
    body = rf"\immediate\write18{{touch {marker}}}x"
    tex.compile_pdf(rf"\documentclass{{article}}\begin{{document}}{body}\end{{document}}")
    assert not marker.exists()


def test_tex_may_not_take_forever(monkeypatch: pytest.MonkeyPatch) -> None:
    require("pdflatex")
    monkeypatch.setattr(tex, "SECONDS", 2)
    with pytest.raises(RequestError, match="did not finish within 2 seconds"):
        tex.compile_pdf(r"\documentclass{article}\begin{document}\loop\iftrue\repeat\end{document}")


def test_a_pdf_is_the_same_twice() -> None:
    require("pdflatex")
    source = r"\documentclass{article}\begin{document}$x = 1$\end{document}"
    assert tex.compile_pdf(source) == tex.compile_pdf(source)
