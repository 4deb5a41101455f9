"""The chain rule by reverse accumulation: forward quantities -> derivatives as products of named factors.

Nothing here knows a layer, a loss or an activation: only which formula names which quantity. Each local
derivative is one formula differentiated by one name, the others held fixed; each total derivative is a sum
over the paths into later units.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from heapq import heappop, heappush

from symback import calculus
from symback.expression import (
    ONE,
    ZERO,
    Expression,
    Name,
    Number,
    Product,
    Sum,
    names,
    plus,
    times,
    times_each,
    transform,
)
from symback.graph import ERROR_ROLES, PARAMETER_ROLES, Graph, Quantity, Role, Rule
from symback.naming import TOTAL, derivative

_LOCAL = (Role.LOCAL_DERIVATIVE, Rule.LOCAL_DERIVATIVE)  # looked up once: Python 3.11 finds members slowly
Forms = tuple[tuple[str, Expression], ...]
Way = Callable[[str], tuple[Expression, Forms]]
"""By parameter the product of a slope and a local derivative, and its forms."""


class Backward:
    """Derivatives of errors, made when asked for, each once; `made` holds them in a computable order."""

    def __init__(self, forward: Graph, adds_to_one: Iterable[Iterable[str]] = ()) -> None:
        self.forward = forward
        self.adds_to_one = frozenset(map(frozenset, adds_to_one))
        """Groups of given names whose numbers add up to one: targets that are probabilities."""
        self.made: dict[str, Quantity] = {}
        self._known: dict[tuple[str, str], Expression] = {}
        self._children: defaultdict[str, list[Quantity]] = defaultdict(list)
        self._ancestors: dict[str, set[str]] = {}
        self._needed: dict[str, set[str]] = {}
        self._written: dict[str, Expression] = {}
        self._formulas: dict[str, calculus.Differentiable] = {}
        self._ways: dict[tuple[str, str], Way] = {}
        """By error and quantity what makes the gradients of the parameters that it alone names."""
        self._levels: dict[str, int] = {}
        """How many formulas lie at most between what is given and a quantity."""
        self._computed: dict[str, list[str]] = {}
        """The names in a formula whose own formulas have names."""
        self._first_used: dict[str, int] = {}
        """The lowest level of what names a quantity in its formula."""
        self._reached: dict[str, tuple[set[str], list[tuple[int, str]]]] = {}
        """By quantity what depends on it, as far as it was followed, and the ends, lowest level first."""
        self.couples_samples = False
        """Whether something of one sample depends on others, as under batch normalisation."""
        self._errors = {quantity.name for quantity in forward.with_role(*ERROR_ROLES)}
        self._has_samples = any(quantity.sample for quantity in forward)
        for quantity in forward:
            if quantity.formula is None:
                self._levels[quantity.name] = 0
                self._computed[quantity.name] = []
                continue
            self._note(quantity)
            if self._has_samples and quantity.layer and not quantity.sample and not self.couples_samples:
                self.couples_samples = any(forward[parent].sample for parent in quantity.parents)

    def _note(self, quantity: Quantity) -> None:
        """What is used where, and how far from what is given."""
        level = 0
        computed = []
        parents = quantity.parents
        for parent in parents:
            self._children[parent].append(quantity)
            below = self._levels[parent]
            if below:
                computed.append(parent)
            if below >= level:
                level = below + 1
        self._levels[quantity.name] = level
        self._computed[quantity.name] = computed
        for parent in parents:
            if self._first_used.get(parent, level) >= level:
                self._first_used[parent] = level

    def slope(self, of: str, by: str) -> Expression:
        """d`of`/d`by` as a factor: the name of its quantity, or a Number where it is constant."""
        if of == by:
            return ONE
        found = self._known.get((of, by))
        if found is None:
            found = self._known[of, by] = self._derive(of, by)
        return found

    def total(self, of: str, by: str) -> Expression:
        """d`of`/d`by` of any two forward quantities, `by` cut free: the name of its quantity, or a Number.

        As `slope`, but for a parameter the formula is spelled out as that of a gradient is.
        """
        if by not in self.depends_on(of):
            return ZERO
        node, name = self.forward[by], derivative(of, by)
        if of == by or name in self.made:
            return ONE if of == by else Name(name)
        if node.sample and of == f"E[{node.sample}]" and self._is_plain_sum(node.sample):
            return self.total(TOTAL, by)
        if node.role not in PARAMETER_ROLES:
            return self.slope(of, by)
        of_sample = self.forward[of].role is Role.ERROR and of.startswith("E[")
        self.gradient(by, TOTAL if of_sample and not self.couples_samples else of)
        return Name(name)

    def local(self, of: str, by: str) -> Quantity:
        """The local derivative of `of`'s own formula by one of its parents."""
        name = derivative(of, by, direct=self._is_partial(of, by))
        found = self.made.get(name)
        if found is None:
            source = self.forward[of]
            derived = self._differentiable(of).by(by)
            known = dict(source.textbook).get(by) if source.textbook else None
            found = self.made[name] = Quantity(
                name,
                *_LOCAL,
                derived if known is None else known,
                derived=None if known is None else derived,
                source=source.formula,
                variable=by,
                layer=source.layer,
                unit=source.unit,
                sample=source.sample,
                step=source.step,
            )
        return found

    def _is_partial(self, of: str, by: str) -> bool:
        """Whether `by` acts on `of` also through another name in the formula of `of`."""
        level = self._levels[of]
        if self._first_used[by] >= level:  # what a parent depends on is used at a lower level than `of`
            return False
        below = self._below(by, level)
        return any(parent in below for parent in self.forward[of].parents if parent != by)

    def _below(self, name: str, level: int) -> set[str]:
        """What depends on a quantity, at least up to a level; kept, so that each is looked at once."""
        found, open_ends = self._reached.setdefault(name, ({name}, [(self._levels[name], name)]))
        while open_ends and open_ends[0][0] < level:
            for child in self._children[heappop(open_ends)[1]]:
                if child.name not in found:
                    found.add(child.name)
                    heappush(open_ends, (self._levels[child.name], child.name))
        return found

    def depends_on(self, of: str) -> set[str]:
        """All quantities that `of` is computed from, and itself."""
        found = self._needed.get(of)
        if found is None:
            found = self._needed[of] = {of}
            for name in self._on_the_way(of):
                found.update(self.forward[name].parents)
        return found

    def _on_the_way(self, of: str) -> set[str]:
        """The same without what has no names in its formula: most of a large network is weights."""
        found = self._ancestors.get(of)
        if found is None:
            found = self._ancestors[of] = {of}
            stack = [of]
            while stack:
                new = [parent for parent in self._computed[stack.pop()] if parent not in found]
                found.update(new)
                stack += new
        return found

    def paths(self, of: str, by: str) -> list[Quantity]:
        """The quantities whose formulas name `by` and on which `of` depends."""
        found = self._ancestors.get(of) or self._on_the_way(of)
        return [child for child in self._children[by] if child.name in found]

    def _differentiable(self, name: str) -> calculus.Differentiable:
        """The formula of a forward quantity, prepared once for all its parents."""
        found = self._formulas.get(name)
        if found is None:
            found = self._formulas[name] = calculus.Differentiable(_formula(self.forward[name]))
        return found

    def gradient(self, parameter: str, of: str = TOTAL) -> None:
        """d`of`/d`parameter`, with the contribution of each sample where there are several."""
        self.gradients((self.forward[parameter],), of)

    def gradients(self, parameters: Iterable[Quantity], of: str = TOTAL) -> None:
        """`gradient` of each; where one quantity alone names the parameter, by the shortest way."""
        found = self._on_the_way(of)
        role, rule = Role.GRADIENT if of == TOTAL else Role.DERIVATIVE, Rule.CHAIN_RULE
        for parameter in parameters:
            by = parameter.name
            children = [child for child in self._children[by] if child.name in found]
            net = children[0] if len(children) == 1 else None
            if net is None or net.name == of or (self._has_samples and net.sample):
                self._gradient(of, by, children)
                continue
            formula, forms = (self._ways.get((of, net.name)) or self._way(of, net.name, True))(by)
            name = derivative(of, by)
            self.made[name] = Quantity(name, role, rule, formula, forms=forms, layer=parameter.layer)

    def _gradient(self, of: str, parameter: str, children: list[Quantity]) -> None:
        """The same along several ways, or none, or with a contribution of each sample."""
        layer = self.forward[parameter].layer
        if not children:
            self._make(_unused(of, self.forward[parameter]))
            return
        nets = [child for child in children if child.name != of]
        if not nets:  # such as a word that no sample has, under a penalty
            local = self.local(of, parameter)
            self._make(replace(local, role=Role.GRADIENT) if of == TOTAL else local)
            return
        direct = [of] if len(nets) < len(children) else []
        if self._has_samples and of == TOTAL and not self.couples_samples and any(n.sample for n in nets):
            samples: dict[int, list[str]] = defaultdict(list)
            for net in nets:
                samples[net.sample].append(net.name)
            self._summed_gradient(parameter, samples, layer, direct)
            return
        formula, forms = self._along(of, [net.name for net in nets], parameter, direct)
        rule = Rule.CHAIN_RULE if len(children) == 1 else Rule.SUM_OVER_PATHS
        role = Role.GRADIENT if of == TOTAL else Role.DERIVATIVE
        self._make(Quantity(derivative(of, parameter), role, rule, formula, forms=forms, layer=layer))

    def _summed_gradient(
        self, parameter: str, samples: dict[int, list[str]], layer: int, direct: list[str]
    ) -> None:
        """Several samples: each contribution dE[s]/dw, then their sum or mean, and a penalty's own term."""
        contributions: list[Expression] = []
        written: list[Expression] = []
        deltas: list[Expression] = []
        factor: Expression = ONE
        for sample, nets in samples.items():
            error = f"E[{sample}]"
            factor = self.slope(TOTAL, error)
            of = TOTAL if factor == ONE else error
            formula, forms = self._along(of, nets, parameter)
            rule = Rule.CHAIN_RULE if len(nets) == 1 else Rule.SUM_OVER_PATHS
            name = derivative(error, parameter)
            self._make(
                Quantity(name, Role.CONTRIBUTION, rule, formula, forms=forms, layer=layer, sample=sample)
            )
            contributions.append(Name(name))
            written.append(dict(forms)["written_out"])
            deltas += [times(self.slope(TOTAL, net), _formula(self.local(net, parameter))) for net in nets]
        own = [self.local(of, parameter) for of in direct]
        forms = (
            ("delta", plus([*deltas, *map(_formula, own)])),
            ("written_out", plus([times(factor, plus(written)), *map(_formula, own)])),
        )
        self._make(
            Quantity(
                derivative(TOTAL, parameter),
                Role.GRADIENT,
                Rule.SUM_OVER_PATHS,
                plus([times(factor, plus(contributions)), *(Name(local.name) for local in own)]),
                forms=forms,
                layer=layer,
            )
        )

    def _along(
        self, of: str, nets: list[str], parameter: str, direct: list[str] | None = None
    ) -> tuple[Expression, Forms]:
        """The formula and forms of d`of`/d`parameter` through these quantities, and by `of`'s own formula."""
        if len(nets) == 1 and not direct:
            return (self._ways.get((of, nets[0])) or self._way(of, nets[0], True))(parameter)
        own = [self.local(of, parameter) for of in direct or ()]
        for net in reversed(nets):  # the last time step comes first
            self.slope(of, net)
        ways = [self._way(of, net, len(nets) == 1)(parameter) for net in nets]
        ends = list(map(_formula, own))
        forms = zip(*(forms for _, forms in ways), strict=True)
        formula = plus([formula for formula, _ in ways] + [Name(local.name) for local in own])
        return formula, tuple((kinds[0][0], plus([form for _, form in kinds] + ends)) for kinds in forms)

    def _way(self, of: str, net: str, alone: bool) -> Way:
        """What comes along one way: named factors; these as a delta rule (of an error) and written out."""
        slope = self.slope(of, net)
        in_factors = alone and self.forward[net].role is Role.NET_INPUT
        times_chain = times_each((self._chain(slope) if in_factors else None) or slope)
        times_delta, times_written = times_each(slope), times_each(self._written_out(slope))
        has_delta = of in self._errors

        def way(parameter: str) -> tuple[Expression, Forms]:
            local = self.local(net, parameter)
            factor = _formula(local)
            written = ("written_out", times_written(factor))
            forms = (("delta", times_delta(factor)), written) if has_delta else (written,)
            return times_chain(Name(local.name)), forms

        if alone:
            self._ways[of, net] = way
        return way

    def _chain(self, slope: Expression) -> Expression | None:
        """The factors of a delta, to be written out in a gradient; None for a sum over paths."""
        if not isinstance(slope, Name) or slope.name not in self.made:
            return None
        quantity = self.made[slope.name]
        is_product = quantity.rule is Rule.CHAIN_RULE and isinstance(quantity.formula, Product)
        return quantity.formula if is_product else None

    def _derive(self, of: str, by: str) -> Expression:
        node = self.forward[by]
        children = self.paths(of, by)
        if len(children) == 1 and children[0].name == of and by not in self._errors:
            return Name(self.local(of, by).name)
        if node.role is Role.ERROR:
            constants = [self._constant(of, child.name, by) for child in children]
            return Number(sum((constant.value for constant in constants), start=0 * ONE.value))
        if node.role is Role.NET_INPUT:
            return self._delta(of, node, children)
        if len(children) == 1 and children[0].role is Role.ERROR:
            return self._error_slope(of, node, children[0])
        return self._sum_over_paths(of, node, children)

    def _constant(self, of: str, child: str, by: str) -> Number:
        """One term of an error's slope in the total: errors are added up, so it is a plain number."""
        local = self._differentiable(child).by(by)
        upper = self.slope(of, child)
        assert isinstance(local, Number)
        assert isinstance(upper, Number)
        return Number(local.value * upper.value)

    def _error_slope(self, of: str, node: Quantity, child: Quantity) -> Expression:
        """d error / d output: the textbook form of the loss, times what the error counts in the total."""
        factor = self.slope(of, child.name)
        local = self.local(child.name, node.name)
        name = derivative(of, node.name)
        if child.name == of:
            return Name(name)
        if factor != ONE:
            formula = times(factor, Name(local.name))
            written = times(factor, _formula(local))
            return self._total(of, node, Rule.CHAIN_RULE, formula, (("written_out", written),))
        whole = self.forward[of if not node.sample else f"E[{node.sample}]"]
        source = dict(whole.forms).get("written_out", whole.formula)
        return self._total(of, node, Rule.LOCAL_DERIVATIVE, _formula(local), source=source)

    def _delta(self, of: str, node: Quantity, children: list[Quantity]) -> Expression:
        """The derivative by a net input; of E_total it is the unit's delta. A sum where units are coupled."""
        pairs = [(self.slope(of, child.name), self.local(child.name, node.name)) for child in children]
        terms = [times(slope, Name(local.name)) for slope, local in pairs]
        written = plus([times(self._written_out(slope), _formula(local)) for slope, local in pairs])
        forms = [("written_out", written)]
        shorter = calculus.cancelled(written)
        if shorter is not None:
            forms.append(("cancelled", shorter))
            fused = self._fused(shorter)
            if fused != shorter:
                forms.append(("fused", fused))
        rule = Rule.CHAIN_RULE if len(children) == 1 else Rule.SUM_OVER_PATHS
        return self._total(of, node, rule, plus(terms), tuple(forms))

    def _fused(self, form: Expression) -> Expression:
        """The form where all targets of a sample add up to one: y*(t1 + t2) - t1 is y - t1."""

        def change(node: Expression) -> Expression | None:
            if isinstance(node, Product):
                return times(*(transform(factor, change) for factor in node.factors))
            return ONE if isinstance(node, Sum) and frozenset(names(node)) in self.adds_to_one else None

        return transform(form, change)

    def _sum_over_paths(self, of: str, node: Quantity, children: list[Quantity]) -> Expression:
        """d error / d anything between net inputs and errors: the sum over all that is computed from it."""
        pairs = [(self.slope(of, child.name), self.local(child.name, node.name)) for child in children]
        forms = (("written_out", plus([times(slope, _formula(local)) for slope, local in pairs])),)
        is_summed = node.role is Role.ACTIVATION and not self._errors.isdisjoint(self.forward[of].parents)
        errors = self._separate_errors(of, children) if is_summed else []
        if errors:
            factor = self.slope(of, errors[0])
            formula = times(factor, plus([self.slope(error, node.name) for error in errors]))
        else:
            formula = plus([times(slope, Name(local.name)) for slope, local in pairs])
        is_chain = len(children) == 1 and node.role is not Role.ACTIVATION
        rule = Rule.CHAIN_RULE if is_chain else Rule.SUM_OVER_PATHS
        return self._total(of, node, rule, formula, forms)

    def _separate_errors(self, of: str, children: list[Quantity]) -> list[str]:
        """One error for each child, where each child acts on the total through an error of its own only."""
        errors = []
        for child in children:
            if child.role is Role.ERROR:
                return []
            later = []
            for out in self.paths(of, child.name):
                later += [out] if out.role is Role.ERROR else self.paths(of, out.name)
            if len(later) != 1 or later[0].role is not Role.ERROR or later[0].name == of:
                return []
            errors.append(later[0].name)
        same_factor = len({self.slope(of, error) for error in errors}) == 1
        return errors if len(set(errors)) == len(errors) and same_factor else []

    def _total(
        self,
        of: str,
        node: Quantity,
        rule: Rule,
        formula: Expression,
        forms: tuple[tuple[str, Expression], ...] = (),
        source: Expression | None = None,
    ) -> Expression:
        name = derivative(of, node.name)
        synonyms = []
        if of == TOTAL and self._is_plain_sum(node.sample):
            synonyms.append(derivative(f"E[{node.sample}]", node.name))
        is_delta = of == TOTAL and node.role is Role.NET_INPUT
        if is_delta:
            synonyms.insert(0, name)
            name = "delta_" + node.name.removeprefix("net_")
        self._make(
            Quantity(
                name,
                Role.DELTA if is_delta else Role.DERIVATIVE,
                rule,
                formula,
                names=tuple(synonyms),
                forms=forms,
                source=source,
                variable=node.name if source is not None else "",
                layer=node.layer,
                unit=node.unit,
                sample=node.sample,
                step=node.step,
            )
        )
        return Name(name)

    def _is_plain_sum(self, sample: int) -> bool:
        """Whether this is one of several samples whose errors are added up: dE[s]/dB is dE_total/dB."""
        return sample > 0 and not self.couples_samples and self.slope(TOTAL, f"E[{sample}]") == ONE

    def _written_out(self, slope: Expression) -> Expression:
        """A factor with its own written-out form in its place; later deltas stay names."""
        if not isinstance(slope, Name):
            return slope
        written = self._written.get(slope.name)
        if written is None:
            quantity = self.made[slope.name]
            written = dict(quantity.forms).get("written_out") or _formula(quantity)
            self._written[slope.name] = written
        return written

    def _make(self, quantity: Quantity) -> None:
        self.made[quantity.name] = quantity


def input_derivatives(backward: Backward, inputs: Iterable[str]) -> None:
    """dE_total/di for each input: the sum over all units of the first layer."""
    for name in inputs:
        if backward.paths(TOTAL, name):
            backward.slope(TOTAL, name)


def _unused(of: str, parameter: Quantity) -> Quantity:
    """The derivative by a parameter that nothing depends on: an embedded word that no sample has."""
    role = Role.GRADIENT if of == TOTAL else Role.DERIVATIVE
    name = derivative(of, parameter.name)
    return Quantity(name, role, Rule.SUM_OVER_PATHS, ZERO, layer=parameter.layer)


def _formula(quantity: Quantity) -> Expression:
    assert quantity.formula is not None
    return quantity.formula
