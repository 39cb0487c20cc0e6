"""Brackets that select."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

FRAME = pd.DataFrame(
    {
        "a": [3, 1, 2, 5, 4],
        "b": [0.5, np.nan, 2.0, np.inf, -1.0],
        "s": ["x", "", None, 'q"\n', "ünï"],
        "f": [True, False, True, True, False],
        "c": pd.Categorical(["u", "v", None, "u", "v"], categories=["v", "u", "w"], ordered=True),
        "t": pd.to_datetime(["2013-01-01", None, "2020-02-29", "1969-12-31", "2013-01-01"]),
    }
)
FRAMES = {
    "range": FRAME,
    "shifted": FRAME.set_axis(pd.RangeIndex(10, 0, -2)),
    "text": FRAME.set_axis(list("vwxyz")),
    "repeated": FRAME.set_axis(list("aabba")),
    "integers": FRAME.set_axis([7, 3, 9, 0, 4]),
    "floats": FRAME.set_axis([0.5, 1.0, 2.0, 2.5, 7.0]),
    "dates": FRAME.set_axis(pd.date_range("2020-01-30", periods=5)._with_freq(None)),
    "levels": FRAME.set_axis(pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1), ("b", 3), ("c", 1)])),
    "one row": FRAME.iloc[:1],
    "empty": FRAME.iloc[:0],
}
BIG = pd.DataFrame({"a": np.arange(20_000) % 17, "b": np.arange(20_000) / 7})


@pytest.fixture(params=FRAMES)
def frame(request):
    return FRAMES[request.param]


@pytest.mark.parametrize(
    "key",
    [
        "a", "s", "c", "t", ["b", "a"], ["a"], ["a", "a"], [], "missing", ["a", "missing"], ["x", "y"], 0,
        slice(1, 4), slice(None, -1), slice(-2, None), slice(None, None, 2), slice(4, 0, -1), slice(None, None, -2),
        slice(3, 100), slice(3, 2), np.array(["a", "b"]), pd.Index(["b", "s"]), ("a",),
    ],
)  # fmt: skip
def test_getitem(agree, frame, key):
    agree(lambda d: d[key], frame)


@pytest.mark.parametrize(
    "mask",
    [
        lambda d: d.a > 2, lambda d: d["b"] > 0, lambda d: d.f, lambda d: ~d.f & (d.a < 4), lambda d: d.a > 99,
        lambda d: d.s == "x", lambda d: d.c == "u", lambda d: d.c >= "u", lambda d: d.t > "2013-06-01",
        lambda d: d.b.isna(), lambda d: (d.a > 2).to_numpy(), lambda d: (d.a > 2).tolist(),
        lambda d: [True, False], lambda d: np.array([True] * 9), lambda d: (d.a > 2).astype("boolean"),
        lambda d: pd.array([True, None, False, True, None], dtype="boolean"),
        lambda d: [True, None, False, True, False], lambda d: np.zeros(len(d), bool),
    ],
)  # fmt: skip
def test_masks(agree, frame, mask):
    agree(lambda d: d[mask(d)], frame)
    agree(lambda d: d["a"][mask(d)], frame)


def test_mask_with_missing_values_is_refused(agree):
    agree(lambda d: d[pd.Series([True, None, False, True, False], dtype=object)], FRAME)


def test_mask_of_other_order_is_matched_by_label(up):
    ours = up(FRAME)
    mask = (ours.a > 2)[::-1]
    with pytest.warns(UserWarning, match="reindexed"):
        found = ours[mask]
    with pytest.warns(UserWarning, match="reindexed"):
        wanted = FRAME[(FRAME.a > 2)[::-1]]
    pd.testing.assert_frame_equal(found.to_pandas(), wanted)


def test_mask_without_some_labels_is_refused(up):
    ours = up(FRAME)
    with pytest.raises(pd.errors.IndexingError, match="Unalignable"), pytest.warns(UserWarning, match="reindexed"):
        ours[(ours.a > 2).iloc[:3]]


def test_frame_of_bools(agree):
    agree(lambda d: d[d > 2], FRAME[["a", "b"]])


def test_callable(agree):
    agree(lambda d: d[lambda x: x.a > 2], FRAME)
    agree(lambda d: d.a[lambda x: x > 2], FRAME)


def test_labels_stay_through_filters(agree):
    def pick(d):
        some = d[d.a % 5 == 1]
        return some[some.b > 100][10:50:7]

    agree(pick, BIG)


def test_attributes(up):
    ours = up(FRAME)
    pd.testing.assert_series_equal(ours.a.to_pandas(), FRAME.a)
    with pytest.raises(AttributeError, match="'DataFrame' object has no attribute 'nothing'"):
        _ = ours.nothing
    assert {"a", "head"} <= set(dir(ours))


def test_like_a_dict(up):
    ours = up(FRAME)
    assert list(ours) == list(FRAME)
    assert "a" in ours
    assert "z" not in ours
    assert list(ours.keys()) == list(FRAME.keys())
    assert ours.get("z", 7) == 7
    pd.testing.assert_series_equal(ours.get("a").to_pandas(), FRAME.a)
    for (label, column), (wanted, theirs) in zip(ours.items(), FRAME.items(), strict=True):
        assert label == wanted
        pd.testing.assert_series_equal(column.to_pandas(), theirs)
    for (label, row), (wanted, theirs) in zip(ours.iterrows(), FRAME.iterrows(), strict=True):
        assert label == wanted
        pd.testing.assert_series_equal(row, theirs)
    assert next(ours[["a", "f"]].itertuples()) == next(FRAME[["a", "f"]].itertuples())


def test_labels_that_are_no_text_or_repeat(agree):
    odd = pd.DataFrame([[1, 2.0, "x"]] * 3, columns=[0, (1, 2), 0])
    agree(lambda d: d[0], odd)
    agree(lambda d: d[[0]], odd)
    levels = FRAME[["a", "b", "f"]].set_axis(pd.MultiIndex.from_tuples([("u", 1), ("u", 2), ("v", 1)]), axis=1)
    agree(lambda d: d["u"], levels)
    agree(lambda d: d[("u", 2)], levels)
    agree(lambda d: d[[("v", 1)]], levels)


@pytest.mark.parametrize(
    "key", ["w", "q", ["x", "v"], slice("w", "y"), slice(1, 3), ["q"], [True, False, True, True, False]]
)
def test_series_by_text(agree, key):
    agree(lambda d: d.a[key], FRAMES["text"])


@pytest.mark.parametrize("key", [3, -1, 99, [9, 3], slice(1, 3), slice(0, 4), 2.0])
def test_series_by_integers(agree, key):
    agree(lambda d: d.a[key], FRAMES["integers"])
    agree(lambda d: d.a[key], FRAMES["range"])


def test_series_like_a_dict(up):
    ours = up(FRAMES["text"].a)
    assert "w" in ours
    assert ours.get("nope") is None
    assert list(ours.items()) == list(FRAMES["text"].a.items())
    assert ours.tolist() == FRAMES["text"].a.tolist()
    assert ours["w"] == 1
    assert ours.iloc[:1].item() == 3
    with pytest.raises(ValueError, match="size 1"):
        ours.item()


@pytest.mark.parametrize("rows", [4, 12_000])
@pytest.mark.parametrize("dtype", ["Int64", "Float64"])
def test_masks_with_gaps_over_rows_not_yet_counted(agree, rows, dtype):
    data = pd.DataFrame({"p": pd.array([0, None, 3, 1] * (rows // 4), dtype=dtype), "q": range(rows)})
    agree(lambda d: d.drop_duplicates("p").pipe(lambda kept: kept[kept["p"] > -2]), data)
    agree(lambda d: d[d["q"] > 1].pipe(lambda kept: kept[kept["p"] > 1]), data)
    agree(lambda d: d[d["q"] > 1].pipe(lambda kept: kept.loc[(kept["p"] > 1) | (kept["q"] > 3), "p"]), data)
