"""How columns are taken apart for a cluster without our extension: checked without one."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from h2o_frame_compat.session.stock_columns import Sheet, part_of


def part(values):
    return part_of(pa.chunked_array([pa.array(values)]), "x", 1000)


def rebuilt(found, rows):
    """Do what the server's expression does."""
    arrays = [np.array([np.nan if v is None else float(v) for v in array.to_pylist()]) for array in found.arrays]
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        if found.decimals:
            return arrays[0] / 10.0**found.decimals
        values = arrays[0] if len(arrays) == 1 else arrays[0] * np.float_power(2.0, arrays[1])
    if found.marks:
        for code, value in ((1, 0.0), (2, -0.0), (3, -0.0), (4, -(2.0**63)), (5, -(2.0**63)), (6, np.nan)):
            mask = arrays[2] == code
            assert not mask.all()  # H2O would replace the chunk
            values[mask] = value
    assert len(values) == rows
    return values


@settings(deadline=None)
@given(hnp.arrays(np.uint64, st.integers(2, 30)))
def test_every_float_is_rebuilt(patterns):
    values = patterns.view(np.float64)
    found = rebuilt(part(values), len(values))
    assert ((found.view(np.uint64) == patterns) | (np.isnan(values) & np.isnan(found))).all()


@settings(deadline=None)
@given(st.lists(st.sampled_from([0.0, -0.0, -(2.0**63), np.nan, np.inf, 0.1, 5e-324]), min_size=2))
def test_every_special_float_is_rebuilt(values):
    values = np.array(values)
    found = rebuilt(part(values), len(values))
    assert ((found.view(np.uint64) == values.view(np.uint64)) | (np.isnan(values) & np.isnan(found))).all()


@settings(deadline=None)
@given(hnp.arrays(np.int64, st.integers(1, 30), elements=st.integers(-(10**12), 10**12)), st.integers(1, 4))
def test_decimals_travel_as_integers(numbers, decimals):
    values = numbers / 10.0**decimals
    found = part(values)
    assert len(found.arrays) == 1
    assert np.array_equal(rebuilt(found, len(values)), values)


def coded(codes, levels):
    return part(pa.DictionaryArray.from_arrays(pa.array(codes, pa.int8()), pa.array(levels, pa.string())))


@pytest.mark.parametrize(
    ("codes", "used", "padding"),
    [([0, 1], 2, 0), ([1, 0, None], 2, 0), ([0], 1, 0), ([2, 0], 3, 3), ([2], 3, 3), ([None], 0, 0)],
)
def test_rows_are_added_only_where_the_parser_would_miss_a_level(codes, used, padding):
    found = coded(codes, ["b", "a", "c"])
    assert (found.used, found.padding) == (used, padding)


def test_expression_puts_columns_back_in_order():
    sheet = Sheet([part([0.1, 1e300]), coded([0, 1], ["b", "a"]), part([1.5, 2.5]), part([7, 8])], 2)
    _, kinds = sheet.columns()
    assert kinds == ["Enum", "Numeric", "Numeric", "Numeric", "Numeric"]
    assert sheet.padded() == ([], [])
    text = sheet.expression("raw", "other", ["w", "x", "y", "z"])
    assert text == (
        '(colnames= (cols (cbind (setDomain (cols raw [0]) 0 ["b" "a"]) (cols raw [1]) (/ (cols raw [2]) 10) '
        '(* (cols raw [3]) (^ 2 (cols raw [4])))) [3 0 2 1]) [0:4] ["w" "x" "y" "z"])'
    )
