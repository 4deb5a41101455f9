"""The public verbs: load a network, or make one of another framework's model; solve, verify, diagnose."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symback.checks import Report, check
from symback.derivation import derive, with_rounds
from symback.errors import RequestError
from symback.evaluation import Rounding, evaluate
from symback.forward import given_numbers
from symback.network import Network
from symback.network import load as load_network
from symback.solution import Solution
from symback.updates import has_memory, trained_names

if TYPE_CHECKING:
    from symback.claims.report import Verdicts
    from symback.feedback.report import Report as Diagnosed
    from symback.feedback.telling import Given
    from symback.frameworks.network_text import NetworkText
    from symback.frameworks.torch_model import from_torch
    from symback.grading.grades import Grades
    from symback.learning.result import Trained
    from symback.papers.papers import Papers

__all__ = ["NOTATIONS", "diagnose", "from_torch", "grade", "load", "sheet", "solve", "train", "verify"]

FIRST_ROUNDS = 3
"""So many updates are shown where the rule remembers something, or the rate or the batch changes."""
NOTATIONS = ("net-out", "z-a", "matrix")


def __getattr__(name: str) -> Any:
    """`from_torch`, loaded when it is first used."""
    if name == "from_torch":
        from symback.frameworks.torch_model import from_torch

        return from_torch
    raise AttributeError(f"module 'symback.api' has no attribute '{name}'")


def load(source: str | Path | Network | NetworkText) -> Network:
    """The network of a built-in name, a path, `-` for standard input, or of what `from_torch` gave.

    A network is returned as it is.

    Raises NetworkFileError or RequestError, with the file, the key and what may stand there.
    """
    if isinstance(source, Network):
        return source
    return load_network(source) if isinstance(source, str | Path) else source.network


def verify(
    *claims: str,
    file: str | Path | None = None,
    network: str | Path | Network | NetworkText | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Verdicts:
    """Judges claims (`"dE_total/dw5 = delta_o1*out_h1"`, LaTeX or plain text), or a whole document.

    Names are those of the network; without one they are free real variables. Raises SymbackError for a file
    or network that cannot be read; a claim that cannot be read gets a verdict that says so.
    """
    from symback.claims.verify import verify as verify_claims

    known = load(network) if network is not None else None
    return verify_claims(claims, file=file, network=known, progress=progress)


def diagnose(
    network: str | Path | Network | NetworkText,
    numbers: Mapping[str, Given] | Iterable[str] | str = (),
    *,
    table: str | Path | None = None,
) -> Diagnosed:
    """Which mistake gives these numbers.

    `numbers` are numbers by name (a text keeps its digits: `{"dE_o2/dout_h1": "-0.0171"}`), or claims such
    as `"dE_o2/dout_h1 = -0.0171"`; `table` is a file of them in JSON, TOML, CSV or lines. Raises SymbackError
    for what cannot be read, for names that the network does not have, and for two numbers of one name.
    """
    from symback.answer_tables import distinct, read_table_file
    from symback.feedback.telling import entries_of, report_on

    known = load(network)
    source = str(network) if isinstance(network, str | Path) else known.name
    entries = entries_of(numbers)
    if table is not None:
        entries += read_table_file(str(table))
    return report_on(known, distinct(entries), source)


def sheet(
    network: str | Path | Network | NetworkText,
    *,
    variants: int | None = None,
    seed: int = 1,
    ids: Iterable[str] | str | Path | None = None,
    kinds: Iterable[str] | None = None,
    rounding: str = "proven",
    digits: int | None = None,
    demands: Iterable[str] = (),
    language: str = "en",
) -> Papers:
    """Exercise sheets with proven keys: one paper for each of `variants` numbers, or for each of `ids`.

    `ids` are texts, or the path of a list (one id a line, or a CSV file). A paper depends on network, kinds,
    rounding, demands, seed and its id alone. `kinds` and `demands` (`"decimals=1"`, `"exact"`) are those that
    `symback sheet --help` lists. Raises SymbackError for what a user can cause.
    """
    from symback.exercises.demanding import parse_demands
    from symback.exercises.ids import read_ids
    from symback.exercises.sheet import STANDARD_KINDS, chosen_ids, make_sheet
    from symback.papers.papers import Papers
    from symback.papers.writing import check_language
    from symback.platforms.table import PLATFORMS, platform_files

    found = read_ids(str(ids)) if isinstance(ids, str | Path) else ids
    made = make_sheet(
        load(network),
        seed=seed,
        ids=chosen_ids(variants, found),
        kinds=STANDARD_KINDS if kinds is None else kinds,
        rounding=_rounding(digits, rounding),
        demands=parse_demands((demands,) if isinstance(demands, str) else demands),
    )
    return Papers(made, check_language(language), PLATFORMS.names(), platform_files)


def grade(
    sheet: str | Path | Papers,
    answers: str | Path | Mapping[str, Mapping[str, Any]],
    *,
    points: str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Grades:
    """Marks what was handed in, box by box, with credit for consistent work after an early slip.

    `sheet` is a sheet.json, or what `symback.sheet` gave; `answers` a file in CSV or JSON, a notebook or a
    folder of them, an export of Moodle or Canvas, or answers by id and box; `points` a file (TOML or JSON)
    with the share of the points that each status gives. Raises SymbackError for what does not fit together.
    """
    from symback.grading.answer_file import answers_of, read_answers
    from symback.grading.grading import grade_all
    from symback.grading.points import read_points
    from symback.grading.sheet_papers import papers_of, read_papers

    papers = (
        read_papers(str(sheet)) if isinstance(sheet, str | Path) else papers_of(sheet.sheet, sheet.language)
    )
    handed = (
        read_answers(str(answers), papers) if isinstance(answers, str | Path) else answers_of(answers, papers)
    )
    scheme = read_points(str(points), papers.box_numbers) if points is not None else None
    return grade_all(papers, handed, scheme, progress)


def train(
    network: str | Path | Network | NetworkText,
    rounds: int,
    *,
    until_error: str | float | None = None,
    until_change: str | float | None = None,
    until_gradient: str | float | None = None,
    at: Iterable[int] = (),
    digits: int = 9,
    progress: Callable[[int, int], None] | None = None,
) -> Trained:
    """Trains a network for so many rounds: a table of proven numbers at rounds 0, 1, 2, 5, 10, .., and plots.

    `until_error` ends it as soon as E_total is at most that, `until_change` as soon as E_total falls by less
    in a round, `until_gradient` as soon as the gradient is at most that long (0 at a minimum). The table has
    rows also after the rounds `at`. `.history` has every round in doubles. Raises SymbackError for what
    cannot be trained, and where the training diverges.
    """
    from symback.learning.stopping import limits
    from symback.learning.training import train_network

    wanted = limits(until_error, until_change, until_gradient)
    return train_network(load(network), rounds, wanted, Rounding(digits), progress, at)


def solve(
    network: str | Path | Network | NetworkText,
    *,
    digits: int | None = None,
    rounding: str = "proven",
    rounds: Iterable[int] = (),
    notation: str | None = None,
    only: Iterable[str] = (),
    mistakes: bool = False,
    template: str | Path | None = None,
    progress: Callable[[int], None] | None = None,
    stage: Callable[[int, int], None] | None = None,
) -> Solution:
    """Derives, evaluates and checks a network: the whole worked solution as an object.

    `digits` are decimals (9 if not given); `rounding` is `proven` or `carry:N`; `rounds` adds the numbers
    after that many updates; `notation` is one of NOTATIONS, else what the file says; `only` restricts the
    backward steps of documents to what these names need; it takes any derivative by its name
    (`d2E_total/dw1dw5`), and `hessian` or `jacobian` for all their entries. `mistakes` adds a box of common
    mistakes after each step, with the number that each would give. `template` is a file whose blocks, macros
    and tables take the place of those of the package's templates (see docs/templates.md). `progress` is told
    of updates, `stage` how many of how many parts of the work are done. Raises SymbackError for what a user
    can cause.
    """
    network = load(network)
    style = notation or dict(network.notation).get("style", "net-out")
    if style not in NOTATIONS:
        raise RequestError(f"Unknown notation '{style}'. Known: {', '.join(NOTATIONS)}.")
    _check_matrix(network, style)
    if mistakes and style == "matrix":
        raise RequestError("--mistakes belongs to the scalar document: leave out --notation matrix.")
    own = None
    if template is not None:
        from symback.own_template import read_template

        own = read_template(template)
    rule = _rounding(digits, rounding)
    wanted = tuple(rounds)
    _check_rounds(network, wanted)
    done = partial(_tell, stage, 3 + (style == "matrix"))
    done(0)
    graph = derive(network)
    chosen, derived = tuple(only), graph
    if chosen:
        from symback.derivative_matrices import written_out
        from symback.derivatives import with_derivatives

        chosen = tuple(written_out(network, graph, chosen))
        derived = with_derivatives(graph, chosen)
    graph = with_rounds(derived, network, (*wanted, *_first_rounds(network)))
    for name in chosen:
        after = re.fullmatch(r"(.+)@(\d+)", name)
        if name not in graph and after and after[1] in graph:
            raise RequestError(f"'{name}' is known only with --rounds {after[2]}.")
    chosen = tuple(graph[name].name for name in chosen)
    numbers = given_numbers(network)
    if rule.carry is not None and any(number.expression is None for number in numbers.values()):
        raise RequestError("--rounding carry needs numbers, but this network has symbolic ones.")
    done(1)
    evaluation = evaluate(graph, numbers, rule, progress)
    exact = evaluation if rule.carry is None else evaluate(derived, numbers, Rounding())
    done(2)
    report = check(network, graph, evaluation, exact)
    if chosen:
        from symback.derivative_checks import check_derivatives

        report = Report((*report.checks, *check_derivatives(network, graph, exact)))
    done(3)
    if style == "matrix":
        from symback.matrix_checks import check_matrices

        report = Report((*report.checks, check_matrices(network, graph)))
        done(4)
    solution = Solution(network, graph, evaluation, report, style, wanted, chosen, mistakes, own)
    solution.notation  # noqa: B018 - symbols of the user's own are refused here, not in the middle of a document
    return solution


def _tell(stage: Callable[[int, int], None] | None, parts: int, done: int) -> None:
    if stage is not None:
        stage(done, parts)


def _first_rounds(network: Network) -> Iterable[int]:
    """Several updates are shown where one is not like the others."""
    if network.update is None or not has_memory(network.update) or not trained_names(network):
        return ()
    is_symbolic = any(number.expression is None for number in given_numbers(network).values())
    return () if is_symbolic else range(1, FIRST_ROUNDS + 1)


def _rounding(digits: int | None, rounding: str) -> Rounding:
    kind, _, decimals = rounding.partition(":")
    if rounding == "proven":
        return Rounding(9 if digits is None else digits)
    if kind != "carry" or not (decimals.isascii() and decimals.isdigit()):
        raise RequestError(
            f"Unknown rounding '{rounding}'. Known: proven, carry:N with N decimals, as carry:4."
        )
    if digits is not None:
        raise RequestError(
            "--digits and --rounding carry exclude each other: carry prints with its own decimals."
        )
    return Rounding(carry=int(decimals))


def _check_matrix(network: Network, style: str) -> None:
    """That a network has a matrix notation, if it is asked for."""
    if style != "matrix":
        return
    from symback.matrix import without_matrices

    layer = without_matrices(network)
    if layer is not None:
        steps = len(layer.source.steps)
        kind = f"{layer.kind}, over {steps} time steps" if steps and layer.kind == "dense" else layer.kind
        raise RequestError(
            f"Layer {layer.place} (type {kind}) has no matrix notation: that is for dense layers of single "
            f"numbers alone. Known for all: {', '.join(name for name in NOTATIONS if name != 'matrix')}."
        )


def _check_rounds(network: Network, rounds: tuple[int, ...]) -> None:
    if rounds and network.update is None:
        raise RequestError("--rounds needs an [update] table in the network file: how else would it learn?")
    if any(count < 0 for count in rounds):
        raise RequestError("--rounds counts updates: 0 or more.")
    symbolic = [name for name, number in given_numbers(network).items() if number.expression is None]
    if rounds and symbolic:
        raise RequestError(f"--rounds needs numbers, but these are symbolic: {', '.join(symbolic[:10])}.")
