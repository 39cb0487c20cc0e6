"""Printing and quoting for Rapids, without a server."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h2o_frame_compat.rapids import text

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", '"': '"', "\\": "\\"}


def read(quoted):
    """Read a quoted string as the server does; anything unquoted inside is an error."""
    assert quoted[0] == quoted[-1] == '"'
    body = quoted[1:-1]
    assert not re.search(r'(?<!\\)(?:\\\\)*"', body)
    return re.sub(
        r"\\(?:x([0-9a-fA-F]{2})|(.))",
        lambda m: chr(int(m[1], 16)) if m[1] else ESCAPES[m[2]],
        body,
        flags=re.DOTALL,
    )


@given(texts)
def test_a_quoted_string_reads_back_the_same(value):
    assert read(text.string(value)) == value


@given(texts)
def test_a_quoted_string_holds_no_control_characters(value):
    assert not any(ord(c) < 32 for c in text.string(value))


def test_nul_is_refused_in_words():
    with pytest.raises(ValueError, match="NUL"):
        text.string("a\0b")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_printed_number_reads_back_the_same(value):
    found = float(text.number(value))
    assert found == value
    assert math.copysign(1, found) == math.copysign(1, value)


@given(st.integers())
def test_integers_are_printed_in_full(value):
    assert text.number(value) == str(value)


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (True, "1"),
        (False, "0"),
        (None, "NaN"),
        (math.nan, "NaN"),
        (math.inf, "(/ 1 0)"),
        (-math.inf, "(/ -1 0)"),
    ],
)
def test_values_that_rapids_writes_otherwise(value, printed):
    assert text.value(value) == printed


def expanded(printed):
    numbers = []
    for part in printed.strip("[]").split():
        base, _, count = part.partition(":")
        numbers += range(int(base), int(base) + int(count or 1))
    return numbers


@given(st.lists(st.integers(0, 40)))
def test_positions_name_the_same_numbers_in_the_same_order(numbers):
    assert expanded(text.positions(numbers)) == numbers


@given(st.sets(st.integers(0, 40)), st.data())
def test_ascending_positions_are_written_as_runs(numbers, data):
    ordered = sorted(numbers)
    runs = sum(1 for n in ordered if n - 1 not in numbers)
    assert len(text.positions(ordered).strip("[]").split()) == runs


@given(st.lists(texts, min_size=1))
def test_lists_of_strings_are_quoted_one_by_one(values):
    assert text.values(values) == "[" + " ".join(map(text.string, values)) + "]"
