"""Every operation, evaluated in the cluster, means what pandas means."""

from __future__ import annotations

import math

import numpy as np
import pytest
from operation_cases import CASES, ROWS, frame

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


def beyond_doubles(name):
    """Whether a case is about integers that no double holds."""
    return "big" in name.replace("'", " ").split() or "beyond" in name


@pytest.mark.parametrize("name", CASES)
def test_operation_means_what_pandas_means(lab, data, name):
    if name == "moment of numbers" and data[0].empty:
        pytest.xfail("H2O's moment refuses columns of no rows")
    try:
        check(lab, data, *CASES[name])
    except AssertionError:
        if beyond_doubles(name) and lab.route == "stock":
            pytest.xfail("without the extension all arithmetic is in doubles")
        if name == "cumsum of big":
            pytest.xfail("H2O accumulates in doubles, and the extension has no primitive for it")
        raise


def test_every_operation_has_a_case():
    named = {word for name in CASES for word in name.split()}
    elsewhere = {"within", "window", "ewm"}  # tests/extension/test_windows.py, and the dialect's windows and groups
    assert set(OPERATIONS) <= named | elsewhere
