"""Merging by order: `merge_asof` and `merge_ordered`."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd

from h2o_frame_compat.core import asof as joining
from h2o_frame_compat.core.join import Merge, NotNative, merge
from h2o_frame_compat.pandas.frame import DataFrame
from h2o_frame_compat.pandas.merge import operand
from h2o_frame_compat.pandas.wrap import fallback


def _in_pandas(name: str, left: Any, right: Any, **how: Any) -> Any:
    """Run a function of pandas on the fetched frames."""
    return fallback(
        name, lambda: getattr(pd, name)(left._to_local(guard=name), right._to_local(guard=name), **how), left, right,
        why="keys of this kind",
    )


def merge_asof(
    left: Any, right: Any, on: Any = None, left_on: Any = None, right_on: Any = None, left_index: bool = False,
    right_index: bool = False, by: Any = None, left_by: Any = None, right_by: Any = None,
    suffixes: Any = ("_x", "_y"), tolerance: Any = None, allow_exact_matches: bool = True, direction: str = "backward",
) -> Any:
    """Merge each left row with the nearest right row, by a key in whose order both frames are.

    Parameters
    ----------
    left, right : DataFrame or named Series
        The frames.
    on, left_on, right_on : label
        The key: numbers, datetimes or timedeltas.
    left_index, right_index : bool, default False
        Whether the row labels are the key.
    by, left_by, right_by : label or list of labels, optional
        What has to be equal besides.
    suffixes : pair of str
        What is appended to column labels that are on both sides.
    tolerance : int or timedelta, optional
        How far the keys may be apart.
    allow_exact_matches : bool, default True
        Whether equal keys match.
    direction : {"backward", "forward", "nearest"}, default "backward"
        Whether the nearest row before, after, or either is taken.

    Returns
    -------
    DataFrame

    Raises
    ------
    ValueError, pandas.errors.MergeError
        When keys are missing or not in order, and for the other reasons pandas has.

    Examples
    --------
    >>> import h2o_frame_compat.pandas as pd
    >>> trades, quotes = pd.DataFrame({"t": [2, 5]}), pd.DataFrame({"t": [1, 4, 6], "price": [10, 11, 12]})
    >>> pd.merge_asof(trades, quotes, on="t")["price"].tolist()
    [10, 11]
    """
    one, other = operand(left), operand(right)
    how = joining.Asof(
        on, left_on, right_on, left_index, right_index, by, left_by, right_by, suffixes, tolerance, allow_exact_matches,
        direction,
    )
    try:
        return DataFrame._of(joining.merge_asof(one._block, other._block, how))
    except NotNative:
        return _in_pandas("merge_asof", one, other, **how.__dict__)


def merge_ordered(
    left: Any, right: Any, on: Any = None, left_on: Any = None, right_on: Any = None, left_by: Any = None,
    right_by: Any = None, fill_method: Literal["ffill"] | None = None, suffixes: Any = ("_x", "_y"), how: str = "outer",
) -> Any:
    """Merge ordered data, such as time series, in the order of the keys.

    Parameters
    ----------
    left, right : DataFrame or named Series
        The frames.
    on, left_on, right_on : label or list of labels, optional
        The keys.
    left_by, right_by : label or list of labels, optional
        Groups that are merged one by one; this runs in pandas.
    fill_method : {"ffill"}, optional
        Whether rows without a match take what the row before has.
    suffixes : pair of str
        What is appended to column labels that are on both sides.
    how : {"outer", "left", "right", "inner"}, default "outer"
        Which rows without a match stay.

    Returns
    -------
    DataFrame
    """
    one, other = operand(left), operand(right)
    keys = {"on": on, "left_on": left_on, "right_on": right_on, "suffixes": suffixes, "how": how}
    try:
        if left_by is not None or right_by is not None or fill_method not in {None, "ffill"}:
            raise NotNative
        if fill_method is not None and how != "outer":
            raise NotNative
        return DataFrame._of(merge(one._block, other._block, Merge(**keys, sort=True, fill=fill_method)))
    except NotNative:
        more = {"left_by": left_by, "right_by": right_by, "fill_method": fill_method}
        return _in_pandas("merge_ordered", one, other, **keys, **more)
