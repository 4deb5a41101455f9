"""A solution as a certificate: every statement that the template of a proof language prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from symback.certificate.enclosures import Enclosure, Printed, enclose
from symback.certificate.language import Assigned, escape_comment, fraction, identifier
from symback.certificate.scope import is_layered, is_number, untreated
from symback.certificate.velocities import TOTAL, Derivatives, Gradient, Level, Step, Velocity
from symback.evaluation import Evaluation, Given, Value
from symback.expression import Call, walk
from symback.fillers import plain
from symback.graph import Graph, Quantity, Role, Rule


@dataclass(frozen=True, slots=True)
class GivenName:
    """A name of the network file: its code, and its number or ""."""

    name: str
    code: int
    moves: bool
    """Whether it is a parameter that has a gradient."""
    value: str


@dataclass(frozen=True, slots=True)
class Definition:
    """A computed quantity as a function of what is given."""

    name: str
    formula: str
    comment: str


@dataclass(frozen=True, slots=True)
class Bound:
    """The lemmas about one number: its bounds, or its exact value, and what is printed."""

    name: str
    low: str
    high: str
    is_exact: bool
    given: tuple[str, ...]
    """The given names in the formula."""
    parents: tuple[tuple[str, bool], ...]
    """The computed ones, and whether each is exact."""
    has_tanh: bool
    printed: str
    half_unit: str


@dataclass(frozen=True, slots=True)
class Omission:
    """Quantities that are not certified, with the key of the reason, and what of them is not."""

    what: str
    reason: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Certificate:
    """Everything in the file."""

    title: str
    given: tuple[GivenName, ...]
    last_parameter: int
    definitions: tuple[Definition, ...]
    velocities: tuple[Velocity, ...]
    levels: tuple[Level, ...]
    steps: tuple[Step, ...]
    scalings: tuple[Step, ...]
    contributions: tuple[str, ...]
    gradients: tuple[Gradient, ...]
    bounds: tuple[Bound, ...]
    bits: int
    omissions: tuple[Omission, ...]


def certificate(
    title: str, graph: Graph, evaluation: Evaluation, numbers: Mapping[str, Given]
) -> Certificate:
    """The certificate of a solved network; what it cannot cover is listed in `omissions`."""
    return _Maker(graph, evaluation, numbers).certificate(title)


class _Maker:
    """One pass over a solution."""

    def __init__(self, graph: Graph, evaluation: Evaluation, numbers: Mapping[str, Given]) -> None:
        self.graph = graph
        self.evaluation = evaluation
        self.numbers = numbers
        self.untreated = untreated(graph)
        self.given = [quantity.name for quantity in graph if quantity.rule is Rule.GIVEN]
        self.at = Assigned(frozenset(self.given))
        self.omitted: dict[tuple[str, str], list[str]] = {}

    def certificate(self, title: str) -> Certificate:
        derivatives = Derivatives(self.graph)
        layered = is_layered(self.graph)
        proved = TOTAL not in self.untreated and layered
        gradients = derivatives.gradients if proved else ()
        covered = {gradient.name for gradient in gradients}
        for quantity in self.graph.with_role(Role.GRADIENT):
            if identifier(quantity.name) not in covered:
                reason = self.untreated.get(TOTAL, "") or self.untreated.get(quantity.name, "")
                reason = reason or ("updated" if layered else "layers")
                self.omit("formula", reason, quantity.name)
        bounds, bits = self.bounds()
        moving = derivatives.parameters
        ordered = [*moving, *(name for name in self.given if name not in moving)]
        return Certificate(
            title=escape_comment(title),
            given=tuple(
                GivenName(identifier(name), code, name in moving, self.number(name))
                for code, name in enumerate(ordered, start=1)
            ),
            last_parameter=len(moving),
            definitions=tuple(
                self.definition(quantity)
                for quantity in self.graph
                if quantity.formula is not None and self.untreated.get(quantity.name) != "form"
            ),
            velocities=derivatives.velocities if proved else (),
            levels=derivatives.levels if proved else (),
            steps=derivatives.steps if proved else (),
            scalings=derivatives.scalings if proved else (),
            contributions=derivatives.contributions if proved else (),
            gradients=gradients,
            bounds=bounds,
            bits=bits,
            omissions=tuple(
                Omission(what, reason, tuple(names)) for (what, reason), names in self.omitted.items()
            ),
        )

    def omit(self, what: str, reason: str, name: str) -> None:
        self.omitted.setdefault((what, reason), []).append(name)

    def definition(self, quantity: Quantity) -> Definition:
        assert quantity.formula is not None
        comment = escape_comment(f"{quantity.name} = {plain(quantity.formula)}")
        return Definition(identifier(quantity.name), self.at.write(quantity.formula), comment)

    def number(self, name: str) -> str:
        """A given number as typed, or its formula; "" for one that is left out on purpose."""
        given = self.numbers[name]
        if given.expression is None or not is_number(given.expression):
            return ""
        return fraction(given.text) if given.text else self.at.write(given.expression)

    def bounds(self) -> tuple[tuple[Bound, ...], int]:
        printed: dict[str, Printed] = {}
        given = {name: one.expression for name, one in self.numbers.items() if one.expression is not None}
        strange = {name for name, number in given.items() if not is_number(number)}
        for quantity in self.graph:
            value = self.evaluation.values[quantity.name]
            if quantity.rule is Rule.GIVEN or value is None:
                continue
            reason = self.untreated.get(quantity.name, "")
            if any(self.graph[parent].name in strange for parent in quantity.parents):
                strange.add(quantity.name)
                reason = reason or "form"
            if not reason and self.evaluation.rounding.carry is not None:
                reason = "carried"
            if reason:
                self.omit("number", reason, quantity.name)
            else:
                printed[quantity.name] = Printed(quantity.name, value.shown)
        given = {name: number for name, number in given.items() if name not in strange}
        exact = {name: value.exact for name, value in self._values(printed) if value.exact is not None}
        found = enclose(self.graph, given, printed, exact)
        bounds = []
        for name, number in printed.items():
            enclosure = found.bounds.get(name)
            if enclosure is None or not number.is_proven_by(enclosure):
                self.omit("number", "undecided", name)
            if enclosure is not None:
                bounds.append(self.bound(number, enclosure, found.bounds))
        return tuple(bounds), found.bits

    def _values(self, names: Mapping[str, object]) -> list[tuple[str, Value]]:
        pairs = ((name, self.evaluation.values[name]) for name in names)
        return [(name, value) for name, value in pairs if value is not None]

    def bound(self, number: Printed, enclosure: Enclosure, known: Mapping[str, Enclosure]) -> Bound:
        quantity = self.graph[number.name]
        assert quantity.formula is not None
        parents = [self.graph[parent].name for parent in quantity.parents]
        proven = number.is_proven_by(enclosure)
        return Bound(
            name=identifier(number.name),
            low=fraction(enclosure.low),
            high=fraction(enclosure.high),
            is_exact=enclosure.low == enclosure.high,
            given=tuple(identifier(name) for name in parents if name not in known),
            parents=tuple((identifier(n), known[n].low == known[n].high) for n in parents if n in known),
            has_tanh=any(
                isinstance(node, Call) and node.function == "tanh" for node in walk(quantity.formula)
            ),
            printed=fraction(number.text) if proven else "",
            half_unit=f"5 / 1{'0' * (number.decimals + 1)}",
        )
