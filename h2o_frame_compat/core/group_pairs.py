"""Correlations and covariances of pairs of columns in groups, over the rows where both are present."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.group_rows import transform, within
from h2o_frame_compat.core.groups import Grouping, Summary
from h2o_frame_compat.expr import Expr, call, lit

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_PAIRS = 120
"""Pairs that are looked at in one request."""


def together(
    groups: Grouping, pairs: Sequence[tuple[Expr, Expr]], name: str, *, method: str = "pearson", min_periods: int = 1,
    ddof: int = 1,
) -> tuple[Summary, list[Expr]]:
    """Correlate pairs of columns in each group, or give their covariance.

    Parameters
    ----------
    groups : Grouping
        The groups.
    pairs : sequence of (Expr, Expr)
        Plain numbers, over the relation of the groups' block.
    name : {"corr", "cov"}
        Which.
    method : {"pearson", "spearman"}
        Which coefficient.
    min_periods : int
        How many rows of a group a pair needs.
    ddof : int
        What is subtracted from the number of rows in the divisor of a covariance.

    Returns
    -------
    summary : Summary
        Has the aggregates.
    results : list of Expr
        For each pair, over the aggregates.
    """
    means = Summary(groups)
    values = [v for x, y in pairs for v in (_beside(groups, x, y, method), _beside(groups, y, x, method))]
    # Distances from the mean: products of the values themselves would lose the digits of small spreads.
    far = transform(groups, means, [call("sub", v, means.of("mean", v)) for v in values], pd.RangeIndex(len(values)))
    summary = Summary(replace(groups, block=far))
    results: list[Expr] = []
    for n in range(0, len(values), 2):
        x, y = far.columns[n : n + 2]
        product = call("mul", x, y)
        rows, xy = summary.of("count", product), summary.of("sum", product)
        # The mean of equal values may be off in the last digit.
        one_value = [call("eq", summary.of("min", v), summary.of("max", v)) for v in values[n : n + 2]]
        constant = call("or", *one_value)
        if name == "corr":
            squares = [summary.of("sum", call("mul", v, v)) for v in (x, y)]
            made = call("truediv", xy, call("sqrt", call("mul", *squares)))
            made = call("where", call("gt", made, lit(1.0)), lit(1.0), made)
            made = call("where", call("lt", made, lit(-1.0)), lit(-1.0), made)
            made = call("where", constant, lit(None, dt.FLOAT64), made)
        else:
            free = call("sub", call("cast", rows, params=(dt.FLOAT64,)), lit(float(ddof)))
            made = call("truediv", call("where", constant, lit(0.0), xy), free)
        least = max(min_periods, 1 if name == "corr" else ddof + 1)
        results.append(call("where", call("ge", rows, lit(least)), made, lit(None, dt.FLOAT64)))
    return summary, results


def _beside(groups: Grouping, own: Expr, other: Expr, method: str) -> Expr:
    """Give the values of a column where the other one is present, or their ranks in their group."""
    value: Expr = call("cast", own, params=(dt.FLOAT64,))
    if other.dtype.holds_na and other is not own:
        value = call("where", call("isna", other), lit(None, dt.FLOAT64), value)
    return within(groups, "rank", value, ("average", "keep"), (1, 0)) if method == "spearman" else value
