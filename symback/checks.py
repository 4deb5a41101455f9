"""Real checks of one derivation and its numbers: what "How this was checked" reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from symback.collecting import collecting_later
from symback.direct import is_direct
from symback.evaluation import Evaluation
from symback.expression import (
    ONE,
    Expression,
    Name,
    Negative,
    Product,
    Sum,
    add,
    names,
    plus,
    substitute,
    times,
    transform,
    walk,
)
from symback.float_pass import float_pass
from symback.graph import ERROR_ROLES, PARAMETER_ROLES, Graph, Quantity, Role, Rule
from symback.naming import derivative, parts_of
from symback.network import Network
from symback.prover import prove

LARGEST_DIRECT = 8_000
"""Direct differentiation is tried while names in the flat E_total times parameters stay below this."""
LARGEST_FLAT = 700
"""And while it has no more names: the proof of a single gradient would be too long, as through time and then
through statistics of all samples."""
MOST_UNPROVEN = 3
"""After so many gradients that have no proof within reach the attempt is given up."""
WIDEST_DIRECT = 8
"""And while no hidden layer has more units: for a bias that they share the proof would be too long."""
FLOAT_TOLERANCE = 1e-11
"""Largest difference to the float pass, relative to the largest number in it that is above 1: where such
numbers cancel, no more can be expected of a small one."""

MOST_UNFOLDED = 20_000
"""Names that may be replaced while a form is unfolded."""
BACKWARD = frozenset({Role.LOCAL_DERIVATIVE, Role.DERIVATIVE, Role.DELTA, Role.CONTRIBUTION, Role.GRADIENT})


@dataclass(frozen=True, slots=True)
class Check:
    """One check: `kind` names its sentence, `facts` are what it counted or found."""

    kind: str
    passed: bool
    facts: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Report:
    """All checks of one document."""

    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Whether every check that could be made was passed."""
        return all(check.passed for check in self.checks)


@collecting_later()
def check(network: Network, graph: Graph, evaluation: Evaluation, exact: Evaluation) -> Report:
    """All checks. `exact` is the evaluation without rounding of intermediates; often `evaluation` itself."""
    checks = [check_local_derivatives(graph), check_forms(network, graph), check_direct(graph)]
    if exact.values.get("E_total") is not None:
        checks += [check_floats(network, graph, exact, evaluation), check_digits(evaluation)]
    return Report(tuple(checks))


def check_local_derivatives(graph: Graph) -> Check:
    """Every textbook form against what SymPy differentiates from the formula itself."""
    failed = []
    local = [
        quantity for quantity in graph.with_role(Role.LOCAL_DERIVATIVE) if not quantity.name.endswith("+")
    ]
    for quantity in local:
        if quantity.derived is None:
            continue
        assert quantity.source is not None
        assert quantity.formula is not None
        others = set(names(quantity.formula)) - set(names(quantity.source))
        meaning = {name: graph[name].formula for name in others}
        written = substitute(
            quantity.formula, {name: tree for name, tree in meaning.items() if tree is not None}
        )
        if not prove(written, quantity.derived):
            failed.append(quantity.name)
    return Check("local_derivatives", not failed, {"count": len(local), "failed": tuple(failed)})


def check_forms(network: Network, graph: Graph) -> Check:
    """Every other form of a formula (delta rule, delta form) against the formula."""
    failed = []
    count = 0
    lemmas = Lemmas()
    one_level = OneLevel(graph, lemmas)
    last_targets = probabilities(network)
    last = max((quantity.layer for quantity in graph), default=0)  # flatten layers have no quantities
    for quantity in graph:
        if quantity.formula is None or quantity.name.endswith("+"):
            continue
        unfold = Unfold(graph, len(network.samples), {quantity.layer, last, 0})
        obligations = [form for _, form in quantity.forms]
        lemma = unfold.total_form(quantity)
        if lemma is not None:
            obligations.append(lemma)
        if not obligations:
            continue
        adds_samples = any(graph[parent].role is Role.CONTRIBUTION for parent in quantity.parents)
        briefly = Unfold(graph, unfold.samples, set() if adds_samples else unfold.layers, lemmas)
        brief = one_level(quantity.formula)
        fused = dict(quantity.forms).get("fused")
        for form in obligations:
            count += 1
            if form is fused:
                proven = prove(substitute(brief, last_targets), substitute(form, last_targets))
            else:
                proven = (
                    any(_are_alike(brief, written) for written in one_level.levels(form))
                    or any(prove(brief, written) for written in one_level.levels(form))
                    or any(_agree(write, quantity.formula, form) for write in (briefly, unfold))
                )
            if proven:
                lemmas.add(quantity, form)
                if form is lemma:
                    lemmas.totals[quantity.name] = form
            else:
                failed.append(quantity.name)
    return Check("forms", not failed, {"count": count, "failed": tuple(failed)})


def probabilities(network: Network) -> dict[str, Expression]:
    """Where targets add up to exactly one, the last of them as one minus the others."""
    found: dict[str, Expression] = {}
    for *others, last in network.probabilities:
        found[last] = add([ONE, *(Negative(Name(name)) for name in others)])
    return found


def _are_alike(left: Expression, right: Expression) -> bool:
    """Whether the two are one formula but for products within products and minus signs.

    Most forms are, and what they share is one object: so it takes no longer where many paths are added.
    """
    return _flattened(left) == _flattened(right)


def _flattened(expression: Expression) -> Expression:
    match expression:
        case Sum(terms):
            return plus([_flattened(term) for term in terms])
        case Negative(operand):
            return times(Negative(_flattened(operand)))
        case Product(factors):
            return times(*(f if isinstance(f, Sum) else _flattened(f) for f in factors))
    return expression


def _agree(unfold: Unfold, formula: Expression, form: Expression) -> bool:
    """Whether the two are proven equal once they are unfolded; False where that grows too long."""
    unfold.unfolded = 0
    try:
        return prove(unfold(formula), unfold(form))
    except TooLong:
        return False


class OneLevel:
    """Each derivative in a formula replaced by its own written-out form, which is proven by itself.

    Derivatives of one sample's error are what they are proven to be: multiples of those of E_total.
    """

    def __init__(self, graph: Graph, lemmas: Lemmas) -> None:
        self.graph = graph
        self.lemmas = lemmas

    def __call__(self, expression: Expression) -> Expression:
        return transform(self._with_totals(expression), self._change)

    def _with_totals(self, expression: Expression) -> Expression:
        return substitute(expression, self.lemmas.totals) if self.lemmas.totals else expression

    def levels(self, form: Expression) -> Iterator[Expression]:
        """The form as it is, replaced once, and twice."""
        yield self._with_totals(form)
        once = self(form)
        yield once
        yield self(once)

    def _change(self, node: Expression) -> Expression | None:
        if not isinstance(node, Name):
            return None
        quantity = self.graph[node.name]
        if quantity.formula is None or quantity.role not in BACKWARD:
            return node if node.name == quantity.name else Name(quantity.name)
        return substitute(dict(quantity.forms).get("written_out", quantity.formula), self.lemmas.totals)


class Lemmas:
    """What is proven already, so that it need not be unfolded again inside of other formulas."""

    def __init__(self) -> None:
        self.brief: dict[str, Expression] = {}
        """By quantity: a sum over paths stays a name, the contribution of a sample is its delta form."""
        self.totals: dict[str, Expression] = {}
        """By quantity, a derivative of one sample's error: the multiple of a derivative of E_total."""
        self._quantities: dict[Expression, str] = {}

    def add(self, quantity: Quantity, form: Expression) -> None:
        """Note that the form is proven to be the quantity."""
        if quantity.role is Role.CONTRIBUTION and form == dict(quantity.forms).get("delta"):
            self.brief[quantity.name] = form
        elif quantity.role is Role.CONTRIBUTION:
            self._quantities[form] = quantity.name
        elif quantity.role is Role.DERIVATIVE and isinstance(form, Sum):
            self.brief[quantity.name] = Name(quantity.name)
            self._quantities[form] = quantity.name

    def brief_form(self, node: Expression) -> Expression | None:
        """For a name, or a form that is proven to be one: what it is unfolded to; None for all else."""
        name = node.name if isinstance(node, Name) else self._quantities.get(node, "")
        return self.brief.get(name)


class Unfold:
    """Derivatives replaced by their formulas, down to forward quantities.

    Deltas of layers that lie between stay names: they are the same on both sides. So do, times the number of
    samples, the derivatives of one sample's error by net inputs, each proven to be that in a step of its own.
    With lemmas, what they know is unfolded briefly, and derivatives that are sums over paths stay names.
    """

    def __init__(self, graph: Graph, samples: int, layers: set[int], lemmas: Lemmas | None = None) -> None:
        self.graph = graph
        self.samples = samples
        self.layers = layers
        self.lemmas = lemmas
        self.unfolded = 0
        """How many names were replaced: a sum over paths through time would soon have too many."""

    def __call__(self, expression: Expression) -> Expression:
        return transform(expression, self._change)

    def _change(self, node: Expression) -> Expression | None:
        brief = self.lemmas.brief_form(node) if self.lemmas is not None else None
        if brief is not None:
            return brief if isinstance(brief, Name) else self(brief)
        if not isinstance(node, Name):
            return None
        quantity = self.graph[node.name]
        if quantity.formula is None or quantity.role not in BACKWARD | ERROR_ROLES:
            return Name(quantity.name)
        self.unfolded += 1
        if self.unfolded > MOST_UNFOLDED:
            raise TooLong
        if self.lemmas is not None and quantity.role is Role.DERIVATIVE and isinstance(quantity.formula, Sum):
            return Name(quantity.name)
        by_net = quantity.role is Role.DELTA or parts_of(quantity.name).by.startswith("net_")
        if by_net and quantity.role is not Role.LOCAL_DERIVATIVE and quantity.layer not in self.layers:
            return self.total_form(quantity) or Name(quantity.name)
        return self(quantity.formula)

    def total_form(self, quantity: Quantity) -> Expression | None:
        """For dE[s]/dnet and the like, where E_total is a mean over m samples: m times the derivative of
        E_total (the delta); None for all others.
        """
        if quantity.role is not Role.DERIVATIVE or not quantity.name.startswith("dE["):
            return None
        total = derivative("E_total", parts_of(quantity.name).by)
        return self.samples * Name(self.graph[total].name) if total in self.graph else None


class TooLong(Exception):
    """Internal: an unfolded formula would have too many names."""


def check_direct(graph: Graph) -> Check:
    """The chain rule against `sympy.diff` of flat errors, exactly; for small networks only."""
    parameters = graph.with_role(*PARAMETER_ROLES)
    facts: dict[str, object] = {"count": len(parameters), "failed": (), "too_large": False}
    facts["samples"] = len(_errors(graph))
    size = flat_size(graph)
    is_large = size > LARGEST_FLAT or size * len(parameters) > LARGEST_DIRECT
    if is_large or hidden_width(graph) > WIDEST_DIRECT:
        return Check("direct", True, {**facts, "too_large": True})
    answers: dict[str, bool | None] = {}
    for parameter in parameters:
        answers[parameter.name] = is_direct(graph, parameter.name)
        if list(answers.values()).count(None) == MOST_UNPROVEN:  # each attempt takes about a second
            break
    failed = tuple(derivative("E_total", name) for name, answer in answers.items() if answer is False)
    too_large = not failed and None in answers.values()
    return Check("direct", not failed, {**facts, "failed": failed, "too_large": too_large})


def _errors(graph: Graph) -> list[str]:
    """The errors of all samples."""
    return [name for name in graph["E_total"].parents if name.startswith("E[")] or ["E_total"]


def flat_size(graph: Graph) -> int:
    """How many names the flat error of one sample holds at most."""
    flat = _Flat(graph)
    return max(map(flat.size, _errors(graph)))


def hidden_width(graph: Graph) -> int:
    """The most units that a hidden layer has."""
    units = {(quantity.layer, quantity.unit) for quantity in graph.with_role(Role.NET_INPUT)}
    widths = Counter(layer for layer, _ in units)
    return max((width for layer, width in widths.items() if layer < max(widths)), default=0)


class _Flat:
    """Quantities written in weights, biases, inputs and targets alone."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._flat: dict[str, Expression] = {}
        self._sizes: dict[str, int] = {}

    def __call__(self, name: str) -> Expression:
        if name not in self._flat:
            quantity = self.graph[name]
            formula = quantity.formula
            parents = {parent: self(parent) for parent in quantity.parents}
            self._flat[name] = Name(quantity.name) if formula is None else substitute(formula, parents)
        return self._flat[name]

    def size(self, name: str) -> int:
        """How many names the flat formula holds, counted without building it."""
        if not self._sizes:
            for quantity in self.graph:
                formula = quantity.formula
                found = [node.name for node in walk(formula) if isinstance(node, Name)] if formula else []
                size = sum(self._sizes[self.graph[parent].name] for parent in found) if formula else 1
                self._sizes[quantity.name] = size
        return self._sizes[name]


def flat(graph: Graph, name: str) -> Expression:
    """The formula of a quantity over weights, biases, inputs and targets alone; it may be very large."""
    return _Flat(graph)(name)


def check_floats(
    network: Network, graph: Graph, exact: Evaluation, evaluation: Evaluation | None = None
) -> Check:
    """Every number that the independent float pass also has, compared with it."""
    known = {name: value.number for name, value in exact.values.items() if value is not None}
    given = {
        quantity.name: known[quantity.name]
        for quantity in graph
        if quantity.name in known and quantity.rule is Rule.GIVEN
    }
    facts: dict[str, object] = {"count": 0, "failed": (), "largest": "0", "overflow": False}
    facts["unrounded"] = evaluation is not None and evaluation is not exact
    try:
        floats = float_pass(network, given)
    except (OverflowError, ZeroDivisionError, ValueError):
        return Check("floats", True, {**facts, "overflow": True})
    failed = []
    largest = 0.0
    scale = max(1.0, *map(abs, floats.values()))
    compared = [name for name in floats if name in graph and graph[name].rule is not Rule.GIVEN]
    for name in compared:
        number = known[graph[name].name]
        difference = abs(number - floats[name]) / scale
        largest = max(largest, difference)
        if not difference <= FLOAT_TOLERANCE:
            failed.append(name)
    return Check(
        "floats",
        not failed,
        {**facts, "count": len(compared), "failed": tuple(failed), "largest": f"{largest:.0e}"},
    )


def check_digits(evaluation: Evaluation) -> Check:
    """How many values are proven in every digit, and which are not."""
    values = {name: value for name, value in evaluation.values.items() if value is not None}
    unproven = tuple(name for name, value in values.items() if not value.proven)
    carry = evaluation.rounding.carry
    facts = {"count": len(values), "unproven": unproven, "bits": evaluation.precision, "carry": carry}
    return Check("digits", True, facts)
