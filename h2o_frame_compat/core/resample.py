"""Times sorted into bins of a calendar; the bins themselves are made by pandas, from the first and the last time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.distinct import lookup
from h2o_frame_compat.core.labels import on_labels, set_labels
from h2o_frame_compat.core.statistics import statistics
from h2o_frame_compat.expr import Expr, call, lit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from h2o_frame_compat.core.block import Block
    from h2o_frame_compat.expr import Relation

_DAY = 86_400_000
# Bins that end with a day end with its last moment.
_DAY_ENDS = {"BME", "ME", "W", "BQE", "BYE", "QE", "YE"}


@dataclass(frozen=True)
class Bins:
    """Bins of time.

    Parameters
    ----------
    number : Expr
        The number of each row's bin, missing where its time is.
    labels : pandas.DatetimeIndex
        Their labels.
    grid : pandas.DatetimeIndex
        The times of a regular series: the closed end of each bin.
    """

    number: Expr
    labels: pd.DatetimeIndex
    grid: pd.DatetimeIndex


def time_bins(rel: Relation, times: Expr, rule: Any, **options: Any) -> Bins | None:
    """Sort times into bins.

    Parameters
    ----------
    rel : Relation
        The rows.
    times : Expr
        The times.
    rule : str or offset
        The width of the bins.
    **options
        ``closed``, ``label``, ``origin`` and ``offset``, as `DataFrame.resample` has them.

    Returns
    -------
    Bins or None
        None where pandas has to do it.

    Raises
    ------
    ValueError
        What pandas raises for wrong arguments.
    """
    sample = pd.DatetimeIndex([]).as_unit(times.dtype.unit)
    pd.Series([], index=sample, dtype="float64").resample(rule, **options)
    if times.dtype.tz is not None or rel.nrows == 0:
        return None
    first, last = statistics(rel, [("min", times), ("max", times)])
    if first is pd.NaT:
        return None
    ends = pd.Series(0, index=pd.DatetimeIndex([first, last]).as_unit(times.dtype.unit))
    labels, left, right = (
        ends.resample(rule, **{**options, "label": label}).size().index for label in (options["label"], "left", "right")
    )
    edges = left.append(right[-1:])
    grouper = pd.Grouper(freq=rule, closed=options["closed"], origin=options["origin"])
    number = _numbers(times, edges, grouper.freq, closed=grouper.closed)
    if number is None:
        return None
    return Bins(number, pd.DatetimeIndex(labels), pd.DatetimeIndex(left if grouper.closed == "left" else right))


def _numbers(times: Expr, edges: pd.DatetimeIndex, freq: Any, *, closed: str) -> Expr | None:
    """Give the number of each row's bin; None for edges that the cluster cannot tell apart."""
    whole = edges.as_unit("ns").asi8
    if (whole % 1_000_000).any():
        return None
    ticks = whole // 1_000_000
    moment: Expr = call("cast", times, params=(dt.INT64.but(nullable=True),))
    steps = np.unique(np.diff(ticks))
    if len(steps) == 1 and freq.rule_code.split("-")[0] not in _DAY_ENDS:
        behind = call("sub", moment, lit(int(ticks[0]) + (closed == "right")))
        return call("floordiv", behind, lit(int(steps[0])))
    if (ticks % _DAY).any():
        return None
    ends_with_day = closed == "right" and freq.rule_code.split("-")[0] in _DAY_ENDS
    if closed == "right" and not ends_with_day:
        moment = call("sub", moment, lit(1))
    day = call("floordiv", moment, lit(_DAY))
    bounds = ticks // _DAY
    days = np.arange(bounds[0], bounds[-1] + 1)
    places = np.searchsorted(bounds, days, side="left" if ends_with_day else "right") - 1
    inside = (places >= 0) & (places < len(bounds) - 1)
    return lookup(day, pd.Series(days[inside], dtype="Int64"), pd.Series(places[inside].astype("int64")))


def on_grid(block: Block, bins: Bins, name: Any, fills: Sequence[Any]) -> Block:
    """Give all bins to a block whose row labels are numbers of bins.

    Parameters
    ----------
    block : Block
        One row for each bin that has rows.
    bins : Bins
        The bins.
    name : hashable
        The name of the labels.
    fills : sequence
        For each column what it has for bins without rows; None for a missing value.

    Returns
    -------
    Block
    """
    made = on_labels(block, pd.RangeIndex(len(bins.labels)), fills)
    return set_labels(made, bins.labels.rename(name))
