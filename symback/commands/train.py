"""`symback train`: rounds with a progress bar, a table of proven numbers, the history, plots beside it."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from symback.api import load
from symback.api import train as train_network
from symback.commands.progress import progress_bar
from symback.errors import RequestError
from symback.files import write
from symback.learning.result import Trained
from symback.learning.wording import say_about


def train(options: Namespace) -> int:
    """Trains and writes; everything is made before the first byte is written."""
    if options.parameters and options.format != "text":
        raise RequestError(f"--parameters belongs to --format text: {options.format} always has them.")
    network = load(options.network)
    if options.plot_weight:
        _check_weights(options.plot_weight, [name for name, _ in network.parameters])
    target = Path(options.output) if options.output not in (None, "-", "/dev/stdout") else None
    with progress_bar("rounds") as advance:
        trained = train_network(
            network,
            options.rounds,
            until_error=options.until_error,
            until_change=options.until_change,
            until_gradient=options.until_gradient,
            at=options.at,
            digits=9 if options.digits is None else options.digits,
            progress=advance,
        )
    content = _content(trained, options)
    plots = _plots(trained, options, target, network.name)
    if target is None:
        sys.stdout.write(content)
        sys.stdout.flush()
    else:
        print(write(target, content))
    if options.format == "csv":
        print(f"symback: {say_about('history')}", file=sys.stderr)
    for path, svg in plots:
        print(write(path, svg), file=sys.stdout if target is not None else sys.stderr)
    return 0


def _content(trained: Trained, options: Namespace) -> str:
    if options.format == "csv":
        return trained.to_csv()
    return trained.to_json() if options.format == "json" else trained.to_text(parameters=options.parameters)


def _plots(trained: Trained, options: Namespace, target: Path | None, name: str) -> list[tuple[Path, str]]:
    """The plots that were asked for, each with its place: beside the file under its stem, or here."""
    base = target if target is not None and not _is_device(target) else Path(name)
    stem = base.stem if base is target else name
    found = []
    if options.plot:
        found.append((base.with_name(f"{stem}-error.svg"), trained.plot()))
        if trained.has_gradient_flow:
            found.append((base.with_name(f"{stem}-gradients.svg"), trained.plot_gradients()))
    for weight in dict.fromkeys(options.plot_weight):
        found.append((base.with_name(f"{stem}-error-by-{weight}.svg"), trained.plot(weight)))
    return found


def _is_device(path: Path) -> bool:
    return path.exists() and not path.is_file()


def _check_weights(weights: list[str], parameters: list[str]) -> None:
    from symback.learning.drawing import check_parameter

    for weight in weights:
        check_parameter(weight, parameters)
