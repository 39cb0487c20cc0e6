"""The operations that scripts use most, in order of use: each runs in the cluster and gives what pandas gives.

The order is that of a count over 2,321 published pandas scripts. Nothing here may fall back to pandas.
"""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest

from h2o_frame_compat import options


def flights():
    rng = np.random.default_rng(3)
    n = 12_000
    df = pd.DataFrame(
        {
            "carrier": rng.choice(["UA", "AA", "B6", None], n),
            "delay": rng.normal(8, 30, n).round(),
            "distance": rng.integers(80, 4000, n),
            "origin": pd.Categorical(rng.choice(["EWR", "JFK", "LGA"], n)),
            "when": rng.choice(["2013-01-01", "2013-05-31", "2013-12-24"], n),
            "night": rng.random(n) > 0.8,
        }
    )
    df.loc[::9, "delay"] = np.nan
    return df


CSV = flights().head(300).to_csv(index=False)


def changed(df, change):
    change(df)
    return df


# (rank, use, what it does with the pandas at hand and a frame)
USES = [
    (1, "pd.read_csv", lambda pd, df: pd.read_csv(io.StringIO(CSV))["distance"] + 1),
    (2, "df[] str", lambda pd, df: df["delay"]),
    (3, "df[]= str", lambda pd, df: changed(df, lambda d: d.__setitem__("x", d["delay"] * 2))),
    (4, "head", lambda pd, df: df[df["delay"] > 0].head()),
    (
        5,
        "pd.DataFrame",
        lambda pd, df: pd.DataFrame({"a": [1, 2], "b": ["x", None]}) == pd.DataFrame({"a": [1, 3], "b": ["x", "y"]}),
    ),
    (6, "df[] name", lambda pd, df: [df[column].count() for column in ("delay", "carrier")]),
    (7, "==", lambda pd, df: df["carrier"] == "UA"),
    (8, "df[] mask", lambda pd, df: df[(df["carrier"] == "UA") & (df["delay"] > 10)]),
    (9, "values", lambda pd, df: df[["delay", "distance"]].values),
    (10, "columns", lambda pd, df: changed(df, lambda d: setattr(d, "columns", [c.upper() for c in d.columns]))),
    (11, "shape", lambda pd, df: df[df["night"]].shape),
    (12, "drop", lambda pd, df: df.drop(["when"], axis=1).drop(columns="night").drop(index=[0, 5])),
    (13, "groupby", lambda pd, df: df.groupby(["carrier", "origin"])["delay"].mean()),
    (14, "inplace=True", lambda pd, df: changed(df, lambda d: d.drop("when", axis=1, inplace=True))),
    (15, "df[] list", lambda pd, df: df[["distance", "carrier"]]),
    (16, "index", lambda pd, df: list(df[df["delay"] > 90].index)),
    (17, "len", lambda pd, df: len(df[df["delay"] > 90])),
    (18, "apply", lambda pd, df: df["carrier"].apply(lambda c: len(str(c)))),
    (
        18,
        "apply rows",
        lambda pd, df: df[["delay", "distance"]].apply(lambda row: row["delay"] / row["distance"], axis=1),
    ),
    (19, "pd.concat", lambda pd, df: pd.concat([df.head(3), df.tail(3)])),
    (20, "sort_values", lambda pd, df: df.sort_values(["carrier", "delay"], ascending=[True, False])),
    (21, "to_csv", lambda pd, df: df.head(20).to_csv(index=False)),
    (22, "/", lambda pd, df: df["distance"] / df["delay"]),
    (23, "fillna", lambda pd, df: df["delay"].fillna(df["delay"].mean())),
    (23, "fillna text", lambda pd, df: df["carrier"].fillna("none")),
    (24, "value_counts", lambda pd, df: df["carrier"].value_counts()),
    (25, "loc[]", lambda pd, df: df.loc[df["night"], ["carrier", "delay"]]),
    (25, "loc[] labels", lambda pd, df: df.loc[3:9, "delay":"origin"]),
    (26, "+", lambda pd, df: df["delay"] + df["distance"]),
    (27, "sum", lambda pd, df: df[["delay", "distance"]].sum()),
    (28, "reset_index", lambda pd, df: df.groupby("carrier")["distance"].sum().reset_index()),
    (29, "astype", lambda pd, df: df["distance"].astype(float)),
    (29, "astype category", lambda pd, df: df["carrier"].astype("category")),
    (30, ">", lambda pd, df: df["delay"] > df["distance"]),
    (31, "*", lambda pd, df: df["delay"] * 1.5),
    (32, "iloc[]", lambda pd, df: df.iloc[[5, 1, 1], [0, 2]]),
    (32, "iloc[] slice", lambda pd, df: df.iloc[-20:-5:3, 1:4]),
    (33, "isnull", lambda pd, df: df.isnull().sum()),
    (34, "unique", lambda pd, df: df["carrier"].unique()),
    (35, "plot", lambda pd, df: df["delay"].plot is not None),
    (36, "df[]= name", lambda pd, df: changed(df, lambda d: d.__setitem__("delay", d["delay"].fillna(0)))),
    (37, "-", lambda pd, df: df["distance"] - 80),
    (38, "df[] slice", lambda pd, df: df[10:40:5]),
    (39, "<", lambda pd, df: df["delay"] < 0),
    (40, "for x in df", lambda pd, df: list(df)),
    (41, "&", lambda pd, df: (df["delay"] > 0) & df["night"]),
    (42, "describe", lambda pd, df: df.describe()),
    (43, "loc[]=", lambda pd, df: changed(df, lambda d: d.loc.__setitem__((d["delay"] < 0, "delay"), 0))),
    (44, "corr", lambda pd, df: df[["delay", "distance"]].corr()),
    (45, "pd.Series", lambda pd, df: pd.Series([1.0, None, 3.0], name="s") + 1),
    (46, "mean", lambda pd, df: df["delay"].mean()),
    (47, "copy", lambda pd, df: changed(df.copy(), lambda d: d.__setitem__("x", 1))),
    (48, "groupby mean", lambda pd, df: df.groupby("origin")["delay"].mean()),
    (49, "pd.to_datetime", lambda pd, df: pd.to_datetime(df["when"])),
    (50, "map", lambda pd, df: df["carrier"].map({"UA": 1, "AA": 2})),
    (51, "dropna", lambda pd, df: df.dropna()),
    (52, "groupby count", lambda pd, df: df.groupby("carrier").count()),
    (53, "max", lambda pd, df: df[["delay", "distance"]].max()),
    (54, "pd.get_dummies", lambda pd, df: pd.get_dummies(df[["carrier", "distance"]])),
    (
        55,
        "pd.merge",
        lambda pd, df: pd.merge(df, df.groupby("carrier", as_index=False)["delay"].mean(), on="carrier", how="left"),
    ),
    (56, "info", lambda pd, df: df.info(buf=io.StringIO())),
    (57, "!=", lambda pd, df: df["carrier"] != "UA"),
    (58, "replace", lambda pd, df: df["carrier"].replace("UA", "United")),
    (59, "set_index", lambda pd, df: df.set_index("carrier")),
    (60, "isin", lambda pd, df: df["carrier"].isin(["UA", "B6"])),
]


def same(found, expected):
    if hasattr(found, "to_pandas"):
        found = found.to_pandas()
    if isinstance(expected, pd.DataFrame):
        pd.testing.assert_frame_equal(found, expected)
    elif isinstance(expected, pd.Series):
        pd.testing.assert_series_equal(found, expected)
    elif isinstance(expected, np.ndarray) and expected.ndim == 2:
        np.testing.assert_array_equal(found, expected)
    elif isinstance(expected, (np.ndarray, pd.api.extensions.ExtensionArray)):
        pd.testing.assert_series_equal(pd.Series(found), pd.Series(expected))
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, rel=1e-12)
    else:
        assert found == expected


@pytest.mark.filterwarnings("ignore:The inplace keyword")
@pytest.mark.parametrize("use", USES, ids=lambda use: f"{use[0]:02d} {use[1]}")
def test_native(up, use):
    import h2o_frame_compat.pandas as hpd

    local = flights()
    expected = use[2](pd, local)
    with options.context(fallback="error"):
        found = use[2](hpd, up(flights()))
    same(found, expected)


def test_the_first_sixty_are_all_here():
    assert {rank for rank, _, _ in USES} == set(range(1, 61))
