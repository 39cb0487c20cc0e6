"""Libraries that take dataframes take ours; what they need of the data reaches the client, the frame does not."""

from __future__ import annotations

import traceback

import matplotlib as mpl
import narwhals as nw
import numpy as np
import pandas
import polars as pl
import pytest

import h2o_frame_compat.pandas as pd
from h2o_frame_compat import options
from h2o_frame_compat.session import current_session

mpl.use("Agg")

N = 60_000  # several chunks
WHOLE = 38 * N  # bytes of the frame, as it comes over the wire


@pytest.fixture(scope="module")
def data():
    numbers = np.random.default_rng(0)
    rows = np.arange(N)
    return pandas.DataFrame(
        {
            "x": numbers.normal(size=N),
            "y": np.where(rows % 9, numbers.normal(size=N), np.nan),
            "g": [f"k{r % 7}" for r in rows],
            "n": rows % 11,
            "t": pandas.date_range("2020-01-01", periods=N, freq="min").as_unit("ms"),
        }
    )


@pytest.fixture(scope="module")
def frame(cluster, data):
    made = pd.DataFrame(data)
    current_session().executor.store(made._block.rel)
    with options.context(fallback="error"):  # no method of ours runs in pandas
        yield made


class Received:
    """Counts the bytes that come from the cluster."""

    def __enter__(self):
        self._counting = current_session().client.count()
        self._counter = self._counting.__enter__()
        return self

    def __exit__(self, *error):
        self._counting.__exit__(*error)

    @property
    def bytes(self):
        return sum(call[3] for call in self._counter.calls)


@pytest.fixture
def received():
    with Received() as counting:
        yield counting


@pytest.fixture
def means(data):
    return data.groupby("g")["x"].mean()


def reduced(frame):
    """Means of groups, as a lazy query of narwhals that the cluster answers."""
    return nw.from_native(frame).lazy().group_by("g").agg(nw.col("x").mean(), rows=nw.len()).sort("g")


def test_plotly_express_draws_what_the_cluster_reduced(frame, received, means):
    import plotly.express as px

    figure = px.bar(reduced(frame).collect().to_native(), x="g", y="x", color="g")
    assert [bar.x[0] for bar in figure.data] == means.index.tolist()
    np.testing.assert_allclose([bar.y[0] for bar in figure.data], means.to_numpy())
    assert received.bytes < 10_000


def test_plotly_express_fetches_the_columns_that_it_draws(frame, data, received):
    import plotly.express as px

    figure = px.scatter(frame.head(300), x="x", y="y", color="g", hover_data=["t"])
    for trace in figure.data:
        expected = data.head(300)[data.head(300)["g"] == trace.name]
        np.testing.assert_allclose(trace.x, expected["x"])
        np.testing.assert_allclose(trace.y, expected["y"])
    assert received.bytes < 40_000
    figure = px.histogram(frame, x="x")
    np.testing.assert_allclose(figure.data[0].x, data["x"])
    assert received.bytes < 40_000 + 9 * N  # one column of eight bytes a row


def test_altair(frame, received, means):
    import altair as alt

    chart = alt.Chart(reduced(frame).collect().to_native()).mark_bar().encode(x="g:N", y="x")
    (rows,) = chart.to_dict()["datasets"].values()
    assert [row["g"] for row in rows] == means.index.tolist()
    np.testing.assert_allclose([row["x"] for row in rows], means)
    drawn = alt.Chart(frame.head(100)).mark_point().encode(x="x", y="y", color="g", tooltip="t").to_dict()
    assert drawn["encoding"]["tooltip"]["type"] == "temporal"  # told by the dtypes
    assert received.bytes < 20_000


def test_altair_refuses_many_rows_before_they_are_fetched(frame, received):
    import altair as alt

    with pytest.raises(alt.MaxRowsError):
        alt.Chart(frame).mark_point().encode(x="x", y="y").to_dict()
    assert received.bytes < 1_000


def test_seaborn(frame, data, received, means):
    import matplotlib.pyplot as plt
    import seaborn as sns

    axes = sns.barplot(reduced(frame).collect().to_native(), x="g", y="x", ax=plt.figure().subplots())
    np.testing.assert_allclose([patch.get_height() for patch in axes.patches], means)
    axes.figure.clear()
    axes = sns.scatterplot(frame[frame["n"] == 5].sample(n=200, random_state=1), x="x", y="n", hue="g")
    offsets = axes.collections[0].get_offsets()
    assert len(offsets) == 200
    assert np.isin(np.asarray(offsets[:, 0]), data["x"]).all()
    assert received.bytes < 40_000
    axes.figure.clear()


def test_skrub_reports_on_a_sample(frame, received):
    """Skrub knows pandas and polars frames only: what it shall report on is collected."""
    from skrub import TableReport

    with options.context(fallback_max_bytes=1):  # an explicit fetch, which no limit hinders
        few = nw.from_native(frame).sample(n=400, seed=2).lazy().collect("polars").to_native()
    html = TableReport(few, verbose=0).html()
    assert all(name in html for name in frame.columns)
    assert received.bytes < 40_000


def test_great_tables(frame, received, means):
    """Great Tables knows pandas, polars and pyarrow: what it shows is collected."""
    from great_tables import GT

    table = reduced(frame).collect("polars").to_native()
    html = GT(table, rowname_col="g").fmt_number("x", decimals=4).as_raw_html()
    assert all(f"{abs(mean):.4f}" in html for mean in means)
    assert received.bytes < 10_000


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_scikit_learn_transforms_to_frames_of(frame, data, library):
    from sklearn.preprocessing import StandardScaler

    columns = ["x", "n"]
    with Received() as counted:
        made = StandardScaler().set_output(transform=library).fit_transform(frame[columns])
    assert list(made.columns) == columns
    np.testing.assert_allclose(made.to_numpy(), StandardScaler().fit_transform(data[columns]), atol=1e-9)
    assert isinstance(made, pl.DataFrame if library == "polars" else pandas.DataFrame)
    assert counted.bytes < 50 * N  # scikit-learn computes on the client: its columns come, each time it looks at them


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_our_transformers_give_frames_of(frame, data, library):
    from h2o_sklearn.decomposition import H2OPCA

    model = H2OPCA(n_components=2).set_output(transform=library)
    made = model.fit(frame[["x", "n"]]).transform(frame[["x", "n"]].head(100))
    assert isinstance(made, pl.DataFrame if library == "polars" else pandas.DataFrame)
    assert made.shape == (100, 2)
    assert list(made.columns) == ["h2opca0", "h2opca1"]


def test_duckdb_asks_a_frame(frame, received, means):
    import duckdb

    few = frame[frame["n"] == 3][["g", "x"]]
    found = duckdb.sql("select g, count(*), avg(x) from few group by g order by g").fetchall()
    assert [row[0] for row in found] == means.index.tolist()
    assert sum(row[1] for row in found) == len(few)
    assert received.bytes < WHOLE / 6  # the rows and columns of the query, once


def test_polars_takes_a_frame(frame, data):
    expected = pl.DataFrame(data.assign(y=data["y"].astype("Float64")))
    for make in (pl.DataFrame, pl.from_dataframe):
        with Received() as counted:
            found = make(frame)
        assert found.cast(expected.schema).equals(expected)
        assert counted.bytes < 1.1 * WHOLE  # once


def test_formulas(frame, data):
    """Formulaic goes by narwhals; statsmodels means to take pandas frames only: what it fits is collected."""
    import formulaic
    import statsmodels.formula.api as smf

    known = frame[frame["y"].notna()].head(2_000)
    theirs = data[data["y"].notna()].head(2_000)
    with Received() as counted:
        matrix = formulaic.model_matrix("y ~ x + g", known).rhs
        wanted = nw.from_native(known).lazy().select("y", "x", "n").collect("pandas").to_native()
        fitted = smf.ols("y ~ x + n", wanted).fit()
    expected = formulaic.model_matrix("y ~ x + g", theirs).rhs
    assert list(matrix.columns) == list(expected.columns)
    np.testing.assert_allclose(matrix.to_numpy(dtype=float), expected.to_numpy(dtype=float))
    np.testing.assert_allclose(fitted.params, smf.ols("y ~ x + n", theirs).fit().params)
    assert counted.bytes < 200 * 2_000  # those rows, some columns more than once


READERS = {
    "polars": pl.DataFrame,
    "numpy": np.asarray,
    "duckdb": lambda f: __import__("duckdb").sql("select count(*) from f").fetchall(),
    "plotly": lambda f: __import__("plotly.express").express.scatter(f, x="x", y="y"),
    "seaborn": lambda f: __import__("seaborn").scatterplot(f, x="x", y="y"),
    "narwhals": lambda f: nw.from_native(f)["x"].to_list(),
}


@pytest.mark.parametrize("library", READERS)
def test_what_is_too_large_is_refused(frame, library):
    limit = options.context(fallback_max_bytes=100_000)
    with limit, Received() as counted, pytest.raises(Exception) as caught:  # some wrap ours
        READERS[library](frame)
    assert "above options.fallback_max_bytes" in "".join(traceback.format_exception(caught.value))
    assert counted.bytes < 10_000
