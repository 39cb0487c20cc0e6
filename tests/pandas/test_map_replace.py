"""Functions and replacements applied to values, columns and rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from h2o_frame_compat.core.tracing import trace_row, trace_value
from h2o_frame_compat.errors import FallbackError

FRAME = pd.DataFrame(
    {
        "s": ["a", "", "b", "a", None],
        "i": [3, 1, 2, 2, 5],
        "f": [1.5, np.nan, -2.0, 0.0, np.inf],
        "c": pd.Categorical(["u", "v", None, "u", "v"], categories=["v", "u", "w"]),
        "b": [True, False, True, True, False],
        "t": pd.to_datetime(["2020-01-01", "2020-01-05", None, "2021-01-01", "2020-01-01"]),
        "g": [1.0, 2.0, 3.0, 4.0, 5.0],
    },
    index=[10, 11, 12, 13, 13],
)
NUMBERS = ["i", "g"]
FUNCTIONS = {
    "map dict": lambda d: d["s"].map({"a": 1, "b": 2}),
    "map dict to ints": lambda d: d["s"].map({"a": 1, "b": 2, "": 3, None: 4}),
    "map dict of numbers": lambda d: d["i"].map({3: "x", 1: "y"}),
    "map category": lambda d: d["c"].map({"u": 1, "v": 2}),
    "map category to fewer": lambda d: d["c"].map({"u": "k", "v": "k", "w": "k"}),
    "map ignoring gaps": lambda d: d["s"].map(len, na_action="ignore"),
    "map arithmetic": lambda d: d["i"].map(lambda v: v * 2 + 1),
    "map branches": lambda d: d["i"].map(lambda v: "big" if v > 2 else "small"),
    "map series": lambda d: d["i"].map(pd.Series(["p", "q"], index=[1, 2])),
    "map bool": lambda d: d["b"].map({True: "yes", False: "no"}),
    "map format": lambda d: d["f"].map("{:.1f}".format),
    "map times": lambda d: d["t"].map(lambda v: v.year if v == v else 0),  # noqa: PLR0124 - NaT is not itself
    "map failing": lambda d: d["s"].map(lambda v: v.upper()),
    "apply power": lambda d: d["i"].apply(lambda v: v**2),
    "apply arguments": lambda d: d["i"].apply(lambda v, k: v + k, args=(3,)),
    "apply ufunc": lambda d: d["i"].apply(np.log),
    "apply name": lambda d: d["g"].apply("max"),
    "apply comparison": lambda d: d["i"].apply(lambda v: v > 2),
    "apply type": lambda d: d["i"].apply(str),
    "apply quotient": lambda d: d["i"].apply(lambda v: 1 / v),
    "apply to category": lambda d: d["c"].apply(str),
    "columns to scalars": lambda d: d[NUMBERS].apply(lambda c: c.max() - c.min()),
    "columns ufunc": lambda d: d[["i", "f"]].apply(np.sqrt),
    "columns to columns": lambda d: d[NUMBERS].apply(lambda c: (c - c.mean()) / c.std()),
    "columns by name": lambda d: d[NUMBERS].apply("mean"),
    "columns counting gaps": lambda d: d.apply(lambda c: c.isna().sum()),
    "columns filled": lambda d: d[["i", "f"]].apply(lambda c: c.fillna(0)),
    "rows product": lambda d: d[NUMBERS].apply(lambda r: r.i * r.g, axis=1),
    "rows of a mixed frame": lambda d: d.apply(lambda r: r["i"] + r["i"], axis=1),
    "rows ufunc": lambda d: d.apply(lambda r: np.sqrt(r["g"]) + r["i"] > 4, axis=1),
    "rows of numbers are floats": lambda d: d[NUMBERS].apply(lambda r: r.i - 1, axis="columns"),
    "rows quotient": lambda d: d[["f", "g"]].apply(lambda r: r.f / r.g, axis=1),
    "rows reciprocal": lambda d: d[NUMBERS].apply(lambda r: 1 / r.i, axis=1),
    "frame map": lambda d: d[NUMBERS].map(lambda v: v + 1),
    "replace": lambda d: d["i"].replace(2, 20),
    "replace swapped": lambda d: d["i"].replace([2, 3], [3, 2]),
    "replace to a fraction": lambda d: d["i"].replace({2: 0.5}),
    "replace what is not there": lambda d: d["i"].replace({99: 0.5}),
    "replace inf": lambda d: d["f"].replace([np.inf, -np.inf], np.nan),
    "replace gaps": lambda d: d["f"].replace(np.nan, 0),
    "replace text": lambda d: d["s"].replace({"a": "b", "b": "a"}),
    "replace regex": lambda d: d["s"].replace("^a", "Q", regex=True),
    "replace text by a gap": lambda d: d["s"].replace("", np.nan),
    "replace bool": lambda d: d["b"].replace({True: False}),
    "replace time": lambda d: d["t"].replace(pd.Timestamp("2020-01-01"), pd.Timestamp("2000-01-01")),
    "replace lengths": lambda d: d["i"].replace([1, 2], [3]),
    "replace in frame": lambda d: d.drop(columns="c").replace(2, 7),
    "replace nested": lambda d: d.replace({"i": {2: 9}, "s": {"a": "k"}}),
    "replace by column": lambda d: d.replace({"i": 2, "g": 4}, 0),
    "replace with by column": lambda d: d.replace("a", {"s": "m"}),
}


@pytest.mark.parametrize("rows", ["some", "many"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_as_pandas(agree, name, rows):
    data = FRAME if rows == "some" else pd.concat([FRAME] * 2200, ignore_index=True)
    agree(FUNCTIONS[name], data, rtol=1e-12)


def test_without_the_extension(agree, cluster, monkeypatch):
    monkeypatch.setattr(cluster.executor, "primitives", frozenset())
    agree(lambda d: d["s"].map({"a": 1, "b": 2}), FRAME)
    agree(lambda d: d["f"].map({1.5: "x", np.inf: "y"}) + d["c"].map({"u": "k", "v": "l"}).astype(str), FRAME)


def test_our_series_as_mapper(agree):
    table = pd.Series(["p", "q", "r"], index=[1, 2, 3])
    agree(lambda d, m: d["i"].map(m), FRAME, table)


def test_row_functions_that_look_at_values_run_in_pandas(agree, up):
    def word(row):
        return f"{row['s']}!" if row["i"] > 2 else "small"

    agree(lambda d: d[["s", "i"]].apply(word, axis=1), FRAME, native=False)
    from h2o_frame_compat import options

    with pytest.raises(FallbackError, match="row by row"), options.context(fallback="error"):
        up(FRAME).apply(word, axis=1)


def _is_none(row):
    return row["i"] is None


def _named(row):
    return len(str(row["i"]))


_calls = []


@pytest.mark.parametrize(
    "function",
    [
        _is_none,
        _named,
        lambda r: r["i"] // r["g"],
        lambda r: _calls.append(r) or r["i"],
        lambda r: r.sum(),
        lambda r: 3,
    ],
)
def test_what_could_tell_a_stand_in_from_a_value_is_not_traced(up, function):
    assert trace_row(function, up(FRAME[NUMBERS])._block) is None


def test_division_that_raises_in_python_is_not_traced(up):
    assert trace_row(lambda r: r["i"] / r["g"], up(FRAME)._block) is None  # there rows hold Python's numbers
    assert trace_value(lambda v: 1 / v, up(FRAME)._block.columns[1]) is None


def test_arithmetic_is_traced(up):
    factor = 2.5
    expr = trace_value(lambda v: abs(-v * factor) + np.exp(v) % 3 - 1, up(FRAME)._block.columns[1])
    assert expr is not None
    assert expr.dtype.kind == "float64"


def test_results_that_h2o_cannot_hold_stay_with_pandas(up):
    from h2o_frame_compat import options

    with options.context(fallback="silent"):
        made = up(FRAME)["i"].map(lambda v: [v])
    assert made.tolist() == [[3], [1], [2], [2], [5]]


def test_replace_in_place(up):
    ours = up(FRAME)
    assert ours.replace({"i": {3: 30}}, inplace=True) is ours
    assert ours["i"].tolist()[0] == 30
