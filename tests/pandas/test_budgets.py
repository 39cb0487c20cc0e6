"""What work costs: how many requests go to the cluster, and how much comes back."""

# ruff: noqa: PLW0108 - a lambda measures all of its expression, not only the last call
from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

ROWS = 20_000
LOCAL = pd.DataFrame(
    {
        "a": np.arange(ROWS) % 101,
        "b": np.random.default_rng(0).normal(size=ROWS),
        "c": np.arange(ROWS) / 7,
        "s": np.array(["x", "y", "z", "w"])[np.arange(ROWS) % 4],
    }
)

pytestmark = pytest.mark.usefixtures("extension")


@pytest.fixture
def big(up):
    return up(LOCAL)


@pytest.fixture
def cost(cluster):
    """Run a function; give its result and the requests it made."""
    cluster.executor.flush()

    def measure(function):
        with cluster.client.count() as counter:
            result = function()
        return result, counter.calls

    return measure


def frames(cluster):
    return {frame["frame_id"]["name"] for frame in cluster.client.get("/3/Frames")["frames"]}


def paths(calls):
    return [path for _, path, _, _ in calls]


# ---------------------------------------------------------------------- the promised counts


def test_mean_of_a_sum_is_one_request(big, cost):
    found, calls = cost(lambda: (big.a + big.b).mean())
    assert found == pytest.approx((LOCAL.a + LOCAL.b).mean())
    assert paths(calls) == ["/99/Rapids"]


def test_head_of_a_filter_is_two_requests(big, cost):
    found, calls = cost(lambda: big[big.a > 50].head().to_pandas())
    pd.testing.assert_frame_equal(found, LOCAL[LOCAL.a > 50].head())
    assert len(calls) == 2


def test_rows_of_a_filter_are_counted_without_moving_one(big, cost, cluster):
    big.a.max()  # it is in the cluster
    before = frames(cluster)
    found, calls = cost(lambda: len(big[(big.a > 50) & (big.b < 0)]))
    assert found == len(LOCAL[(LOCAL.a > 50) & (LOCAL.b < 0)])
    assert paths(calls) == ["/99/Rapids"]
    assert frames(cluster) <= before


def test_three_means_are_one_request(big, cost):
    found, calls = cost(lambda: big[["a", "b", "c"]].agg("mean"))
    pd.testing.assert_series_equal(found.to_pandas(), LOCAL[["a", "b", "c"]].agg("mean"))
    assert len(calls) == 1


def test_several_statistics_of_a_column_are_one_request(big, cost):
    found, calls = cost(lambda: big["b"].agg(["min", "max", "mean"]))
    pd.testing.assert_series_equal(found.to_pandas(), LOCAL["b"].agg(["min", "max", "mean"]))
    assert len(calls) == 1


def test_assignment_and_shape_are_free(big, cost):
    def assign():
        big["d"] = big.a * 2 + big.b
        big["e"] = big.d > 1
        return big.shape, big.dtypes

    (shape, dtypes), calls = cost(assign)
    assert shape == (ROWS, 6)
    pd.testing.assert_series_equal(dtypes, LOCAL.assign(d=0.0, e=True).dtypes)
    assert len(calls) == 0


def test_shape_of_a_filter_is_one_request(big, cost):
    kept = big[big.b > 0]
    shape, calls = cost(lambda: kept.shape)
    assert shape == LOCAL[LOCAL.b > 0].shape
    assert len(calls) <= 1
    assert cost(lambda: (kept.shape, len(kept), kept.dtypes))[1] == []


@pytest.mark.parametrize(
    "lazy",
    [
        lambda d: d[d.a > 3], lambda d: d.sort_values("b"), lambda d: d.rename(columns={"a": "z"}), lambda d: d.copy(),
        lambda d: d[["a", "b"]], lambda d: d.assign(n=d.a + d.b), lambda d: d.drop(columns="a"),
        lambda d: d.a.fillna(0), lambda d: (d.a > 3) & (d.b < 0), lambda d: d.head(),
        lambda d: d.reset_index(drop=True), lambda d: -d.b,
    ],
)  # fmt: skip
def test_nothing_is_asked_before_a_result_is(big, cost, lazy):
    _, calls = cost(lambda: lazy(big))
    assert calls == []


# ---------------------------------------------------------------------- what is shown, what is fetched


def test_repr_of_a_filter_fetches_the_rows_it_shows(big, cost):
    kept = big[big.a >= 50]
    with pd.option_context("display.max_rows", 10):
        text, calls = cost(lambda: repr(kept))
        assert text == repr(LOCAL[LOCAL.a >= 50])
    down = sum(received for _, path, _, received in calls if path == "/3/Compat.get")
    assert 0 < down < 4_000  # ten rows, not ten thousand
    assert len(calls) <= 4


def test_head_fetches_its_rows_only(big, cost):
    _, calls = cost(lambda: big.head(3).to_pandas())
    assert sum(received for *_, received in calls) < 2_000


def test_columns_nobody_asks_for_stay_in_the_cluster(big, cost):
    ordered = big[::-1]
    _, narrow = cost(lambda: ordered["a"].to_pandas())
    _, wide = cost(lambda: ordered.to_pandas())
    assert 0 < narrow[-1][-1] * 2 < wide[-1][-1]


# ---------------------------------------------------------------------- nothing twice


def test_a_filter_is_evaluated_once(big, cost):
    kept = big[big.b > 0.5]
    _, first = cost(lambda: kept.to_pandas())
    again, second = cost(lambda: kept.to_pandas())
    pd.testing.assert_frame_equal(again, LOCAL[LOCAL.b > 0.5])
    assert paths(first) == ["/99/Rapids", "/3/Compat.get"]
    assert paths(second) == ["/3/Compat.get"]


def test_the_same_filter_written_twice_is_evaluated_once(big, cost, monkeypatch, cluster):
    sent = watch(monkeypatch, cluster)
    found, calls = cost(lambda: (big[big.b > 0.54321].to_pandas(), big[big.b > 0.54321].to_pandas()))
    pd.testing.assert_frame_equal(*found)
    first = big[big.b > 0.54321]
    second = big[big.b > 0.54321]
    _, calls = cost(lambda: (first.to_pandas(), (first.a + second.c).to_pandas()))
    pd.testing.assert_series_equal(first.a.to_pandas(), LOCAL.a[LOCAL.b > 0.54321])
    assert sum(text.count("0.54321") for text in sent) <= 3
    assert len(calls) <= 4


def test_a_mask_used_twice_is_sent_once(big, cost, monkeypatch, cluster):
    sent = watch(monkeypatch, cluster)
    mask = big.b * 12345 > 678
    both, calls = cost(lambda: (big.a[mask] + big.c[mask]).sum())
    assert both == pytest.approx((LOCAL.a + LOCAL.c)[LOCAL.b * 12345 > 678].sum())
    assert paths(calls) == ["/99/Rapids"] * len(calls)
    assert len(calls) == 1  # equal masks keep the same rows: nothing needs to be asked
    assert sum(text.count("12345") for text in sent) <= 2


def test_a_repeated_term_is_computed_once(big, cost, monkeypatch, cluster):
    sent = watch(monkeypatch, cluster)
    term = (big.b - 12345.0) ** 2
    found, calls = cost(lambda: (term + term * 2 + term / 4).max())
    theirs = (LOCAL.b - 12345.0) ** 2
    assert found == (theirs + theirs * 2 + theirs / 4).max()
    assert len(calls) == 1
    assert sum(text.count("12345") for text in sent) == 1


def test_results_of_one_filter_share_it(big, cost, monkeypatch, cluster):
    sent = watch(monkeypatch, cluster)
    kept = big[big.c > 1234.5]
    found, calls = cost(lambda: (kept.a.sum(), kept.b.mean(), kept.c.max(), len(kept)))
    theirs = LOCAL[LOCAL.c > 1234.5]
    assert found == pytest.approx((theirs.a.sum(), theirs.b.mean(), theirs.c.max(), len(theirs)))
    assert len(calls) <= 4
    assert 1 <= sum(text.count("1234.5") for text in sent) <= 2  # for one column, then for all


def test_a_small_frame_is_uploaded_once(cluster, cost):
    import h2o_frame_compat.pandas as hpd

    ours = hpd.DataFrame({"x": [1.0, 2.0, 3.0]})
    _, first = cost(lambda: (ours.x * 2).sum())
    total, second = cost(lambda: (ours.x * 3).sum())
    assert total == 18
    assert paths(first) == ["/3/Compat.put", "/99/Rapids"]
    assert paths(second) == ["/99/Rapids"]


def test_groups_are_one_request_and_one_transfer(big, cost):
    found, calls = cost(lambda: big.groupby("s")[["a", "b"]].mean().to_pandas())
    pd.testing.assert_frame_equal(found, LOCAL.groupby("s")[["a", "b"]].mean())
    assert paths(calls) == ["/99/Rapids", "/3/Compat.get"]


def test_a_chain_is_one_request_and_one_transfer(big, cost):
    def chain(d):
        kept = d[d.a > 20].sort_values("b")
        kept["n"] = kept.b * 2 + kept.a
        return kept[kept.n > 0][["n", "s"]].head(10)

    found, calls = cost(lambda: chain(big).to_pandas())
    pd.testing.assert_frame_equal(found, chain(LOCAL))
    assert paths(calls) == ["/99/Rapids", "/3/Compat.get"]


# ---------------------------------------------------------------------- a budget for each operation

WIDE = LOCAL.assign(
    k=pd.Categorical(LOCAL["s"]),
    t=pd.Timestamp("2020-01-01") + pd.to_timedelta(np.arange(ROWS), unit="h").as_unit("us"),
    m=LOCAL["b"].where(LOCAL["b"] > -1),
)
SMALL = pd.DataFrame({"a": np.arange(0, 101, 2), "w": np.arange(51) / 3})

# How many requests an operation may take, from data in the cluster to a result on the client.
BUDGETS = {
    "head": (1, lambda d, _: d.head()),
    "a label": (1, lambda d, _: d.at[5, "b"]),
    "a row": (1, lambda d, _: d.iloc[7]),
    "a slice": (1, lambda d, _: d.iloc[10:20]),
    "rows by number": (3, lambda d, _: d.iloc[[5, 1, 5]]),
    "set_index": (1, lambda d, _: d.set_index("s").head()),
    "rows of a filter": (1, lambda d, _: len(d[d["b"] > 0])),
    "any": (1, lambda d, _: (d["b"] > 3).any()),
    "nine statistics": (1, lambda d, _: d[["a", "b", "c"]].agg(["mean", "max", "std"])),
    "describe": (3, lambda d, _: d[["a", "b", "c"]].describe()),
    "corr": (1, lambda d, _: d[["a", "b", "c"]].corr()),
    "quantile": (2, lambda d, _: d["b"].quantile([0.1, 0.9])),
    "nunique": (2, lambda d, _: d["a"].nunique()),
    "value_counts": (2, lambda d, _: d["s"].value_counts()),
    "value_counts of categories": (2, lambda d, _: d["k"].value_counts()),
    "unique": (2, lambda d, _: d["s"].unique()),
    "isin": (1, lambda d, _: d["s"].isin(["x"]).sum()),
    "sort_values": (2, lambda d, _: d.sort_values("b").head()),
    "nlargest": (2, lambda d, _: d.nlargest(3, "b")),
    "drop_duplicates": (2, lambda d, _: d.drop_duplicates("a")),
    "fillna": (2, lambda d, _: d.fillna({"m": 0})),
    "dropna": (2, lambda d, _: d.dropna()),
    "ffill": (2, lambda d, _: d["m"].ffill()),
    "shift": (2, lambda d, _: d["b"].shift()),
    "diff": (2, lambda d, _: d["b"].diff()),
    "cumsum": (2, lambda d, _: d["b"].cumsum()),
    "rank": (2, lambda d, _: d["b"].rank()),
    "rolling": (2, lambda d, _: d["b"].rolling(3).mean()),
    "astype": (2, lambda d, _: d["a"].astype("float64")),
    "dt": (3, lambda d, _: d["t"].dt.year),
    "str": (5, lambda d, _: d["s"].str.upper()),
    "map": (5, lambda d, _: d["s"].map({"x": 1})),
    "groupby": (2, lambda d, _: d.groupby("s").agg(x=("b", "mean"), y=("c", "max"))),
    "groupby two keys": (2, lambda d, _: d.groupby(["s", "a"])["b"].sum()),
    "transform": (2, lambda d, _: d.groupby("s")["b"].transform("mean")),
    "merge": (2, lambda d, e: d.merge(e, on="a")),
    "merge, left": (3, lambda d, e: d.merge(e, on="a", how="left")),
    "pivot_table": (2, lambda d, _: d.pivot_table("b", "s", "k", observed=True)),
    "melt": (3, lambda d, _: d.melt("a", ["b", "c"])),
    "apply to rows": (2, lambda d, _: d[["a", "b"]].apply(lambda r: r["a"] * 2 + r["b"], axis=1)),
}


@pytest.mark.parametrize("name", BUDGETS)
def test_budget(up, cost, name):
    from h2o_frame_compat import options

    budget, operation = BUDGETS[name]
    ours = up(WIDE), up(SMALL)

    def fetched():
        with options.context(fallback="error"):
            result = operation(*ours)
            return result.to_pandas() if hasattr(result, "to_pandas") else result

    found, calls = cost(fetched)
    expected = operation(WIDE, SMALL)
    if isinstance(expected, (pd.DataFrame, pd.Series)):
        same = pd.testing.assert_frame_equal if expected.ndim == 2 else pd.testing.assert_series_equal
        same(found, expected)
    else:
        assert list(np.atleast_1d(found)) == list(np.atleast_1d(expected))
    assert len(calls) <= budget, paths(calls)


def watch(monkeypatch, cluster):
    """Collect the Rapids texts that are sent from now on."""
    sent = []
    send = cluster.client._rapids

    def noted(ast, session):
        sent.append(ast)
        return send(ast, session)

    monkeypatch.setattr(cluster.client, "_rapids", noted)
    return sent
