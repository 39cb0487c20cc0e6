"""What is written is, byte for byte where that can be, what pandas writes; a broken file does not stay."""

from __future__ import annotations

import contextlib
import gc
import io
import sqlite3

import numpy as np
import pandas as pd
import pytest

from h2o_frame_compat.io import gather

ROWS = 3_500


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(gather, "CELLS", 1)  # batches of 1,000 rows


def frame(n=ROWS):
    rng = np.random.default_rng(n)
    df = pd.DataFrame(
        {
            "i": rng.integers(-1000, 1000, n),
            "x": rng.normal(size=n) * 10.0 ** rng.integers(-30, 30, n),
            "s": pd.Series(rng.choice(["x", 'a "quote", a comma', "é\n", "", None], n), dtype="str"),
            "flag": rng.random(n) < 0.5,
            "c": pd.Categorical(rng.choice(list("uvw"), n)),
            "day": pd.Timestamp("2013-01-01") + pd.to_timedelta(rng.integers(0, 1000, n), unit="D").as_unit("us"),
            "t": pd.Timestamp("2013-01-01") + pd.to_timedelta(rng.integers(0, 10**6, n), unit="s").as_unit("us"),
            "n": pd.array(rng.choice([1, 2, None], n), dtype="Int64"),
        }
    )
    df.loc[rng.random(n) < 0.1, ["x", "t"]] = None
    return df


def computed(df):
    """Give a frame that has to be computed in the cluster, where integers may become floats in a late batch."""
    kept = df[df["i"] > -900]
    kept = kept.assign(quotient=kept["i"] // (kept["i"] - 998), d=kept["x"] * 2)
    return kept.set_index("i") if df["i"].iloc[0] % 2 else kept


CSV = [
    {}, {"index": False}, {"sep": ";", "na_rep": "NA", "decimal": ","}, {"columns": ["s", "x"]}, {"header": False},
    {"header": list("abcdefgh")}, {"float_format": "%.3f"}, {"date_format": "%d.%m.%Y"}, {"quoting": 2},
    {"index_label": "row"}, {"lineterminator": "\r\n"}, {"encoding": "utf-16"}, {"chunksize": 300},
    {"chunksize": None},
    {"encoding": "latin-1"}, {"quotechar": "'", "escapechar": "\\", "doublequote": False},
]  # fmt: skip


@pytest.mark.parametrize("options", CSV, ids=str)
def test_csv(up, tmp_path, options):
    df = frame()
    options = {"chunksize": 500, **options}  # which is how many rows pandas formats at once
    up(df).to_csv(tmp_path / "ours.csv", **options)
    df.to_csv(tmp_path / "theirs.csv", **options)
    assert (tmp_path / "ours.csv").read_bytes() == (tmp_path / "theirs.csv").read_bytes()


@pytest.mark.parametrize("make", [computed, lambda d: d.head(0), lambda d: d.head(1),
    lambda d: d[["x"]], lambda d: d.x])
def test_csv_and_json_of(up, tmp_path, make):
    df = frame()
    for ours, theirs, data in ((up(df), df, make), (up(df.set_index("t")), df.set_index("t"), lambda d: d[["s"]])):
        for index in (True, False):
            data(ours).to_csv(tmp_path / "ours.csv", index=index, chunksize=500)
            data(theirs).to_csv(tmp_path / "theirs.csv", index=index, chunksize=500)
            assert (tmp_path / "ours.csv").read_bytes() == (tmp_path / "theirs.csv").read_bytes()
    for orient in ("records", "values", "split", "columns"):
        if orient == "columns" and (make is computed or make(df).ndim == 1):
            continue  # labels repeat, or there are no columns
        make(up(df)).to_json(tmp_path / "ours.json", orient=orient, date_format="iso")
        make(df).to_json(tmp_path / "theirs.json", orient=orient, date_format="iso")
        assert (tmp_path / "ours.json").read_bytes() == (tmp_path / "theirs.json").read_bytes()


JSON = [
    {}, {"orient": "records"}, {"orient": "records", "lines": True}, {"orient": "index"}, {"orient": "values"},
    {"orient": "split"}, {"orient": "table"}, {"orient": "columns", "double_precision": 3}, {"indent": 2},
    {"orient": "records", "date_unit": "s", "force_ascii": False},
]  # fmt: skip


@pytest.mark.parametrize("options", JSON, ids=str)
def test_json(up, tmp_path, options):
    df = frame()
    options = {"date_format": "iso", **options}
    up(df).to_json(tmp_path / "ours.json", **options)
    df.to_json(tmp_path / "theirs.json", **options)
    assert (tmp_path / "ours.json").read_bytes() == (tmp_path / "theirs.json").read_bytes()
    assert up(df).to_json(**options) == df.to_json(**options)


def test_json_needs_unique_labels(up, tmp_path):
    df = frame()[["i", "x"]].set_index("i")
    for orient in ("index", "columns"):
        with pytest.raises(ValueError, match="unique"):
            df.to_json(tmp_path / "x.json", orient=orient)
        with pytest.raises(ValueError, match="unique"):
            up(df).to_json(tmp_path / "x.json", orient=orient)
        assert not (tmp_path / "x.json").exists()


def test_buffers_and_compression(up, tmp_path):
    df = frame()
    ours = up(df)
    assert ours.to_csv() == df.to_csv()
    text, binary = io.StringIO(), io.BytesIO()
    ours.to_csv(text)
    ours.to_csv(binary)
    assert text.getvalue() == df.to_csv()
    assert binary.getvalue() == df.to_csv().encode()
    for suffix in (".gz", ".bz2", ".zip", ".xz"):
        paths = [tmp_path / f"{name}.csv{suffix}" for name in "xy"]
        ours.to_csv(paths[0])
        df.to_csv(paths[1])
        pd.testing.assert_frame_equal(*map(pd.read_csv, paths))
    ours.to_csv(tmp_path / "x.csv", header=False)
    ours.to_csv(tmp_path / "x.csv", mode="a", header=False)
    assert (tmp_path / "x.csv").read_text() == df.to_csv(header=False) * 2


@pytest.mark.parametrize("labels", [None, "i", ["s", "c"], "range"])
@pytest.mark.parametrize("index", [None, True, False])
def test_parquet(up, tmp_path, labels, index):
    df = frame() if labels in (None, "range") else frame().set_index(labels)
    if labels == "range":
        df.index = pd.RangeIndex(5, 5 + 2 * ROWS, 2, name="r")
    up(df).to_parquet(tmp_path / "ours.parquet", index=index)
    df.to_parquet(tmp_path / "theirs.parquet", index=index)
    pd.testing.assert_frame_equal(
        pd.read_parquet(tmp_path / "ours.parquet"), pd.read_parquet(tmp_path / "theirs.parquet")
    )


def test_parquet_folders_and_options(up, tmp_path):
    df = frame()
    up(df).to_parquet(tmp_path / "ours", partition_cols=["c", "flag"], compression="zstd")
    df.to_parquet(tmp_path / "theirs", partition_cols=["c", "flag"])

    def files(name):
        return sorted(p.parent.relative_to(tmp_path / name) for p in (tmp_path / name).rglob("*.parquet"))

    assert files("ours") == files("theirs")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "ours"), pd.read_parquet(tmp_path / "theirs"))
    up(df).to_parquet(tmp_path / "x.parquet", compression="gzip", row_group_size=200)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "x.parquet"), df)
    assert pd.read_parquet(io.BytesIO(up(df).to_parquet())).equals(df)


def test_feather_and_orc(up, tmp_path):
    df = frame().drop(columns="c")
    up(df).to_feather(tmp_path / "x.feather")
    pd.testing.assert_frame_equal(pd.read_feather(tmp_path / "x.feather"), df)
    up(df).to_orc(tmp_path / "x.orc")
    df.to_orc(tmp_path / "y.orc")
    pd.testing.assert_frame_equal(pd.read_orc(tmp_path / "x.orc"), pd.read_orc(tmp_path / "y.orc"))
    with pytest.raises(ValueError, match="index"):
        up(df.set_index("i")).to_orc(tmp_path / "z.orc")
    with pytest.raises(NotImplementedError):
        up(frame()).to_orc(tmp_path / "z.orc")
    assert not (tmp_path / "z.orc").exists()


# ---------------------------------------------------------------------- databases


def read(path, name="t"):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return pd.read_sql(f"select * from {name}", connection)


@pytest.fixture(params=["sqlite3", "url", "engine", "connection", "adbc"])
def database(request, tmp_path):
    path = tmp_path / "x.db"
    if request.param == "sqlite3":
        con = sqlite3.connect(path)
    elif request.param == "adbc":
        con = pytest.importorskip("adbc_driver_sqlite.dbapi").connect(str(path))
    else:
        sqlalchemy = pytest.importorskip("sqlalchemy")
        con = f"sqlite:///{path}"
        con = con if request.param == "url" else sqlalchemy.create_engine(con)
        con = con.connect() if request.param == "connection" else con
    yield con, path
    if hasattr(con, "commit"):
        con.commit()
    if hasattr(con, "close"):
        con.close()
    if hasattr(con, "engine"):
        con.engine.dispose()


def test_sql(up, tmp_path, database):
    con, path = database
    df = frame()[["i", "x", "s", "flag"]].fillna({"s": ""})
    count = up(df).to_sql("t", con, index=False)
    if hasattr(con, "commit"):
        con.commit()
    with sqlite3.connect(tmp_path / "y.db") as other:
        assert df.to_sql("t", other, index=False) == count
    other.close()
    pd.testing.assert_frame_equal(read(path), read(tmp_path / "y.db"))
    with pytest.raises(ValueError, match="exists"):
        up(df).to_sql("t", con)
    up(df).to_sql("t", con, index=False, if_exists="append")
    if hasattr(con, "commit"):
        con.commit()
    assert len(read(path)) == 2 * ROWS
    up(df.head(7)).to_sql("t", con, index=False, if_exists="replace")
    if hasattr(con, "commit"):
        con.commit()
    assert len(read(path)) == 7


def test_sql_with_labels(up, tmp_path):
    df = frame().set_index(["i", "s"])[["x"]]
    with sqlite3.connect(tmp_path / "x.db") as con:
        up(df).to_sql("ours", con)
        df.to_sql("theirs", con)
        up(df["x"]).to_sql("series", con)
        df["x"].to_sql("their_series", con)
    con.close()
    pd.testing.assert_frame_equal(read(tmp_path / "x.db", "ours"), read(tmp_path / "x.db", "theirs"))
    pd.testing.assert_frame_equal(read(tmp_path / "x.db", "series"), read(tmp_path / "x.db", "their_series"))


# ---------------------------------------------------------------------- trouble


class DiskFullError(OSError):
    pass


@pytest.fixture
def breaking(monkeypatch):
    """Let the third batch fail."""
    from h2o_frame_compat.core.block import Block

    fetch, calls = Block.to_pandas, []

    def to_pandas(self, **kwargs):
        calls.append(1)
        if len(calls) == 3:
            raise DiskFullError
        return fetch(self, **kwargs)

    def arm():
        calls.clear()
        monkeypatch.setattr(Block, "to_pandas", to_pandas)

    return arm


@pytest.mark.parametrize(
    ("method", "options"),
    [("to_csv", {"chunksize": 500}), ("to_json", {"orient": "records", "lines": True, "date_format": "iso"}),
     ("to_json", {"date_format": "iso"}), ("to_parquet", {}),
     ("to_parquet", {"partition_cols": ["flag"]}), ("to_feather", {}), ("to_orc", {})],
)  # fmt: skip
def test_a_broken_file_does_not_stay(up, tmp_path, breaking, method, options):
    ours = up(frame().drop(columns="c")).sort_values("x").reset_index(drop=True)
    breaking()
    with pytest.raises(DiskFullError):
        getattr(ours, method)(tmp_path / "x.out", **options)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_a_broken_table_does_not_stay(up, database, breaking):
    con, path = database
    ours = up(frame()[["i", "x"]]).sort_values("x")
    breaking()
    with pytest.raises(DiskFullError):
        ours.to_sql("t", con)
    if hasattr(con, "rollback"):
        con.rollback()
    with pytest.raises(pd.errors.DatabaseError):
        read(path)


def test_nothing_is_fetched_whole(up, tmp_path, cluster):
    ours = up(frame()).sort_values("x")
    with cluster.client.count() as counter:
        ours.to_csv(tmp_path / "x.csv", chunksize=500)
    received = [size for _, path, _, size in counter.calls if path == "/3/Compat.get"]
    if cluster.cluster.extension is not None:
        assert len(received) == 4
        assert max(received) < 0.4 * sum(received)


# ---------------------------------------------------------------------- object stores


@pytest.fixture(scope="module")
def s3():
    server = pytest.importorskip("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    import boto3

    client = boto3.client(
        "s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
    )
    client.create_bucket(Bucket="bucket")
    yield {"key": "a", "secret": "b", "client_kwargs": {"endpoint_url": endpoint, "region_name": "us-east-1"}}
    server.stop()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # obstore's, of a file not found
def test_object_store(up, s3):
    import h2o_frame_compat.pandas as hpd

    df = frame()
    for n in range(2):
        up(df).to_csv(f"s3://bucket/part{n}.csv.gz", index=False, storage_options=s3)
    up(df).to_parquet("s3://bucket/x.parquet", storage_options=s3)
    text = io.StringIO(df.to_csv(index=False))
    expected = pd.read_csv(text)
    ours = hpd.read_csv("s3://bucket/part0.csv.gz", storage_options=s3)
    pd.testing.assert_frame_equal(ours.to_pandas(), expected)
    both = hpd.read_csv("s3://bucket/part*.csv.gz", storage_options=s3)
    pd.testing.assert_frame_equal(both.to_pandas(), pd.concat([expected, expected], ignore_index=True))
    found = hpd.read_parquet("s3://bucket/x.parquet", storage_options=s3, columns=["x", "s"])
    pd.testing.assert_frame_equal(found.to_pandas(), df[["x", "s"]])
    with pytest.raises(FileNotFoundError):
        hpd.read_csv("s3://bucket/nothing.csv", storage_options=s3)
    gc.collect()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_fields_of_connectors_are_options_of_readers_and_writers(up, s3):
    import h2o_frame_compat.pandas as hpd

    where = {"endpoint": s3["client_kwargs"]["endpoint_url"], "region": "us-east-1"}
    camel = {"accessKeyID": "a", "secretAccessKey": "b", "pathStyle": True, **where}
    up(frame()).to_parquet("s3://bucket/fields.parquet", storage_options=camel)
    snake = {"access_key_id": "a", "secret_access_key": {"env": "SECRET_KEY"}, "path_style": True, **where}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECRET_KEY", "b")
        found = hpd.read_parquet("s3://bucket/fields.parquet", storage_options=snake)
    pd.testing.assert_frame_equal(found.to_pandas(), frame())
    with pytest.raises(ValueError, match="secretAccessKey: is missing"):
        hpd.read_parquet("s3://bucket/fields.parquet", storage_options={"accessKeyID": "a", **where})
    gc.collect()


def test_options_of_stores_have_their_usual_names():
    from h2o_frame_compat.io.stores import _renamed

    given = {"key": "a", "token": "t", "client_kwargs": {"endpoint_url": "http://x"}}
    assert _renamed("s3", given) == {
        "access_key_id": "a", "session_token": "t", "endpoint": "http://x", "client_options": {"allow_http": True},
    }  # fmt: skip
    assert _renamed("gs", {"token": "anon"}) == {"skip_signature": True}
    assert _renamed("abfs", {"account_name": "n", "sas_token": "s"}) == {"account_name": "n", "sas_key": "s"}
