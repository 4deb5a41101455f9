"""The chain rule by reverse accumulation: forward quantities -> derivatives as products of named factors.

Nothing here knows a layer, a loss or an activation: only which formula names which quantity. Each local
derivative is one formula differentiated by one name, the others held fixed; each total derivative is a sum
over the paths into later units.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from symback import calculus
from symback.expression import ONE, Expression, Name, Negative, Number, Product, Sum, add, multiply
from symback.graph import Graph, Quantity, Role, Rule
from symback.naming import TOTAL, derivative


class Backward:
    """Derivatives of errors, made when asked for, each once; `made` holds them in a computable order."""

    def __init__(self, forward: Graph) -> None:
        self.forward = forward
        self.made: dict[str, Quantity] = {}
        self._known: dict[tuple[str, str], Expression] = {}
        self._children: defaultdict[str, list[Quantity]] = defaultdict(list)
        self._ancestors: dict[str, set[str]] = {}
        self._formulas: dict[str, calculus.Differentiable] = {}
        for quantity in forward:
            for parent in quantity.parents:
                self._children[parent].append(quantity)

    def slope(self, of: str, by: str) -> Expression:
        """d`of`/d`by` as a factor: the name of its quantity, or a Number where it is constant."""
        if of == by:
            return ONE
        if (of, by) not in self._known:
            self._known[of, by] = self._derive(of, by)
        return self._known[of, by]

    def local(self, of: str, by: str) -> Quantity:
        """The local derivative of `of`'s own formula by one of its parents."""
        name = derivative(of, by)
        if name not in self.made:
            source = self.forward[of]
            known = dict(source.textbook)
            derived = self._differentiable(of).by(by)
            self._make(
                Quantity(
                    name,
                    Role.LOCAL_DERIVATIVE,
                    Rule.LOCAL_DERIVATIVE,
                    known.get(by, derived),
                    derived=derived if by in known else None,
                    source=source.formula,
                    variable=by,
                    layer=source.layer,
                    unit=source.unit,
                    sample=source.sample,
                )
            )
        return self.made[name]

    def paths(self, of: str, by: str) -> list[Quantity]:
        """The quantities whose formulas name `by` and on which `of` depends."""
        found = self._ancestors.get(of)
        if found is None:
            found = self._ancestors[of] = {of}
            stack = [of]
            while stack:
                new = set(self.forward[stack.pop()].parents) - found
                found |= new
                stack += new
        return [child for child in self._children[by] if child.name in found]

    def _differentiable(self, name: str) -> calculus.Differentiable:
        """The formula of a forward quantity, prepared once for all its parents."""
        if name not in self._formulas:
            self._formulas[name] = calculus.Differentiable(_formula(self.forward[name]))
        return self._formulas[name]

    def gradient(self, parameter: str) -> None:
        """dE_total/d`parameter`, with the contribution of each sample where there are several."""
        samples: dict[int, list[str]] = defaultdict(list)
        for net in self.paths(TOTAL, parameter):
            samples[net.sample].append(net.name)
        layer = self.forward[parameter].layer
        if list(samples) == [0]:
            formula, forms = self._along(TOTAL, samples[0], parameter)
            rule = Rule.CHAIN_RULE if len(samples[0]) == 1 else Rule.SUM_OVER_PATHS
            name = derivative(TOTAL, parameter)
            self._make(Quantity(name, Role.GRADIENT, rule, formula, forms=forms, layer=layer))
            return
        self._summed_gradient(parameter, samples, layer)

    def _summed_gradient(self, parameter: str, samples: dict[int, list[str]], layer: int) -> None:
        """Several samples: each contribution dE[s]/dw, then their sum or mean."""
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
        forms = (("delta", plus(deltas)), ("written_out", times(factor, plus(written))))
        self._make(
            Quantity(
                derivative(TOTAL, parameter),
                Role.GRADIENT,
                Rule.SUM_OVER_PATHS,
                times(factor, plus(contributions)),
                forms=forms,
                layer=layer,
            )
        )

    def _along(
        self, of: str, nets: list[str], parameter: str
    ) -> tuple[Expression, tuple[tuple[str, Expression], ...]]:
        """The formula and forms of d`of`/d`parameter` through these net inputs of one sample."""
        slopes = [self.slope(of, net) for net in nets]
        locals_ = [self.local(net, parameter) for net in nets]
        if len(nets) == 1 and isinstance(slopes[0], Name):
            chain = self.made[slopes[0].name].formula
            formula = times(chain or slopes[0], Name(locals_[0].name))
        else:
            formula = plus([times(s, Name(local.name)) for s, local in zip(slopes, locals_, strict=True)])
        delta = plus([times(s, _formula(local)) for s, local in zip(slopes, locals_, strict=True)])
        written = plus(
            [times(self._written_out(s), _formula(local)) for s, local in zip(slopes, locals_, strict=True)]
        )
        return formula, (("delta", delta), ("written_out", written))

    def _derive(self, of: str, by: str) -> Expression:
        node = self.forward[by]
        children = self.paths(of, by)
        if node.role is Role.ERROR:
            constants = [self._constant(of, child.name, by) for child in children]
            return Number(sum((constant.value for constant in constants), start=0 * ONE.value))
        if node.role is Role.NET_INPUT:
            return self._delta(of, node, children)
        if all(child.role is Role.ERROR for child in children):
            return self._error_slope(of, node, children)
        return self._sum_over_paths(of, node, children)

    def _constant(self, of: str, child: str, by: str) -> Number:
        """One term of an error's slope in the total: errors are added up, so it is a plain number."""
        local = self._differentiable(child).by(by)
        upper = self.slope(of, child)
        assert isinstance(local, Number)
        assert isinstance(upper, Number)
        return Number(local.value * upper.value)

    def _error_slope(self, of: str, node: Quantity, children: list[Quantity]) -> Expression:
        """d error / d output: the textbook form of the loss, times what the error counts in the total."""
        (child,) = children
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
        """The derivative by a net input; of E_total it is the unit's delta."""
        terms = [times(self.slope(of, c.name), Name(self.local(c.name, node.name).name)) for c in children]
        written = [
            times(self._written_out(self.slope(of, c.name)), _formula(self.local(c.name, node.name)))
            for c in children
        ]
        return self._total(of, node, Rule.CHAIN_RULE, plus(terms), (("written_out", plus(written)),))

    def _sum_over_paths(self, of: str, node: Quantity, children: list[Quantity]) -> Expression:
        """d error / d output of a hidden unit: the sum over all later units that see it."""
        direct = [
            times(self.slope(of, child.name), _formula(self.local(child.name, node.name)))
            for child in children
        ]
        forms = (("written_out", plus(direct)),)
        errors = self._separate_errors(of, children)
        if errors:
            factor = self.slope(of, errors[0])
            formula = times(factor, plus([self.slope(error, node.name) for error in errors]))
        else:
            formula = plus(
                [
                    times(self.slope(of, child.name), Name(self.local(child.name, node.name).name))
                    for child in children
                ]
            )
        return self._total(of, node, Rule.SUM_OVER_PATHS, formula, forms)

    def _separate_errors(self, of: str, children: list[Quantity]) -> list[str]:
        """One error for each child, where each child acts on the total through an error of its own only."""
        errors = []
        for child in children:
            later = [error for out in self.paths(of, child.name) for error in self.paths(of, out.name)]
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
        if node.sample and of == TOTAL and self.slope(TOTAL, f"E[{node.sample}]") == ONE:
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
            )
        )
        return Name(name)

    def _written_out(self, slope: Expression) -> Expression:
        """A factor with its own written-out form in its place; later deltas stay names."""
        if not isinstance(slope, Name):
            return slope
        quantity = self.made[slope.name]
        return dict(quantity.forms).get("written_out") or _formula(quantity)

    def _make(self, quantity: Quantity) -> None:
        self.made[quantity.name] = quantity


def input_derivatives(backward: Backward, inputs: Iterable[str]) -> None:
    """dE_total/di for each input: the sum over all units of the first layer."""
    for name in inputs:
        if backward.paths(TOTAL, name):
            backward.slope(TOTAL, name)


def plus(terms: list[Expression]) -> Expression:
    """The sum as it is written: nested sums flat, a single term alone."""
    return add([part for term in terms for part in (term.terms if isinstance(term, Sum) else (term,))])


def times(*factors: Expression) -> Expression:
    """The product as a textbook writes it: ones left out, nested products flat, one minus sign in front."""
    flat: list[Expression] = []
    negative = False
    for factor in factors:
        if isinstance(factor, Negative):
            negative = not negative
            factor = factor.operand
        flat += factor.factors if isinstance(factor, Product) else (factor,)
    kept = [factor for factor in flat if factor != ONE] or [ONE]
    product = multiply(kept)
    return Negative(product) if negative else product


def _formula(quantity: Quantity) -> Expression:
    assert quantity.formula is not None
    return quantity.formula
