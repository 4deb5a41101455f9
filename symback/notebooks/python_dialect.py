"""The dialect of Python with NumPy: formulas of the graph as code, scalar ones and those of matrices."""

from __future__ import annotations

from dataclasses import replace

from symback.dialects import ASCII

_NUMPY = ("exp", "log", "tanh", "sqrt", "abs", "floor", "sinh", "cosh", "sign")

PYTHON = replace(
    ASCII,
    name="python",
    fraction=("", "/", ""),
    power=("", "**", ""),
    functions=(
        *((name, (f"np.{name}(", ")")) for name in _NUMPY),
        *((name, (f"{name}(", ")")) for name in ("erf", "sigma", "sigma_prime")),
    ),
    layer_functions=(("sigma", ("sigma_", "(", ")")), ("sigma_prime", ("sigma_prime_", "(", ")"))),
    constants=(("pi", "np.pi"),),
    maximum=("max(", ", ", ")"),
    cases=("np.where(greater(", "), ", ", ", ")"),
    greater=", ",
    matrix=("np.array([[", ", ", "], [", "]])"),
    beside_matrix=" @ ",
    elementwise=" * ",
    transposed=("", ".T"),
    counted_ones=("np.ones((", ", 1))"),
)
"""A comparison is a call of `greater`, for which numbers that only rounding sets apart are equal."""
