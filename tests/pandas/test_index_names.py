"""The classes of indexes: all names, pandas' signatures, and what the cluster computes."""

from __future__ import annotations

import inspect

import numpy as np
import pandas as pd
import pytest

import h2o_frame_compat.pandas as hpd
from h2o_frame_compat.pandas.index import RowLabels

LABELS = {
    "text": pd.Index(["b", "a", "c", "a", "e"], name="k"),
    "gaps": pd.Index(["b", None, "a"]),
    "integers": pd.Index([7, 3, 9, 0, 4], name="n"),
    "floats": pd.Index([0.5, np.nan, -1.0, 0.5]),
    "ordered": pd.Index([1, 2, 5]),
    "dates": pd.DatetimeIndex(["2020-01-30 10:00", "2020-03-31", "2019-12-31 23:59:59.5"], name="t"),
    "zoned": pd.DatetimeIndex(["2020-01-30", "2020-07-31 08:00"]).tz_localize("UTC").tz_convert("Europe/Berlin"),
    "spans": pd.TimedeltaIndex(["1D", "36h", "5min"], name="d"),
    "categories": pd.CategoricalIndex(["x", "y", "x", None], categories=["y", "x", "z"], ordered=True, name="c"),
    "many": pd.Index([f"t{n % 4000}" for n in range(11000)]),
    "none": pd.Index([], dtype="str"),
}
EVERY = {
    "all the same": lambda i: i.T.transpose().ravel().copy(),
    "append": lambda i: i.append(i),
    "argmax": lambda i: int(i.argmax()),
    "argmin": lambda i: int(i.argmin()),
    "argsort": lambda i: i[i.argsort()],
    "astype": lambda i: i.astype(i.dtype),
    "copy named": lambda i: i.copy(name="new"),
    "delete": lambda i: i.delete(0),
    "delete some": lambda i: i.delete([-1, 0]),
    "difference": lambda i: i.difference(i[:1]),
    "drop": lambda i: i.drop(i[:1]),
    "drop unknown": lambda i: i.drop(["nope"]),
    "drop_duplicates": lambda i: i.drop_duplicates(keep="last"),
    "dropna": lambda i: i.dropna(),
    "dtype": lambda i: str(i.dtype),
    "duplicated": lambda i: i.duplicated(),
    "empty": lambda i: i.empty,
    "equals": lambda i: (i.equals(i[::-1]), i.equals(i[:1]), i.equals(i.rename("other")), i.equals(3)),
    "get_indexer_for": lambda i: i.unique().get_indexer_for(i[:2]),
    "hasnans": lambda i: i.hasnans,
    "has_duplicates": lambda i: i.has_duplicates,
    "identical": lambda i: (i.identical(i.rename("z")), i.identical(i)),
    "inferred_type": lambda i: i.inferred_type,
    "insert": lambda i: i.insert(1, i[0]),
    "insert at the end": lambda i: i.insert(len(i), i[0]),
    "intersection": lambda i: i.intersection(i[1:]),
    "intersection in order": lambda i: i.intersection(i[1:], sort=None),
    "intersection with itself": lambda i: i.unique().intersection(i.unique(), sort=None),
    "isin": lambda i: i.isin(i[:1]),
    "isna": lambda i: i.isna(),
    "is_monotonic_increasing": lambda i: i.is_monotonic_increasing,
    "is_monotonic_decreasing": lambda i: i.is_monotonic_decreasing,
    "is_unique": lambda i: i.is_unique,
    "item": lambda i: i[:1].item(),
    "max": lambda i: i.max(),
    "min": lambda i: i.min(),
    "names": lambda i: list(i.rename("q").names),
    "ndim": lambda i: (i.ndim, i.nlevels, i.shape, i.size),
    "notna": lambda i: i.notna(),
    "nunique": lambda i: i.nunique(),
    "repeat": lambda i: i.repeat(2),
    "set_names": lambda i: i.set_names("s"),
    "set too many names": lambda i: i.set_names(["s", "t"]),
    "sort_values": lambda i: i.sort_values(),
    "sort downwards": lambda i: i.sort_values(ascending=False, na_position="first"),
    "sortlevel": lambda i: i.sortlevel()[0],
    "symmetric_difference": lambda i: i[:2].symmetric_difference(i[1:]),
    "symmetric difference named": lambda i: i[:2].symmetric_difference(i[1:], result_name="r", sort=False),
    "take": lambda i: i.take([0, -1, 0]),
    "take too far": lambda i: i.take([1000000]),
    "to_flat_index": lambda i: i.to_flat_index(),
    "to_frame": lambda i: i.to_frame(),
    "to_frame named": lambda i: i.to_frame(index=False, name="col"),
    "to_series": lambda i: i.to_series(name="s"),
    "union": lambda i: i.unique()[:2].union(i.unique()[1:]),
    "union unsorted": lambda i: i.unique()[1:].union(i.unique()[:2], sort=False),
    "unique": lambda i: i.unique(),
    "value_counts": lambda i: i.value_counts(),
    "where": lambda i: i.where(i.notna()),
    "== one": lambda i: i == i[0],
    "get_level_values": lambda i: i.get_level_values(0),
    "no such level": lambda i: i.get_level_values("nope"),
    "drop the only level": lambda i: i.droplevel(0),
    "[0]": lambda i: i[0],
    "[-1]": lambda i: i[-1],
    "[99999]": lambda i: i[99999],
    "[1:]": lambda i: i[1:],
    "[::-1]": lambda i: i[::-1],
    "[[0, 0]]": lambda i: i[[0, 0]],
    "[mask]": lambda i: i[i.notna()],
    "[array mask]": lambda i: i[np.arange(len(i)) % 2 == 0],
    "tolist": lambda i: [str(v) for v in i.tolist()],
    "iterate": lambda i: [str(v) for v in i],
    "nonsense": lambda i: i.nonsense,
}
# pandas takes an unknown category for a missing one
QUIRKS = {("drop unknown", "categories")}


def on_rows(function):
    """Give a function of a frame that applies another one to its row labels."""

    def run(frame):
        made = function(frame.index)
        return made.to_pandas() if hasattr(made, "to_pandas") else made

    return run


@pytest.mark.parametrize("labels", ["text", "gaps", "integers", "zoned", "categories", "many", "none"])
@pytest.mark.parametrize("name", EVERY)
def test_labels(agree, name, labels):
    if (name, labels) in QUIRKS:
        pytest.skip("pandas does otherwise than it says")
    index = LABELS[labels]
    agree(on_rows(EVERY[name]), pd.DataFrame({"v": range(len(index))}, index=index))


KINDS = ["Index", "MultiIndex", "DatetimeIndex", "TimedeltaIndex", "CategoricalIndex"]


def parameters(function):
    return [(p.name, p.kind, repr(p.default)) for p in inspect.signature(function).parameters.values()]


@pytest.mark.parametrize("kind", KINDS)
def test_all_names_with_their_signatures(kind):
    ours, theirs = getattr(hpd, kind), getattr(pd, kind)
    for name in (n for n in dir(theirs) if not n.startswith("_")):
        assert hasattr(ours, name), name
        static = inspect.getattr_static(theirs, name)
        if callable(getattr(theirs, name)) and name != "str" and not isinstance(static, (classmethod, property)):
            assert parameters(getattr(ours, name)) == parameters(getattr(theirs, name)), name


VALUES = {
    "get_loc": (lambda i: i.get_loc(3), "integers"),
    "get_loc of a mask": (lambda i: i.get_loc("a"), "text"),
    "get_loc of a slice": (lambda i: i.sort_values().get_loc("a"), "text"),
    "get_loc of nothing": (lambda i: i.get_loc("q"), "text"),
    "get_loc of a time": (lambda i: i.get_loc(i[1]), "dates"),
    "slice_locs": (lambda i: i.sort_values().slice_locs(3, 7), "integers"),
    "slice_locs of nothing": (lambda i: i.slice_locs(5, 1), "ordered"),
    "slice_locs with an open end": (lambda i: i.slice_locs(start=2), "ordered"),
    "slice_indexer": (lambda i: i.sort_values().slice_indexer(3, 7, 2), "integers"),
    "get_slice_bound": (lambda i: i.sort_values().get_slice_bound(4, "left"), "integers"),
    "reindex": (lambda i: i.reindex([3, 4, 5])[1], "integers"),
    "reindex labels": (lambda i: i.reindex([3, 4, 5])[0], "integers"),
    "reindex to the same": (lambda i: i.reindex(i)[1] is None, "integers"),
    "reindex repeated labels": (lambda i: i.reindex(["a"]), "text"),
    "asof": (lambda i: i.sort_values().asof(5), "integers"),
    "asof before all": (lambda i: i.asof(0), "ordered"),
    "asof a time": (lambda i: i.sort_values().asof(pd.Timestamp("2020-02-01")), "dates"),
    "factorize": (lambda i: i.factorize()[1], "text"),
    "numbers of factorize": (lambda i: i.factorize(sort=True)[0], "text"),
    "astype": (lambda i: i.astype("float64"), "integers"),
    "diff": (lambda i: i.diff(), "integers"),
    "fillna": (lambda i: i.fillna(0.0), "floats"),
    "map a function": (lambda i: i.map(lambda v: v * 2), "integers"),
    "map a dict": (lambda i: i.map({"a": "A", "b": "B"}), "text"),
    "map to texts": (lambda i: i.map(str), "ordered"),
    "putmask": (lambda i: i.putmask(np.array([True, False, True]), 9), "ordered"),
    "replace": (lambda i: i.replace({7: 70}), "integers"),
    "round": (lambda i: i.round(0), "floats"),
    "searchsorted": (lambda i: int(i.searchsorted(2)), "ordered"),
    "searchsorted right": (lambda i: int(i.searchsorted(2, side="right")), "ordered"),
    "where": (lambda i: i.where([True, False, True], 0), "ordered"),
    "get_indexer": (lambda i: i.get_indexer([9, 8, 7]), "integers"),
    "get_indexer of repeated labels": (lambda i: i.get_indexer(["a"]), "text"),
    "+ 1": (lambda i: i + 1, "integers"),
    "2 - ": (lambda i: 2 - i, "integers"),
    "twice": (lambda i: i + i, "integers"),
    "divided": (lambda i: i / 2, "integers"),
    "negative": (lambda i: -i, "integers"),
    "> 3": (lambda i: i > 3, "integers"),
    "!= texts": (lambda i: i != "a", "text"),
    "== another": (lambda i: i == i[::-1], "text"),
    "of another length": (lambda i: i == i[:2], "text"),
    "in": (lambda i: ("a" in i, "q" in i, 3 in i), "text"),
    "upper": (lambda i: i.str.upper(), "text"),
    "len": (lambda i: i.str.len(), "text"),
    "contains": (lambda i: i.str.contains("a"), "text"),
    "str[0]": (lambda i: i.str[0], "text"),
    "str of numbers": (lambda i: i.str.upper(), "integers"),
    "insert a float": (lambda i: i.insert(0, 1.0), "floats"),
    "put behind others": (lambda i: i.append([i, i[:1]]), "text"),
    "a moment later": (lambda i: i + pd.Timedelta("1h"), "dates"),
    "since": (lambda i: i - pd.Timestamp("2020-01-01"), "dates"),
    "year": (lambda i: i.year, "dates"),
    "hour of the zone": (lambda i: i.hour, "zoned"),
    "is_month_end": (lambda i: i.is_month_end, "dates"),
    "floor": (lambda i: i.floor("D"), "dates"),
    "strftime": (lambda i: i.strftime("%Y-%m"), "dates"),
    "day_name": (lambda i: i.day_name(), "dates"),
    "normalize": (lambda i: i.normalize(), "zoned"),
    "is_normalized": (lambda i: i.is_normalized, "dates"),
    "tz_localize": (lambda i: i.tz_localize("UTC"), "dates"),
    "tz_convert": (lambda i: i.tz_convert("Asia/Tokyo"), "zoned"),
    "tz": (lambda i: (str(i.tz), str(i.tzinfo)), "zoned"),
    "isocalendar": (lambda i: i.isocalendar(), "dates"),
    "shift": (lambda i: i.shift(2, freq="h"), "dates"),
    "shift of texts": (lambda i: i.shift(1), "text"),
    "mean": (lambda i: i.mean(), "dates"),
    "asi8": (lambda i: i.asi8, "dates"),
    "as_unit": (lambda i: i.as_unit("ns"), "dates"),
    "unit": (lambda i: i.unit, "dates"),
    "to_pydatetime": (lambda i: list(i.to_pydatetime()), "dates"),
    "indexer_between_time": (lambda i: i.indexer_between_time("09:00", "11:00"), "dates"),
    "indexer_at_time": (lambda i: i.indexer_at_time("10:00"), "dates"),
    "days": (lambda i: i.days, "spans"),
    "total_seconds": (lambda i: i.total_seconds(), "spans"),
    "components": (lambda i: i.components, "spans"),
    "sum": (lambda i: i.sum(), "spans"),
    "codes": (lambda i: i.codes, "categories"),
    "categories": (lambda i: list(i.categories), "categories"),
    "ordered": (lambda i: i.ordered, "categories"),
    "add_categories": (lambda i: i.add_categories("new"), "categories"),
}


@pytest.mark.parametrize("name", VALUES)
def test_values(agree, name):
    function, labels = VALUES[name]
    index = LABELS[labels]
    agree(on_rows(function), pd.DataFrame({"v": range(len(index))}, index=index))


SEVERAL = pd.MultiIndex.from_arrays([["b", "a", "b", None], [1, 2, 1, 3]], names=["p", "q"])
OF_SEVERAL = {
    "append": lambda i: i.append(i),
    "delete": lambda i: i.delete(1),
    "drop_duplicates": lambda i: i.drop_duplicates(),
    "droplevel": lambda i: i.droplevel("p"),
    "droplevel all": lambda i: i.droplevel([0, 1]),
    "dropna": lambda i: i.dropna(),
    "dtypes": lambda i: i.dtypes,
    "duplicated": lambda i: i.duplicated(),
    "equals": lambda i: (i.equals(i[::-1]), i.equals(i)),
    "get_level_values": lambda i: i.get_level_values("q"),
    "no such level": lambda i: i.get_level_values("z"),
    "is_unique": lambda i: (i.is_unique, i.has_duplicates),
    "isin a level": lambda i: i.isin(["a"], level="p"),
    "levels": lambda i: [list(level) for level in i.levels],
    "levshape": lambda i: i.levshape,
    "names": lambda i: list(i.set_names("z", level=0).names),
    "nunique": lambda i: i.nunique(),
    "rename": lambda i: i.rename(["x", "y"]),
    "rename to one": lambda i: i.rename("x"),
    "reorder_levels": lambda i: i.reorder_levels(["q", "p"]),
    "swaplevel": lambda i: i.swaplevel(),
    "repeat": lambda i: i.repeat(2),
    "take": lambda i: i.take([1, 1]),
    "to_frame": lambda i: i.to_frame(),
    "to_frame named": lambda i: i.to_frame(index=False, name=["x", "y"]),
    "unique": lambda i: i.unique(),
    "unique of a level": lambda i: i.unique("q"),
    "[1]": lambda i: i[1],
    "[::2]": lambda i: i[::2],
    "[mask]": lambda i: i[np.array([True, False, False, True])],
    "mask of a level": lambda i: i[i.get_level_values("q") > 1],
    "isin": lambda i: i.isin([("b", 1), ("q", 1)]),
    "union": lambda i: i[:2].union(i[1:2]),
    "union of more": lambda i: i[:2].union(i[3:].append(i[1:2])),
    "intersection": lambda i: i.intersection(i[1:]),
    "intersection in order": lambda i: i.intersection(i[:2], sort=None),
    "difference": lambda i: i.difference(i[1:2]),
    "symmetric_difference": lambda i: i[:2].symmetric_difference(i[1:2]),
    "get_indexer": lambda i: i[:2].get_indexer(pd.MultiIndex.from_tuples([("a", 2), ("b", 9)])),
    "get_indexer of repeated labels": lambda i: i.get_indexer(i),
    "reindex": lambda i: i[:2].reindex(i[1:2])[1],
    "insert": lambda i: i.insert(1, ("z", 5)),
    "sort_values": lambda i: i.sort_values(),
    "sort_values and rows": lambda i: i[:2].sort_values(return_indexer=True)[1],
    "is_monotonic_increasing": lambda i: (i.is_monotonic_increasing, i[1:3].is_monotonic_increasing),
    "is_monotonic_decreasing": lambda i: (i.is_monotonic_decreasing, i[:2].is_monotonic_decreasing),
    "inferred_type": lambda i: i.inferred_type,
    "fillna": lambda i: i.fillna(0),
    "isna": lambda i: i.isna(),
    "hasnans": lambda i: i.hasnans,
    "infer_objects": lambda i: i.infer_objects(),
    "astype": lambda i: i.astype("int64"),
    "where": lambda i: i.where(np.array([True] * 4)),
}


@pytest.mark.parametrize("name", OF_SEVERAL)
def test_several_levels(agree, name):
    agree(on_rows(OF_SEVERAL[name]), pd.DataFrame({"v": range(4)}, index=SEVERAL))


LEFT_OF_SEVERAL = {
    "to_series": lambda i: i.to_series(),
    "to_flat_index": lambda i: i.to_flat_index(),
    "as objects": lambda i: i.astype("object"),
    "asof": lambda i: i[:2].asof(("a", 2)),
    "min": lambda i: i[:2].min(),
    "get_loc": lambda i: i[:2].get_loc(("a", 2)),
    "sorted downwards": lambda i: i[:3].sort_values(ascending=False),
}


@pytest.mark.parametrize("name", LEFT_OF_SEVERAL)
def test_several_levels_in_pandas(agree, name):
    agree(on_rows(LEFT_OF_SEVERAL[name]), pd.DataFrame({"v": range(4)}, index=SEVERAL), native=False)


RUN = {
    "join": lambda i: i.join(i[:2], how="inner"),
    "as objects": lambda i: i.astype("object"),
    "groupby": lambda i: list(i.groupby([1, 1, 2, 2, 2])),
    "searchsorted in no order": lambda i: i.searchsorted(3),
    "memory_usage": lambda i: i.memory_usage() > 0,
    "union of another dtype": lambda i: i.union([0.5]),
    "isin of several": lambda i: i.isin([7, 0.5]),
}


@pytest.mark.parametrize("name", RUN)
def test_what_pandas_does(agree, name):
    index = LABELS["integers"]
    agree(on_rows(RUN[name]), pd.DataFrame({"v": range(len(index))}, index=index), native=False)


def test_labels_of_several_kinds():
    assert isinstance(hpd.Index([1, 2]), pd.Index)
    assert isinstance(hpd.MultiIndex.from_tuples([(1, 2)]), hpd.Index)
    assert isinstance(hpd.DatetimeIndex(["2020-01-01"]), pd.DatetimeIndex)
    assert not isinstance(hpd.Index([1]), hpd.DatetimeIndex)
    assert issubclass(pd.DatetimeIndex, hpd.Index)
    assert str(inspect.signature(hpd.Index)) == str(inspect.signature(pd.Index))


def test_labels_in_the_cluster_are_of_their_kind(up):
    kinds = {"text": "Index", "dates": "DatetimeIndex", "spans": "TimedeltaIndex", "categories": "CategoricalIndex"}
    for labels, kind in kinds.items():
        index = up(pd.DataFrame({"v": range(len(LABELS[labels]))}, index=LABELS[labels])).index
        assert type(index) is getattr(hpd, kind)
        assert isinstance(index, hpd.Index)
    index = up(pd.DataFrame({"v": range(4)}, index=SEVERAL)).index
    assert isinstance(index, hpd.MultiIndex)
    assert isinstance(index, hpd.Index)
    assert not isinstance(index, hpd.DatetimeIndex)


def test_labels_are_made_of_series(up):
    when = up(pd.Series(["2020-01-01", "2021-01-01"], name="t"))
    made = hpd.Index(when)
    assert isinstance(made, RowLabels)
    pd.testing.assert_index_equal(made.to_pandas(), pd.Index(["2020-01-01", "2021-01-01"], name="t"))
    times = hpd.Index(hpd.to_datetime(when), name="u")
    assert isinstance(times, hpd.DatetimeIndex)
    assert times.name == "u"
    assert isinstance(hpd.DatetimeIndex(hpd.to_datetime(when)), RowLabels)
    frame = up(pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}))
    assert hpd.MultiIndex.from_frame(frame).to_pandas().tolist() == [(1, "x"), (2, "y")]


@pytest.mark.parametrize("labels", ["text", "dates"])
def test_naming_the_labels_names_the_rows_of_the_frame(agree, labels):
    index = LABELS[labels]

    def named(frame):
        frame = frame.copy()
        frame.index.name = "new"
        return frame

    def renamed(frame):
        frame = frame.copy()
        frame.index.rename("again", inplace=True)
        frame.index.names = [*frame.index.names]
        return frame.reset_index()

    data = pd.DataFrame({"v": range(len(index))}, index=index)
    for function in (named, renamed):
        agree(function, data)
        agree(function, data.reset_index(drop=True))
        agree(function, data["v"])
    agree(lambda d: d.index.set_names(["only"], inplace=True), data)


def test_names_of_levels(agree):
    def named(frame):
        frame = frame.copy()
        frame.index.names = ["x", "y"]
        return frame

    agree(named, pd.DataFrame({"v": range(4)}, index=SEVERAL))


DATED = pd.DataFrame({"v": [1, 2, 3]}, index=LABELS["dates"])
USES = {
    "a column of a part": lambda d: d.assign(year=d.index.year),
    "a column of another frame's labels": lambda d: d.assign(other=d.iloc[::-1].index),
    "rows by a part": lambda d: d[d.index.month == 12],
    "rows by loc": lambda d: d.loc[d.index.day > 30, "v"],
    "labels from a part": lambda d: d.set_index(d.index.year),
    "new labels": lambda d: d.set_axis(d.index.normalize()),
    "a series of labels": lambda d: type(d["v"])(d.index, name="s") if d is DATED else None,
    "grouped by a part": lambda d: d.groupby(d.index.year)["v"].sum(),
    "rows by text": lambda d: d[~d.index.isin(d.index[:1])],
}


@pytest.mark.parametrize("name", [n for n in USES if n != "a series of labels"])
def test_labels_used_with_their_frame(agree, name):
    agree(USES[name], DATED)


def test_labels_of_the_wrong_number(agree):
    def assigned(frame):
        frame = frame.copy()
        frame["x"] = frame.index[:2]

    agree(assigned, DATED)


def test_many_labels_are_shown_without_fetching_all(up):
    index = LABELS["many"]
    ours = up(pd.DataFrame({"v": range(len(index))}, index=index)).index
    assert repr(ours) == repr(index)
    assert "_local" not in vars(ours)


def test_pickled_labels_are_pandas_own(up):
    import pickle

    ours = up(DATED).index
    assert pickle.loads(pickle.dumps(ours)).equals(DATED.index)
