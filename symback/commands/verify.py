"""`symback verify`: claims from the command line or from a document, judged and reported."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from symback.api import solve
from symback.api import verify as verify_claims
from symback.claims.report import Verdicts
from symback.commands.progress import progress_bar
from symback.errors import RequestError
from symback.files import write


def verify(options: Namespace) -> int:
    """Status 0 if all is right, 1 if something is not (with --file: only if something is wrong), else 2."""
    if bool(options.claims) == bool(options.file):
        raise RequestError('Give either claims such as "d/dx tanh(x) = 1 - tanh(x)^2", or --file DOC.')
    with progress_bar("claims") as progress:
        verdicts = verify_claims(
            *options.claims, file=options.file, network=options.network, progress=progress
        )
    if options.certificate:
        _certify(options)
    text = _as(verdicts, options.format, colours=options.output is None and sys.stdout.isatty())
    if options.output is not None:
        print(write(Path(options.output), text))
    else:
        sys.stdout.write(text)
        sys.stdout.flush()
    if options.file and not options.strict:
        return int(verdicts.has_wrong)
    return int(not verdicts.all_good)


def _certify(options: Namespace) -> None:
    """The network's gradients as theorems and its numbers as bounds, in a file beside the report."""
    from symback.certificate.language import module_name

    if options.network is None:
        raise RequestError("--certificate needs --network: it certifies the derivation of a network.")
    solution = solve(options.network)
    stem = module_name(Path(options.output).stem if options.output else solution.network.name)
    target = (Path(options.output).parent if options.output else Path()) / f"{stem}.v"
    print(f"symback: the certificate is in {write(target, solution.to_coq())}", file=sys.stderr)


def _as(verdicts: Verdicts, kind: str, *, colours: bool) -> str:
    if kind == "json":
        return verdicts.to_json()
    return verdicts.to_markdown() if kind == "markdown" else verdicts.to_text(colours=colours)
