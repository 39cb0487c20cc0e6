"""One column of truth values for each value of a column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.convert import from_pandas_dtype
from h2o_frame_compat.core.distinct import distinct_values
from h2o_frame_compat.core.elementwise import column_and_scalar
from h2o_frame_compat.core.literals import is_missing
from h2o_frame_compat.expr import Expr, call

if TYPE_CHECKING:
    from h2o_frame_compat.core.block import Block

_ENCODED = {"str", "category"}


def dummies(
    block: Block, *, columns: list[Any] | None, prefix: Any, prefix_sep: Any, dummy_na: bool, drop_first: bool,
    dtype: Any, series: bool,
) -> Block:
    """Make indicator columns, as `pandas.get_dummies` does.

    Parameters
    ----------
    block : Block
        The frame or series.
    columns : list of labels or None
        The columns that are encoded; None for those of text and categories.
    prefix, prefix_sep, dummy_na, drop_first, dtype
        As in pandas.
    series : bool
        Whether the block is a series, all of which is encoded.

    Returns
    -------
    Block
    """
    places = [0] if series else _places(block, columns)
    words = _words(prefix, block, places, "prefix", None) if not series else [prefix]
    seps = _words(prefix_sep, block, places, "prefix_sep", "_") if not series else [prefix_sep]
    kind = from_pandas_dtype(dtype if dtype is not None else bool)
    kept = [] if series else [n for n in range(len(block.columns)) if n not in places]
    made: list[Expr] = [block.columns[n] for n in kept]
    labels: list[Any] = [block.labels[n] for n in kept]
    for place, word, sep in zip(places, words, seps, strict=True):
        expr = block.columns[place]
        levels = _levels(block, expr, dummy_na=dummy_na)
        for level in levels[1:] if drop_first else levels:
            test = call("isna", expr) if is_missing(level) else column_and_scalar("eq", expr, level, reflected=False)
            made.append(_typed(test, kind))
            labels.append(level if word is None else f"{word}{sep}{level}")
    index = pd.Index(labels) if labels else block.labels[:0]
    if series and prefix is None and block.dtypes[0].kind == "category":
        index = pd.CategoricalIndex(index, categories=_levels(block, block.columns[0], dummy_na=False))
    return block.with_columns(made, index)


def _typed(test: Expr, kind: dt.DType) -> Expr:
    plain = call("cast", test, params=(dt.BOOL,)) if test.dtype != dt.BOOL else test
    return plain if kind == dt.BOOL else call("cast", plain, params=(kind,))


def _places(block: Block, columns: list[Any] | None) -> list[int]:
    if columns is None:
        return [n for n, e in enumerate(block.columns) if e.dtype.kind in _ENCODED]
    unknown = [label for label in columns if not block.find(label)]
    if unknown:
        raise KeyError(f"{unknown} not in index" if len(unknown) < len(columns) else unknown)
    return [n for label in columns for n in block.find(label)]


def _words(given: Any, block: Block, places: list[int], name: str, default: Any) -> list[Any]:
    labels = [block.labels[n] for n in places]
    if isinstance(given, dict):
        return [given[label] for label in labels]
    if isinstance(given, str):
        return [given] * len(places)
    if given is None:
        return labels if default is None else [default] * len(places)
    words = list(given)
    if len(words) != len(places):
        raise ValueError(
            f"Length of '{name}' ({len(words)}) did not match the length of the columns being encoded ({len(places)})."
        )
    return words


def _levels(block: Block, expr: Expr, *, dummy_na: bool) -> list[Any]:
    values = distinct_values(expr, block.rel, what="get_dummies")
    levels = list(pd.Categorical(values).categories)
    return [*levels, np.nan] if dummy_na else levels
