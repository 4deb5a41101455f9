"""`symback solve`: one result to standard output or a file, several into a folder, listed."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable
from functools import partial
from pathlib import Path

from symback.api import load
from symback.api import solve as solve_network
from symback.commands.engine import asked_engine
from symback.commands.progress import Advance, progress_bar
from symback.errors import RequestError
from symback.files import write
from symback.solution import Solution
from symback.worked.length import check_length

SUFFIXES = {
    "markdown": ".md",
    "latex": ".tex",
    "html": ".html",
    "notebook": ".ipynb",
    "json": ".json",
    "pdf": ".pdf",
    "beamer": ".tex",
    "slides": ".html",
}
PARTS = {"slides": ("beamer", "slides")}
"""Formats that are more than one file."""


def solve(options: Namespace) -> int:
    """Solves and writes; everything is made before the first byte is written."""
    formats: tuple[str, ...] = options.format
    engine = asked_engine(options.engine, formats)
    network = load(options.network)
    parts_of = [part for name in formats for part in PARTS.get(name, (name,))]
    targets = _targets(formats, options.output, network.name, options.flavor)
    companion = _beside(targets, network.name) if options.certificate else None
    style = options.notation or dict(network.notation).get("style", "")
    if formats != ("json",):
        check_length(network, style, tuple(options.only))
    most = max(options.rounds, default=0)
    with progress_bar("rounds" if most else "parts") as advance:
        trained = partial(_trained, advance, most) if advance is not None and most else None
        parts = partial(_with_formats, advance, len(formats)) if advance is not None and not most else None
        solution = solve_network(
            network,
            digits=options.digits,
            rounding=options.rounding,
            rounds=options.rounds,
            notation=options.notation,
            only=options.only,
            mistakes=options.mistakes,
            template=options.template,
            progress=trained,
            stage=parts,
        )
        stem = _figure_stem(parts_of, targets)
        made = [_makers(solution, options.flavor, engine, stem)[part]() for part in parts_of]
        figures = solution.figures(stem) if stem else {}
    certificate = solution.to_coq() if companion is not None else ""
    if targets is None:
        content = made[0]
        if isinstance(content, bytes):
            sys.stdout.buffer.write(content)
        else:
            sys.stdout.write(content)
        sys.stdout.flush()
        if formats == ("markdown",):
            _without_figures(solution)
        if companion is not None:
            print(f"symback: the certificate is in {write(companion, certificate)}", file=sys.stderr)
        return 0
    beside = [(targets[0].with_name(name), content) for name, content in figures.items()]
    for path, figure in beside:
        write(path, figure)
    for target, content in zip(targets, made, strict=True):
        print(write(target, content))
    for path, _ in beside:
        print(path)
    if companion is not None:
        print(write(companion, certificate))
    return 0


def _trained(advance: Advance, total: int, done: int) -> None:
    advance(done, total)


def _with_formats(advance: Advance, formats: int, done: int, parts: int) -> None:
    """What is printed afterwards counts as well."""
    advance(done, parts + formats)


def _figure_stem(parts: list[str], targets: list[Path] | None) -> str:
    """What the files of figures begin with, where there are any: beside a document in Markdown."""
    if targets is None or "markdown" not in parts:
        return ""
    target = targets[parts.index("markdown")]
    return "" if _is_no_file(target) else target.stem


def _without_figures(solution: Solution) -> None:
    """Says how to get the figures that the text on standard output lacks."""
    name = f"{solution.network.name}.md"
    count = len(solution.document.figures)
    if count:
        figures = "a figure" if count == 1 else f"{count} figures"
        print(f"symback: without {figures}; -o {name} writes them beside the document", file=sys.stderr)


def _makers(
    solution: Solution, flavor: str, engine: str | None, stem: str
) -> dict[str, Callable[[], str | bytes]]:
    return {
        "markdown": lambda: solution.to_markdown(flavor, stem),
        "latex": solution.to_latex,
        "html": solution.to_html,
        "notebook": solution.to_notebook,
        "beamer": solution.to_beamer,
        "slides": solution.to_slides,
        "json": solution.to_json,
        "pdf": lambda: solution.to_pdf(engine),
    }


def _targets(formats: tuple[str, ...], output: str | None, stem: str, flavor: str) -> list[Path] | None:
    """Where each file goes; None for standard output."""
    if formats == ("slides",):
        return _slides(output, stem)
    if len(formats) == 1:
        if output not in (None, "-", "/dev/stdout"):
            return [Path(output)]
        if formats[0] == "pdf" and sys.stdout.isatty():
            raise RequestError("A PDF is no text for a terminal: give -o FILE.")
        return None
    folder = Path(output or ".")
    if folder.exists() and not folder.is_dir():
        raise RequestError(f"Several formats go into a folder, but {folder} is a file.")
    found = []
    suffixes = {**SUFFIXES, "markdown": ".qmd"} if flavor == "quarto" else SUFFIXES
    for name in formats:
        # Slides have a name of their own where another document would have the same.
        clashes = name == "slides" and not {"latex", "html"}.isdisjoint(formats)
        for part in PARTS.get(name, (name,)):
            found.append(folder / f"{stem}{'-slides' if clashes else ''}{suffixes[part]}")
    return found


def _slides(output: str | None, stem: str) -> list[Path]:
    """The two files of slides: beside each other under the stem of -o, or under the network's in a folder."""
    if output in ("-", "/dev/stdout"):
        raise RequestError("Slides are two files (.tex and .html): give -o FILE, whose stem both get.")
    path = Path(output or ".")
    if path.is_dir():
        path = path / stem
    elif path.suffix in (".tex", ".html"):
        path = path.with_suffix("")
    return [path.with_name(path.name + SUFFIXES[part]) for part in PARTS["slides"]]


def _beside(targets: list[Path] | None, stem: str) -> Path:
    """Where the certificate goes: beside the document under its stem, as far as Coq allows its letters."""
    from symback.certificate.language import module_name

    if targets is None or _is_no_file(targets[0]):
        return Path(f"{module_name(stem)}.v")
    found = targets[0].with_name(f"{module_name(targets[0].stem)}.v")
    if found in targets:
        raise RequestError(f"The certificate would replace {found}: give the document another suffix.")
    return found


def _is_no_file(path: Path) -> bool:
    """Whether a folder or device is there; what cannot be looked at is told by who writes."""
    try:
        return path.exists() and not path.is_file()
    except OSError:
        return False
