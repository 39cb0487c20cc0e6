"""What is shown and written equals what pandas shows and writes, and no more rows travel than are shown."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest


def frame(n):
    rng = np.random.default_rng(n)
    return pd.DataFrame(
        {
            "a": rng.normal(size=n),
            "s": pd.Series(rng.choice(["x", "yyyyyyyyy", None], n), dtype="str"),
            "c": pd.Categorical(rng.choice(list("uvw"), n)),
            "t": pd.Timestamp("2013-01-01"),
        }
    )


@pytest.mark.parametrize("n", [0, 1, 60, 61, 1000])
@pytest.mark.parametrize("labels", [None, "s", ["s", "a"]])
def test_printed_as_pandas_prints(up, n, labels):
    df = frame(n) if labels is None else frame(n).set_index(labels)
    ours = up(df)
    assert repr(ours) == repr(df)
    assert ours._repr_html_() == df._repr_html_()
    for column in df:
        assert repr(ours[column]) == repr(df[column])


@pytest.mark.usefixtures("extension")
def test_printing_fetches_only_what_is_shown(cluster, up):
    ours = up(pd.DataFrame({"a": np.arange(200_000) * 0.5}))
    masked = ours[ours["a"] > 3]
    with cluster.client.count() as counter:
        repr(masked)
    assert sum(received for _, _, _, received in counter.calls) < 5_000


def test_info(up):
    df = frame(100)
    ours, theirs = io.StringIO(), io.StringIO()
    up(df).info(buf=ours)
    df.info(buf=theirs)
    assert ours.getvalue().splitlines()[1:-1] == theirs.getvalue().splitlines()[1:-1]


def test_readers(tmp_path):
    import h2o_frame_compat.pandas as hpd

    df = frame(50).drop(columns="c")
    df.to_csv(tmp_path / "x.csv")
    df.to_parquet(tmp_path / "x.parquet")
    pd.testing.assert_frame_equal(
        hpd.read_csv(tmp_path / "x.csv", index_col=0).to_pandas(), pd.read_csv(tmp_path / "x.csv", index_col=0)
    )
    pd.testing.assert_frame_equal(hpd.read_parquet(tmp_path / "x.parquet").to_pandas(), df)
    parts = list(hpd.read_csv(tmp_path / "x.csv", chunksize=20))
    assert [len(part) for part in parts] == [20, 20, 10]
    with pytest.raises(FileNotFoundError):
        hpd.read_csv(tmp_path / "nothing.csv")


def test_other_libraries(up):
    polars = pytest.importorskip("polars")
    import h2o_frame_compat.pandas as hpd

    df = frame(50)
    ours = up(df)
    assert ours.to_polars()["a"].to_list() == df["a"].tolist()
    assert ours.to_arrow().column("a").to_pylist() == df["a"].tolist()
    back = hpd.from_polars(polars.DataFrame({"a": [1, None], "b": ["x", "y"]}))
    assert back.to_arrow().to_pydict() == {"a": [1, None], "b": ["x", "y"]}
    assert hpd.from_arrow(df[["a"]].to_arrow() if hasattr(df, "to_arrow") else ours.to_arrow()).shape[0] == 50
    with pytest.raises(TypeError, match="expected a table"):
        hpd.from_pandas([1, 2])


def test_values_and_plots(up):
    df = frame(20)
    ours = up(df)
    np.testing.assert_array_equal(ours[["a"]].values, df[["a"]].values)
    assert ours["s"].tolist()[:2] == df["s"].tolist()[:2]
    assert list(ours["a"]) == list(df["a"])
    assert ours.to_dict("list").keys() == df.to_dict("list").keys()
    pytest.importorskip("matplotlib").use("agg")
    assert ours["a"].plot(kind="hist") is not None


def test_size_limit(up):
    import h2o_frame_compat as hc
    from h2o_frame_compat.errors import FallbackError

    ours = up(frame(1000))
    with hc.options.context(fallback_max_bytes=1000), pytest.raises(FallbackError, match="fallback_max_bytes"):
        ours.values  # noqa: B018 - the attribute downloads


def test_info_without_the_columns(up):
    df = pd.DataFrame({"a": [1, 2], "b": [0.5, None], "c": ["x", "y"]})
    ours, theirs = io.StringIO(), io.StringIO()
    up(df).info(verbose=False, buf=ours, memory_usage=False)
    df.info(verbose=False, buf=theirs, memory_usage=False)
    assert ours.getvalue().splitlines()[1:] == theirs.getvalue().splitlines()[1:]
