"""Programs: what is sent for relations and expressions, without a server."""

from __future__ import annotations

import itertools
import re

import pyarrow as pa
import pytest

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.expr.nodes import call, lit
from h2o_frame_compat.expr.relations import (
    Concat,
    Distinct,
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
from h2o_frame_compat.rapids import Assign, ClientStep, Compiler, Stored, Upload
from h2o_frame_compat.rapids.operations import OPERATIONS
from h2o_frame_compat.rewrite.share import numbered

NAMES = ("take", "rownum", "argsort", "join", "group", "groupid", "distinct")
WINDOWS = ("within", "window", "ewm")
ALL = frozenset(f"compat.{name}" for name in (*NAMES, "rank", "shift", "bin", "strcat", "strslice", *WINDOWS))
KINDS = {"a": dt.INT32, "b": dt.FLOAT64, "s": dt.STR, "e": dt.category(("x", "y")), "d": dt.DATETIME_MS}


def source(key="F"):
    return Source(key, [Field(fresh_id(), d) for d in KINDS.values()], 10, owned=True)


def col(rel, name):
    return rel.fields[list(KINDS).index(name)].col()


def compiler(primitives=ALL):
    counter = itertools.count()

    def stored(rel, ids):
        if isinstance(rel, Source):
            return Stored(rel.key, {f.id: n for n, f in enumerate(rel.fields)}, len(rel.fields))
        return None

    return Compiler(stored, lambda: f"t{next(counter)}", primitives)


def program(rel, ids=None, primitives=ALL):
    made = compiler(primitives)
    made.relation(rel, {f.id for f in rel.fields} if ids is None else set(ids))
    return made


def texts(made):
    return [s.text for s in made.steps if isinstance(s, Assign)]


def balanced(printed):
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', '""', printed)
    return bare.count("(") == bare.count(")") and bare.count("{") == bare.count("}")


# ---------------------------------------------------------------------- relations


def test_a_projection_reads_only_the_columns_it_needs():
    rel = source()
    middle = Project(rel, [call("add", col(rel, "a"), lit(1)), call("mul", col(rel, "b"), lit(2.0))])
    outer = Project(middle, [middle.fields[1].col()])
    (inner, last) = texts(program(outer))
    assert inner == "(* (cols F 1) 2.0)"
    assert last == "t0"


def test_a_filter_keeps_the_needed_columns():
    rel = source()
    kept = Filter(rel, call("gt", col(rel, "a"), lit(3)))
    assert texts(program(kept, [rel.fields[1].id])) == ["(rows (cols F [1]) (> (cols F 0) 3))"]


@pytest.mark.parametrize(("bounds", "rows"), [((2, 6, 1), "[2:4]"), ((4, 4, 1), "[]"), ((7, 3, 1), "[]")])
def test_a_slice_names_its_rows(bounds, rows):
    assert texts(program(Slice(source(), *bounds))) == [f"(rows F {rows})"]


def test_no_needed_columns_still_store_the_rows():
    rel = source()
    made = program(Filter(rel, call("isna", col(rel, "b"))), [])
    assert texts(made) == ["(rows (cols F [0]) (is.na (cols F 1)))"]


def test_sort_is_one_statement_with_the_extension():
    rel = source()
    made = program(Sort(rel, [col(rel, "s"), col(rel, "b")], [True, False], na_last=False), [rel.fields[0].id])
    assert texts(made) == [
        '(compat.take (cols F [0]) (compat.argsort (cbind (cols F 2) (cols F 1)) [0:2] [1 0] "first"))'
    ]


RELATIONS = {
    "take": lambda r: Take(r, Project(r, [col(r, "a")])),
    "argsort": lambda r: Sort(r, [col(r, "s")], [True], na_last=True),
    "join": lambda r: Join(r, source("G"), [col(r, "a")], [source("G").fields[0].col()], "left"),
    "group": lambda r: Group(r, [col(r, "s")], [("sum", col(r, "b"), dt.FLOAT64)], dropna=True, sort=True),
    "distinct": lambda r: Distinct(r, [col(r, "s")], "first"),
}


@pytest.mark.parametrize("name", [n for n in RELATIONS if n != "join"])
def test_with_the_extension_there_is_no_client_step(name):
    made = program(RELATIONS[name](source()))
    assert all(isinstance(s, Assign) for s in made.steps)
    assert f"(compat.{name} " in texts(made)[-1]


@pytest.mark.parametrize("name", [n for n in RELATIONS if n != "join"])
def test_without_the_extension_the_client_computes_it(name):
    made = program(RELATIONS[name](source()), primitives=frozenset())
    assert name in [s.name for s in made.steps if isinstance(s, ClientStep)]
    assert "compat." not in " ".join(texts(made))


@pytest.mark.parametrize("primitives", [ALL, frozenset()])
def test_a_join_of_two_relations(primitives):
    left, right = source(), source("G")
    made = program(Join(left, right, [col(left, "s")], [col(right, "s")], "outer"), primitives=primitives)
    if primitives:
        assert texts(made) == ['(compat.join (cols F [2]) (cols G [2]) [0] [0] "outer")']
    else:
        (step,) = [s for s in made.steps if isinstance(s, ClientStep)]
        assert (step.name, step.params, len(step.inputs)) == ("join", (1, "outer"), 2)


def test_a_group_on_the_client_gets_floats_as_floats():
    made = program(RELATIONS["group"](source()), primitives=frozenset())
    (step,) = [s for s in made.steps if isinstance(s, ClientStep)]
    assert step.wires == ("-d",)
    assert step.params == (1, ("sum",), True, True)


def test_what_the_client_read_is_scratch_and_what_it_made_is_not():
    made = program(RELATIONS["group"](source()), primitives=frozenset())
    assert made.scratch == ["t0"]
    assert made.made[-1][1].key == "t1"


def test_concat_gives_the_parts_the_same_names():
    a, b = source(), source("G")
    (printed,) = texts(program(Concat([a, b], list(KINDS.values())), None))
    assert printed.count('["x0" "x1" "x2" "x3" "x4"]') == 2


def test_zip_puts_columns_side_by_side():
    a, b = source(), source("G")
    zipped = Zip(a, b)
    assert texts(program(zipped, [a.fields[0].id, b.fields[3].id])) == ["(cbind (cols F [0]) (cols G [3]))"]


def test_an_upload_is_whole_and_happens_once():
    fields = [Field(fresh_id(), dt.INT64), Field(fresh_id(), dt.INT64)]
    local = Local(pa.table({"a": [1], "b": [2]}), fields, 1)
    made = compiler()
    made.relation(Project(local, [fields[0].col()]), set())
    made.relation(Project(local, [fields[1].col()]), set())
    assert [s.key for s in made.steps if isinstance(s, Upload)] == ["t0"]


def test_a_shared_relation_is_computed_once():
    rel = source()
    shared = Filter(rel, call("gt", col(rel, "a"), lit(0)))
    made = program(Zip(Slice(shared, 0, 2), Slice(shared, 2, 4)))
    assert sum("(> " in t for t in texts(made)) == 1


# ---------------------------------------------------------------------- expressions


def printed(*exprs, rel, primitives=ALL):
    return compiler(primitives).frame(rel, exprs)


def test_a_common_expression_is_bound_once():
    rel = source()
    one, other = (call("add", col(rel, "b"), lit(1.5)) for _ in range(2))
    made = printed(call("mul", one, other), call("sub", one, lit(1.0)), rel=rel)
    assert made == "({v0 . (cbind (* v0 v0) (- v0 1.0))} (+ (cols F 1) 1.5))"


def test_an_argument_that_is_printed_repeatedly_is_bound():
    rel = source()
    made = printed(call("cumsum", call("exp", col(rel, "b"))), rel=rel)
    assert made.count("(exp ") == 1


def test_bindings_that_nothing_uses_are_left_out():
    rel = source()
    shared = call("exp", col(rel, "b"))
    assert "{" not in printed(call("neg", col(rel, "b")), rel=rel)
    assert printed(shared, shared, rel=rel).count("(exp ") == 1


def test_different_literals_are_different_values():
    rel = source()
    b = col(rel, "b")
    exprs = [call("add", b, lit(v)) for v in (0.0, -0.0, 0, 1, True, 1.0)]
    assert len(numbered(exprs)[0]) == 1 + 6 + 6


def test_equal_expressions_are_one_value_and_arguments_come_first():
    rel = source()
    exprs = [call("add", col(rel, "b"), lit(1.0)) for _ in range(3)]
    nodes, roots = numbered(exprs)
    assert len(set(roots)) == 1
    assert all(a < n for n, node in enumerate(nodes) for a in node.args)
    assert nodes[roots[0]].uses == 3


def test_deep_expressions_need_no_recursion():
    rel = source()
    expr = col(rel, "b")
    for _ in range(5000):
        expr = call("add", expr, lit(1.0))
    assert printed(expr, rel=rel).count("(+ ") == 5000


SAMPLES = {
    "primitive": (("b",), ("gamma", (), dt.FLOAT64)),
    "where": (("m", "s", "s2"), ()),
    "cast": (("b",), (dt.FLOAT64,)),
    "isin": (("b",), ((0.5, None),)),
    "round": (("b",), (1,)),
    "contains": (("s",), ("a", False)),
    "replace": (("s",), ("a", "b", False, True)),
    "slice": (("s",), (0, 1, None)),
    "shift": (("b",), (1,)),
    "ffill": (("s",), (None,)),
    "bfill": (("b",), (2,)),
    "rank": (("b",), ("average", True, "keep", False)),
    "groupid": (("s", "b"), (True, True)),
    "within": (("b", "s"), ("cumsum", (), (), True, False)),
    "window": (("b", "s"), (1, False, "mean", (), (), 3, 1, "right", False)),
    "ewm": (("b", "s"), (1, False, "mean", 1.0, None, (True, False, False), 0)),
    "codes": (("e",), ()),
    "moment": (("a", "a", "a", "a", "a", "a", "a"), (dt.DATETIME_MS,)),
}
OF_TEXT = {"lower", "upper", "strip", "lstrip", "rstrip", "len"}
OF_TIME = {
    "year",
    "month",
    "day",
    "hour",
    "minute",
    "second",
    "dayofweek",
    "dayofyear",
    "quarter",
    "normalize",
}
OF_SPAN = {"days", "total_seconds"}
OF_TRUTH = {"and", "or", "xor", "not"}
OF_ONE = {"neg", "abs", "sign", "isna", "rownum", "not"}


def sample(name, rel):
    """Some call of an operation."""
    columns = {k: col(rel, k) for k in KINDS}
    columns |= {"m": call("gt", columns["b"], lit(0.0)), "s2": call("lower", columns["s"])}
    if name in SAMPLES:
        args, params = SAMPLES[name]
        return call(name, *(columns[a] for a in args), params=params)
    if name in OF_SPAN:
        return call(name, call("sub", columns["d"], lit(5, dt.DATETIME_MS)))
    one = columns["s" if name in OF_TEXT else "d" if name in OF_TIME else "m" if name in OF_TRUTH else "b"]
    binary = name in {"add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor"}
    return call(name, one, one) if binary or name in {"eq", "ne", "lt", "le", "gt", "ge"} else call(name, one)


@pytest.mark.parametrize("primitives", [ALL, frozenset()], ids=["extension", "stock"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_prints_a_whole_expression(name, primitives):
    rel = source()
    made = compiler(primitives)
    for part in [made.frame(rel, [sample(name, rel)]), *texts(made)]:
        assert balanced(part)
        assert primitives or "compat." not in part


def test_user_text_never_stands_outside_quotes():
    rel = source()
    evil = 'x") (rm F) ("'
    exprs = [
        call("eq", col(rel, "s"), lit(evil)),
        call("where", call("isna", col(rel, "s")), lit(evil), col(rel, "s")),
        call("isin", col(rel, "s"), params=((evil, "y"),)),
        call("contains", col(rel, "s"), params=(evil, False)),
        call("replace", col(rel, "s"), params=(evil, evil, False, True)),
        call("add", col(rel, "s"), lit(evil)),
        call("primitive", col(rel, "s"), params=("countmatches", (evil,), dt.INT64)),
    ]
    for primitives in (ALL, frozenset()):
        made = compiler(primitives)
        for part in [made.frame(rel, exprs), *texts(made)]:
            bare = re.sub(r'"(?:[^"\\]|\\.)*"', '""', part)
            assert "(rm" not in bare
            assert balanced(part)


def test_names_bound_in_programs_are_no_primitives():
    """A frame or a variable named as a primitive would take its place."""
    primitives = {
        "abs",
        "cos",
        "exp",
        "log",
        "max",
        "min",
        "not",
        "sum",
        "t",
        "x",
        "ls",
        "rm",
        "all",
        "any",
        "cor",
        "day",
    }
    bound = set()
    rel = source()
    for name in OPERATIONS:
        made = compiler()
        for part in [made.frame(rel, [sample(name, rel)]), *texts(made)]:
            bound |= set(re.findall(r"\{(\w+) \.", part))
    assert bound
    assert not bound & primitives
    assert not {fresh_id() for _ in range(3)} & primitives


def test_scalars_bind_each_column_once():
    rel = source()
    made = compiler()
    body = made.scalars(rel, [call("exp", col(rel, "b"))], lambda c: f"(getrow (cbind (sumNA {c[0]}) (maxNA {c[0]})))")
    assert body.count("(exp ") == 1
    assert balanced(body)
