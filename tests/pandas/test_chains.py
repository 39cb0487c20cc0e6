"""Random chains of operations give on random frames what pandas gives."""

from __future__ import annotations

import warnings

import chains
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, note, settings

COMMON = {"deadline": None, "suppress_health_check": list(HealthCheck), "print_blob": True}


@pytest.fixture(params=["one chunk", "many chunks"])
def chunks(request, monkeypatch):
    """Upload in chunks of eight rows, so that what looks across rows looks across chunks, too."""
    from h2o_frame_compat.session import wire

    if request.param == "many chunks":

        def plan(table, **_):
            full, rest = divmod(table.num_rows, 8)
            return [8] * full + [rest] * (rest > 0)

        monkeypatch.setattr(wire, "plan_chunks", plan)


def holdable(df):
    """Tell whether H2O has a type for every column and label level, and whether the frame is small enough to go on."""
    levels = [df.index.get_level_values(n) for n in range(df.index.nlevels)]
    columns = [df.iloc[:, n] for n in range(df.shape[1])]
    odd = [c for c in (*columns, *levels) if c.dtype == object and not set(c.dropna().map(type)) <= {bool}]
    odd += [c for c in columns if c.dtype.kind == "V"]  # what pandas makes of new columns of no rows
    return not odd and len(df) < 500


def follow(up, data, steps):
    """Apply the steps to both, until pandas raises, and compare."""
    ours, theirs = up(data), data
    for name, number in steps:
        operation = chains.OPERATIONS[name]
        note(f"{name} {number}")
        try:
            after = operation(theirs, number)
        except Exception as error:  # noqa: BLE001 - whatever pandas raises, we must raise
            with pytest.raises(type(error)):
                operation(ours, number).to_pandas()
            break
        if not holdable(after):
            break
        ours, theirs = operation(ours, number), after
    pd.testing.assert_frame_equal(ours.to_pandas(), theirs)


def check(up, data, steps):
    from h2o_frame_compat import options

    with warnings.catch_warnings(), options.context(fallback="silent"):
        warnings.simplefilter("ignore")
        follow(up, data, steps)


@settings(max_examples=60, derandomize=True, **COMMON)
@given(data=chains.frames(), steps=chains.chains(4))
def test_chains(up, chunks, data, steps):
    check(up, data, steps)


@pytest.mark.slow
@settings(max_examples=1500, **COMMON)
@given(data=chains.frames(40), steps=chains.chains(7))
def test_many_chains(up, chunks, data, steps):
    check(up, data, steps)
