"""astype, convert_dtypes and round: values, dtypes and errors of pandas."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from h2o_frame_compat.errors import PrecisionWarning

S = pd.Series
SOURCES = {
    "fractions": S([1.5, 2.0, -3.7]),
    "floats with gaps": S([1.0, np.nan]),
    "floats with inf": S([1.0, np.inf]),
    "ints": S([1, 300, -5, 2**40]),
    "small ints": S([1, -128, 127], dtype="int8"),
    "bools": S([True, False]),
    "bools with gaps": S([True, np.nan], dtype=object),
    "masked ints": S(pd.array([1, None], dtype="Int64")),
    "masked ints, all there": S(pd.array([1, 2], dtype="Int64")),
    "masked floats": S(pd.array([1.5, None], dtype="Float64")),
    "whole numbers as text": S(["1", "2", "30"]),
    "numbers as text with gaps": S(["1", None]),
    "not all numbers": S(["1", "x"]),
    "floats as text": S(["1.5", "nan", "-inf", "1e3"]),
    "days as text": S(["2020-01-01", "2021-02-03"]),
    "text with pandas.NA": S(["a", None], dtype="string"),
    "categories": S(["b", "a", None, "b"], dtype="category"),
    "categories of numbers": S([3, 1, 3], dtype="category"),
    "categories of digits": S(["1", "2"], dtype="category"),
    "times": S(pd.to_datetime(["2020-01-01 10:00:01", "2021-05-05 00:00:00"])),
    "spans": S(pd.to_timedelta(["1h", "2 days"])),
    "no floats": S([], dtype="float64"),
    "no text": S([], dtype="str"),
}
TARGETS = {
    "int64": "int64",
    "int8": "int8",
    "int32": "int32",
    "uint8": "uint8",
    "float": float,
    "float32": "float32",
    "bool": bool,
    "str": str,
    "string": "string",
    "category": "category",
    "some categories": pd.CategoricalDtype(["a", "b", "c"]),
    "ordered categories": pd.CategoricalDtype(["1", "2"], ordered=True),
    "Int64": "Int64",
    "Float64": "Float64",
    "boolean": "boolean",
    "datetime": "datetime64[ms]",
    "seconds": "timedelta64[s]",
}


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("source", SOURCES)
def test_astype(agree, source, target):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # NumPy's, about values that wrap around
        agree(lambda s: s.astype(TARGETS[target]), SOURCES[source])


FRAME = pd.DataFrame({"i": [1, 2], "f": [1.26, np.nan], "s": ["1", "x"]}, index=[7, 7])


def test_by_column(agree):
    agree(lambda d: d.astype({"i": "float32", "s": "category"}), FRAME)
    agree(lambda d: d.astype({"nope": int}), FRAME)
    agree(lambda d: d.astype(int), FRAME[["i"]])
    agree(lambda d: d.astype({"f": int, "i": str}, errors="ignore")["i"], FRAME)
    agree(lambda d: d.astype(int, errors="never"), FRAME)


def test_object_is_what_the_column_is_already(up):
    assert up(FRAME)["s"].astype(object).tolist() == ["1", "x"]


def test_times_as_integers_need_all_values(up):
    with pytest.raises(ValueError, match="fill or drop"):
        up(S(pd.to_datetime(["2020-01-01", None]))).astype("int64")


def test_digits_below_a_millisecond_are_announced(up):
    with pytest.warns(PrecisionWarning):
        up(S([1, 2])).astype("datetime64[ns]").to_pandas()


def test_convert_and_round(agree):
    agree(lambda d: d.convert_dtypes(), FRAME.assign(f=[1.0, np.nan], b=[True, False]))
    agree(lambda d: d.convert_dtypes(convert_floating=False, convert_string=False), FRAME)
    agree(lambda d: d.infer_objects(), FRAME)
    agree(lambda d: d.round(1), FRAME)
    agree(lambda d: d.round({"f": 0}), FRAME)
    agree(lambda d: d["f"].round(), FRAME)
    agree(lambda d: d["i"].round(-1), FRAME.assign(i=[15, 25]))


def test_text_of_many_distinct_values(agree):
    agree(lambda s: s.astype(str), S(np.arange(12000) / 7))
    agree(lambda s: s.astype(float), S([str(x) for x in range(12000)]))
