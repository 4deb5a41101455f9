"""One layer of the backward pass, whatever its type: what its derivatives need, in the order of the graph.

Each kind of step is told once in full; what repeats it follows briefly.
"""

from __future__ import annotations

from symback.document import Equation, Item, Row, Section
from symback.expression import Maximum, Name, Sum, names, skeleton, walk
from symback.graph import PARAMETER_ROLES, Quantity, Role, Rule
from symback.layers.layer import Layer
from symback.naming import derivative, parts_of
from symback.worked.figures import coloured_gradient, path_figure
from symback.worked.layer_forward import has_kink, images, layer_facts
from symback.worked.story import MOST_EQUATIONS, Story, listing
from symback.worked.updating import update_in_full
from symback.worked.weight_in_full import differentiated

LINKS = frozenset({Role.DERIVATIVE, Role.DELTA})
"""Derivatives of the error by what a layer computes."""


class Teller:
    """Tells the derivatives of one layer; shapes that were told before are told briefly."""

    def __init__(self, story: Story, layer: Layer, told: set[object]) -> None:
        self.story = story
        self.layer = layer
        self.told = told
        """The kinds of local derivatives that were worked in full anywhere in the document."""
        self.named: set[str] = set()
        """The derivatives of the error that were told for this layer."""
        self.links: set[object] = set()
        """The kinds of derivatives of the error that were worked in full for this layer."""
        self.facts = {
            **layer_facts(story, layer),
            "classic": False,
            "has_update": story.network.update is not None,
            "samples": len(story.network.samples),
            "reduction": story.network.reduction,
        }

    def section(self) -> Section:
        """The whole layer."""
        parameters = [
            quantity
            for quantity in self.story.graph.with_role(*PARAMETER_ROLES)
            if quantity.layer == self.layer.place and quantity.role is not Role.BIAS
        ]
        links = self._links()
        items: list[Item] = []
        if parameters:
            items += self._first(parameters[0], links)
        elif links:
            items += self._passed(links)
        if parameters[1:]:
            items += self._others(parameters)
        facts = {**self.facts, "has_parameters": bool(parameters)}
        if parameters:
            facts["weight"] = parameters[0].name
        return Section("backward", tuple(items), facts)

    def _links(self) -> list[Quantity]:
        """The derivatives of the error by what the layer computes, for the sample that is worked in full."""
        story = self.story
        return [
            quantity
            for quantity in story.graph.with_role(*LINKS)
            if quantity.layer == self.layer.place
            and quantity.sample in (0, story.sample)
            and not quantity.name.endswith("+")
            and (quantity.role is Role.DELTA or parts_of(quantity.name).of == story.of)
            and (quantity.role is not Role.DELTA or story.of == "E_total")
        ]

    def _first(self, parameter: Quantity, links: list[Quantity]) -> list[Item]:
        """One parameter in full: the derivatives that its gradient needs, the gradient, the update."""
        story = self.story
        gradient = story.gradient(parameter.name)
        symbols = {
            "weight": parameter.name,
            "gradient": gradient.name,
            "error": f"E[{story.sample}]" if story.sample else "E_total",
            "total": "E_total",
        }
        local = [story.graph[name] for name in gradient.parents]
        direct = [quantity.name for quantity in local if ":direct" in quantity.name]
        facts = {
            **self.facts,
            "paths": len(gradient.formula.terms) if isinstance(gradient.formula, Sum) else 1,
        }
        facts["has_direct"] = bool(direct)
        facts["of_sample"] = gradient.name != derivative("E_total", parameter.name)
        facts["of_total"] = facts["of_sample"] and story.of == "E_total"
        if direct:
            symbols["direct"] = direct[0]
        opening = Equation(Name(gradient.name), (Row(coloured_gradient(story, gradient)),))
        items = [
            Item("question", symbols=symbols, facts=facts),
            Item("gradient_sum", (opening,), symbols, facts),
            *path_figure(story, parameter.name, gradient),
        ]
        form = dict(gradient.forms).get("delta")
        wanted = [gradient.name, *(names(form) if form is not None else ())]
        needed = {quantity.name for quantity in story.graph.ancestors(wanted)}
        items += self._told([link for link in links if link.name in needed])
        items += self._locals(gradient)
        items.append(Item("gradient", (story.equation(gradient.name),), symbols, facts))
        if form is not None and form != gradient.formula:
            items.append(Item("delta_form", (Equation(Name(gradient.name), (Row(form),)),), symbols, facts))
        whole = derivative("E_total", parameter.name)
        if gradient.name != whole:
            more = {**symbols, "first": gradient.name}
            items += self._locals(story.graph[whole])
            items.append(Item("sum_over_samples", (story.equation(whole),), more, facts))
        items += update_in_full(story, parameter.name, first=self.layer.place == len(story.network.layers))
        rest = [link for link in links if link.name not in needed]
        if rest:
            items += [Item("other_links", facts=self.facts), *self._told(rest)]
        return items

    def _passed(self, links: list[Quantity]) -> list[Item]:
        """A layer without parameters: how the error goes back through it."""
        return [Item("passing", facts=self.facts), *self._told(links)]

    def _told(self, links: list[Quantity]) -> list[Item]:
        """Derivatives in order, each kind once in full; then all others briefly."""
        items: list[Item] = []
        repeated: list[Quantity] = []
        kinds = self.links
        for link in self._with_paths(links):
            new = self._locals(link)
            kind = (parts_of(_by(link)).base, skeleton(link.formula)[0] if link.formula is not None else None)
            if new or kind not in kinds:
                if repeated:  # a number is told before it is used
                    items.append(self._brief("same_links", repeated))
                    repeated = []
                items += new
                items += self._link(link)
            else:
                repeated.append(link)
            kinds.add(kind)
        if repeated:
            items.append(self._brief("same_links", repeated))
        return items

    def _with_paths(self, links: list[Quantity]) -> list[Quantity]:
        """Each after the derivatives of single errors that it adds up."""
        found: dict[str, Quantity] = {}

        def add(link: Quantity) -> None:
            for name in link.parents:
                parent = self.story.graph[name]
                of_one = parts_of(parent.name).of not in ("E_total", self.story.of)
                if parent.role is Role.DERIVATIVE and of_one:
                    add(parent)
            if link.name not in self.named:
                self.named.add(link.name)
                found[link.name] = link

        for link in links:
            add(link)
        return list(found.values())

    def _link(self, link: Quantity) -> list[Item]:
        """One derivative of the error: its formula in named factors, numbers, value; its shorter forms."""
        story = self.story
        symbols = {"link": link.name, "by": _by(link), "error": parts_of(link.name).of or story.of}
        terms = len(link.formula.terms) if isinstance(link.formula, Sum) else 1
        facts = {**self.facts, "is_delta": link.role is Role.DELTA, "paths": terms, "rule": link.rule.value}
        facts["is_name"] = isinstance(link.formula, Name)
        if link.rule is Rule.LOCAL_DERIVATIVE:
            facts["kink"] = has_kink(link)
            self.told.add(local_kind(link))
            return [Item("loss_slope", (differentiated(story, link),), symbols, facts)]
        items = [Item("link", (story.equation(link.name),), symbols, facts)]
        forms = dict(link.forms)
        for kind in ("cancelled", "fused"):
            if kind in forms:
                written = (Equation(Name(link.name), (Row(forms["written_out"]), Row(forms[kind]))),)
                blocks = written if kind == "cancelled" else (story.equation(link.name, forms[kind]),)
                items.append(Item(kind, blocks, symbols, facts))
        return items

    def _locals(self, quantity: Quantity) -> list[Item]:
        """Those local derivatives in a formula of which none of their kind was shown before."""
        found = [self.story.graph[name] for name in quantity.parents]
        return [item for one in found if one.role is Role.LOCAL_DERIVATIVE for item in self._local(one)]

    def _local(self, local: Quantity) -> list[Item]:
        """A local derivative by the rules of differentiation, if none of its kind was shown before."""
        parts = parts_of(local.name)
        if local_kind(local) in self.told:
            return []
        self.told.add(local_kind(local))
        symbols = {"local": local.name, "of": parts.of, "by": parts.by}
        has_new_kink = has_kink(local) and "kink" not in self.told
        facts = {
            **self.facts,
            "kind": self.story.network.layers[local.layer - 1].kind if local.layer else "",
            "kink": has_new_kink,
            "direct": parts.direct,
            "base": parts_of(parts.of).base,
        }
        if has_new_kink and not str(facts["kind"]).startswith("max_pool"):
            self.told.add("kink")
        return [Item("local_in_full", (differentiated(self.story, local),), symbols, facts)]

    def _brief(self, kind: str, links: list[Quantity]) -> Item:
        """Derivatives as equations, or many of them as a table of values."""
        story = self.story
        facts = {**self.facts, "others": len(links)}
        grids = images(story, self.layer, lambda unit: derivative(story.of, f"out_{unit}"))
        grids += images(story, self.layer, lambda unit: f"delta_{unit}")
        if grids and len(links) > MOST_EQUATIONS and story.has_numbers():
            return Item(kind, tuple(grids), facts=facts)
        if len(links) > MOST_EQUATIONS and story.has_numbers():
            table = listing("links", "quantity", "value", {link.name: link.name for link in links})
            return Item(kind, (table,), facts=facts)
        return Item(kind, story.equations(link.name for link in links), facts=facts)

    def _others(self, parameters: list[Quantity]) -> list[Item]:
        """The gradients of all parameters but the first: those of a new kind in full, the others briefly."""
        story = self.story
        first, *gradients = (story.gradient(parameter.name) for parameter in parameters)
        items = [Item("other_weights", facts=self.facts)]
        kinds = {self._kind(first)}
        full = []
        for gradient in gradients:
            if self._kind(gradient) not in kinds:
                kinds.add(self._kind(gradient))
                full.append(gradient)
                items += self._locals(gradient)
                items.append(Item("other_gradient", (story.equation(gradient.name),), facts=self.facts))
        rest = [gradient for gradient in gradients if gradient not in full]
        longest = max((len(names(gradient.formula)) for gradient in rest if gradient.formula), default=0)
        if max(len(rest), longest // 2) > MOST_EQUATIONS and story.has_numbers():
            table = listing("all_gradients", "weight", "gradient", {g.name: g.name for g in rest})
            items.append(Item("other_gradients", (table,), facts=self.facts))
        elif rest:
            blocks = story.equations(gradient.name for gradient in rest)
            items.append(Item("other_gradients", blocks, facts=self.facts))
        return items

    def _kind(self, gradient: Quantity) -> object:
        """What gradients share that are computed alike: what they are taken through."""
        shape = skeleton(gradient.formula)[0] if gradient.formula is not None else None
        through = tuple(_letters(_by(self.story.graph[name])) for name in gradient.parents[:1])
        return through, shape


def local_kind(local: Quantity) -> object:
    """What local derivatives share that are worked alike."""
    parts = parts_of(local.name)
    assert local.formula is not None
    has_maximum = local.source is not None and any(isinstance(node, Maximum) for node in walk(local.source))
    shape = Maximum if has_maximum else skeleton(local.formula)[0]
    return _letters(parts.of), _letters(parts.by), parts.direct, shape


def _by(link: Quantity) -> str:
    """What the error is differentiated by."""
    return parts_of(link.name).by or f"net_{link.name.removeprefix('delta_')}"


def _letters(name: str) -> str:
    """What names of one kind share: `net`, `out`, `w`."""
    return parts_of(name).base.rstrip("0123456789")
