"""One weight in full: the chain rule, each factor, the product and the delta rule."""

from __future__ import annotations

from symback.document import Equation, Item, Row, Show, value_of
from symback.expression import Expression, IndexedSum, Marked, Name, Power, Product, Sum, names, walk
from symback.graph import Quantity, Rule
from symback.naming import derivative, indexed, parts_of
from symback.steps import steps
from symback.worked.figures import path_figure
from symback.worked.layer_forward import has_kink
from symback.worked.story import MOST_EQUATIONS, Story

SILENT = frozenset({"sum", "factor"})
Symbols = dict[str, str]


def weight_in_full(story: Story, weight: str) -> list[Item]:
    """The items that lead from the question to the gradient of one weight."""
    gradient = story.gradient(weight)
    outer, slope, local = (story.graph[name] for name in gradient.parents)
    symbols = {
        "weight": weight,
        "gradient": gradient.name,
        "error": f"E[{story.sample}]" if story.sample else "E_total",
        "outer": outer.name,
        "slope": slope.name,
        "local": local.name,
        "out": parts_of(slope.name).of,
        "net": slope.variable,
        "delta": names(dict(gradient.forms)["delta"])[0],
    }
    layer = story.network.layers[gradient.layer - 1]
    is_output = gradient.layer == len(story.network.layers)
    facts = {
        "is_output": is_output,
        "activation": layer.activation,
        "kink": has_kink(slope),
        "sample": story.sample,
        "outer_of_total": story.has_samples and outer.name.startswith("dE_total"),
        "is_delta": symbols["delta"].startswith("delta_"),
        "is_last_hidden": gradient.layer == len(story.network.layers) - 1,
    }
    symbols["total"] = "E_total"
    items = [
        Item("question", symbols=symbols, facts=facts),
        Item("chain", (_chain(gradient, is_output),), symbols, facts),
        *path_figure(story, weight, gradient),
    ]
    items += _outer_factor(story, outer, symbols, facts, is_output=is_output)
    items.append(Item("slope", (differentiated(story, slope),), symbols, facts))
    items.append(Item("local", (differentiated(story, local),), symbols, facts))
    items.append(Item("product", (_product(story, gradient),), symbols, facts))
    items += _delta_rule(story, gradient, symbols, facts)
    if story.has_samples:
        whole = derivative("E_total", weight)
        sums = {**symbols, "gradient": whole, "first": gradient.name}
        facts = {**facts, "reduction": story.network.reduction, "samples": len(story.network.samples)}
        items.append(Item("sum_over_samples", (story.equation(whole),), sums, facts))
    return items


def _chain(gradient: Quantity, is_output: bool) -> Equation:
    """The chain rule, each factor in its colour over a brace that names it."""
    labels = ("loss" if is_output else "paths", "activation", "net_input")
    factors = [
        Marked(Name(name), label, place)
        for place, (name, label) in enumerate(zip(gradient.parents, labels, strict=True))
    ]
    return Equation(Name(gradient.name), (Row(Product(tuple(factors))),))


def _product(story: Story, gradient: Quantity) -> Equation:
    """The chain rule again, with the numbers of its factors over their names."""
    marked = [Marked(Name(name), "", place) for place, name in enumerate(gradient.parents)]
    rows = [Row(Product(tuple(marked)))]
    if story.knows(gradient.name):
        named = [Marked(Name(name), "name", place) for place, name in enumerate(gradient.parents)]
        rows += [Row(Product(tuple(named)), Show.NUMBERS), value_of(gradient.name)]
    return Equation(Name(gradient.name), tuple(rows))


def differentiated(story: Story, quantity: Quantity) -> Equation:
    """A local derivative: the rules applied one after another, the result, its number."""
    assert quantity.source is not None
    assert quantity.formula is not None
    # Splitting a sum, or taking out a sign or factor, says little where the next stage shows the result.
    stages = [
        s.expression
        for s in steps(quantity.source, quantity.variable, direct=parts_of(quantity.name).direct)
        if not set(s.rules) <= SILENT or not s.rules
    ]
    if quantity.derived is not None and names(quantity.derived) == (quantity.variable,):
        stages.append(quantity.derived)
    shown = [stage for stage in dict.fromkeys(stages) if stage != quantity.formula]
    rows = [Row(stage, optional=place > 0) for place, stage in enumerate(shown)]
    return Equation(Name(quantity.name), (*rows, *story.rows(quantity.name, quantity.formula)))


def _outer_factor(
    story: Story, outer: Quantity, symbols: Symbols, facts: dict[str, object], *, is_output: bool
) -> list[Item]:
    """How the error changes with the unit's output."""
    if is_output:
        others = len(story.network.output_units) - 1
        facts = {**facts, "others": others}
        error = story.graph[symbols["error"]]
        written = Equation(Name(error.name), (Row(outer.source or error.formula or Name(error.name)),))
        formulas = _squared(written, symbols["out"])
        return [Item("outer", (written, differentiated(story, outer)), symbols, facts, formulas)]
    return _paths(story, outer, symbols, facts)


def _squared(equation: Equation, out: str) -> dict[str, Expression]:
    """What stands in the bracket of a squared error, if there is one."""
    for node in walk(equation.rows[0].expression):
        if isinstance(node, Power) and out in names(node.base):
            return {"bracket": node.base}
    return {}


def _paths(story: Story, outer: Quantity, symbols: Symbols, facts: dict[str, object]) -> list[Item]:
    """The sum over all later units that see the unit's output."""
    terms = [story.graph[name] for name in outer.parents]
    by_error = outer.rule is Rule.SUM_OVER_PATHS and all(term.name.startswith("dE_") for term in terms)
    general = Equation(Name(outer.name), (Row(outer.formula or Name(outer.name)),))
    facts = {**facts, "by_error": by_error, "paths": len(terms) if by_error else len(terms) // 2}
    items = [Item("paths", (general,), symbols, facts)]
    if not by_error:
        locals_ = [term for term in terms if term.rule is Rule.LOCAL_DERIVATIVE]
        first, *others = locals_
        items.append(
            Item("path_local", (differentiated(story, first),), {**symbols, "path": first.name}, facts)
        )
        if others and len(others) <= MOST_EQUATIONS:
            items.append(Item("other_locals", story.equations(o.name for o in others), symbols, facts))
        items.append(Item("paths_sum", (story.equation(outer.name),), symbols, facts))
        return items
    first, *others = terms
    inner, link = (story.graph[name] for name in first.parents)
    named = {**symbols, "path": first.name, "inner": inner.name, "link": link.name}
    split = Equation(Name(first.name), (Row(first.formula or Name(first.name)),))
    items.append(Item("first_path", (split,), named, facts))
    items.append(Item("path_inner", (story.equation(inner.name),), named, facts))
    items.append(Item("path_link", (differentiated(story, link),), named, facts))
    items.append(Item("path_product", (story.equation(first.name),), named, facts))
    if others:
        blocks: list[Equation] = []
        for other in others[: MOST_EQUATIONS // 2]:
            blocks += [story.equation(other.parents[0]), story.equation(other.name)]
        left = len(others) - MOST_EQUATIONS // 2
        items.append(Item("other_paths", tuple(blocks), named, {**facts, "left": max(0, left)}))
    items.append(Item("paths_sum", (story.equation(outer.name),), symbols, facts))
    return items


def _delta_rule(story: Story, gradient: Quantity, symbols: Symbols, facts: dict[str, object]) -> list[Item]:
    """The product written out, the delta of the unit, and the gradient as delta times what came in."""
    forms = dict(gradient.forms)
    left = Name(gradient.name)
    items = [Item("written_out", (Equation(left, (Row(forms["written_out"]),)),), symbols, facts)]
    general = general_delta_rule(gradient, "o" if facts["is_last_hidden"] else "k")
    if general is not None:
        items.append(Item("general_rule", (Equation(left, (Row(general),)),), symbols, facts))
    delta = story.graph[symbols["delta"]]
    chain = delta.formula or Name(delta.name)
    rows = (Row(chain), *story.rows(delta.name, dict(delta.forms).get("written_out", chain)))
    items.append(Item("delta", (Equation(Name(delta.name), rows),), symbols, facts))
    items.append(Item("delta_form", (Equation(left, (Row(forms["delta"]),)),), symbols, facts))
    return items


def general_delta_rule(gradient: Quantity, index: str) -> Expression | None:
    """The written-out form with the sum over later units in general symbols; None where there is no sum.

    `index` stands for any unit of the next layer, h for the unit of this one.
    """
    form = dict(gradient.forms)["written_out"]
    first, *rest = form.factors if isinstance(form, Product) else (form,)
    pairs = [names(term) for term in first.terms] if isinstance(first, Sum) else []
    if not pairs or any(len(pair) != 2 or not pair[0].startswith("delta_") for pair in pairs):
        return None
    delta, weight = indexed(f"delta_{index}", gradient.sample), f"w_h{index}"
    instances = tuple(((delta, pair[0]), (weight, pair[1])) for pair in pairs)
    return Product((IndexedSum(index, Name(delta) * Name(weight), instances), *rest))
