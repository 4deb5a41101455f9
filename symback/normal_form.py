"""Formulas as elements of one field of rational functions, so that equal ones can be recognised. No SymPy.

The field's generators are the names; one exponential for each exponent that is no combination, with
rational coefficients, of the others; logarithms and roots of factors (magnitudes); constants such as pi; and
functions that are not known here, each once by the normal form of its argument.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction
from math import lcm, prod

from symback.expression import (
    Call,
    Constant,
    Expression,
    Maximum,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
)
from symback.magnitudes import Magnitudes
from symback.rational_functions import Budget, Element, Field, TooLarge


def elements_of(
    trees: Iterable[Expression], budget: Budget, positive: Collection[str] = ()
) -> tuple[Field, list[Element]]:
    """A field that holds all the formulas, and each of them in it. Raises as `Program.elements`."""
    program = Program()
    places = [program.lower(tree) for tree in trees]
    return program.elements(places, budget, positive)


Instruction = tuple[str, tuple[int, ...], object]
"""An operation, the places of its arguments, and its constant."""

ATOMS = frozenset({"exp", "log", "root", "opaque", "constant"})
ODD = frozenset({"erf"})
"""Unknown functions of which f(-u) = -f(u) is known."""
MOST_FACTORS = 6
"""How many generators are kept ready for the factors of each logarithm and root."""
LARGEST_INDEX = 60
"""The common denominator of fractional exponents may be so large."""

Sign = tuple[int, bool, bool]
"""The place of a formula, whether it is positive rather than negative, and whether it cannot be 0."""


class Program:
    """The formulas as one list of instructions, each different one once; levels count nested atoms."""

    def __init__(self) -> None:
        self.instructions: list[Instruction] = []
        self.levels: list[int] = []
        self._places: dict[Instruction, int] = {}
        self._lowered: dict[
            int, tuple[int, Expression]
        ] = {}  # the tree is kept, so that its id stays its own

    def emit(self, operation: str, *arguments: int, constant: object = None) -> int:
        """The place of an instruction, added if it is new."""
        instruction = (operation, arguments, constant)
        place = self._places.get(instruction)
        if place is None:
            place = self._places[instruction] = len(self.instructions)
            self.instructions.append(instruction)
            level = max((self.levels[argument] for argument in arguments), default=0)
            self.levels.append(level + (operation in ATOMS))
        return place

    def lower(self, node: Expression) -> int:
        """The place of the instruction that computes a tree without cases, marks and indexed sums.

        Raises TooLarge for a node that is no function of its names.
        """
        known = self._lowered.get(id(node))
        if known is None:
            known = self._lowered[id(node)] = (self._lower(node), node)
        return known[0]

    def _lower(self, node: Expression) -> int:
        match node:
            case Number(value):
                return self.number(value)
            case Name(name):
                return self.emit("name", constant=name)
            case Constant(name):
                return self.emit("constant", constant=name)
            case Sum(terms):
                return self.emit("sum", *map(self.lower, terms))
            case Product(factors):
                return self.emit("product", *map(self.lower, factors))
            case Negative(operand):
                return self.emit("product", self.number(Fraction(-1)), self.lower(operand))
            case Quotient(numerator, denominator):
                return self.quotient(self.lower(numerator), self.lower(denominator))
            case Power(base, exponent):
                constant = constant_value(exponent)
                if constant is None:
                    return self.emit("opaque", self.lower(base), self.lower(exponent), constant="power")
                return self.power(self.lower(base), constant)
            case Call("tanh", argument):  # tanh(u) = (exp(2u) - 1)/(exp(2u) + 1)
                twice = self.emit("product", self.number(Fraction(2)), self.lower(argument))
                grown, one = self.emit("exp", twice), self.number(Fraction(1))
                below = self.emit("sum", grown, one)
                return self.quotient(self.emit("sum", grown, self.number(Fraction(-1))), below)
            case Call("sqrt", argument):
                return self.power(self.lower(argument), Fraction(1, 2))
            case Call("exp" | "log", argument):
                return self.emit(node.function, self.lower(argument))
            case Call(function, argument):
                return self.emit("opaque", self.lower(argument), constant=function)
            case Maximum(operands):
                return self.emit("opaque", *map(self.lower, operands), constant="max")
        raise TooLarge

    def elements(
        self,
        places: Iterable[int],
        budget: Budget,
        positive: Collection[str] = (),
        known: Sequence[Sign] = (),
        defined: bool = False,
    ) -> tuple[Field, list[Element]]:
        """The formulas at these places as elements of one field.

        Raises and means the same as `evaluation`.
        """
        evaluation = self.evaluation(budget, positive, known, defined)
        return evaluation.field, [evaluation.values[place] for place in places]

    def evaluation(
        self,
        budget: Budget,
        positive: Collection[str] = (),
        known: Sequence[Sign] = (),
        defined: bool = False,
    ) -> Evaluation:
        """All formulas in one field, and its generators.

        The names in `positive` are positive, the signs are as `known`. With `defined`, every formula of the
        program has a value: so what stands in a logarithm or a root tells signs as well.
        Raises TooLarge beyond the budget, ZeroDivisionError where a denominator is zero everywhere.
        """
        scales: dict[int, int] = {}
        while True:
            evaluation = Evaluation(self, budget, scales, positive, known, defined)
            if evaluation.run():
                return evaluation
            scales = evaluation.scales  # a finer exponent came up; each round multiplies a scale

    def number(self, value: Fraction) -> int:
        """The place of a constant."""
        return self.emit("number", constant=value)

    def quotient(self, above: int, below: int) -> int:
        """One place over another, as a product with a power of -1."""
        return self.emit("product", above, self.emit("power", below, constant=-1))

    def power(self, base: int, exponent: Fraction) -> int:
        """A whole power, times a root for what is left of the exponent."""
        whole = exponent.__floor__()
        result = self.emit("power", base, constant=whole)
        if exponent == whole:
            return result
        return self.emit("product", result, self.emit("root", base, constant=exponent - whole))


def constant_value(node: Expression) -> Fraction | None:
    """The value of an exponent without names, such as 2 - 1; None if it is anything else."""
    if isinstance(node, Number):
        return node.value
    if not isinstance(node, Negative | Sum | Product | Quotient):
        return None
    values = [value for value in map(constant_value, node.parts) if value is not None]
    if len(values) != len(node.parts):
        return None
    if isinstance(node, Negative):
        return -values[0]
    if isinstance(node, Sum):
        return sum(values, Fraction(0))
    if isinstance(node, Product):
        return prod(values, start=Fraction(1))
    return values[0] / values[1] if values[1] else None


class Evaluation:
    """One run of a program, level by level, so that what stands in an exponent is known before its exp.

    `scales` says by how much each independent exponent (by its place among all of them) is divided, so
    that every exp is a product of whole powers of generators.
    """

    def __init__(
        self,
        program: Program,
        budget: Budget,
        scales: dict[int, int],
        positive: Collection[str],
        known: Sequence[Sign],
        defined: bool,
    ) -> None:
        self.program = program
        self.scales = scales
        self.positive = positive
        self.known = known
        self.defined = defined
        self.values: dict[int, Element] = {}
        self.names: dict[int, str] = {}
        """The generators that are names."""
        self.exponentials: dict[int, int] = {}
        self.exponents: list[int] = []
        self.remainders: dict[int, tuple[Element, Element]] = {}
        self.opaques: list[tuple[object, list[Element], int]] = []
        atoms, index = 0, 2
        for operation, _, constant in program.instructions:
            atoms += operation in ATOMS or operation == "name"
            atoms += MOST_FACTORS * (operation in ("log", "root"))
            if operation == "root" and isinstance(constant, Fraction):
                index = lcm(index, constant.denominator)
        if index > LARGEST_INDEX:
            raise TooLarge
        self.field = Field(atoms, budget)
        self.magnitudes = Magnitudes(self.field, self._new_generator, index)
        self._used = 0

    def run(self) -> bool:
        """Evaluate everything; False if a scale has to change first (`scales` then holds the new ones)."""
        instructions = self.program.instructions
        by_level: dict[int, list[int]] = {}
        for place, level in enumerate(self.program.levels):
            by_level.setdefault(level, []).append(place)
        for level in sorted(by_level):
            places = by_level[level]
            if self.defined:
                for operation, arguments, _ in (instructions[place] for place in places):
                    if operation in ("log", "root"):
                        self.magnitudes.note(self.values[arguments[0]], operation == "log")
            if not self._exponentials([place for place in places if instructions[place][0] == "exp"]):
                return False
            for place in places:
                if place not in self.values:
                    self.values[place] = self._value(*instructions[place])
            for place, is_positive, strict in self.known:
                if self.program.levels[place] == level:
                    value = self.values[place]
                    self.magnitudes.note(value if is_positive else self.field.negate(value), strict)
        return True

    def _value(self, operation: str, arguments: tuple[int, ...], constant: object) -> Element:
        values = [self.values[argument] for argument in arguments]
        match operation, constant:
            case "sum", _:
                return self.field.add(values)
            case "product", _:
                return self.field.multiply(values)
            case "power", int(exponent):
                return self.field.power(values[0], exponent)
            case "root", Fraction() as exponent:
                return self.magnitudes.power(values[0], exponent)
            case "log", _:
                return self.magnitudes.log(values[0])
            case "number", Fraction() as value:
                return self.field.number(value)
            case "name", _:
                place = self._new_generator()
                self.names[place] = str(constant)
                if constant in self.positive:
                    self.field.signs[place] = 1
                    self.field.nonzero.add(place)
                return self.field.monomial([(place, 1)])
            case "constant", _:  # all that there are, are positive
                place = self._new_generator()
                self.field.signs[place] = 1
                self.field.nonzero.add(place)
                return self.field.monomial([(place, 1)])
        return self._opaque(constant, values)

    def _new_generator(self) -> int:
        if self._used == self.field.generators:
            raise TooLarge
        self._used += 1
        return self._used - 1

    def _opaque(self, kind: object, arguments: list[Element]) -> Element:
        for other, others, place in self.opaques:
            if other != kind or len(others) != len(arguments):
                continue
            value = self.field.monomial([(place, 1)])
            if all(map(self.field.are_equal, arguments, others)):
                return value
            if kind in ODD and self.field.are_equal(self.field.negate(arguments[0]), others[0]):
                return self.field.negate(value)
        place = self._new_generator()
        self.opaques.append((kind, arguments, place))
        return self.field.monomial([(place, 1)])

    def _exponentials(self, places: list[int]) -> bool:
        """Give every exp of a level its value as a product of powers of generators."""
        if not places:
            return True
        self.exponents += places
        for place in places:
            argument = self.values[self.program.instructions[place][1][0]]
            self.remainders[place] = self.magnitudes.split(argument)
        remainders = [self.remainders[place][0] for place in self.exponents]
        combinations = self.field.relations(remainders)
        scales: dict[int, int] = {}
        for combination in combinations:
            for basis, multiple in combination.items():
                scales[basis] = lcm(scales.get(basis, self.scales.get(basis, 1)), int(multiple.q))
        earlier = len(self.exponents) - len(places)
        if any(scale != self.scales.get(basis, 1) for basis, scale in scales.items() if basis < earlier):
            self.scales = self.scales | scales
            return False
        self.scales = self.scales | scales
        for place, combination in zip(places, combinations[earlier:], strict=True):
            powers = []
            for basis, multiple in combination.items():
                scale = scales[basis]
                if basis not in self.exponentials:
                    self.exponentials[basis] = generator = self._new_generator()
                    part = self.field.multiply([self.field.number(Fraction(1, scale)), remainders[basis]])
                    self.magnitudes.name_exponential(generator, part)
                powers.append((self.exponentials[basis], int((multiple * scale).p)))
            value = self.field.monomial(powers)
            self.values[place] = self.field.multiply([value, self.remainders[place][1]])
        return True
