"""Predictions in the cluster as frames and series of the pandas dialect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from h2o_frame_compat.pandas import DataFrame, Series

if TYPE_CHECKING:
    from h2o_frame_compat.core.block import Block


class Probabilities(DataFrame):
    """Probabilities of the classes, a column each.

    A frame, except that ``[:, k]`` and ``[rows, k]`` give a column by position as in a numpy array: so do
    scikit-learn's scorers take the probabilities of a class.
    """

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, tuple) and len(key) == 2:
            return self.iloc[key]
        return super().__getitem__(key)


def probabilities(block: Block) -> Probabilities:
    """Wrap the block of probabilities."""
    return Probabilities._of(block)  # noqa: SLF001 - how a dialect wraps a block


def frame(block: Block) -> DataFrame:
    """Wrap a block of several columns."""
    return DataFrame._of(block)  # noqa: SLF001 - how a dialect wraps a block


def series(block: Block) -> Series:
    """Wrap a block of one column."""
    return Series._of(block)  # noqa: SLF001 - how a dialect wraps a block
