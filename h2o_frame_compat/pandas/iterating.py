"""Going through rows: a batch at a time comes to the client, never everything at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from h2o_frame_compat.pandas.generic import NDFrame

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    import pandas as pd

_ROWS_AT_ONCE = 100_000


class Iterating(NDFrame):
    """What frames and series share."""

    def _batches(self) -> Iterator[Any]:
        """Fetch the rows in batches; the frame may be changed meanwhile."""
        block, total = self._block, len(self)
        for start in range(0, max(total, 1), _ROWS_AT_ONCE):
            part = block if total <= _ROWS_AT_ONCE else block.slice(start, min(total, start + _ROWS_AT_ONCE))
            yield type(self)._of(part)._to_local()


class FrameIterating(Iterating):
    """What only frames have."""

    def iterrows(self) -> Iterator[tuple[Hashable, pd.Series]]:
        """Go through the rows, which are fetched in batches.

        Yields
        ------
        tuple of label and pandas.Series
        """
        for batch in self._batches():
            yield from batch.iterrows()

    def itertuples(self, index: bool = True, name: str | None = "Pandas") -> Iterator[tuple[Any, ...]]:
        """Go through the rows as tuples, which are fetched in batches.

        Parameters
        ----------
        index : bool, default True
            Whether the row label comes first.
        name : str or None, default "Pandas"
            Name of the named tuples; None for plain ones.

        Yields
        ------
        tuple
        """
        for batch in self._batches():
            yield from batch.itertuples(index=index, name=name)


class SeriesIterating(Iterating):
    """What only series have."""

    def __iter__(self) -> Iterator[Any]:
        for batch in self._batches():
            yield from batch

    def items(self) -> Iterator[tuple[Hashable, Any]]:
        """Go through labels and values, which are fetched in batches.

        Yields
        ------
        tuple of label and value
        """
        for batch in self._batches():
            yield from batch.items()
