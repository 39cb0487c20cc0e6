"""Relations, evaluated in the cluster, mean what pandas means: with the extension and without."""

from __future__ import annotations

import math

import numpy as np
import pandas
import pytest

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.expr.nodes import call, lit
from h2o_frame_compat.expr.relations import (
    Concat,
    Distinct,
    Filter,
    Group,
    Join,
    Project,
    Slice,
    Sort,
    Take,
    Zip,
)

ROWS = 40
SIZES = {"empty": (0, 1), "one": (1, 1), "chunks": (ROWS, 9)}


def frame(seed=0):
    rng = np.random.default_rng(seed)
    texts = ["", None, "b", "a", "é", "😀", "Z", '"']
    ticks = [0, None, -1, 5, 86_400_000]
    return pandas.DataFrame(
        {
            "k": rng.integers(-3, 4, ROWS),
            "f": rng.choice([0.5, math.nan, math.inf, -math.inf, -0.0, 0.0, 1e300], ROWS),
            "s": pandas.Series(rng.choice(np.array(texts, object), ROWS), dtype="str"),
            "e": pandas.Categorical(rng.choice(["b", "a", "10"], ROWS), categories=["b", "10", "a"]),
            "d": pandas.Series(pandas.array(list(rng.choice(np.array(ticks, object), ROWS)), dtype="datetime64[ms]")),
            "v": rng.integers(-(1 << 60), 1 << 60, ROWS),
            "n": pandas.Series(rng.normal(size=ROWS)).where(rng.random(ROWS) > 0.2),
            "row": np.arange(ROWS),
        }
    )


@pytest.fixture(scope="module", params=SIZES)
def data(request, lab):
    rows, chunks = SIZES[request.param]
    local = frame().iloc[:rows]
    return local, lab.source(local, chunks)


def values(lab, rel):
    return lab.fetch(rel, *(f.col() for f in rel.fields))


def expected(lab, local):
    return [lab.expected(local[c]) for c in local]


def col(rel, name):
    return rel.fields[list(frame().columns).index(name)].col()


def test_filter(lab, data):
    local, source = data
    kept = Filter(source, call("gt", col(source, "n"), lit(0.0)))
    assert values(lab, kept) == expected(lab, local[local["n"] > 0])


def test_filter_that_keeps_nothing(lab, data):
    local, source = data
    kept = Filter(source, call("gt", col(source, "k"), lit(100)))
    assert values(lab, kept) == expected(lab, local.iloc[:0])


def test_filters_of_filters_and_windows_over_them(lab, data):
    local, source = data
    kept = Filter(source, call("ge", col(source, "k"), lit(0)))
    sums = Project(kept, [call("cumsum", col(kept, "k")), call("shift", col(kept, "s"), params=(1,))])
    want = local[local["k"] >= 0]
    assert values(lab, sums) == [lab.expected(want["k"].cumsum()), lab.expected(want["s"].shift(1))]


@pytest.mark.parametrize("bounds", [(0, 5, 1), (3, 40, 1), (1, 39, 7), (20, 20, 1), (38, 40, 1), (0, 40, 40)])
def test_slice(lab, data, bounds):
    local, source = data
    start, stop, step = bounds
    cut = Slice(source, min(start, len(local)), min(stop, len(local)), step)
    assert values(lab, cut) == expected(lab, local.iloc[start:stop:step])


@pytest.mark.parametrize("keys", [["k"], ["f"], ["s"], ["e"], ["d"], ["v"], ["k", "s"], ["e", "f", "s"], ["s", "d"]])
@pytest.mark.parametrize("na_last", [True, False])
def test_sort(lab, data, keys, na_last):
    local, source = data
    for ascending in ([True] * len(keys), [False] * len(keys), [n % 2 == 0 for n in range(len(keys))]):
        if not na_last and "f" in keys and not all(ascending) and len(keys) > 1:
            continue  # pandas then puts infinity before the missing values
        ordered = Sort(source, [col(source, k) for k in keys], ascending, na_last=na_last)
        want = local.sort_values(keys, ascending=ascending, na_position="last" if na_last else "first", kind="stable")
        assert lab.fetch(ordered, col(ordered, "row"))[0] == lab.expected(want["row"])
        assert values(lab, ordered) == expected(lab, want)


def test_sort_by_an_expression(lab, data):
    local, source = data
    ordered = Sort(source, [call("abs", col(source, "k"))], [True], na_last=True)
    want = local.sort_values("k", key=abs, kind="stable")
    assert lab.fetch(ordered, col(ordered, "row"))[0] == lab.expected(want["row"])


def test_take_in_any_order_with_repeats_and_missing_rows(lab, data):
    local, source = data
    numbers = call(
        "where",
        call("lt", col(source, "k"), lit(0)),
        lit(None),
        call("sub", lit(len(local) - 1), col(source, "row")),
    )
    taken = Take(source, Project(source, [numbers]))
    want = local.reindex(
        [math.nan if k < 0 else len(local) - 1 - r for k, r in zip(local["k"], local["row"], strict=True)]
    )
    for name in ("s", "e", "d", "n", "f"):
        ours = lab.fetch(taken, col(taken, name))[0]
        assert ours == lab.expected(want[name]), name


@pytest.mark.parametrize("how", ["inner", "left", "right", "outer"])
@pytest.mark.parametrize("keys", [["k"], ["s"], ["e"], ["d"], ["f"], ["v"], ["k", "s"], ["e", "d"]])
def test_join(lab, data, keys, how):
    local, source = data
    other = frame(1).iloc[: 2 * len(local) // 3 + 1]
    right = lab.source(other, 3)
    pairs = Join(source, right, [col(source, k) for k in keys], [col(right, k) for k in keys], how)
    rows = [side[[*keys, "row"]].rename(columns={"row": name}) for side, name in ((local, "l"), (other, "r"))]
    want = pandas.merge(*rows, on=keys, how=how)
    assert values(lab, pairs) == [
        [None if v != v else int(v) for v in want[name]]  # noqa: PLR0124
        for name in ("l", "r")
    ]


AGGREGATES = {
    "n": [
        "sum",
        "mean",
        "median",
        "var",
        "std",
        "sem",
        "min",
        "max",
        "prod",
        "first",
        "last",
        "count",
        "nunique",
        "skew",
        "kurt",
        "q0.25",
    ],
    "v": ["sum", "min", "max", "first", "last", "nunique", "count"],
    "s": ["first", "last", "min", "max", "nunique", "count"],
    "d": ["first", "last", "min", "max", "nunique"],
    "e": ["first", "last", "nunique"],
    "k": ["any", "all", "size"],
}


def aggregated(groups, column, function):
    if function[0] == "q":
        return groups[column].quantile(float(function[1:]))
    return getattr(groups[column], function)()


@pytest.mark.parametrize("keys", [["k"], ["s"], ["e"], ["d"], ["k", "s"]])
@pytest.mark.parametrize("dropna", [True, False])
@pytest.mark.parametrize("sort", [True, False])
def test_group(lab, data, keys, dropna, sort):
    local, source = data
    wanted = [(c, f) for c, functions in AGGREGATES.items() for f in functions]
    groups = local.groupby(keys, dropna=dropna, sort=sort, observed=True)
    made = [
        (
            f,
            col(source, c),
            dt.INT64 if f in {"any", "all"} else dt.FLOAT64 if c == "n" else col(source, c).dtype,
        )
        for c, f in wanted
    ]
    whole = {"count", "nunique", "size"}
    made = [(f, e, dt.INT64 if f in whole else t) for f, e, t in made]
    ours = values(lab, Group(source, [col(source, k) for k in keys], made, dropna=dropna, sort=sort))
    index = groups.size().reset_index()
    assert ours[: len(keys)] == [lab.expected(index[k]) for k in keys]
    for (column, function), found in zip(wanted, ours[len(keys) :], strict=True):
        want = lab.expected(aggregated(groups, column, function).reset_index(drop=True))
        close(found, want, (column, function))


def close(found, want, what):
    assert len(found) == len(want), what
    for a, b in zip(found, want, strict=True):
        if isinstance(b, float):
            assert a == pytest.approx(b, rel=1e-11, abs=1e-11), what
        else:
            assert a == b, what


@pytest.mark.parametrize("keys", [["k"], ["f"], ["s"], ["e"], ["d"], ["k", "s"], ["f", "e"]])
@pytest.mark.parametrize("keep", ["first", "last", "none"])
def test_distinct(lab, data, keys, keep):
    local, source = data
    kept = Distinct(source, [col(source, k) for k in keys], keep)
    want = local.drop_duplicates(keys, keep=False if keep == "none" else keep)
    assert values(lab, kept) == [lab.expected(want["row"])]


def test_concat(lab, data):
    local, source = data
    other = frame(2).iloc[:7]
    below = lab.source(other, 2)
    together = Concat([source, below, source], [f.dtype for f in source.fields])
    assert values(lab, together) == expected(lab, pandas.concat([local, other, local]))


def test_concat_of_different_storage(lab, data):
    local, source = data
    texts, levels = Project(source, [col(source, "s")]), Project(source, [col(source, "e")])
    together = Concat([texts, levels], [dt.STR])
    want = pandas.concat([local["s"], local["e"].astype("str")])
    assert values(lab, together) == [lab.expected(want)]


def test_concat_of_enums_unites_their_levels(lab):
    a = pandas.DataFrame({"e": pandas.Categorical(["b", "a"], categories=["b", "a"])})
    b = pandas.DataFrame({"e": pandas.Categorical(["c", None, "b"], categories=["c", "b"])})
    together = Concat([lab.source(a), lab.source(b)], [dt.CATEGORY])
    assert values(lab, together) == [["b", "a", "c", None, "b"]]


def test_concat_keeps_integers_beyond_doubles(lab):
    a = pandas.DataFrame({"v": [(1 << 53) + 1, 3]})
    together = Concat([lab.source(a), lab.source(a)], [dt.INT64])
    assert values(lab, together) == [[(1 << 53) + 1, 3] * 2]


def test_zip(lab, data):
    local, source = data
    side = Project(source, [call("add", col(source, "k"), lit(1))])
    both = Zip(source, side)
    assert values(lab, both) == [*expected(lab, local), lab.expected(local["k"] + 1)]


def test_zip_of_rows_in_different_chunks(lab):
    local = frame()
    source = lab.source(local, 9)
    ordered = Sort(source, [col(source, "s")], [True], na_last=True)
    both = Zip(Slice(source, 5, 25), Project(Slice(ordered, 0, 20), [col(ordered, "row")]))
    want = local.sort_values("s", kind="stable")["row"].iloc[:20]
    assert values(lab, both)[-1] == lab.expected(want)
    assert values(lab, both)[0] == lab.expected(local["k"].iloc[5:25])


def test_projection_of_literals_alone_has_as_many_rows(lab, data):
    local, source = data
    made = Project(source, [lit(7), lit("x\n"), lit(None), lit(None, dt.STR), lit(1.5)])
    count = len(local)
    assert values(lab, made) == [[7] * count, ["x\n"] * count, [None] * count, [None] * count, [1.5] * count]


def test_the_number_of_rows(lab, data):
    local, source = data
    kept = Filter(source, call("gt", col(source, "n"), lit(0.0)))
    assert lab.executor.nrows(kept) == int((local["n"] > 0).sum())
