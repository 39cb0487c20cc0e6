"""The executor: one request for a result, and nothing left behind."""

from __future__ import annotations

import gc
import threading

import numpy as np
import pyarrow as pa
import pytest

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.errors import FrameNotFoundError, RapidsError
from h2o_frame_compat.expr.nodes import Call, call, lit
from h2o_frame_compat.expr.relations import (
    Field,
    Filter,
    Group,
    Join,
    Local,
    Project,
    Slice,
    Sort,
    Source,
    Take,
    Zip,
    fresh_id,
)
from h2o_frame_compat.session.executor import Executor

RAPIDS = "/99/Rapids"


@pytest.fixture(params=["extension", "stock"])
def executor(request, cluster):
    made = Executor(cluster)
    if request.param == "stock":
        made.primitives = frozenset()
    yield made
    gc.collect()
    made.flush()


@pytest.fixture
def nothing_left(cluster, executor):
    """Compare the frames in the cluster before and after a test."""
    gc.collect()
    executor.flush()
    before = frames(cluster)
    yield
    gc.collect()
    executor.flush()
    assert frames(cluster) - before == set()


def frames(cluster):
    return {f["frame_id"]["name"] for f in cluster.client.get("/3/Frames")["frames"]}


def local(**columns):
    table = pa.table(columns)
    kinds = {"int64": dt.INT64, "double": dt.FLOAT64, "string": dt.STR}
    return Local(table, [Field(fresh_id(), kinds[str(c.type)]) for c in table.columns], table.num_rows)


def source(cluster, executor, **columns):
    rel = local(**columns)
    key = cluster.new_key("test")
    cluster.transfer.put(rel.table, key)
    made = Source(key, rel.fields, rel.nrows, owned=True)
    executor.adopt(made)
    return made


@pytest.fixture
def numbers(cluster, executor):
    return source(cluster, executor, x=[1.0, 2.0, 3.0], k=[1, 0, 1], s=["b", "a", None])


def cols(rel):
    return [f.col() for f in rel.fields]


def posts(counter):
    return [c for c in counter.calls if c[0] == "POST" and c[1] == RAPIDS]


def test_a_value_is_one_request(cluster, executor, numbers):
    x = cols(numbers)[0]
    kept = Filter(numbers, call("gt", x, lit(1.0)))
    doubled = Project(kept, [call("mul", x, lit(2.0))])
    with cluster.client.count() as counter:
        result = executor.evaluate(doubled, cols(doubled), lambda c: f"(sumNA {c[0]})")
    assert result.value == 10
    assert [c[:2] for c in counter.calls] == [("POST", RAPIDS)]


def test_columns_are_one_request_and_one_transfer(cluster, executor, numbers):
    x, k, s = cols(numbers)
    kept = Filter(numbers, call("gt", x, lit(1.0)))
    with cluster.client.count() as counter:
        table = executor.fetch(kept, [call("add", x, k), s])
    assert [c.to_pylist() for c in table.columns] == [[2, 4], ["a", None]]
    assert len(posts(counter)) == 1
    assert len(counter) == 2


def test_columns_of_a_frame_are_only_a_transfer(cluster, executor, numbers):
    with cluster.client.count() as counter:
        table = executor.fetch(Slice(numbers, 1, 3), cols(numbers)[:1])
    assert table.column(0).to_pylist() == [2, 3]
    assert len(counter) == 1


def test_what_was_computed_is_not_computed_again(cluster, executor, numbers):
    kept = Filter(numbers, call("gt", cols(numbers)[0], lit(1.0)))
    executor.store(kept)
    with cluster.client.count() as counter:
        executor.store(kept)
        assert executor.nrows(kept) == 2
    assert len(counter) == 0


def test_a_shared_relation_is_computed_once(cluster, executor, numbers):
    x = cols(numbers)[0]
    shared = Filter(numbers, call("gt", x, lit(0.0)))
    first = Project(shared, [call("add", x, lit(1.0))])
    second = Project(shared, [call("add", x, lit(2.0))])
    with cluster.client.count() as counter:
        both = executor.fetch(Zip(first, second), [*cols(first), *cols(second)])
    assert [c.to_pylist() for c in both.columns] == [[2, 3, 4], [3, 4, 5]]
    assert len(posts(counter)) == 1


def test_an_upload_happens_once(cluster, executor, nothing_left):
    rel = local(x=[1.0, 2.0], y=[3, 4])
    x, y = cols(rel)
    with cluster.client.count() as counter:
        executor.fetch(rel, [call("add", x, lit(1.0))])
        first = len(counter)
        executor.fetch(rel, [call("add", y, lit(1))])
    assert len(counter) - first < first
    del rel, x, y


def test_columns_of_a_local_table_need_no_server(cluster, executor):
    rel = local(x=[1.0, 2.0])
    with cluster.client.count() as counter:
        assert executor.fetch(rel, cols(rel)).column(0).to_pylist() == [1, 2]
    assert len(counter) == 0


# ---------------------------------------------------------------------- what stays and what goes


def test_temporaries_leave_with_their_relations(cluster, executor, nothing_left):
    rel = source(cluster, executor, x=[3.0, 1.0, 2.0], s=["a", "b", "a"])
    x, s = cols(rel)
    ordered = Sort(rel, [x], [True], na_last=True)
    groups = Group(rel, [s], [("sum", x, dt.FLOAT64)], dropna=True, sort=True)
    assert executor.fetch(ordered, [x]).column(0).to_pylist() == [1, 2, 3]
    assert executor.fetch(groups, cols(groups)).column(1).to_pylist() == [5, 1]
    made = executor.frame(rel, [call("rank", x, params=("average", True, "keep", False))], ["r"])
    assert executor.fetch(made, cols(made)).column(0).to_pylist() == [3, 1, 2]
    del rel, x, s, ordered, groups, made


def test_a_join_leaves_nothing_behind(cluster, executor, nothing_left):
    left, right = (source(cluster, executor, k=[1, 2, 2], v=[0.5, 1.5, 2.5]) for _ in range(2))
    pairs = Join(left, right, [cols(left)[0]], [cols(right)[0]], "inner")
    rows = Project(pairs, [cols(pairs)[1]])
    taken = Take(right, rows)
    assert executor.fetch(taken, [cols(taken)[1]]).column(0).to_pylist() == [0.5, 1.5, 2.5, 1.5, 2.5]
    del left, right, pairs, rows, taken


def test_inputs_are_let_go_once_a_relation_is_stored_whole(cluster, executor, nothing_left):
    rel = source(cluster, executor, x=[1.0, 2.0])
    key = rel.key
    kept = Filter(rel, call("gt", cols(rel)[0], lit(1.0)))
    executor.store(kept)
    assert kept.inputs == ()
    del rel
    gc.collect()
    executor.flush()
    assert key not in frames(cluster)
    assert executor.fetch(kept, cols(kept)).column(0).to_pylist() == [2]
    del kept


def test_a_partly_stored_relation_keeps_its_inputs(executor, numbers):
    kept = Filter(numbers, call("gt", cols(numbers)[0], lit(1.0)))
    executor.store(kept, [kept.fields[0].id])
    assert kept.inputs == (numbers,)
    assert executor.fetch(kept, [cols(kept)[2]]).column(0).to_pylist() == ["a", None]


def test_a_failing_program_leaves_nothing(cluster, executor, nothing_left):
    rel = source(cluster, executor, x=[1.0, 2.0], s=["a", "b"])
    x, s = cols(rel)
    fine = Project(rel, [call("add", x, lit(1.0))])
    of_text = Call("lower", (cols(fine)[0],), (), dt.STR)  # of numbers: the server refuses it
    broken = Project(fine, [of_text])
    with pytest.raises(RapidsError):
        executor.store(broken)
    assert executor.fetch(rel, [x]).column(0).to_pylist() == [1, 2]
    del rel, x, s, fine, of_text, broken


def test_a_client_step_that_fails_leaves_nothing(cluster, executor, nothing_left):
    rel = source(cluster, executor, s=["1", "x"])
    middle = Project(rel, [call("lower", cols(rel)[0])])
    with pytest.raises(ValueError, match="could not convert"):
        executor.fetch(middle, [call("cast", cols(middle)[0], params=(dt.FLOAT64,))])
    del rel, middle


def test_many_dead_objects_leave_with_one_request(cluster, executor, nothing_left):
    rel = source(cluster, executor, x=[1.0, 2.0])
    stored = [Project(rel, [call("add", cols(rel)[0], lit(float(n)))]) for n in range(20)]
    for each in stored:
        executor.store(each)
    del stored, each
    gc.collect()
    with cluster.client.count() as counter:
        executor.flush()
        executor.flush()
    assert len(counter) == 1
    del rel


def test_nothing_is_sent_when_an_object_dies(cluster, executor, numbers):
    kept = Filter(numbers, call("gt", cols(numbers)[0], lit(1.0)))
    executor.store(kept)
    with cluster.client.count() as counter:
        del kept
        gc.collect()
    assert len(counter) == 0


# ---------------------------------------------------------------------- others, and trouble


def test_a_frame_that_others_removed_is_missed_in_words(cluster, executor, numbers):
    gone = source(cluster, executor, x=[1.0])
    cluster.client.delete(f"/3/Frames/{gone.key}")
    with pytest.raises(FrameNotFoundError, match=gone.key):
        executor.store(Project(gone, [call("add", cols(gone)[0], lit(1.0))]))
    with pytest.raises(FrameNotFoundError, match=gone.key):
        executor.fetch(gone, cols(gone))
    del gone
    gc.collect()
    executor.flush()
    assert executor.fetch(numbers, [call("add", cols(numbers)[0], lit(1.0))]).column(0).to_pylist() == [2, 3, 4]


def test_after_a_poisoned_session_everything_stored_is_still_there(cluster, executor, numbers):
    kept = Filter(numbers, call("gt", cols(numbers)[0], lit(1.0)))
    executor.store(kept)
    with pytest.raises(RapidsError):
        cluster.client.rapids(f"({numbers.key} 1)")
    assert executor.fetch(kept, cols(kept)[:1]).column(0).to_pylist() == [2, 3]
    again = Project(kept, [call("mul", cols(kept)[0], lit(10.0))])
    assert executor.fetch(again, cols(again)).column(0).to_pylist() == [20, 30]
    del again
    gc.collect()
    executor.flush()
    assert executor.nrows(kept) == 2


def test_threads_share_what_is_computed(cluster, executor, nothing_left):
    rel = source(cluster, executor, x=np.arange(1000.0))
    x = cols(rel)[0]
    shared = Filter(rel, call("ge", x, lit(500.0)))
    start = threading.Barrier(4)
    sums, problems = [], []

    def work(n):
        try:
            start.wait()
            for m in range(5):
                made = Project(shared, [call("add", x, lit(float(n * 5 + m)))])
                sums.append((n * 5 + m, executor.evaluate(made, cols(made), lambda c: f"(sumNA {c[0]})").value))
        except Exception as problem:  # noqa: BLE001 - shown below
            problems.append(problem)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not problems
    base = sum(range(500, 1000))
    assert sorted(sums) == [(n, base + 500 * n) for n in range(20)]


def test_the_names_of_a_frame_may_be_anything(cluster, executor, numbers):
    names = ['say "hi"', "TRUE", "😀\n"]
    made = executor.frame(numbers, cols(numbers), names)
    assert cluster.transfer.get(made.key).column_names == names
