"""The top level: every public name of pandas, and its functions on data of ours."""

from __future__ import annotations

import datetime
import inspect
import warnings

import numpy as np
import pandas as pd
import pytest

import h2o_frame_compat.pandas as hpd
from h2o_frame_compat import options

S, D = pd.Series, pd.DataFrame
NAMES = [name for name in pd.__all__ if name != "io" and not name.startswith("_")]  # `io` is a module of ours


def parameters(function):
    return [(p.name, p.kind, repr(p.default)) for p in inspect.signature(function).parameters.values()]


def either(name):
    """Give a function that takes pandas' data to pandas and ours to us."""

    def function(data, *args, **kwargs):
        theirs = isinstance(data, (D, S, pd.Index))
        return getattr(pd if theirs else hpd, name)(data, *args, **kwargs)

    return function


@pytest.mark.parametrize("name", NAMES)
def test_name(name):
    ours, theirs = getattr(hpd, name), getattr(pd, name)
    assert name in hpd.__all__
    if inspect.isfunction(theirs) and ours is not theirs:
        assert parameters(ours) == parameters(theirs)
        assert ours.__doc__


CONVERTED = {
    "year month": (["2020-01", "2021-12"], {"format": "%Y-%m"}),
    "mixed": (["2020-01-01", "2020/02/03 10:00", "March 3, 2021"], {"format": "mixed"}),
    "ISO": (["2020-01-01", "2020-01-01T10:00:00.5"], {"format": "ISO8601"}),
    "inferred and wrong": (["2020-01-01", "2020/02/03"], {}),
    "day first": (["13/01/2020", "14/01/2020"], {"dayfirst": True}),
    "year first": (["20/01/13"], {"yearfirst": True}),
    "utc": (["2020-01-01T10:00+02:00", "2020-01-01T10:00Z"], {"utc": True}),
    "offsets": (["2020-01-01T10:00+02:00", "2020-01-01T11:00+02:00"], {}),
    "not exact": (["on 2020-01-01 we"], {"format": "%Y-%m-%d", "exact": False}),
    "unit": ([1, 2, 3], {"unit": "D"}),
    "origin": ([1, 2, 3], {"unit": "D", "origin": "1960-01-01"}),
    "julian": ([2458849.5], {"unit": "D", "origin": "julian"}),
    "floats": ([1.5, None], {"unit": "s"}),
    "milliseconds": ([1577836800123, 0], {"unit": "ms"}),
    "texts with a unit": (["a"], {"unit": "s"}),
    "coerced": (["2020-01-01", "x", None], {"errors": "coerce"}),
    "wrong errors": (["2020-01-01"], {"errors": "ignore"}),
    "out of bounds": (["9999-12-31"], {}),
}


@pytest.mark.parametrize("name", CONVERTED)
def test_to_datetime(agree, name):
    values, how = CONVERTED[name]
    agree(lambda s: either("to_datetime")(s, **how), S(values, name="t"))


def test_to_datetime_of_times_and_parts(agree):
    naive = S(pd.to_datetime(["2020-01-01", "2021-06-01"]))
    zoned = naive.dt.tz_localize("Europe/Berlin")
    agree(lambda s: either("to_datetime")(s, utc=True), naive)
    agree(lambda s: either("to_datetime")(s, utc=True), zoned)
    agree(either("to_datetime"), zoned)
    parts = D({"year": [2020, 2021], "month": [1, 2], "day": [3, 4]})
    agree(lambda d: either("to_datetime")(d, utc=True), parts)
    agree(lambda d: either("to_datetime")(d, format="%Y"), parts)


LABELLED = D({"v": [1, 2, 3]}, index=pd.Index(["2020-01-01", "2020-01-02", "2020-01-04"], name="k"))
ON_LABELS = {
    "to_datetime": either("to_datetime"),
    "isna": either("isna"),
    "notna": either("notna"),
    "unique": either("unique"),
    "factorize": lambda i: either("factorize")(i)[0],
    "labels of factorize": lambda i: either("factorize")(i)[1],
}


@pytest.mark.parametrize("name", ON_LABELS)
def test_labels(agree, name):
    agree(lambda d: ON_LABELS[name](d.index), LABELLED)


def test_labels_of_numbers(agree):
    agree(lambda d: either("to_numeric")(d.index), LABELLED.set_axis(["1", "2.5", "-1"]))
    agree(lambda d: either("to_timedelta")(d.index), LABELLED.set_axis(["1D", "2h", "3s"]))


NUMBERS = {
    "texts": (["1", " 2 ", "3.5", None], {}),
    "hexadecimal": (["0x1"], {}),
    "integers": (["1", "2"], {"downcast": "integer"}),
    "signed": ([1.0, 2.0], {"downcast": "signed"}),
    "unsigned": ([1, 300], {"downcast": "unsigned"}),
    "float": ([1.5, 2.5], {"downcast": "float"}),
    "coerced": (["a", "1"], {"errors": "coerce"}),
    "raised": (["a", "1"], {}),
    "booleans": ([True, False], {}),
    "masked": (["1", None], {"dtype_backend": "numpy_nullable"}),
    "wrong downcast": ([1], {"downcast": "nonsense"}),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_to_numeric(agree, name):
    values, how = NUMBERS[name]
    agree(lambda s: either("to_numeric")(s, **how), S(values))


SPANS = {
    "texts": (["1 days", "2:00:00", None], {}),
    "numbers": ([1, 2], {"unit": "min"}),
    "floats": ([0.5], {"unit": "h"}),
    "coerced": (["x", "1s"], {"errors": "coerce"}),
    "raised": (["x"], {}),
    "wrong unit": ([1], {"unit": "nonsense"}),
}


@pytest.mark.parametrize("name", SPANS)
def test_to_timedelta(agree, name):
    values, how = SPANS[name]
    agree(lambda s: either("to_timedelta")(s, **how), S(values))


KINDS = {
    "texts": S(["b", None, "a", "b"]),
    "numbers": S([3.0, np.nan, 1.0, 3.0]),
    "categories": S(["b", None, "a", "b"], dtype=pd.CategoricalDtype(["a", "z", "b"])),
    "no rows": S([], dtype="float64"),
    "many": S([n % 700 for n in range(11000)]),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("how", [{}, {"sort": True}, {"use_na_sentinel": False}])
def test_factorize(agree, kind, how):
    agree(lambda s: either("factorize")(s, **how)[0], KINDS[kind])
    agree(lambda s: either("factorize")(s, **how)[1], KINDS[kind])
    agree(lambda s: s.factorize(**how)[0], KINDS[kind])


@pytest.mark.parametrize("name", ["isna", "isnull", "notna", "notnull"])
def test_missing(agree, name):
    agree(either(name), KINDS["texts"])
    agree(either(name), D({"a": [1.0, None]}))
    assert getattr(hpd, name)(None) == getattr(pd, name)(None)
    assert getattr(hpd, name)([1, None]).tolist() == getattr(pd, name)([1, None]).tolist()


def test_eval(agree):
    def module(a):
        return pd if isinstance(a, S) else hpd

    agree(lambda a, b: module(a).eval("a + b * 2"), S([1, 2]), S([3, 4]))
    agree(lambda a, b: module(a).eval("(a > 1) & (b < 4)"), S([1, 2]), S([3, 4]))
    agree(lambda a: module(a).eval("a + 1", local_dict={"a": a}), S([1, 2]))
    agree(lambda a: module(a).eval("a + nothing"), S([1, 2]))
    assert hpd.eval("1 + 2") == 3


def test_columns_by_col(agree):
    frame = D({"a": [1, 2, 3], "b": [3.0, 2.0, 1.0]})
    agree(lambda d: d.assign(c=hpd.col("a") + hpd.col("b") * 2), frame)
    agree(lambda d: d.loc[hpd.col("a") > 1], frame)
    agree(lambda d: d.loc[hpd.col("a") > 1, "b"], frame)
    agree(lambda d: d[hpd.col("a") > 1], frame)
    agree(lambda d: d.where(hpd.col("a") > 1), frame)
    agree(lambda d: d.assign(c=hpd.col("nope")), frame)
    agree(lambda d: d.assign(c=hpd.col("a").sum()), frame)


MOVED = {
    "from_dummies": lambda d: either("from_dummies")(d[["x", "y"]]),
    "infer_freq": lambda d: either("infer_freq")(d["t"]),
    "lreshape": lambda d: either("lreshape")(d, {"v": ["x", "y"]}),
    "merge_asof": lambda d: either("merge_asof")(d, d, on="t"),
    "merge_ordered": lambda d: either("merge_ordered")(d, d, on="t"),
    "wide_to_long": lambda d: either("wide_to_long")(d.rename(columns={"x": "v1", "y": "v2"}), "v", i="t", j="n"),
}


@pytest.mark.parametrize("name", MOVED)
def test_functions_of_pandas(agree, name):
    frame = D({"x": [1, 0, 0, 1], "y": [0, 1, 1, 0], "t": pd.date_range("2020", periods=4).as_unit("ms")})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pd.errors.Pandas4Warning)
        agree(MOVED[name], frame, native=False)


def test_wrong_arguments_are_refused_before_anything_is_fetched(up):
    with options.context(fallback="error"), pytest.raises(TypeError):
        hpd.merge_asof(up(D({"a": [1]})), nonsense=1)


def test_data_by_its_nature(up, tmp_path):
    ours = up(S([1, 2, 3]))
    with options.context(fallback="error"):
        assert isinstance(hpd.array(ours), pd.api.extensions.ExtensionArray)
        hpd.to_pickle(ours, tmp_path / "s.pkl")
    assert pd.read_pickle(tmp_path / "s.pkl").tolist() == [1, 2, 3]


def test_comparisons_for_tests(up):
    frame = D({"a": [1, 2]}, index=["x", "y"])
    with options.context(fallback="error"):
        hpd.testing.assert_frame_equal(up(frame), frame)
        hpd.testing.assert_series_equal(up(frame)["a"], frame["a"])
        hpd.testing.assert_index_equal(up(frame).index, frame.index)
        with pytest.raises(AssertionError):
            hpd.testing.assert_frame_equal(up(frame), frame + 1)


def test_options_reach_what_is_shown(up):
    ours = up(D({"a": [1.23456]}))
    with hpd.option_context("display.precision", 2):
        assert "1.23\n" in f"{ours!r}\n"
    hpd.set_option("display.precision", 3)
    assert "1.235" in repr(ours)
    assert hpd.get_option("display.precision") == 3
    hpd.reset_option("display.precision")
    assert hpd.options.display.precision == 6


def test_kinds_of_our_series(up):
    numbers, texts, times = up(S([1])), up(S(["a"])), up(S(pd.to_datetime(["2020-01-01"])))
    types = hpd.api.types
    assert types.is_numeric_dtype(numbers)
    assert types.is_integer_dtype(numbers.dtype)
    assert not types.is_numeric_dtype(texts)
    assert types.is_string_dtype(texts.dtype)
    assert types.is_datetime64_any_dtype(times)
    assert types.is_list_like(texts)


def test_values_of_the_client_are_pandas_own():
    assert hpd.Timestamp("2020-01-01") == pd.Timestamp("2020-01-01")
    assert hpd.date_range("2020", periods=2).equals(pd.date_range("2020", periods=2))
    assert hpd.bdate_range("2020", periods=2).equals(pd.bdate_range("2020", periods=2))
    assert hpd.interval_range(0, 2).equals(pd.interval_range(0, 2))
    assert hpd.to_datetime(datetime.date(2020, 1, 1)) == pd.Timestamp("2020-01-01")
    assert hpd.json_normalize([{"a": {"b": 1}}]).to_pandas().equals(pd.json_normalize([{"a": {"b": 1}}]))
    assert hpd.NamedAgg("a", "sum") == pd.NamedAgg("a", "sum")
    assert hpd.errors is pd.errors
    assert hpd.__version__ == pd.__version__
    assert hpd.offsets is pd.offsets


def test_pictures(up):
    pyplot = pytest.importorskip("matplotlib.pyplot")
    axes = hpd.plotting.scatter_matrix(up(D({"a": [1.0, 2.0, 3.0], "b": [2.0, 1.0, 3.0]})))
    assert axes.shape == (2, 2)
    pyplot.close("all")
