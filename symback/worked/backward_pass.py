"""The backward pass, output layer first: one weight in full, then the other units and weights; the biases."""

from __future__ import annotations

from dataclasses import replace

from symback.document import Cell, Item, Section, Table
from symback.expression import ONE, ZERO, Product, Sum
from symback.graph import PARAMETER_ROLES, Quantity, Role, Rule
from symback.layers.dense import Dense
from symback.layers.layer import Layer
from symback.naming import derivative, indexed, parts_of
from symback.worked.layer_backward import Teller, local_kind
from symback.worked.story import MOST_EQUATIONS, MOST_LISTED, Story, listing, values_table
from symback.worked.updating import update_in_full
from symback.worked.weight_in_full import weight_in_full


def backward_pass(story: Story) -> list[Section]:
    """One section a layer, from the output down to the first that is trained, then the biases."""
    layers = story.network.layers
    trained = [q.layer for q in story.graph.with_role(*PARAMETER_ROLES)]
    lowest = min(trained, default=1)
    told: set[object] = set()
    classic: set[int] = set()
    sections = []
    for layer in reversed(layers):
        if layer.place < lowest or not layer.units:
            continue
        if is_classic(story, layer):
            sections.append(_layer(story, layer))
            classic |= {layer.place, 0}
            continue
        if classic:
            told |= _kinds_of(story, classic)
            classic = set()
        sections.append(told_layer(story, layer, told))
    biases = story.graph.with_role(Role.BIAS)
    if biases:
        sections.append(_biases(story, biases))
    return sections


def _kinds_of(story: Story, layers: set[int]) -> set[object]:
    """The kinds of local derivatives that these layers have."""
    return {
        local_kind(quantity)
        for quantity in story.graph.with_role(Role.LOCAL_DERIVATIVE)
        if quantity.layer in layers and "+" not in quantity.name
    }


def is_classic(story: Story, layer: Layer) -> bool:
    """Whether each gradient of the layer is a product of three named factors, as in the classic example."""
    layers = story.network.layers
    follower = layers[layer.place] if layer.place < len(layers) else None
    if not isinstance(layer, Dense) or not (follower is None or isinstance(follower, Dense)):
        return False
    if layer.couples_units or layer.source.steps or any(port.step is not None for port in layer.source.ports):
        return False
    gradients = list(map(story.gradient, layer.weights))
    if not all(isinstance(g.formula, Product) and len(g.parents) == 3 for g in gradients):
        return False
    outer = story.graph[gradients[0].parents[0]]
    return follower is not None or outer.rule in (Rule.LOCAL_DERIVATIVE, Rule.CHAIN_RULE)


def told_layer(story: Story, layer: Layer, told: set[object]) -> Section:
    """A layer of any other type, with a table of what all samples contribute."""
    section = Teller(story, layer, told).section()
    parameters = tuple(story.graph[name] for name in layer.weights)
    first = derivative(f"E[{story.sample}]", parameters[0].name) if parameters else ""
    if not (story.has_samples and story.has_numbers() and first in story.graph):
        return section
    item = Item("all_samples", tuple(_contribution_table(story, parameters)), facts=section.facts)
    return replace(section, items=(*section.items, item))


def _layer(story: Story, layer: Layer) -> Section:
    count, place = len(story.network.layers), layer.place
    first, *others = story.weights(place)
    items = [*weight_in_full(story, first.name), *update_in_full(story, first.name, first=place == count)]
    facts: dict[str, object] = {
        "classic": True,
        "kind": layer.kind,
        "has_parameters": True,
        "place": place,
        "is_output": place == count,
        "hidden": count - 1,
        "sample": story.sample,
        "has_update": story.network.update is not None,
        "samples": len(story.network.samples),
    }
    other_units = layer.units[1:]
    if other_units:
        items.append(_other_deltas(story, other_units, facts))
    if others:
        items.append(_other_weights(story, others, facts))
    if story.has_samples and story.has_numbers():
        tables = [*_delta_table(story, layer.units), *_contribution_table(story, story.weights(place))]
        items.append(
            Item("all_samples", tuple(tables), facts={**facts, "reduction": story.network.reduction})
        )
    return Section("backward", tuple(items), {**facts, "weight": first.name})


def _other_deltas(story: Story, units: tuple[str, ...], facts: dict[str, object]) -> Item:
    """The two factors and the delta of every other unit of the layer."""
    if len(units) > MOST_EQUATIONS // 2 and story.has_numbers():
        rows = [(Cell(unit=unit), list(_unit_factors(story, unit))) for unit in units]
        heads = list(_unit_factors(story, units[0]))
        table = values_table("deltas", "unit", heads, rows)[0]
        head = (
            Cell(word="unit"),
            Cell(word="error_by_output"),
            Cell(word="output_by_net"),
            Cell(word="delta"),
        )
        return Item("other_deltas", (Table(table.kind, head, table.rows),), facts=facts)
    names = [name for unit in units for name in _unit_factors(story, unit)]
    return Item("other_deltas", story.equations(names), facts=facts)


def _unit_factors(story: Story, unit: str) -> tuple[str, str, str]:
    """dE/dout, dout/dnet and the derivative by the net input, of the sample that is worked in full."""
    of = "E_total"
    if story.has_samples and story.network.reduction == "mean":
        of = f"E[{story.sample}]"
    net, out = story.at(f"net_{unit}"), story.at(f"out_{unit}")
    return derivative(of, out), derivative(out, net), derivative(of, net)


def _other_weights(story: Story, weights: list[Quantity], facts: dict[str, object]) -> Item:
    if len(weights) > MOST_LISTED and not story.has_samples and not story.has_numbers():
        tables = _products(story, weights[0].layer)
        return Item("other_weights", tuple(tables), facts={**facts, "table": "products"})
    gradients = [story.gradient(weight.name) for weight in weights]
    if len(weights) > MOST_EQUATIONS and story.has_numbers():
        head = (
            Cell(word="weight"),
            Cell(word="unit_factor"),
            Cell(word="slope"),
            Cell(word="came_in"),
            Cell(word="gradient"),
        )
        rows = [
            (
                Cell(symbol=weight.name),
                *(Cell(value=name) for name in gradient.parents),
                Cell(value=gradient.name),
            )
            for weight, gradient in zip(weights, gradients, strict=True)
        ]
        return Item(
            "other_weights", (Table("gradients", head, tuple(rows)),), facts={**facts, "table": "factors"}
        )
    if len(weights) > MOST_EQUATIONS:
        table = gradients_table("delta_rule", [weight.name for weight in weights], gradients)
        return Item("other_weights", (table,), facts={**facts, "table": "delta_rule"})
    return Item("other_weights", story.equations(g.name for g in gradients), facts={**facts, "table": ""})


def _products(story: Story, place: int) -> list[Table]:
    """Without numbers: a row a delta, a column an input, and in the cell the weight whose gradient is their
    product.
    """
    layer = story.network.layers[place - 1]
    assert isinstance(layer, Dense)
    inputs = layer.source.at(story.sample)
    tables = []
    for start in range(0, len(inputs), MOST_EQUATIONS):
        part = slice(start, start + MOST_EQUATIONS)
        head = (Cell(word="times"), *(Cell(symbol=name) for name in inputs[part]))
        rows = tuple(
            (story.at(f"delta_{unit}"), *names[part])
            for unit, names in zip(layer.units, layer.weight_names, strict=True)
        )
        tables.append(Table("products", head, rows))
    return tables


def gradients_table(kind: str, parameters: list[str], gradients: list[Quantity]) -> Table:
    """Without numbers: a row a parameter, its gradient as delta times what came in."""
    head = (Cell(word="weight"), Cell(word="gradient"))
    rows = [
        (Cell(symbol=parameter), Cell(formula=dict(gradient.forms).get("delta", gradient.formula)))
        for parameter, gradient in zip(parameters, gradients, strict=True)
    ]
    return Table(kind, head, tuple(rows))


def _delta_table(story: Story, units: tuple[str, ...]) -> list[Table]:
    bases = [f"delta_{unit}" for unit in units]
    rows = [
        (Cell(number=sample), [indexed(base, sample) for base in bases]) for sample in story.network.places
    ]
    return values_table("sample_deltas", "sample", bases, rows)


def _contribution_table(story: Story, parameters: tuple[Quantity, ...]) -> list[Table]:
    """A row a sample and a last row for the sum or mean, a column a parameter."""
    names = [parameter.name for parameter in parameters]
    rows = [
        (Cell(number=sample), [derivative(f"E[{sample}]", name) for name in names])
        for sample in story.network.places
    ]
    rows.append((Cell(word=story.network.reduction), [derivative("E_total", name) for name in names]))
    return values_table("contributions", "sample", names, rows)


def _locals(story: Story, bias: Quantity) -> list[str]:
    """The local derivatives by a bias in its gradient."""
    return [name for name in story.gradient(bias.name).parents if parts_of(name).by == bias.name]


def _biases(story: Story, biases: tuple[Quantity, ...]) -> Section:
    """The gradients of all biases; they are frozen or updated like the weights."""
    update = story.network.update
    backward = sorted(biases, key=lambda bias: -bias.layer)
    first = backward[0]
    gradient = story.gradient(first.name)
    local = next(name for name in gradient.parents if parts_of(name).by == first.name)
    summed = [bias for bias in biases if isinstance(story.gradient(bias.name).formula, Sum)]
    kinds = {story.network.layers[bias.layer - 1].kind for bias in summed}
    places = {story.graph[parts_of(name).of].role for bias in biases for name in _locals(story, bias)}
    slopes = {story.graph[name].formula for bias in biases for name in _locals(story, bias)}
    symbols = {"bias": first.name, "local": local, "gradient": gradient.name, "of": parts_of(local).of}
    facts = {
        "shared": bool(summed),
        "is_added": slopes <= {ONE, ZERO},
        "by_net_inputs": places == {Role.NET_INPUT},
        "dense": kinds <= {"dense"} and not story.network.source.steps,
        "is_delta": story.network.reduction == "sum" or not story.has_samples,
        "frozen": update is not None and not update.biases,
        "updated": update is not None and update.biases,
        "sample": story.sample,
    }
    items = [Item("bias_local", (story.equation(local),), symbols, facts)]
    gradients = [story.gradient(bias.name).name for bias in backward]
    if len(gradients) <= MOST_EQUATIONS:
        items.append(Item("bias_gradients", story.equations(gradients), symbols, facts))
    else:
        found = {bias.name: derivative("E_total", bias.name) for bias in backward}
        table = listing("bias_gradients", "bias", "gradient", found)
        items.append(Item("bias_gradients", (table,), symbols, facts))
    if story.has_samples and story.has_numbers():
        items.append(Item("bias_samples", tuple(_contribution_table(story, biases)), symbols, facts))
    return Section("biases", tuple(items), facts)
