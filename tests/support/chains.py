"""Random frames, and random operations on them that pandas and we must agree on."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import strategies as st

TEXTS = ["a", "b", "B", "", "é x", "10"]
DAYS = pd.DatetimeIndex(["2020-02-29 00:00:00", "1969-12-31 23:59:59", "2020-03-01 12:30:00", "2024-12-31 00:00:00"])
DAYS = DAYS.as_unit("us")


def values(kind, rows):
    """Give a strategy for a column of a kind."""

    def many(of):
        return st.lists(of, min_size=rows, max_size=rows)

    small = st.integers(-3, 3)
    if kind == "int":
        return many(st.one_of(small, st.integers(-(2**40), 2**40))).map(lambda v: np.array(v, "int64"))
    if kind == "float":
        real = st.sampled_from([0.0, -0.0, 0.1, 2.5, -7.25, 1e9, np.nan, np.nan])
        return many(st.one_of(small.map(float), real)).map(lambda v: np.array(v, "float64"))
    if kind == "bool":
        return many(st.booleans()).map(lambda v: np.array(v, "bool"))
    if kind == "str":
        return many(st.sampled_from([*TEXTS, None])).map(lambda v: pd.array(v, dtype="str"))
    if kind == "category":
        known = st.sampled_from(["u", "v", "w", None])
        return many(known).map(lambda v: pd.Categorical(v, categories=["w", "u", "v", "x"]))
    if kind == "Int64":
        return many(st.one_of(small, st.none())).map(lambda v: pd.array(v, dtype="Int64"))
    places = many(st.one_of(st.integers(0, len(DAYS) - 1), st.just(-1)))
    return places.map(lambda v: pd.array(DAYS).take(v, allow_fill=True))


KINDS = ["int", "float", "bool", "str", "category", "datetime", "Int64"]
LABELS = st.one_of(
    st.just(list("pqrst")), st.just([0, 1, 2, 3, 4]), st.just(["p", 1, ("x", "y"), None, 2.5]), st.just(list("ppqqr")),
    st.just([5, "p", 5, "q", "r"]),
)  # fmt: skip


@st.composite
def frames(draw, max_rows=20):
    """Give frames of mixed dtypes, with missing values, odd and repeated labels, now and then empty."""
    rows = draw(st.integers(0, max_rows))
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=5))
    labels = draw(st.one_of(st.just(list("pqrst")), LABELS))[: len(kinds)]
    made = pd.concat([pd.Series(draw(values(kind, rows))) for kind in kinds], axis=1)
    made.columns = pd.Index(labels, tupleize_cols=False)
    index = draw(st.sampled_from(["range", "range", "step", "str", "int", "datetime", "two"]))
    if index == "step":
        made.index = pd.RangeIndex(3, 3 + 2 * rows, 2, name="n")
    elif index in {"str", "int", "datetime"}:
        made.index = pd.Index(draw(values(index, rows)), name=draw(st.sampled_from([None, "key"])))
    elif index == "two":
        made.index = pd.MultiIndex.from_arrays([draw(values("str", rows)), range(rows)], names=["k", "n"])
    return made


# ---------------------------------------------------------------------- operations


NOTHING = object()


def pick(df, number, kinds="biufmMOTC"):
    """Give the label of a column of one of the kinds, or NOTHING; repeated labels are left out."""
    found = [
        label
        for label, dtype in zip(df.columns, list(df.dtypes), strict=True)
        if kind_of(dtype) in kinds and list(df.columns).count(label) == 1
    ]
    return found[number % len(found)] if found else NOTHING


def kind_of(dtype):
    if isinstance(dtype, pd.StringDtype):
        return "T"
    return "C" if isinstance(dtype, pd.CategoricalDtype) else dtype.kind


def on(kinds, function):
    """Make an operation on a column of one of the kinds; a frame without one stays as it is."""

    def apply(df, number):
        label = pick(df, number, kinds)
        return df if label is NOTHING else function(df, label, number)

    return apply


def library(df):
    if isinstance(df, pd.DataFrame):
        return pd
    import h2o_frame_compat.pandas as hpd

    return hpd


def assigned(df, series):
    made = df.copy()
    made["new"] = series
    return made


def masked(df, label, number):
    made = df.copy()
    made.loc[made[label] > number % 4 - 1, label] = 0
    return made


def grouped(df, label, number):
    how = ["sum", "mean", "min", "max", "count", "first", "last", "median", "nunique", "std"][number % 10]
    value = pick(df, number + 1, "iuf")
    if value is NOTHING or value == label:
        return df.groupby(label, observed=True).size().to_frame("n")
    return df.groupby(label, dropna=number % 2 == 0, sort=number % 3 != 0, observed=True)[[value]].agg(how)


def transformed(df, label, number):
    value = pick(df, number + 1, "iuf")
    how = ["sum", "mean", "count", "max"][number % 4]
    if value is NOTHING or value == label:
        return df
    return assigned(df, df.groupby(label, observed=True)[value].transform(how))


def within(df, label, number):
    value = pick(df, number + 1, "iuf")
    if value is NOTHING or value == label:
        return assigned(df, df.groupby(label, observed=True).cumcount())
    groups = df.groupby(label, observed=True)[value]
    return assigned(df, [groups.cumsum, groups.shift, groups.rank, groups.cummax][number % 4]())


def merged(df, label, number):
    how = ["left", "inner", "right", "outer"][number % 4]
    return df.merge(df[[label]].head(5), on=label, how=how) if number % 3 else df.merge(df.tail(6), on=label, how=how)


def arithmetic(df, label, number):
    other = pick(df, number + 1, "iuf")
    a, b = df[label], df[other]
    return assigned(df, [a + b, a - b, a * b, a / b, a > b, a == b, a + 1, 2 - a, a.abs(), -a][number % 10])


OPERATIONS = {
    "filter": on("iuf", lambda d, c, n: d[d[c] > n % 5 - 2]),
    "filter both": on("iuf", lambda d, c, n: d[(d[c] < 2) | d[c].isna()]),
    "filter texts": on("T", lambda d, c, n: d[d[c].isin(["a", "", None][: n % 4])]),
    "filter equal": on("TCM", lambda d, c, n: d[d[c] == (d[c].iloc[0] if len(d) else None)]),
    "notna": on("fTMC", lambda d, c, n: d[d[c].notna()]),
    "query": lambda d, n: d[d.index == d.index] if n % 2 else d.loc[:],
    "arithmetic": on("iuf", arithmetic),
    "set in a mask": on("iuf", masked),
    "where": on("f", lambda d, c, n: assigned(d, d[c].where(d[c] > 0, -1.0))),
    "fillna": on("f", lambda d, c, n: assigned(d, d[c].fillna(n))),
    "fillna text": on("T", lambda d, c, n: assigned(d, d[c].fillna("none"))),
    "dropna": lambda d, n: d.dropna() if n % 2 else d.dropna(how="all"),
    "ffill": on("fTM", lambda d, c, n: assigned(d, d[c].ffill() if n % 2 else d[c].bfill())),
    "shift": on("iufTM", lambda d, c, n: assigned(d, d[c].shift(n % 5 - 2))),
    "diff": on("if", lambda d, c, n: assigned(d, d[c].diff(n % 3 - 1))),
    "cumulative": on("if", lambda d, c, n: assigned(d, [d[c].cumsum, d[c].cummax, d[c].cummin][n % 3]())),
    "rank": on("iufTM", lambda d, c, n: assigned(d, d[c].rank(method=["average", "min", "dense", "first"][n % 4]))),
    "clip": on("if", lambda d, c, n: assigned(d, d[c].clip(-1, 2))),
    "round": on("f", lambda d, c, n: assigned(d, d[c].round(n % 3))),
    "to float": on("ib", lambda d, c, n: assigned(d, d[c].astype("float64"))),
    "to text": on("ib", lambda d, c, n: assigned(d, d[c].astype("str"))),
    "upper": on("T", lambda d, c, n: assigned(d, d[c].str.upper() if n % 2 else d[c].str.len())),
    "contains": on("T", lambda d, c, n: assigned(d, d[c].str.contains("a", na=False))),
    "year": on("M", lambda d, c, n: assigned(d, [d[c].dt.year, d[c].dt.hour, d[c].dt.day_name()][n % 3])),
    "map": on("T", lambda d, c, n: assigned(d, d[c].map({"a": 1, "b": 2}))),
    "replace": on("i", lambda d, c, n: assigned(d, d[c].replace(n % 4, 99))),
    "duplicated": on("ifTMC", lambda d, c, n: assigned(d, d[c].duplicated())),
    "drop duplicates": on("ifTMC", lambda d, c, n: d.drop_duplicates(c, keep="last" if n % 2 else "first")),
    "sort": on(
        "iufTMb",
        lambda d, c, n: d.sort_values(c, ascending=n % 2 == 0, na_position="first" if n % 3 else "last", kind="stable"),
    ),
    "sort index": lambda d, n: d.sort_index(ascending=n % 2 == 0, kind="stable"),
    "reverse": lambda d, n: d.iloc[::-1] if n % 2 else d.iloc[n % 4 :: 2],
    "head": lambda d, n: d.head(n % 9) if n % 2 else d.tail(n % 9),
    "take": lambda d, n: d.iloc[[0, -1, 0]] if len(d) else d,
    "drop": lambda d, n: d.iloc[:, 1:] if d.shape[1] > 2 else d,
    "rename": lambda d, n: d.rename(columns={"p": "z", 0: "z"}),
    "reset": lambda d, n: d.reset_index(drop=n % 2 == 0) if "n" not in d.columns else d,
    "set index": on("iTM", lambda d, c, n: d.set_index(c) if d.shape[1] > 1 else d),
    "group": on("ibTMC", grouped),
    "transform": on("ibTMC", transformed),
    "within groups": on("ibTC", within),
    "merge": on("iTM", merged),
    "concat": lambda d, n: library(d).concat([d.head(3), d], ignore_index=n % 2 == 0),
    "counts": on("iTC", lambda d, c, n: d[c].value_counts(dropna=n % 2 == 0, sort=False).to_frame()),
    "isna": lambda d, n: d.isna() if n % 2 else d.notna(),
    "align": on("if", lambda d, c, n: assigned(d, d[c].head(4)) if d.index.is_unique else d),
}


def chains(length):
    """Give a strategy for chains: names of operations, with the number that varies each."""
    step = st.tuples(st.sampled_from(sorted(OPERATIONS)), st.integers(0, 59))
    return st.lists(step, min_size=1, max_size=length)
