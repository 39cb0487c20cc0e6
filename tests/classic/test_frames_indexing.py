"""Choosing and assigning columns, rows and cells, as in R; pandas is the oracle."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ODD = pd.DataFrame(
    {
        "n": [1.5, -2.0, np.nan, 7.0, 0.0],
        "i": [1, 2, 3, -4, 0],
        "s": ["x", "", None, "ä'\"\\", "NA"],
        "f": pd.Categorical(["b", "a", None, "b", "c"]),
        "t": pd.to_datetime(["2020-02-29", None, "1969-12-31", "2024-06-30", "2000-01-01"]),
    }
)


@pytest.fixture
def odd(up):
    return up(ODD)


def local(data):
    return data.dataframe().to_pandas()


def same(ours, theirs):
    theirs = theirs.reset_index(drop=True)
    check = pd.testing.assert_series_equal if isinstance(theirs, pd.Series) else pd.testing.assert_frame_equal
    check(local(ours), theirs, check_dtype=False, check_index_type=False, check_categorical=False)


COLUMNS = {
    "a slice": (lambda f: f[1:], lambda p: p.iloc[:, 1:]),
    "a step": (lambda f: f[::2], lambda p: p.iloc[:, ::2]),
    "names": (lambda f: f["i":"f"], lambda p: p.loc[:, "i":"f"]),
    "a list": (lambda f: f[["s", "n"]], lambda p: p[["s", "n"]]),
    "numbers": (lambda f: f[[2, 0]], lambda p: p.iloc[:, [2, 0]]),
    "a name": (lambda f: f["i"], lambda p: p["i"]),
    "a number": (lambda f: f[2], lambda p: p.iloc[:, 2]),
    "from the end": (lambda f: f[-1], lambda p: p.iloc[:, -1]),
    "drop": (lambda f: f.drop("s"), lambda p: p.drop(columns="s")),
    "drop by number": (lambda f: f.drop(0), lambda p: p.iloc[:, 1:]),
    "drop several": (lambda f: f.drop(["s", 0]), lambda p: p[["i", "f", "t"]]),
}
ROWS = {
    "a condition": (lambda f: f[f["n"] > 0], lambda p: p[p.n > 0]),
    "a condition that differs where missing": (lambda f: f[f["n"] != 0], lambda p: p[p.n != 0]),
    "numbers for a condition": (lambda f: f[f["i"]], lambda p: p[p.i != 0]),
    "both": (lambda f: f[(f["n"] > 0) & (f["i"] > 0)], lambda p: p[(p.n > 0) & (p.i > 0)]),
    "a chain": (lambda f: f[0 <= f["i"] < 3], lambda p: p[(p.i >= 0) & (p.i < 3)]),
    "a factor": (lambda f: f[f["f"] == "b"], lambda p: p[p.f == "b"]),
    "a factor that is not": (lambda f: f[f["f"] != "b"], lambda p: p[p.f != "b"]),
    "missing": (lambda f: f[f["s"].isna()], lambda p: p[p.s.isna()]),
    "missing by None": (lambda f: f[f["n"] == None], lambda p: p[p.n.isna()]),  # noqa: E711 - as the document writes it
    "none": (lambda f: f[f["i"] > 99], lambda p: p[p.i > 99]),
    "a slice": (lambda f: f[1:3, :], lambda p: p.iloc[1:3]),
    "a slice from the end": (lambda f: f[-2:, ["n"]], lambda p: p.iloc[-2:][["n"]]),
    "a step": (lambda f: f[::-2, :], lambda p: p.iloc[::-2]),
    "a row": (lambda f: f[3, :], lambda p: p.iloc[[3]]),
    "row numbers": (lambda f: f[[3, 0, 3], :], lambda p: p.iloc[[3, 0, 3]]),
    "rows and a column": (lambda f: f[f["i"] > 0, "s"], lambda p: p.s[p.i > 0]),
    "rows of a vec": (lambda f: f["t"][f["i"] > 0], lambda p: p.t[p.i > 0]),
    "a slice of a vec": (lambda f: f["s"][1:4], lambda p: p.s[1:4]),
}


@pytest.mark.parametrize("cases", [COLUMNS, ROWS], ids=["columns", "rows"])
def test_choosing(odd, cases):
    for name, (ours, theirs) in cases.items():
        try:
            same(ours(odd), theirs(ODD))
        except AssertionError as problem:
            raise AssertionError(name) from problem


def test_cells(odd):
    assert odd[3, "n"] == odd["n"][3] == odd[3, 0] == 7.0
    assert odd[-1, "s"] == "NA"
    assert odd[np.int64(3), np.int64(0)] == 7.0
    assert list(odd[np.array([3, 1]), "i"]) == [-4, 2]
    assert odd[1, "f"] == "a"
    assert odd[2, "s"] is None
    assert np.isnan(odd[2, "n"])
    assert [v.nrow() for v in odd] == [5] * 5


MISSES = {
    "a name": lambda f: f["no"],
    "a number": lambda f: f[5],
    "a number before the first": lambda f: f[-6],
    "a list": lambda f: f[["n", "no"]],
    "drop": lambda f: f.drop("no"),
    "a row": lambda f: f[5, 0],
    "a row of a vec": lambda f: f["n"][99],
    "a kind": lambda f: f[1.5],
    "a kind of row": lambda f: f[1.5, 0],
    "rows by truth": lambda f: f[[True, False, True, True, True], 0],
    "rows by texts": lambda f: f["n"]["x"],
    "rows by text": lambda f: f[["n"], :]["n"],
    "no columns": lambda f: f[5:],
    "two conditions": lambda f: f[f[["n", "i"]] > 0],
    "texts for a condition": lambda f: f[f["s"]],
    "set": lambda f: f.__setitem__(9, f["n"]),
    "set two": lambda f: f.__setitem__("n", f[["n", "i"]]),
    "set a list": lambda f: f.__setitem__("n", [1]),
    "set a dict": lambda f: f.__setitem__("new", {"a": 1}),
    "del": lambda f: f.__delitem__("no"),
    "text among numbers": lambda f: f.__setitem__((slice(None), "n"), "x"),
    "number among texts": lambda f: f.__setitem__((slice(None), "s"), 1),
    "no level": lambda f: f.__setitem__((slice(None), "f"), "zz"),
    "names": lambda f: f.setNames(["a"]),
    "a name that is none": lambda f: f[0].setName(""),
    "vecs": lambda f: type(f)(vecs=[1]),
    "no vecs": lambda f: type(f)(vecs=[]),
    "nothing": lambda f: type(f)(),
    "an operand": lambda f: f + object(),
    "a filter of another length": lambda f: f[f[f["i"] > 0]["n"] > 0],
    "a sum of other lengths": lambda f: f["n"] + f[f["i"] > 0]["n"],
    "an assignment of another length": lambda f: f.__setitem__("n", f[f["i"] > 0]["n"]),
    "other widths": lambda f: f[["n", "i"]] + f[["n", "i", "t"]],
}


def test_what_is_not_there_is_a_value_error(odd):
    for use in MISSES.values():
        with pytest.raises(ValueError, match=r"\w{3}"):
            use(odd)
    same(odd, ODD)  # nothing is half done


# ---------------------------------------------------------------------- assignment


def put(p, mask, column, value):
    p = p.copy()
    p.loc[mask, column] = value
    return p


ASSIGNMENTS = {
    "missing": ("n", lambda f: f["n"] == 0, None),
    "a number": ("n", lambda f: f["i"] > 1, 9.5),
    "a number in whole ones": ("i", lambda f: f["i"] > 1, 9),
    "missing in whole numbers": ("i", lambda f: f["i"] == 0, None),
    "a text": ("s", lambda f: f["i"] > 1, 'q"'),
    "no text": ("s", lambda f: f["i"] > 1, None),
    "a level": ("f", lambda f: f["i"] > 1, "c"),
    "no level": ("f", lambda f: f["i"] > 1, None),
    "no time": ("t", lambda f: f["i"] > 1, None),
    "nowhere": ("n", lambda f: f["i"] > 99, 1.0),
}


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_assignment_changes_the_vec_and_only_the_vec(odd, name):
    column, where, value = ASSIGNMENTS[name]
    vec = odd[column]
    vec[where(odd)] = value
    expected = put(ODD.astype({"i": "float64"}) if value is None else ODD, where(ODD).to_numpy(), column, value)
    same(vec, expected[column])
    same(odd, ODD)
    odd[where(odd), column] = value  # and this changes the frame
    same(odd, expected)


def test_assignment_of_a_vec(odd):
    n = odd["n"]
    n[n.isna()] = odd["i"]
    assert list(n) == [1.5, -2, 3, 7, 0]
    f = odd["f"]
    f[odd["i"] > 2] = odd["s"]
    assert [f[k] for k in range(5)] == ["b", "a", None, "b", "c"]
    assert f.isfactor()


def test_assignment_of_times(odd):
    t = odd["t"]
    t[odd["i"] > 1] = 0
    same(t, put(ODD, ODD.i > 1, "t", pd.Timestamp(0)).t)
    t[odd["i"] > 1] = odd["t"]
    same(t, ODD.t)
    t[odd["i"] > 1] = odd["i"]  # numbers beside times make numbers
    assert list(t)[1:3] == [2, 3]
    assert list(odd["t"].year() == t.year()) == [1, 0, 0, 1, 1]


def test_assignment_by_numbers(odd):
    odd[1:3, "i"] = 5
    odd[0, "n"] = 4
    odd[[3, -1], "s"] = "z"
    assert list(odd["i"]) == [1, 5, 5, -4, 0]
    assert odd["n"][0] == 4
    assert list(odd["s"]) == ["x", "", None, "z", "z"]


def test_whole_columns(odd):
    odd["new"] = odd["i"] * 2
    odd["one"] = 1
    odd["word"] = "w"
    odd[0] = odd["i"]
    del odd["t"]
    assert odd.names() == ["n", "i", "s", "f", "new", "one", "word"]
    assert list(odd["n"]) == list(odd["i"])
    assert list(odd["new"]) == [2, 4, 6, -8, 0]
    assert set(odd["one"]) == {1}
    assert set(odd["word"]) == {"w"}


def test_a_vec_that_nobody_holds(odd):
    with pytest.warns(UserWarning, match="nobody holds"):
        odd["n"][odd["n"] == 0] = None
    vec = odd["n"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        vec[vec == 0] = None


def test_names_are_shared_with_the_frame(odd):
    odd[2]._name = "text"
    vec = odd["n"]
    vec.setName("number")
    assert odd.names() == odd.col_names() == ["number", "i", "text", "f", "t"]
    assert [v.name() for v in odd.vecs()] == odd.names()
    part = odd[["i", "text"]]
    odd.setNames(list("abcde"))
    assert part.names() == ["b", "c"]  # the same columns
    kept = odd[odd["b"] > 0]
    odd[1]._name = "other"
    assert kept.names() == list("abcde")  # other columns


def test_sizes(classic, odd):
    assert odd.dim() == [5, 5]
    assert odd["n"].dim() == (5, 1)
    assert (odd.nrow(), odd.ncol(), len(odd), len(odd["n"])) == (5, 5, 5, 5)
    assert classic.H2OFrame({"a": [1, 2, 3]}).dim() == [3, 1]


def test_truth_is_not_confused_by_other_comparisons(odd):
    vec = odd["i"]
    for _ in range(3):
        if vec > 1:
            pass
        assert list(vec < 2) == [1, 0, 0, 1, 1]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_slice_of_rows(odd, data):
    bounds = st.one_of(st.none(), st.integers(-7, 7))
    which = slice(data.draw(bounds), data.draw(bounds), data.draw(st.sampled_from([None, 1, 2, -1, -3])))
    assert list(odd["i"][which]) == ODD.i.tolist()[which]


def test_many_chunks(classic, theirs):
    n = 25_000
    rng = np.random.default_rng(0)
    p = pd.DataFrame({"x": rng.normal(size=n), "k": rng.integers(0, 5, n)})
    p.loc[::7, "x"] = np.nan
    fr = classic.H2OFrame(p)
    r = fr[0].runif(seed=3)
    drawn = np.array(list(r))
    kept = fr[(r >= 0.2) & (fr["k"] != 3)]
    expected = p[(drawn >= 0.2) & (p.k != 3)]
    same(kept, expected)
    vec = kept["x"]
    vec[vec < 0] = 0
    assert vec.sum() == pytest.approx(expected.x[expected.x > 0].sum())
    same(fr[20_000:24_999:7, "k"], p.k[20_000:24_999:7])
