"""The vocabulary: spellings, aliases, conventions of other authors, and what stays unknown."""

from __future__ import annotations

from functools import cache

import pytest

from symback.claims.index_text import flattened
from symback.claims.spellings import key_of
from symback.claims.vocabulary import Vocabulary, alias_key
from symback.derivation import derive
from symback.network import load, parse

ALIASES = """
loss = "half_squared_error"
[inputs]
i1 = 1
i2 = 2
[targets]
o1 = 1
[[layers]]
units = ["h1", "h2"]
activation = "tanh"
weights = [[0.1, 0.2], [0.3, 0.4]]
biases = [0.5, 0.6]
[[layers]]
units = ["o1"]
activation = "linear"
weights = [[0.7, 0.8]]
bias = 0.9
[update]
learning_rate = 0.1
[aliases]
z1 = "net_h1"
"L" = "E_total"
'\\alpha' = "eta"
'\\hat{y}' = "out_o1"
'a^{(1)}_2' = "out_h2"
w1 = "w3"
"""


@cache
def vocabulary(name: str) -> Vocabulary:
    network = parse(ALIASES, "aliases.toml") if name == "aliases" else load(name)
    return Vocabulary(network, derive(network))


MEANT = [
    ("mazur", "w", "5", "w5"), ("mazur", "net", "h1", "net_h1"), ("mazur", "z", "h1", "net_h1"),
    ("mazur", "a", "o2", "out_o2"), ("mazur", "y", "o1", "target_o1"), ("mazur", "t", "2", "target_o2"),
    ("mazur", "hat y", "2", "out_o2"), ("mazur", "x", "1", "i1"), ("mazur", "h", "1", "out_h1"),
    ("mazur", "w", "h1o1", "w5"), ("mazur", "w", "o1h1", "w5"), ("mazur", "w", "i2,h1", "w2"),
    ("mazur", "E", "", "E_total"), ("mazur", "J", "", "E_total"), ("mazur", "L", "total", "E_total"),
    ("mazur", "E", "o1", "E_o1"), ("mazur", "alpha", "", "eta"), ("mazur", "delta", "h2", "delta_h2"),
    ("xor", "b", "h1", "b_h1"), ("xor", "hat y", "", "out_o1"), ("xor", "y", "", "target_o1"),
    ("aliases", "z", "1", "net_h1"), ("aliases", "L", "", "E_total"), ("aliases", "hat y", "", "out_o1"),
    ("aliases", "w", "1", "w3"), ("aliases", "w", "2", "w2"),
]  # fmt: skip


@pytest.mark.parametrize(("network", "base", "subscript", "name"), MEANT)
def test_spellings(network: str, base: str, subscript: str, name: str) -> None:
    assert vocabulary(network).base(base, subscript) == name


UNKNOWN = [
    ("mazur", "w", ""), ("mazur", "w", "11"), ("mazur", "y", ""), ("mazur", "out", ""),
    ("mazur", "delta", "1"),
    ("mazur", "w", "9"), ("mazur", "a", "1"), ("mazur", "z", "3"), ("mazur", "foo", ""), ("xor", "w", "i1o1"),
    ("mazur", "E", "1"), ("mazur", "b", "3"), ("mazur", "W", "1"),
]  # fmt: skip


@pytest.mark.parametrize(("network", "base", "subscript"), UNKNOWN)
def test_what_is_not_clear_is_not_known(network: str, base: str, subscript: str) -> None:
    assert vocabulary(network).base(base, subscript) is None


def test_an_alias_may_have_a_superscript() -> None:
    assert vocabulary("aliases").base("a", "2", "(1)") == "out_h2"
    assert vocabulary("aliases").base("a", "2", "(2)") is None


@pytest.mark.parametrize("spelling", ["y1", "y_1", "y_{1}", "y_{_1}", r"\mathrm{y}_{1}", "$y_1$"])
def test_one_alias_covers_the_spellings(spelling: str) -> None:
    assert alias_key(spelling) == "y1"


@pytest.mark.parametrize(
    ("text", "flat"),
    [("{h_1}", "h1"), (r"\mathrm{h1}", "h1"), ("h_{1}", "h1"), (r"\text{total}", "total"),
     ("h_1, o_1", "h1,o1"),
     (r"h_1 \to o_1", "h1,o1"), ("o₁", "o1"), (r"\delta", "delta"), ("l-1", "l-1"),
     (r"\frac{1}{2}", None), ("$", None)],
)  # fmt: skip
def test_scripts_as_plain_text(text: str, flat: str | None) -> None:
    assert flattened(text) == flat


@pytest.mark.parametrize(
    ("base", "sample", "state", "name"),
    [
        ("w5", 0, "+", "w5+"),
        ("w5", 0, "@1", "w5+"),
        ("w5", 0, "@0", "w5"),
        ("w5", 0, "@10000", "w5@10000"),
        ("out_o1", 2, "", "out_o1[2]"),
        ("E_total", 3, "", "E[3]"),
        ("E_total", 0, "@7", "E_total@7"),
        ("out_o1", 0, "", None),
        ("out_o1", 5, "", None),
        ("eta", 0, "@3", None),
    ],
)
def test_samples_and_states(base: str, sample: int, state: str, name: str | None) -> None:
    assert vocabulary("xor").quantity(base, sample, state) == name


def test_frozen_biases_have_no_later_state() -> None:
    assert vocabulary("mazur").quantity("b1", 0, "+") is None


def test_sigma_is_the_activation_of_the_unit() -> None:
    known = vocabulary("aliases")
    assert [getattr(known.activation(unit), "name", None) for unit in ("h1", "o1", "")] == [
        "tanh",
        "linear",
        "tanh",
    ]


@pytest.mark.parametrize(
    ("document", "name"),
    [("", "target_o1"), (r"$t_1 - \hat{y}_1$", "target_o1"), ("$t_1 - y_1$", None), ("$net_1$", "target_o1")],
)
def test_y_is_no_target_where_t_is(document: str, name: str | None) -> None:
    network = load("mazur")
    assert Vocabulary(network, derive(network), document).base("y", "1") == name


def test_without_a_network_names_are_variables() -> None:
    free = Vocabulary()
    assert free.is_free
    assert free.base("x", "1") == "x_1"
    assert free.quantity("x_1") == "x_1"
    assert free.quantity("x_1", 2) is None


def test_a_vocabulary_needs_network_and_graph() -> None:
    with pytest.raises(ValueError, match="network together with its graph"):
        Vocabulary(load("mazur"))


def test_keys_leave_out_only_underscores_and_braces() -> None:
    assert key_of("w_{5}", "") == key_of("w", "5") == "w5"
    assert key_of("w", "1,2") != key_of("w", "12")
