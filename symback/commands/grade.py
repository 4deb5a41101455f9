"""`symback grade`: answers that were handed in, marked against their sheet."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from symback.api import grade as grade_answers
from symback.commands.progress import progress_bar
from symback.errors import RequestError
from symback.grading.grades import Grades


def grade(options: Namespace) -> int:
    """Status 0; with --strict 1 if a box is not right."""
    if options.sheet == "-":
        raise RequestError("The sheet is read from a file: give the path of its sheet.json.")
    with progress_bar("papers") as advance:
        grades = grade_answers(options.sheet, options.answers, points=options.points, progress=advance)
    for note in grades.notes:
        print(f"symback: {note}", file=sys.stderr)
    if options.output is None and len(options.format) == 1:
        sys.stdout.write(_text(grades, options.format[0]))
        sys.stdout.flush()
    else:
        for path in grades.save(_target(options), options.format):
            print(path)
    return int(options.strict and not grades.all_right)


def _target(options: Namespace) -> Path:
    """A folder; a file where one format of one file is asked for and the name says so."""
    target = Path(options.output if options.output is not None else ".")
    suffixes = {"csv": ".csv", "json": ".json", "markdown": ".md", "html": ".html"}
    if target.suffix in suffixes.values() and not target.is_dir():
        (kind, *others) = options.format
        if others or suffixes[kind] != target.suffix:
            raise RequestError(
                f"-o {target} is a file of one format, but --format asks for {','.join(options.format)}. "
                f"Give a folder, or --format with one format whose files end in {target.suffix}."
            )
    return target


def _text(grades: Grades, kind: str) -> str:
    makers = {
        "csv": grades.to_csv,
        "json": grades.to_json,
        "markdown": grades.to_markdown,
        "html": grades.to_html,
    }
    return makers[kind]()
