"""Windows and values within groups: the primitives against the client steps, which are pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.expr.nodes import Call
from h2o_frame_compat.rapids import windows
from h2o_frame_compat.session import client_steps

from .conftest import server_table
from .oracle import plain

if TYPE_CHECKING:
    from .conftest import Node

SIZES = [0, 9, 6000]
FUNCTIONS = [
    *((f, (), ()) for f in ("sum", "mean", "min", "max", "skew", "kurt", "nunique", "first", "last")),
    *((f, (), (ddof,)) for f in ("var", "std", "cov", "corr") for ddof in (0, 1)),
    *(("quantile", (how,), (0.3,)) for how in ("linear", "lower", "higher", "midpoint", "nearest")),
    *(("rank", (how,), (up, pct)) for how, up, pct in (("average", 1, 0), ("min", 0, 1), ("max", 1, 1))),
]
SHAPES = [
    # size, least, closed, center
    (1, 1, "right", False),
    (5, 3, "right", False),
    (5, 1, "both", True),
    (4, 2, "left", True),
    (40, 0, "neither", False),
    (None, 2, "right", False),
    (2500, 3, "right", False),
]


def data(n: int) -> pd.DataFrame:
    r = np.random.default_rng(n)
    frame = pd.DataFrame(
        {
            "x": np.where(r.random(n) < 0.2, np.nan, r.normal(size=n)),
            "r": np.where(r.random(n) < 0.2, np.nan, r.integers(0, 9, n)),
            "y": np.where(r.random(n) < 0.1, np.nan, r.normal(size=n)),
            "t": pd.Timestamp("2020") + pd.to_timedelta(np.sort(r.integers(0, 3 * n + 1, n)), unit="s"),
            "g": r.integers(0, 5, n),
            "s": pd.Series(r.choice(np.array(["a", "b", "", None], object), n), dtype="str"),
            "i": r.integers(-(2**60), 2**60, n),
        }
    )
    frame["x"] = frame["x"].mask(r.random(n) < 0.02, np.inf)
    return frame


def agree(node: Node, name: str, df: pd.DataFrame, params: tuple[Any, ...], *, close: bool = True) -> None:
    """Compare a primitive with the client step of the same name."""
    table = server_table(df)
    n = len(df)
    key = node.frame(table, plan=[n] if n < 4 else [1, n // 3, n - n // 3 - 1])
    call = Call(name, (), params, dt.FLOAT64)
    printed = getattr(windows, name)([f"(cols {key} {i})" for i in range(df.shape[1])], call)
    (got,), (expected,) = node.run(printed).columns, client_steps.run(name, [table], (*params, (), dt.FLOAT64)).columns
    if close:
        ours, theirs = (pd.Series(plain(c), dtype="float64") for c in (got, expected))
        pd.testing.assert_series_equal(ours, theirs, rtol=1e-7, atol=1e-7)
    else:
        assert plain(got) == plain(expected)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize(("func", "words", "numbers"), FUNCTIONS)
def test_windows_of_rows(node: Node, n: int, func: str, words: tuple[str, ...], numbers: tuple[float, ...]) -> None:
    pair = func in {"cov", "corr"}
    columns = ["x", "y"] if pair else ["r"] if func in {"rank", "nunique", "quantile"} else ["x"]
    for shape in SHAPES if n < 5000 else [SHAPES[1], SHAPES[-1]]:
        if func == "rank" and (shape[2] != "right" or shape[3]):
            continue  # pandas then gives the rank of an earlier window
        agree(node, "window", data(n)[columns], (1 + pair, False, func, words, numbers, *shape))
        agree(node, "window", data(n)[[*columns, "g"]], (1 + pair, False, func, words, numbers, *shape))


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("closed", ["right", "left", "both", "neither"])
@pytest.mark.parametrize("down", [False, True])
def test_windows_of_time(node: Node, n: int, closed: str, *, down: bool) -> None:
    df = data(n)[::-1].reset_index(drop=True) if down else data(n)
    for center in (False, True):
        shape = (10_000, 1, closed, center)
        agree(node, "window", df[["x", "t"]], (1, True, "sum", (), (), *shape))
        agree(node, "window", df[["x", "t", "g"]], (1, True, "quantile", ("linear",), (0.5,), *shape))


def test_nothing_is_left_over_from_values_that_a_window_has_passed(node: Node) -> None:
    df = pd.DataFrame({"x": [1e16, 1.0, 2.0, 3.0, -1e16, 1.0, 1.0, 1.0, 5.0]})
    key = node.frame(df)
    call = Call("window", (), (1, False, "sum", (), (), 3, 3, "right", False), dt.FLOAT64)
    got = plain(node.run(windows.window([key], call)).column(0))
    assert got[3:4] + got[7:] == [6.0, 3.0, 7.0]


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("func", ["mean", "sum", "cov"])
@pytest.mark.parametrize("flags", [(1, 0, 0), (0, 0, 1), (1, 1, 1), (0, 1, 0)])
def test_exponential_weights(node: Node, n: int, func: str, flags: tuple[int, int, int]) -> None:
    columns = ["x", "y"] if func == "cov" else ["x"]
    if func == "sum" and not flags[0]:
        return  # pandas has no such sum
    agree(node, "ewm", data(n)[columns], (len(columns), False, func, 2.5, None, flags, 2))
    agree(node, "ewm", data(n)[[*columns, "g"]], (len(columns), False, func, 0.5, None, flags, 0))
    if func == "mean":
        agree(node, "ewm", data(n)[["x", "t"]], (1, True, func, 1.0, 5000.0, flags, 1))


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("column", ["x", "i", "s", "t"])
def test_values_within_groups(node: Node, n: int, column: str) -> None:
    for keys in (["g"], ["s", "g"]):
        df = data(n)[[column, *(k for k in keys if k != column)]]
        for dropna in (True, False):
            cases: list[tuple[str, tuple[str, ...], tuple[float, ...]]] = [
                ("count", (), (1,)), ("count", (), (0,)), ("shift", (), (2,)), ("shift", (), (-1,)),
                ("ffill", (), (1,)), ("bfill", (), (100,)),
                ("rank", ("average", "keep"), (1, 0)), ("rank", ("dense", "top"), (0, 1)),
            ]
            if column in {"x", "i"}:
                cases += [(f, (), (skip,)) for f in ("cumsum", "cumprod", "cummin", "cummax") for skip in (1, 0)]
            for func, words, numbers in cases:
                if len(df.columns) < 2 or (func == "cumprod" and n > 100):
                    continue
                close = column == "x" and func.startswith("cum")
                agree(node, "within", df, (func, words, numbers, dropna, True), close=close)
