"""Laws that hold for any data, each checked on ours and against pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import h2o_frame_compat.pandas as hpd

# Said, as it should be, where a cluster lacks our extension.
pytestmark = pytest.mark.filterwarnings("ignore:column .* holds -0.0 in a single row:UserWarning")

few = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

NUMBERS = st.one_of(st.none(), st.floats(-1e6, 1e6, allow_subnormal=False), st.sampled_from([0.0, -0.0, 1.0, np.inf]))
WORDS = st.one_of(st.none(), st.sampled_from(["", "a", "b", "A", "ä", "NA", "nan", ' "q" ', "日本"]))
KEYS = st.one_of(st.none(), st.integers(0, 3).map(float))
LABELS = st.sampled_from(["range", "integers", "words", "repeated"])


@st.composite
def frames(draw, least=0, most=14):
    """A frame of numbers, integers and words, under labels of some kind."""
    count = draw(st.integers(least, most))

    def column(values, dtype):
        return pd.Series(draw(st.lists(values, min_size=count, max_size=count)), dtype=dtype)

    frame = pd.DataFrame(
        {
            "x": column(NUMBERS, "float64"),
            "k": column(KEYS, "float64"),
            "i": column(st.integers(-3, 3), "int64"),
            "s": column(WORDS, "str"),
        }
    )
    labels = draw(LABELS)
    if labels == "integers":
        return frame.set_axis(pd.Index(draw(st.permutations(range(count))), dtype="int64"))
    if labels == "words":
        return frame.set_axis(pd.Index([f"r{n}" for n in range(count)], dtype="str"))
    if labels == "repeated":
        return frame.set_axis(pd.Index([n // 2 for n in range(count)], dtype="int64"))
    return frame


def same(ours, theirs):
    compare = pd.testing.assert_frame_equal if isinstance(theirs, pd.DataFrame) else pd.testing.assert_series_equal
    compare(ours.to_pandas(), theirs)


@few
@given(frames(), st.integers(-3, 3))
def test_a_filter_and_its_complement_are_all_rows(up, data, least):
    ours = up(data.assign(row=np.arange(len(data))))
    mask = ours.i > least
    both = hpd.concat([ours[mask], ours[~mask]])
    theirs = data.assign(row=np.arange(len(data)))
    same(both, pd.concat([theirs[theirs.i > least], theirs[~(theirs.i > least)]]))
    assert len(ours[mask]) + len(ours[~mask]) == len(data)
    back = both.sort_values("row").to_pandas()
    pd.testing.assert_frame_equal(back, theirs)  # each row once, with its label


BOUND = st.one_of(st.none(), st.integers(-16, 16))


@few
@given(frames(), BOUND, BOUND, BOUND, BOUND, st.sampled_from([None, 1, 2, 3, -1, -2]))
def test_slices_of_slices(up, data, start, stop, again, end, step):
    ours = up(data)
    same(ours.iloc[start:stop].iloc[again:end:step], data.iloc[start:stop].iloc[again:end:step])
    rows = list(range(len(data)))[start:stop][again:end:step]
    assert len(ours.iloc[start:stop:1].iloc[again:end:step]) == len(rows)
    same(ours.iloc[rows], data.iloc[rows])


@few
@given(frames(), st.sampled_from(["x", "k", "i", "s"]), st.booleans(), st.sampled_from(["first", "last"]))
def test_a_sort_is_a_stable_permutation(up, data, key, ascending, na):
    data = data.assign(row=np.arange(len(data)))
    found = up(data).sort_values(key, ascending=ascending, na_position=na, kind="stable").to_pandas()
    pd.testing.assert_frame_equal(found, data.sort_values(key, ascending=ascending, na_position=na, kind="stable"))
    assert sorted(found.row) == list(range(len(data)))
    ties = found[key].eq(found[key].shift()) | (found[key].isna() & found[key].shift().isna())
    assert (found.row.diff()[ties.to_numpy()].dropna() > 0).all()


@few
@given(frames(), frames(), st.sampled_from(["k", "i", "s"]))
def test_an_inner_merge_has_all_pairs(up, left, right, key):
    merged = up(left).merge(up(right), on=key)
    pairs = (left[key].value_counts(dropna=False), right[key].value_counts(dropna=False))
    missing = left[key].isna().sum() * right[key].isna().sum()
    wanted = (pairs[0][pairs[0].index.notna()] * pairs[1][pairs[1].index.notna()]).sum() + missing
    assert len(merged) == wanted
    same(merged, left.merge(right, on=key))


@few
@given(frames(), st.sampled_from(["k", "s", ["k", "s"]]))
def test_sums_of_groups_add_up(up, data, keys):
    ours = up(data)
    same(ours.groupby(keys, dropna=False).i.sum(), data.groupby(keys, dropna=False).i.sum())
    assert ours.groupby(keys, dropna=False).i.sum().sum() == ours.i.sum() == data.i.sum()
    assert ours.groupby(keys, dropna=False).size().sum() == len(data)
    assert ours.groupby(keys).x.count().sum() == data.groupby(keys).x.count().sum()


@few
@given(frames(), st.sampled_from(["k", "i", "s", ["i", "s"]]))
def test_an_index_goes_and_comes_back(up, data, keys):
    data = data.reset_index(drop=True)
    ours = up(data)
    same(ours.set_index(keys), data.set_index(keys))
    round_trip = ours.set_index(keys).reset_index()
    same(round_trip[list(data.columns)], data)


@few
@given(frames(), st.floats(-5, 5), st.sampled_from(["", "missing"]))
def test_nothing_is_missing_after_fillna(up, data, number, word):
    fill = {"x": number, "k": number, "s": word}
    ours = up(data).fillna(fill)
    same(ours, data.fillna(fill))
    assert not ours.isna().any().any()
    same(ours.dropna(), data.fillna(fill))


@few
@given(frames(), st.sampled_from([None, ["k"], ["s"], ["k", "i"]]), st.sampled_from(["first", "last", False]))
def test_dropping_duplicates_twice_is_dropping_them_once(up, data, subset, keep):
    once = up(data).drop_duplicates(subset, keep=keep)
    same(once, data.drop_duplicates(subset, keep=keep))
    same(once.drop_duplicates(subset, keep=keep), once.to_pandas())
    assert not once.duplicated(subset).any()


@few
@given(frames(most=8), frames(most=8))
def test_addition_of_labelled_series_commutes(up, left, right):
    left, right = (d[~d.index.duplicated()] for d in (left, right))
    if {left.index.dtype.kind, right.index.dtype.kind} == {"i", "O"} or left.index.dtype != right.index.dtype:
        right = (
            right.set_axis(pd.Index(left.index[::-1][: len(right)].tolist(), dtype=left.index.dtype))
            if len(right) <= len(left)
            else right.iloc[: len(left)].set_axis(left.index[::-1])
        )
    a, b = up(left), up(right)
    same(a.i + b.i, left.i + right.i)
    same(a.i.add(b.x, fill_value=1), left.i.add(right.x, fill_value=1))
    one, other = (a.i + b.i).to_pandas(), (b.i + a.i).to_pandas()
    pd.testing.assert_series_equal(one, other)


@few
@given(frames(), st.sampled_from(["x", "k", "i", "s"]))
def test_value_counts_add_up(up, data, column):
    ours = up(data)[column]
    assert ours.value_counts().sum() == ours.count() == data[column].count()
    assert ours.value_counts(dropna=False).sum() == len(data)
    assert len(ours.value_counts()) == ours.nunique() == data[column].nunique()
    same(ours.value_counts(), data[column].value_counts())
    if data[column].count():
        assert ours.value_counts(normalize=True).sum() == pytest.approx(1)


@few
@given(frames(), st.integers(0, 5))
def test_head_and_tail_make_the_frame(up, data, count):
    ours = up(data)
    same(hpd.concat([ours.head(count), ours.tail(-count) if count else ours]), data)


@few
@given(frames())
def test_de_morgan(up, data):
    ours = up(data)
    p, q = ours.i > 0, ours.x < 1
    same(~(p & q), ~((data.i > 0) & (data.x < 1)))
    pd.testing.assert_series_equal((~(p & q)).to_pandas(), (~p | ~q).to_pandas())


BIG = pd.DataFrame(
    {"n": [2**53 + 1, 2**62 + 3, -(2**53) - 1, 5], "m": [1, 2**53 + 1, 2, -(2**53) - 1], "k": list("abab")}
)
EXACT = {
    "+": lambda d: d.n + d.m,
    "-": lambda d: d.n - 1,
    "*": lambda d: d.m * 3,
    "//": lambda d: d.n // 3,
    "%": lambda d: d.n % 7,
    "==": lambda d: d.n == 2**53,
    "<": lambda d: d.n < 2**62 + 4,
    "abs": lambda d: d.n.abs(),
    "where": lambda d: d.n.where(d.m > 1, d.m),
}
MOVED = {
    "sort": lambda d: d.sort_values("n"),
    "filter": lambda d: d[d.k == "a"],
    "group": lambda d: d.groupby("k").n.sum(),
    "max": lambda d: d.groupby("k").n.max(),
    "merge": lambda d: d.merge(d, on="n"),
    "concat": lambda d: d.iloc[[3, 1, 1, 0]],
    "duplicates": lambda d: d.drop_duplicates("n"),
}


@pytest.mark.parametrize("name", EXACT)
def test_integers_are_exact_in_arithmetic(request, cluster, agree, name):
    if cluster.cluster.extension is None:
        why = "without the extension all arithmetic is in doubles, which are exact to 2**53"
        request.applymarker(pytest.mark.xfail(reason=why, strict=True))
    agree(EXACT[name], BIG)


@pytest.mark.parametrize("name", MOVED)
def test_integers_are_exact_where_they_are_only_moved(agree, name):
    agree(MOVED[name], BIG)
