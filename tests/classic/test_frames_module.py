"""The module's functions of the cluster, of files and of checks; tables shown on a console and in a notebook."""

from __future__ import annotations

import math
import types

import numpy as np
import pandas as pd
import pytest

# ---------------------------------------------------------------------- files


def test_export_refuses_to_overwrite(classic, frame, prostate, tmp_path):
    path = tmp_path / "out.csv"
    classic.export_file(frame, str(path))
    pd.testing.assert_frame_equal(pd.read_csv(path), prostate)
    for again in (frame, frame[frame["AGE"] > 70]):
        with pytest.raises(ValueError, match="force=True"):
            classic.export_file(again, str(path))
    classic.export_file(frame[["ID"]], str(path), force=True)
    assert list(pd.read_csv(path)) == ["ID"]
    with pytest.raises(ValueError, match=r"\w"):
        classic.export_file(frame, "nosuchscheme://somewhere/out.csv")
    with pytest.raises(ValueError, match="exported"):
        classic.export_file(3, str(path), force=True)


def test_download(classic, frame, prostate, tmp_path):
    classic.download_csv(frame, str(tmp_path / "mine.csv"))
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "mine.csv"), prostate)
    classic.download_csv(frame["AGE"] > 70, str(tmp_path / "flags.csv"))
    assert pd.read_csv(tmp_path / "flags.csv")["AGE"].tolist() == (prostate.AGE > 70).astype(int).tolist()
    with pytest.raises(ValueError, match="frame"):
        classic.download_csv(3, "x")


def test_upload(classic, document, prostate):
    assert classic.upload_file("smalldata/logreg/prostate.csv").dim() == [380, 9]
    named = classic.upload_file("smalldata/logreg/prostate.csv", destination_frame="mine")
    assert classic.frame("mine")["frames"][0]["rows"] == 380
    del named
    assert classic.get_frame("mine")["AGE"].mean() == pytest.approx(prostate.AGE.mean())
    classic.remove("mine")
    for frame in (classic.H2OFrame(local_fname="smalldata/logreg/prostate.csv"),
                  classic.H2OFrame(remote_fname="smalldata/logreg/prostate.csv")):
        assert frame.dim() == [380, 9]


def test_a_folder_is_one_frame(classic, tmp_path, prostate):
    for n in range(3):
        prostate[n::3].to_csv(tmp_path / f"{n}.csv", index=False)
    assert sorted(classic.import_frame(str(tmp_path))["ID"]) == prostate.ID.tolist()


def test_types_are_the_clusters(classic, tmp_path):
    rows = "1,a,some text 1,2020-01-01,\n2,b,other 2,2021-02-03,\n,a,third 3,,\n" * 40
    (tmp_path / "odd.csv").write_text("n,f,s,d,e\n" + rows)
    fr = classic.import_frame(str(tmp_path / "odd.csv"))
    assert fr.isfactor()[:2] == [False, True]
    assert fr["f"].levels() == ["a", "b"]
    assert fr["d"].year()[1] == 2021
    assert fr["n"].isna().sum() == 40


@pytest.mark.parametrize("name", ["a b-c=1.csv", "a (b) 'c' \"d\" #%20 ä.csv"])
def test_odd_names_of_files(classic, tmp_path, name):
    (tmp_path / name).write_text("x\n1\n2\n")
    assert classic.import_frame(str(tmp_path / name))["x"].sum() == 3
    assert classic.parse_setup(str(tmp_path / name))["column_names"] is not None  # not parsed, and yet not left behind
    with pytest.raises(ValueError, match="can read"):
        classic.import_frame([str(tmp_path / name), "/no/such/file.csv"])


@pytest.mark.parametrize("path", ["/no/such/file.csv", ["/no/such/file.csv"], "hdfs://127.0.0.1:1/x.csv"])
def test_files_that_are_not_there(classic, path):
    for use in (classic.import_frame, classic.import_file, classic.parse_setup):
        with pytest.raises(ValueError, match="can read"):
            use(path)


def test_what_is_no_source(classic, frame):
    with pytest.raises(ValueError, match="path"):
        classic.import_frame()
    with pytest.raises(ValueError, match="not read from files"):
        classic.parse_setup(frame)
    with pytest.raises(ValueError, match="no file"):
        classic.upload_file("/no/such/file.csv")
    with pytest.raises(ValueError, match="not in the cluster"):
        classic.get_frame("nosuchframe")
    with pytest.raises(ValueError, match="key"):
        classic.get_frame(None)


def test_parse(classic, document):
    setup = classic.parse_setup("smalldata/iris/iris_wheader.csv")
    found = classic.parse(setup, "iris_by_name", first_line_is_header=(-1, 0, 1))
    assert (found["rows"], len(found["column_names"]), len(found["columns"])) == (150, 5, 5)
    assert classic.frame_summary("iris_by_name")["frames"][0]["columns"][0]["mean"] == pytest.approx(5.8433333)
    assert "iris_by_name" in [f["frame_id"]["name"] for f in classic.frames()["frames"]]
    kept = classic.get_frame("iris_by_name")
    del kept
    assert "iris_by_name" in classic.ls()  # it is not ours, so it stays
    classic.remove("iris_by_name")
    data = classic.parse_raw(classic.parse_setup("smalldata/iris/iris_wheader.csv"), first_line_is_header=-1)
    assert data.nrow() == 151
    wrong = classic.parse_setup("smalldata/iris/iris_wheader.csv")
    wrong["column_types"] = ["NoSuchType"] * 5
    with pytest.raises(Exception, match=r"\w"):
        classic.parse_raw(wrong)
    named = classic.parse_raw(classic.parse_setup("smalldata/iris/iris_wheader.csv"), id="named")
    assert named.dim() == [150, 5]
    classic.remove("named")


# ---------------------------------------------------------------------- keys


def test_split(classic, frame, prostate):
    parts = classic.split_frame(frame, [0.5, 0.25])
    assert [p.nrow() for p in parts] == [190, 95, 95]
    pd.testing.assert_frame_equal(classic.as_list(parts[1]), prostate[190:285].reset_index(drop=True))
    assert [p.nrow() for p in classic.split_frame(frame)] == [285, 95]
    named = classic.split_frame(frame, 0.1, destination_frames=["small", "large"])
    del named, parts
    small = classic.get_frame("small")
    assert small.nrow() == 38
    classic.remove(small)  # its key goes with it
    with pytest.raises(ValueError, match="not in the cluster"):
        classic.get_frame("small")
    classic.remove(["large"])
    with pytest.raises(ValueError, match="frame"):
        classic.split_frame(frame["AGE"])
    for bad in ([], [1.0], [0.5, 0.5], [-0.1]):
        with pytest.raises(ValueError, match="ratios"):
            classic.split_frame(frame, bad)
    with pytest.raises(ValueError, match="keys"):
        classic.split_frame(frame, [0.5], destination_frames=["one"])


def test_keys_of_frames(classic, frame):
    key = frame.send_frame()
    assert classic.frame(key)["frames"][0]["column_count"] == 9
    assert frame.keys()[0] in classic.ls()
    vec = frame["AGE"] * 2
    assert classic.frame(vec.key())["frames"][0]["columns"][0]["label"] == "AGE"
    assert classic.rapids(f"(nrow {frame.send_frame()})")["scalar"] == 380
    with pytest.raises(Exception, match="evaluate"):
        classic.rapids("(nosuchfunction")
    for name in ("kept_frame", "odd-name (1)"):
        frame.keep_as(name)
        assert classic.get_frame(name).dim() == [380, 9]
        classic.removeFrameShallow(name)  # its columns are the frame's, and stay
    assert frame["AGE"].max() == 79
    twins = classic.cbind(frame["AGE"], frame["AGE"])
    with pytest.raises(ValueError, match="distinct"):
        twins.send_frame()


def test_what_cannot_be_removed(classic):
    for bad in (None, "", 5):
        with pytest.raises(ValueError, match="removed"):
            classic.remove(bad)


# ---------------------------------------------------------------------- the cluster


def test_init_joins_and_says_what_it_joined(classic, cluster, capsys):
    classic.init()
    shown = capsys.readouterr().out
    assert "H2O cluster version" in shown
    assert cluster.cluster.h2o_version in shown
    with pytest.raises(ValueError, match="size=9"):
        classic.init(size=9)


def test_init_at_an_address(classic, cluster, capsys):
    from urllib.parse import urlsplit

    from h2o_frame_compat.session import session as module

    where, endpoint = urlsplit(cluster.client.endpoint.url), cluster.client.endpoint
    credentials = endpoint.credentials
    auth = (credentials.user, credentials.reveal()) if credentials else None
    try:
        classic.init(ip=where.hostname, port=where.port, auth=auth)
        joined = module.current_session()
        assert joined is not cluster
        assert classic.H2OFrame({"a": [1, 2]})["a"].sum() == 3
        joined.executor.flush()
        joined.close()
    finally:
        module._current = cluster
    with pytest.raises(Exception, match=r"127.0.0.1:1\b"):
        classic.init(ip="127.0.0.1", port=1)
    assert module.current_session() is cluster


def test_what_the_cluster_says(classic, capsys):
    classic.cluster_status()
    classic.network_test()
    classic.log_and_echo("a message of the tests")
    shown = capsys.readouterr().out
    assert "Cloud size: 1" in shown
    assert "free_mem" in shown
    assert "1024 bytes" in shown
    assert classic.ou().endswith(".py")


def test_locate(classic, document, monkeypatch):
    deep = document / "a" / "b"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    path = "smalldata/logreg/prostate.csv"
    assert classic.locate(path) == str(document.resolve() / path)
    assert classic.locate("no/such/path") is None


# ---------------------------------------------------------------------- values and checks


def test_as_list(classic, up):
    p = pd.DataFrame({"a": [1.5, None], "i": [1, 2], "s": ["x", None]})
    fr = up(p)
    pd.testing.assert_frame_equal(classic.as_list(fr), p)
    assert classic.as_list(fr, use_pandas=False) == [["a", "i", "s"], ["1.5", "1", "x"], ["", "2", ""]]
    assert classic.as_list(fr["i"], use_pandas=False, header=False) == [["1"], ["2"]]
    assert classic.as_list(fr["i"] > 1)["i"].tolist() == [0, 1]
    assert classic.as_list(3.5) == 3.5
    twins = classic.as_list(classic.cbind(fr["i"] > 1, fr["i"] > 0))
    assert twins.to_numpy().tolist() == [[0, 1], [1, 1]]
    assert classic.as_list(classic.H2OFrame(["NA", None]), use_pandas=False) == [["C1"], ["NA"], [""]]


def test_checks(classic, frame, prostate):
    classic.dim_check(frame, frame + 1)
    classic.value_check(frame, prostate.to_numpy().tolist(), 5)
    classic.value_check(frame, prostate.to_numpy().tolist(), 2, col=3)
    classic.np_comparison_check(classic.sin(frame), np.sin(prostate.to_numpy()), 5)
    classic.np_comparison_check(frame["AGE"], prostate.AGE.to_numpy(), 3)
    small = classic.H2OFrame({"a": [1, 2], "b": ["x", "y"]})
    classic.check_dims_values({"a": [1, 2], "b": ["x", "y"]}, small, 2, 2)
    classic.check_dims_values([[1, "x"], [2, "y"]], small, 2, 2)
    for use in (
        lambda: classic.dim_check(frame, frame[1:]),
        lambda: classic.value_check(frame, (prostate + 1).to_numpy().tolist(), 1),
        lambda: classic.np_comparison_check(frame, prostate.to_numpy() + 1, 1),
        lambda: classic.check_dims_values({"a": [1, 3], "b": ["x", "y"]}, small, 2, 2),
        lambda: classic.check_dims_values([[1, "x"]], small, 1, 2),
    ):
        with pytest.raises(AssertionError, match=r"differ|size"):
            use()


# ---------------------------------------------------------------------- what is shown


def test_rows_are_shown(classic, frame, capsys):
    frame.show()
    frame.head(2, cols=3)
    frame.tail(2)
    frame["AGE"].head()
    (frame["AGE"] > 70).show()
    shown = capsys.readouterr().out
    assert "First 2 rows and first 3 columns" in shown
    assert "Last 2 rows" in shown
    assert "380" in shown
    assert "True" not in shown  # flags are 0 and 1
    assert repr(frame).endswith("[380 rows x 9 columns]")
    assert "<td>65</td>" in frame._repr_html_()


def test_odd_values_are_shown(up):
    fr = up(pd.DataFrame({"<b>": ["a<b", None], "x": [1.0, math.nan]}))
    assert "NA" in repr(fr)
    assert "a&lt;b" in fr._repr_html_()
    assert "&lt;b&gt;" in fr._repr_html_()
    nothing = fr[fr["x"] > 5]
    assert repr(nothing).endswith("[0 rows x 2 columns]")


def test_summaries(classic, frame, prostate, capsys):
    frame.summary()
    frame.describe()
    shown = capsys.readouterr().out
    assert "zero_count" in shown
    assert "Rows: 380  Cols: 9" in shown
    empty = classic.summary(frame[frame["AGE"] > 99]["AGE"])
    assert (empty["mean"], empty["sigma"], empty["maxs"], empty["missing_count"]) == (None, None, None, 0)
    facts = classic.summary(frame["VOL"])
    assert facts["mean"] == pytest.approx(prostate.VOL.mean())
    assert (facts["zero_count"], facts["missing_count"], facts["type"]) == ((prostate.VOL == 0).sum(), 0, "real")


def test_a_table_shows_itself_once(classic, capsys):
    made = classic.H2ODisplay([["a", 1.0], ["b", None]], ["name", "n"], "Some values", tablefmt="x")
    assert capsys.readouterr().out.splitlines() == ["Some values:", "", "name   n", "----  --", "a      1", "b     NA"]
    assert "<th>name</th>" in made._repr_html_()
    assert made.THOUSANDS.format(1234) == "1,234"
    classic.H2ODisplay([[1]])
    assert capsys.readouterr().out == "1\n"


def test_a_notebook_renders_tables(classic, monkeypatch, capsys):
    rendered = []
    shell = type("Shell", (), {"__module__": "ipykernel.zmqshell"})()
    fake = types.SimpleNamespace(get_ipython=lambda: shell)
    monkeypatch.setitem(__import__("sys").modules, "IPython", fake)
    monkeypatch.setitem(__import__("sys").modules, "IPython.display", types.SimpleNamespace(display=rendered.append))
    made = classic.H2ODisplay([[1]], ["a"])
    assert rendered == [made]
    assert not capsys.readouterr().out
