"""query, eval and select: the language is read here and computed in the cluster."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

LIMIT = 2


def frame(n=40):
    rng = np.random.default_rng(2)
    df = pd.DataFrame(
        {
            "a": rng.integers(0, 6, n),
            "x": rng.choice([0.5, 1.5, np.nan, 4.0], n),
            "k": rng.choice(["p", "q", None], n),
            "two words": rng.integers(-3, 3, n),
            "b": rng.random(n) > 0.5,
            "t": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 40, n), unit="D"),
        }
    )
    return df.set_axis(pd.Index([f"r{i % 7}" for i in range(n)], name="row"))


@pytest.mark.parametrize(
    "text",
    [
        "a > 3",
        "a > 1 and x < 3 or k == 'p'",
        "a > 1 & x < 3",
        "a > 1 | x < 3 & b",
        "not b",
        "~b and a != 2",
        "1 < a <= 4",
        "a in [1, 2]",
        "a not in [1, 2]",
        "k == ['p', 'z']",
        "k != ['p']",
        "k in ('p', 'q')",
        "`two words` >= 0",
        "a + `two words` * 2 > x",
        "a > @LIMIT",
        "a in @chosen",
        "a > a.mean()",
        "k.str.upper() == 'P'",
        "k.isna()",
        "t > '2024-01-20'",
        "row == 'r3'",
        "index in ['r3', 'r4']",
        "sqrt(x) > 1",
        "-a < -2",
        "a % 2 == 0 and a // 2 > 0",
        "b",
        "a == a",
        # what is wrong raises what pandas raises
        "nothing > 1",
        "a > @nothing",
        "a >",
        "",
        "a +",
        "`two words > 1",
        "__import__('os')",
        "a + 1",
    ],
)
def test_query(agree, text):
    chosen = [1, 5]
    agree(lambda d: d.query(text, local_dict={"LIMIT": LIMIT, "chosen": chosen}), frame())


def test_variables_are_those_of_the_caller(up):
    chosen = [2, 3]
    found, expected = up(frame()).query("a in @chosen and a > @LIMIT"), frame().query("a in @chosen and a > @LIMIT")
    pd.testing.assert_frame_equal(found.to_pandas(), expected)
    assert chosen


@pytest.mark.filterwarnings("ignore:The inplace keyword")
def test_in_place(agree):
    def change(d):
        assert d.query("a > 3", inplace=True) is None
        return d

    agree(change, frame())


@pytest.mark.parametrize(
    "text", ["a * 2 + x", "c = a + 1", "c = a + 1\nd = c * x", "a > 2", "a.sum()", "x = x * 2", "1 + 1"]
)
def test_eval(agree, text):
    agree(lambda d: d.eval(text), frame())


def test_what_pandas_alone_reads(agree):
    agree(lambda d: d.query("a > 3", parser="python", engine="python"), frame(), native=False)
    agree(lambda d: d.query("a[1:] > 3"), frame(), native=False)


def test_select(agree):
    agree(lambda d: d.select("a", "k"), frame())
    agree(lambda d: d.select(["a"], c=lambda f: f["a"] * 2), frame())
    agree(lambda d: d.select("nothing"), frame())


terms = st.sampled_from(["a", "x", "`two words`", "2", "0.5"])
tests = st.builds("{} {} {}".format, terms, st.sampled_from(["<", ">=", "==", "!="]), terms)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(tests, min_size=1, max_size=4), st.lists(st.sampled_from(["and", "or", "&", "|"]), min_size=3))
def test_any_condition(agree, parts, words):
    text = parts[0] + "".join(f" {w} {p}" for w, p in zip(words, parts[1:], strict=False))
    try:
        expected = frame().query(text)
    except (KeyError, ValueError, TypeError, NotImplementedError):  # constants alone are no condition
        return
    del expected
    agree(lambda d: d.query(text), frame())
