"""Every matrix equation, worked out entry by entry, against the named quantities of the graph."""

from __future__ import annotations

from symback.checks import Check, Lemmas, Unfold
from symback.expression import Expression, Name
from symback.graph import Graph
from symback.matrix import MatrixView, Relation
from symback.matrix_nodes import Applied, entries_of
from symback.network import Network
from symback.prover import prove


def check_matrices(network: Network, graph: Graph) -> Check:
    """Proves that each entry of each matrix equation is the quantity that stands at its place."""
    count = 0
    failed = []
    for relation in MatrixView(network, graph).relations():
        if isinstance(relation.right, Applied):
            continue
        for left, right in zip(_flat(relation.left), _flat(relation.right), strict=True):
            count += 1
            if not _agrees(network, graph, relation, left, right):
                failed.append(left.name if isinstance(left, Name) else relation.left.name)
    return Check("matrices", not failed, {"count": count, "failed": tuple(failed)})


def _agrees(network: Network, graph: Graph, relation: Relation, left: Expression, right: Expression) -> bool:
    layers = {relation.layer, len(network.layers), 0}
    assert isinstance(left, Name)
    formula = graph[left.name].formula
    if formula is None:
        return False
    # Where sums over paths stay names, most entries of a matrix have one shape, however wide the layers are.
    for lemmas in (Lemmas(), None):
        unfold = Unfold(graph, len(network.samples), layers, lemmas)
        if prove(unfold(formula), unfold(right)):
            return True
    return False


def _flat(expression: Expression) -> list[Expression]:
    return [entry for row in entries_of(expression) for entry in row]
