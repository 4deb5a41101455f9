"""The command line as a stranger uses it: in this process, where that is the same, or in one of its own."""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from symback.cli import main
from tests.tools import CHECKOUT

NETWORK = """\
title = "A small network"
loss = "half_squared_error"

[inputs]
i1 = 0.05
i2 = 0.10

[targets]
o1 = 0.01

[[layers]]
units = ["h1", "h2"]
activation = "logistic"
weights = [[0.15, 0.20], [0.25, 0.30]]
bias = 0.35

[[layers]]
units = ["o1"]
activation = "linear"
weights = [[0.40, 0.45]]
biases = [0.60]

[update]
learning_rate = 0.5
"""


FIGURES = re.compile(
    r"\Asymback: without (a figure|\d+ figures); -o \S+\.md writes them beside the document\n\Z"
)
"""What is said where a document in Markdown goes to standard output."""


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    status: object
    output: bytes
    messages: str

    @property
    def text(self) -> str:
        return self.output.decode("utf-8")


def command(*arguments: str, stdin: str | bytes = "") -> Done:
    """`symback ARGUMENTS` in this process."""
    given = stdin.encode("utf-8", "surrogateescape") if isinstance(stdin, str) else stdin
    output, messages = io.TextIOWrapper(io.BytesIO(), encoding="ascii"), io.StringIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(messages),
    ):
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        try:
            status: object = main(arguments)
        except SystemExit as end:
            status = end.code
    output.flush()
    return Done(status, output.buffer.getvalue(), messages.getvalue())  # type: ignore[attr-defined]


def solved(*arguments: str, stdin: str | bytes = "") -> str:
    """What `symback solve ARGUMENTS` prints; the status is 0, and messages tell of nothing but figures."""
    done = command("solve", *arguments, stdin=stdin)
    assert done.status == 0
    assert FIGURES.sub("", done.messages) == ""
    return done.text


def refused(*arguments: str, stdin: str | bytes = "") -> str:
    """The one message of a command that is refused with status 2 and prints nothing else."""
    done = command(*arguments, stdin=stdin)
    assert done.status == 2, done
    assert done.output == b""
    message, *hint = done.messages.splitlines()
    assert hint == [] or (len(hint) == 1 and hint[0].startswith("Try 'symback") and "--help'" in hint[0])
    assert (message.startswith("symback") and message.endswith((".", "?"))) or hint
    assert message.isprintable()
    assert "Traceback" not in message
    assert len(message) < 1500
    return message


def arguments_of(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "symback", *arguments]


def surroundings(**variables: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(CHECKOUT), **variables}


def process(
    *arguments: str, variables: Mapping[str, str] | None = None, **options: Any
) -> subprocess.CompletedProcess[bytes]:
    """`symback ARGUMENTS` in a process of its own."""
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stdin", subprocess.DEVNULL)
    return subprocess.run(
        arguments_of(*arguments),
        stderr=subprocess.PIPE,
        env=surroundings(**(variables or {})),
        timeout=120,
        check=False,
        **options,
    )


def network_at(folder: Path, text: str = NETWORK, name: str = "net.toml") -> str:
    """The path of a network file."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)
