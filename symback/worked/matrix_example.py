"""The worked example in matrix notation: every layer one equation, one column a sample."""

from __future__ import annotations

from symback.document import Block, Cell, Document, Equation, Item, Row, Section, Show, Table
from symback.matrix import MatrixView, Relation, dense_layers
from symback.matrix_nodes import Applied, Matrix
from symback.updates import is_descent
from symback.worked.closing import after_updates, checked
from symback.worked.forward_pass import total_error
from symback.worked.story import Story
from symback.worked.updating import settings, several_updates, update_in_full


def matrix_example(story: Story) -> Document:
    """The whole document, with shapes and with numbers as matrices."""
    view = MatrixView(story.network, story.graph)
    relations = list(view.relations())
    forward = {"net_input", "activation"}
    updates = {"weight_update", "bias_update"}
    backward = [r for r in relations if r.kind not in forward | updates]
    sections = [
        _setting(story, view),
        Section("forward", tuple(_item(story, r) for r in relations if r.kind in forward)),
        total_error(story),
        _general(story, view),
        Section("backward", tuple(_item(story, r) for r in backward)),
    ]
    if story.network.update is not None:
        changed = [_item(story, r) for r in relations if r.kind in updates] or _by_rule(story)
        facts = {"frozen": not story.network.update.biases, "is_descent": is_descent(story.network.update)}
        sections.append(Section("updates", (*changed, *several_updates(story)), facts))
        if story.has_update_numbers():
            sections.append(after_updates(story, _trained_matrices))
    sections.append(checked(story))
    return Document("matrix_example", story.network.title, tuple(sections), _facts(story))


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


def _setting(story: Story, view: MatrixView) -> Section:
    """The matrices that are given, each with its shape."""
    facts = _facts(story)
    given: list[Matrix] = [view.activations(0), view.targets()]
    for place, layer in enumerate(dense_layers(story.network), start=1):
        given.append(view.weights(place))
        if layer.bias_names:
            given.append(view.biases(place))
    last = view.activations(len(dense_layers(story.network)))
    symbols = {"input": given[0].name, "target": given[1].name, "last": last.name}
    items = [Item("overview", symbols=symbols, facts=facts)]
    head = (Cell(word="matrix"), Cell(word="rows"), Cell(word="columns"))
    rows = tuple(
        (Cell(symbol=matrix.name), Cell(number=len(matrix.entries)), Cell(number=len(matrix.entries[0])))
        for matrix in _all(view, len(dense_layers(story.network)))
    )
    items.append(Item("shapes", (Table("shapes", head, rows),), facts=facts))
    if story.has_numbers():
        blocks = tuple(Equation(matrix, (Row(matrix, Show.VALUE),)) for matrix in given)
        items.append(Item("given", blocks, facts=facts))
    if story.network.update is not None:
        items.append(Item("learning_rate", symbols={"eta": "eta"}, facts={"known": story.knows("eta")}))
    items += settings(story)
    rounding = story.evaluation.rounding
    if story.has_numbers():
        items.append(Item("rounding", facts={"digits": rounding.digits, "carry": rounding.carry}))
    return Section("network", tuple(items), facts)


def _all(view: MatrixView, count: int) -> list[Matrix]:
    matrices = [view.activations(0), view.targets()]
    for place, layer in enumerate(view.layers, start=1):
        biases = [view.biases(place)] if layer.bias_names else []
        matrices += [view.weights(place), *biases, view.net_inputs(place), view.activations(place)]
        matrices.append(view.deltas(place))
    return matrices


def _general(story: Story, view: MatrixView) -> Section:
    """The rules for any layer, in symbols: they are those of the last layers of this network."""
    count = len(dense_layers(story.network))
    wanted = [("delta", count), ("delta", count - 1), ("weight_gradient", count), ("bias_gradient", count)]
    found = [r for place in wanted for r in view.relations() if (r.kind, r.layer) == place]
    blocks = tuple(Equation(relation.left, (Row(relation.right),)) for relation in found)
    symbols = {"weights": view.weights(count).name, "delta": view.deltas(count).name}
    facts = {"hidden": count - 1, "samples": len(story.network.samples)}
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
    rows = [Row(relation.right)]
    entry = relation.left.entries[0][0]
    if story.knows(getattr(entry, "name", "")):
        if not isinstance(relation.right, Applied):
            rows.append(Row(relation.right, Show.NUMBERS))
        rows.append(Row(relation.left, Show.VALUE))
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
    }
    return Item(relation.kind, (Equation(relation.left, tuple(rows)),), {"left": relation.left.name}, facts)
