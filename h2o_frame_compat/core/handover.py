"""Frames of the `h2o` package and ours: the same frame in the cluster, passed by key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.block import Block, executor
from h2o_frame_compat.expr import Field, Source, fresh_id
from h2o_frame_compat.session import bridge, current_session

if TYPE_CHECKING:
    from collections.abc import Sequence

_TYPES = {"real": dt.FLOAT64, "string": dt.STR, "time": dt.DATETIME_MS}


def block_of_key(key: str, *, keep: Any = None, owned: bool = False) -> Block:
    """Make the block of a frame that is in the cluster; nothing is copied.

    Parameters
    ----------
    key : str
        The frame's key.
    keep : object, optional
        What must live as long as the frame is used.
    owned : bool
        Whether the frame leaves the cluster with the block; else it is not ours to remove.

    Returns
    -------
    Block
        Enum columns are categoricals, integers with missing values float64, as pandas has them.

    Raises
    ------
    FrameNotFoundError
        When there is no such frame.
    ValueError
        For a UUID column, which has no counterpart.
    """
    answer = current_session().client.get(f"/3/Frames/{quote(key, safe='')}/summary", row_count=0)
    frame = answer["frames"][0]
    fields = [Field(fresh_id(), _dtype(column)) for column in frame["columns"]]
    rel = Source(key, fields, int(frame["rows"]), owned=owned)
    rel.keep = keep
    executor().adopt(rel)
    return Block.from_relation(rel, [column["label"] for column in frame["columns"]])


def _dtype(column: dict[str, Any]) -> dt.DType:
    kind = column["type"]
    if kind == "enum":
        return dt.category(tuple(column["domain"] or ()))
    if kind == "int":
        return dt.FLOAT64 if column["missing_count"] else dt.INT64
    if kind in _TYPES:
        return _TYPES[kind]
    if kind == "bad":  # all missing
        return dt.FLOAT64
    msg = f"column {column['label']!r} has type {kind}, which has no counterpart in pandas"
    raise ValueError(msg)


def from_h2o(frame: Any) -> Block:
    """Make the block of an `h2o.H2OFrame`, or of a key.

    Parameters
    ----------
    frame : h2o.H2OFrame or str
        The frame.

    Returns
    -------
    Block
    """
    key, keep = (frame, None) if isinstance(frame, str) else bridge.from_h2o(frame)
    return block_of_key(key, keep=keep)


def to_h2o(block: Block, names: Sequence[str] | None = None) -> Any:
    """Give a block as an `h2o.H2OFrame` on the same data in the cluster.

    Parameters
    ----------
    block : Block
        The frame; row labels are left out.
    names : sequence of str, optional
        Column names; the labels as text by default.

    Returns
    -------
    h2o.H2OFrame

    Raises
    ------
    ValueError
        When two columns would have the same name.
    """
    names = [str(label) for label in block.labels] if names is None else list(names)
    repeated = pd.Index(names)[pd.Index(names).duplicated()]
    if len(repeated):
        msg = f"H2O needs distinct column names; {repeated[0]!r} repeats"
        raise ValueError(msg)
    source = executor().frame(block.rel, block.columns, names)
    made = bridge.to_h2o(source.key)
    made.h2o_compat_owner = source  # the frame lives as long as either side refers to it
    return made
