"""Missing values filled and dropped; values kept, bounded, looked up: as pandas does, computed in the cluster."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

FRAME = pd.DataFrame(
    {
        "s": ["a", "", None, 'q"', "a"],
        "x": [1.5, np.nan, 2, -0.0, np.inf],
        "i": [1, 2, 3, 4, 5],
        "b": [True, False, True, True, False],
        "c": pd.Categorical(["u", None, "v", "u", "v"]),
        "t": pd.to_datetime(["2020-01-01", None, "2021-01-02", "2020-05-05", None]),
        "ob": pd.Series([True, np.nan, False, np.nan, True], dtype=object),
        "I": pd.array([1, None, 3, 4, None], dtype="Int64"),
    }
)
SHAPES = {
    "range": FRAME,
    "labels": FRAME.set_axis(list("vwxyz")),
    "repeated labels": FRAME.set_axis(list("vvxyx")),
    "one row": FRAME.iloc[[0]],
    "no rows": FRAME.iloc[:0].drop(columns="ob"),  # of an object column without values nobody knows what it holds
    "many rows": pd.concat([FRAME] * 2100, ignore_index=True),
}
# Where nothing is missing pandas does not say that a value does not fit; we do.
NEEDS_ROWS = {"fillna new category", "fillna masked with a fraction", "fillna bool", "ffill limit 0"}
NUMBERS = ["x", "i"]
FUNCTIONS = {
    "fillna number": lambda d: d["x"].fillna(0),
    "fillna text": lambda d: d["s"].fillna("zz"),
    "fillna category": lambda d: d["c"].fillna("u"),
    "fillna new category": lambda d: d["c"].fillna("new"),
    "fillna time": lambda d: d["t"].fillna(pd.Timestamp("2000-01-01")),
    "fillna bool": lambda d: d["ob"].fillna(False),
    "fillna masked": lambda d: d["I"].fillna(7),
    "fillna masked with a fraction": lambda d: d["I"].fillna(7.5),
    "fillna where nothing can be missing": lambda d: d["i"].fillna(3.3),
    "fillna by column": lambda d: d.fillna({"x": 0, "s": "q"}),
    "fillna with a column": lambda d: d["x"].fillna(d["i"]),
    "fillna with a list": lambda d: d["x"].fillna([1, 2]),
    "ffill": lambda d: d.ffill(),
    "bfill": lambda d: d.bfill(limit=1),
    "ffill limit 0": lambda d: d.ffill(limit=0),
    "dropna": lambda d: d.dropna(),
    "dropna all": lambda d: d[["x", "s"]].dropna(how="all"),
    "dropna subset": lambda d: d.dropna(subset=["x", "s"]),
    "dropna label": lambda d: d.dropna(subset="x", ignore_index=True),
    "dropna thresh": lambda d: d.dropna(thresh=7),
    "dropna twice": lambda d: d.dropna().dropna(subset="x"),
    "dropna columns": lambda d: d.dropna(axis=1),
    "dropna columns thresh": lambda d: d.dropna(axis=1, thresh=4),
    "dropna columns all": lambda d: d.dropna(axis=1, how="all"),
    "dropna unknown": lambda d: d.dropna(subset=["nope"]),
    "dropna how and thresh": lambda d: d.dropna(how="any", thresh=2),
    "dropna bad how": lambda d: d.dropna(how="some"),
    "dropna series": lambda d: d["s"].dropna(),
    "where": lambda d: d["i"].where(d["i"] > 2),
    "where all": lambda d: d["i"].where(d["i"] > -2),
    "where int": lambda d: d["i"].where(d["i"] > 2, 0),
    "where fraction": lambda d: d["i"].where(d["i"] > 2, 0.5),
    "where whole float": lambda d: d["i"].where(d["i"] > 2, 2.0),
    "where series": lambda d: d["i"].where(d["i"] > 2, d["x"]),
    "mask series": lambda d: d["i"].mask(d["i"] > 2, -d["i"]),
    "where text": lambda d: d["s"].where(d["i"] > 2, "k"),
    "where text gap": lambda d: d["s"].where(d["i"] > 2),
    "where category": lambda d: d["c"].where(d["i"] > 2, "v"),
    "where category gap": lambda d: d["c"].where(d["i"] > 2),
    "where time": lambda d: d["t"].where(d["i"] > 2, pd.Timestamp("2001-01-01")),
    "where bool gap": lambda d: d["b"].where(d["i"] > 2),
    "where frame": lambda d: d[NUMBERS].where(d[NUMBERS] > 1, -1),
    "where frame by series": lambda d: d[NUMBERS].where(d["i"] > 2),
    "mask callables": lambda d: d[NUMBERS].mask(lambda x: x > 2, lambda x: x * 2),
    "clip": lambda d: d["i"].clip(2, 4),
    "clip to a fraction": lambda d: d["i"].clip(2.5, 4),
    "clip upper series": lambda d: d["x"].clip(upper=d["i"]),
    "clip lower series": lambda d: d["x"].clip(lower=d["i"] - 2),
    "clip frame": lambda d: d[NUMBERS].clip(1, 3),
    "clip frame by series": lambda d: d[NUMBERS].clip(d["i"], d["i"], axis=0),
    "clip times": lambda d: d["t"].clip(pd.Timestamp("2020-02-01"), pd.Timestamp("2020-12-01")),
    "between": lambda d: d["i"].between(2, 4),
    "between left": lambda d: d["x"].between(0, 2, inclusive="left"),
    "between bad word": lambda d: d["x"].between(0, 2, inclusive="some"),
    "between times": lambda d: d["t"].between("2020-01-01", "2020-12-31"),
    "isin numbers": lambda d: d["i"].isin([1, 5.0, "x"]),
    "isin zero, inf, nan": lambda d: d["x"].isin([0, np.inf, np.nan]),
    "isin texts": lambda d: d["s"].isin(["a", "", None]),
    "isin set": lambda d: d["s"].isin({'q"'}),
    "isin category": lambda d: d["c"].isin(["u", "q", np.nan]),
    "isin times": lambda d: d["t"].isin([pd.Timestamp("2020-01-01")]),
    "isin texts of times": lambda d: d["t"].isin(["2020-01-01"]),
    "isin many": lambda d: d["i"].isin(range(3, 1000)),
    "isin many texts": lambda d: d["s"].isin(["a", *map(str, range(300))]),
    "isin bool": lambda d: d["b"].isin([1]),
    "isin masked": lambda d: d["I"].isin([1]),
    "isin nothing": lambda d: d["x"].isin([]),
    "isin other type": lambda d: d["s"].isin([1, 2]),
    "isin series": lambda d: d["i"].isin(d["x"]),
    "isin scalar": lambda d: d["i"].isin(3),
    "isin by column": lambda d: d.isin({"i": [1], "s": ["a"]}),
    "isin frame": lambda d: d.isin([1, "a"]),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_as_pandas(agree, name, shape):
    if shape not in {"no rows", "one row"} or name not in NEEDS_ROWS:
        agree(FUNCTIONS[name], SHAPES[shape])


def test_fill_with_a_frame_and_with_other_labels(agree):
    one, other = SHAPES["labels"][NUMBERS], SHAPES["labels"][["i", "x"]].iloc[::-1]
    agree(lambda d, e: d.fillna(e), one, other)
    agree(lambda d, e: d["x"].fillna(e["i"]), one, other)
    agree(lambda d: d["x"].fillna({"w": 9.0}), one)
    agree(lambda d: d["x"].fillna({"w": 9.0}), FRAME)  # no label is a text there


@pytest.mark.parametrize("labels", ["range", "labels"])
def test_positional_conditions(agree, labels):
    d = SHAPES[labels]
    agree(lambda d: d["i"].where([True, False, True, False, True], 9), d)
    agree(lambda d: d[NUMBERS].where(np.array([[True, False]] * 5)), d)


def test_inplace_changes_the_object_and_gives_it(up):
    ours = up(FRAME[["x"]])
    kept = ours.copy()
    assert ours.fillna(0, inplace=True) is ours
    assert not ours.isna().to_pandas()["x"].any()
    assert kept.isna().to_pandas()["x"].any()
    assert kept.dropna(inplace=True) is None
    assert len(kept) == 4


def test_values_of_another_kind_are_refused_with_advice(up):
    with pytest.raises(TypeError, match="astype"):
        up(FRAME)["s"].fillna(0)


def test_a_literal_fill_asks_nothing(up, cluster):
    ours = up(FRAME)
    with cluster.client.count() as seen:
        ours.fillna({"x": 0})
        ours["s"].isin(["a"])
        ours.dropna()
    assert not seen.calls


def test_fill_across_columns(agree):
    agree(lambda d: d.fillna(0, axis=1), pd.DataFrame({"a": [1, 2], "b": [0.5, None]}), native=False)


@pytest.mark.parametrize("kind", ["float64", "Int64", "str"])
def test_fills_over_a_run_that_is_longer_than_a_chunk(agree, kind):
    # H2O's fillna does not come back from a run of some thousand missing values.
    values = pd.Series([1.0] + [None] * 20_000 + [2.0] + [None] * 5_000)
    values = values.map({1.0: "u", 2.0: "v"}).astype("str") if kind == "str" else values.astype(kind)
    data = values.to_frame("x")
    agree(lambda d: d["x"].ffill(), data)
    agree(lambda d: d["x"].bfill(limit=7), data)
