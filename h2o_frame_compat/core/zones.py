"""Time zones: from instants to what the clocks on the wall show, and back.

The cluster holds instants in UTC; the zone is known on the client. How far a zone is from UTC changes at a few
instants, which are found on the client, so that the cluster only adds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.choose import any_true
from h2o_frame_compat.core.clock import ticks
from h2o_frame_compat.core.distinct import map_distinct
from h2o_frame_compat.core.reduce import reduce as statistics
from h2o_frame_compat.expr import Expr, call, lit

if TYPE_CHECKING:
    from h2o_frame_compat.core.block import Block

_STEP = 3 * 3_600_000  # no zone has changed twice in this time
_LONGEST = 2_000_000  # steps; beyond, the changes are not looked for
_MOST = 64  # changes; with more of them a table of the distinct values costs less
_DAY = 86_400_000

Change = tuple[int, int, int]


def _offsets(instants: Any, zone: Any) -> Any:
    utc = pd.DatetimeIndex(instants.astype("M8[ms]")).tz_localize("UTC")
    return utc.tz_convert(zone).tz_localize(None).as_unit("ms").asi8 - instants


def changes(zone: Any, low: int, high: int) -> tuple[int, list[Change]] | None:
    """Give how far a zone is from UTC between two instants, all in milliseconds.

    Parameters
    ----------
    zone : str or tzinfo
        The zone.
    low, high : int
        Milliseconds since 1970.

    Returns
    -------
    tuple of int and list of tuple, or None
        The distance at first, and for each change its instant and the distance before and after; None when there
        are too many of them.
    """
    if (high - low) // _STEP > _LONGEST:
        return None
    grid = np.arange(low, high + _STEP + 1, _STEP, dtype="int64")
    offsets = _offsets(grid, zone)
    at = np.flatnonzero(np.diff(offsets))
    before, after = grid[at], grid[at + 1]
    while (after - before > 1).any():
        middle = (before + after) // 2
        same = _offsets(middle, zone) == offsets[at]
        before, after = np.where(same, middle, before), np.where(same, after, middle)
    found = zip(after.tolist(), offsets[at].tolist(), offsets[at + 1].tolist(), strict=True)
    return (int(offsets[0]), list(found)) if len(at) <= _MOST else None


def _between(block: Block, expr: Expr, zone: Any, margin: int) -> tuple[int, list[Change]] | None:
    if not block.nrows:
        return 0, []
    low, high = statistics(block.rel, [("min", expr), ("max", expr)])
    return (0, []) if np.isnan(low) else changes(zone, int(low) - margin, int(high) + margin)


def _summed(number: Expr, first: int, steps: list[tuple[int, int]]) -> Expr:
    total: Expr = lit(float(first))
    for edge, by in steps:
        total = call("add", call("where", call("ge", number, lit(float(edge))), lit(float(by)), lit(0.0)), total)
    return total


def local(block: Block, expr: Expr) -> Expr:
    """Give what the clocks show at instants in their time zone, without a zone.

    Parameters
    ----------
    block : Block
        The frame.
    expr : Expr
        Datetimes, with a time zone or without.

    Returns
    -------
    Expr
    """
    zone, plain = expr.dtype.tz, expr.dtype.but(tz=None)
    if zone is None or zone == "UTC":
        return call("cast", expr, params=(plain,)) if zone else expr
    found = _between(block, expr, zone, 0)
    if found is None:
        return map_distinct(expr, block.rel, lambda values: values.dt.tz_localize(None), what="dt.tz_localize")
    first, steps = found
    number = ticks(expr)
    total = _summed(number, first, [(edge, after - before) for edge, before, after in steps])
    return call("cast", call("add", number, total), params=(plain,))


def localized(
    block: Block, expr: Expr, zone: Any, ambiguous: Any = "raise", nonexistent: Any = "raise"
) -> Expr | None:
    """Give the instants at which clocks in a time zone show datetimes.

    Parameters
    ----------
    block : Block
        The frame.
    expr : Expr
        Datetimes without a zone.
    zone : str or tzinfo
        The zone.
    ambiguous, nonexistent
        As for `pandas.Series.dt.tz_localize`, but not one value for each row.

    Returns
    -------
    Expr or None
        None when pandas has to do it, because it depends on the other rows.

    Raises
    ------
    ValueError
        For times that the clocks show twice or never, when so asked.
    """
    sample = pd.Series([pd.Timestamp("2024-07-07 12:00")]).dt.tz_localize(zone, ambiguous, nonexistent)
    target = dt.datetime(expr.dtype.unit, str(sample.dt.tz))
    if target.tz == "UTC":
        return call("cast", expr, params=(target,))
    found = _between(block, expr, zone, _DAY)
    number = ticks(expr)
    if found is None or (found[1] and _odd(block, number, found[1])):
        if ambiguous == "infer":
            return None
        return map_distinct(
            expr, block.rel, lambda v: v.dt.tz_localize(zone, ambiguous, nonexistent), what="dt.tz_localize"
        )
    first, steps = found
    total = _summed(number, first, [(edge + max(before, after), after - before) for edge, before, after in steps])
    return call("cast", call("sub", number, total), params=(target,))


def _odd(block: Block, number: Expr, steps: list[Change]) -> bool:
    """Tell whether there are times that the clocks show twice or never."""
    masks: Expr | None = None
    for edge, before, after in steps:
        low, high = edge + min(before, after), edge + max(before, after)
        inside = call("and", call("ge", number, lit(float(low))), call("lt", number, lit(float(high))))
        masks = inside if masks is None else call("or", masks, inside)
    return masks is not None and any_true(block.rel, [masks])[0]
