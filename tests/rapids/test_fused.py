"""Programs of `compat.map`: what goes into one, and that it means what the stock operations mean."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pandas
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.expr.nodes import Col, call, lit
from h2o_frame_compat.rapids import fused
from h2o_frame_compat.session.executor import Executor

MAP = frozenset({"compat.map", "compat.bin"})
X, Y = Col("x", dt.FLOAT64), Col("y", dt.FLOAT64)
SMALL, BIG = Col("i", dt.INT32), Col("big", dt.INT64)
S, D = Col("s", dt.STR), Col("d", dt.DATETIME_MS)


def written(*exprs, primitives=MAP):
    leaves, programs = fused.programs(exprs, primitives)
    return leaves, programs


def test_a_chain_is_one_program():
    made = call("add", call("mul", X, lit(2)), Y)
    assert written(made) == ([X, Y], ["c0 2.0 mul c1 add"])


def test_what_is_used_twice_is_computed_once():
    shared = call("sub", X, Y)
    made = call("mul", shared, call("neg", shared))
    assert written(made)[1] == ["c0 c1 sub =0 @0 neg mul"]


def test_several_expressions_share_their_columns():
    leaves, programs = written(call("gt", X, lit(0)), X, call("isna", Y))
    assert (leaves, programs) == ([X, Y], ["c0 0.0 gt", "c0", "c1 isna"])


def test_what_looks_at_other_rows_is_where_a_program_starts():
    ranks = call("rank", X, params=("average", True, "keep", False))
    leaves, programs = written(call("mul", ranks, lit(2.0)))
    assert leaves == [ranks]
    assert programs == ["c0 2.0 mul"]


def test_a_deep_expression_needs_no_recursion():
    made = X
    for _ in range(5000):
        made = call("add", made, lit(1.0))
    assert written(made)[1][0].count("add") == 5000


@pytest.mark.parametrize(
    "expr",
    [
        call("add", BIG, lit(1)),
        call("add", SMALL, lit(1 << 60, dt.INT64)),
        call("eq", BIG, Col("other", dt.INT64)),
        call("cast", BIG, params=(dt.INT64,)),
        call("floordiv", SMALL, SMALL),
        call("pow", SMALL, lit(2)),
        call("eq", S, lit("a")),
        call("isna", S),
        call("sub", D, D),
        call("eq", X, lit(None)),
        call("isin", X, params=(tuple(map(float, range(1000))),)),
        call("add", lit(1.0), lit(2.0)),
        X,
    ],
    ids=str,
)
def test_what_doubles_do_not_hold_stays_outside(expr):
    assert not fused.fits(expr, MAP)


def test_without_the_primitive_nothing_is_fused():
    assert not fused.fits(call("mul", X, lit(2.0)), frozenset({"compat.bin"}))


@pytest.mark.parametrize(
    ("value", "word"), [(True, "1.0"), (None, "NaN"), (math.inf, "Infinity"), (-math.inf, "-Infinity"), (0.1, "0.1")]
)
def test_constants(value, word):
    made = call("where", call("isna", X), lit(value, dt.FLOAT64), X)
    assert written(made)[1] == [f"c0 isna {word} c0 where"]


# ------------------------------------------------------------------------------------------- in the cluster


@pytest.fixture(scope="module")
def sides(cluster):
    """The same columns for two executors: with all primitives, and with all but `compat.map`."""
    rng = np.random.default_rng(7)
    odd = np.array([0.0, -0.0, 1.0, -1.0, 2.5, -2.5, np.nan, np.inf, -np.inf, 1e300, 5e-324, 0.1, 3.0, 1e15 + 0.5])
    frame = pandas.DataFrame(
        {
            "x": rng.choice(odd, 300),
            "y": rng.choice(odd, 300),
            "i": rng.integers(-100, 100, 300).astype("int32"),
            "b": rng.random(300) < 0.5,
            "m": pandas.array(np.where(rng.random(300) < 0.2, np.nan, rng.normal(size=300)), "Float64"),
            "n": pandas.array([True, False, None] * 100, "boolean"),
        }
    )
    import h2o_frame_compat.pandas as pd

    block = pd.DataFrame(frame)._block
    plain = Executor(cluster)
    plain.primitives -= {"compat.map"}
    return SimpleNamespace(
        columns=dict(zip(frame, block.columns, strict=True)),
        rel=block.rel,
        block=block,
        fused=Executor(cluster),
        plain=plain,
    )


NUMBERS = st.sampled_from(["x", "y", "i", "m"]).map(lambda name: ("col", name))
FLAGS = st.sampled_from(["b", "n"]).map(lambda name: ("col", name))
VALUES = st.sampled_from([0.0, 1.0, -2.0, 0.5, 3.0]).map(lambda value: ("lit", value))


def numbers(inner):
    flags = flags_of(inner)
    return st.one_of(
        st.tuples(st.sampled_from(["add", "sub", "mul", "truediv"]), inner, st.one_of(inner, VALUES)),
        st.tuples(st.sampled_from(["neg", "abs", "sqrt", "floor", "rint", "exp"]), inner),
        st.tuples(st.just("where"), flags, inner, st.one_of(inner, VALUES)),
    )


def flags_of(inner):
    tests = st.one_of(
        FLAGS,
        st.tuples(st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge"]), inner, st.one_of(inner, VALUES)),
        st.tuples(st.just("isna"), inner),
    )
    return st.one_of(
        tests,
        st.tuples(st.sampled_from(["and", "or", "xor"]), tests, tests),
        st.tuples(st.just("not"), tests),
    )


TREES = st.recursive(NUMBERS, numbers, max_leaves=8)


def built(tree, columns):
    kind, *rest = tree
    if kind == "col":
        return columns[rest[0]]
    if kind == "lit":
        return lit(rest[0])
    args = [built(part, columns) for part in rest]
    if kind == "truediv":
        args[1] = call("add", args[1], lit(0.0))  # a divisor is no -0.0, whose sign stock operations lose
    return call(kind, *args)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(trees=st.lists(st.one_of(TREES, flags_of(TREES)), min_size=1, max_size=3))
def test_a_program_means_what_the_stock_operations_mean(sides, trees):
    exprs = [built(tree, sides.columns) for tree in trees]
    one, other = (executor.fetch(sides.rel, exprs) for executor in (sides.fused, sides.plain))
    for a, b in zip(one.columns, other.columns, strict=True):
        np.testing.assert_array_equal(
            a.cast("float64").to_numpy(), b.cast("float64").to_numpy(), err_msg=str(exprs)
        )  # without the sign of zeros: stock operations lose it in sparse chunks


def test_a_program_keeps_the_sign_of_zeros(sides):
    x, y, i = (sides.columns[name] for name in "xyi")
    made = sides.fused.fetch(sides.rel, [call("truediv", x, call("truediv", y, i))])[0]
    local = sides.block.to_pandas().set_axis(list("xyibmn"), axis=1)
    np.testing.assert_array_equal(made.to_numpy(), (local.x / (local.y / local.i)).to_numpy())
