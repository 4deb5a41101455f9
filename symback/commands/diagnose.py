"""`symback diagnose`: numbers from the command line or from a table, and the mistake that gives them."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from pathlib import Path

from symback.answer_numbers import read_answer
from symback.answer_tables import distinct, read_claim, read_table_file
from symback.api import load
from symback.commands.progress import progress_bar
from symback.errors import RequestError
from symback.feedback.nameless import Nameless, find
from symback.feedback.report import Report
from symback.feedback.telling import report_on
from symback.files import write

ONE = "Only one number without a name can be looked up at a time. Write the others as NAME = NUMBER."


def diagnose(options: Namespace) -> int:
    """Status 0 if all numbers are right, 1 if not."""
    if options.network == "-" and options.table == "-":
        raise RequestError(
            "Standard input holds either the network or the table: give one of them as a file."
        )
    if not options.numbers and options.table is None:
        raise RequestError('Give numbers such as "dE_total/dw5 = 0.0821", or --table FILE.')
    found = _nameless(options) or _named(options)
    text = _as(found, options.format, colours=_has_colours(options))
    if options.output is not None:
        print(write(Path(options.output), text))
    else:
        sys.stdout.write(text)
        sys.stdout.flush()
    return int(not found.correct)


def _named(options: Namespace) -> Report:
    entries = [read_claim(text) for text in options.numbers]
    network = load(options.network)
    if options.table is not None:
        entries += read_table_file(options.table)
    return report_on(network, distinct(entries), options.network)


def _nameless(options: Namespace) -> Nameless | None:
    """What a number without a name may be; None where all have one."""
    bare = [text for text in options.numbers if "=" not in text and any(map(str.isdigit, text[:3]))]
    if not bare:
        return None
    if len(options.numbers) > 1 or options.table is not None:
        raise RequestError(ONE)
    answer = read_answer(bare[0])
    network = load(options.network)
    with progress_bar("quantities") as advance:
        return find(network, answer, options.network, advance)


def _has_colours(options: Namespace) -> bool:
    """On a terminal only, and where nobody objects (no-color.org)."""
    return options.output is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def _as(found: Report | Nameless, kind: str, *, colours: bool) -> str:
    if kind == "json":
        return found.to_json()
    return found.to_markdown() if kind == "markdown" else found.to_text(colours=colours)
