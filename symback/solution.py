"""What `solve` gives back: frozen objects that know their numbers, formulas, checks and documents."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symback.checks import Report
from symback.collecting import collecting_later
from symback.derivative_matrices import whole_matrices
from symback.dialects import TEXT
from symback.errors import RequestError, UnknownName
from symback.evaluation import Evaluation, Value
from symback.expression import Expression, Name, Number, names
from symback.fillers import plain, told
from symback.forward import given_numbers
from symback.graph import Graph, Quantity, Role
from symback.naming import parts_of
from symback.network import Network
from symback.network_checks import Given
from symback.notation import Notation, notation
from symback.worked.story import Story

if TYPE_CHECKING:
    from symback.dialects import Dialect
    from symback.document import Document
    from symback.matrix import NamedMatrix
    from symback.own_template import OwnTemplate
    from symback.paging import Page
    from symback.steps import Step

FLAVORS = ("github", "dollar", "quarto", "myst", "pandoc")
"""Kinds of Markdown: each is a format called `markdown_` and its name."""


@dataclass(frozen=True)
class SolvedQuantity:
    """One quantity of a solution."""

    quantity: Quantity
    number: Value | None
    solution: Solution

    @property
    def name(self) -> str:
        """The canonical name."""
        return self.quantity.name

    @property
    def value(self) -> str | None:
        """The number with exactly the decimals of the solution, each proven; None if it is symbolic."""
        return self.number.text if self.number is not None else None

    @property
    def formula(self) -> str | None:
        """What the value is computed from, in the notation that `verify` reads; None for given numbers."""
        return plain(self.quantity.formula) if self.quantity.formula is not None else None

    @property
    def factors(self) -> tuple[str, ...]:
        """The names in the formula: of a gradient, its chain-rule factors."""
        return self.quantity.parents

    @property
    def forms(self) -> dict[str, str]:
        """Other ways to write the formula, each proven equal to it, by kind."""
        return {kind: plain(form) for kind, form in self.quantity.forms}

    @property
    def steps(self) -> tuple[Step, ...]:
        """Of a local derivative: the stages of differentiation by hand, unsimplified; else empty."""
        from symback.steps import steps

        if self.quantity.source is None:
            return ()
        direct = parts_of(self.quantity.name).direct
        return steps(self.quantity.source, self.quantity.variable, direct=direct)

    @property
    def latex(self) -> str:
        """`name = formula` in LaTeX, or the symbol alone of what is given."""
        return self.solution.latex(self.quantity)

    def __str__(self) -> str:
        """`name = formula = value` in plain text, as far as there are a formula and a value."""
        notation = self.solution.notation
        parts = [notation.written_in(TEXT).symbol(self.name).text]
        if self.quantity.formula is not None:
            parts.append(told(self.quantity.formula, notation))
        if self.number is not None:
            parts.append(TEXT.number(self.number.shown) + ("" if self.number.proven else TEXT.unproven[1]))
        return " = ".join(parts)

    def _repr_markdown_(self) -> str:
        """`name = formula = numbers = value`, under each other."""
        from symback.dialects import KATEX

        return f"$$\n{self.solution.equation(self.quantity, KATEX)}\n$$"

    def _repr_html_(self) -> str:
        """The same in MathML, in an element that brings no styles to the page but its own."""
        from symback.mathml_dialect import MATHML_ALONE

        formula = self.solution.equation(self.quantity, MATHML_ALONE)
        return f'<div style="overflow-x:auto"><math display="block">{formula}</math></div>'

    def sympy(self, *, expanded: bool = False) -> Any:
        """The SymPy expression over the quantities that the formula names.

        `expanded` gives it over weights, biases, inputs and targets alone: the chain rule multiplied out,
        nothing simplified. Symbols carry the canonical names and no assumptions.
        """
        from symback import calculus
        from symback.checks import flat

        formula: Expression | None = self.quantity.formula
        if expanded:
            formula = flat(self.solution.graph, self.name)
        return calculus.to_sympy(formula if formula is not None else Name(self.name))


@dataclass(frozen=True)
class Solution:
    """A network solved: the derivation, its numbers, its checks, and the documents made from them."""

    network: Network
    graph: Graph
    evaluation: Evaluation
    report: Report
    style: str = "net-out"
    rounds: tuple[int, ...] = ()
    only: tuple[str, ...] = ()
    mistakes: bool = False
    """Whether documents have a box of common mistakes after each step."""
    template: OwnTemplate | None = None
    """What documents say and look like otherwise than by the templates of the package."""

    def __getitem__(self, name: str) -> SolvedQuantity:
        """The quantity with this name or synonym; raises UnknownName with the nearest one."""
        quantity = self.graph[name]
        return SolvedQuantity(quantity, self.evaluation.values[quantity.name], self)

    def __iter__(self) -> Iterator[SolvedQuantity]:
        return (self[quantity.name] for quantity in self.graph)

    def __len__(self) -> int:
        return len(self.graph)

    @cached_property
    def notation(self) -> Notation:
        """Symbols for names: the style asked for, with the file's own symbols."""
        style = "z-a" if self.style == "matrix" else self.style
        return notation(style, {key: symbol for key, symbol in self.network.notation if key != "style"})

    @cached_property
    def constants(self) -> dict[str, Expression]:
        """Numbers that print as formulas: given ones such as log(3), and local derivatives such as 1."""
        numbers = self._given
        formulas = {q.name: q.formula for q in self.graph if isinstance(q.formula, Number)}
        typed = {name: n.expression for name, n in numbers.items() if n.expression is not None and not n.text}
        counts = {q.name: self.evaluation.values[q.name] for q in self.graph.with_role(Role.COUNT)}
        formulas.update((name, Number(n.exact)) for name, n in counts.items() if n is not None and n.exact)
        return {**typed, **formulas}

    @cached_property
    def _given(self) -> dict[str, Given]:
        return given_numbers(self.network)

    @cached_property
    def copies(self) -> dict[str, str]:
        """Quantities that only repeat a given number, by its name; none where each quantity is rounded."""
        if self.evaluation.rounding.carry is not None:
            return {}
        given = {name for name, number in self._given.items() if number.expression is not None}
        if not given:
            return {}
        pairs = {q.name: q.formula.name for q in self.graph if isinstance(q.formula, Name)}
        return {name: source for name, source in pairs.items() if source in given}

    @cached_property
    def story(self) -> Story:
        """The document's source."""
        return Story(self.network, self.graph, self.evaluation, self.report, self.rounds, self.only)

    def to_markdown(self, flavor: str = "github", stem: str = "") -> str:
        """The worked solution in Markdown for a reader of FLAVORS.

        `github` has math fences, `dollar` dollars; `quarto` and `myst` have labels and cross references,
        `pandoc` only what pandoc converts to any format, without colours.

        With a `stem` the figures are in it as links to files; `figures` makes these. Else it comes without.
        """
        if flavor not in FLAVORS:
            raise UnknownName("flavor", flavor, FLAVORS)
        return self._rendered(f"markdown_{flavor}", stem=stem)

    def figures(self, stem: str) -> dict[str, str]:
        """The figures of the worked solution as SVG, by file name: `STEM-figure-1.svg`, ..."""
        from symback.render import render_figures

        return render_figures(
            self.document,
            self.notation,
            self.evaluation,
            self.constants,
            self.copies,
            self.template,
            stem,
        )

    def to_latex(self) -> str:
        """The worked solution as a LaTeX article."""
        return self._rendered("latex")

    def to_html(self) -> str:
        """The worked solution as one page for browsers, complete without a script.

        With one its numbers follow what a reader changes; see `symback.live`.
        """
        return self._rendered("html")

    def to_notebook(self) -> str:
        """The worked solution as a Jupyter notebook whose code computes each step and compares the digits."""
        from symback.notebooks.notebook import notebook
        from symback.notebooks.source import Source

        in_matrices = self.style == "matrix"
        source = Source(
            self.network, self.graph, self.evaluation, self._given, self.copies, in_matrices=in_matrices
        )
        stem = "network"
        text = self._rendered("notebook", stem=stem)
        return notebook(self.document, text, source, self.figures(stem))

    def to_beamer(self) -> str:
        """Slides of the worked solution as LaTeX for beamer, one step a slide."""
        from symback.slides.deck import beamer

        return beamer(self.network.title, self._rendered, self.template)

    def to_slides(self) -> str:
        """The same slides as one page for browsers, with keys to turn them, which needs no network."""
        from symback.slides.deck import page

        return page(self.network.title, self._rendered, self.template)

    def to_json(self) -> str:
        """All quantities and matrices, as in the format symback-solution/1; with `only`, what these need."""
        kept = self.graph.ancestors(self.only) if self.only else self.graph
        content = {
            "format": "symback-solution/1",
            "title": self.network.title,
            "digits": self.evaluation.rounding.decimals,
            "rounding": self.evaluation.rounding.name,
            "quantities": [_as_json(self[quantity.name], kept) for quantity in kept],
            "matrices": [matrix.as_json() for matrix in self._matrices(kept)],
        }
        return json.dumps(content, ensure_ascii=False, indent=1) + "\n"

    def to_coq(self) -> str:
        """A certificate: each gradient formula and printed number as a lemma that Coq checks."""
        from symback.certificate.certificate import certificate
        from symback.render import render_certificate

        numbers = given_numbers(self.network)
        return render_certificate(
            certificate(self.network.title, self.graph, self.evaluation, numbers), "coq"
        )

    def _matrices(self, kept: Graph) -> list[NamedMatrix]:
        """Those of which all entries are kept."""
        from symback.matrix import NamedMatrix, matrices

        found = matrices(self.network, self.graph)
        whole = whole_matrices(self.network, self.graph)
        found += [NamedMatrix(name, tuple(map(tuple, rows))) for name, rows in whole.items()]
        return [one for one in found if all(name in kept for row in one.entries for name in row)]

    def to_pdf(self, engine: str | None = None) -> bytes:
        """The worked solution as PDF, by `typst` or `latex`, or by the first of these that is installed.

        Raises RequestError where it is missing, with how to get it.
        """
        from symback.pdf import engine_for

        chosen = engine_for(engine)
        return chosen.program.compile_pdf(self._rendered(chosen.name))

    def save(self, path: str | Path, flavor: str = "github", engine: str | None = None) -> Path:
        """Writes what the suffix asks for (.md, .qmd, .tex, .html, .ipynb, .json, .pdf), whole or not.

        The figures of Markdown stand beside it, in files of their own.
        """
        from symback.files import write

        path = Path(path)
        makers: dict[str, Callable[[], str | bytes]] = {
            ".md": lambda: self.to_markdown(flavor, path.stem),
            ".qmd": lambda: self.to_markdown("quarto", path.stem),
            ".tex": self.to_latex,
            ".html": self.to_html,
            ".json": self.to_json,
            ".ipynb": self.to_notebook,
            ".pdf": lambda: self.to_pdf(engine),
        }
        if path.suffix not in makers:
            raise RequestError(f"No format has the suffix '{path.suffix}'. Known: {', '.join(makers)}.")
        content = makers[path.suffix]()
        for name, figure in (self.figures(path.stem) if path.suffix in (".md", ".qmd") else {}).items():
            write(path.with_name(name), figure)
        return write(path, content)

    def save_slides(self, path: str | Path) -> tuple[Path, Path]:
        """Writes the slides as `path` with .tex and with .html in place of its suffix."""
        from symback.files import write

        path = Path(path)
        made = {".tex": self.to_beamer(), ".html": self.to_slides()}
        first, second = (write(path.with_suffix(suffix), text) for suffix, text in made.items())
        return first, second

    def equation(self, quantity: Quantity, dialect: Dialect) -> str:
        """`name = formula = numbers = value` of one quantity, as far as there are numbers, in a dialect."""
        from symback.document import Equation, value_of
        from symback.fillers import Numbers, Symbols
        from symback.view import Viewer

        symbols = Symbols(self.notation, dialect)
        numbers = Numbers(
            self.notation,
            dialect,
            evaluation=self.evaluation,
            constants=self.constants,
            copies=self.copies,
        )
        equation = Equation(Name(quantity.name), ())
        if quantity.formula is not None:
            equation = self.story.equation(quantity.name)
        elif self.story.knows(quantity.name):
            equation = Equation(Name(quantity.name), (value_of(quantity.name),))
        if not equation.rows:
            return symbols.variable(quantity.name)
        return str(Viewer(dialect, symbols, numbers).equation(equation).latex)

    def latex(self, quantity: Quantity) -> str:
        """`name = formula` of one quantity."""
        from symback.dialects import LATEX
        from symback.fillers import Symbols
        from symback.typeset import typeset

        symbols = Symbols(self.notation, LATEX)
        left = typeset(Name(quantity.name), LATEX, symbols)
        return left if quantity.formula is None else f"{left} = {typeset(quantity.formula, LATEX, symbols)}"

    def _repr_markdown_(self) -> str:
        return self.to_markdown("dollar")

    def _repr_html_(self) -> str:
        from symback.web import framed

        return framed(self.to_html())

    @cached_property
    def document(self) -> Document:
        """The worked solution as data, without boxes of mistakes."""
        if self.style == "matrix":
            from symback.worked.matrix_example import matrix_example

            return matrix_example(self.story)
        from symback.worked.example import worked_example
        from symback.worked.length import check_length

        check_length(self.network, self.style, self.only)
        return worked_example(self.story)

    @collecting_later()
    def _rendered(self, format_name: str, page: Page | None = None, stem: str = "") -> str:
        document = self.document
        if format_name == "html" and self.style != "matrix" and not self.only:
            from symback.worked.each_parameter import with_each_parameter

            document = with_each_parameter(document, self.story)
        if self.mistakes:
            return self._with_mistakes(document, format_name, page, stem)
        return self._printed(
            document, format_name, page, stem, self.evaluation, self.constants, self.copies, {}
        )

    def _printed(
        self,
        document: Document,
        format_name: str,
        page: Page | None,
        stem: str,
        evaluation: Evaluation,
        constants: Mapping[str, Expression],
        copies: Mapping[str, str],
        wrong: Mapping[str, Expression],
    ) -> str:
        """A document in a format; `wrong` are more formulas, by the names of their numbers."""
        if format_name != "html":
            from symback.render import render

            return render(
                document, format_name, self.notation, evaluation, constants, copies, self.template, page, stem
            )
        from symback.live.page import live_page

        return live_page(
            document,
            self.network,
            self.graph,
            evaluation,
            self.notation,
            constants,
            copies,
            wrong,
            self.template,
        )

    def _with_mistakes(self, document: Document, format_name: str, page: Page | None, stem: str) -> str:
        """The document with its boxes."""
        from symback.mistakes.workings import workings_of
        from symback.worked.common_mistakes import boxes_of

        workings = workings_of(self.network, self.graph, is_symbolic=True)
        numbers, rounding = given_numbers(self.network), self.evaluation.rounding
        boxes = boxes_of(document, workings, numbers, rounding, self.evaluation)
        constants = {name: one for name, one in boxes.formulas.items() if isinstance(one, Number)}
        given = {name: one.name for name, one in boxes.formulas.items() if isinstance(one, Name)}
        copies = {name: self.copies.get(one, one) for name, one in given.items()}
        if rounding.carry is not None:
            copies = {}
        return self._printed(
            boxes.into(document),
            format_name,
            page,
            stem,
            boxes.evaluation,
            {**self.constants, **constants},
            {**self.copies, **copies},
            boxes.formulas,
        )


def _as_json(solved: SolvedQuantity, kept: Graph) -> dict[str, object]:
    quantity, number = solved.quantity, solved.number
    readable = {kind for kind, form in quantity.forms if all(name in kept for name in names(form))}
    return {
        "name": quantity.name,
        "names": list(quantity.names),
        "role": quantity.role.value,
        "rule": quantity.rule.value,
        "formula": solved.formula,
        "forms": {kind: text for kind, text in solved.forms.items() if kind in readable},
        "latex": solved.latex,
        "value": solved.value,
        "proven": number.proven if number is not None else None,
        "exact": str(number.exact) if number is not None and number.exact is not None else None,
        "depends_on": list(quantity.parents),
    }
