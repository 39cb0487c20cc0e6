"""Frames with everything that is odd, and comparison with pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import pyarrow as pa

WORDS = [
    "",
    "a",
    "A",
    "b",
    "é",
    "\U0001f600",
    "\uffff",
    "aa",
    "abcdefgh",
    "abcdefghi",
    "abcdefghZ",
    "nan",
    "NA",
    " ",
]
SPECIAL = [0.0, -0.0, 1.5, -1.5, np.inf, -np.inf, 5e-324, 1e308, 2.0**53 + 2, 0.1]


def odd_frame(n: int, seed: int = 0, *, keys: int = 7) -> pd.DataFrame:
    """Integer keys, floats with NA and specials, big and nullable integers, text, categories, times."""
    r = np.random.default_rng([seed, n])
    missing = r.random(n) < 0.15
    text = pd.Series(r.choice(np.array(WORDS, object), n), dtype="str").where(~missing)
    frame = pd.DataFrame(
        {
            "k": r.integers(0, keys, n),
            "f": np.where(r.random(n) < 0.2, np.nan, r.choice(SPECIAL, n)),
            "x": np.where(r.random(n) < 0.1, np.nan, r.normal(size=n)),
            "big": 2**60 + r.integers(0, 4, n),
            "m": pd.array(r.integers(-(2**62), 2**62, n), "Int64"),
            "s": text,
            "c": pd.Categorical.from_codes(
                np.where(r.random(n) < 0.1, -1, r.integers(0, 4, n)), ["z", "a", "", "m", "unused"]
            ),
            "t": pd.Series(r.integers(-(10**12), 10**12, n)).astype("datetime64[ms]").where(r.random(n) > 0.1),
        }
    )
    frame.loc[r.random(n) < 0.2, "m"] = pd.NA
    return frame


def nullable(df: pd.DataFrame) -> pd.DataFrame:
    """Integers as Int64, which stay integers where rows are missing."""
    return df.astype({c: "Int64" for c in df.columns if df[c].dtype.kind == "i"})


def plain(column: Any) -> list[Any]:
    """A list of Python values with None for missing, whatever the column is made of."""
    if hasattr(column, "to_pylist"):
        column = column.cast("int64").to_pylist() if str(column.type) == "timestamp[ms]" else column.to_pylist()
    elif isinstance(column, pd.Series) and column.dtype.kind == "M":
        na = column.isna()
        column = [None if m else v for v, m in zip(column.astype("datetime64[ms]").astype("int64"), na, strict=True)]
    elif isinstance(column, pd.Series):
        column = column.astype(object).where(column.notna(), None).tolist()
    return [None if isinstance(v, float) and np.isnan(v) else v for v in column]


def assert_same(got: pa.Table, expected: pd.DataFrame | pd.Series, *, close: bool = False) -> None:
    """Values and missing ones are equal; names too, if a frame is expected."""
    frame = expected.to_frame() if isinstance(expected, pd.Series) else expected
    if isinstance(expected, pd.DataFrame):
        assert got.column_names == [str(c) for c in expected.columns]
    assert (got.num_rows, got.num_columns) == frame.shape
    for i, name in enumerate(got.column_names):
        a, b = plain(got.column(i)), plain(frame.iloc[:, i])
        if close:
            np.testing.assert_allclose(floats(a), floats(b), rtol=1e-9, atol=1e-12, err_msg=name)
        else:
            assert a == b, (
                name,
                [(j, x, y) for j, (x, y) in enumerate(zip(a, b, strict=True)) if x != y][:5],
            )


def floats(values: list[Any]) -> list[float]:
    return [np.nan if v is None else float(v) for v in values]
