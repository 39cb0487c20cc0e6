"""How long frames stay in the cluster: as long as somebody can ask for their rows."""

from __future__ import annotations

import gc

import numpy as np
import pandas as pd
import pytest

ROWS = np.arange(1000)
LOCAL = pd.DataFrame({"k": ROWS % 7, "x": ROWS / 3, "s": np.array(["a", "b"])[ROWS % 2]})
OTHER = pd.DataFrame({"k": np.arange(7), "y": np.arange(7) * 1.5})


@pytest.fixture
def held(cluster):
    """Count the frames in the cluster, once what nobody refers to is gone."""

    def count():
        gc.collect()
        cluster.executor.flush()
        return len(cluster.client.get("/3/Frames")["frames"])

    return count


@pytest.fixture
def nothing_left(held):
    """Check that a test leaves no frame behind; use it first, so that other fixtures end before it."""
    before = held()
    yield
    assert held() == before


WORK = {
    "filter": lambda d, o: d[d.x > 100],
    "sort": lambda d, o: d.sort_values("x", ascending=False),
    "merge": lambda d, o: d.merge(o, on="k"),
    "group": lambda d, o: d.groupby("s").agg({"x": "mean", "k": "max"}),
    "transform": lambda d, o: d.groupby("k")["x"].transform("mean"),
    "align": lambda d, o: d.x + d[d.k > 2].x,
    "set_index": lambda d, o: d.set_index("k").loc[3],
    "masked assignment": lambda d, o: assigned(d),
    "drop_duplicates": lambda d, o: d.drop_duplicates("k"),
    "value_counts": lambda d, o: d.s.value_counts(),
    "describe": lambda d, o: d.describe(),
    "median": lambda d, o: d[["k", "x"]].median(),
    "isin": lambda d, o: d[d.k.isin([1, 2])],
    "fillna": lambda d, o: d.x.where(d.k > 2).fillna(d.k),
    "repr": lambda d, o: repr(d[d.k > 2]),
    "rank": lambda d, o: d.x.rank(),
}


def assigned(d):
    d = d.copy()
    d.loc[d.x > 10, "x"] = None
    d["n"] = d.x * 2
    return d


@pytest.mark.parametrize("name", WORK)
def test_work_leaves_nothing_behind(nothing_left, up, name):
    ours, other = up(LOCAL), up(OTHER)
    made = WORK[name](ours, other)
    wanted = WORK[name](LOCAL, OTHER)
    found = made.to_pandas() if hasattr(made, "to_pandas") else made
    if isinstance(wanted, pd.DataFrame):
        pd.testing.assert_frame_equal(found, wanted)
    elif isinstance(wanted, pd.Series):
        pd.testing.assert_series_equal(found, wanted)
    else:
        assert found == wanted


def test_a_chain_keeps_only_its_ends(nothing_left, held, up):
    ours, other = up(LOCAL), up(OTHER)
    before = held()

    def chain(d, o):
        d = d[d.x > 20]
        d = d.sort_values("x", ascending=False)
        d = d.merge(o, on="k")
        d = d[d.y > 1]
        d = d.reset_index(drop=True)
        d["z"] = d.x + d.y
        return d

    last = chain(ours, other)
    pd.testing.assert_frame_equal(last.to_pandas(), chain(LOCAL, OTHER))
    assert held() - before <= 3  # where the last frame lies, and the labels it dropped; the frames on the way are gone


def test_a_loop_that_rebinds_its_frame_does_not_grow(nothing_left, held, up):
    ours = up(LOCAL)
    sizes = []
    for n in range(6):
        ours = ours[ours.x > n]
        ours = ours.assign(x=ours.x + 1)
        assert len(ours) > 0
        ours.to_pandas()
        sizes.append(held())
    assert max(sizes[2:]) <= sizes[1]


def test_what_is_still_needed_stays(nothing_left, up):
    ours = up(LOCAL)
    total = ours.x + ours.k
    kept = total[total > 50]
    del ours
    gc.collect()
    theirs = LOCAL.x + LOCAL.k
    pd.testing.assert_series_equal(kept.to_pandas(), theirs[theirs > 50])
    pd.testing.assert_series_equal(total.to_pandas(), theirs)


def test_a_copy_shares_the_data(nothing_left, held, up):
    ours = up(LOCAL)
    before = held()
    twin = ours.copy()
    twin["x"] = 0.0
    assert twin.x.sum() == 0
    assert ours.x.sum() == pytest.approx(LOCAL.x.sum())
    assert held() == before


def test_an_error_leaves_nothing_behind(nothing_left, up):
    ours = up(LOCAL)
    with pytest.raises(ValueError, match="could not convert string to float"):
        ours.s.astype("float64").to_pandas()
    with pytest.raises(KeyError):
        ours[ours.x > 3].groupby("nothing").x.sum()
