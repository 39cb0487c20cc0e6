"""Pearson's correlation of pairs of columns, over the rows where both are present."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from h2o_frame_compat.core.block import executor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from h2o_frame_compat.core.block import Block


def correlation(block: Block) -> pd.DataFrame:
    """Correlate every pair of columns, in one call.

    Parameters
    ----------
    block : Block
        Numeric columns.

    Returns
    -------
    pandas.DataFrame
        Symmetric, with ones on the diagonal; NaN where a column is constant or a pair has fewer than
        two rows.

    Raises
    ------
    ValueError
        When a column is not numeric, in pandas' words.
    """
    for label, dtype in zip(block.labels, block.dtypes, strict=True):
        if not dtype.is_numeric:
            msg = f"could not convert column {label!r} of dtype {dtype} to float; pass numeric_only=True"
            raise ValueError(msg)
    count = len(block.columns)
    pairs = [(i, j) for i in range(count) for j in range(i, count)]

    def body(columns: Sequence[str]) -> str:
        # H2O's own matrix form leaves out every row with a gap in any column; pandas looks at each pair alone.
        parts = []
        for i, j in pairs:
            both = f"(& (not (is.na {columns[i]})) (not (is.na {columns[j]})))"
            parts += [f'(cor {columns[i]} {columns[j]} "complete.obs" "Pearson")', f"(sumNA {both})"]
        return f"(getrow (cbind {' '.join(parts)}))"

    matrix = np.full((count, count), np.nan)
    if pairs and block.nrows:
        answer = executor().evaluate(block.rel, list(block.columns), body).value
        assert isinstance(answer, list)
        found = [float(x) for x in answer]
        for n, (i, j) in enumerate(pairs):
            value = found[2 * n] if found[2 * n + 1] > 1 else np.nan
            if i == j and not np.isnan(value):
                value = 1.0
            matrix[i, j] = matrix[j, i] = np.clip(value, -1, 1)
    return pd.DataFrame(matrix, index=block.labels, columns=block.labels)
