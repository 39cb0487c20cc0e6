"""What H2O does otherwise than one would think, and that none of it reaches our results.

Each trap has a test that shows it in the server, so that we notice when H2O mends it, and what we do instead.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas
import pytest
from operation_cases import CASES, frame

from h2o_frame_compat.errors import RapidsError
from h2o_frame_compat.expr.nodes import call, lit
from h2o_frame_compat.expr.relations import Slice, Sort
from h2o_frame_compat.rapids import Assign, Compiler, Stored

BIG = 1 << 53


class Trap:
    """One uploaded frame, asked in raw Rapids and through expressions."""

    def __init__(self, lab, chunks=1, **columns):
        self.lab = lab
        self.local = pandas.DataFrame(columns)
        self.source = lab.source(self.local, chunks)
        self.columns = lab.columns(self.source, self.local)

    def raw(self, body):
        """Evaluate Rapids text in which F is the frame."""
        key = self.lab.session.new_key("raw")
        client = self.lab.session.client
        client.rapids(f"(tmp= {key} {body.replace('F', self.source.key)})")
        try:
            values = self.lab.session.transfer.get(key).column(0).to_pylist()
            return [math.nan if v is None else v for v in values]
        finally:
            client.rapids(f"(rm {key})")

    def ours(self, expr):
        return self.lab.fetch(self.source, expr)[0]


def test_difflag1_is_wrong_at_chunk_boundaries_and_not_used(lab):
    trap = Trap(lab, chunks=8, x=np.arange(24, dtype="float64") ** 2)
    want = trap.local["x"].diff().tolist()[1:]
    assert trap.raw("(difflag1 (cols F 0))")[1:] != want
    x = trap.columns.x
    assert trap.ours(call("sub", x, call("shift", x, params=(1,))))[1:] == want


def test_equal_is_within_one_ulp(lab):
    trap = Trap(lab, x=[0.1 + 0.2], y=[0.3])
    assert trap.raw("(== (cols F 0) (cols F 1))") == [1]
    assert trap.ours(call("eq", trap.columns.x, trap.columns.y)) == [False]
    assert trap.ours(call("eq", trap.columns.x, lit(0.3))) == [False]


def test_match_breaks_on_numbers_within_one_ulp(lab):
    trap = Trap(lab, x=[0.1 + 0.2])
    with pytest.raises(RapidsError, match="null"):
        trap.raw("(match (cols F 0) [0.3] 0 1)")
    assert trap.ours(call("isin", trap.columns.x, params=((0.3,),))) == [False]


def test_missing_equals_missing(lab):
    trap = Trap(lab, x=[math.nan])
    assert trap.raw("(== (cols F 0) (cols F 0))") == [1]
    assert trap.ours(call("eq", trap.columns.x, trap.columns.x)) == [False]
    assert trap.ours(call("ne", trap.columns.x, trap.columns.x)) == [True]


def test_the_empty_string_equals_missing(lab):
    trap = Trap(lab, s=pandas.Series(["", None], dtype="str"), t=pandas.Series([None, ""], dtype="str"))
    assert trap.raw('(== (cols F 0) "")') == [1, 1]
    assert trap.raw("(== (cols F 0) (cols F 1))") == [1, 1]
    assert trap.ours(call("eq", trap.columns.s, lit(""))) == [True, False]
    assert trap.ours(call("eq", trap.columns.s, trap.columns.t)) == [False, False]
    assert trap.ours(call("isna", trap.columns.s)) == [False, True]


def test_enums_with_unsorted_levels_do_not_equal_themselves(lab):
    levels = pandas.Categorical(["b", "a", "10"], categories=["b", "10", "a"])
    trap = Trap(lab, e=levels)
    assert trap.raw("(== (cols F 0) (cols F 0))") != [1, 1, 1]
    assert trap.ours(call("eq", trap.columns.e, trap.columns.e)) == [True, True, True]


def test_remainders_take_the_sign_of_the_dividend_and_intdiv_truncates(lab):
    trap = Trap(lab, x=[-7.0, 7.0, 1.0], y=[3.0, -3.0, 0.1])
    assert trap.raw("(% (cols F 0) (cols F 1))")[:2] == [-1, 1]
    assert trap.raw("(intDiv (cols F 0) (cols F 1))")[:2] == [-2, -2]
    assert trap.ours(call("mod", trap.columns.x, trap.columns.y)) == [-7.0 % 3.0, 7.0 % -3.0, 1.0 % 0.1]
    assert trap.ours(call("floordiv", trap.columns.x, trap.columns.y)) == [-3, -3, 9]


def test_rounding_is_half_to_even_and_negative_digits_give_nothing(lab):
    trap = Trap(lab, x=[0.5, 1.5, 2.5, 1250.0])
    assert all(math.isnan(v) for v in trap.raw("(round (cols F 0) -2)"))
    assert trap.ours(call("round", trap.columns.x, params=(0,))) == [0, 2, 2, 1250]
    assert trap.ours(call("round", trap.columns.x, params=(-2,))) == [0, 0, 0, 1200]


def test_numbers_of_numeric_levels_are_not_their_codes(lab):
    trap = Trap(lab, e=pandas.Categorical(["30", "10"], categories=["30", "10"]))
    assert trap.raw("(as.numeric (cols F 0))") == [30, 10]
    assert trap.ours(call("codes", trap.columns.e)) == [0, 1]


def test_cumulative_functions_do_not_skip_missing_values(lab):
    trap = Trap(lab, chunks=2, x=[1.0, math.nan, 2.0, 3.0])
    assert math.isnan(trap.raw("(cumsum (cols F 0) 0)")[-1])
    assert trap.ours(call("cumsum", trap.columns.x)) == [1, None, 3, 6]


def test_a_choice_between_enums_gives_codes(lab):
    trap = Trap(lab, e=pandas.Categorical(["u", "v"]), h=pandas.Categorical(["v", "w"]), b=[1, 0])
    assert trap.raw("(ifelse (cols F 2) (cols F 0) (cols F 1))") == [0, 1]
    mask = call("eq", trap.columns.b, lit(1))
    assert trap.ours(call("where", mask, trap.columns.e, trap.columns.h)) == ["u", "w"]


def test_sorting_puts_missing_values_first_in_both_directions(lab):
    trap = Trap(lab, x=[2.0, math.nan, 1.0])
    for direction in (1, -1):
        assert math.isnan(trap.raw(f"(sort F [0] [{direction}])")[0])
    x = trap.columns.x
    assert lab.fetch(Sort(trap.source, [x], [False], na_last=True), x)[0] == [2, 1, None]


def test_arithmetic_is_in_doubles(lab):
    trap = Trap(lab, x=[BIG + 1], y=[BIG])
    assert trap.raw("(+ (cols F 0) 2)") == [float(BIG + 2)]
    assert trap.raw("(== (cols F 0) (cols F 1))") == [1]
    if lab.route == "extension":
        assert trap.ours(call("add", trap.columns.x, lit(2))) == [BIG + 3]
        assert trap.ours(call("eq", trap.columns.x, trap.columns.y)) == [False]


def test_fillna_turns_enums_into_codes_and_refuses_strings(lab):
    values = ["u", None, "v"]
    trap = Trap(lab, e=pandas.Categorical(values), s=pandas.Series(values, dtype="str"))
    assert trap.raw('(h2o.fillna (cols F 0) "forward" 0 1)') == [0, 0, 1]
    with pytest.raises(RapidsError):
        trap.raw('(h2o.fillna (cols F 1) "forward" 0 1)')
    for column in (trap.columns.e, trap.columns.s):
        assert trap.ours(call("ffill", column, params=(None,))) == ["u", "u", "v"]


def test_strlen_counts_an_emoji_twice(lab):
    trap = Trap(lab, s=pandas.Series(["😀"], dtype="str"))
    assert trap.raw("(strlen (cols F 0))") == [2]
    assert trap.ours(call("len", trap.columns.s)) == [1]


def test_functions_of_enums_may_make_levels_equal(lab):
    trap = Trap(lab, e=pandas.Categorical(["a", "A", None]))
    assert trap.ours(call("lower", trap.columns.e)) == ["a", "a", None]


def test_comparisons_with_missing_values_are_false_and_unequal(lab):
    trap = Trap(lab, x=[math.nan, 1.0])
    assert trap.raw("(> (cols F 0) 0)") == [0, 1]
    assert trap.raw("(!= (cols F 0) 2)") == [1, 1]
    assert trap.ours(call("lt", trap.columns.x, lit(5.0))) == [False, True]


def test_a_frame_named_as_a_primitive_shadows_it(lab):
    """Keys of ours never do: they carry a token and a number."""
    trap = Trap(lab, x=[-1.0])
    client = lab.session.client
    client.rapids(f"(assign abs {trap.source.key})")
    try:
        with pytest.raises(RapidsError):
            trap.raw("(abs (cols F 0))")
    finally:
        client.request("DELETE", "/3/DKV/abs")
    assert trap.ours(call("abs", trap.columns.x)) == [1]
    keys = [lab.session.new_key(name) for name in ("abs", "median", "x", "")]
    assert all(key.rpartition("_")[2].isdigit() for key in keys)


def test_infinities_are_not_skipped_by_windows(lab):
    trap = Trap(lab, chunks=2, x=[1.0, math.inf, -math.inf, 2.0])
    assert trap.ours(call("cummax", trap.columns.x)) == [1, math.inf, math.inf, math.inf]
    assert trap.ours(call("cummin", trap.columns.x)) == [1, 1, -math.inf, -math.inf]
    assert trap.ours(call("isna", trap.columns.x)) == [False] * 4


def test_long_chains_do_not_exhaust_the_servers_stack(lab):
    trap = Trap(lab, x=[1.0, 2.0])
    expr = trap.columns.x
    for _ in range(300):
        expr = call("add", expr, lit(1.0))
    assert trap.ours(expr) == [301, 302]


def test_a_poisoned_session_is_left_and_work_goes_on(lab):
    trap = Trap(lab, x=[1.0, 2.0])
    before = lab.session.client.session_id
    with pytest.raises(RapidsError):
        lab.session.client.rapids(f"({trap.source.key} 1)")  # a frame called as a function breaks its session
    assert trap.ours(call("add", trap.columns.x, lit(1.0))) == [2, 3]
    assert trap.ours(call("mul", trap.columns.x, lit(2.0))) == [2, 4]
    assert lab.session.client.session_id != before


def test_the_last_row_is_not_row_minus_one(lab):
    trap = Trap(lab, x=[1.0, 2.0, 3.0])
    with pytest.raises((RapidsError, AssertionError)):
        assert trap.raw("(rows F -1)") == [3]
    x = trap.columns.x
    assert lab.fetch(Slice(trap.source, 2, 3, 1), x)[0] == [3]


def test_impute_changes_the_frame_it_is_given(lab):
    trap = Trap(lab, x=[1.0, math.nan, 3.0])
    key = lab.session.new_key("raw")
    lab.session.client.rapids(f"(tmp= {key} (cols {trap.source.key} [0]))")
    assert math.isnan(trap.raw("F")[1])
    lab.session.client.rapids(f'(h2o.impute {trap.source.key} 0 "mean" "interpolate" [] _ _)')
    assert trap.raw("F") == [1, 2, 3]
    lab.session.client.rapids(f"(rm {key})")


BROKEN = ("%%", "%/%", "difflag1", "h2o.fillna", "h2o.impute", "intDiv", "kurtosis", "setTimeZone", "skewness")


def test_no_operation_uses_what_is_broken(lab):
    local = frame()
    source = lab.source(local)
    at = Stored(source.key, {field.id: n for n, field in enumerate(source.fields)}, len(source.fields))
    columns = lab.columns(source, local)
    used = {}
    for name, (ours, *_) in CASES.items():
        keys = (f"t{n}" for n in itertools.count())
        compiler = Compiler(lambda *_: at, lambda keys=keys: next(keys), lab.executor.primitives)
        texts = [compiler.frame(source, [ours(columns)])]
        texts += [step.text for step in compiler.steps if isinstance(step, Assign)]
        used.update({(name, word): text for text in texts for word in BROKEN if f"({word} " in text})
    assert not used
