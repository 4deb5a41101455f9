"""Everything that symback makes of its built-in networks, in one folder, and made twice:
`python -m tests.gallery [FOLDER]`, by default `rendered`, which git ignores.

Each network is solved in every format and trained with its plots, and there are sheets; index.html
leads to all of it. The second run has another time zone, another folder and another seed for hashes; a
file that differs from the first run is named, and the exit status is 1. A format whose tool is missing
is left out, with the reason.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote

from tqdm import tqdm

import symback
from symback.cli import FORMATS
from symback.graph import Role
from symback.network_source import built_in_names
from tests.rewrite_output import LONG, ROOT

DEFAULT = ROOT / "rendered"
INDEX = "index.html"
TRAINED = 50
"""Rounds that every built-in network survives."""
SECOND = {"TZ": "Pacific/Auckland", "PYTHONHASHSEED": "20"}
SECONDS = 900


@dataclass(frozen=True)
class Work:
    """One command and the folder that it fills."""

    folder: str
    title: str
    arguments: tuple[str, ...]
    output: str = ""
    """A file in the folder where the command writes one and its companions, else the folder."""


def works(names: Iterable[str], formats: Sequence[str]) -> list[Work]:
    """What there is to make of these networks."""
    found = []
    wanted = ",".join(dict.fromkeys([*formats, "json"]))  # several, so that they go into a folder
    for name in names:
        title = symback.load(name).title
        rounds = [part for count in LONG.get(name, ()) for part in ("--rounds", str(count))]
        found.append(Work(name, title, ("solve", name, *rounds, "--format", wanted)))
        weight = _told_first(name)
        training = (
            "train",
            name,
            "--rounds",
            str(LONG.get(name, (TRAINED,))[0]),
            "--plot",
            "--plot-weight",
            weight,
        )
        found.append(Work(name, title, training, f"{name}-training.txt"))
        if name == "xor":
            arguments = ("solve", name, *rounds, "--notation", "matrix", "--format", wanted)
            found.append(Work(f"{name}-matrix", f"{title}, in matrices", arguments))
        if name == "mazur":
            kinds = "forward,delta,gradient,update,find-the-slip"
            texts = ",".join(kind for kind in ("markdown", "latex", "html", "pdf") if kind in formats)
            arguments = ("sheet", name, "--variants", "2", "--seed", "7", "--kinds", kinds, "--format", texts)
            found.append(Work(f"{name}-sheet", f"{title}: a sheet", arguments))
    return found


def _told_first(name: str) -> str:
    """The weight whose error a solution plots: the first one into the last layer that has weights."""
    weights = symback.solve(name).graph.with_role(Role.WEIGHT)
    last = max(weight.layer for weight in weights)
    return next(weight.name for weight in weights if weight.layer == last)


def run(arguments: Sequence[str], variables: Mapping[str, str] | None = None) -> str:
    """Runs a command of symback in a process of its own; the message of one that refuses, else nothing."""
    done = subprocess.run(
        [sys.executable, "-m", "symback", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), **(variables or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    return "" if done.returncode == 0 else done.stderr.strip() or f"exit status {done.returncode}"


def possible(formats: Iterable[str]) -> tuple[list[str], dict[str, str]]:
    """The formats that can be made here, and why the others cannot."""
    can, cannot = [], {}
    with tempfile.TemporaryDirectory() as folder:
        for name in formats:
            message = run(("solve", "regression", "--format", name, "-o", str(Path(folder, f"x.{name}"))))
            if message:
                cannot[name] = message.splitlines()[0]
            else:
                can.append(name)
    return can, cannot


def make(
    jobs: Sequence[Work], folder: Path, variables: Mapping[str, str], bar: tqdm | None = None
) -> list[str]:  # type: ignore[type-arg]
    """Fills a folder; the messages of commands that refused."""

    def one(work: Work) -> str:
        place = folder / work.folder
        place.mkdir(parents=True, exist_ok=True)
        message = run((*work.arguments, "-o", str(place / work.output)), variables)
        if bar is not None:
            bar.update()
        return f"symback {' '.join(work.arguments)}: {message}" if message else ""

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return [message for message in pool.map(one, jobs) if message]


def files(folder: Path) -> dict[str, Path]:
    """The files of a folder and of those in it, by their place in it."""
    return {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}


def differences(one: Mapping[str, Path], other: Mapping[str, Path]) -> Iterator[str]:
    """What two runs made differently, a line each."""
    for name in sorted(one.keys() | other.keys()):
        if name not in one or name not in other:
            yield f"{name}: made in the {'second' if name not in one else 'first'} run alone"
        elif one[name].read_bytes() != other[name].read_bytes():
            yield f"{name}: {one[name].stat().st_size:,} and {other[name].stat().st_size:,} bytes that differ"


STYLE = """
:root { color-scheme: light dark; --line: #c9ced6; --soft: #565c66; }
@media (prefers-color-scheme: dark) { :root { --line: #434a55; --soft: #a3aab5; } }
body { font: 1rem/1.5 Georgia, "Liberation Serif", serif; max-width: 76rem; margin: 0 auto; padding: 1.5rem; }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); gap: 1.25rem; }
section { border: 1px solid var(--line); border-radius: .4rem; padding: .75rem 1rem; }
h2 { font-size: 1.05rem; margin: 0 0 .5rem; }
img { display: block; max-width: 100%; height: 11rem; margin: 0 auto .5rem; }
ul { margin: 0; padding-left: 1.1rem; font-size: .9rem; }
small { color: var(--soft); }
"""


def index(jobs: Iterable[Work], made: Iterable[str], sizes: Mapping[str, int]) -> str:
    """A page that leads to all files."""
    titles = {work.folder: work.title for work in reversed(list(jobs))}
    parts = []
    for folder in dict.fromkeys(work.folder for work in jobs):
        own = sorted(
            (name for name in made if name.startswith(f"{folder}/")),
            key=lambda name: (name.endswith(".svg"), name),
        )
        drawings = [name for name in own if name.endswith(".svg")]
        first = next(iter(sorted(drawings, key=lambda name: "-figure-" not in name)), "")
        picture = f'<img src="{quote(first)}" alt="">' if first else ""
        items = "".join(
            f'<li><a href="{quote(name)}">{escape(name.partition("/")[2])}</a> '
            f"<small>{sizes[name]:,}</small></li>"
            for name in own
        )
        parts.append(f"<section><h2>{escape(titles[folder])}</h2>{picture}<ul>{items}</ul></section>")
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>symback: gallery</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head>'
        "<body><h1>symback: what it makes of its built-in networks</h1>\n<main>\n"
        + "\n".join(parts)
        + "\n</main></body></html>\n"
    )


def gallery(folder: Path, names: Sequence[str], formats: Sequence[str]) -> int:
    """Makes all of it, twice; the exit status."""
    can, cannot = possible(formats)
    for name, reason in cannot.items():
        print(f"{name} is left out. {reason}", file=sys.stderr)
    jobs = works(names, can)
    if not is_ours(folder, jobs):
        print(f"{folder} has other things in it: give another folder.", file=sys.stderr)
        return 2
    with (
        tempfile.TemporaryDirectory() as place,
        tqdm(total=2 * len(jobs), unit=" commands", leave=False) as bar,
    ):
        first, second = Path(place, "first"), Path(place, "again")
        refused = make(jobs, first, {}, bar)
        refused += make(jobs, second, SECOND, bar)
        made = files(first)
        different = list(differences(made, files(second)))
        sizes = {name: path.stat().st_size for name, path in made.items()}
        (first / INDEX).write_text(index(jobs, made, sizes), encoding="utf-8")
        put(first, folder)
    for line in (*refused, *different):
        print(line, file=sys.stderr)
    print(f"{len(sizes)} files, {sum(sizes.values()):,} bytes: {folder / INDEX}")
    return 1 if refused or different else 0


def is_ours(folder: Path, jobs: Iterable[Work]) -> bool:
    """Whether nothing would be replaced but what an earlier run made."""
    return (folder / INDEX).is_file() or not any((folder / work.folder).exists() for work in jobs)


def put(source: Path, folder: Path) -> None:
    """Moves what was made into a folder, in place of what was there under the same names."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.iterdir()):
        target = folder / path.name
        if target.is_dir():
            shutil.rmtree(target)
        shutil.move(path, target)


def main(arguments: Sequence[str] | None = None) -> int:
    """Reads the arguments."""
    parser = argparse.ArgumentParser(prog="python -m tests.gallery", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=DEFAULT, help="default: rendered")
    parser.add_argument("--networks", default=",".join(built_in_names()), metavar="NAMES", help="only these")
    parser.add_argument("--formats", default=",".join(FORMATS), metavar="FORMATS", help="only these")
    asked = parser.parse_args(arguments)
    return gallery(asked.folder, asked.networks.split(","), asked.formats.split(","))


if __name__ == "__main__":
    sys.exit(main())
