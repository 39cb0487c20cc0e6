"""concat."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import h2o_frame_compat.pandas as hpd

A = pd.DataFrame({"a": [1, 2], "b": [0.5, np.nan], "s": ["x", None], "f": [True, False]})
B = pd.DataFrame({"b": [7, 8, 9], "a": [4.5, 5.5, 6.5], "z": ["p", "q", "r"]})
TEXT = A.set_axis(["u", "v"])
MORE = B.set_axis(["v", "w", "u"])
KINDS = pd.DataFrame({"c": pd.Categorical(["p", "q"]), "t": pd.to_datetime(["2020-01-01", None]), "i": np.int8([1, 2])})
OTHER = pd.DataFrame(
    {
        "c": pd.Categorical(["q", "p"], categories=["p", "q"]),
        "t": pd.to_datetime(["2021-01-01", "2022-01-01"]),
        "i": [300, 4],
    }
)


def joined(*args, **kwargs):
    """Concatenate with whichever library the data is of."""

    def run(*data):
        own = pd if isinstance(data[0], (pd.DataFrame, pd.Series)) else hpd
        pick = args[0] if args else list
        return own.concat(pick(data), **kwargs)

    return run


PAIRS = {
    "same": (A, A),
    "others": (A, B),
    "text": (TEXT, MORE),
    "text and numbers": (TEXT.reset_index(drop=True), A.set_axis([5, 6])),
    "kinds": (KINDS, OTHER),
    "missing kinds": (KINDS, A),
    "empty": (A.iloc[:0], A),
    "one": (A,),
    "continued": (A, A.set_axis(pd.RangeIndex(2, 4))),
    "three": (A, B, A),
    "named": (A.rename_axis("k"), A.rename_axis("k")),
    "names": (TEXT.rename_axis("k"), A.set_axis(["y", "z"]).rename_axis("l")),
    "stepped": (A.set_axis(pd.RangeIndex(0, 4, 2)), A.set_axis(pd.RangeIndex(4, 8, 2))),
}


@pytest.mark.parametrize(
    "kwargs", [{}, {"ignore_index": True}, {"join": "inner"}, {"sort": True}, {"keys": True}], ids=repr
)
@pytest.mark.parametrize("pair", PAIRS)
def test_frames_below_each_other(agree, pair, kwargs):
    data = PAIRS[pair]
    if "keys" in kwargs:
        kwargs = {"keys": list("klm")[: len(data)]}
    agree(joined(**kwargs), *data)


@pytest.mark.parametrize(
    "kwargs", [{}, {"join": "inner"}, {"ignore_index": True}, {"keys": ["k", "l"]}, {"sort": True}], ids=repr
)
@pytest.mark.parametrize("pair", ["same", "others", "text", "kinds", "continued"])
def test_frames_side_by_side(agree, pair, kwargs):
    agree(joined(axis=1, **kwargs), *PAIRS[pair])


@pytest.mark.parametrize("axis", [0, 1, "columns"])
@pytest.mark.parametrize("kwargs", [{}, {"ignore_index": True}, {"keys": ["k", "l"]}], ids=repr)
def test_series(agree, axis, kwargs):
    agree(joined(axis=axis, **kwargs), A.a, A.b)
    agree(joined(axis=axis, **kwargs), A.a, A.a)
    agree(joined(axis=axis, **kwargs), TEXT.a.rename(None), MORE.b)
    agree(joined(axis=axis, **kwargs), TEXT.a, MORE.b)


def test_mixed(agree):
    agree(joined(axis=1), A, A.a.rename("n"))
    agree(joined(axis=1), A, A.a.rename(None))
    agree(joined(), A, A.a)
    agree(joined(lambda d: {"p": d[0], "q": d[1]}), A, A)
    agree(joined(lambda d: [d[0], None, d[1]]), A, A)
    agree(joined(lambda d: []), A)
    agree(joined(lambda d: [None]), A)
    agree(joined(lambda d: d[0]), A)
    agree(joined(lambda d: [d[0], 3]), A)
    agree(joined(keys=["x", "y"], names=["k", "i"]), A, A)
    agree(joined(verify_integrity=True), A, A)
    agree(joined(verify_integrity=True), TEXT, A.set_axis(["y", "z"]))
    agree(joined(join="left"), A, A)


def test_repeated_row_labels(agree):
    twice = TEXT.set_axis(["u", "u"])
    agree(joined(), twice, TEXT)
    agree(joined(axis=1), twice, TEXT)
    agree(joined(axis=1), twice, twice)


def test_columns_of_no_common_dtype_go_to_pandas(agree):
    agree(joined(), A[["a"]], A[["f"]].rename(columns={"f": "a"}), native=False)


def test_local_parts(up):
    made = hpd.concat([up(A), B])
    pd.testing.assert_frame_equal(made.to_pandas(), pd.concat([A, B]))


def test_many_rows(agree):
    big = pd.DataFrame({"a": np.arange(12_000), "s": np.arange(12_000).astype(str)})
    agree(joined(), big, big[big.a % 3 == 0])
    agree(joined(ignore_index=True), big[big.a > 7], big)
    agree(joined(axis=1), big, big[big.a % 3 == 0].add_suffix("_r"))


def test_several_pieces_of_one_frame(agree):
    agree(lambda d: (pd if isinstance(d, pd.DataFrame) else hpd).concat([d[d.a > 1], d.head(1), d]), A)
    agree(lambda d: (pd if isinstance(d, pd.DataFrame) else hpd).concat([d[["a"]], d.b * 2, d.s], axis=1), A)


def test_sorted_by_default_where_pandas_does(agree):
    one = pd.DataFrame({"a": [1, 2]}, index=pd.DatetimeIndex(["2020-01-03", "2020-01-01"]))
    other = one.set_axis(pd.DatetimeIndex(["2020-01-02", "2020-01-01"])).rename(columns={"a": "b"})
    agree(joined(axis=1), one, other, check_freq=False)
    agree(joined(axis=1, sort=False), one, other)
    agree(joined(sort="yes"), one, other)


def test_categories_of_all(agree):
    one, other = pd.Series(["a"], dtype="category"), pd.Series(["b"], dtype="category")
    agree(joined(union_categories=True), one, other, native=False)


# ---------------------------------------------------------------------- labels of several levels, repeated labels


@pytest.mark.parametrize("names", [None, ["k"], ["k", "n", "i"]])
@pytest.mark.parametrize("axis", [0, 1])
def test_tuples_as_keys(agree, names, axis):
    left, right = A[["a"]], A[["f"]]
    agree(joined(keys=[("a", 1), ("b", 2)], names=names, axis=axis), left, right)
    agree(joined(keys=["b", "a"], levels=[["a", "b", "c"]], names=names, axis=axis), left, right)
    agree(joined(keys=["b", "zz"], levels=[["a", "b", "c"]], axis=axis), left, right)


def test_repeated_column_labels(agree):
    twice = A[["a", "f"]].set_axis(["x", "x"], axis=1)
    agree(joined(), twice, twice)
    agree(joined(ignore_index=True), twice, twice.iloc[:2])
    agree(joined(), twice, A[["a"]])
    agree(joined(axis=1), twice, A[["a"]])
