"""Arithmetic and comparison by operator, by name, in place, and by NumPy's functions."""

from __future__ import annotations

import operator

import numpy as np
import pandas as pd
import pytest

BASE = pd.DataFrame({"a": [3, 1, 2, 5, 4], "b": [0.5, np.nan, 2.0, np.inf, -1.0], "n": [1, -2, 3, 7, 5]})
TEXT = BASE.set_axis(list("vwxyz"))
PART = TEXT.iloc[[4, 1, 2]].rename(columns={"n": "m"}) * 2
NAMES = [
    "add",
    "sub",
    "mul",
    "truediv",
    "div",
    "floordiv",
    "mod",
    "pow",
    "radd",
    "rsub",
    "rmul",
    "rtruediv",
    "rpow",
    "rdiv",
]
TESTS = ["eq", "ne", "lt", "le", "gt", "ge"]
OPERATORS = [operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod]


def changed(change):
    def run(*data):
        first = data[0].copy()
        return change(first, *data[1:])

    return run


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("fill", [None, 0.5])
def test_by_name(agree, name, fill):
    def call(x, y, **kwargs):
        return getattr(x, name)(y, fill_value=fill, **kwargs)

    agree(lambda d: call(d.b, d.n + 0.5), TEXT)
    agree(lambda d: call(d.b, 3), TEXT)
    agree(call, TEXT.b, PART.b)
    agree(lambda d: call(d, 3), TEXT + 0.25)
    agree(call, TEXT + 0.25, PART)
    if fill is None:
        agree(lambda d: call(d, d.n, axis=0), TEXT + 0.25)
        agree(lambda d: call(d, [1, 2, 3]), TEXT + 0.25)
        agree(lambda d: call(d.b, np.arange(5) + 1), TEXT)


@pytest.mark.parametrize("name", TESTS)
def test_comparisons_by_name(agree, name):
    def call(x, y, **kwargs):
        return getattr(x, name)(y, **kwargs)

    agree(lambda d: call(d.a, d.n), TEXT)
    agree(lambda d: call(d.a, 2), TEXT)
    agree(lambda d: call(d, 2), TEXT)
    agree(lambda d: call(d, d.n, axis=0), TEXT)
    agree(call, TEXT, TEXT.iloc[:3])
    agree(call, TEXT.a, TEXT.n.iloc[:3])
    agree(lambda d: call(d.a, [1, 2, 3, 4, 5]), TEXT)


@pytest.mark.parametrize("op", OPERATORS)
def test_operators_align(agree, op):
    agree(op, TEXT.b, PART.b)
    agree(op, TEXT, PART)
    agree(op, TEXT, TEXT[::-1])
    agree(op, BASE, BASE.head(3))
    agree(op, BASE.b, BASE.b[BASE.a > 2])
    agree(lambda d: op(d, d.iloc[0]), BASE)
    agree(lambda d: op(d, d["b"].iloc[2]), BASE)
    agree(lambda d: op(7, d), BASE)
    agree(lambda d: op(d.b, np.arange(5) + 1.5), BASE)
    agree(lambda d: op(np.arange(5) + 1.5, d.b), BASE)


def test_repeated_labels(agree):
    twice = TEXT.set_axis(list("aabba"))
    agree(operator.add, twice, twice)
    agree(lambda d: d.a + d.b, twice)
    agree(operator.add, twice.b, TEXT.b.set_axis(list("abcde")))
    agree(operator.add, twice, twice[::-1])


def test_comparison_needs_equal_labels(agree):
    agree(lambda x, y: x == y, TEXT, PART)
    agree(lambda x, y: x < y, TEXT.b, PART.b)


def test_in_place(agree, up):
    def change(d):
        d["a"] += 1
        d.b *= 2
        return d

    agree(changed(change), TEXT)
    ours = up(TEXT)
    alias, column = ours, ours.a
    ours += 1
    assert alias is ours
    assert ours.a.tolist() == (TEXT.a + 1).tolist()
    assert column.tolist() == TEXT.a.tolist()


FUNCTIONS = [
    np.sqrt,
    np.exp,
    np.log,
    np.log1p,
    np.log2,
    np.log10,
    np.sin,
    np.cos,
    np.tanh,
    np.abs,
    np.negative,
    np.sign,
    np.expm1,
    np.floor,
    np.ceil,
    np.rint,
    np.trunc,
    np.isnan,
]


@pytest.mark.filterwarnings("ignore:invalid value", "ignore:divide by zero")
@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
def test_numpy_functions(agree, function):
    agree(lambda d: function(d.b), TEXT)
    agree(function, TEXT[["b"]] * 1.5)
    if function.__name__ not in {"floor", "ceil", "rint", "trunc", "isnan"}:
        agree(lambda d: function(d.a), TEXT)


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize(
    "function", [np.add, np.subtract, np.multiply, np.divide, np.power, np.maximum, np.minimum, np.fmax]
)
def test_numpy_functions_of_two(agree, function):
    agree(lambda d: function(d.b, d.a), TEXT)
    agree(lambda d: function(d.b, 1.5), TEXT)
    agree(lambda d: function(1.5, d.b), TEXT)
    agree(lambda d: function(d, 2), TEXT)


def test_numpy_functions_in_pandas(agree):
    agree(lambda d: np.hypot(d.a, d.b), TEXT, native=False)
    agree(lambda d: np.where(d.a > 2, 1, 0).tolist(), TEXT)
    agree(lambda d: np.logical_and(d.a > 2, d.b > 0), TEXT)
    agree(lambda d: np.logical_not(d.a > 2), TEXT)


def test_logic(agree):
    agree(lambda d: (d.a > 2) & (d.b < 3) | ~(d.n == 1), TEXT)
    agree(lambda d: (d.a > 2) ^ (d.b > 0), TEXT)
    agree(lambda d: divmod(d.a, 2)[1], TEXT)


@pytest.mark.parametrize("op", [operator.truediv, operator.floordiv, operator.mod])
def test_division_by_zero(agree, op):
    zero = pd.DataFrame({"a": [3, 0, -2], "z": [0, 0, 0], "o": [1, 2, 3]})
    agree(lambda d: op(d.a, d.z), zero)
    agree(lambda d: op(d.a, 0), zero)
    agree(lambda d: op(d.a, d.o), zero)


@pytest.mark.parametrize("op", [operator.floordiv, operator.mod])
@pytest.mark.parametrize("divisor", [0, 2, pd.NA])
def test_masked_integers_by_a_scalar(agree, op, divisor):
    agree(lambda df: op(df["a"], divisor), pd.DataFrame({"a": pd.array([7, 8, -7, None], dtype="Int64")}))
