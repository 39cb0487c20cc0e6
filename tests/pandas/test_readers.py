"""What readers make of files is what pandas makes of them, in one piece or in batches, from any place."""

from __future__ import annotations

import functools
import gzip
import http.server
import io
import sqlite3
import threading
import warnings

import numpy as np
import pandas as pd
import pytest

from h2o_frame_compat.io import columnar, gather, sql, text

ROWS = 3_500


@pytest.fixture(autouse=True)
def small_batches(monkeypatch, cluster):
    """Let batches be of 1,000 rows, so that small files take several."""
    monkeypatch.setattr(gather, "CELLS", 1)
    monkeypatch.setattr(columnar, "CELLS", 1)
    monkeypatch.setattr(text, "ROWS", 200)
    monkeypatch.setattr(sql, "ROWS", 900)
    return cluster


@pytest.fixture
def hpd():
    import h2o_frame_compat.pandas

    return h2o_frame_compat.pandas


def frame(n=ROWS):
    rng = np.random.default_rng(n)
    df = pd.DataFrame(
        {
            "i": rng.integers(-1000, 1000, n),
            "late": np.where(np.arange(n) < n - 5, np.arange(n), np.nan),  # whole until the last batch
            "x": np.round(rng.normal(size=n), 4),
            "s": pd.Series(rng.choice(["x", 'a "quote", a comma', "é\n", None], n), dtype="str"),
            "flag": rng.random(n) < 0.5,
            "t": pd.Timestamp("2013-01-01") + pd.to_timedelta(rng.integers(0, 10**6, n), unit="s").as_unit("us"),
        }
    )
    df.loc[: n // 2, "none_at_first"] = np.nan
    df["none_at_first"] = df["none_at_first"].astype("str").where(np.arange(n) > n // 2)
    df.loc[n // 2 + 1 :, "none_at_first"] = "late"
    return df


def same(ours, theirs, cluster, batches=None):
    from h2o_frame_compat.expr import Local

    assert batches is None or isinstance(ours._block.rel, Local) != batches
    pd.testing.assert_frame_equal(ours.to_pandas(), theirs)
    cluster.executor.flush()


CSV = [
    {}, {"index_col": "i"}, {"index_col": ["s", "i"]}, {"index_col": 0, "usecols": ["i", "x"]}, {"usecols": [1, 3]},
    {"dtype": {"i": "Int64", "s": "category"}}, {"dtype": str}, {"parse_dates": ["t"]}, {"nrows": 2_500},
    {"index_col": "t", "parse_dates": True}, {"parse_dates": ["t"], "date_format": "%Y-%m-%d %H:%M:%S"},
    {"na_values": {"s": ["x"], "i": [5]}}, {"keep_default_na": False}, {"names": list("abcdefg"), "header": 0},
    {"skiprows": 3, "header": None}, {"converters": {"i": lambda v: int(v) + 1}}, {"dtype_backend": "numpy_nullable"},
    {"skipfooter": 2, "engine": "python"}, {"engine": "python"}, {"low_memory": False}, {"true_values": ["x"]},
]  # fmt: skip


@pytest.mark.parametrize("options", CSV)
def test_csv(tmp_path, hpd, cluster, options):
    frame().to_csv(tmp_path / "x.csv", index=False)
    theirs = pd.read_csv(tmp_path / "x.csv", **options)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pd.errors.DtypeWarning)  # pandas gives it for larger files only
        ours = hpd.read_csv(tmp_path / "x.csv", **options)
    same(ours, theirs, cluster, batches="skipfooter" not in options)


@pytest.mark.parametrize("rows", [1, 199, 200, 201, 1000, 1001, 2000])
def test_csv_of_any_length(tmp_path, hpd, rows):
    frame().head(rows).to_csv(tmp_path / "x.csv")
    pd.testing.assert_frame_equal(hpd.read_csv(tmp_path / "x.csv").to_pandas(), pd.read_csv(tmp_path / "x.csv"))


@pytest.mark.parametrize(
    ("early", "late"),
    [("1", "word"), ("1.5", "word"), ("True", "7"), ("", "9"), ("1", "2.5"), ("True", ""), ("1", ""), ("", "word"),
     ("", "True"), ("9007199254740993", "1"), ("-1", "9223372036854775807"), ("word", "")],
)  # fmt: skip
def test_dtypes_are_settled_over_all_rows(tmp_path, hpd, early, late):
    path = tmp_path / "x.csv"
    path.write_text("a,b\n" + f"{early},1\n" * 1500 + f"{late},2\n" * 1500)
    theirs = pd.read_csv(path, low_memory=False)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        ours = hpd.read_csv(path)
    pd.testing.assert_frame_equal(ours.to_pandas(), theirs)
    words = theirs["a"].dtype == "str" and early and late
    assert [w.category for w in said] == ([pd.errors.DtypeWarning] if words else [])


def test_dates_have_the_format_of_the_first(tmp_path, hpd):
    path = tmp_path / "x.csv"
    path.write_text("t\n" + "02/03/2020\n" * 1500 + "05/04/2021\n" * 1500)
    for options in ({"parse_dates": ["t"]}, {"parse_dates": ["t"], "dayfirst": True}):
        pd.testing.assert_frame_equal(hpd.read_csv(path, **options).to_pandas(), pd.read_csv(path, **options))
    path.write_text("t\n" + "02/03/2020\n" * 1500 + "25/04/2021\n" * 1500)
    theirs = pd.read_csv(path, parse_dates=["t"])
    assert theirs["t"].dtype == "str"
    pd.testing.assert_frame_equal(hpd.read_csv(path, parse_dates=["t"]).to_pandas(), theirs)


def test_bad_lines(tmp_path, hpd, cluster):
    path = tmp_path / "x.csv"
    path.write_text("a,b\n" + "1,2\n" * 3000 + "1,2,3\n")
    with pytest.raises(pd.errors.ParserError):
        hpd.read_csv(path)
    same(hpd.read_csv(path, on_bad_lines="skip"), pd.read_csv(path, on_bad_lines="skip"), cluster, batches=True)
    with pytest.raises(FileNotFoundError):
        hpd.read_csv(tmp_path / "nothing.csv")
    with pytest.raises(TypeError):
        hpd.read_csv(path, no_such_option=1)
    path.write_text("")
    with pytest.raises(pd.errors.EmptyDataError):
        hpd.read_csv(path)


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".zip", ".xz"])
def test_compressed(tmp_path, hpd, cluster, suffix):
    path = tmp_path / f"x.csv{suffix}"
    frame().to_csv(path, index=False)
    same(hpd.read_csv(path), pd.read_csv(path), cluster, batches=True)


def test_file_objects(tmp_path, hpd, cluster):
    df = frame()
    df.to_csv(tmp_path / "x.csv", index=False)
    expected = pd.read_csv(tmp_path / "x.csv")
    with (tmp_path / "x.csv").open(newline="") as file:
        same(hpd.read_csv(file), expected, cluster, batches=True)
    with (tmp_path / "x.csv").open("rb") as file:
        same(hpd.read_csv(file), expected, cluster, batches=True)
    same(hpd.read_csv(io.StringIO(df.to_csv(index=False))), expected, cluster, batches=True)


def test_parts(tmp_path, hpd):
    frame().to_csv(tmp_path / "x.csv")
    with hpd.read_csv(tmp_path / "x.csv", chunksize=1500) as parts:
        assert [len(part) for part in parts] == [1500, 1500, 500]
    with hpd.read_csv(tmp_path / "x.csv", iterator=True) as parts:
        pd.testing.assert_frame_equal(parts.get_chunk(10).to_pandas(), pd.read_csv(tmp_path / "x.csv", nrows=10))
        assert len(parts.read()) == ROWS - 10


def test_a_broken_read_leaves_nothing(tmp_path, hpd, cluster):
    path = tmp_path / "x.csv"
    path.write_text("a,b\n" + "1,2\n" * 3000 + "1,2,3\n")

    def frames():
        cluster.executor.flush()
        return len(cluster.client.get("/3/Frames")["frames"])

    before = frames()
    with pytest.raises(pd.errors.ParserError):
        hpd.read_csv(path)
    assert frames() == before


# ---------------------------------------------------------------------- other formats


@pytest.mark.parametrize("options", [{}, {"dtype": {"i": "float64"}}, {"nrows": 1500}])
def test_json_lines(tmp_path, hpd, cluster, options):
    frame().drop(columns="none_at_first").to_json(
        tmp_path / "x.json", orient="records", lines=True, date_format="iso"
    )
    theirs = pd.read_json(tmp_path / "x.json", lines=True, **options)
    same(hpd.read_json(tmp_path / "x.json", lines=True, **options), theirs, cluster, batches=True)


@pytest.mark.parametrize("orient", ["records", "columns", "index", "split", "values", "table"])
def test_json(tmp_path, hpd, orient):
    frame(50).drop(columns=["flag", "none_at_first"]).to_json(
        tmp_path / "x.json", orient=orient, date_format="iso"
    )
    theirs = pd.read_json(tmp_path / "x.json", orient=orient)
    pd.testing.assert_frame_equal(hpd.read_json(tmp_path / "x.json", orient=orient).to_pandas(), theirs)


def test_json_lines_with_other_keys(tmp_path, hpd):
    path = tmp_path / "x.json"
    path.write_text('{"a": 1}\n' * 1500 + '{"a": 2, "b": "x"}\n' * 1500)
    pd.testing.assert_frame_equal(hpd.read_json(path, lines=True).to_pandas(), pd.read_json(path, lines=True))


PARQUET = [
    {}, {"columns": ["x", "s"]}, {"filters": [("i", ">", 0)]}, {"filters": [[("i", ">", 900)], [("s", "==", "x")]]},
    {"columns": ["x"], "filters": [("i", ">", 0)]}, {"filters": [("i", ">", 10_000)]}, {"engine": "pyarrow"},
]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "labels"),
    [*((o, None) for o in PARQUET), *((PARQUET[n], by) for n in (0, 2, 4) for by in ("i", ["s", "i"], "range"))],
    ids=str,
)
def test_parquet(tmp_path, hpd, cluster, options, labels):
    df = frame().assign(c=pd.Categorical(["b", "a"] * (ROWS // 2)))
    df = df.rename(lambda n: n * 2 + 5) if labels == "range" else df if labels is None else df.set_index(labels)
    if labels == "range":
        df.index = pd.RangeIndex(5, 5 + 2 * ROWS, 2, name="r")
    if labels is not None and {"x", "s"} & set(df.index.names) and "columns" in options:
        options = {**options, "columns": ["x"]}
    df.to_parquet(tmp_path / "x.parquet", row_group_size=700)
    theirs = pd.read_parquet(tmp_path / "x.parquet", **options)
    batches = True if len(theirs) > 1500 else None
    same(hpd.read_parquet(tmp_path / "x.parquet", **options), theirs, cluster, batches)


def test_parquet_folders(tmp_path, hpd, cluster):
    df = frame().assign(year=np.arange(ROWS) % 3, c=np.where(np.arange(ROWS) % 2, "u", "v"))
    df.to_parquet(tmp_path / "p", partition_cols=["year", "c"])
    same(hpd.read_parquet(tmp_path / "p"), pd.read_parquet(tmp_path / "p"), cluster, batches=True)
    filters = [("year", "==", 1)]
    theirs = pd.read_parquet(tmp_path / "p", filters=filters)
    same(hpd.read_parquet(tmp_path / "p", filters=filters), theirs, cluster)


@pytest.mark.parametrize("columns", [None, ["s", "x"]])
def test_feather_and_orc(tmp_path, hpd, cluster, columns):
    df = frame()
    df.to_feather(tmp_path / "x.feather")
    df.to_orc(tmp_path / "x.orc")
    for name in ("feather", "orc"):
        theirs = getattr(pd, f"read_{name}")(tmp_path / f"x.{name}", columns=columns)
        ours = getattr(hpd, f"read_{name}")(tmp_path / f"x.{name}", columns=columns)
        same(ours, theirs, cluster, batches=True)


def test_excel_html_pickle(tmp_path, hpd):
    df = frame(20).drop(columns=["s", "none_at_first"])
    df.to_pickle(tmp_path / "x.pickle")
    pd.testing.assert_frame_equal(hpd.read_pickle(tmp_path / "x.pickle").to_pandas(), df)
    pytest.importorskip("lxml")
    tables = hpd.read_html(io.StringIO(df.to_html(index=False)))
    pd.testing.assert_frame_equal(tables[0].to_pandas(), pd.read_html(io.StringIO(df.to_html(index=False)))[0])


# ---------------------------------------------------------------------- databases


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "x.db"
    connection = sqlite3.connect(path)
    frame().to_sql("flights", connection, index=False)
    frame(50)[["i", "x"]].to_sql("plain", connection, index=False)
    yield connection, path
    connection.close()


QUERIES = [
    {}, {"index_col": "i"}, {"index_col": ["s", "i"]}, {"dtype": {"i": "float64"}}, {"parse_dates": ["t"]},
    {"params": (100,)},
]  # fmt: skip


@pytest.mark.parametrize("options", QUERIES, ids=str)
def test_sql_over_dbapi(database, hpd, cluster, options):
    connection, _ = database
    query = "select * from flights where i > ?" if "params" in options else "select * from flights"
    theirs = pd.read_sql(query, connection, **options)
    same(hpd.read_sql(query, connection, **options), theirs, cluster, batches="parse_dates" not in options)
    same(hpd.read_sql_query(query, connection, **options), theirs, cluster, batches="parse_dates" not in options)
    with pytest.raises(pd.errors.DatabaseError):
        hpd.read_sql("select nothing from nowhere", connection)
    assert [len(part) for part in hpd.read_sql("select i from flights", connection, chunksize=2000)] == [2000, 1500]


def test_sql_over_sqlalchemy(database, hpd, cluster):
    sqlalchemy = pytest.importorskip("sqlalchemy")
    _, path = database
    url = f"sqlite:///{path}"
    engine = sqlalchemy.create_engine(url)
    for con in (url, engine):
        theirs = pd.read_sql_table("flights", con)
        same(hpd.read_sql_table("flights", con), theirs, cluster, batches=True)
        same(hpd.read_sql("flights", con, columns=["i", "x"]), theirs[["i", "x"]], cluster, batches=True)
    with engine.connect() as connection:
        query = sqlalchemy.text("select * from flights where i > 0")
        theirs = pd.read_sql(query, connection)
        same(hpd.read_sql(query, connection), theirs, cluster, batches=True)
    engine.dispose()


def test_sql_over_adbc(database, hpd, cluster):
    dbapi = pytest.importorskip("adbc_driver_sqlite.dbapi")
    _, path = database
    with dbapi.connect(str(path)) as connection:
        theirs = pd.read_sql("select i, x, s from flights", connection)
        same(hpd.read_sql("select i, x, s from flights", connection), theirs, cluster, batches=True)
        same(hpd.read_sql("plain", connection), pd.read_sql("plain", connection), cluster, batches=False)


# ---------------------------------------------------------------------- from everywhere


def test_globs(tmp_path, hpd):
    df = frame().drop(columns="none_at_first")
    for n in range(3):
        part = df[n * 1000 : (n + 1) * 1000]
        part.to_csv(tmp_path / f"part{n}.csv", index=False)
        part.to_parquet(tmp_path / f"part{n}.parquet")
    expected = pd.concat([pd.read_csv(tmp_path / f"part{n}.csv") for n in range(3)], ignore_index=True)
    pd.testing.assert_frame_equal(hpd.read_csv(tmp_path / "part*.csv").to_pandas(), expected)
    pd.testing.assert_frame_equal(hpd.read_csv(str(tmp_path / "part[0-2].csv")).to_pandas(), expected)
    pd.testing.assert_frame_equal(hpd.read_parquet(tmp_path / "part?.parquet").to_pandas(), df[:3000])
    with pytest.raises(FileNotFoundError):
        hpd.read_csv(tmp_path / "nothing*.csv")
    odd = tmp_path / "odd[1].csv"
    df.head(10).to_csv(odd)
    assert len(hpd.read_csv(odd)) == 10


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        if self.path.startswith("/elsewhere"):
            self.send_response(302)
            self.send_header("Location", "ftp://127.0.0.1/x.csv")
            self.end_headers()
        else:
            super().do_GET()

    def end_headers(self):
        self.server.asked.append(dict(self.headers))
        if self.path.endswith("packed.csv"):
            self.send_header("Content-Encoding", "gzip")
        super().end_headers()


@pytest.fixture
def site(tmp_path):
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=tmp_path)
    )
    server.asked = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_http(tmp_path, hpd, cluster, site):
    df = frame()
    df.to_csv(tmp_path / "x.csv", index=False)
    df.to_csv(tmp_path / "x.csv.gz", index=False)
    df.to_parquet(tmp_path / "x.parquet")
    (tmp_path / "packed.csv").write_bytes(gzip.compress((tmp_path / "x.csv").read_bytes()))
    expected = pd.read_csv(tmp_path / "x.csv")
    where = f"http://127.0.0.1:{site.server_port}"
    for name in ("x.csv", "x.csv.gz", "packed.csv"):
        same(hpd.read_csv(f"{where}/{name}", storage_options={"X-Mine": "yes"}), expected, cluster, batches=True)
    assert site.asked[-1]["X-Mine"] == "yes"
    same(hpd.read_parquet(f"{where}/x.parquet"), df, cluster, batches=True)
    with pytest.raises(OSError, match="404"):
        hpd.read_csv(f"{where}/nothing.csv")
    with pytest.raises(OSError, match="unknown url type: ftp"):  # where a server sends us to
        hpd.read_csv(f"{where}/elsewhere.csv")
