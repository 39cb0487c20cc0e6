"""New columns from old ones: casting and rounding here, the rest in the modules it gathers."""

from __future__ import annotations

from typing import Any, Self

import pandas as pd

from h2o_frame_compat.core.casts import cast, nullable
from h2o_frame_compat.expr import Expr, call
from h2o_frame_compat.pandas.categories import CategoryAccessor
from h2o_frame_compat.pandas.cumulative import Cumulative, FrameCumulative
from h2o_frame_compat.pandas.dates import DatetimeAccessor, TimedeltaAccessor, accessor
from h2o_frame_compat.pandas.filling import NO_DEFAULT, FrameFilling, SeriesFilling, is_series
from h2o_frame_compat.pandas.interpolating import Interpolating
from h2o_frame_compat.pandas.mapping import FrameMapping, SeriesMapping
from h2o_frame_compat.pandas.merge import FrameMerge
from h2o_frame_compat.pandas.strings import StringAccessor
from h2o_frame_compat.pandas.times import Times


class Transforms(Times, Cumulative, Interpolating):
    """What frames and series share."""

    def _labelled(self, mapping: Any) -> list[Any]:
        """Give for each column the value of a dict or series keyed by labels, None where there is none."""
        given = dict(mapping.items())
        labels = self._block.labels
        for key in given:
            if key not in labels:
                msg = "Only a column name can be used for the key in a dtype mappings argument."
                raise KeyError(f"{msg} '{key}' not found in columns.")
        return [given.get(label) for label in labels]

    def astype(self, dtype: Any, copy: Any = NO_DEFAULT, errors: str = "raise") -> Self:
        """Change the dtype.

        Parameters
        ----------
        dtype : str, type, dtype, or dict of them by column label
            The target. ``object`` leaves the values as they are, for H2O has no such columns.
        copy : bool, optional
            Without effect.
        errors : {"raise", "ignore"}
            What happens when values do not fit: an error, or nothing is changed.

        Returns
        -------
        same type

        Raises
        ------
        TypeError, ValueError
            When values do not fit the dtype, as in pandas.

        Examples
        --------
        >>> import h2o_frame_compat.pandas as pd
        >>> pd.Series(["1", "2"]).astype("int64").tolist()
        [1, 2]
        """
        if errors not in {"raise", "ignore"}:
            msg = f"Expected value of kwarg 'errors' to be one of ['raise', 'ignore']. Supplied value is '{errors}'"
            raise ValueError(msg)
        block = self._block
        by_label = isinstance(dtype, dict) or is_series(dtype)
        wanted = self._labelled(dtype) if by_label else [dtype] * len(block.columns)
        columns: list[Expr] = []
        for e, target in zip(block.columns, wanted, strict=True):
            try:
                columns.append(e if target is None else cast(e, block.rel, target))
            except (TypeError, ValueError):
                if errors == "raise":
                    raise
                columns.append(e)
        return type(self)._of(block.with_columns(columns, block.labels))

    def convert_dtypes(
        self, infer_objects: Any = NO_DEFAULT, convert_string: Any = NO_DEFAULT, convert_integer: Any = NO_DEFAULT,
        convert_boolean: Any = NO_DEFAULT, convert_floating: Any = NO_DEFAULT, dtype_backend: str = "numpy_nullable",
    ) -> Self:
        """Give the columns in the dtypes that can hold missing values.

        Parameters
        ----------
        infer_objects, convert_string, convert_integer, convert_boolean, convert_floating : bool, optional
            Which dtypes are converted; all by default.
        dtype_backend : {"numpy_nullable", "pyarrow"}
            As in pandas; ``"pyarrow"`` runs there, on the client.

        Returns
        -------
        same type
        """
        flags = (convert_integer, convert_floating, convert_boolean, convert_string)
        integers, floats, booleans, strings = (flag is NO_DEFAULT or bool(flag) for flag in flags)
        if dtype_backend != "numpy_nullable":
            made: Self = self._fallback("convert_dtypes", dtype_backend=dtype_backend)
            return made
        block = self._block
        columns = [
            nullable(e, block.rel, integers=integers, floats=floats, booleans=booleans, strings=strings)
            for e in block.columns
        ]
        return type(self)._of(block.with_columns(columns, block.labels))

    def infer_objects(self, copy: Any = NO_DEFAULT) -> Self:
        """Give columns of dtype object a better dtype; here, columns always have one.

        Parameters
        ----------
        copy : bool, optional
            Without effect.

        Returns
        -------
        same type
        """
        return type(self)._of(self._block)

    def _rounded(self, digits: list[int | None]) -> Self:
        block = self._block
        columns: list[Expr] = []
        for e, places in zip(block.columns, digits, strict=True):
            rounds = places is not None and (e.dtype.is_float or (e.dtype.is_integer and places < 0))
            columns.append(call("round", e, params=(places,)) if rounds else e)
        return type(self)._of(block.with_columns(columns, block.labels))


class FrameTransforms(FrameMapping, FrameFilling, FrameMerge, FrameCumulative, Transforms):
    """What only frames have."""

    def round(self, decimals: Any = 0, *args: Any, **kwargs: Any) -> Self:
        """Round numbers; other columns stay as they are.

        Parameters
        ----------
        decimals : int, dict or Series, default 0
            Digits after the point, for all columns or by column label.
        *args, **kwargs
            Accepted for NumPy's sake.

        Returns
        -------
        DataFrame
        """
        if isinstance(decimals, dict) or is_series(decimals):
            given = dict((decimals if isinstance(decimals, (dict, pd.Series)) else decimals.to_pandas()).items())
            return self._rounded([given.get(label) for label in self._block.labels])
        return self._rounded([int(decimals)] * len(self._block.columns))


class SeriesTransforms(SeriesMapping, SeriesFilling, Transforms):
    """What only series have."""

    @property
    def cat(self) -> CategoryAccessor:
        """The categories of a categorical series."""
        return CategoryAccessor(self)  # type: ignore[arg-type]  # Series is built on this class

    @property
    def str(self) -> StringAccessor:
        """Functions of text."""
        return StringAccessor(self)  # type: ignore[arg-type]  # Series is built on this class

    @property
    def dt(self) -> DatetimeAccessor | TimedeltaAccessor:
        """Parts and properties of datetimes and timedeltas."""
        return accessor(self)  # type: ignore[arg-type]  # Series is built on this class

    def factorize(self, sort: bool = False, use_na_sentinel: bool = True) -> tuple[Any, Any]:
        """Give each distinct value a number; see `factorize` of the top level.

        Parameters
        ----------
        sort : bool, default False
            Whether the distinct values are numbered in their order.
        use_na_sentinel : bool, default True
            Whether missing values get -1.

        Returns
        -------
        tuple of numpy.ndarray and pandas.Index
            The numbers, which are fetched, and the distinct values.
        """
        from h2o_frame_compat.pandas.general import factorize  # noqa: PLC0415 - general builds on series

        return factorize(self, sort=sort, use_na_sentinel=use_na_sentinel)

    def round(self, decimals: int = 0, *args: Any, **kwargs: Any) -> Self:
        """Round numbers.

        Parameters
        ----------
        decimals : int, default 0
            Digits after the point.
        *args, **kwargs
            Accepted for NumPy's sake.

        Returns
        -------
        Series
        """
        return self._rounded([int(decimals)])
