"""compat.map, compat.pairs and the quantiles of compat.stat, against numpy and pandas."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from .oracle import SPECIAL, assert_same
from .test_primitives import SIZES, refused, up

if TYPE_CHECKING:
    from .conftest import Node

NAN = np.nan
ODD = [*SPECIAL, NAN, -0.5, 2.5, 3.5, -2.0, 1.0, -1.0, 1e-300]


def pairs_of_odd() -> pd.DataFrame:
    """Every odd number beside every other one."""
    both = np.array(list(itertools.product(ODD, ODD)))
    return pd.DataFrame({"x": both[:, 0], "y": both[:, 1]})


def truth(answer: Any) -> np.ndarray[Any, Any]:
    return np.asarray(answer, dtype=float)


def masked(name: str) -> Any:
    def compare(x: Any, y: Any) -> Any:
        return np.where(np.isnan(x) | np.isnan(y), NAN, getattr(np, name)(x, y))

    return compare


COMPARISONS = ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal")
SHORT = dict(zip(COMPARISONS, ("eq", "ne", "lt", "le", "gt", "ge"), strict=True))
ONE = {
    "neg": np.negative, "abs": np.abs, "sqrt": np.sqrt, "floor": np.floor, "ceil": np.ceil, "trunc": np.trunc,
    "rint": np.rint, "isna": np.isnan, "true": lambda x: x != 0, "sign": np.sign,
    "not": lambda x: np.where(np.isnan(x), NAN, x == 0), "bool": lambda x: np.where(np.isnan(x), NAN, x != 0),
    "in:1.5,-0.5,0.0": lambda x: np.isin(x, [1.5, -0.5, 0.0]), "in:NaN,Infinity": lambda x: np.isnan(x) | (x == np.inf),
}  # fmt: skip
CLOSE = {
    "exp": np.exp, "expm1": np.expm1, "log": np.log, "log1p": np.log1p, "log10": np.log10, "sin": np.sin, "cos": np.cos,
    "tan": np.tan, "arcsin": np.arcsin, "arccos": np.arccos, "arctan": np.arctan, "sinh": np.sinh, "cosh": np.cosh,
    "tanh": np.tanh,
}  # fmt: skip
TWO = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "%": np.remainder, "//": np.floor_divide,
    **{SHORT[name]: getattr(np, name) for name in COMPARISONS},
    **{f"{SHORT[name]}?": masked(name) for name in COMPARISONS},
}  # fmt: skip


@pytest.mark.parametrize("word", [*ONE, *CLOSE, *TWO, "pow"])
def test_words_mean_what_numpy_means(node: Node, word: str) -> None:
    df = pairs_of_odd()
    x, y = df["x"].to_numpy(), df["y"].to_numpy()
    with np.errstate(all="ignore"):
        if word in ONE or word in CLOSE:
            program, expected = f"c0 {word}", (ONE | CLOSE)[word](x)
        else:
            program, expected = f"c0 c1 {word}", np.power(x, y) if word == "pow" else TWO[word](x, y)
    if word == "//":  # pandas: what is divided by zero is infinite or missing, as for floats
        expected = (df["x"] // df["y"]).to_numpy()
    got = node.run(f'(compat.map {up(node, df)} "{program}")')
    wanted = pd.Series(truth(expected))
    assert_same(got, wanted, close=word in CLOSE or word == "pow")


@pytest.mark.parametrize("n", SIZES)
def test_a_program_goes_over_blocks_and_chunks(node: Node, n: int) -> None:
    rng = np.random.default_rng(n)
    df = pd.DataFrame({"x": rng.normal(size=n), "k": rng.integers(-9, 9, n), "t": rng.integers(0, 99, n)})
    df = df.astype({"t": "datetime64[ms]"})
    scaled = (df["x"] - 1.5) / 2.0
    clipped = scaled.where(scaled >= -0.5, -0.5)
    expected = clipped * df["k"] + clipped + df["t"].astype("int64")
    program = "c0 1.5 sub 2.0 div =1 -0.5 ge @1 -0.5 where =0 c1 mul @0 add c2 add"
    assert_same(node.run(f'(compat.map {up(node, df)} "{program}")'), expected)


def test_three_valued_logic(node: Node) -> None:
    both = list(itertools.product([0.0, 1.0, NAN], repeat=2))
    df = pd.DataFrame(both, columns=["x", "y"])
    left, right = (df[c].astype("boolean") for c in df)
    key = up(node, df)
    for word, expected in (("and", left & right), ("or", left | right), ("xor", left ^ right)):
        assert_same(node.run(f'(compat.map {key} "c0 c1 {word}")'), expected.astype("Float64"))
    chosen = pd.Series([2.0 if mask == 1 else 3.0 for mask, _ in both])
    assert_same(node.run(f'(compat.map {key} "c0 2.0 3.0 where")'), chosen)


def test_facts_of_a_program_leave_no_column(node: Node) -> None:
    df = pd.DataFrame({"x": np.arange(5000.0)})
    key = up(node, df)
    before = node.frames()
    found = node.rapids(f'(compat.facts {key} ["c0 2.0 mul" "c0 10.0 lt"])')["string"]
    assert [float(found[2]), float(found[9])] == [2 * df["x"].sum(), 10.0]
    assert node.frames() == before


@pytest.mark.parametrize(
    ("program", "match"),
    [
        ("c0 bogus", "unknown word bogus"),
        ("c0 add", "add lacks an operand"),
        ("c0 c1", "2 values are left"),
        ("c7 neg", "there is no column c7"),
        ("c0 @0 add", "nothing is kept in @0"),
        ("", "unknown word"),
    ],
)
def test_a_wrong_program_is_refused(node: Node, program: str, match: str) -> None:
    key = up(node, pd.DataFrame({"x": [1.0], "y": [2.0]}))
    refused(node, f'(compat.map {key} "{program}")', match)


def test_text_is_no_number(node: Node) -> None:
    key = up(node, pd.DataFrame({"s": pd.Series(["a", "b"], dtype="str")}))
    refused(node, f'(compat.map {key} "c0 neg")', "a column is not numeric")
    refused(node, f"(compat.pairs {key} [0] [0])", "a column is not numeric")


# -------------------------------------------------------------------------------------------------- pairs
@pytest.mark.parametrize("n", SIZES)
def test_pairs(node: Node, n: int) -> None:
    rng = np.random.default_rng(n)
    df = pd.DataFrame(rng.normal(1e6, 1, (n, 3)), columns=["x", "y", "z"])
    df["w"] = df["x"] * 2 + df["z"]
    df = df.mask(rng.random(df.shape) < 0.1)
    places = list(itertools.combinations_with_replacement(range(4), 2))
    left, right = (" ".join(str(p[side]) for p in places) for side in (0, 1))
    found = node.rapids(f"(compat.pairs {up(node, df)} [{left}] [{right}])")["string"]
    covariance = df.cov() if n > 1 else df
    for place, (i, j) in enumerate(places):
        rows, x, _, xx, _, xy = (float(text) for text in found[6 * place : 6 * place + 6])
        both = df.iloc[:, [i, j]].set_axis(["x", "y"], axis=1).dropna()
        assert rows == len(both)
        if len(both) > 1:
            assert xy / (rows - 1) == pytest.approx(covariance.iloc[i, j], rel=1e-9, abs=1e-9)
            assert xx == pytest.approx(((both["x"] - both["x"].mean()) ** 2).sum(), rel=1e-9)
            assert x == pytest.approx(both["x"].mean())


def test_a_constant_has_no_spread(node: Node) -> None:
    df = pd.DataFrame({"x": np.full(9000, 0.1), "y": np.arange(9000.0)})
    found = node.rapids(f"(compat.pairs {up(node, df)} [0 0] [0 1])")["string"]
    assert [found[3], found[5], found[9], found[11]] == ["0.0"] * 4


# ---------------------------------------------------------------------------------------------- quantiles
SHAPES = {
    "random": lambda n, rng: rng.normal(size=n),
    "sorted": lambda n, _: np.arange(float(n)),
    "backwards": lambda n, _: np.arange(float(n), 0, -1),
    "equal": lambda n, _: np.full(n, 3.0),
    "two values": lambda n, rng: rng.integers(0, 2, n).astype(float),
    "organ pipe": lambda n, _: np.minimum(np.arange(n), np.arange(n)[::-1]).astype(float),
    "gaps": lambda n, rng: np.where(rng.random(n) < 0.3, NAN, rng.normal(size=n)),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("n", [1, 2, 63, 66, 5000])
def test_quantiles_are_those_of_a_sort(node: Node, shape: str, n: int) -> None:
    values = pd.Series(SHAPES[shape](n, np.random.default_rng(n)))
    shares = [0.0, 0.1, 0.25, 0.5, 0.9, 0.999, 1.0]
    functions = " ".join(f'"q{q}"' for q in shares)
    found = node.rapids(f'(compat.stat {up(node, values.to_frame("x"))} [{functions} "median"])')["string"]
    assert [float(x) for x in found] == pytest.approx([*values.quantile(shares), values.median()], nan_ok=True)
