"""`DataFrame.groupby` and `Series.groupby`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat.core import groups as grouping
from h2o_frame_compat.pandas.groupby.frame import DataFrameGroupBy
from h2o_frame_compat.pandas.groupby.series import SeriesGroupBy
from h2o_frame_compat.pandas.wrap import series_block

if TYPE_CHECKING:
    from h2o_frame_compat.core.block import Block
    from h2o_frame_compat.core.groups import Grouping
    from h2o_frame_compat.pandas.generic import NDFrame

__all__ = ["DataFrameGroupBy", "SeriesGroupBy", "make"]


def make(
    obj: NDFrame,
    by: Any,
    level: Any,
    *,
    as_index: bool,
    sort: bool,
    group_keys: bool,
    observed: bool,
    dropna: bool,
) -> DataFrameGroupBy | SeriesGroupBy:
    """Make the groups of a frame or series; see `DataFrame.groupby` for the parameters."""
    from h2o_frame_compat.pandas.series import Series  # noqa: PLC0415 - series builds on this package

    if by is None and level is None:
        msg = "You have to supply one of 'by' and 'level'"
        raise TypeError(msg)
    single = isinstance(obj, Series)
    if single and not as_index:
        msg = "as_index=False only valid with DataFrame"
        raise TypeError(msg)
    options = {
        "by": by,
        "level": level,
        "as_index": as_index,
        "sort": sort,
        "group_keys": group_keys,
        "observed": observed,
        "dropna": dropna,
    }
    kind = SeriesGroupBy if single else DataFrameGroupBy
    groups = _grouping(obj, by, level, dropna=dropna, sort=sort, observed=observed)
    if groups is not None and groups.bins is None and groups.incomplete and (not sort or not dropna):
        groups = None  # categories that do not occur come last, or beside a missing one: pandas' way to make them
    return kind(obj, groups, options, [0] if single else None, single=single)


def _grouping(obj: NDFrame, by: Any, level: Any, **options: bool) -> Grouping | None:
    block = obj._block
    if isinstance(by, pd.Grouper) and by.freq is None:
        options["sort"] = by.sort
        by, level = (None, by.level) if by.key is None else (by, None)
    if by is None:
        return grouping.by_level(block, level, **options)
    if level is not None:
        return None
    listed = by if isinstance(by, list) else [by]
    return grouping.grouping(block, [_key(key, block, frame=obj.ndim == 2) for key in listed], **options)


def _key(key: Any, block: Block, *, frame: bool) -> Any:
    from h2o_frame_compat.pandas.generic import NDFrame  # noqa: PLC0415 - generic does not know groups
    from h2o_frame_compat.pandas.index import RowLabels  # noqa: PLC0415 - index builds on this package

    if isinstance(key, pd.Series):
        return series_block(key)
    if isinstance(key, NDFrame):
        return key._block
    if isinstance(key, RowLabels):
        return key.to_pandas() if key.nlevels > 1 else key._series_beside(block)
    if isinstance(key, pd.Grouper) and key.freq is None and key.level is None:
        return key.key
    if key is None or not pd.api.types.is_hashable(key) or callable(key) or isinstance(key, pd.Grouper):
        return key
    if frame:
        block.require_one_meaning(key)
    elif key in block.index_names:
        return block.with_columns([block.index_columns[block.index_names.index(key)]], [key])
    elif block.find(key):
        raise KeyError(key)  # a series has no columns
    return key
