"""Running sums, shifts, differences and ranks, as pandas gives them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

FRAME = pd.DataFrame(
    {
        "s": ["b", "", "a", "b", None],
        "i": [3, 1, 2, 2, 5],
        "f": [1.5, np.nan, -2.0, 0.0, np.inf],
        "c": pd.Categorical(["lo", "hi", None, "lo", "hi"], categories=["lo", "mid", "hi"], ordered=True),
        "b": [True, False, True, True, False],
        "t": pd.to_datetime(["2020-01-01", "2020-01-05", None, "2021-01-01", "2020-01-01"]),
        "g": [1.0, 2.0, 3.0, 4.0, 5.0],
    },
    index=[10, 11, 12, 13, 13],
)
NUMBERS = ["i", "f", "g"]
SHAPES = {"some": FRAME, "one": FRAME.iloc[:1], "many": pd.concat([FRAME] * 2100, ignore_index=True)}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", ["cumsum", "cummax", "cummin"])
def test_cumulated(agree, name, shape):
    agree(lambda d: getattr(d[NUMBERS], name)(), SHAPES[shape])
    agree(lambda d: getattr(d["b"], name)(), SHAPES[shape])


def test_cumulated_products_and_others(agree):
    agree(lambda d: d[["i", "g"]].cumprod(), FRAME)
    agree(lambda d: d["s"].cumprod(), FRAME)
    agree(lambda d: d.cumsum(numeric_only=True), FRAME)
    agree(lambda d: d["f"].cumsum(skipna=False), FRAME, native=False)
    agree(lambda d: d[NUMBERS].cumsum(axis=1), FRAME, native=False)


@pytest.mark.parametrize("shape", ["some", "many"])
@pytest.mark.parametrize("periods", [1, -2, 0, 9, -9])
def test_shifted(agree, shape, periods):
    data = SHAPES[shape]
    agree(lambda d: d.shift(periods), data)
    agree(lambda d: d[NUMBERS].shift(periods, fill_value=0), data)
    agree(lambda d: d["s"].shift(periods, fill_value="z"), data)
    agree(lambda d: d[[*NUMBERS, "t"]].diff(periods), data)
    agree(lambda d: d[NUMBERS].pct_change(periods), data)


def test_dtypes_of_differences(agree):
    agree(lambda d: d["i"].astype("int8").diff(), FRAME)
    agree(lambda d: d["i"].shift(1, fill_value=0.5), FRAME)
    agree(lambda d: d["b"].diff(), FRAME, native=False)
    agree(lambda d: d["i"].shift([1, 2]), FRAME, native=False)


@pytest.mark.parametrize("method", ["average", "min", "max", "first", "dense"])
@pytest.mark.parametrize(
    "how", [{}, {"ascending": False}, {"na_option": "top"}, {"na_option": "bottom", "pct": True}], ids=str
)
def test_ranked(agree, method, how):
    agree(lambda d: d[[*NUMBERS, "b"]].rank(method=method, **how), FRAME)
    agree(lambda d: d["s"].rank(method=method, **how), FRAME)
    agree(lambda d: d["c"].rank(method=method, **how), FRAME)
    agree(lambda d: d["t"].rank(method=method, **how), FRAME)
    agree(lambda d: d.rank(na_option="somewhere"), FRAME)


def test_nothing_is_asked_for_a_running_sum(up, cluster):
    ours = up(FRAME)
    with cluster.client.count() as seen:
        ours["i"].cumsum().shift(1).diff()
    assert not seen.calls
