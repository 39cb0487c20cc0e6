"""Merging on levels of the row labels, which are turned into columns and back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat.core import join
from h2o_frame_compat.core.labels import reset_index, set_index

if TYPE_CHECKING:
    from collections.abc import Hashable

    from h2o_frame_compat.core.block import Block
    from h2o_frame_compat.core.join import Merge


def merge(left: Block, right: Block, how: Merge) -> Block:
    """Merge two frames, also on names of levels; see `core.join.merge`.

    Parameters
    ----------
    left, right : Block
        The frames.
    how : Merge
        The arguments.

    Returns
    -------
    Block

    Raises
    ------
    NotNative
        When pandas has to do it.
    """
    used = [_levels(b, how.on if on is None else on) for b, on in ((left, how.left_on), (right, how.right_on))]
    if how.left_index or how.right_index or not any(used):
        return join.merge(left, right, how)
    one, other = join.one_row(left), join.one_row(right)
    template = one.merge(other, how="inner", **how.keywords)
    left, right = (_as_columns(b, places) for b, places in zip((left, right), used, strict=True))
    made = join.merge(left, right, how)
    kept = [name for name in template.index.names if name is not None]
    if kept:  # a level on both sides stays a level
        made = set_index(made, kept, drop=True, append=False, verify_integrity=False)
    if not made.labels.is_unique or set(made.labels) != set(template.columns):
        raise join.NotNative
    return replace(made.select([made.find(label)[0] for label in template.columns]), labels=template.columns)


def _levels(block: Block, on: Any) -> list[int]:
    """Give the levels among the keys."""
    labels: list[Hashable] = list(on) if isinstance(on, list) else [] if on is None else [on]
    return [
        block.index_names.index(label)
        for label in labels
        if pd.api.types.is_hashable(label) and not block.find(label) and label in block.index_names
    ]


def _as_columns(block: Block, places: list[int]) -> Block:
    return reset_index(block, places, [block.index_names[n] for n in places], drop=False) if places else block
