"""Expressions of narwhals on our frames, against the same on polars; and a part of narwhals' own suite."""

from __future__ import annotations

import datetime as dt
import importlib.util
import subprocess
import sys
from pathlib import Path

import narwhals as nw
import pandas
import polars as pl
import pyarrow as pa
import pytest

import h2o_frame_compat.pandas as pd
from h2o_frame_compat import options
from h2o_frame_compat.narwhals import is_native
from h2o_frame_compat.session import current_session

N = 12_000  # several chunks


@pytest.fixture(scope="module")
def data():
    rows = range(N)
    return pa.table(
        {
            "i": [r % 7 if r % 5 else None for r in rows],
            "x": [r / 3 if r % 11 else None for r in rows],
            "g": [f"k{r % 13}" for r in rows],
            "t": [dt.datetime(2020, 1, 1) + dt.timedelta(hours=r) for r in rows],
            "b": [bool(r % 2) for r in rows],
        }
    )


@pytest.fixture(scope="module")
def few(cluster, data):
    return nw.from_native(pd.from_arrow(data.slice(0, 20)))


def rounded(table):
    return {
        name: [round(v, 9) if isinstance(v, float) else v for v in column]
        for name, column in table.to_dict(as_series=False).items()
    }


QUERIES = {
    "filter": lambda df: df.filter((nw.col("i") > 3) | nw.col("x").is_null()),
    "three values of truth": lambda df: df.select(
        nw.col("i") > 3, both=(nw.col("i") > 3) & nw.col("b"), ne=nw.col("x") != 1.0
    ),
    "arithmetic": lambda df: df.select(
        a=nw.col("i") * 2 + nw.col("x"), b=nw.col("i") // 2, c=nw.col("x") - nw.col("x").mean()
    ),
    "reductions": lambda df: df.select(
        nw.col("i").sum(), s=nw.col("x").std(), n=nw.len(), u=nw.col("g").n_unique(), m=nw.col("t").max()
    ),
    "group_by": lambda df: df.group_by("g")
    .agg(nw.col("x").mean(), nw.len(), top=(nw.col("i") + 1).max(), first=nw.col("i").first())
    .sort("g"),
    "over": lambda df: df.with_columns(
        total=nw.col("i").sum().over("g"), running=nw.col("x").cum_sum().over("g", order_by="t")
    ),
    "when": lambda df: df.select(nw.when(nw.col("i") > 2).then(nw.col("x")).otherwise(nw.lit(-1.0)).alias("w")),
    "join": lambda df: df.join(
        df.select("i", k=nw.col("i") * 10).unique(["i"], keep="first").drop_nulls(), on="i", how="left"
    ).sort("t"),
    "horizontal": lambda df: df.select(
        s=nw.sum_horizontal("i", "x"), m=nw.max_horizontal("i", "x"), c=nw.coalesce("x", "i")
    ),
    "strings": lambda df: df.select(
        nw.col("g").str.to_uppercase(), c=nw.col("g").str.contains("1"), j=nw.concat_str("g", "g", separator="-")
    ),
    "dates": lambda df: df.select(nw.col("t").dt.year(), d=nw.col("t").dt.weekday(), q=nw.col("t").dt.truncate("1mo")),
    "selectors": lambda df: df.select(nw.selectors.numeric().max(), nw.selectors.string().min()),
    "group_by of expressions": lambda df: df.group_by("g")
    .agg(
        nw.col("x").sum().round(2),
        ratio=nw.col("x").sum() / nw.col("i").count(),
        first=nw.col("x").first(order_by="t"),
        last=nw.col("x").last(order_by=["b", "t"]),
        c=nw.corr("i", "x"),
        v=nw.cov("i", "x"),
    )
    .sort("g"),
    "over of two": lambda df: df.select(
        c=nw.corr("i", "x").over("g"),
        s=nw.corr("i", "x", method="spearman").over("b"),
        m=nw.col("g").mode(keep="any").over("g"),
    ),
    "days": lambda df: df.select(
        d=nw.col("t").dt.date(),
        e=nw.col("t").cast(nw.Date()).max(),
        month=nw.col("t").dt.date().dt.truncate("1mo"),
        moved=nw.col("t").dt.date().dt.offset_by("2mo"),
        later=nw.col("t").dt.date() > dt.date(2020, 6, 1),
    ),
    "days as keys": lambda df: df.group_by(nw.col("t").dt.date()).agg(nw.col("x").sum()).sort("t"),
    "lists": lambda df: df.select(
        parts=nw.concat_str("g", "g", separator="1").str.split("1"),
        n=nw.col("g").str.split("1").list.len(),
        first=nw.col("g").str.split("1").list.get(0),
        both=nw.list(nw.col("i"), nw.col("i") + 1),
        most=nw.list(nw.col("i"), nw.lit(3)).list.max(),
    ),
    "structs": lambda df: df.select(s=nw.struct("i", "g", flag="b")).select(
        "s", i=nw.col("s").struct.field("i"), flag=nw.col("s").struct.field("flag")
    ),
    "explode": lambda df: df.with_columns(l=nw.col("g").str.split("k")).explode("l").drop("x").tail(100),
    "times of day": lambda df: df.select(nw.col("t").dt.to_string("%H:%M:%S").str.to_time("%H:%M:%S")),
    "sort": lambda df: df.sort("i", "t", descending=[True, False], nulls_last=True).head(50),
}


@pytest.mark.parametrize("name", QUERIES)
def test_expressions_give_what_polars_gives(cluster, data, name):
    query = QUERIES[name]
    with options.context(fallback="error"):
        ours = query(nw.from_native(pd.from_arrow(data)))
        found = rounded(ours)
    assert found == rounded(query(nw.from_native(pl.DataFrame(data))))


def test_a_lazy_frame_runs_when_it_is_collected(cluster, data):
    frame = pd.from_arrow(data)
    frame.head(1).to_pandas()
    with current_session().client.count() as calls:
        query = nw.from_native(frame).lazy().with_columns(y=nw.col("x") * 2).filter(nw.col("b")).select("y", "g")
        assert query.collect_schema() == {"y": nw.Float64(), "g": nw.String()}
    assert not [c for c in calls.calls if c[0] == "POST" and "Rapids" in c[1]]
    ours = query.collect()
    assert is_native(ours.to_native())
    for backend, kind in {"pyarrow": pa.Table, "polars": pl.DataFrame, "pandas": pandas.DataFrame}.items():
        assert isinstance(query.collect(backend).to_native(), kind)


NO_COLUMN = {
    "select": lambda df: df.select("nothing"),
    "an expression": lambda df: df.with_columns(nw.col("nothing") + 1),
    "a name": lambda df: df["nothing"],
    "filter": lambda df: df.filter(nw.col("nothing") > 1),
    "sort": lambda df: df.sort("nothing"),
    "group_by": lambda df: df.group_by("nothing").agg(nw.len()),
    "over": lambda df: df.with_columns(nw.col("i").sum().over("nothing")),
    "over, ordered": lambda df: df.with_columns(nw.col("i").cum_sum().over("g", order_by="nothing")),
    "join": lambda df: df.join(df, on="nothing"),
    "join_asof": lambda df: df.join_asof(df, on="nothing"),
    "unpivot": lambda df: df.unpivot(on=["nothing"]),
    "pivot": lambda df: df.pivot(on="nothing", index="i", values="x"),
    "top_k": lambda df: df.top_k(1, by="nothing"),
    "rename": lambda df: df.rename({"nothing": "n"}),
    "drop": lambda df: df.drop("nothing"),
    "unique": lambda df: df.unique("i", order_by="nothing"),
}


@pytest.mark.parametrize("name", NO_COLUMN)
def test_unknown_columns_raise_what_narwhals_raises(cluster, few, name):
    with pytest.raises(nw.exceptions.ColumnNotFoundError):
        NO_COLUMN[name](few)


WRONG_DTYPE = {
    "sum of text and number": lambda df: df.select(nw.col("g") + 1),
    "text above number": lambda df: df.select(nw.col("g") > 1),
    "mean of text": lambda df: df.select(nw.col("g").mean()),
    "absolute text": lambda df: df.select(nw.col("g").abs()),
    "rounded text": lambda df: df.select(nw.col("g").round(1)),
    "text of numbers": lambda df: df.select(nw.col("x").str.to_uppercase()),
    "year of numbers": lambda df: df.select(nw.col("x").dt.year()),
    "flags and text": lambda df: df.select(nw.col("b") & nw.col("g")),
    "numbers as a filter": lambda df: df.filter(nw.col("x")),
    "two dates": lambda df: df.select(nw.col("t") + nw.col("t")),
    "mean of text in groups": lambda df: df.group_by("i").agg(nw.col("g").mean()),
    "mean of text over groups": lambda df: df.select(nw.col("g").mean().over("i")),
    "running text": lambda df: df.select(nw.col("g").cum_sum().over(order_by="i")),
    "length of numbers": lambda df: df.select(nw.col("x").list.len()),
    "field of numbers": lambda df: df.select(nw.col("x").struct.field("a")),
    "no such field": lambda df: df.select(nw.struct("x").struct.field("a")),
    "order of lists": lambda df: df.select(l=nw.list("x")).sort("l"),
    "least list": lambda df: df.select(nw.list("x").min()),
    "explode numbers": lambda df: df.explode("x"),
    "text as numbers": lambda df: df.select(nw.col("g").cast(nw.Int64())),
    "text or number": lambda df: df.select(nw.when(nw.col("b")).then(nw.lit("a")).otherwise(nw.lit(1))),
    "correlation of text": lambda df: df.select(nw.corr("g", "x")),
    "keys of two types": lambda df: df.join(df.select(i=nw.col("g")), on="i"),
    "order-dependent, lazily": lambda df: df.lazy().select(nw.col("x").cum_sum()),
    "first, lazily": lambda df: df.lazy().select(nw.col("x").first()),
}


@pytest.mark.parametrize("name", WRONG_DTYPE)
def test_wrong_dtypes_raise_what_narwhals_raises(cluster, few, name):
    with pytest.raises(nw.exceptions.InvalidOperationError):
        WRONG_DTYPE[name](few)


def test_lists_of_categories_and_of_nothing(cluster):
    words = nw.from_native(pd.DataFrame({"c": pandas.Categorical(["a-b", "c", None])}))
    assert words.select(nw.col("c").str.split("-")).rows() == [(["a", "b"],), (["c"],), (None,)]
    nothing = nw.from_native(pd.from_arrow(pa.table({"l": pa.array([], pa.list_(pa.int32()))})))
    assert nothing.explode("l").schema == {"l": nw.Int32()}
    assert nothing.select(nw.col("l").list.len()).schema == {"l": nw.UInt32()}
    assert nothing.select(nw.struct("l")).schema == {"l": nw.Struct({"l": nw.List(nw.Int32())})}


def test_aggregations_of_one_select_are_one_question(cluster, data):
    frame = nw.from_native(pd.from_arrow(data))
    frame["x"].sum()
    wanted = [nw.col("i", "x").mean(), nw.col("t").max(), nw.col("x").std().alias("s"), nw.col("b").min()]
    wanted.append((nw.col("i") + 1).sum().alias("n"))
    with current_session().client.count() as calls:
        found = frame.select(*wanted)
    assert sum("Rapids" in path for _, path, *_ in calls.calls) == 1
    assert rounded(found) == rounded(nw.from_native(pl.DataFrame(data)).select(*wanted))
    assert frame.filter(nw.col("i") > 99).select(*wanted).rows() == [(None, None, None, None, None, 0)]


@pytest.mark.usefixtures("extension")
def test_row_numbers_are_made_in_the_cluster(cluster, data):
    frame = nw.from_native(pd.from_arrow(data))
    frame["x"].sum()
    with current_session().client.count() as calls:
        assert frame.with_row_index("n")["n"].max() == len(data) - 1
        assert frame.group_by("g").agg(nw.col("x").first()).shape[1] == 2
        assert frame.select(nw.col("x").last().over("g"))["x"].count() > 0
    assert sum(sent + received for _, _, sent, received in calls.calls) < len(data)


def test_other_bad_input_raises_what_narwhals_raises(cluster, few):
    with pytest.raises(nw.exceptions.DuplicateError):
        few.select(nw.col("x"), nw.col("i").alias("x"))
    with pytest.raises(nw.exceptions.DuplicateError):
        few.select(nw.struct("x", nw.col("i").alias("x")))
    with pytest.raises(nw.exceptions.ShapeError):
        few.select(nw.col("x").drop_nulls(), nw.col("i"))
    with pytest.raises(nw.exceptions.ShapeError):
        few.select(a=nw.list("x"), b=nw.list("x", "x")).explode("a", "b")


@pytest.mark.parametrize("backend", [pd, "h2o-compat"])
def test_narwhals_makes_our_frames(cluster, backend):
    made = nw.from_dict({"a": [1, None], "b": ["x", "y"]}, backend=backend)
    assert is_native(made.to_native())
    assert made.to_dict(as_series=False) == {"a": [1, None], "b": ["x", "y"]}


def test_narwhals_reads_files_into_the_cluster(cluster, data, tmp_path):
    few = pl.DataFrame(data).select("x", "g").head(50)
    few.write_parquet(tmp_path / "few.parquet")
    few.write_csv(tmp_path / "few.csv")
    for read, name in ((nw.scan_parquet, "few.parquet"), (nw.scan_csv, "few.csv")):
        lazy = read(str(tmp_path / name), backend="h2o-compat")
        assert is_native(lazy.to_native())
        assert rounded(lazy.collect()) == rounded(nw.from_native(few))
    nw.from_native(pd.from_arrow(few)).lazy().sink_parquet(tmp_path / "back.parquet")
    assert pl.read_parquet(tmp_path / "back.parquet").equals(few)


def suite(*arguments):
    path = Path(__file__).with_name("suite.py")
    assert importlib.util.find_spec("pytest_env"), "narwhals' suite sets its environment with pytest-env"
    done = subprocess.run([sys.executable, str(path), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def test_a_part_of_narwhals_own_suite(cluster):
    suite("tests/frame/select_test.py", "tests/frame/join_test.py", "tests/frame/group_by_test.py")


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_narwhals_own_suite(cluster):
    suite("tests")
