"""The worked example in matrix notation: every layer one equation, one column a sample."""

from __future__ import annotations

from symback.document import Block, Cell, Document, Equation, Item, Row, Section, Show, Table
from symback.expression import Call, Expression, Name, walk
from symback.forward import given_numbers
from symback.matrix import MatrixView, dense_layers
from symback.matrix_nodes import Applied, Matrix, Ones
from symback.matrix_relations import Relation, function_layer, relations
from symback.naming import derivative
from symback.updates import is_descent
from symback.worked.closing import after_updates, checked
from symback.worked.figures import network_figure
from symback.worked.forward_pass import total_error
from symback.worked.layer_forward import has_kink
from symback.worked.plotted import flow_plot, weight_plot
from symback.worked.setting import constants
from symback.worked.story import Story
from symback.worked.updating import settings, several_updates, update_in_full

MOST_PARAMETERS = 100
"""Of a larger network no table has a row for each parameter."""


def matrix_example(story: Story) -> Document:
    """The whole document, with shapes and with numbers as matrices."""
    view = MatrixView(story.network, story.graph)
    found = list(relations(story.network, story.graph))
    forward = {"net_input", "activation", "coupled_activation"}
    updates = {"weight_update", "bias_update"}
    backward = [r for r in found if r.kind not in forward | updates]
    sections = [
        _setting(story, view, found),
        Section(
            "forward", (*_functions(story, view), *(_item(story, r) for r in found if r.kind in forward))
        ),
        total_error(story),
        _general(story, view, found),
        Section("backward", tuple(_item(story, r) for r in backward)),
    ]
    if story.network.update is not None:
        changed = [_item(story, r) for r in found if r.kind in updates] or _by_rule(story)
        facts = {"frozen": not story.network.update.biases, "is_descent": is_descent(story.network.update)}
        later = several_updates(story)
        if len(story.network.parameters) > MOST_PARAMETERS:
            later = [item for item in later if item.kind != "all_parameters"]
        sections.append(Section("updates", (*changed, *weight_plot(story), *flow_plot(story), *later), facts))
        if story.has_update_numbers():
            sections.append(after_updates(story, _trained_matrices))
    sections.append(checked(story))
    return Document("matrix_example", story.network.title, tuple(sections), _facts(story), story.network.name)


def _by_rule(story: Story) -> list[Item]:
    """The rule for the first weight, as it is for all others, and the matrices that come of it."""
    items = update_in_full(story, story.weights(1)[0].name, first=True, alone=True)
    if story.has_update_numbers():
        items.append(Item("updated", _trained_matrices(story, "+")))
    return items


def _facts(story: Story) -> dict[str, object]:
    network = story.network
    layers = dense_layers(network)
    return {
        "inputs": len(network.inputs),
        "layers": tuple((len(layer.units), layer.activation) for layer in layers),
        "samples": len(network.samples),
        "reduction": network.reduction,
        "count": len(layers),
        "has_biases": any(layer.bias_names for layer in layers),
        "shared": any(layer.has_shared_bias for layer in layers),
        "seed": network.seed,
    }


def _setting(story: Story, view: MatrixView, found: list[Relation]) -> Section:
    """The matrices that are given, each with its shape."""
    facts = _facts(story)
    facts["has_ones"] = any(isinstance(node, Ones) for r in found for node in walk(r.right))
    facts["has_targets"] = story.network.loss_entry.has_targets
    given: list[Matrix] = [view.activations(0), *_targets(story, view)]
    for place, layer in enumerate(dense_layers(story.network), start=1):
        given.append(view.weights(place))
        if layer.bias_names:
            given.append(view.biases(place))
    last = view.activations(len(dense_layers(story.network)))
    symbols = {"input": given[0].name, "target": view.targets().name, "last": last.name}
    items = [Item("overview", symbols=symbols, facts=facts), network_figure(story)]
    head = (Cell(word="matrix"), Cell(word="rows"), Cell(word="columns"))
    rows = tuple(
        (Cell(symbol=matrix.name), Cell(number=len(matrix.entries)), Cell(number=len(matrix.entries[0])))
        for matrix in _all(story, view)
    )
    items.append(Item("shapes", (Table("shapes", head, rows),), facts=facts))
    if story.has_numbers():
        blocks = tuple(Equation(matrix, (Row(matrix, Show.VALUE),)) for matrix in given)
        items.append(Item("given", blocks, facts=facts))
    items += constants(story, facts)
    if story.network.update is not None:
        items.append(Item("learning_rate", symbols={"eta": "eta"}, facts={"known": story.knows("eta")}))
    items += settings(story)
    rounding = story.evaluation.rounding
    if story.has_numbers():
        items.append(Item("rounding", facts={"digits": rounding.digits, "carry": rounding.carry}))
    return Section("network", tuple(items), facts)


def _targets(story: Story, view: MatrixView) -> list[Matrix]:
    """The targets, where the loss has any."""
    return [view.targets()] if story.network.loss_entry.has_targets else []


def _all(story: Story, view: MatrixView) -> list[Matrix]:
    matrices = [view.activations(0), *_targets(story, view)]
    for place, layer in enumerate(view.layers, start=1):
        biases = [view.biases(place)] if layer.bias_names else []
        matrices += [view.weights(place), *biases, view.net_inputs(place), view.activations(place)]
        matrices.append(view.deltas(place))
    return matrices


def _functions(story: Story, view: MatrixView) -> list[Item]:
    """What sigma is: formula and derivative for one entry, once for each function that layers have."""
    places: dict[object, list[int]] = {}
    numbers = given_numbers(story.network)
    for place, layer in enumerate(view.layers, start=1):
        if layer.activating is not None and not layer.couples_units:
            constants = tuple(numbers[name] for name in layer.activating.constants.values())
            places.setdefault((layer.activation, constants), []).append(place)
    items = []
    for of in places.values():
        outs, nets = (m.entries[0] for m in (view.activations(of[0]), view.net_inputs(of[0])))
        column = view.samples.index(story.sample)
        out, net = (getattr(row[column], "name", "") for row in (outs, nets))
        facts = {
            "activation": view.layers[of[0] - 1].activation,
            "differ": len(places) > 1,
            "kink": has_kink(story.graph[out]),
            "samples": len(view.samples),
            "count": len(of),
        }
        blocks = story.equations((out, derivative(out, net)))
        formulas = {f"sigma{number}": _sigma(view, place) for number, place in enumerate(of)}
        items.append(Item("function", blocks, {"unit": view.layers[of[0] - 1].units[0]}, facts, formulas))
    return items


def _sigma(view: MatrixView, place: int) -> Applied:
    """sigma(Z) of a layer."""
    return Applied("sigma", view.net_inputs(place), view.activations(place), function_layer(view, place))


def _general(story: Story, view: MatrixView, found: list[Relation]) -> Section:
    """The rules for any layer, in symbols: they are those of the last layers of this network."""
    count = len(view.layers)
    delta = ("output_gradient", "delta", "coupled_delta")
    wanted = [(kind, place) for place in (count, count - 1) for kind in delta]
    wanted += [(kind, count) for kind in ("weight_gradient", "bias_gradient")]
    rules = [r for place in wanted for r in found if (r.kind, r.layer) == place]
    blocks = tuple(Equation(relation.left, (Row(relation.right),)) for relation in rules)
    symbols = {"weights": view.weights(count).name, "delta": view.deltas(count).name}
    coupled = any(r.kind == "coupled_delta" for r in rules)
    facts = {"hidden": count - 1, "samples": len(story.network.samples), "coupled": coupled}
    return Section("rules", (Item("rules", blocks, symbols, facts),), facts)


def _trained_matrices(story: Story, state: str) -> tuple[Block, ...]:
    """Weights and, where they are trained, biases after so many rounds."""
    view = MatrixView(story.network, story.graph)
    found = []
    for place, layer in enumerate(dense_layers(story.network), start=1):
        found.append(view.weights(place, state))
        if layer.bias_names and layer.bias_names[0] + state in story.graph:
            found.append(view.biases(place, state))
    return tuple(Equation(matrix, (Row(matrix, Show.VALUE),)) for matrix in found)


def _item(story: Story, relation: Relation) -> Item:
    """The equation in symbols, with numbers, and its result."""
    if relation.left == relation.right:
        return _by_entry(story, relation)
    rows = [Row(relation.right)]
    if _is_known(story, relation):
        if not any(isinstance(node, Call) or _hides_numbers(node) for node in walk(relation.right)):
            rows.append(Row(relation.right, Show.NUMBERS))
        rows.append(Row(relation.left, Show.VALUE))
    return _told(story, relation, (Equation(relation.left, tuple(rows)),))


def _by_entry(story: Story, relation: Relation) -> Item:
    """Where there is no formula in matrices: that of the first entry, and all in numbers."""
    first = relation.left.entries[0][0]
    assert isinstance(first, Name)
    blocks = [story.equation(first.name)]
    if _is_known(story, relation):
        blocks.append(Equation(relation.left, (Row(relation.left, Show.VALUE),)))
    return _told(story, relation, tuple(blocks))


def _hides_numbers(node: Expression) -> bool:
    """Whether in numbers this would show what it gives, and not how."""
    return isinstance(node, Applied) and node.function in ("sigma", "sign")


def _is_known(story: Story, relation: Relation) -> bool:
    return story.knows(getattr(relation.left.entries[0][0], "name", ""))


def _told(story: Story, relation: Relation, blocks: tuple[Equation, ...]) -> Item:
    layers = dense_layers(story.network)
    facts = {
        "kind": "dense",
        "place": relation.layer,
        "is_output": relation.layer == len(layers),
        "hidden": len(layers) - 1,
        "activation": layers[relation.layer - 1].activation,
        "samples": len(story.network.samples),
        "height": len(relation.left.entries),
        "width": len(relation.left.entries[0]),
        "penalties": sum(f"lambda_{kind}" in story.graph for kind in ("l1", "l2")),
    }
    return Item(relation.kind, blocks, {"left": relation.left.name}, facts)
