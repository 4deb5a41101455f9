"""Which given numbers of a network are drawn anew for each student, and from which numbers.

Numbers are like those of the file: as many decimals, in steps of 5 where all are, whole where all are whole,
negative only where some are. What is data of a kind of its own stays: labels and inputs of 0 and 1, the
entries of an embedding, settings and constants. `"log(3)"` becomes another logarithm, so that what was
rational stays rational; `"symbolic"` becomes a decimal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from symback.exercises.draws import Stream
from symback.expression import Call, Number
from symback.forward import given_numbers
from symback.graph import Graph, Quantity, Role
from symback.losses import ANY
from symback.network import Given, Network
from symback.numbers import fixed
from symback.updates import is_descent

MOST_DECIMALS = 2
"""Numbers with more decimals are replaced by shorter ones."""
LEAST_WHOLE = 5
"""Whole numbers are drawn up to this one, decimals up to 1, and further where the file has larger ones."""
RATES = range(5, 10)
"""Digits of learning rates: smaller ones would leave little to be seen of an update."""
_LABELS = frozenset({Fraction(-1), Fraction(0), Fraction(1)})
_LOGARITHMS = tuple(Given(Call("log", Number(Fraction(k)))) for k in range(2, 10))


@dataclass(frozen=True, slots=True)
class Family:
    """Given quantities that are drawn together, each from `options`; none twice while they last."""

    names: tuple[str, ...]
    options: tuple[Given, ...]

    @property
    def is_repeating(self) -> bool:
        """Whether there are more names than options, so that each is drawn from all of them."""
        return len(self.names) > len(self.options)

    @property
    def limits(self) -> list[int]:
        """From how many options each name draws."""
        most, count = len(self.options), len(self.names)
        return [most] * count if self.is_repeating else list(range(most, most - count, -1))

    def draw(self, stream: Stream) -> Iterator[tuple[str, Given]]:
        """A number for each name."""
        left = list(self.options)
        take = left.__getitem__ if self.is_repeating else left.pop
        return ((name, take(stream.below(rest))) for name, rest in zip(self.names, self.limits, strict=True))


def families(network: Network, graph: Graph) -> tuple[Family, ...]:
    """The families of a network, in the order of its file."""
    numbers = given_numbers(network)
    groups: dict[tuple[Role, int], list[Quantity]] = {}
    for quantity in graph.with_role(Role.INPUT, Role.TARGET, Role.WEIGHT, Role.BIAS, Role.GAIN):
        groups.setdefault((quantity.role, quantity.layer), []).append(quantity)
    found: list[Family] = []
    for (role, _), quantities in groups.items():
        if role is Role.INPUT and any(layer.kind == "embedding" for layer in network.layers):
            continue
        if role is Role.TARGET and network.probabilities and network.loss_entry.targets is not ANY:
            continue  # formulas were shortened, as they add up to one
        found += _families(role, {quantity.name: numbers[quantity.name] for quantity in quantities}, network)
    rate = numbers.get("eta")
    update = network.update
    if rate is not None and update is not None and is_descent(update) and update.schedule == "constant":
        found += _rates(rate)
    return tuple(found)


def _families(role: Role, given: Mapping[str, Given], network: Network) -> Iterator[Family]:
    logarithms = [name for name, number in given.items() if isinstance(number.expression, Call)]
    if logarithms and all(_is_logarithm(given[name]) for name in logarithms):
        yield Family(tuple(logarithms), _LOGARITHMS)
    decimals = {name: number for name, number in given.items() if isinstance(number.expression, Number)}
    symbolic = tuple(name for name, number in given.items() if number.expression is None)
    values = {
        name: number.expression.value
        for name, number in decimals.items()
        if isinstance(number.expression, Number)
    }
    if symbolic:
        yield Family(symbolic, _grid(_fractions(5, 2, range(1, 20))))
    if not values or (role in (Role.INPUT, Role.TARGET) and set(values.values()) <= _LABELS):
        return
    options = _options(role, values.values(), [number.text for number in decimals.values()])
    if role is Role.TARGET:
        fit = network.loss_entry.targets.fit
        options = tuple(one for one in options if fit(float(_value(one))))
    if options:
        yield Family(tuple(values), options)


def _options(role: Role, values: Iterable[Fraction], texts: Iterable[str]) -> tuple[Given, ...]:
    """Numbers like these."""
    values = list(values)
    places = min(max((len(text.partition(".")[2]) for text in texts), default=0), MOST_DECIMALS)
    by_five = all((value * 10**places) % 5 == 0 for value in values) and places > 0
    step = 5 if by_five else 1
    largest = max(map(abs, values)) * 10**places
    enough = 10**places if places else LEAST_WHOLE
    most = int(largest) if role is Role.TARGET else max(int(largest * 8 / 5), enough)
    signs = (1, -1) if any(value < 0 for value in values) else (1,)
    return _grid(
        Fraction(sign * step * whole, 10**places)
        for sign in signs
        for whole in range(1, max(most // step, 1) + 1)
    )


def _rates(rate: Given) -> Iterator[Family]:
    """Learning rates with one digit, like the file's."""
    if rate.expression is None:
        yield Family(("eta",), _grid(_fractions(1, 1, RATES)))
    elif isinstance(rate.expression, Number) and rate.text:
        value, places = rate.expression.value, len(rate.text.partition(".")[2])
        if value * 10**places in range(1, 10) and places:
            yield Family(("eta",), _grid(_fractions(1, places, RATES)))


def _fractions(step: int, places: int, wholes: Iterable[int]) -> Iterator[Fraction]:
    return (Fraction(step * whole, 10**places) for whole in wholes)


def _grid(values: Iterable[Fraction]) -> tuple[Given, ...]:
    """The decimals, all written with as many places as the longest needs."""
    values = list(values)
    places = 0
    while any((value * 10**places).denominator > 1 for value in values):
        places += 1
    return tuple(Given(Number(value), fixed(int(value * 10**places), places)) for value in values)


def _is_logarithm(number: Given) -> bool:
    tree = number.expression
    return isinstance(tree, Call) and tree.function == "log" and isinstance(tree.argument, Number)


def _value(number: Given) -> Fraction:
    assert isinstance(number.expression, Number)
    return number.expression.value


def with_numbers(network: Network, numbers: Mapping[str, Given]) -> Network:
    """The network with other given numbers; what is not named stays."""

    def new(names: Iterable[str], given: Iterable[Given]) -> tuple[Given, ...]:
        return tuple(numbers.get(name, one) for name, one in zip(names, given, strict=True))

    samples = tuple(
        replace(
            sample,
            inputs=new(network.input_names(place), sample.inputs),
            targets=new((output.at("target") for output in network.outputs(place)), sample.targets)
            if sample.targets
            else (),
        )
        for place, sample in zip(network.places, network.samples, strict=True)
    )
    update = network.update
    if update is not None and "eta" in numbers:
        update = replace(update, learning_rate=numbers["eta"])
    parameters = tuple((name, numbers.get(name, one)) for name, one in network.parameters)
    return replace(network, samples=samples, parameters=parameters, update=update)
