"""Two objects made into one: combine, combine_first, update, compare."""

from __future__ import annotations

from typing import Any, Self

import pandas as pd

from h2o_frame_compat.core import combine as combining
from h2o_frame_compat.core import labels as labelling
from h2o_frame_compat.core.align import has_repeats
from h2o_frame_compat.core.convert import from_pandas_dtype, pandas_dtype
from h2o_frame_compat.core.elementwise import common_columns
from h2o_frame_compat.pandas.generic import NDFrame
from h2o_frame_compat.pandas.wrap import from_local


class Combining(NDFrame):
    """What frames and series share."""

    def combine_first(self, other: Any) -> Self:
        """Fill missing values with those that another object has under the same labels.

        Parameters
        ----------
        other : DataFrame or Series
            The other object; labels that only it has come in, too.

        Returns
        -------
        same type
        """
        other = from_local(other)
        try:
            if not len(other):
                raise NotImplementedError("with an empty object")
            made = combining.combine_first(self._block, other._block, series=self.ndim == 1)
        except (NotImplementedError, TypeError) as error:
            result: Self = self._fallback("combine_first", other, why=str(error))
            return result
        return type(self)._of(made)

    def compare(
        self, other: Any, align_axis: Any = 1, keep_shape: bool = False, keep_equal: bool = False,
        result_names: Any = ("self", "other"),
    ) -> Any:
        """Show where two objects with the same labels differ.

        Parameters
        ----------
        other : same type
            The other object.
        align_axis : {0, 1, "index", "columns"}, default 1
            Whether differences come below each other or side by side.
        keep_shape : bool, default False
            Whether rows and columns without differences stay.
        keep_equal : bool, default False
            Whether values that are equal are shown.
        result_names : tuple of str, default ("self", "other")
            The labels of the two.

        Returns
        -------
        DataFrame or Series
        """
        other = from_local(other)
        if type(self) is not type(other):
            name, found = type(self).__name__, type(other).__name__
            msg = f"can only compare '{name}' (not '{found}') with '{name}'"
            raise TypeError(msg)
        mask = ~((self == other) | (self.isna() & other.isna()))
        one: Any = self if keep_equal else self.where(mask)
        two = other if keep_equal else other.where(mask)
        if not keep_shape:
            one, two = (self._differing(part, mask) for part in (one, two))
        if not isinstance(result_names, tuple):
            msg = (
                f"Passing 'result_names' as a {type(result_names)} is not supported. Provide 'result_names' as a tuple "
                "instead."
            )
            raise TypeError(msg)
        beside = align_axis in {1, "columns"}
        made = combining.compared(one._block, two._block, result_names, beside=beside)
        if self.ndim == 1 and beside:
            return self.to_frame()._result(made.with_columns(made.columns, list(result_names)))
        return type(self)._of(made)

    @staticmethod
    def _differing(part: Any, mask: Any) -> Any:
        if part.ndim == 1:
            return part[mask]
        return part.loc[mask.any(axis=1), mask.any().to_pandas().to_numpy()]


class FrameCombining(Combining):
    """What only frames have."""

    def combine(self, other: Any, func: Any, fill_value: Any = None, overwrite: bool = True) -> Self:
        """Combine the columns of two frames, pair by pair, with a function.

        Parameters
        ----------
        other : DataFrame
            The other frame.
        func : callable
            Takes two series over the same labels, gives one.
        fill_value : scalar, optional
            What stands for missing values before the function is called.
        overwrite : bool, default True
            Whether columns that only this frame has are combined with missing values.

        Returns
        -------
        DataFrame
        """
        other = from_local(other)
        this, that = self.align(other)
        if not len(that) or not len(this):
            result: Self = self._fallback("combine", other, func, fill_value, overwrite, why="of empty frames")
            return result
        labels = self.columns.union(other.columns, sort=False)
        made: Self = this[[]]
        for label in labels:
            x, y = this[label], that[label]
            if not overwrite and not y.notna().any():
                made[label] = x
                continue
            if fill_value is not None:
                x, y = x.fillna(fill_value), y.fillna(fill_value)
            if label in self._block.labels:
                wide = pandas_dtype(common_columns([x._block.columns[0], y._block.columns[0]]))
                x, y = x.astype(wide), y.astype(wide)
            else:
                wide = y.dtype
            made[label] = _whole_again(func(x, y), wide)
        return made

    def update(
        self, other: Any, join: str = "left", overwrite: bool = True, filter_func: Any = None, errors: str = "ignore"
    ) -> None:
        """Take over the values that another frame has under the same labels.

        Parameters
        ----------
        other : DataFrame, or what makes one
            The other frame; its missing values change nothing.
        join : {"left"}
            The only way there is.
        overwrite : bool, default True
            Whether values that are there are replaced; otherwise only missing ones.
        filter_func : callable, optional
            Tells for a column which of its values are to be replaced.
        errors : {"raise", "ignore"}, default "ignore"
            Whether values in both frames are an error.

        Raises
        ------
        ValueError
            When both have a value and `errors` says so, and when labels of the other frame repeat.
        """
        if join != "left":
            raise NotImplementedError("Only left join is supported")
        if errors not in {"ignore", "raise"}:
            raise ValueError("The parameter errors must be either 'ignore' or 'raise'")
        other = from_local(other if isinstance(other, NDFrame) else pd.DataFrame(other))
        if has_repeats(other._block.rooted_with_labels):
            raise ValueError("Update not allowed with duplicate indexes on other.")
        like = type(self)._of(labelling.reindex_like(other._block, self._block))
        for label in self._block.labels.intersection(like._block.labels):
            this, that = self[label], like[label]
            there = that.notna()
            if filter_func is not None:
                there = there & filter_func(this)
            elif errors == "raise" and (there & this.notna()).any():
                raise ValueError("Data overlaps.")
            elif not overwrite:
                there = there & this.isna()
            if there.any():
                self.loc[there, label] = that


def _whole_again(values: Any, dtype: Any) -> Any:
    """Give numbers as integers where both columns were integers and no digits are lost, as pandas does."""
    wanted = getattr(values, "dtype", None)
    if wanted is None or wanted == dtype or not from_pandas_dtype(dtype).is_integer or wanted.kind != "f":
        return values
    return values.astype(dtype) if bool((values % 1 == 0).all()) else values


class SeriesCombining(Combining):
    """What only series have."""

    def update(self, other: Any) -> None:
        """Take over the values that another series has under the same labels.

        Parameters
        ----------
        other : Series, or what makes one
            The other series; its missing values change nothing.
        """
        other = from_local(other if isinstance(other, NDFrame) else pd.Series(other))
        like = other.reindex_like(self)
        there = like.notna()
        if there.any():
            self.loc[there] = like
