"""A training for readers: the table with what it means, as text, Markdown, and HTML for notebooks."""

from __future__ import annotations

from collections.abc import Sequence

from symback.evaluation import Value
from symback.formats import escape_markdown
from symback.learning.result import Trained
from symback.learning.wording import end_sentences, readable, say_about
from symback.render import fill

DOUBTFUL = "?"


def as_text(training: Trained, *, parameters: bool = False) -> str:
    """The title, the table and the sentences, ending in a newline."""
    head, rows = table(training, parameters=parameters)
    blocks = [training.network.title, "\n".join(_in_columns([head, *rows]))]
    return "\n\n".join([*blocks, "\n".join(end_sentences(training))]) + "\n"


def as_markdown(training: Trained) -> str:
    """The title, the table and the sentences in Markdown."""
    head, rows = table(training)
    lines = [head, ["--:"] * len(head), *rows]
    told = [
        "| " + " | ".join(cells if at == 1 else map(escape_markdown, cells)) + " |"
        for at, cells in enumerate(lines)
    ]
    blocks = [f"# {escape_markdown(training.network.title)}", "\n".join(told)]
    return "\n\n".join([*blocks, escape_markdown(" ".join(end_sentences(training)))]) + "\n"


def as_html(training: Trained) -> str:
    """The table, the sentences and the plot of the error, as a part of a page."""
    from symback.learning.drawing import error_figure

    head, rows = table(training)
    return fill(
        "training/notebook.j2",
        "svg",
        title=training.network.title,
        head=head,
        rows=rows,
        sentences=end_sentences(training),
        figure=error_figure(training),
    )


def table(training: Trained, *, parameters: bool = False) -> tuple[list[str], list[list[str]]]:
    """A head and rows of text: the round, the error, the outputs and, if asked for, the parameters."""
    followed = training.followed
    names = followed.names if parameters else followed.names[: 1 + len(followed.outputs)]
    rows = [
        [f"{done:,}", *(_shown(training.proven[name, done]) for name in names)] for done in training.rounds
    ]
    return [say_about("round"), *names], rows


def _shown(value: Value) -> str:
    return readable(value.shown) if value.proven else readable(value.shown) + DOUBTFUL


def _in_columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rounds to the right, numbers under each other at their points."""
    first, *others = zip(*rows, strict=True)
    columns = [list(map(str, first)), *(_at_points(list(column)) for column in others)]
    widths = [max(map(len, column)) for column in columns]
    lines = []
    for cells in zip(*columns, strict=True):
        padded = [cells[0].rjust(widths[0])]
        padded += [cell.ljust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)]
        lines.append("  ".join(padded).rstrip())
    return lines


def _at_points(column: list[str]) -> list[str]:
    head, *numbers = column
    before = [len(number.partition(".")[0]) for number in numbers]
    return [head, *(" " * (max(before) - width) + text for width, text in zip(before, numbers, strict=True))]
