"""Leaving the cluster to be looked at or kept: repr, HTML, info, plots, files, other libraries."""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat.core import handover, preview
from h2o_frame_compat.core.convert import wire_of
from h2o_frame_compat.core.statistics import statistics
from h2o_frame_compat.pandas.borrowed import presented
from h2o_frame_compat.pandas.files import Files, FrameFiles
from h2o_frame_compat.pandas.histograms import histogram

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars

    from h2o_frame_compat.pandas.generic import NDFrame


def _fetched(kind: type[Any], name: str) -> Callable[..., Any]:
    """Make a method that fetches the data and lets pandas do the rest: its result lies on the client anyway."""
    theirs = getattr(kind, name)

    def method(self: NDFrame, *args: Any, **kwargs: Any) -> Any:
        local = self._to_local(guard=f"{type(self).__name__}.{name}")
        return getattr(local, name)(*args, **kwargs)

    doc = f"Fetch the data and do what `pandas.{kind.__name__}.{name}` does; the size limit applies."
    return presented(method, name, doc, inspect.signature(theirs))


class Output(Files):
    """What frames and series share."""

    to_dict = _fetched(pd.DataFrame, "to_dict")
    to_excel = _fetched(pd.DataFrame, "to_excel")
    to_string = _fetched(pd.DataFrame, "to_string")
    to_markdown = _fetched(pd.DataFrame, "to_markdown")
    to_latex = _fetched(pd.DataFrame, "to_latex")
    to_pickle = _fetched(pd.DataFrame, "to_pickle")
    to_clipboard = _fetched(pd.DataFrame, "to_clipboard")
    to_hdf = _fetched(pd.DataFrame, "to_hdf")
    hist = histogram(pd.DataFrame)

    @property
    def plot(self) -> Any:
        """Plots, drawn by pandas from the fetched data; the size limit applies."""
        return self._to_local(guard=f"{type(self).__name__}.plot").plot

    def memory_usage(self, index: bool = True, deep: bool = False) -> Any:
        """Tell the bytes the data takes in pandas on the client, estimated.

        Parameters
        ----------
        index : bool, default True
            Whether the index counts.
        deep : bool, default False
            Accepted for pandas' sake.

        Returns
        -------
        Series or int
        """
        block = self._block
        rows = block.nrows
        each = [rows * _WIDTH.get(wire_of(d), 8) for d in block.dtypes]
        own = 132 if block.range_index() is not None else 8 * rows * len(block.index_names)
        if self._block_is_series:
            return each[0] + (own if index else 0)
        found = pd.Series(each, index=block.labels, dtype="int64")
        return pd.concat([pd.Series([own], index=["Index"]), found]) if index else found

    _block_is_series = False


_WIDTH = {"b": 1, "h": 2, "i": 4, "l": 8, "d": 8}


class FrameOutput(Output, FrameFiles):
    """What only frames have."""

    def __repr__(self) -> str:
        return preview.text(self._block)

    def _repr_html_(self) -> str | None:
        return preview.html(self._block)

    def info(
        self,
        verbose: bool | None = None,
        buf: Any = None,
        max_cols: int | None = None,
        memory_usage: Any = None,
        show_counts: bool | None = None,
    ) -> None:
        """Write a summary of the columns: dtypes and counts of present values.

        Parameters
        ----------
        verbose : bool, optional
            False leaves out the table of the columns.
        buf : file object, optional
            Where to; standard output by default.
        max_cols : int, optional
            Above so many columns counts are left out.
        memory_usage : bool or "deep", optional
            Whether the memory line is written.
        show_counts : bool, optional
            Whether present values are counted.
        """
        block = self._block
        counted = verbose is not False and (
            show_counts if show_counts is not None else len(block.columns) <= (max_cols or 100)
        )
        counts = statistics(block.rel, [("count", e) for e in block.columns]) if counted else None
        used = f"{self.memory_usage().sum() / 1024:.1f} KB" if memory_usage is not False else ""
        (buf or sys.stdout).write(preview.info(block, counts, used, short=verbose is False))

    to_html = _fetched(pd.DataFrame, "to_html")
    to_records = _fetched(pd.DataFrame, "to_records")
    to_xml = _fetched(pd.DataFrame, "to_xml")
    to_stata = _fetched(pd.DataFrame, "to_stata")
    boxplot = _fetched(pd.DataFrame, "boxplot")

    @property
    def style(self) -> Any:
        """The styler of pandas over the fetched data; the size limit applies."""
        return self._to_local(guard="DataFrame.style").style

    def to_h2o(self) -> Any:
        """Give the frame as an `h2o.H2OFrame` on the same data; nothing is copied, row labels are left out.

        Returns
        -------
        h2o.H2OFrame

        Raises
        ------
        ValueError
            When two columns have the same name.
        """
        return handover.to_h2o(self._block)

    def to_polars(self) -> polars.DataFrame:
        """Fetch the frame as a polars frame; the index is left out.

        Returns
        -------
        polars.DataFrame

        Raises
        ------
        ImportError
            When polars is not installed.
        """
        import polars as pl  # noqa: PLC0415 - an extra

        made = pl.from_arrow(self.to_arrow())
        assert isinstance(made, pl.DataFrame)
        return made


class SeriesOutput(Output):
    """What only series have."""

    _block_is_series = True

    def __repr__(self) -> str:
        return preview.series_text(self._block)

    to_dict = _fetched(pd.Series, "to_dict")
    to_string = _fetched(pd.Series, "to_string")
    hist = histogram(pd.Series)

    @property
    def array(self) -> Any:
        """The values as a pandas array, fetched; the size limit applies."""
        return self._to_local(guard="Series.array").array
