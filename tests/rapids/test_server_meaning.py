"""Every operation, evaluated in the cluster, means what pandas means."""

from __future__ import annotations

import math

import numpy as np
import pytest
from operation_cases import BIG, CASES, ROWS, frame

from h2o_frame_compat.errors import RapidsError
from h2o_frame_compat.rapids.operations import OPERATIONS

SIZES = {"empty": (0, 1), "one": (1, 1), "chunks": (ROWS, 8)}


@pytest.fixture(scope="module", params=SIZES)
def data(request, lab):
    """The frame, its columns in the cluster, and the relation they are of."""
    rows, chunks = SIZES[request.param]
    local = frame().iloc[:rows]
    source = lab.source(local, chunks)
    return local, lab.columns(source, local), source


def same(ours, theirs, *, near=0.0):
    """Compare values, floats exactly unless `near` says otherwise."""
    assert len(ours) == len(theirs)
    wrong = [
        (row, a, b)
        for row, (a, b) in enumerate(zip(ours, theirs, strict=True))
        if not (a is b is None or (a is not None and b is not None and equal(a, b, near)))
    ]
    assert not wrong


def equal(a, b, near):
    if isinstance(a, float) and isinstance(b, float) and near and math.isfinite(b):
        return math.isclose(a, b, rel_tol=near, abs_tol=1e-307)
    return a == b and type(a) in {type(b), int, float}


def check(lab, data, ours, theirs, near=0.0):
    local, columns, source = data
    made = ours(columns)
    with np.errstate(all="ignore"):
        want = theirs(local)
    same(lab.fetch(source, made)[0], lab.expected(want), near=near)


MOVES = {"bfill", "cast", "ceil", "ffill", "floor", "rank", "round", "shift", "trunc"}
"""Operations that leave large integers as they are, or only put them in order."""
RIGHT_BY_LUCK = {f"{op} of big and {BIG}" for op in ("ge", "lt")}
RIGHT_BY_LUCK |= {f"{op} of big and {BIG + 1}" for op in ("gt", "le")}
RIGHT_BY_LUCK |= {f"{op} of {BIG} and big" for op in ("gt", "le")}
RIGHT_BY_LUCK |= {f"{op} of {BIG + 1} and big" for op in ("ge", "lt")}


def gap(name, rows, route):
    """Say why a case is known to fail, or nothing."""
    if name == "moment of numbers" and rows == 0:
        return "H2O's moment refuses columns of no rows"
    large = "big" in name.split() or "beyond" in name
    if not large or rows == 0:
        return ""
    if rows == 1 and not (name.startswith("where") and f"{BIG + 1} and big" in name):
        return ""  # the first row holds small numbers
    if route == "stock" and name.split()[0] not in MOVES and name not in RIGHT_BY_LUCK:
        return "without the extension all arithmetic is in doubles"
    return "H2O accumulates in doubles: core/across.py sums halves" if name == "cumsum of big" else ""


@pytest.mark.parametrize("name", CASES)
def test_operation_means_what_pandas_means(lab, data, name):
    if reason := gap(name, len(data[0]), lab.route):
        with pytest.raises((AssertionError, RapidsError)):
            check(lab, data, *CASES[name])
        pytest.xfail(reason)
    check(lab, data, *CASES[name])


def test_every_operation_has_a_case():
    named = {word for name in CASES for word in name.split()}
    elsewhere = {"within", "window", "ewm"}  # tests/extension/test_windows.py, and the dialect's windows and groups
    assert set(OPERATIONS) <= named | elsewhere
