"""`concat`: frames and series one below the other, or side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from h2o_frame_compat.core import concat as joining
from h2o_frame_compat.core.align import has_repeats
from h2o_frame_compat.core.block import level_values
from h2o_frame_compat.core.indexers import local_index
from h2o_frame_compat.core.join import one_row
from h2o_frame_compat.pandas.frame import DataFrame
from h2o_frame_compat.pandas.generic import NDFrame
from h2o_frame_compat.pandas.labels import NO
from h2o_frame_compat.pandas.series import Series
from h2o_frame_compat.pandas.wrap import fallback, from_local, to_local

if TYPE_CHECKING:
    from collections.abc import Hashable

    from h2o_frame_compat.core.block import Block


def concat(
    objs: Any,
    *,
    axis: Any = 0,
    join: str = "outer",
    ignore_index: bool = False,
    keys: Any = None,
    levels: Any = None,
    names: Any = None,
    verify_integrity: bool = False,
    sort: Any = NO,
    copy: Any = NO,  # noqa: ARG001 - as pandas
    union_categories: bool = False,
) -> Any:
    """Put frames and series together along an axis.

    Parameters
    ----------
    objs : iterable or mapping of DataFrame and Series
        What to put together; None is left out. The keys of a mapping are taken as `keys`.
    axis : {0, 1, "index", "columns"}, default 0
        One below the other, or side by side.
    join : {"outer", "inner"}, default "outer"
        What happens to labels of the other axis that not all have.
    ignore_index : bool, default False
        Whether to number the axis anew.
    keys : sequence, optional
        A label for each object, the outermost level of the result.
    levels, names
        As in pandas: the values that the levels of `keys` may have, and the names of the new levels.
    verify_integrity : bool, default False
        Whether repeated labels are refused.
    sort : bool, optional
        Whether the labels of the other axis are sorted where they differ; by default those of rows that are
        all times.
    copy : bool
        Without effect, as in pandas.
    union_categories : bool, default False
        Whether categories that differ become the categories of all, in pandas on the client.

    Returns
    -------
    DataFrame or Series

    Raises
    ------
    ValueError
        When there is nothing to put together.

    Examples
    --------
    >>> import h2o_frame_compat.pandas as pd
    >>> pd.concat([pd.Series([1]), pd.Series([2])], ignore_index=True).tolist()
    [1, 2]
    """
    if isinstance(objs, (NDFrame, pd.DataFrame, pd.Series, str)):
        kind = type(objs).__name__
        msg = f'first argument must be an iterable of pandas objects, you passed an object of type "{kind}"'
        raise TypeError(msg)
    if join not in {"outer", "inner"}:
        msg = "Only can inner (intersect) or outer (union) join the other axis"
        raise ValueError(msg)
    if sort is not NO and not isinstance(sort, (bool, np.bool_)):
        msg = f"The 'sort' keyword only accepts boolean values; {sort} was passed."
        raise ValueError(msg)
    parts, keys = _parts(objs, keys)
    outer = {"keys": keys, "levels": levels, "names": names}
    down = _axis(axis) == 0
    if sort is NO:  # as pandas still does
        sort = not down and join == "outer" and all(_timed(p._block) for p in parts)
    try:
        if union_categories and any(d.kind == "category" for p in parts for d in p._block.dtypes):
            msg = "categories of all"
            raise NotImplementedError(msg)
        if down:
            made = _down(parts, join, ignore_index=ignore_index, outer=outer, sort=sort)
        else:
            made = _across(parts, join, ignore_index=ignore_index, outer=outer, sort=sort)
    except (NotImplementedError, TypeError) as error:
        kwargs = {"axis": axis, "join": join, "ignore_index": ignore_index, "keys": keys, "levels": levels,
                  "names": names, "verify_integrity": verify_integrity, "sort": sort,
                  **({"union_categories": True} if union_categories else {})}  # fmt: skip
        why = str(error) or "labels of several levels or repeated ones"
        return fallback("concat", lambda: pd.concat(to_local(parts, "concat"), **kwargs), *parts, why=why)
    if verify_integrity:
        _require_unique(made, down=down)
    return made


def _axis(axis: Any) -> int:
    if axis in {0, "index", "rows"}:
        return 0
    if axis in {1, "columns"}:
        return 1
    msg = f"No axis named {axis} for object type DataFrame"
    raise ValueError(msg)


def _parts(objs: Any, keys: Any) -> tuple[list[Any], list[Hashable] | None]:
    """Give the objects as ours, without the Nones, and the keys that belong to them."""
    if isinstance(objs, Mapping):
        keys = list(objs) if keys is None else list(keys)
        objs = [objs[k] for k in keys]
    found = list(objs)
    if not found:
        msg = "No objects to concatenate"
        raise ValueError(msg)
    chosen = None if keys is None else list(keys)
    if chosen is not None and len(chosen) != len(found):
        msg = (
            f"The length of the keys ({len(chosen)}) must match the length of the objects to concatenate ({len(found)})"
        )
        raise ValueError(msg)
    if any(o is None for o in found):
        chosen = None if chosen is None else [k for k, o in zip(chosen, found, strict=True) if o is not None]
        found = [o for o in found if o is not None]
        if not found:
            msg = "All objects passed were None"
            raise ValueError(msg)
    for o in found:
        if not isinstance(o, (NDFrame, pd.DataFrame, pd.Series)):
            msg = f"cannot concatenate object of type '{type(o)}'; only Series and DataFrame objs are valid"
            raise TypeError(msg)
    return [from_local(o) for o in found], chosen


def _down(parts: list[Any], join: str, *, ignore_index: bool, outer: dict[str, Any], sort: bool) -> Any:
    series = all(p.ndim == 1 for p in parts)
    blocks = [_as_columns(p, alone=series) for p in parts]
    if series:
        label = blocks[0].labels[0]
        same = all(b.labels[0] == label or (b.labels[0] is None and label is None) for b in blocks)
        blocks = [replace(b, labels=pd.Index([0])) for b in blocks]
        made = _below(blocks, pd.Index([0]), ignore_index=ignore_index, outer=outer)
        return Series._of(made.with_columns(made.columns, [label if same else None]))
    # pandas itself says which columns there are and in which order
    shadows = [pd.DataFrame({}, columns=b.labels) for b in blocks]
    labels = pd.concat(shadows, join=join, sort=sort).columns
    return DataFrame._of(_below(blocks, labels, ignore_index=ignore_index, outer=outer))


def _as_columns(part: Any, *, alone: bool) -> Block:
    block: Block = part._block
    if part.ndim == 1 and not alone and block.labels[0] is None:
        return replace(block, labels=pd.Index([0]))
    return block


def _below(blocks: list[Block], labels: pd.Index[Any], *, ignore_index: bool, outer: dict[str, Any]) -> Block:
    """Put blocks one below the other; pandas says what `keys` make of the row labels, on frames of one row."""
    if ignore_index or outer["keys"] is None:
        return joining.below(blocks, labels, ignore_index=ignore_index, keys=None)
    shadow = pd.concat([one_row(b.with_columns([], [])) for b in blocks], **outer).index
    count = shadow.nlevels - len(blocks[0].index_names)
    new = level_values(shadow)[:count]
    keys = [tuple(values[n] for values in new) for n in range(len(blocks))]
    made = joining.below(blocks, labels, ignore_index=False, keys=keys)
    given = len(outer["names"] or ())
    own = shadow.names[count:] if given > count else made.index_names[count:]
    return made.with_index(made.index, (*shadow.names[:count], *own))


def _timed(block: Block) -> bool:
    return len(block.index_names) == 1 and block.index_columns[0].dtype.kind == "datetime"


def _across(parts: list[Any], join: str, *, ignore_index: bool, outer: dict[str, Any], sort: bool) -> Any:
    blocks = [p._block for p in parts]
    shadows = [
        pd.DataFrame({}, columns=p._block.labels) if p.ndim == 2 else pd.Series([], name=p.name, dtype="int8")
        for p in parts
    ]
    labels = pd.concat(shadows, axis=1, ignore_index=ignore_index, **outer).columns
    return DataFrame._of(joining.beside(blocks, labels, join=join, sort=sort))


def _require_unique(made: Any, *, down: bool) -> None:
    if not down:
        labels = made._block.labels
    elif has_repeats(made._block.rooted_with_labels):
        labels = local_index(made._block)
    else:
        return
    if not labels.is_unique:
        msg = f"Indexes have overlapping values: {labels[labels.duplicated()].unique()}"
        raise ValueError(msg)
