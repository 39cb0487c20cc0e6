"""The accessor ``Series.cat``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.distinct import categories_of, distinct_values
from h2o_frame_compat.core.replacing import mapped
from h2o_frame_compat.expr import call

if TYPE_CHECKING:
    import pandas as pd

    from h2o_frame_compat.expr import Expr
    from h2o_frame_compat.pandas.series import Series


class CategoryAccessor:
    """The categories of a categorical series.

    Parameters
    ----------
    series : Series
        A categorical one.

    Examples
    --------
    >>> import h2o_frame_compat.pandas as pd
    >>> pd.Series(["b", "a"], dtype="category").cat.codes.tolist()
    [1, 0]
    """

    def __init__(self, series: Series) -> None:
        self._series = series
        self._expr: Expr = series._block.columns[0]
        if self._expr.dtype.kind != "category":
            msg = "Can only use .cat accessor with a 'category' dtype"
            raise AttributeError(msg)

    def _new(self, expr: Expr) -> Series:
        block = self._series._block
        return type(self._series)._of(block.with_columns([expr], block.labels))

    def _mapped(self, name: str, *args: Any, **kwargs: Any) -> Series:
        """Change the categories; they are known on the client, and the rows follow in the cluster."""

        def function(values: pd.Series) -> pd.Series:
            made: pd.Series = getattr(values.cat, name)(*args, **kwargs)
            return made

        return self._new(mapped(self._series._block, self._expr, function, f"cat.{name}"))

    @property
    def categories(self) -> pd.Index[Any]:
        """The categories."""
        return categories_of(self._expr, self._series._block.rel)

    @property
    def ordered(self) -> bool:
        """Whether the categories have an order."""
        return self._expr.dtype.ordered

    @property
    def codes(self) -> Series:
        """The number of each value's category, -1 for a missing one."""
        return self._new_unnamed(call("codes", self._expr))

    def _new_unnamed(self, expr: Expr) -> Series:
        return type(self._series)._of(self._series._block.with_columns([expr], [None]))

    def as_ordered(self) -> Series:
        """Give the categories their order.

        Returns
        -------
        Series
        """
        return self._new(call("cast", self._expr, params=(self._expr.dtype.but(ordered=True),)))

    def as_unordered(self) -> Series:
        """Take the order from the categories.

        Returns
        -------
        Series
        """
        return self._new(call("cast", self._expr, params=(self._expr.dtype.but(ordered=False),)))

    def rename_categories(self, new_categories: Any) -> Series:
        """Rename categories.

        Parameters
        ----------
        new_categories : list, dict or callable
            The new names.

        Returns
        -------
        Series
        """
        return self._mapped("rename_categories", new_categories)

    def reorder_categories(self, new_categories: Any, ordered: bool | None = None) -> Series:
        """Put the categories into another order.

        Parameters
        ----------
        new_categories : list
            All of them.
        ordered : bool, optional
            Whether they have an order.

        Returns
        -------
        Series

        Raises
        ------
        ValueError
            When they are not the same categories.
        """
        return self._mapped("reorder_categories", new_categories, ordered=ordered)

    def add_categories(self, new_categories: Any) -> Series:
        """Add categories.

        Parameters
        ----------
        new_categories : category or list of them
            The new ones.

        Returns
        -------
        Series

        Raises
        ------
        ValueError
            When one of them is there already.
        """
        return self._mapped("add_categories", new_categories)

    def remove_categories(self, removals: Any) -> Series:
        """Remove categories; their values become missing.

        Parameters
        ----------
        removals : category or list of them
            What is removed.

        Returns
        -------
        Series

        Raises
        ------
        ValueError
            When one of them is no category.
        """
        return self._mapped("remove_categories", removals)

    def remove_unused_categories(self) -> Series:
        """Remove the categories that no row has.

        Returns
        -------
        Series
        """
        if self._expr.dtype.categories is None:
            return self._mapped("remove_unused_categories")
        codes = call("cast", call("codes", self._expr), params=(dt.INT32,))
        found = distinct_values(codes, self._series._block.rel, what="cat.remove_unused_categories")
        known = self.categories
        return self._mapped("set_categories", known[sorted(n for n in found if n >= 0)])

    def set_categories(self, new_categories: Any, ordered: bool | None = None, rename: bool = False) -> Series:
        """Give other categories; values that are none become missing.

        Parameters
        ----------
        new_categories : list
            The categories.
        ordered : bool, optional
            Whether they have an order.
        rename : bool, default False
            Whether they are new names of the old ones, by position.

        Returns
        -------
        Series
        """
        return self._mapped("set_categories", new_categories, ordered=ordered, rename=rename)
