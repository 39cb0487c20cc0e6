"""Histograms: the bars are those that pandas draws."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from h2o_frame_compat import options

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")

ROWS = 12_000  # several chunks


@pytest.fixture(autouse=True)
def _figures():
    from matplotlib import pyplot

    pyplot.close("all")  # pandas draws into the figure that is there
    yield
    pyplot.close("all")


def frame(n=ROWS):
    rng = np.random.default_rng(2)
    df = pd.DataFrame({"x": rng.normal(size=n), "n": rng.integers(0, 20, n), "k": "t", "one": 5.0, "b": False})
    df.loc[::7, "x"] = np.nan
    return df


def bars(axes):
    return [
        (ax.get_title(), ax.get_ylim(), [(b.get_x(), b.get_width(), b.get_height()) for b in ax.patches])
        for ax in np.ravel(np.asarray(axes, dtype=object))
    ]


@pytest.mark.parametrize(
    "draw",
    [
        lambda d: d["x"].hist(),
        lambda d: d["n"].hist(bins=7, color="red", alpha=0.5),
        lambda d: d["one"].hist(),
        lambda d: d.hist(),
        lambda d: d.hist(bins=4, figsize=(4, 4)),
        lambda d: d.hist("x", bins=5),
        lambda d: d.hist(column=["n", "x"], layout=(2, 1)),
    ],
)
def test_bars(up, cluster, extension, draw):
    from matplotlib import pyplot

    expected = bars(draw(frame()))
    pyplot.close("all")
    df = up(frame())
    with options.context(fallback_max_bytes=1000):
        found = bars(draw(df))
    assert [title for title, _, _ in found] == [title for title, _, _ in expected]
    for (_, limits, own), (_, other, theirs) in zip(found, expected, strict=True):
        np.testing.assert_allclose(own, theirs, rtol=1e-12)
        np.testing.assert_allclose(limits, other)


@pytest.mark.parametrize(
    "draw",
    [
        lambda d: d["x"].hist(bins=[-1, 0, 1]),
        lambda d: d["x"].hist(density=True),
        lambda d: d["x"].hist(by=d["n"] > 9),
        lambda d: d["x"][:0].hist(),
    ],
)
def test_others_are_drawn_from_fetched_data(up, draw):
    found, expected = draw(up(frame(300))), draw(frame(300))
    assert np.shape(found) == np.shape(expected)
