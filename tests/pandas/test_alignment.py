"""Rows are matched by their labels; what has the same rows is matched for free."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SETTINGS = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
TEXT = st.lists(st.sampled_from(list("abcdefgh")), max_size=6, unique=True)
NUMBERS = st.lists(st.integers(-3, 9), max_size=6, unique=True)
INDEXES = TEXT.map(lambda x: pd.Index(x, dtype="str")) | NUMBERS.map(lambda x: pd.Index(x, dtype="int64"))
PAIRS = st.tuples(TEXT, TEXT) | st.tuples(NUMBERS, NUMBERS)
BIG = pd.DataFrame({"a": np.arange(12_000), "b": np.arange(12_000) / 7, "g": np.arange(12_000) % 5})


def series(labels, start):
    kind = "int64" if labels and isinstance(labels[0], int) else "str"
    return pd.Series(np.arange(len(labels)) + start, index=pd.Index(labels, dtype=kind), dtype="int64")


@SETTINGS
@given(PAIRS)
def test_sums_of_series_with_other_labels(agree, pair):
    left, right = pair
    if not left or not right:
        return  # an empty index of another dtype gives dtype object in pandas
    agree(lambda x, y: x + y, series(left, 1), series(right, 100))


@SETTINGS
@given(PAIRS)
def test_assignment_of_series_with_other_labels(agree, pair):
    left, right = pair
    if not left or not right:
        return

    def assigned(frame, column):
        frame = frame.copy()
        frame["n"] = column
        return frame

    agree(assigned, series(left, 1).to_frame("a"), series(right, 100))


@SETTINGS
@given(INDEXES, st.data())
def test_reindex_after_shuffling_gives_the_same(agree, index, data):
    frame = pd.DataFrame({"a": np.arange(len(index)) * 1.5, "s": [f"t{n}" for n in range(len(index))]}, index=index)
    order = data.draw(st.permutations(range(len(index))))
    agree(lambda d: d.iloc[list(order)].reindex(index), frame)


@pytest.fixture
def calls(cluster):
    class Calls:
        def __enter__(self):
            self.context = cluster.client.count()
            self.counted = self.context.__enter__()
            return self

        def __exit__(self, *error):
            self.context.__exit__(*error)

        def __len__(self):
            return len(self.counted.calls)

    return Calls


def test_what_has_the_same_rows_costs_nothing(up, calls):
    ours = up(BIG)
    mask = ours.a > 5
    with calls() as made:
        ours["c"] = ours.a + ours.b
        ours["d"] = ours.c * 2
        some = ours[mask]  # made before the columns were
        some["e"] = some.a - some.c
        some["f"] = np.nan
        rest = some[["a", "e", "f"]]
    assert len(made) == 0
    wanted = BIG.assign(c=BIG.a + BIG.b)
    wanted = wanted[BIG.a > 5].assign(e=lambda d: d.a - d.c, f=np.nan)[["a", "e", "f"]]
    pd.testing.assert_frame_equal(rest.to_pandas(), wanted)


def test_an_array_beside_a_frame_keeps_its_rows_known(up, calls):
    ours = up(BIG)
    old = ours.a * 2
    ours["n"] = np.arange(12_000)
    with calls() as made:
        ours["m"] = old + ours.n
        mask = old > 9
        kept = ours[mask]
    assert len(made) == 0
    pd.testing.assert_series_equal(kept.m.to_pandas(), (BIG.a * 2 + BIG.a)[BIG.a * 2 > 9].rename("m"))


def test_filtered_column_back_into_its_frame(agree):
    def run(d):
        d = d.copy()
        d["x"] = d[d.a % 3 == 0]["b"]
        d.loc[d.a < 100, "x"] = d.loc[d.a < 50, "a"] * 1.0
        return d

    agree(run, BIG)


def test_same_length_is_not_the_same_rows(agree):
    def run(d):
        first, last = d.head(10), d.tail(10)
        return first.reset_index(drop=True).a + last.reset_index(drop=True).a

    agree(run, BIG)
    agree(lambda d: d.head(10).a + d.tail(10).a, BIG)
    agree(lambda d: d.sample(frac=1, random_state=0).reset_index(drop=True).a - d.a, BIG)


def test_rows_of_a_shuffled_copy(agree):
    def run(d):
        mixed = d.sample(frac=1, random_state=0)
        mixed["z"] = d.a * 2
        mixed = mixed.reset_index(drop=True)
        mixed["y"] = d.a
        return mixed + d

    agree(run, BIG)


def test_labels_of_several_levels(agree):
    levels = BIG.head(20).set_index(["g", "a"])
    agree(lambda d: d.b + d.b[::-1], levels)
    agree(lambda d: d.b.head(7) * d.b, levels)
    agree(lambda d: d.assign(n=d.b.tail(5)), levels)


def test_where_takes_operands_that_were_each_put_beside_the_same_rows(up):
    own, flags, others = (up(pd.DataFrame({"x": v})) for v in ([1, 3, 2], [True, False, True], [4, 5, 6]))
    own["flag"] = flags["x"]
    second = own.drop(columns="flag")
    second["other"] = others["x"]
    assert own["x"].where(own["flag"], second["other"]).to_pandas().tolist() == [1, 5, 2]
