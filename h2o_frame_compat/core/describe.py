"""Summaries of a frame that are small: quantiles, describe, several aggregates at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from h2o_frame_compat.core import uniques
from h2o_frame_compat.core.convert import pandas_dtype
from h2o_frame_compat.core.functions import names_of
from h2o_frame_compat.core.statistics import statistics

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from h2o_frame_compat.core.block import Block


def quantiles(block: Block, q: float | Sequence[float]) -> Any:
    """Give quantiles of every column, linearly interpolated.

    Parameters
    ----------
    block : Block
        The columns.
    q : float or sequence of float
        Which, between 0 and 1.

    Returns
    -------
    pandas.Series or pandas.DataFrame
        A series for one quantile of a frame, else one row for each quantile.
    """
    wanted = [float(x) for x in np.atleast_1d(np.asarray(q, dtype=float))]
    if any(not 0 <= x <= 1 for x in wanted):
        msg = "percentiles should all be in the interval [0, 1]"
        raise ValueError(msg)
    asked = [(f"q{x!r}", e) for e in block.columns for x in wanted]
    values = statistics(block.rel, asked)
    columns = {n: values[n * len(wanted) : (n + 1) * len(wanted)] for n in range(len(block.columns))}
    frame = pd.DataFrame(columns, index=pd.Index(wanted, dtype=float))
    frame.columns = block.labels
    if pd.api.types.is_scalar(q) and len(block.columns) != 1:
        return frame.iloc[0]
    return frame


def describe(block: Block, percentiles: Any, include: Any, exclude: Any, *, series: bool) -> Any:
    """Give what `pandas.DataFrame.describe` gives.

    Parameters
    ----------
    block : Block
        The columns.
    percentiles : list of float or None
        The quantiles to show.
    include, exclude : "all", list of dtypes or None
        Which columns.
    series : bool
        Whether the block is a series.

    Returns
    -------
    pandas.Series or pandas.DataFrame
    """
    # The layout (rows, order, which columns) is pandas' own, taken from one described row of the same dtypes.
    empty = pd.DataFrame({n: pd.Series(dtype=pandas_dtype(d)) for n, d in enumerate(block.dtypes)})
    chosen = list(range(len(block.columns))) if series else _chosen(empty, include, exclude)
    if not chosen:
        msg = (
            "No columns match the specified include or exclude data types"
            if len(block.columns)
            else "Cannot describe a DataFrame without columns"
        )
        raise ValueError(msg)
    shown = _percentiles(percentiles)
    parts = _columns(block, chosen, shown)
    if series:
        return next(iter(parts.values())).rename(block.labels[0])
    rows: list[Hashable] = []
    for part in sorted(parts.values(), key=len):
        rows += [r for r in part.index if r not in rows]
    if any("top" in p.index for p in parts.values()) and len(parts) > 1:
        order = ["count", "unique", "top", "freq"]
        rows = [r for r in order if r in rows] + [r for r in rows if r not in order]
    frame = pd.concat([p.reindex(rows) for p in parts.values()], axis=1)
    frame.columns = block.labels[chosen]
    return frame


def _chosen(empty: pd.DataFrame, include: Any, exclude: Any) -> list[int]:
    if include is None and exclude is None:
        found = empty.select_dtypes(include=[np.number, "datetime", "datetimetz", "timedelta"])
        return list((empty if found.shape[1] == 0 else found).columns)
    if isinstance(include, str) and include == "all":
        if exclude is not None:
            msg = "exclude must be None when include is 'all'"
            raise ValueError(msg)
        return list(empty.columns)
    return list(empty.select_dtypes(include=include, exclude=exclude).columns)


def _percentiles(percentiles: Any) -> list[float]:
    if percentiles is None:
        return [0.25, 0.5, 0.75]
    shown = sorted(float(p) for p in percentiles)
    if any(not 0 <= p <= 1 for p in shown):
        msg = "percentiles should all be in the interval [0, 1]"
        raise ValueError(msg)
    if len(set(shown)) < len(shown):
        msg = "percentiles cannot contain duplicates"
        raise ValueError(msg)
    return shown


def _columns(block: Block, chosen: list[int], shown: list[float]) -> dict[int, pd.Series]:
    """Describe columns: numbers and times in one go, counts of values for each of the others."""
    names = list(pd.Series([0.0]).describe(percentiles=shown).index[4:-1])
    asked = [f"q{p!r}" for p in shown]
    functions: dict[int, list[str]] = {}
    for n in chosen:
        dtype = block.columns[n].dtype
        if (dtype.is_numeric and not dtype.is_bool) or dtype.is_temporal:
            spread = [] if dtype.kind == "datetime" else ["std"]
            functions[n] = ["count", "mean", *spread, "min", *asked, "max"]
    values = iter(statistics(block.rel, [(f, block.columns[n]) for n, own in functions.items() for f in own]))
    parts = {}
    for n in chosen:
        if n not in functions:
            parts[n] = _counts(block, n)
            continue
        own = [next(values) for _ in functions[n]]
        rows = [*functions[n][: -1 - len(asked)], *names, "max"]
        if block.columns[n].dtype.is_temporal:
            parts[n] = pd.Series(own, index=rows, dtype=object)
        else:
            parts[n] = pd.Series([float(v) if v is not pd.NA else np.nan for v in own], index=rows)
    return parts


def _counts(block: Block, position: int) -> pd.Series:
    counts = uniques.value_counts(block.select([position])).to_pandas().iloc[:, 0]
    counts = counts[counts > 0]
    top, freq = (counts.index[0], counts.iloc[0]) if len(counts) else (np.nan, np.nan)
    return pd.Series(
        [int(counts.sum()), len(counts), top, freq], index=["count", "unique", "top", "freq"], dtype=object
    )


def aggregate(block: Block, func: Any) -> Any:
    """Compute several statistics at once: a list for all columns, or a dict of names or lists.

    Parameters
    ----------
    block : Block
        The columns.
    func : list or dict
        Names of statistics.

    Returns
    -------
    pandas.DataFrame, pandas.Series or None
        None when a function is not one of ours.
    """
    spec = names_of(func, block)
    if spec is None:
        return None
    flat = [(f, block.columns[n]) for n, functions in spec for f in functions]
    values = iter(statistics(block.rel, flat))
    if isinstance(func, dict) and not any(isinstance(f, list) for f in func.values()):
        return pd.Series([next(values) for _ in flat], index=block.labels[[n for n, _ in spec]])
    rows = list(dict.fromkeys(f for _, functions in spec for f in functions))
    columns = [
        pd.Series([next(values) for _ in functions], index=functions).reindex(rows) for _, functions in spec
    ]
    frame = pd.concat(columns, axis=1)
    frame.columns = block.labels[[n for n, _ in spec]]
    return frame
