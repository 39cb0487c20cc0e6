"""What users and others do wrong: errors that say what to do, and a session that stays usable."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap

import numpy as np
import pandas as pd
import pytest

import h2o_frame_compat.pandas as hpd
from h2o_frame_compat import errors, options

FRAME = pd.DataFrame(
    {
        "i": [3, 1, 2, 5],
        "x": [0.5, None, 2.0, -1.0],
        "s": ["x", "y", None, "x"],
        "b": [True, False, True, True],
        "c": pd.Categorical(["u", "v", "u", None]),
        "t": pd.to_datetime(["2013-01-01", None, "2020-02-29", "1969-12-31"]),
    }
)


LARGE = FRAME.take(np.arange(40_000) % 4).reset_index(drop=True)  # too large to be kept on the client as well


@pytest.fixture
def ours(up):
    return up(FRAME)


@pytest.fixture
def usable(cluster, up):
    """Check after a test that the session works as before."""
    yield
    again = up(FRAME)
    pd.testing.assert_frame_equal(again[again.i > 1].to_pandas(), FRAME[FRAME.i > 1])


@pytest.fixture
def nothing_sent(cluster):
    """Check that a test sends nothing while its block runs."""
    from contextlib import contextmanager

    @contextmanager
    def silent():
        with cluster.client.count() as counter:
            yield
        assert counter.calls == []

    return silent


# ---------------------------------------------------------------------- frames that others removed


def key_of(ours, cluster):
    return cluster.executor.store(ours._block.rel).key


REMOVALS = {
    "DELETE": lambda client, key: client.delete(f"/3/Frames/{key}"),
    "rm": lambda client, key: client.rapids(f"(rm {key})"),
}


@pytest.mark.parametrize("how", REMOVALS)
@pytest.mark.parametrize(
    "use",
    [
        lambda d: d.to_pandas(),
        lambda d: (d.i + 1).sum(),
        lambda d: repr(d[d.i > 1]),
        lambda d: len(d[d.x > 0]),
        lambda d: d.sort_values("x").to_pandas(),
        lambda d: d.groupby("s").x.mean().to_pandas(),
        lambda d: d.merge(d, on="i").to_pandas(),
        lambda d: d.describe(),
    ],
)
def test_a_frame_that_others_removed(usable, cluster, how, use):
    ours = hpd.DataFrame(LARGE)
    key = key_of(ours, cluster)
    REMOVALS[how](cluster.client, key)
    with pytest.raises(errors.FrameNotFoundError, match=f"{key}.*removed"):
        use(ours)


def test_what_was_removed_stays_an_error_or_is_made_anew(usable, cluster, up):
    ours = up(FRAME)
    kept = ours[ours.i > 1]
    kept.to_pandas()
    for frame in (kept, ours):
        cluster.client.delete(f"/3/Frames/{key_of(frame, cluster)}")
    for _ in range(2):
        with pytest.raises(errors.FrameNotFoundError, match="removed"):
            kept.to_pandas()
    with pytest.raises(errors.FrameNotFoundError):
        (ours.i + 1).sum()
    assert (ours.i + 1).sum() == 15  # a small frame is still on the client too


def test_what_was_computed_of_a_removed_frame_stays(usable, cluster, up):
    ours = up(FRAME)
    kept = ours[ours.i > 1]
    pd.testing.assert_frame_equal(kept.to_pandas(), FRAME[FRAME.i > 1])
    cluster.client.rapids(f"(rm {key_of(kept, cluster)})")
    with pytest.raises(errors.FrameNotFoundError):
        kept.to_pandas()
    again = ours[ours.i > 1].to_pandas()  # the frame it is made of is there: it is made anew
    pd.testing.assert_frame_equal(again, FRAME[FRAME.i > 1])


# ---------------------------------------------------------------------- labels that are not there


@pytest.mark.parametrize(
    "use",
    [
        lambda d: d["nothing"],
        lambda d: d[["i", "nothing"]],
        lambda d: d.loc[:, "nothing"],
        lambda d: d.drop(columns="n"),
        lambda d: d.at[0, "nothing"],
        lambda d: d.sort_values("nothing"),
        lambda d: d.groupby("nothing"),
        lambda d: d.set_index("n"),
        lambda d: d.merge(d, on="nothing"),
        lambda d: d.drop_duplicates("nothing"),
        lambda d: d.dropna(subset=["nothing"]),
        lambda d: d.astype({"nothing": "int64"}),
        lambda d: d.groupby("s")["nothing"],
        lambda d: d.agg({"nothing": "sum"}),
        lambda d: d.rename(columns={"nothing": "x"}, errors="raise"),
        lambda d: d.pop("nothing"),
        lambda d: d.value_counts(["nothing"]),
        lambda d: d.explode("nothing"),
        lambda d: d.__delitem__("nothing"),
    ],
)
def test_a_column_that_does_not_exist(usable, ours, use):
    with pytest.raises(KeyError) as wanted:
        use(FRAME.copy())
    with pytest.raises(KeyError) as found, options.context(fallback="silent"):
        use(ours)
    assert ("nothing" in str(wanted.value)) == ("nothing" in str(found.value))


def test_an_attribute_that_does_not_exist(ours):
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = ours.nothing


@pytest.mark.parametrize(
    "use", [lambda d: d.iloc[4], lambda d: d.iloc[[0, 9]], lambda d: d.iloc[:, 9], lambda d: d.iat[9, 0]]
)
def test_a_position_that_does_not_exist(usable, agree, use):
    agree(use, FRAME)


@pytest.mark.parametrize(
    "use",
    [
        lambda d: d.groupby("i").x.sum(),
        lambda d: d.groupby(["s", "i"]).x.sum(),
        lambda d: d.groupby(pd.Grouper(key="i")).x.sum(),
        lambda d: d.sort_values("i"),
        lambda d: d.sort_values(["x", "i"]),
        lambda d: d.pivot_table("x", "i"),
        lambda d: d.merge(d, on="i"),
        lambda d: d.value_counts(["i"]),
        lambda d: d.x.groupby("i").sum(),  # a series has no columns
        lambda d: d.i.groupby("i").sum(),
        lambda d: d.set_index("x").sort_values("i"),
    ],
)
def test_a_label_of_a_column_and_a_level(agree, use):
    agree(use, FRAME.rename_axis("i"))


# ---------------------------------------------------------------------- masks


@pytest.mark.parametrize("length", [0, 3, 5, 1000])
@pytest.mark.parametrize("kind", [list, np.array, lambda m: pd.array(m, dtype="boolean")])
@pytest.mark.parametrize("use", [lambda d, m: d[m], lambda d, m: d.loc[m], lambda d, m: d.x[m], lambda d, m: d.iloc[m]])
def test_a_mask_of_the_wrong_length(agree, length, kind, use):
    if length == 0 and kind is list:
        pytest.skip("an empty list selects no columns")
    agree(lambda d: use(d, kind([True] * length)), FRAME)


def test_a_mask_of_other_rows(usable, ours):
    mask = (ours.i > 1).iloc[:2]
    with pytest.raises(pd.errors.IndexingError, match="Unalignable"), pytest.warns(UserWarning, match="reindexed"):
        ours[mask]
    with pytest.raises(pd.errors.IndexingError, match="Unalignable"):
        ours.loc[mask]


@pytest.mark.parametrize("mask", [pd.Series([True]), pd.Series([True, None], dtype="boolean")])
@pytest.mark.parametrize("theirs", [True, False])
def test_a_mask_that_lacks_rows(usable, ours, up, mask, theirs):
    mask = mask if theirs else up(mask.to_frame("m")).m
    with pytest.raises(pd.errors.IndexingError, match="Unalignable"), pytest.warns(UserWarning, match="reindexed"):
        ours[mask]
    with pytest.raises(pd.errors.IndexingError, match="Unalignable"):
        ours.loc[mask]


@pytest.mark.parametrize("dtype", ["bool", "boolean", "object"])
@pytest.mark.filterwarnings("ignore:Boolean Series key")
def test_a_mask_in_another_order(agree, dtype):
    mask = pd.Series([True, False, True, False], index=[3, 2, 1, 0], dtype=dtype)
    agree(lambda d: d[mask], FRAME)
    agree(lambda d: d.loc[mask], FRAME)


def test_a_mask_of_another_frame_with_other_labels(usable, ours, up):
    other = up(FRAME.set_axis(list("abcd")))
    with pytest.raises(pd.errors.IndexingError, match="Unalignable"):
        ours.loc[other.i > 1]


@pytest.mark.parametrize("use", [lambda d, m: d[m], lambda d, m: d.loc[m], lambda d, m: d.x[m]])
def test_a_mask_with_missing_values(agree, use):
    agree(lambda d: use(d, pd.Series([True, None, False, True], dtype=object)), FRAME)


def test_numbers_are_no_mask(usable, ours):
    with pytest.raises(KeyError):
        ours[ours.x * 1.0]
    with pytest.raises(ValueError, match="truth value"):
        bool(ours.i > 1)
    with pytest.raises(ValueError, match="truth value"):
        _ = (ours.i > 1) and (ours.i < 5)


# ---------------------------------------------------------------------- columns H2O cannot hold


@pytest.mark.parametrize(
    "values", [[1, "a"], [1.5, "a", None], ["a", b"b"], [{"x": 1}, {"x": 2}], [[1], [2]], [1 + 2j, 3j], [object(), 1]]
)
def test_a_column_of_mixed_types_is_named(usable, values):
    with pytest.raises(TypeError, match="odd one"):
        hpd.DataFrame({"fine": range(len(values)), "odd one": values})


def test_assigning_a_column_of_mixed_types(usable, ours):
    with pytest.raises(TypeError, match="mixed"):
        ours["mixed"] = [1, "a", None, 2.5]
    pd.testing.assert_frame_equal(ours.to_pandas(), FRAME)


@pytest.mark.parametrize("length", [1, 3, 5])
def test_assigning_a_column_of_the_wrong_length(usable, agree, length):
    def assign(d):
        d = d.copy()
        d["n"] = list(range(length))
        return d

    agree(assign, FRAME)


# ---------------------------------------------------------------------- operators that make no sense


@pytest.mark.parametrize(
    "use",
    [
        lambda d: d.s + 1,
        lambda d: d.s - d.s,
        lambda d: d.i + d.s,
        lambda d: d.s * 1.5,
        lambda d: d.s / 2,
        lambda d: -d.s,
        lambda d: d.c + d.c,
        lambda d: d.c + 1,
        lambda d: d.t + d.t,
        lambda d: d.t * 2,
        lambda d: d.t + 1,
        lambda d: -d.t,
        lambda d: d.t < 5,
        lambda d: d.s < 5,
        lambda d: d.i < "x",
        lambda d: d.c < "u",
        lambda d: d.s > d.i,
        lambda d: d.x & d.x,
        lambda d: d.s & d.b,
        lambda d: ~d.x,
        lambda d: ~d.s,
        lambda d: d.b - d.b,
        lambda d: d.s.mean(),
        lambda d: d.c.sum(),
        lambda d: d.t.sum(),
        lambda d: d.c.max(),
        lambda d: d.s.std(),
        lambda d: d.t.prod(),
        lambda d: d[["i", "s"]].mean(),
        lambda d: d.groupby("b").s.mean(),
    ],
)
def test_operators_that_make_no_sense(usable, ours, nothing_sent, use):
    with pytest.raises(TypeError):
        use(FRAME)
    with pytest.raises(TypeError), nothing_sent():
        use(ours)


@pytest.mark.parametrize(
    "use", [lambda d: d.s.astype("int64"), lambda d: d.x.astype("int64"), lambda d: d.s.astype("float64")]
)
def test_conversions_that_fail(usable, ours, use):
    with pytest.raises((ValueError, TypeError)) as wanted:
        use(FRAME)
    with pytest.raises(wanted.type):
        use(ours).to_pandas()


# ---------------------------------------------------------------------- limits and fallbacks


def test_an_implicit_download_above_the_limit(usable, ours, nothing_sent):
    uses = [np.asarray, lambda d: d.values, lambda d: d.to_numpy(), lambda d: d.interpolate("nearest"), lambda d: d.T]
    for use in uses:
        with (
            options.context(fallback_max_bytes=100, fallback="silent"),
            pytest.raises(errors.FallbackError, match=r"above options.fallback_max_bytes .*to_pandas\(\)"),
            nothing_sent(),
        ):
            use(ours)
    with options.context(fallback_max_bytes=100):
        pd.testing.assert_frame_equal(ours.to_pandas(), FRAME)  # asked for by name
        assert ours.x.sum() == FRAME.x.sum()


def test_fallback_warns_and_names_the_method_and_the_rows(ours):
    wanted = FRAME[["x"]].interpolate("nearest")
    with pytest.warns(errors.FallbackWarning, match=r"DataFrame\.interpolate .* 4 rows"):
        found = ours[["x"]].interpolate("nearest")
    assert isinstance(found, hpd.DataFrame)
    pd.testing.assert_frame_equal(found.to_pandas(), wanted)


def test_fallback_may_be_silent(ours, recwarn):
    with options.context(fallback="silent"):
        found = ours[["x"]].interpolate("nearest").to_pandas()
        pd.testing.assert_frame_equal(found, FRAME[["x"]].interpolate("nearest"))
    assert not recwarn.list


def test_fallback_may_be_an_error(ours, nothing_sent):
    with (
        options.context(fallback="error"),
        pytest.raises(errors.FallbackError, match=r"interpolate.*fallback is 'error'.*'warn'"),
        nothing_sent(),
    ):
        ours.interpolate("nearest")


def test_fallback_warning_points_at_the_users_line(ours):
    with pytest.warns(errors.FallbackWarning) as caught:
        ours[["x"]].interpolate("nearest")
    assert caught[0].filename == __file__


def python(code, **environment):
    """Run Python code in a process of its own; give what it printed last, parsed as JSON."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("H2O_COMPAT_")} | environment
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], env=env, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_options_come_from_the_environment():
    code = """
    import json
    from h2o_frame_compat import options
    print(json.dumps([options.fallback, options.fallback_max_bytes, options.progress]))
    """
    given = {"H2O_COMPAT_FALLBACK": "error", "H2O_COMPAT_FALLBACK_MAX_BYTES": "1000", "H2O_COMPAT_PROGRESS": "0"}
    assert python(code, **given) == ["error", 1000, False]
    assert python(code) == ["warn", 2 << 30, True]


@pytest.mark.parametrize("value", ["warn", "silent", "error"])
def test_fallback_from_the_environment(cluster, value):
    joined = {
        "H2O_COMPAT_URL": cluster.cluster.url,
        "H2O_COMPAT_USER": cluster.client.endpoint.credentials.user,
        "H2O_COMPAT_PASSWORD": cluster.client.endpoint.credentials.reveal(),
    }
    code = """
    import json, warnings
    import h2o_frame_compat.pandas as pd
    from h2o_frame_compat.errors import FallbackError
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            found = pd.DataFrame({"x": [1.0, None, 3.0]}).interpolate("nearest").x.tolist()
        except FallbackError as problem:
            found = str(problem)
    print(json.dumps([found, [w.category.__name__ for w in caught if "interpolate" in str(w.message)]]))
    """
    found, warned = python(code, H2O_COMPAT_FALLBACK=value, **joined)
    assert warned == (["FallbackWarning"] if value == "warn" else [])
    assert "fallback is 'error'" in found if value == "error" else found == [1, 1, 3]


# ---------------------------------------------------------------------- servers that die or run out of memory


@pytest.mark.slow
def test_the_server_is_killed_while_it_computes():
    code = """
    import json, os, signal, threading
    import numpy as np
    import h2o_frame_compat as hc
    import h2o_frame_compat.pandas as pd
    from h2o_frame_compat.errors import ClusterLostError

    session = hc.connect("local", heap="1g")
    df = pd.DataFrame({"x": np.arange(3_000_000) / 7})
    session.executor.store(df._block.rel)
    sent = session.client._rapids

    def killing(ast, name):
        threading.Timer(0.05, os.kill, (session.server.pid, signal.SIGKILL)).start()
        return sent(ast, name)

    session.client._rapids = killing
    said = []
    works = [lambda: [df.x.rank().sum() for _ in range(50)], lambda: (df.x + 1).mean(), df.to_pandas, lambda: repr(df)]
    for work in works:
        try:
            work()
        except ClusterLostError as problem:
            said.append(str(problem))
    after = hc.connect("local", heap="1g")
    said.append(pd.DataFrame({"x": [1.0, 2.0]}).x.add(1).sum())
    print(json.dumps(said))
    """
    *said, after = python(code)
    assert len(said) == 4
    assert all("connect()" in text and "gone" in text for text in said)
    assert "\tat " not in "".join(said)
    assert after == 5


@pytest.mark.slow
def test_the_cluster_runs_out_of_memory():
    code = """
    import json
    import numpy as np
    import h2o_frame_compat as hc
    import h2o_frame_compat.pandas as pd
    from h2o_frame_compat.errors import OutOfMemoryError

    session = hc.connect("local", heap="300m")
    small = pd.DataFrame({"x": [1.0, 2.0, 3.0]})
    rng = np.random.default_rng(0)
    kept, said = [], None
    try:
        for n in range(40):
            df = pd.DataFrame(rng.normal(size=(1_000_000, 5)))
            session.executor.store(df._block.rel)
            kept.append(df.sort_values(0))
            kept[-1][1].sum()
            len(kept[-1].drop_duplicates([0]))
    except OutOfMemoryError as problem:
        said = str(problem)
    df = None
    kept.clear()
    print(json.dumps([said, (small.x * 2).sum()]))
    """
    said, after = python(code)
    assert said is not None
    assert "delete frames that are no longer needed" in said
    assert after == 12
