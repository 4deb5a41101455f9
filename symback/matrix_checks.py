"""Every matrix equation, worked out entry by entry, against the named quantities of the graph."""

from __future__ import annotations

from symback.checks import Check, Lemmas, Unfold, probabilities
from symback.expression import Expression, Name, substitute
from symback.graph import Graph
from symback.matrix_nodes import Applied, entries_of
from symback.matrix_relations import Relation, relations
from symback.network import Network
from symback.prover import prove


def check_matrices(network: Network, graph: Graph) -> Check:
    """Proves that each entry of each matrix equation is the quantity that stands at its place."""
    count = 0
    failed = []
    shares = probabilities(network)
    for relation in relations(network, graph):
        if isinstance(relation.right, Applied) or relation.right == relation.left:
            continue
        given = shares if relation.kind == "fused_delta" else {}
        for left, right in zip(_flat(relation.left), _flat(relation.right), strict=True):
            count += 1
            if not _agrees(network, graph, relation, (left, right), given):
                failed.append(left.name if isinstance(left, Name) else relation.left.name)
    return Check("matrices", not failed, {"count": count, "failed": tuple(dict.fromkeys(failed))})


def _agrees(
    network: Network,
    graph: Graph,
    relation: Relation,
    sides: tuple[Expression, Expression],
    given: dict[str, Expression],
) -> bool:
    """`given` has what is known of targets: the last is one minus the others."""
    layers = {relation.layer, len(network.layers), 0}
    left, right = sides
    assert isinstance(left, Name)
    formula = graph[left.name].formula
    if formula is None:
        return False
    # Where sums over paths stay names, most entries of a matrix have one shape, however wide the layers are.
    for lemmas in (Lemmas(), None):
        unfold = Unfold(graph, len(network.samples), layers, lemmas)
        one, other = (substitute(unfold(side), given) for side in (formula, right))
        if prove(one, other):
            return True
    return False


def _flat(expression: Expression) -> list[Expression]:
    return [entry for row in entries_of(expression) for entry in row]
