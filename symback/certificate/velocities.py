"""The derivative part: how every quantity moves when the parameters do, layer by layer.

Along any differentiable curve of parameters with velocity t, each forward quantity has a velocity: the sum
of its local derivatives times the velocities of what it depends on. From the errors down, the velocity of
E_total is then a sum over the net inputs of a layer, each times its derivative; one step a layer and sample
leads to the layer below and leaves the layer's gradients behind. What remains is the sum of all gradients
times t, so the gradients are right. The work grows with the number of weights, not of paths.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from symback.certificate.language import Assigned, identifier
from symback.expression import ONE, Expression, Name, walk
from symback.graph import PARAMETER_ROLES, Graph, Quantity, Role, Rule
from symback.naming import derivative, indexed, parts_of

TOTAL = "E_total"
FORWARD = frozenset({Role.NET_INPUT, Role.ACTIVATION, Role.ERROR, Role.TOTAL_ERROR})


@dataclass(frozen=True, slots=True)
class Velocity:
    """How one forward quantity moves."""

    quantity: str
    formula: str
    leaves: tuple[str, ...]
    """The lemma for each name in the quantity's formula, in reading order."""
    unfold: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """The net inputs of a layer in one sample, each derivative times its velocity."""

    name: str
    formula: str


@dataclass(frozen=True, slots=True)
class Step:
    """An identity: `left` is `right`; `unfold` is tried first, then `all`, where they differ."""

    name: str
    left: str
    right: str
    unfold: tuple[str, ...]
    all: tuple[str, ...]
    rewrite: tuple[str, ...] = ()
    """Identities to use before unfolding, or after it."""


@dataclass(frozen=True, slots=True)
class Gradient:
    """One gradient lemma, and its formula's other forms."""

    name: str
    parameter: str
    forms: tuple[Step, ...]


@dataclass(frozen=True)
class Derivatives:
    """All that the derivative part states."""

    graph: Graph

    @cached_property
    def forward(self) -> tuple[Quantity, ...]:
        """The forward pass before any update."""
        return tuple(
            quantity
            for quantity in self.graph.with_role(*FORWARD)
            if quantity.rule is Rule.DEFINITION and not parts_of(quantity.name).state
        )

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The parameters that have a gradient."""
        return tuple(
            quantity.name
            for quantity in self.graph.with_role(*PARAMETER_ROLES)
            if derivative(TOTAL, quantity.name) in self.graph
        )

    @cached_property
    def at(self) -> Assigned:
        """How formulas are written."""
        return Assigned({quantity.name for quantity in self.graph if quantity.rule is Rule.GIVEN})

    @cached_property
    def velocities(self) -> tuple[Velocity, ...]:
        """In the order of the forward pass."""
        return tuple(map(self._velocity, self.forward))

    @cached_property
    def levels(self) -> tuple[Level, ...]:
        """The last layer first."""
        return tuple(
            Level(self._level(layer, sample), self._sum(self._moved(sample, nets)))
            for (layer, sample), nets in self._nets.items()
        )

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """From E_total to the last layer, and from each layer to the one below."""
        return (self._top(), *(self._step(layer, sample) for layer, sample in self._nets))

    @cached_property
    def scalings(self) -> tuple[Step, ...]:
        """In a mean over samples: each delta is the derivative of its sample's error times 1/m."""
        found: list[Step] = []
        for (layer, sample), nets in self._nets.items():
            above = self._nets.get((layer + 1, sample), ())
            stops = frozenset(
                name for net in above for name in (self._slope(0, net), self._slope(sample, net))
            )
            for net in nets:
                delta, slope = self._slope(0, net), self._slope(sample, net)
                if delta == slope:
                    continue
                unfold, whole = self._unfolded([delta, slope], stops)
                right = f"{self._factor(sample)}{self._write(slope)}"
                rewrite = tuple(f"scaled_{identifier(self._slope(0, name))}" for name in above)
                found.append(
                    Step(f"scaled_{identifier(delta)}", self._write(delta), right, unfold, whole, rewrite)
                )
        return tuple(found)

    @cached_property
    def contributions(self) -> tuple[str, ...]:
        """The gradients that are made of contributions of several samples."""
        several = len(self._samples) > 1
        return tuple(identifier(derivative(TOTAL, name)) for name in self.parameters) if several else ()

    @cached_property
    def gradients(self) -> tuple[Gradient, ...]:
        """One for each parameter."""
        return tuple(map(self._gradient, self.parameters))

    # --- pieces ---------------------------------------------------------------------------------------

    @cached_property
    def _nets(self) -> dict[tuple[int, int], tuple[str, ...]]:
        """The net inputs by layer, the last first, and sample."""
        found: dict[tuple[int, int], tuple[str, ...]] = {}
        for quantity in self.forward:
            if quantity.role is Role.NET_INPUT:
                key = (-quantity.layer, quantity.sample)
                found[key] = (*found.get(key, ()), quantity.name)
        return {(-layer, sample): found[layer, sample] for layer, sample in sorted(found)}

    @cached_property
    def _samples(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(sample for _, sample in self._nets))

    @cached_property
    def _last(self) -> int:
        return max(layer for layer, _ in self._nets)

    def _velocity(self, quantity: Quantity) -> Velocity:
        assert quantity.formula is not None
        terms = []
        for parent, local in self._locals(quantity).items():
            factor = "" if local == ONE else f"({self.at.write(local)}) * "
            terms.append(factor + self._speed(parent))
        leaves = tuple(f"moves_{identifier(n.name)}" for n in walk(quantity.formula) if isinstance(n, Name))
        name = identifier(quantity.name)
        locals_ = map(identifier, self._local_names([quantity.name]))
        return Velocity(name, self._sum(terms), leaves, (f"speed_{name}", *locals_, name))

    def _locals(self, quantity: Quantity) -> dict[str, Expression]:
        """The local derivative by each name in the formula that moves."""
        return {p: self._local(quantity, p) for p in quantity.parents if self._moves(p)}

    def _local_names(self, names: Iterable[str]) -> list[str]:
        """The local derivatives that are quantities, of each of these."""
        found = [local for name in names for local in self._locals(self.graph[name]).values()]
        return [local.name for local in found if isinstance(local, Name)]

    def _local(self, quantity: Quantity, parent: str) -> Expression:
        """The local derivative: its quantity, or what it is where it has none, as of a sum of errors."""
        from symback import calculus

        assert quantity.formula is not None
        name = derivative(quantity.name, parent)
        if name in self.graph and self.graph[name].role is Role.LOCAL_DERIVATIVE:
            return Name(name)
        return calculus.derivative(quantity.formula, parent)

    def _moves(self, name: str) -> bool:
        return self.graph[name].rule is not Rule.GIVEN or name in self.parameters

    def _speed(self, name: str) -> str:
        symbol = identifier(name)
        return f"t {symbol}" if self.graph[name].rule is Rule.GIVEN else f"speed_{symbol} v t"

    def _top(self) -> Step:
        above = [
            quantity.name
            for quantity in self.forward
            if quantity.role in (Role.ERROR, Role.TOTAL_ERROR)
            or (quantity.role is Role.ACTIVATION and quantity.layer == self._last)
        ]
        nets = [(sample, self._nets[self._last, sample]) for sample in self._samples]
        names = [self._slope(sample, net) for sample, group in nets for net in group]
        terms = [f"{self._factor(sample)}{self._level(self._last, sample)} v t" for sample in self._samples]
        names += self._local_names(above)
        speeds = [f"speed_{identifier(name)}" for name in reversed(above)]
        levels = [self._level(self._last, sample) for sample in self._samples]
        unfold, whole = self._unfolded(names, frozenset())
        return Step(
            "from_errors",
            f"speed_{identifier(TOTAL)} v t",
            self._sum(terms),
            (*levels, *speeds, *unfold),
            (*levels, *speeds, *whole),
        )

    def _step(self, layer: int, sample: int) -> Step:
        nets = self._nets[layer, sample]
        below = self._nets.get((layer - 1, sample), ())
        parameters = dict.fromkeys(
            parent for net in nets for parent in self.graph[net].parents if parent in self.parameters
        )
        slopes = [self._slope(sample, name) for name in parameters]
        gradients = [f"{self._write(s)} * t {identifier(p)}" for s, p in zip(slopes, parameters, strict=True)]
        lower = [f"{self._level(layer - 1, sample)} v t"] if below else []
        outs = {p for net in nets for p in self.graph[net].parents if self.graph[p].role is Role.ACTIVATION}
        moving = [quantity.name for quantity in self.forward if quantity.name in {*nets, *outs}]
        names = [self._slope(sample, net) for net in (*nets, *below)] + slopes + self._local_names(moving)
        unfold, whole = self._unfolded(names, self._stops(layer, sample))
        levels = [self._level(layer, sample), *([self._level(layer - 1, sample)] if below else [])]
        speeds = [f"speed_{identifier(name)}" for name in reversed(moving)]
        return Step(
            f"from_{levels[0]}",
            f"{levels[0]} v t",
            self._sum((*lower, *gradients)),
            (*levels, *speeds, *unfold),
            (*levels, *speeds, *whole),
        )

    def _stops(self, layer: int, sample: int) -> frozenset[str]:
        """Where unfolding may stop: the derivatives by the layer's outputs; of the last layer nowhere."""
        if layer == self._last:
            return frozenset()
        outs = [
            q.name for q in self.forward if (q.role, q.layer, q.sample) == (Role.ACTIVATION, layer, sample)
        ]
        return frozenset(self._slope(sample, out) for out in outs)

    def _unfolded(
        self, names: Iterable[str], stops: frozenset[str]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The derivatives that these are made of down to `stops`, and all; each before what it names."""
        reached = self._reached(names, stops)
        first = [name for name in reached if self._is_folded(name) and name not in stops]
        return tuple(map(identifier, first)), tuple(map(identifier, self._reached(names, frozenset())))

    def _is_folded(self, name: str) -> bool:
        quantity = self.graph[name]
        return quantity.role is not Role.LOCAL_DERIVATIVE or parts_of(parts_of(name).of).base == "E"

    def _reached(self, names: Iterable[str], stops: frozenset[str]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        stack = list(names)
        while stack:
            quantity = self.graph[stack.pop()]
            is_derivative = quantity.role not in FORWARD and quantity.rule is not Rule.GIVEN
            if is_derivative and quantity.name not in found:
                found[quantity.name] = None
                stack.extend(quantity.parents if quantity.name not in stops else ())
        return tuple(sorted(found, key=lambda name: -self._places[name]))

    @cached_property
    def _places(self) -> dict[str, int]:
        return {quantity.name: place for place, quantity in enumerate(self.graph)}

    def _gradient(self, parameter: str) -> Gradient:
        quantity = self.graph[derivative(TOTAL, parameter)]
        name = identifier(quantity.name)
        above = quantity.layer + 1
        stops = frozenset[str]()
        if above <= self._last:
            stops = stops.union(*(self._stops(above, sample) for sample in self._samples))
        forms = []
        for kind, form in quantity.forms:
            nodes = [node.name for node in walk(form) if isinstance(node, Name)]
            scaled = {node: self._unscaled[node] for node in nodes if node in self._unscaled}
            names = [quantity.name, *(scaled.get(node, node) for node in nodes)]
            unfold, _ = self._unfolded(names, stops)
            forms.append(
                Step(
                    f"{kind}_{name}",
                    f"{name} v",
                    self.at.write(form),
                    unfold,
                    tuple(map(identifier, self._reached([*names, *nodes], frozenset()))),
                    tuple(f"scaled_{identifier(node)}" for node in scaled),
                )
            )
        return Gradient(name, identifier(parameter), tuple(forms))

    @cached_property
    def _unscaled(self) -> dict[str, str]:
        """Of each delta that holds the 1/m of a mean, the derivative that does not."""
        pairs = [(self._slope(0, n), self._slope(s, n)) for (_, s), nets in self._nets.items() for n in nets]
        return {delta: slope for delta, slope in pairs if delta != slope}

    def _slope(self, sample: int, by: str) -> str:
        """The derivative of the sample's error, which contributions are made of; of E_total for sample 0."""
        return self.graph[derivative(indexed("E", sample) if sample else TOTAL, by)].name

    def _factor(self, sample: int) -> str:
        """What the error of a sample counts in the total."""
        if not sample:
            return ""
        factor = self._local(self.graph[TOTAL], indexed("E", sample))
        return "" if factor == ONE else f"({self.at.write(factor)}) * "

    def _moved(self, sample: int, nets: Iterable[str]) -> list[str]:
        return [f"{self._write(self._slope(sample, net))} * {self._speed(net)}" for net in nets]

    def _level(self, layer: int, sample: int) -> str:
        return f"level_{layer}" + (f"_{sample}" if sample else "")

    def _write(self, name: str) -> str:
        return self.at.write(Name(self.graph[name].name))

    def _sum(self, terms: Iterable[str]) -> str:
        return " + ".join(terms) or "0"
