"""Text of Typst: how plain text is escaped, and which paragraphs stay on the page of what follows them."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SPECIAL = re.compile(r"([!-'*+\-./:-@\[-`{-~])")
_SENTENCE = re.compile(r"#(?:emph|strong)\[|[^#/)\]]|/[^/]")
_ENDS = {"$ ": " $", "#align(": "])"}
"""How equations and tables begin, and how their last lines end."""


def escape_typst(text: str) -> str:
    """Plain text as Typst shows it: no character means anything, also where a line begins."""
    shown = "".join(character if character.isprintable() else " " for character in text)
    return _SPECIAL.sub(r"\\\1", shown)


def quoted(shown: str) -> str:
    """What `escape_typst` made of a text, as a string in code."""
    text = re.sub(r"\\(.)", r"\1", shown)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def with_leads(text: str) -> str:
    """The text with `lead` around each paragraph that leads to an equation or table.

    The document defines it, so that no page ends between these two, as in TeX.
    """
    made: list[str] = []
    waiting: list[str] = []
    lines = iter(text.splitlines())
    for line in lines:
        end = next((end for begin, end in _ENDS.items() if line.startswith(begin)), "")
        if end:
            made += _lead(waiting)
            made.append(line)
            if not line.endswith(end):
                made += _up_to(end, lines)
            waiting = []
        elif not line:
            (waiting or made).append(line)
        elif _SENTENCE.match(line):
            if waiting and not waiting[-1]:
                made += waiting
                waiting = []
            waiting.append(line)
        else:
            made += [*waiting, line]
            waiting = []
    return "\n".join([*made, *waiting]) + "\n"


def _up_to(end: str, lines: Iterator[str]) -> Iterator[str]:
    """The lines up to one with this end."""
    for line in lines:
        yield line
        if line.endswith(end):
            return


def _lead(lines: list[str]) -> list[str]:
    """The paragraph within `lead`; there may be empty lines after it, and nothing else."""
    words = [line for line in lines if line]
    return ["#lead[", *words, "]"] if words else []
