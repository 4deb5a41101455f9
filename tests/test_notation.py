"""Symbols of quantities, and symbols of a user's own."""

from __future__ import annotations

import pytest

from symback.errors import RequestError, UnknownName
from symback.notation import notation

SYMBOLS = [
    ("net-out", "net_h1", r"\mathrm{net}_{h1}"),
    ("net-out", "out_o1[2]", r"\mathrm{out}_{o1}^{(2)}"),
    ("net-out", "target_o1", r"\mathrm{target}_{o1}"),
    ("net-out", "E_total", r"E_{\mathrm{total}}"),
    ("net-out", "E_o1", r"E_{o1}"),
    ("net-out", "E[3]", r"E^{(3)}"),
    ("net-out", "w12", r"w_{12}"),
    ("net-out", "w5+", r"w_{5}^{+}"),
    ("net-out", "w5@100", r"w_{5}^{+100}"),
    ("net-out", "out_o1[2]@100", r"\mathrm{out}_{o1}^{(2)+100}"),
    ("net-out", "b_h1", r"b_{h1}"),
    ("net-out", "net_hidden3", r"\mathrm{net}_{\mathrm{hidden3}}"),
    ("net-out", "dE_total/dw5", r"\frac{\partial E_{\mathrm{total}}}{\partial w_{5}}"),
    ("net-out", "dE[2]/dw5", r"\frac{\partial E^{(2)}}{\partial w_{5}}"),
    ("net-out", "dE_total/dw5+", r"\frac{\partial E_{\mathrm{total}}^{+}}{\partial w_{5}^{+}}"),
    ("z-a", "net_h1", r"z_{h1}"),
    ("z-a", "dout_h1[1]/dnet_h1[1]", r"\frac{\partial a_{h1}^{(1)}}{\partial z_{h1}^{(1)}}"),
    ("z-a", "target_o1", r"y_{o1}"),
    ("z-a", "W^1", r"W^{1}"),
    ("z-a", "W^1+", r"W^{1,+}"),
    ("z-a", "W^2@100", r"W^{2,+100}"),
    ("z-a", "Delta^1", r"\Delta^{1}"),
]


@pytest.mark.parametrize(("style", "name", "latex"), SYMBOLS)
def test_symbol(style: str, name: str, latex: str) -> None:
    assert notation(style).symbol(name).text == latex


def test_inline_derivative() -> None:
    assert notation("z-a").inline("dE_total/dw5") == r"\partial E_{\mathrm{total}}/\partial w_{5}"


def test_a_symbol_of_ones_own_is_used_everywhere() -> None:
    own = notation("net-out", {"w1": r"\omega_1", "eta": r"\alpha", "net_h1": "s"})
    assert own.symbol("w1").text == r"\omega_1"
    assert own.symbol("w1+").text == r"\omega_1^{+}"
    assert own.symbol("eta").text == r"\alpha"
    assert own.symbol("dE_total/dw1").text == r"\frac{\partial E_{\mathrm{total}}}{\partial \omega_1}"
    assert own.symbol("net_h1[2]").text == "s^{(2)}"


HOSTILE = [
    r"\input{/etc/passwd}",
    r"\write18{ls}",
    r"\def\x{}",
    r"\csname input\endcsname",
    "}{",
    "a}b{",
    "{",
    "$x$",
    "x%",
    "a#b",
    "a&b",
    "x\ny",
    "<script>",
    "`x`",
    "^^41",
    "",
    "\\",
    "a^b^c",
    r"\mathbf{w}_{1}_2",
    "a_",
    "x^'",
    r"\hat",
    r"\hat w",
    "w_{}",
]


@pytest.mark.parametrize("latex", HOSTILE)
def test_a_hostile_symbol_is_refused(latex: str) -> None:
    with pytest.raises(RequestError, match="There may stand a symbol"):
        notation("net-out", {"w1": latex})


def test_an_unknown_style() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'net-out'"):
        notation("net-oot")
