"""Frames and series out of parts that are in the cluster already."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat.core import assign as assigning
from h2o_frame_compat.core import labels as labelling
from h2o_frame_compat.core.align import equal_labels, same_rows
from h2o_frame_compat.core.block import Block
from h2o_frame_compat.core.concat import all_labels
from h2o_frame_compat.pandas.generic import NDFrame
from h2o_frame_compat.pandas.labels import as_index

if TYPE_CHECKING:
    from collections.abc import Hashable


def frame_block(data: Any, index: Any, columns: Any) -> Block | None:
    """Make the block of a frame out of our objects.

    Parameters
    ----------
    data : object
        What the constructor was given.
    index, columns : object
        Row and column labels it was given.

    Returns
    -------
    Block or None
        None when `data` is not one of our objects or a dict of them.
    """
    if isinstance(data, NDFrame) and data.ndim == 2:
        block = data._block
    elif isinstance(data, NDFrame):
        label = data._block.labels[0]
        if columns is not None and label is None:
            label, columns = next(iter(as_index(columns))), None
        block = data._block.with_columns(data._block.columns, [0 if label is None else label])
    elif isinstance(data, dict) and any(isinstance(v, NDFrame) and v.ndim == 1 for v in data.values()):
        if columns is not None:
            wanted = list(as_index(columns))
            if any(label not in data for label in wanted):
                return None  # pandas makes a column of dtype object
            data, columns = {label: data[label] for label in wanted}, None
        return _of_columns(data, index)
    else:
        return None
    if columns is not None:
        wanted = as_index(columns)
        wanted = wanted if isinstance(wanted, pd.Index) else pd.Index(wanted)
        block = labelling.reindex_columns(block, wanted)
    return block if index is None else labelling.reindex_rows(block, _labels(index))


def _labels(index: Any) -> pd.Index[Any]:
    given = as_index(index)
    return given if isinstance(given, pd.Index) else pd.Index(given)


def _of_columns(data: dict[Hashable, Any], index: Any) -> Block:
    held = {k: v._block if isinstance(v, NDFrame) else v for k, v in data.items()}
    held = {k: Block.from_pandas(v.to_frame("v")) if isinstance(v, pd.Series) else v for k, v in held.items()}
    blocks = [v for v in held.values() if isinstance(v, Block)]
    if index is not None:
        made = Block.from_pandas(pd.DataFrame(index=_labels(index)))
    elif all(same_rows(blocks[0], b) or equal_labels(blocks[0], b) for b in blocks[1:]):
        made = blocks[0].with_columns([], [])
    else:
        made = all_labels(blocks, sort=True)
    made = replace(made, labels=pd.Index([]))
    for label, value in held.items():
        made = assigning.set_column(*_placed(made, label, value))
    return replace(made, labels=pd.Index(list(held)))


def _placed(block: Block, label: Hashable, value: Any) -> tuple[Block, Hashable, Any]:
    wide, expr = assigning.column_of(block, value)
    return wide, label, expr


def series_block_of(data: NDFrame, index: Any, name: Hashable) -> Block:
    """Make the block of a series out of one of ours, with other labels or another name."""
    block = data._block
    if index is not None:
        block = labelling.reindex_rows(block, _labels(index))
    return block if name is None else block.with_columns(block.columns, [name])
