"""The pytest plugin under which narwhals' suite runs on our frames; see `suite`."""

from __future__ import annotations

import warnings
from pathlib import Path

import pyarrow as pa
import pytest


def h2o_constructor(data):
    import h2o_frame_compat.pandas as pd
    from h2o_frame_compat.errors import PrecisionWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PrecisionWarning)  # the suite takes every warning for an error
        return pd.from_arrow(pa.table(data))


def pytest_generate_tests(metafunc):
    for name in ("constructor", "constructor_eager"):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, [h2o_constructor], ids=["h2o"])


def expected():
    """Give the reason for each expected failure: one list, ``# reason`` above the tests it holds for."""
    reasons, reason = {}, ""
    for line in Path(__file__).with_name("expected_failures.txt").read_text().splitlines():
        if line.startswith("# "):
            reason = line[2:]
        elif line:
            reasons[line] = reason
    return reasons


def pytest_collection_modifyitems(items):
    reasons = expected()
    for item in items:
        if item.nodeid in reasons:
            item.add_marker(pytest.mark.xfail(reason=reasons[item.nodeid], strict=True))
