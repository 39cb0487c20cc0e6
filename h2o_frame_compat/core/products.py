"""Products of tables: sums over columns, each times a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from h2o_frame_compat.core.across import common_dtype
from h2o_frame_compat.core.convert import from_pandas_dtype, pandas_dtype
from h2o_frame_compat.expr import Expr, call, lit

if TYPE_CHECKING:
    from h2o_frame_compat.core.block import Block


def weighted(block: Block, weights: pd.DataFrame) -> Block:
    """Multiply a frame by a table that has a row for each of its columns.

    Parameters
    ----------
    block : Block
        Columns of plain numbers, at least one.
    weights : pandas.DataFrame
        What to multiply each column by; each of its columns makes one of the result.

    Returns
    -------
    Block
        With the labels of the columns of `weights`.

    Raises
    ------
    TypeError
        When the weights are not numbers.
    """
    common = np.result_type(pandas_dtype(common_dtype(block)), weights.to_numpy().dtype)
    if common.kind not in "iuf":
        msg = f"a product of dtype {common} is not one of numbers"
        raise TypeError(msg)
    target = from_pandas_dtype(common)
    columns = [e if e.dtype == target else call("cast", e, params=(target,)) for e in block.columns]
    made: list[Expr] = []
    for place in range(weights.shape[1]):
        column = weights.iloc[:, place]
        terms = [call("mul", e, lit(number(w), target)) for e, w in zip(columns, column, strict=True)]
        total: Expr = terms[0]
        for term in terms[1:]:
            total = call("add", total, term)
        made.append(total)
    return block.with_columns(made, weights.columns)


def number(value: Any) -> Any:
    """Give a scalar of NumPy as one of Python; a missing one is None."""
    return None if pd.isna(value) else value.item() if isinstance(value, np.generic) else value
