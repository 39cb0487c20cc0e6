"""transform: functions that give as many rows as they get."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

DF = pd.DataFrame({"a": [1, 2, 3, 4], "x": [0.5, None, 2.5, 1.0]}, index=list("pqrs"))


@pytest.mark.parametrize(
    "func",
    [
        "cumsum",
        "shift",
        "mean",  # aggregates
        np.sqrt,
        lambda column: column - column.mean(),
        lambda column: column.max(),  # aggregates
        ["cumsum", "shift"],
        {"a": "cumsum"},
        {"x": ["cumsum", "shift"], "a": "abs"},
        {"nothing": "abs"},
        ["abs", "abs"],
        [np.sqrt, "abs"],
        3,
    ],
)
def test_frame(agree, func):
    agree(lambda d: d.transform(func), DF, native=func != 3)


@pytest.mark.parametrize(
    "func",
    ["cumsum", "mean", lambda v: v * 2, lambda s: s - s.mean(), np.exp, ["cumsum", "shift"], {"u": "cumsum"}],
)
def test_series(agree, func):
    agree(lambda s: s.transform(func), DF["x"])


def test_arguments(agree):
    agree(lambda d: d.transform(lambda column, by: column * by, 0, 3), DF)
    agree(lambda d: d.transform("shift", 0, 2), DF)
    agree(lambda d: d.transform("cumsum", axis=1), DF, native=False)
