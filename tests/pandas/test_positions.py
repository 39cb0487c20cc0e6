"""Series by row number, and choices between values."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

ROWS = 12_000  # several chunks


def values(n=ROWS, dtype="float64"):
    made = pd.Series(np.random.default_rng(6).integers(0, 50, n), name="v").astype(dtype)
    if n > 3 and dtype == "float64":
        made.iloc[::9] = np.nan
    return made.set_axis(range(n, 2 * n))


@pytest.mark.parametrize("size", [0, 1, 5, ROWS])
@pytest.mark.parametrize("dtype", ["float64", "int64", "str"])
def test_what_sorts(agree, dtype, size):
    agree(lambda s: s.argsort(kind="stable"), values(size, dtype))


def test_where_values_go(agree):
    ordered = values(ROWS, "int64").sort_values()
    for side in ("left", "right"):
        for wanted in (-1, 7, 99):
            agree(lambda s, w=wanted, side=side: int(s.searchsorted(w, side=side)), ordered)
        agree(lambda s, side=side: pd.Series(s.searchsorted([0, 7, 49], side=side)), ordered)
    agree(lambda s: int(s.searchsorted("b")), pd.Series(list("abc")))


def test_rows_repeated(agree):
    agree(lambda s: s.repeat(2), values(300))
    agree(lambda s: s.repeat([0, 2, 1]), values(3))
    agree(lambda s: s.repeat([1, 2]), values(3))
    agree(lambda s: s.repeat(-1), values(3))


def test_cases(agree):
    s = values(300, "int64")
    agree(lambda s: s.case_when([(s > 40, 100), (s > 20, s * 2), (lambda v: v < 3, 0)]), s)
    agree(lambda s: s.case_when([]), s)
    agree(lambda s: s.case_when([(s > 40,)]), s)
    agree(lambda s: s.case_when((s > 40, 1)), s)
    agree(lambda s: s.case_when([s > 40]), s)


def test_division_of_another(agree):
    agree(lambda s: s.rdivmod(100)[0], values(300, "int64") + 1)
    agree(lambda s: s.rdivmod(100)[1], values(300, "int64") + 1)


def test_as_an_array(agree):
    agree(lambda s: pd.Series(s.to_numpy(dtype="float32", na_value=0)), values(9))
