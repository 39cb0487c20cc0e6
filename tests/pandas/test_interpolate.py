"""Gaps between values."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

ROWS = 12_000  # several chunks


def gaps(n=ROWS):
    rng = np.random.default_rng(8)
    df = pd.DataFrame({"x": rng.normal(size=n), "y": rng.normal(size=n).astype("float32"), "n": rng.integers(0, 9, n)})
    df.loc[rng.random(n) > 0.4, "x"] = np.nan
    df.loc[n // 3 : n // 3 + 50, "y"] = np.nan
    df.loc[: min(n - 1, 4), "x"] = np.nan
    df.loc[max(n - 6, 0) :, "y"] = np.nan
    return df


@pytest.mark.parametrize("size", [0, 1, 3, 30, ROWS])
@pytest.mark.parametrize("direction", [None, "forward", "backward", "both"])
def test_linear(agree, direction, size):
    agree(lambda d: d.interpolate(limit_direction=direction), gaps(size), rtol=1e-9)


@pytest.mark.parametrize("area", [None, "inside", "outside"])
@pytest.mark.parametrize("limit", [1, 3])
@pytest.mark.parametrize("direction", ["forward", "backward", "both"])
def test_limits(agree, direction, limit, area):
    agree(lambda d: d.interpolate(limit=limit, limit_direction=direction, limit_area=area), gaps(200), rtol=1e-6)


@pytest.mark.parametrize("area", ["inside", "outside"])
def test_fills_of_an_area(agree, area):
    for fill in ("ffill", "bfill"):
        agree(lambda d, fill=fill: getattr(d, fill)(limit_area=area), gaps(200))
        agree(lambda d, fill=fill: getattr(d, fill)(limit_area=area, limit=2), gaps(200))


def test_by_label(agree):
    df = gaps(60)
    uneven = df.set_axis(np.cumsum(np.random.default_rng(1).integers(1, 9, 60)))
    agree(lambda d: d.interpolate(method="index"), uneven, rtol=1e-6)
    agree(lambda d: d["x"].interpolate(method="values", limit_direction="both"), uneven, rtol=1e-6)
    agree(lambda d: d.interpolate(method="time"), uneven, rtol=1e-6)
    days = df.set_axis(pd.Timestamp("2024-01-01") + pd.to_timedelta(uneven.index, unit="h"))
    agree(lambda d: d.interpolate(method="time"), days, rtol=1e-6)


@pytest.mark.parametrize("given", [{"limit": 0}, {"limit": 1.5}, {"limit_direction": "up"}, {"limit_area": "there"}])
def test_refusals(agree, given):
    agree(lambda d: d.interpolate(**given), gaps(9))


def test_others(agree):
    agree(lambda d: d.interpolate(axis=1), gaps(9), native=False)
    agree(lambda s: s.interpolate(method="nearest"), pd.Series([1.0, None, 2.0, 5.0]), native=False)
    agree(lambda s: s.interpolate(), pd.Series([1, None, 3], dtype="Int64"), native=False)
    agree(lambda s: s.interpolate(), pd.Series([None, None], dtype=float))

    def change(s):
        s.interpolate(inplace=True)
        return s

    agree(change, pd.Series([1.0, None, 2.0]))
