"""Other shapes: columns that become rows, rows that become columns.

Tables of few cells are reshaped in pandas on the client, which takes one request; larger ones in the cluster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import pandas as pd

from h2o_frame_compat.core import reshape
from h2o_frame_compat.core.limits import few
from h2o_frame_compat.pandas.generic import NDFrame
from h2o_frame_compat.pandas.labels import NO, level_places
from h2o_frame_compat.pandas.wrap import from_local, small

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from h2o_frame_compat.core.block import Block


def frame_of(block: Block) -> Any:
    """Wrap a block as a frame."""
    from h2o_frame_compat.pandas.frame import DataFrame  # noqa: PLC0415 - frame builds on this module

    return DataFrame._of(block)


def series_of(block: Block) -> Any:
    """Wrap a block of one column as a series."""
    from h2o_frame_compat.pandas.series import Series  # noqa: PLC0415 - series builds on this module

    return Series._of(block)


class Reshaping(NDFrame):
    """What frames and series share."""

    def _reshaped(self, native: Callable[[], Any], method: str, /, *args: Any, **kwargs: Any) -> Any:
        """Run a method of pandas on few cells, the native way on more; fall back where that cannot be."""
        if few(self._block):
            local = self._to_local(guard=f"{type(self).__name__}.{method}")
            return small(getattr(local, method)(*args, **kwargs))
        try:
            return native()
        except (NotImplementedError, TypeError) as error:
            return self._fallback(method, *args, why=str(error), **kwargs)

    def _unstacked(self, level: Any, fill_value: Any, *, sort: bool) -> Block:
        block = self._block
        wanted = list(level) if isinstance(level, (list, tuple)) else [level]
        places = [level_places(block, one)[0] for one in wanted]
        if len(places) == len(block.index_names):
            raise NotImplementedError("all levels of the row labels")
        return reshape.unstack(block, places, fill_value=fill_value, sort=sort, series=self.ndim == 1)


class FrameReshaping(Reshaping):
    """What only frames have."""

    def melt(
        self, id_vars: Any = None, value_vars: Any = None, var_name: Any = None, value_name: Hashable = "value",
        col_level: Any = None, ignore_index: bool = True,
    ) -> Self:
        """Put columns one below the other.

        Parameters
        ----------
        id_vars : label or list of labels, optional
            Columns that are repeated beside the values.
        value_vars : label or list of labels, optional
            Columns whose values are taken; all others by default.
        var_name : hashable or list of hashable, optional
            Label of the column that says which column a value comes from.
        value_name : hashable, default "value"
            Label of the column of values.
        col_level : int or hashable, optional
            Of column labels with several levels the one that is meant.
        ignore_index : bool, default True
            Whether rows are numbered anew.

        Returns
        -------
        DataFrame
        """
        how = {"id_vars": id_vars, "value_vars": value_vars, "var_name": var_name, "value_name": value_name,
               "col_level": col_level, "ignore_index": ignore_index}  # fmt: skip
        made: Self = self._reshaped(lambda: frame_of(reshape.melt(self._block, **how)), "melt", **how)
        return made

    def pivot(self, *, columns: Any, index: Any = NO, values: Any = NO) -> Self:
        """Give each distinct value of a column a column of its own.

        Parameters
        ----------
        columns : label or list of labels
            Whose values become column labels.
        index : label or list of labels, optional
            Whose values become row labels; those that are there by default.
        values : label or list of labels, optional
            Where the values are; in all other columns by default.

        Returns
        -------
        DataFrame

        Raises
        ------
        ValueError
            When two rows would come to one cell.
        """
        how = {"columns": columns, "index": index, "values": values}
        made: Self = self._reshaped(lambda: frame_of(reshape.pivot(self._block, **how)), "pivot", **how)
        return made

    def pivot_table(
        self, values: Any = None, index: Any = None, columns: Any = None, aggfunc: Any = "mean",
        fill_value: Any = None, margins: bool = False, dropna: bool = True, margins_name: Hashable = "All",
        observed: bool = True, sort: bool = True, **kwargs: Any,
    ) -> Any:
        """Aggregate groups, and arrange the results as a table; see `pivot_table`.

        Parameters
        ----------
        values, index, columns, aggfunc, fill_value, margins, dropna, margins_name, observed, sort, **kwargs
            As for `pivot_table`.

        Returns
        -------
        DataFrame
        """
        from h2o_frame_compat.pandas.pivot import pivot_table  # noqa: PLC0415 - it builds on frames

        return pivot_table(
            self, values, index, columns, aggfunc, fill_value, margins, dropna, margins_name, observed, sort, **kwargs
        )

    def stack(self, level: Any = -1, dropna: Any = NO, sort: Any = NO, future_stack: bool = True) -> Any:
        """Turn levels of the column labels into innermost levels of the row labels.

        Parameters
        ----------
        level : int, hashable or list of them, default -1
            Which levels.
        dropna, sort : bool, optional
            As in pandas, for ``future_stack=False``.
        future_stack : bool, default True
            False is pandas' older way, which runs on the client.

        Returns
        -------
        DataFrame or Series
        """

        def native() -> Any:
            if not future_stack or dropna is not NO or sort is not NO:
                raise NotImplementedError("future_stack=False")
            made = reshape.stack(self._block, level)
            left = self._block.labels.nlevels - (len(level) if isinstance(level, (list, tuple)) else 1)
            return frame_of(made) if left else series_of(made)

        return self._reshaped(native, "stack", level, dropna=dropna, sort=sort, future_stack=future_stack)

    def unstack(self, level: Any = -1, fill_value: Any = None, sort: bool = True) -> Any:
        """Turn levels of the row labels into innermost levels of the column labels.

        Parameters
        ----------
        level : int, hashable or list of them, default -1
            Which levels; of row labels with a single one all columns come one below the other.
        fill_value : scalar, optional
            What stands where there was no row.
        sort : bool, default True
            Whether rows and new columns are sorted.

        Returns
        -------
        DataFrame or Series

        Raises
        ------
        ValueError
            When two rows would come to one cell.
        """

        def native() -> Any:
            if len(self._block.index_names) == 1:
                return series_of(reshape.unstack_columns(self._block))
            return frame_of(self._unstacked(level, fill_value, sort=sort))

        return self._reshaped(native, "unstack", level, fill_value=fill_value, sort=sort)

    def transpose(self, *args: Any, copy: Any = NO) -> Any:
        """Swap rows and columns: small tables on the client, large ones would have more columns than H2O can hold.

        Parameters
        ----------
        *args
            As in pandas, without effect.
        copy : bool
            Without effect, as in pandas.

        Returns
        -------
        DataFrame
            One whose columns would mix kinds stays a pandas frame.
        """

        def native() -> Any:
            raise NotImplementedError("each row would become a column")

        return self._reshaped(native, "transpose", *args)

    @property
    def T(self) -> Any:  # noqa: N802 - as pandas
        """The frame with rows and columns swapped; see `transpose`."""
        return self.transpose()

    def explode(self, column: Any, ignore_index: bool = False) -> Self:
        """Give each element of lists a row of its own; columns in H2O hold no lists, so all rows stay.

        Parameters
        ----------
        column : label or list of labels
            The columns.
        ignore_index : bool, default False
            Whether rows are numbered anew.

        Returns
        -------
        DataFrame
        """
        pd.DataFrame(columns=self._block.labels).explode(column)  # pandas' errors for labels
        return self.reset_index(drop=True) if ignore_index else self.copy()


class SeriesReshaping(Reshaping):
    """What only series have."""

    def unstack(self, level: Any = -1, fill_value: Any = None, sort: bool = True) -> Any:
        """Turn levels of the row labels into column labels.

        Parameters
        ----------
        level : int, hashable or list of them, default -1
            Which levels.
        fill_value : scalar, optional
            What stands where there was no row.
        sort : bool, default True
            Whether rows and columns are sorted.

        Returns
        -------
        DataFrame

        Raises
        ------
        ValueError
            When two rows would come to one cell.
        """

        def native() -> Any:
            if len(self._block.index_names) == 1:
                msg = f"index must be a MultiIndex to unstack, {type(self.index)} was passed"
                raise ValueError(msg)
            return frame_of(self._unstacked(level, fill_value, sort=sort))

        return self._reshaped(native, "unstack", level, fill_value=fill_value, sort=sort)

    def transpose(self, *args: Any, **kwargs: Any) -> Self:
        """Give the series itself.

        Parameters
        ----------
        *args, **kwargs
            As in pandas, without effect.

        Returns
        -------
        Series
        """
        return self

    @property
    def T(self) -> Self:  # noqa: N802 - as pandas
        """The series itself."""
        return self

    def explode(self, ignore_index: bool = False) -> Self:
        """Give each element of lists a row of its own; columns in H2O hold no lists, so all rows stay.

        Parameters
        ----------
        ignore_index : bool, default False
            Whether rows are numbered anew.

        Returns
        -------
        Series
        """
        return self.reset_index(drop=True) if ignore_index else self.copy()


def melt(
    frame: Any, id_vars: Any = None, value_vars: Any = None, var_name: Any = None, value_name: Hashable = "value",
    col_level: Any = None, ignore_index: bool = True,
) -> Any:
    """Put columns one below the other; see `DataFrame.melt`.

    Parameters
    ----------
    frame : DataFrame
        The data.
    id_vars, value_vars, var_name, value_name, col_level, ignore_index
        As for `DataFrame.melt`.

    Returns
    -------
    DataFrame
    """
    return from_local(frame).melt(id_vars, value_vars, var_name, value_name, col_level, ignore_index)


def pivot(data: Any, *, columns: Any, index: Any = NO, values: Any = NO) -> Any:
    """Give each distinct value of a column a column of its own; see `DataFrame.pivot`.

    Parameters
    ----------
    data : DataFrame
        The data.
    columns, index, values
        As for `DataFrame.pivot`.

    Returns
    -------
    DataFrame
    """
    return from_local(data).pivot(columns=columns, index=index, values=values)
