"""Client steps against pandas: without a server."""

from __future__ import annotations

import itertools

import numpy as np
import pandas
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.session import client_steps

BIG = (1 << 53) + 1
ODD = [
    "",
    "NA",
    "nan",
    'say "hi"',
    "a'b",
    "line\nbreak",
    "tab\t",
    "back\\slash",
    "é",
    "e\u0301",
    "😀",
    "\uffff",
    "z",
    "Z",
    " ",
]

COLUMNS = {
    "int": pa.array([3, None, -1, BIG, BIG - 1, 3, 0, None], pa.int64()),
    "small": pa.array([3, None, -1, 100, -100, 3, 0, None], pa.int8()),
    "real": pa.array([0.5, float("nan"), -0.0, 0.0, float("inf"), float("-inf"), 0.1 + 0.2, 0.3]),
    "enum": pa.array(["b", None, "a", "c", "b", "a", None, "b"]).dictionary_encode(),
    "time": pa.array([0, None, -1, 1_700_000_000_000, 0, 86_399_999, None, 5], pa.timestamp("ms")),
    "str": pa.array(["", None, "é", "😀", "\uffff", "", "z", "Z"]),
    "nothing": pa.array([None] * 8, pa.float64()),
}


def series(column):
    """What pandas makes of a column, without loss."""
    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if pa.types.is_dictionary(column.type):
        levels = column.dictionary.to_pylist()
        codes = [-1 if i is None else i for i in column.indices.to_pylist()]
        return pandas.Series(pandas.Categorical.from_codes(codes, levels))
    if pa.types.is_integer(column.type):
        whole = pandas.Series(column.to_pylist(), dtype="Int64")
        return whole if whole.hasnans else whole.astype("int64")
    if pa.types.is_floating(column.type):
        return pandas.Series(column.to_pylist(), dtype="float64")
    if pa.types.is_timestamp(column.type):
        return pandas.Series(column.to_pandas()).astype("datetime64[ms]")
    return pandas.Series(column.to_pylist(), dtype="str")


def table(*columns):
    return pa.Table.from_arrays(list(columns), names=[str(n) for n in range(len(columns))])


def run(name, *inputs, params=()):
    """Run a step; give the columns as Python lists in which every missing value is None."""
    result = client_steps.run(name, list(inputs), params)
    return [plain(c) for c in result.columns]


def plain(column):
    values = column.to_pylist() if hasattr(column, "to_pylist") else column.tolist()
    return [None if v is None or v is pandas.NA or v is pandas.NaT or v != v else v for v in values]  # noqa: PLR0124 - NaN


# ---------------------------------------------------------------------- take


@pytest.mark.parametrize("kind", COLUMNS)
def test_take_gives_rows_in_any_order_with_repeats_and_missing_ones(kind):
    column = COLUMNS[kind]
    got = client_steps.run("take", [table(column), table(pa.array([7, 0, 0, None, 3]))], ())
    want = plain(column)
    assert plain(got.column(0)) == [want[7], want[0], want[0], None, want[3]]
    assert plain(got.column(0).combine_chunks()) == plain(got.column(0))


def test_take_reads_row_numbers_that_came_as_floats():
    assert run("take", table(COLUMNS["int"]), table(pa.array([3.0, float("nan")]))) == [[BIG, None]]


def test_take_keeps_a_missing_float_as_nan_since_floats_have_no_bitmap():
    got = client_steps.run("take", [table(COLUMNS["real"]), table(pa.array([None, 0]))], ()).column(0)
    assert got.null_count == 0
    assert np.isnan(got[0].as_py())


@pytest.mark.parametrize("kind", COLUMNS)
def test_take_of_nothing_keeps_the_type(kind):
    got = client_steps.run("take", [table(COLUMNS[kind]), table(pa.array([], pa.int64()))], ())
    assert got.num_rows == 0
    assert pa.types.is_dictionary(got.column(0).type) == (kind == "enum")


def test_take_beyond_the_end_is_an_error():
    with pytest.raises(IndexError):
        run("take", table(COLUMNS["int"]), table(pa.array([8])))


def test_chunks_with_different_dictionaries_are_one_column():
    parts = [pa.array(["a", "b"]).dictionary_encode(), pa.array(["c", "a", None]).dictionary_encode()]
    column = pa.chunked_array(parts)
    rows = table(pa.array([4, 3, 2, 1, 0]))
    assert run("take", table(column), rows) == [[None, "a", "c", "b", "a"]]


# ---------------------------------------------------------------------- argsort


@pytest.mark.parametrize("kind", COLUMNS)
@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("na_last", [True, False])
def test_argsort_of_one_key(kind, ascending, na_last):
    want = series(COLUMNS[kind]).sort_values(
        ascending=ascending, na_position="last" if na_last else "first", kind="stable"
    )
    assert run("argsort", table(COLUMNS[kind]), params=(1, (ascending,), na_last)) == [want.index.tolist()]


@pytest.mark.parametrize("kinds", list(itertools.permutations(["small", "str", "enum", "real"], 2)))
@pytest.mark.parametrize("ascending", [(True, True), (True, False), (False, True), (False, False)])
def test_argsort_of_two_keys(kinds, ascending):
    keys = pandas.concat([series(COLUMNS[k]) for k in kinds], axis=1, keys=[0, 1])
    for na_last in (True, False):
        want = keys.sort_values([0, 1], ascending=list(ascending), na_position="last" if na_last else "first")
        got = run("argsort", table(*(COLUMNS[k] for k in kinds)), params=(2, ascending, na_last))
        assert got == [want.index.tolist()]


def test_argsort_orders_text_by_code_points():
    got = run("argsort", table(pa.array(ODD)), params=(1, (True,), True))
    assert [ODD[i] for i in got[0]] == sorted(ODD)


def test_argsort_tells_integers_beyond_two_to_the_53_apart():
    assert run("argsort", table(pa.array([BIG, BIG - 1, BIG + 1])), params=(1, (True,), True)) == [[1, 0, 2]]


def test_argsort_orders_enums_by_level_not_by_label():
    column = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2]), ["z", "a", "m"])
    assert run("argsort", table(column), params=(1, (True,), True)) == [[0, 1, 2]]


# ---------------------------------------------------------------------- join


def joined(left, right, how):
    """Row numbers as pandas.merge pairs them."""
    names = [f"k{n}" for n in range(len(left))]
    sides = []
    for side, row in ((left, "l"), (right, "r")):
        frame = pandas.concat(list(map(series, side)), axis=1, keys=names)
        sides.append(frame.assign(**{row: range(len(frame))}))
    matched = pandas.merge(*sides, on=names, how=how)
    return [plain(matched["l"]), plain(matched["r"])]


HOWS = ["inner", "left", "right", "outer"]


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("kind", [k for k in COLUMNS if k != "nothing"])
def test_join_on_one_key(kind, how):
    left = COLUMNS[kind].take(pa.array([5, 0, 1, 2, 2, 3, 1]))
    right = COLUMNS[kind].take(pa.array([2, 7, 0, 1, 4, 2, 0]))
    assert run("join", table(left), table(right), params=(1, how)) == joined([left], [right], how)


@pytest.mark.parametrize("how", HOWS)
def test_join_on_two_keys(how):
    order = pa.array([5, 0, 1, 2, 2, 3, 1, 7, 6])
    left = [COLUMNS["small"], COLUMNS["str"]]
    right = [COLUMNS["small"].take(order), COLUMNS["str"].take(order)]
    assert run("join", table(*left), table(*right), params=(2, how)) == joined(left, right, how)


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("rows", [(0, 3), (3, 0), (0, 0), (1, 1)])
def test_join_with_few_rows(how, rows):
    left, right = COLUMNS["small"].slice(0, rows[0]), COLUMNS["small"].slice(0, rows[1])
    assert run("join", table(left), table(right), params=(1, how)) == joined([left], [right], how)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.sampled_from([None, "a", "b", ""]), max_size=8),
    st.lists(st.sampled_from([None, "a", "c", ""]), max_size=8),
    st.sampled_from(HOWS),
)
def test_join_pairs_and_orders_as_pandas_does(left, right, how):
    sides = [pa.array(left, pa.string()), pa.array(right, pa.string())]
    assert run("join", table(sides[0]), table(sides[1]), params=(1, how)) == joined(*([s] for s in sides), how)


def test_join_compares_enum_and_text_by_text():
    left = pa.array(["b", "a", None]).dictionary_encode()
    assert run("join", table(left), table(pa.array([None, "a", "b"])), params=(1, "inner")) == [
        [0, 1, 2],
        [2, 1, 0],
    ]


def test_join_compares_enums_with_different_levels_by_label():
    left = pa.DictionaryArray.from_arrays(pa.array([0, 1]), ["b", "a"])
    right = pa.DictionaryArray.from_arrays(pa.array([0, 1]), ["a", "b"])
    assert run("join", table(left), table(right), params=(1, "inner")) == [[0, 1], [1, 0]]


def test_join_tells_integers_beyond_two_to_the_53_apart():
    left, right = table(pa.array([BIG, BIG - 1])), table(pa.array([BIG - 1, None]))
    assert run("join", left, right, params=(1, "inner")) == [[1], [0]]


def test_join_of_integers_with_floats():
    left, right = table(pa.array([1, 2, None])), table(pa.array([2.0, 1.5, float("nan")]))
    assert run("join", left, right, params=(1, "left")) == [[0, 1, 2], [None, 0, 2]]


def test_join_of_text_with_a_column_of_nothing_that_the_cluster_holds_as_numbers():
    left, right = table(pa.array(["a", None])), table(pa.array([None, None], pa.float64()))
    assert run("join", left, right, params=(1, "left")) == [[0, 1, 1], [None, 0, 1]]


def test_join_of_text_with_numbers_is_an_error_in_words():
    with pytest.raises(ValueError, match="convert one with astype"):
        run("join", table(pa.array(["a"])), table(pa.array([1])), params=(1, "inner"))


# ---------------------------------------------------------------------- group

KEYS = pa.array(["b", "a", None, "b", "a", "b", "c", None])
NUMBER = [
    "sum",
    "prod",
    "mean",
    "median",
    "var",
    "std",
    "sem",
    "min",
    "max",
    "first",
    "last",
    "count",
    "nunique",
    "any",
    "all",
    "skew",
    "kurt",
    "q0.25",
    "q0.9",
]
LONG = 40


def pandas_aggregate(values, keys, function, *, dropna=True, sort=True):
    grouped = values.groupby(list(keys), dropna=dropna, sort=sort, observed=True)
    if function[0] == "q":
        return grouped.quantile(float(function[1:]))
    if function in {"first", "last"}:
        return getattr(grouped, function)()
    return getattr(grouped, function)()


def close(got, want):
    assert len(got) == len(want)
    for a, b in zip(got, want, strict=True):
        if a is None or b is None:
            assert a is b
        else:
            assert a == pytest.approx(float(b), rel=1e-12, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("function", NUMBER)
@pytest.mark.parametrize("missing", [False, True])
def test_group_of_numbers(function, missing):
    rng = np.random.default_rng(1)
    values = rng.normal(size=LONG).round(1)
    values[::7] = np.nan if missing else 0.0
    keys = pa.array(rng.choice(["x", "y", "z", ""], LONG))
    got = run("group", table(keys, pa.array(values)), params=(1, (function,), True, True))
    want = pandas_aggregate(pandas.Series(values), [series(keys)], function)
    assert got[0] == want.index.tolist()
    close(got[1], plain(want))


@pytest.mark.parametrize("function", [f for f in NUMBER if f not in {"skew", "kurt"}])
def test_group_of_numbers_with_infinity(function):
    values = pa.array([1.0, float("inf"), 0.0, float("-inf"), 2.0, float("inf"), -0.0, 1.0])
    got = run("group", table(KEYS, values), params=(1, (function,), True, True))
    close(got[1], plain(pandas_aggregate(series(values), [series(KEYS)], function)))


@pytest.mark.parametrize("function", NUMBER)
def test_group_where_all_is_missing(function):
    values = pa.array([None, 1, None, None, 2, None, None, None], pa.int64())
    got = run("group", table(KEYS, values), params=(1, (function,), True, True))
    want = pandas_aggregate(pandas.Series(values.to_pylist(), dtype="float64"), [series(KEYS)], function)
    close(got[1], plain(want))


def test_group_sums_integers_exactly_and_around_as_numpy():
    values = pa.array([BIG, 1, 5, BIG, 1, 1, (1 << 62), 7])
    keys = pa.array([0, 1, 1, 0, 1, 0, 2, 2])
    got = run("group", table(keys, values, values), params=(1, ("sum", "max"), True, True))
    assert got[1] == [2 * BIG + 1, 7, (1 << 62) + 7]
    assert got[2] == [BIG, 5, 1 << 62]
    wrapped = run("group", table(pa.array([0, 0]), pa.array([1 << 62, 1 << 62])), params=(1, ("sum",), True, True))
    assert wrapped[1] == [-(1 << 63)]


def test_group_sums_narrow_integers_in_64_bits():
    got = run("group", table(pa.array([0, 0]), pa.array([100, 100], pa.int8())), params=(1, ("sum",), True, True))
    assert got[1] == [200]


@pytest.mark.parametrize("kind", ["enum", "str", "time", "int"])
@pytest.mark.parametrize("function", ["first", "last", "min", "max", "nunique", "count", "size"])
def test_group_of_any_kind(kind, function):
    values = series(COLUMNS[kind])
    if kind == "enum":
        values = values.cat.as_ordered()
    got = run("group", table(KEYS, COLUMNS[kind]), params=(1, (function,), True, True))
    assert got[1] == plain(pandas_aggregate(values, [series(KEYS)], function))


@pytest.mark.parametrize("function", ["mean", "median", "q0.25"])
def test_group_of_times_gives_times(function):
    got = run("group", table(KEYS, COLUMNS["time"]), params=(1, (function,), True, True))
    want = pandas_aggregate(series(COLUMNS["time"]), [series(KEYS)], function)
    assert got[1] == plain(want.astype("datetime64[ms]"))


@pytest.mark.parametrize("function", ["idxmin", "idxmax"])
def test_group_index_of_extremes(function):
    values = pa.array([2.0, 5.0, 1.0, float("nan"), 5.0, 2.0, float("nan"), 0.0])
    got = run("group", table(KEYS, values), params=(1, (function,), True, True))
    want = series(values).dropna().groupby(series(KEYS)).agg(function)
    assert got == [["a", "b", "c"], [*want.tolist(), None]]


@pytest.mark.parametrize("function", ["any", "all"])
def test_group_truth_of_text(function):
    values = pa.array(["", "x", None, "y", None, "", "", "z"])
    got = run("group", table(KEYS, values), params=(1, (function,), True, True))
    text = series(values).dropna()
    want = getattr(text.groupby(series(KEYS)), function)()
    assert [bool(v) for v in got[1]] == want.tolist()


def test_group_mean_of_text_is_an_error_in_words():
    with pytest.raises(TypeError, match="mean of text"):
        run("group", table(KEYS, KEYS), params=(1, ("mean",), True, True))


@pytest.mark.parametrize("dropna", [True, False])
@pytest.mark.parametrize("sort", [True, False])
@pytest.mark.parametrize(
    "kinds", [("str",), ("enum",), ("small",), ("real",), ("time",), ("str", "enum"), ("enum", "small")]
)
def test_group_keys_their_order_and_the_missing_one(kinds, dropna, sort):
    columns = [COLUMNS[k] for k in kinds]
    keys = [series(c) for c in columns]
    got = run("group", table(*columns, columns[0]), params=(len(kinds), ("size",), dropna, sort))
    want = pandas.Series(range(8)).groupby(keys, dropna=dropna, sort=sort, observed=True).size().reset_index()
    assert got == [plain(want[c]) for c in want]
    numbers = run("groupid", table(*columns), params=(dropna, sort, dt.INT64))[0]
    ngroup = pandas.Series(range(8)).groupby(keys, dropna=dropna, sort=sort, observed=True).ngroup()
    assert [-1 if n is None else n for n in numbers] == ngroup.fillna(-1).tolist()


@pytest.mark.parametrize("function", [*NUMBER, "size", "idxmin"])
@pytest.mark.parametrize("rows", [0, 1])
def test_group_of_few_rows(function, rows):
    got = run(
        "group",
        table(KEYS.slice(0, rows), COLUMNS["real"].slice(0, rows)),
        params=(1, (function,), True, True),
    )
    assert [len(c) for c in got] == [rows, rows]
    if rows and function != "idxmin":
        want = pandas_aggregate(series(COLUMNS["real"].slice(0, 1)), [series(KEYS.slice(0, 1))], function)
        close(got[1], plain(want))


# ---------------------------------------------------------------------- distinct


@pytest.mark.parametrize("keep", ["first", "last", "none"])
@pytest.mark.parametrize("kinds", [(k,) for k in COLUMNS] + [("enum", "small"), ("str", "real")])
def test_distinct(kinds, keep):
    columns = [COLUMNS[k].take(pa.array([0, 1, 2, 3, 4, 5, 6, 7, 0, 3])) for k in kinds]
    frame = pandas.concat([series(c) for c in columns], axis=1, keys=range(len(kinds)))
    want = frame.drop_duplicates(keep=False if keep == "none" else keep).index.tolist()
    assert run("distinct", table(*columns), params=(len(kinds), keep)) == [want]


def test_distinct_of_no_rows():
    assert run("distinct", table(pa.array([], pa.string())), params=(1, "first")) == [[]]


# ---------------------------------------------------------------------- column operations


def test_add_joins_text_and_knows_empty_from_missing():
    a, b = pa.array(["", None, "x", "😀"]), pa.array(["", "y", None, '"'])
    assert run("add", table(a, b), params=(dt.STR,)) == [["", None, None, '😀"']]


def test_add_takes_an_enum_as_its_text():
    a = pa.array(["u", None]).dictionary_encode()
    assert run("add", table(a, pa.array(["x", "y"])), params=(dt.STR,)) == [["ux", None]]


@pytest.mark.parametrize("mask", [pa.array([1, 0, None, 1]), pa.array([1.0, 0.0, float("nan"), 1.0])])
def test_where_of_text_takes_the_second_where_the_mask_is_missing(mask):
    a, b = pa.array(["a", "b", "c", None]), pa.array(["", None, "z", "w"])
    assert run("where", table(mask, a, b), params=(dt.STR,)) == [["a", None, "z", None]]


def test_where_of_enums_unites_their_levels():
    mask = pa.array([1, 0, 0])
    a, b = (pa.array(v).dictionary_encode() for v in (["p", "q", "q"], ["x", "p", None]))
    got = client_steps.run("where", [table(mask, a, b)], (dt.CATEGORY,)).column(0).combine_chunks()
    assert got.to_pylist() == ["p", "p", None]
    assert got.dictionary.to_pylist() == ["p", "q", "x"]


@pytest.mark.parametrize(
    "part", [(0, 1, None), (None, None, -1), (-2, None, None), (None, -1, 2), (5, 2, -1), (1, None, 3)]
)
def test_slice_cuts_code_points(part):
    texts = pa.array([*ODD, None])
    want = series(texts).str.slice(*part)
    assert run("slice", table(texts), params=(*part, dt.STR)) == [plain(want)]


@pytest.mark.parametrize("kind", COLUMNS)
@pytest.mark.parametrize("rows", [1, -1, 3, -8, 9, 0])
def test_shift(kind, rows):
    got = client_steps.run("shift", [table(COLUMNS[kind])], (rows, dt.STR)).column(0)
    assert plain(got) == plain(series(COLUMNS[kind]).shift(rows))
    assert pa.types.is_dictionary(got.type) == (kind == "enum")


@pytest.mark.parametrize("kind", [k for k in COLUMNS if k != "nothing"])
@pytest.mark.parametrize("method", ["average", "min", "max", "first", "dense"])
@pytest.mark.parametrize("na", ["keep", "top", "bottom"])
def test_rank(kind, method, na):
    values = series(COLUMNS[kind])
    if kind == "enum":
        values = values.cat.as_ordered()
    if kind == "str":  # pandas ranks text as Python objects
        values = values.astype(object)
    for ascending, pct in itertools.product([True, False], [True, False]):
        want = values.rank(method=method, na_option=na, ascending=ascending, pct=pct)
        got = run("rank", table(COLUMNS[kind]), params=(method, ascending, na, pct, dt.FLOAT64))
        assert got == [plain(want)], (ascending, pct)


@pytest.mark.parametrize("kind", COLUMNS)
@pytest.mark.parametrize("limit", [None, 1, 2])
@pytest.mark.parametrize("name", ["ffill", "bfill"])
def test_fill(kind, limit, name):
    column = COLUMNS[kind].take(pa.array([1, 1, 0, 1, 1, 1, 3, 1]))
    want = getattr(series(column), name)(limit=limit)
    assert run(name, table(column), params=(limit, dt.STR)) == [plain(want)]


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("shift", (1,)),
        ("rank", ("average", True, "keep", False)),
        ("ffill", (None,)),
        ("bfill", (None,)),
        ("groupid", (True, True)),
    ],
)
@pytest.mark.parametrize("kind", COLUMNS)
def test_column_operations_of_no_rows_and_of_one(kind, name, params):
    for rows in (0, 1):
        assert len(run(name, table(COLUMNS[kind].slice(0, rows)), params=(*params, dt.FLOAT64))[0]) == rows


def test_an_unknown_step_says_what_is_missing():
    with pytest.raises(NotImplementedError, match="extension"):
        run("bin", table(COLUMNS["int"]))


# ---------------------------------------------------------------------- casts and the order of texts

REALS = [0.1 + 0.2, float("inf"), float("nan"), 1e30, 3.0, -0.0, 1e-30, 123456789.123]


def cast(column, source, target):
    return run("cast", table(column), params=(target, (source,), target))[0]


@pytest.mark.parametrize("kind", [dt.FLOAT64, dt.FLOAT32], ids=str)
def test_cast_writes_floats_as_pandas_does(kind):
    values = pandas.Series(REALS).astype(str(kind))
    assert cast(pa.array(values.astype("float64").tolist()), kind, dt.STR) == plain(values.astype("str"))


def test_cast_writes_integers_beyond_two_to_the_53():
    assert cast(pa.array([BIG, None, -BIG]), dt.INT64, dt.STR) == [str(BIG), None, str(-BIG)]


@pytest.mark.parametrize("dtype", [dt.DATETIME_MS, dt.datetime("us", "Europe/Berlin"), dt.TIMEDELTA_MS], ids=str)
def test_cast_writes_times_as_pandas_does(dtype):
    ticks = [0, None, 1_700_000_000_123]
    column = pa.array(ticks, pa.timestamp("ms") if dtype.kind == "datetime" else pa.int64())
    values = pandas.Series(pandas.array(ticks, dtype=f"{dtype.kind}64[ms]")).dt.as_unit(dtype.unit)
    if dtype.tz:
        values = values.dt.tz_localize("UTC").dt.tz_convert(dtype.tz)
    assert cast(column, dtype, dt.STR) == plain(values.astype("str"))


@pytest.mark.parametrize("target", [dt.FLOAT64, dt.INT64, dt.INT64.but(nullable=True)], ids=str)
def test_cast_reads_numbers(target):
    assert cast(pa.array(["1", "-7"]), dt.STR, target) == [1, -7]
    assert cast(pa.array(["30", "10"]).dictionary_encode(), dt.CATEGORY, target) == [30, 10]


def test_cast_reads_missing_numbers_where_the_dtype_has_room():
    assert cast(pa.array(["1.5", None]), dt.STR, dt.FLOAT64) == [1.5, None]
    with pytest.raises(ValueError, match="fill or drop"):
        cast(pa.array(["1", None]), dt.STR, dt.INT64)


def test_cast_reads_times():
    got = client_steps.run(
        "cast", [table(pa.array(["2020-02-29 12:00", None]))], (dt.DATETIME_MS, (dt.STR,), dt.DATETIME_MS)
    )
    assert got.column(0).cast(pa.int64()).to_pylist() == [1_582_977_600_000, None]


def test_cast_refuses_what_is_no_number():
    with pytest.raises(ValueError, match="could not convert"):
        cast(pa.array(["x"]), dt.STR, dt.FLOAT64)


@pytest.mark.parametrize("op", ["lt", "le", "gt", "ge"])
def test_texts_compare_by_code_points(op):
    a, b = [*ODD, None, "a"], [*ODD[1:], ODD[0], "a", None]
    want = getattr(pandas.Series(a, dtype="str"), op)(pandas.Series(b, dtype="str"))
    assert run(op, table(pa.array(a), pa.array(b)), params=((dt.STR, dt.STR), dt.BOOL)) == [want.tolist()]
    assert run(op, table(pa.array(["a"]), pa.array([None], pa.string())), params=((), dt.BOOLEAN)) == [[None]]
