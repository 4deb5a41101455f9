"""Raw trees of matrix formulas -> matrix nodes over the layers of a network. Shapes are left to the judge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial

from symback.activations import ACTIVATIONS
from symback.claims import words
from symback.claims.matrix_names import LOWER_CASE, Meant, gradient, meant, view_of
from symback.claims.matrix_shapes import shape, spread
from symback.claims.meaning import Meaning
from symback.claims.names import Unresolved
from symback.claims.raw import (
    Array,
    Comparison,
    Group,
    Item,
    PartialSign,
    Ratio,
    Raw,
    Row,
    Scripted,
    Symbol,
    Term,
    single,
    walk,
)
from symback.claims.tokens import Unreadable
from symback.expression import Expression, Negative, Product, Quotient, Sum
from symback.matrix import MatrixView
from symback.matrix_nodes import (
    Applied,
    Elementwise,
    Entries,
    Matrix,
    MatrixProduct,
    Ones,
    Transposed,
    entries_of,
    is_matrix,
)

_ACTIVATIONS = {"sigmoid": "logistic", "tanh": "tanh"}
_ANY_LAYER = frozenset({"l", "l-1", "l+1"})
_LAYERS = _ANY_LAYER | {"L", "L-1"}


def read_matrix(trees: Sequence[Raw], meaning: Meaning) -> Iterator[tuple[Expression, ...]]:
    """The sides of a chain as matrices, once for each layer that a letter l may stand for.

    Sides that are plain numbers become matrices of one entry. Raises Unreadable or Unresolved for the first
    layer if no layer can be read, and where no side is a matrix.
    """
    network, graph = meaning.vocabulary.network, meaning.vocabulary.graph
    assert network is not None
    assert graph is not None
    lower = any(isinstance(n, Symbol) and n.text in LOWER_CASE for tree in trees for n in walk(tree))
    upper = any(
        isinstance(n, Symbol) and n.text in ("Z", "A", "Delta", "X", "Y", "ones")
        for tree in trees
        for n in walk(tree)
    )
    view = view_of(MatrixView(network, graph), one_column=lower and not upper)
    last = len(network.layers)
    has_letter = any(_is_layered(n, _ANY_LAYER) for t in trees for n in walk(t))
    failure: Unreadable | Unresolved | None = None
    found = False
    for layer in range(1, last + 1) if has_letter else (0,):
        reader = MatrixReader(view, {"l": layer, "L": last} if has_letter else {"L": last}, meaning)
        try:
            sides = [reader.read(tree) for tree in trees]
        except (Unreadable, Unresolved) as error:
            failure = failure or error
            continue
        shapes = {shape(side) for side in sides if is_matrix(side)}
        if len(shapes - {(1, 1)}) and not all(map(is_matrix, sides)):
            failure = failure or Unresolved("a matrix stands beside a number", trees[0].start, trees[-1].end)
        elif shapes:
            found = True
            yield tuple(side if is_matrix(side) else Matrix("", ((side,),)) for side in sides)
    if not found:
        raise failure or Unresolved("no matrix stands here", trees[0].start, trees[0].end)


def looks_like_matrices(trees: Sequence[Raw], meaning: Meaning) -> bool:
    """Whether a chain holds a matrix, a product entry by entry, or the symbol of a layer."""
    network, graph = meaning.vocabulary.network, meaning.vocabulary.graph
    if network is None or graph is None:
        return False
    view, letters = MatrixView(network, graph), {"l": 1, "L": len(network.layers)}
    for node in (node for tree in trees for node in walk(tree)):
        if isinstance(node, Array) and node.kind == "matrix":
            return True
        if isinstance(node, Item) and node.operator == "o":
            return True
        is_symbol = isinstance(node, Scripted) and isinstance(node.base, Symbol)
        if is_symbol and (_is_layered(node) or meant(node, view, letters, meaning.vocabulary)):
            return True
    return False


def _is_layered(node: Raw, letters: frozenset[str] = _LAYERS) -> bool:
    """Whether a letter that stands for a layer is in a script."""
    return isinstance(node, Scripted) and bool({node.subscript, node.raised_text.strip("()[]")} & letters)


class MatrixReader:
    """Reads one side; `letters` says which layers l and L are."""

    def __init__(self, view: MatrixView, letters: Mapping[str, int], meaning: Meaning) -> None:
        self.view = view
        self.letters = letters
        self.meaning = meaning

    @cached_property
    def _biases(self) -> frozenset[str]:
        return frozenset(name for layer in self.view.layers for name in layer.biases)

    @cached_property
    def _samples(self) -> int:
        return len(self.view.samples)

    def read(self, node: Raw) -> Expression:
        """A matrix formula or a plain one. Raises Unreadable or Unresolved."""
        match node:
            case Row(_, _, signs, terms):
                return self._sum(signs, terms)
            case Term(_, _, items):
                return self._term(items)
            case Group(_, _, _, (inside,)) if not isinstance(inside, Comparison):
                return self.read(inside)
            case Array(_, _, "matrix", rows):
                return self._array(rows, node)
            case Ratio():
                return self._ratio(node)
            case Symbol(style="ones"):
                return Ones(self._samples)
            case Symbol() | Scripted():
                return self._symbol(node)
        return self.meaning.read(node)

    def _sum(self, signs: tuple[str, ...], terms: tuple[Raw, ...]) -> Expression:
        found: list[Expression] = []
        for sign, raw in zip(signs, terms, strict=True):
            term = self.read(raw)
            for _ in range(sign.count("-")):
                term = Negative(term)
            found.append(term)
        matrix = next((term for term in found if is_matrix(term)), None)
        if matrix is not None:
            found = [term if is_matrix(term) else spread(term, matrix, terms, self._biases) for term in found]
        return found[0] if len(found) == 1 else Sum(tuple(found))

    def _term(self, items: tuple[Item, ...]) -> Expression:
        """Factors: numbers first, then products of matrices, then those taken entry by entry."""
        chunks: list[list[tuple[str, Expression]]] = [[]]
        scalars: list[Expression] = []
        place = 0
        while place < len(items):
            item = items[place]
            factor, after = self._factor(items, place)
            for _ in range(item.signs.count("-")):
                factor = Negative(factor)
            if item.operator == "/":
                raise Unreadable("a division stands between matrices", item.start, item.end)
            if item.operator == "o":
                chunks.append([])
            if is_matrix(factor):
                chunks[-1].append((item.operator, factor))
            else:
                scalars.append(factor)
            place = after
        if not any(chunks):
            return self.meaning.product(items)
        if not all(chunks):
            raise Unreadable("entry by entry, only matrices are multiplied", items[0].start, items[-1].end)
        factors = [self._chunk(chunk, items) for chunk in chunks]
        whole = factors[0] if len(factors) == 1 else Elementwise(tuple(factors))
        return Product((*scalars, whole)) if scalars else whole

    def _chunk(self, factors: list[tuple[str, Expression]], items: tuple[Item, ...]) -> Expression:
        """A product of matrices; two of one shape that cannot be multiplied are multiplied entry by entry."""
        nodes = [factor for _, factor in factors]
        if len(nodes) > 2 and isinstance(nodes[0], Ones) and isinstance(nodes[1], Transposed):
            nodes[0] = Ones(shape(nodes[2])[0])  # 1 1^T M has as many rows as M
        for place, node in enumerate(nodes):
            if isinstance(node, Ones) and place:
                nodes[place] = Ones(shape(nodes[place - 1])[1])
            elif isinstance(node, Transposed) and isinstance(node.operand, Ones) and place + 1 < len(nodes):
                nodes[place] = Transposed(Ones(shape(nodes[place + 1])[0]))
        result = nodes[0]
        for (sign, _), node in zip(factors[1:], nodes[1:], strict=True):
            fits = shape(result)[1] == shape(node)[0]
            is_same = shape(result) == shape(node)
            if sign == "*" and fits and is_same and shape(node) != (1, 1):
                raise Unresolved(
                    "is the dot a product of matrices or entry by entry?", items[0].start, items[-1].end
                )
            if is_same and not fits:
                result = Elementwise((result, node))
            elif isinstance(result, MatrixProduct) and result is not nodes[0]:
                result = MatrixProduct((*result.factors, node))
            else:
                result = MatrixProduct((result, node))
        return result

    def _factor(self, items: tuple[Item, ...], place: int) -> tuple[Expression, int]:
        node = single(items[place].factor)
        symbol = node.base if isinstance(node, Scripted) else node
        if isinstance(symbol, Symbol) and symbol.text == "nabla":
            return self._nabla(node, items, place)
        is_function = isinstance(symbol, Symbol) and symbol.text in words.ACTIVATION_LETTERS | {
            *words.ONE_ARGUMENT,
            "sign",
        }
        if is_function and place + 1 < len(items) and not items[place + 1].operator:
            bracket = single(items[place + 1].factor)
            if isinstance(bracket, Group) and len(bracket.items) == 1:
                argument = self.read(bracket.items[0])
                if is_matrix(argument):
                    return self._applied(node, argument), place + 2
                return self.meaning.factor(items, place)
        if isinstance(node, PartialSign):
            return self.meaning.factor(items, place)
        return self.read(items[place].factor), place + 1

    def _applied(self, node: Raw, argument: Expression) -> Expression:
        primes = node.primes if isinstance(node, Scripted) else 0
        symbol = node.base if isinstance(node, Scripted) else node
        assert isinstance(symbol, Symbol)
        if symbol.text not in words.ACTIVATION_LETTERS | _ACTIVATIONS.keys():
            if primes:
                raise Unresolved("the derivative of a function of matrices", node.start, node.end)
            return self._entry_by_entry(symbol.text, argument, node)
        for layer in range(1, len(self.view.layers) + 1):
            if argument == self.view.net_inputs(layer) and isinstance(argument, Matrix):
                results = self.view.slopes(layer) if primes else self.view.activations(layer)
                return Applied("sigma_prime" if primes else "sigma", argument, results)
        named = _ACTIVATIONS.get(symbol.text)
        activation = ACTIVATIONS[named] if named else self.meaning.vocabulary.activation()
        if activation is None or primes > 1:
            raise Unresolved("which activation is meant?", node.start, node.end)
        entries = _worked_out(argument, node)
        change = words.slope if primes else words.applied
        results = Matrix("", tuple(tuple(change(activation, entry) for entry in row) for row in entries))
        return Applied("sigma_prime" if primes else "sigma", Matrix("", entries), results)

    def _entry_by_entry(self, function: str, argument: Expression, node: Raw) -> Expression:
        """Another function of every entry."""
        entries = _worked_out(argument, node)
        change = words.sign if function == "sign" else partial(words.basic, words.ONE_ARGUMENT[function])
        results = Matrix("", tuple(tuple(map(change, row)) for row in entries))
        return Applied(function, Matrix("", entries), results)

    def _symbol(self, node: Raw) -> Expression:
        if self.meaning.is_euler(node):
            assert isinstance(node, Scripted)
            assert node.raised is not None
            inside = self.read(node.raised)
            if is_matrix(inside):
                return self._entry_by_entry("exp", inside, node)
        found = self._meant(node)
        if found is not None:
            return Transposed(found.matrix) if found.turned else found.matrix
        if isinstance(node, Scripted) and node.raised is not None and node.raised_text in ("T", "⊤"):
            if isinstance(node.base, Symbol) and node.base.style == "ones":
                return Transposed(Ones(self._samples))
            inside = self.read(replace(node, raised=None, raised_text=""))
            if is_matrix(inside):
                return Transposed(inside)
        elif isinstance(node, Scripted) and not isinstance(node.base, Symbol) and node.raised is None:
            return self.read(node.base)
        return self.meaning.read(node)

    def _array(self, rows: tuple[tuple[Raw, ...], ...], node: Raw) -> Matrix:
        if len({len(row) for row in rows}) != 1:
            raise Unreadable("the rows of this matrix have different lengths", node.start, node.end)
        return Matrix("", tuple(tuple(self.meaning.read(cell) for cell in row) for row in rows))

    def _ratio(self, node: Ratio) -> Expression:
        """The gradient of the total error by a matrix, or the slope of a layer; else a plain fraction."""
        above, below = (self._behind_sign(part) for part in (node.above, node.below))
        by = self._meant(below) if below is not None else None
        if above is None or by is None:
            return self._fraction(node)
        of = self._meant(above)
        if of is not None and (of.kind, by.kind) == ("a", "z") and of.layer == by.layer:
            return self.view.slopes(by.layer)
        if of is None and self._is_error(above):
            found = gradient(by, self.view)
            if found is not None:
                return found
        raise Unresolved("this derivative of a matrix is not read", node.start, node.end)

    def _fraction(self, node: Ratio) -> Expression:
        """A fraction of matrices, entry by entry, or a plain one."""
        try:
            parts = [self.read(part) for part in (node.above, node.below)]
        except (Unreadable, Unresolved):
            return self.meaning.read(node)
        return Quotient(*parts) if any(map(is_matrix, parts)) else self.meaning.read(node)

    def _meant(self, node: Raw) -> Meant | None:
        return meant(node, self.view, self.letters, self.meaning.vocabulary)

    def _is_error(self, node: Raw) -> bool:
        """Whether this is the error of the network, or of a sample where one sample stands for any."""
        symbol = node.base if isinstance(node, Scripted) else node
        if not isinstance(symbol, Symbol):
            return False
        if self.view.samples != (0,) and not self.view.batch and self.view.network.reduction == "mean":
            raise Unresolved("the mean over the samples is missing in this formula", node.start, node.end)
        below = node.subscript if isinstance(node, Scripted) else ""
        return self.meaning.vocabulary.base(symbol.text, below) in ("E_total", "E")

    def _behind_sign(self, node: Raw) -> Raw | None:
        """What stands behind the sign of a derivative, if it is one symbol."""
        if not isinstance(node, Row) or node.signs != ("",) or not isinstance(node.terms[0], Term):
            return None
        first, *rest = (single(item.factor) for item in node.terms[0].items)
        base = first.base if isinstance(first, Scripted) else first
        is_sign = isinstance(first, PartialSign) or (isinstance(first, Symbol) and first.text == "d")
        if is_sign and len(rest) == 1:
            found = rest[0]
            return single(found.items[0]) if isinstance(found, Group) and len(found.items) == 1 else found
        if not rest and isinstance(base, Symbol) and base.text[:1] == "d" and len(base.text) > 1:
            bare = Symbol(base.start + 1, base.end, base.text[1:], base.style)
            return replace(first, base=bare) if isinstance(first, Scripted) else bare
        return None

    def _nabla(self, node: Raw, items: tuple[Item, ...], place: int) -> tuple[Expression, int]:
        """`\\nabla_a L`: the error by the outputs of the last layer."""
        below = node.subscript if isinstance(node, Scripted) else ""
        if place + 1 >= len(items) or not self._is_error(single(items[place + 1].factor)):
            raise Unresolved("the gradient of what is not known", node.start, node.end)
        last = len(self.view.layers)
        if below in ("a", "aL", f"a{last}", "A", "AL"):
            found: Meant | None = Meant("a", last, self.view.activations(last), False)
        else:
            letter = Symbol(node.start, node.end, below[:1], "run")
            found = self._meant(Scripted(node.start, node.end, letter, below[1:]))
        matrix = gradient(found, self.view) if found is not None else None
        if matrix is None:
            raise Unresolved("the gradient by what is not known", node.start, node.end)
        return matrix, place + 2


def _worked_out(argument: Expression, node: Raw) -> Entries:
    try:
        return entries_of(argument)
    except ValueError as error:
        raise Unreadable(f"the shapes do not fit: {error}", node.start, node.end) from None


__all__ = ["MatrixReader", "looks_like_matrices", "read_matrix", "shape"]
