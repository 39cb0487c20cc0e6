"""Other servers: several nodes, a password, a context path; frames like parsed ones; a long mixed run."""

from __future__ import annotations

import base64
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from h2o_frame_compat.session import wire

from . import test_exact, test_primitives, test_primitives_values
from .conftest import server_table, start_cloud
from .oracle import assert_same, odd_frame, plain
from .test_score import frames, predicted, score, trained
from .test_score import table as rows_to_score

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .conftest import Node


# ------------------------------------------------------------------------------------------- several nodes
@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Node]]:
    yield from start_cloud(tmp_path_factory.mktemp("pair"), nodes=2)


@pytest.mark.slow
def test_two_nodes_transfer(pair: list[Node]) -> None:
    one, two = pair
    table = test_exact._mixed(200_000)
    key = one.frame(table)
    assert test_exact.same_table(two.get(key), table)
    assert test_exact.same_table(one.get(key), table)
    test_exact.test_doubles(two, test_exact.N)
    test_exact.test_integers(two, test_exact.N, missing=True)
    test_exact.test_strings(one, test_exact.N)


@pytest.mark.slow
def test_two_nodes_primitives(pair: list[Node]) -> None:
    two = pair[1]
    test_primitives.test_take(two, 5000, 7000)
    test_primitives.test_argsort_by_several(two, ["s", "t"])
    test_primitives.test_distinct(two, 5000, ["k", "s"], "last")
    test_primitives.test_join(two, 900, 70, ["k", "s"], "outer")
    test_primitives.test_group_order_and_size(two, 5000, ["big", "s", "c"], dropna=False, sort=True)
    test_primitives.test_group_numbers(two, "median", 3000, 800)
    test_primitives.test_group_text_enums_and_times(two, 3000)
    test_primitives.test_shift(two, 5000, -1)
    test_primitives_values.test_rank(two, "average", ascending=False, na="top", pct=True)
    test_primitives_values.test_stats(two, 5000)
    test_primitives_values.test_bin_across_layouts_and_several_columns(two)
    test_primitives_values.test_bin_of_text(two, "<=", 3000)
    test_primitives_values.test_strcat(two, 5000, "-")
    test_primitives_values.test_strslice(two, -3, None, None)


@pytest.mark.slow
def test_two_nodes_score(pair: list[Node]) -> None:
    model, sent = trained(pair[0]), rows_to_score()
    expected, before = predicted(pair[0], sent, model), frames(pair[0])
    for node in pair:
        assert score(node, sent, model).equals(expected)
        assert score(node, sent.slice(0, 1), model).equals(expected.slice(0, 1))
    assert frames(pair[0]) == before


@pytest.mark.slow
def test_two_nodes_large_group_and_join(pair: list[Node]) -> None:
    node = pair[1]
    df = odd_frame(200_000, keys=5000)
    key = pair[0].frame(df)
    got = node.run(f'(compat.group {key} ["k"] ["median:x" "sum:big"] 1 1)')
    by = df.groupby("k")
    assert plain(got["median:x"]) == plain(by["x"].median())
    assert plain(got["sum:big"]) == plain(by["big"].sum())


# ----------------------------------------------------------------------------------- password, context path
@pytest.mark.slow
def test_password_and_context_path(tmp_path: Path) -> None:
    users = tmp_path / "realm.properties"
    users.write_text("me: secret\n")
    right = {"Authorization": "Basic " + base64.b64encode(b"me:secret").decode()}
    wrong = {"Authorization": "Basic " + base64.b64encode(b"me:guess").decode()}
    arguments = ("-hash_login", "-login_conf", str(users), "-context_path", "h2o")
    server = start_cloud(tmp_path, arguments=arguments, headers=right, prefix="/h2o")
    for (node,) in server:
        table = test_exact._mixed(3000)
        key = node.frame(table)
        assert test_exact.same_table(node.get(key), table)
        for headers in (wrong, {}):
            with pytest.raises(wire.StreamError) as caught:
                wire.get(node.connection, f"/h2o/3/Compat.get?frame_id={key}", headers)
            assert caught.value.status == 401
            for data in (table, _large()):
                with pytest.raises(wire.StreamError) as caught:
                    wire.put(node.connection, "/h2o/3/Compat.put?frame_id=b", headers, data)
                assert caught.value.status == 401
            stranger = node.twin()
            stranger.headers = headers
            assert stranger.call("GET", "/3/Compat.info")[0] == 401
            assert stranger.call("POST", "/3/Compat.train?builder=/3/ModelBuilders/gbm&wait_ms=1", {})[0] == 401
            assert stranger.call("POST", "/3/Compat.search", {})[0] == 401
            stranger.connection.close()
        assert node.frames() == {key}
        node.rapids(f"(rm {key})")


def _large() -> pa.Table:
    return pa.table({"x": np.zeros(3_000_000)})


# --------------------------------------------------------------------------------- as good as a parsed frame
def _parsed(node: Node, csv: str, key: str, types: list[str]) -> None:
    """Upload and parse the way H2O's clients do."""
    boundary = "----x"
    head = 'Content-Disposition: form-data; name="file"; filename="f.csv"'
    body = f"--{boundary}\r\n{head}\r\n\r\n{csv}\r\n--{boundary}--\r\n"
    raw = f"{key}_raw"
    node.connection.request(
        "POST",
        f"/3/PostFile?destination_frame={raw}",
        body.encode(),
        {"Content-Type": f"multipart/form-data; boundary={boundary}"},
    )
    assert node.connection.getresponse().read()
    names = [f"c{i}" for i in range(len(types))]
    quoted = "[" + ",".join(f'"{n}"' for n in names) + "]"
    arguments = {
        "destination_frame": key, "source_frames": f'["{raw}"]', "parse_type": "CSV", "separator": "44",
        "number_columns": str(len(types)), "check_header": "1", "column_names": quoted,
        "column_types": "[" + ",".join(f'"{t}"' for t in types) + "]", "delete_on_done": "true",
        "chunk_size": str(max(1000, len(csv) // 8)), "single_quotes": "false", "blocking": "true",
    }  # fmt: skip
    status, answer = node.call("POST", "/3/Parse", arguments)
    assert status == 200, answer


def _bytes(node: Node, key: str) -> int:
    return int(node.call("GET", f"/3/Frames/{key}?row_count=1")[1]["frames"][0]["byte_size"])


def test_frames_are_packed_like_parsed_ones(node: Node) -> None:
    r = np.random.default_rng(3)
    n = 40_000
    df = pd.DataFrame(
        {
            "c0": np.round(r.random(n) * 100, 2),
            "c1": np.round(r.normal(size=n), 3) + 0.0,  # without -0.0, which a CSV file loses
            "c2": r.integers(0, 100, n),
            "c3": r.integers(0, 2, n),
            "c4": r.integers(-30_000, 30_000, n),
            "c5": r.integers(0, 10**9, n),
            "c6": np.where(r.random(n) < 0.02, r.random(n).round(4), 0.0),
            "c7": np.where(r.random(n) < 0.2, np.nan, np.round(r.random(n), 1)),
        }
    )
    for name in df.columns:
        column = df[[name]].rename(columns={name: "c0"})
        ours, parsed = node.frame(column), node.name()
        _parsed(node, column.to_csv(index=False), parsed, ["Numeric"])
        assert plain(node.get(parsed).column(0)) == plain(node.get(ours).column(0)), name
        # bits for 0 and 1 save room, not time: a byte a value will do
        assert _bytes(node, ours) <= max(1.25 * _bytes(node, parsed), n) + 2000, name


@pytest.mark.slow
def test_a_model_of_a_frame_is_that_of_a_parsed_one(node: Node) -> None:
    r = np.random.default_rng(3)
    n = 20_000
    df = pd.DataFrame({f"c{i}": np.round(r.random(n), 3) for i in range(4)})
    df["c4"] = np.round(df["c0"] * 3 + df["c1"] ** 2 + r.normal(size=n) / 10, 3)
    ours, parsed = node.frame(df), node.name()
    _parsed(node, df.to_csv(index=False), parsed, ["Numeric"] * 5)
    predictions = []
    for key in (ours, parsed):
        model = node.name()
        arguments = {
            "training_frame": key,
            "response_column": "c4",
            "ntrees": "20",
            "seed": "1",
            "model_id": model,
        }
        builder = "/3/Compat.train?builder=/3/ModelBuilders/gbm&wait_ms=60000"
        assert node.call("POST", builder, arguments)[1]["jobs"][0]["status"] == "DONE"
        answer = node.call("POST", f"/3/Predictions/models/{model}/frames/{key}", {"predictions_frame": node.name()})[1]
        predictions.append(node.get(answer["predictions_frame"]["name"], wires="d")["predict"].to_numpy())
    np.testing.assert_allclose(predictions[0], predictions[1], rtol=1e-9)


# --------------------------------------------------------------------------------------------------- stress
def _round(node: Node, r: np.random.Generator) -> None:
    """One random frame through the stream and the primitives."""
    n, m, keys = (int(10 ** r.uniform(0, high)) for high in (4.7, 4, 4))
    df = odd_frame(n, int(r.integers(1 << 30)), keys=keys)
    other = odd_frame(m, int(r.integers(1 << 30)), keys=keys)
    cut = sorted(r.integers(0, n + 1, 2))
    names = [node.name(), node.name(), node.name()]
    rows = r.integers(0, n, m)
    for name, frame in zip(names, (df, other, pd.DataFrame({"r": rows})), strict=True):
        node.put(server_table(frame), name, overwrite="1")
    one, two, index = names
    assert_same(node.get(one), df)
    assert_same(node.get(one, rows=f"{cut[0]}:{cut[1]}"), df.iloc[cut[0] : cut[1]])
    assert_same(node.run(f"(compat.take {one} {index})"), df.iloc[rows])
    by: Any = str(r.choice(["k", "s", "c", "f"]))
    got = node.run(f'(compat.group {one} ["{by}"] ["median:x" "last:s" "nunique:k" "sum:big"] 1 1)')
    groups = df.groupby(by, observed=True)
    for spec in ("median:x", "last:s", "nunique:k", "sum:big"):
        func, column = spec.split(":")
        assert plain(got[spec]) == plain(getattr(groups[column], func)()), spec
    if max(n, m) < 3000:
        how = str(r.choice(["inner", "left", "right", "outer"]))
        joined = node.run(f'(compat.join {one} {two} ["k"] ["k"] "{how}")')
        assert_same(joined, test_primitives.joined(df, other, ["k"], how))
    ranks = node.run(f'(compat.rank (cols {one} ["x" "m"]) "average" 0 "bottom" 0)')
    assert_same(ranks, df[["x", "m"]].rank(ascending=False, na_option="bottom"))
    # na "last": with "first" and two keys pandas takes a missing float for an infinite one
    order = node.run(f'(compat.argsort {one} ["{by}" "t"] [0 1] "last")')
    expected = df.sort_values([by, "t"], ascending=[False, True], kind="stable")
    assert plain(order.column(0)) == expected.index.tolist()
    for name in names:
        node.rapids(f"(rm {name})")


@pytest.mark.slow
def test_stress(node: Node) -> None:
    problems: list[BaseException] = []

    def work(seed: int) -> None:
        mine = node.twin()
        mine.session = f"{node.session}_{seed}"
        r = np.random.default_rng(seed)
        try:
            for _ in range(25):
                _round(mine, r)
        except BaseException as error:  # noqa: BLE001 - raised by the main thread
            problems.append(error)
        finally:
            mine.connection.close()

    threads = [threading.Thread(target=work, args=(i,)) for i in range(6)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if problems:
        raise problems[0]
