"""The command line: thin, on argparse, importing what a command needs when it needs it."""

from __future__ import annotations

import argparse
import functools
import gc
import io
import os
import re
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from symback.errors import RequestError, SymbackError, shorten, suggestion
from symback.version import VERSION

FORMATS = ("markdown", "latex", "html", "notebook", "slides", "json", "pdf")
GRADE_FORMATS = ("csv", "markdown", "html", "json")
ENGINES = ("typst", "latex")
SHEET_FORMATS: tuple[str, ...] = ("markdown", "latex", "html", "pdf", "json")
SHEET_FORMATS += ("moodle", "qti", "canvas", "stack", "notebook")

_EXAMPLES = """\
examples:
  symback solve mazur                            the worked solution of a built-in network
  symback networks                               which built-in networks there are
  symback networks new my-network.toml           a file to start from
  symback verify "d/dx tanh(x) = 1 - tanh(x)^2"
  symback diagnose mazur "w5+ = 0.44108352"      which mistake gives this number?
  symback train mazur --rounds 10000             the error and the outputs over 10,000 rounds

exit status: 0 all right, 1 the answer is no, 2 the request or a file is wrong
"""
_SOLVE_EXAMPLES = """\
examples:
  symback solve mazur                            the worked solution on standard output
  symback solve mazur --rounds 10000 -o mazur.tex --format latex
  symback solve net.toml --format markdown,latex,json -o results
  symback solve mazur --format notebook -o mazur.ipynb   each step again with NumPy, digits compared
  symback solve mazur --format slides            mazur.tex for beamer and mazur.html for a browser
  symback solve xor --notation matrix
  symback solve mazur --rounding carry:4         as a student with a calculator
  symback solve mazur --mistakes                 with the numbers that common mistakes would give
  symback solve mazur --certificate coq -o mazur.md   also mazur.v, which coqc checks
  symback solve mazur --format json --digits 12 --only dE_total/dw5
"""
_VERIFY_EXAMPLES = """\
examples:
  symback verify "d/dx tanh(x) = 1 - tanh(x)^2"
  symback verify --network mazur "dE_total/dw5 = delta_o1*out_h1 = 0.082167041"
  symback verify --file tutorial.md --network mazur
  symback verify --file chapter.tex --network net.toml --format json --strict

A claim may be LaTeX or plain text; a document Markdown, LaTeX or a notebook. Without a network, names are
free real variables. Status 1: a claim is not right; with --file, only if something is wrong.
"""
_SHEET_EXAMPLES = """\
examples:
  symback sheet mazur --variants 30 --seed 7 --format pdf -o sheets
  symback sheet mazur --ids students.csv --kinds forward,loss,delta,gradient,update,find-the-slip
  symback sheet xor --variants 12 --rounding carry:4 --format latex,markdown
  symback sheet net.toml --demand integers --demand gradient=1
  symback sheet net.toml --kinds multiple-choice,true-false,sign-only,paths,order,shapes --lang de
  symback sheet mazur --variants 10000 --format moodle,qti -o sheets.zip
  symback sheet mazur --variants 10000 --executor dask:tcp://127.0.0.1:8786 -o sheets

kinds: forward, loss, local-derivative, delta, gradient, gradient-matrix, biases, update,
loss-after-update, second-round, table, derive, order, paths, shapes, sign-only, read-diagram,
multiple-choice, true-false, find-the-slip, write-code

demands on the given numbers, which otherwise are like those of the network file:
  decimals=1       so many decimals: 0, 1 or 2
  integers         whole numbers, for networks of linear units and rectifiers
  exact            inputs such as log(3), whole weights after them: logistic outputs are fractions
  gradient=0.001   each derivative that is asked for is at least so large (usually 0.0001)
  saturated        outputs of logistic and tanh may be near their ends (usually within 0.05 they may not)
  alike            two boxes may have the same key

A paper depends on the network, the kinds, the rounding, the demands, the seed and its id alone: who adds a
student to the list changes nobody else's paper. Many papers are made on all cores; the same command, given
again, continues a run that was interrupted.
"""
_GRADE_EXAMPLES = """\
examples:
  symback grade sheets/sheet.json answers.csv                     a row for each box on standard output
  symback grade sheets/sheet.json answers.csv --format csv,markdown -o results
  symback grade sheets/sheet.json moodle-responses.csv --points points.toml --format json
  symback grade sheets/sheet.json notebooks/ --strict             a folder of notebooks

answers: CSV with id,box,answer, or id and a column for each box; JSON {id: {box: answer}}; a notebook or a
folder of notebooks; the responses that Moodle or the student analysis that Canvas exports.
points: a TOML file such as mistake = "1/2"; for one box [boxes.2b] with mistake = 0 and points = 3.
statuses: right, convention, rounded-early, follow-through, mistake, wrong, blank, unreadable.
"""
_DIAGNOSE_EXAMPLES = """\
examples:
  symback diagnose mazur "dE_o2/dout_h1 = -0.017144205"
  symback diagnose mazur "E_total+ = 0.291027924" "out_o1@10000 = 0.015912196"
  symback diagnose net.toml --table answers.csv      also JSON, TOML, or NAME = NUMBER line by line
  symback diagnose net.toml --table - < answers.txt
  symback diagnose mazur --format json "w5+ = 0.441083520"
  symback diagnose mazur 0.19152                     what may this number be?

A number may be written as 0.0821, 0,0821, 8.21e-2, 8.21×10^-2 or 3/8. The more digits are given,
the surer the answer. Status 0: all numbers are right, 1: some are not, 2: something cannot be read.
"""
_TRAIN_EXAMPLES = """\
examples:
  symback train mazur --rounds 10000                      a table, every digit proven
  symback train mazur --rounds 10000 --plot -o mazur.txt  also mazur-error.svg
  symback train mazur --rounds 1 --plot-weight w5         the error by w5, with tangent and step
  symback train xor --rounds 10000 --until-error 0.01     when is the error small enough?
  symback train xor --rounds 10000 --until-change 1e-6    when does it hardly fall any more?
  symback train mazur --rounds 10000 --format csv -o mazur.csv

The table and JSON are proven digit by digit; CSV has every round, in doubles (about 14 digits hold).
"""
_NETWORKS_EXAMPLES = """\
examples:
  symback networks                               the built-in networks, one a line
  symback networks show mazur                    the file, and the numbers drawn if some are random
  symback networks new my-network.toml           a file to start from
  symback networks new my.toml --from net.onnx   the layers and weights of a small ONNX model
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; gives the exit status: 0 done, 1 the answer is no, 2 the request or a file is wrong."""
    # SymPy loads faster with Python's own integers, and symback does its arithmetic in flint itself.
    os.environ.setdefault("SYMPY_GROUND_TYPES", "python")
    try:
        _prepare_output()
        try:
            options = _parser().parse_args(arguments)
            return _command(options.command)(options)
        finally:
            sys.stdout.flush()
    except SymbackError as error:
        print(f"symback: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("symback: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader has gone, as in `symback ... | head`.
        _silence_output()
        return 0
    except OSError as error:
        print(f"symback: {error.filename or 'standard output'}: {error.strerror or error}.", file=sys.stderr)
        _silence_output()
        return 2


@functools.cache
def _command(name: str) -> Callable[[argparse.Namespace], int]:
    """The command, loaded with what it needs."""
    # Loading makes a million objects that stay; to search them for garbage, now and at exit, takes longer.
    gc.disable()
    try:
        if name == "solve":
            from symback.commands.solve import solve

            return solve
        if name == "verify":
            from symback.commands.verify import verify

            return verify
        if name == "sheet":
            from symback.commands.sheet import sheet

            return sheet
        if name == "grade":
            from symback.commands.grade import grade

            return grade
        if name == "diagnose":
            from symback.commands.diagnose import diagnose

            return diagnose
        if name == "train":
            from symback.commands.train import train

            return train
        from symback.commands.networks import networks

        return networks
    finally:
        gc.freeze()
        gc.enable()


def _prepare_output() -> None:
    """Documents are UTF-8 whatever the locale says; names of files are printed as the system has them."""
    if sys.stdout is None:
        raise RequestError("Standard output is closed.")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")


def _silence_output() -> None:
    """What is left to be written must not raise at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Parser(argparse.ArgumentParser):
    """argparse with a hint at the nearest option or command, given by the command that was asked."""

    further = ""
    """The list that takes arguments after options too, where argparse takes those before them alone."""

    def parse_known_args(self, args=None, namespace=None):  # type: ignore[no-untyped-def]
        """As argparse does, but a command reports unknown options itself, as its parent has others."""
        namespace, unknown = super().parse_known_args(args, namespace)
        if self.further:
            more = [text for text in unknown if not text.startswith("-") or self._is_number(text)]
            setattr(namespace, self.further, [*getattr(namespace, self.further), *more])
            unknown = [text for text in unknown if text not in more]
        if unknown:
            known = tuple(option for option in self._option_string_actions if option.startswith("--"))
            option = unknown[0].split("=")[0]
            is_option = option.startswith("-")
            hint = f"unknown option {option}.{suggestion(option, known)}" if is_option else ""
            self.error(hint or f"one argument too many: {shorten(unknown[0])}")
        return namespace, unknown

    def _is_number(self, text: str) -> bool:
        return bool(self._negative_number_matcher.match(text))

    def _check_value(self, action: argparse.Action, value: object) -> None:
        known = tuple(map(str, action.choices or ()))
        if known and value not in known:
            kind = str(action.metavar or action.dest).lower()
            message = f"unknown {kind} {shorten(value)}.{suggestion(str(value), known)}"
            raise argparse.ArgumentError(None, message)

    def error(self, message: str) -> NoReturn:
        """Prints the message and ends with status 2."""
        self.exit(2, f"{self.prog}: {message}\nTry '{self.prog} --help'.\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="symback",
        description="Worked solutions of small neural networks: every formula derived, every digit proven.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"symback {VERSION}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    _add_solve(commands)
    _add_verify(commands)
    _add_diagnose(commands)
    _add_sheet(commands)
    _add_grade(commands)
    _add_train(commands)
    _add_networks(commands)
    return parser


def _parser_of(
    commands: argparse._SubParsersAction[_Parser], name: str, *, help: str, description: str, epilog: str
) -> _Parser:
    """The parser of a command: examples keep their lines, and options are written out."""
    return commands.add_parser(
        name,
        help=help,
        description=description,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def _add_solve(commands: argparse._SubParsersAction[_Parser]) -> None:
    solve = _parser_of(
        commands,
        "solve",
        help="the worked solution of a network",
        description="Derives, evaluates and checks a network, and prints the worked solution.",
        epilog=_SOLVE_EXAMPLES,
    )
    _add_network_argument(solve)
    solve.add_argument(
        "--format",
        default="markdown",
        type=_formats,
        metavar="FORMATS",
        help=f"one or more of {','.join(FORMATS)} (default markdown)",
    )
    solve.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="NAME",
        help="only what NAME needs: a name, hessian, jacobian",
    )
    solve.add_argument("--notation", choices=("net-out", "z-a", "matrix"), help="how things are named")
    solve.add_argument(
        "--flavor",
        choices=("github", "dollar", "quarto", "myst", "pandoc"),
        default="github",
        help="of Markdown (default github)",
    )
    solve.add_argument("--digits", type=_count, metavar="D", help="decimals of printed numbers (default 9)")
    _add_rounding(solve)
    solve.add_argument(
        "--rounds",
        type=_count,
        action="append",
        default=[],
        metavar="N",
        help="also the numbers after N updates; may be given several times",
    )
    solve.add_argument(
        "--mistakes",
        action="store_true",
        help="a box of common mistakes after each step, with the number that each would give",
    )
    _add_engine(solve)
    solve.add_argument(
        "--template",
        metavar="FILE",
        help="a template of your own: its blocks, macros and tables take the place of those of symback's",
    )
    solve.add_argument(
        "--certificate",
        choices=("coq",),
        help="also write a file beside the document in which Coq checks each gradient and number",
    )
    solve.add_argument("-o", dest="output", metavar="PATH", help="a file, or a folder for several formats")


def _add_network_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("network", metavar="NETWORK", help="a built-in name, a path, or - for standard input")


def _add_rounding(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--rounding",
        default="proven",
        metavar="RULE",
        help="proven (default), or carry:N to round every quantity to N decimals before it is used again",
    )


def _add_engine(parser: _Parser) -> None:
    parser.add_argument(
        "--engine",
        choices=ENGINES,
        help="what makes a PDF: typst (pip install 'symback[pdf]'), or a TeX; the first that is there",
    )


def _add_verify(commands: argparse._SubParsersAction[_Parser]) -> None:
    verify = _parser_of(
        commands,
        "verify",
        help="prove or refute formulas; proofread a document",
        description="Judges formulas, numbers and whole documents; what is wrong comes with the right value.",
        epilog=_VERIFY_EXAMPLES,
    )
    verify.further = "claims"
    verify.add_argument("claims", nargs="*", metavar="CLAIM", help="an equation, or a chain a = b = c")
    verify.add_argument("--file", metavar="DOC", help="a document to proofread, or - for standard input")
    verify.add_argument("--network", metavar="NETWORK", help="a built-in name or a path: what names mean")
    verify.add_argument(
        "--format", choices=("text", "json", "markdown"), default="text", help="of the report (default text)"
    )
    verify.add_argument(
        "--strict",
        action="store_true",
        help="with --file: status 1 also for what could not be decided or read",
    )
    verify.add_argument(
        "--certificate",
        choices=("coq",),
        help="also write the network's derivation for Coq beside it",
    )
    verify.add_argument("-o", dest="output", metavar="PATH", help="a file for the report")


def _add_diagnose(commands: argparse._SubParsersAction[_Parser]) -> None:
    diagnose = _parser_of(
        commands,
        "diagnose",
        help="which mistake gives these numbers",
        description="Finds the fewest mistakes that explain all your numbers, and shows the right lines.",
        epilog=_DIAGNOSE_EXAMPLES,
    )
    # Whatever begins like a negative number is one, also -1,5 and -3/8.
    diagnose.further = "numbers"
    diagnose._negative_number_matcher = re.compile(r"^-[\d.,]")
    _add_network_argument(diagnose)
    diagnose.add_argument(
        "numbers", nargs="*", metavar="NUMBER", help='as "dE_total/dw5 = 0.0821"; one may come without a name'
    )
    diagnose.add_argument("--table", metavar="FILE", help="a file of numbers, or - for standard input")
    diagnose.add_argument(
        "--format", choices=("text", "json", "markdown"), default="text", help="of the report (default text)"
    )
    diagnose.add_argument("-o", dest="output", metavar="PATH", help="a file for the report")


def _add_networks(commands: argparse._SubParsersAction[_Parser]) -> None:
    networks = _parser_of(
        commands,
        "networks",
        help="the built-in networks; show one; start a new file",
        description="Lists the built-in networks, shows one, or starts a new network file.",
        epilog=_NETWORKS_EXAMPLES,
    )
    actions = networks.add_subparsers(dest="action", metavar="ACTION", parser_class=_Parser)
    show = actions.add_parser("show", help="print a network file, and the numbers drawn", allow_abbrev=False)
    show.add_argument("network", metavar="NAME", help="a built-in name or a path")
    new = actions.add_parser("new", help="write a network file to start from", allow_abbrev=False)
    new.add_argument("file", metavar="FILE", help="the file to write; it must not exist yet")
    new.add_argument(
        "--from",
        dest="model",
        metavar="MODEL",
        help="an ONNX model whose layers and weights it gets (extra onnx)",
    )


def _add_sheet(commands: argparse._SubParsersAction[_Parser]) -> None:
    sheet = _parser_of(
        commands,
        "sheet",
        help="exercise sheets for a class, with keys and worked solutions",
        description="Writes one paper for each student, with other numbers for each, the key and solutions.",
        epilog=_SHEET_EXAMPLES,
    )
    _add_network_argument(sheet)
    sheet.add_argument("--variants", type=_count, metavar="N", help="so many papers, called 1, 2, ...")
    sheet.add_argument(
        "--seed", type=_count, default=1, metavar="S", help="another seed gives other numbers (default 1)"
    )
    sheet.add_argument("--ids", metavar="FILE", help="a list of students, one id a line, or a CSV file")
    sheet.add_argument(
        "--demand",
        action="append",
        default=[],
        metavar="DEMAND",
        help="what the numbers must be like, see below; may be given several times",
    )
    sheet.add_argument(
        "--kinds",
        type=_names,
        metavar="KINDS",
        help="which exercises (default forward,delta,gradient,update)",
    )
    sheet.add_argument(
        "--format",
        default=("markdown",),
        type=_names,
        metavar="FORMATS",
        help=f"one or more of {','.join(SHEET_FORMATS)} (default markdown); sheet.json always",
    )
    _add_rounding(sheet)
    sheet.add_argument("--digits", type=_count, metavar="D", help="decimals of answers (default 9)")
    sheet.add_argument("--lang", default="en", metavar="LANGUAGE", help="en (default) or de")
    _add_engine(sheet)
    sheet.add_argument(
        "--executor",
        metavar="ADDRESS",
        help="make papers on a cluster, dask:tcp://HOST:PORT is its scheduler (extra dask)",
    )
    sheet.add_argument(
        "-o", dest="output", metavar="DIR", help="the folder (default: this one), or NAME.zip for an archive"
    )


def _add_grade(commands: argparse._SubParsersAction[_Parser]) -> None:
    grade = _parser_of(
        commands,
        "grade",
        help="mark what students handed in",
        description="Marks each box, with credit for consistent work after an early slip.",
        epilog=_GRADE_EXAMPLES,
    )
    grade.add_argument("sheet", metavar="SHEET", help="the sheet.json that `symback sheet` wrote")
    grade.add_argument(
        "answers", metavar="ANSWERS", help="a file, a folder of notebooks, or - for standard input"
    )
    grade.add_argument("--points", metavar="FILE", help="what each status is worth, in TOML or JSON")
    grade.add_argument(
        "--format",
        default=("csv",),
        type=_grade_formats,
        metavar="FORMATS",
        help=f"one or more of {','.join(GRADE_FORMATS)} (default csv)",
    )
    grade.add_argument("--strict", action="store_true", help="status 1 if a box is not right")
    grade.add_argument("-o", dest="output", metavar="DIR", help="a folder (a file for one of csv, json, ..)")


def _add_train(commands: argparse._SubParsersAction[_Parser]) -> None:
    train = _parser_of(
        commands,
        "train",
        help="rounds of training: a table, the history, plots",
        description="Trains a network, and shows its error and outputs round by round.",
        epilog=_TRAIN_EXAMPLES,
    )
    _add_network_argument(train)
    train.add_argument("--rounds", type=_count, required=True, metavar="N", help="so many rounds, at most")
    train.add_argument("--until-error", metavar="X", help="stop as soon as E_total is at most X")
    train.add_argument(
        "--until-change", metavar="X", help="stop as soon as E_total falls by less than X in a round"
    )
    train.add_argument(
        "--until-gradient",
        metavar="X",
        help="stop as soon as the gradient is at most X long (0 at a minimum)",
    )
    train.add_argument(
        "--at",
        action="append",
        default=[],
        type=_count,
        metavar="N",
        help="also a row of proven numbers after N rounds; may be given several times",
    )
    train.add_argument("--parameters", action="store_true", help="also weights and biases in the table")
    train.add_argument(
        "--plot",
        action="store_true",
        help="also the error over the rounds, and the gradients by layer, as SVG",
    )
    train.add_argument(
        "--plot-weight",
        action="append",
        default=[],
        metavar="NAME",
        help="also the error as a function of one weight or bias, as SVG; may be given several times",
    )
    train.add_argument("--digits", type=_count, metavar="D", help="decimals of printed numbers (default 9)")
    train.add_argument(
        "--format",
        choices=("text", "csv", "json"),
        default="text",
        help="a table (default), the whole history, or the table for programs",
    )
    train.add_argument("-o", dest="output", metavar="PATH", help="a file; plots go beside it")


def _grade_formats(text: str) -> tuple[str, ...]:
    return _formats(text, GRADE_FORMATS)


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _formats(text: str, known: tuple[str, ...] = FORMATS) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
    for name in chosen:
        if name not in known:
            raise argparse.ArgumentTypeError(f"unknown format '{name}'.{suggestion(name, known)}")
    return chosen


def _count(text: str) -> int:
    digits = text.replace("_", "").replace(",", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 12):
        allowed = "a whole number of up to 11 digits may stand there"
        raise argparse.ArgumentTypeError(f"{shorten(text)} is given, but {allowed}")
    return int(digits)
