"""Functions and replacements applied to values, columns and rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

from h2o_frame_compat.core.align import same_rows, side_by_side
from h2o_frame_compat.core.replacing import NO_DEFAULT, mapped, replaced
from h2o_frame_compat.core.tracing import trace_row, trace_value
from h2o_frame_compat.pandas.generic import NDFrame
from h2o_frame_compat.pandas.wrap import small, to_local

if TYPE_CHECKING:
    from collections.abc import Callable

    from h2o_frame_compat.core.block import Block
    from h2o_frame_compat.expr import Expr

_SEVERAL = "the function's results do not fit into a column of H2O"


class Transforming(NDFrame):
    """What frames and series share."""

    def transform(self, func: Any, axis: Any = 0, *args: Any, **kwargs: Any) -> Any:
        """Apply a function that gives as many rows as it gets.

        Parameters
        ----------
        func : callable, str, list or dict
            A function of a column (of a value, for a series), names of methods, or for each column its own.
        axis : {0, 1, "index", "columns"}, default 0
            0: columns; 1: rows.
        *args, **kwargs
            Other arguments of the function.

        Returns
        -------
        Series or DataFrame

        Raises
        ------
        ValueError
            When the function aggregates.

        Examples
        --------
        >>> import h2o_frame_compat.pandas as pd
        >>> pd.DataFrame({"a": [1, 3]}).transform(lambda column: column - column.mean())["a"].tolist()
        [-1.0, 1.0]
        """
        rows = axis in {1, "columns"} and self._pandas_class is pd.DataFrame
        if rows and not isinstance(func, str):  # pandas turns the frame around, and dtypes with it
            return self._fallback("transform", func, axis, *args, **kwargs)
        if isinstance(func, str):
            made = getattr(self, func)(*args, **({"axis": 1} if rows else {}), **kwargs)
        elif isinstance(func, (list, dict)):
            made = self._by_each(func, args, kwargs)
        elif callable(func):
            made = self._applied(func, args, kwargs)
        else:
            return self._fallback("transform", func, axis, *args, **kwargs)
        if not isinstance(made, NDFrame) or len(made) != len(self):
            msg = "Function did not transform"
            raise ValueError(msg)
        return made

    def _applied(self, func: Any, args: Any, kwargs: Any) -> Any:
        return self.apply(func, args=args, **kwargs)

    def apply(self, func: Any, *args: Any, **kwargs: Any) -> Any:
        """Apply a function; see the class."""
        raise NotImplementedError

    def _by_each(self, func: Any, args: Any, kwargs: Any) -> Any:
        """Transform by several functions, or each column by its own; their names become labels."""
        wide = self._pandas_class is pd.DataFrame
        columns = {label: self[label] for label in self.columns} if wide else {None: self}
        spec = func if isinstance(func, dict) and wide else dict.fromkeys(columns, func)
        missing = [label for label in spec if label not in columns]
        if missing:
            msg = f"Label(s) {missing} do not exist"
            raise KeyError(msg)
        parts: dict[Any, NDFrame] = {}
        named = any(isinstance(own, (list, tuple, dict)) for own in spec.values())
        for label, own in spec.items():
            functions = own if isinstance(own, (list, tuple)) else [own]
            several = own.items() if isinstance(own, dict) else [(_name_of(f), f) for f in functions]
            for name, one in several:
                key = label if not named else name if label is None else (label, name)
                if key in parts:
                    msg = "Function names must be unique"
                    raise pd.errors.SpecificationError(msg)
                parts[key] = columns[label].transform(one, 0, *args, **kwargs)
        labels = pd.Index(list(parts)) if parts else pd.Index([])
        return _side_by_side(list(parts.values()), labels)


def _name_of(func: Any) -> str:
    return func if isinstance(func, str) else getattr(func, "__name__", repr(func))


def _side_by_side(parts: list[Any], labels: pd.Index[Any]) -> Any:
    """Put series side by side, under new labels."""
    from h2o_frame_compat.pandas.concat import concat  # noqa: PLC0415 - concat builds on frames

    made = concat(parts, axis=1)
    made.columns = labels
    return made


class FrameMapping(Transforming):
    """What only frames have."""

    def map(self, func: Callable[..., Any], na_action: str | None = None, **kwargs: Any) -> Self:
        """Apply a function to every value; it is called once for each distinct value of a column.

        Parameters
        ----------
        func : callable
            A function of one value.
        na_action : {None, "ignore"}
            Whether missing values are left alone.
        **kwargs
            Other arguments of the function.

        Returns
        -------
        DataFrame
        """
        block = self._block
        try:
            columns = [
                mapped(block, e, lambda v: v.to_frame().map(func, na_action, **kwargs).iloc[:, 0], "DataFrame.map")
                for e in block.columns
            ]
        except TypeError:
            made: Self = self._fallback("map", func, na_action, why=_SEVERAL, **kwargs)
            return made
        return type(self)._of(block.with_columns(columns, block.labels))

    def apply(
        self, func: Any, axis: Any = 0, raw: bool = False, result_type: str | None = None, args: Any = (),
        by_row: Any = "compat", engine: Any = None, engine_kwargs: Any = None, **kwargs: Any,
    ) -> Any:
        """Apply a function to every column or row.

        Parameters
        ----------
        func : callable, str, list or dict
            For columns it is given a `Series` of ours. For rows it is run once, on a stand-in that writes
            down arithmetic, comparisons and NumPy's mathematics; a function that does anything else runs in
            pandas on the client.
        axis : {0, 1, "index", "columns"}, default 0
            0: columns; 1: rows.
        raw, result_type
            As in pandas; other than by default they run there, on the client.
        args : tuple
            Other positional arguments of the function.
        by_row, engine, engine_kwargs
            As in pandas; other than by default they run there, on the client.
        **kwargs
            Other keyword arguments of the function.

        Returns
        -------
        Series or DataFrame

        Examples
        --------
        >>> import h2o_frame_compat.pandas as pd
        >>> pd.DataFrame({"a": [1, 2], "b": [3, 4]}).apply(lambda row: row["a"] * row["b"], axis=1).tolist()
        [3, 8]
        """
        rows = axis in {1, "columns"}
        plain = not raw and result_type is None and engine in {None, "python"} and by_row == "compat"
        if isinstance(func, str) and plain:
            extra = {"axis": axis} if rows else {}
            return getattr(self, func)(*args, **extra, **kwargs)
        if isinstance(func, (list, dict, tuple)) and plain:
            return self.agg(func, axis, *args, **kwargs)
        if isinstance(func, np.ufunc) and plain and not args and not kwargs:
            return func(self)
        made = None
        if plain and callable(func) and len(self._block.columns):
            made = self._over_rows(func, args, kwargs) if rows else self._over_columns(func, args, kwargs)
        if made is not None:
            return made
        how: dict[str, Any] = {"axis": axis, "raw": raw, "result_type": result_type, "args": args, "by_row": by_row}
        return self._fallback("apply", func, why="the function runs row by row in Python", **how, **kwargs)

    def _over_rows(self, func: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        if args or kwargs:
            return None
        expr = trace_row(func, self._block)
        if expr is None:
            return None
        return self._one_column(self._block.with_columns([expr], [None]))

    def _over_columns(self, func: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        block = self._block
        try:
            results = [func(self._series(n), *args, **kwargs) for n in range(len(block.columns))]
        except Exception:  # noqa: BLE001 - pandas runs the function, and raises what is to be raised
            return None
        if all(isinstance(r, NDFrame) and r._pandas_class is pd.Series for r in results):
            return self._gathered([r._block for r in results])
        if any(isinstance(r, (NDFrame, pd.Series, pd.DataFrame, np.ndarray, list, dict)) for r in results):
            return None
        return small(pd.Series(results, index=block.labels))

    def _gathered(self, parts: list[Block]) -> Any:
        """Put results with the same rows side by side."""
        whole, columns = parts[0], [parts[0].columns[0]]
        if not same_rows(whole, self._block) and any(not same_rows(whole, p) for p in parts[1:]):
            return None
        for part in parts[1:]:
            if not same_rows(whole, part):
                return None
            whole, other = side_by_side(whole, part)
            columns.append(other.columns[0])
        return type(self)._of(whole.with_columns(columns, self._block.labels))

    def _one_column(self, block: Block) -> Any:
        return type(self._series(0))._of(block)

    def replace(
        self, to_replace: Any = None, value: Any = NO_DEFAULT, *, inplace: bool = False, regex: Any = False
    ) -> Self:
        """Replace values by others.

        Parameters
        ----------
        to_replace : scalar, list, dict, or dict of dicts
            What is replaced, for all columns or by column label.
        value : scalar, list or dict, optional
            By what.
        inplace : bool, default False
            Whether to change this object.
        regex : bool, default False
            Whether texts are regular expressions.

        Returns
        -------
        DataFrame
        """
        block = self._block
        plan = None if not isinstance(regex, bool) else _by_column(block, to_replace, value)
        if plan is None:
            made: Self = self._fallback("replace", to_replace, regex=regex, **_given(value))
            return self._set(made._block, inplace)
        columns = [
            replaced(block, e, *pair, regex=regex) if pair is not None else e
            for e, pair in zip(block.columns, plan, strict=True)
        ]
        return self._set(block.with_columns(columns, block.labels), inplace)

    def _set(self, block: Block, inplace: bool) -> Self:
        if not inplace:
            return type(self)._of(block)
        object.__setattr__(self, "_block", block)
        return self


def _given(value: Any) -> dict[str, Any]:
    return {} if value is NO_DEFAULT else {"value": value}


def _by_column(block: Block, old: Any, new: Any) -> list[tuple[Any, Any] | None] | None:
    """Give what is replaced in each column, None for a column that stays; None when pandas must see to it."""
    labels = list(block.labels)
    if old is None or (new is NO_DEFAULT and not isinstance(old, dict)):
        return None
    if isinstance(old, dict) and new is NO_DEFAULT:
        if not any(isinstance(v, dict) for v in old.values()):
            return [(old, NO_DEFAULT)] * len(labels)
        if not all(isinstance(v, dict) for v in old.values()):
            return None
        return [(old[label], NO_DEFAULT) if label in old else None for label in labels]
    if isinstance(old, dict) and isinstance(new, dict):
        return [(old[label], new[label]) if label in old and label in new else None for label in labels]
    if isinstance(old, dict):
        return [(old[label], new) if label in old else None for label in labels]
    if isinstance(new, dict):
        return [(old, new[label]) if label in new else None for label in labels]
    return [(old, new)] * len(labels)


class SeriesMapping(Transforming):
    """What only series have."""

    def _applied(self, func: Any, args: Any, kwargs: Any) -> Any:
        try:
            return self.apply(func, args=args, **kwargs)
        except (TypeError, ValueError, AttributeError):  # perhaps a function of the whole column
            return func(self, *args, **kwargs)

    def map(
        self, func: Any = None, na_action: str | None = None, engine: Any = None, **kwargs: Any
    ) -> Self:
        """Replace each value by what a dict, a series or a function gives for it.

        Parameters
        ----------
        func : dict, Series or callable
            A value that is no key becomes missing. A function is called once for each distinct value.
        na_action : {None, "ignore"}
            Whether missing values are left alone.
        engine : callable, optional
            Runs in pandas on the client.
        **kwargs
            Other arguments of the function.

        Returns
        -------
        Series

        Examples
        --------
        >>> import h2o_frame_compat.pandas as pd
        >>> pd.Series(["a", "b"]).map({"a": 1, "b": 2}).tolist()
        [1, 2]
        """
        mapper = to_local(func, "Series.map")
        if engine is not None or func is None:
            made: Self = self._fallback("map", func, na_action, engine, **kwargs)
            return made
        block = self._block
        expr = None
        if callable(mapper) and not kwargs and na_action is None:
            expr = trace_value(mapper, block.columns[0])
        try:
            expr = expr or self._mapped(lambda values: values.map(mapper, na_action=na_action, **kwargs), "Series.map")
        except TypeError:
            other: Self = self._fallback("map", func, na_action, why=_SEVERAL, **kwargs)
            return other
        return type(self)._of(block.with_columns([expr], block.labels))

    def _mapped(self, function: Callable[[pd.Series], Any], what: str) -> Expr:
        return mapped(self._block, self._block.columns[0], function, what)

    def apply(self, func: Any, args: tuple[Any, ...] = (), *, by_row: Any = "compat", **kwargs: Any) -> Any:
        """Apply a function to every value; it is called once for each distinct value.

        Parameters
        ----------
        func : callable, str, list or dict
            A function of one value, or names of methods.
        args : tuple
            Other positional arguments of the function.
        by_row : {"compat", False}
            False gives the function the whole series.
        **kwargs
            Other keyword arguments of the function.

        Returns
        -------
        Series or DataFrame

        Examples
        --------
        >>> import h2o_frame_compat.pandas as pd
        >>> pd.Series(["a b", "c"]).apply(lambda text: len(text.split())).tolist()
        [2, 1]
        """
        if isinstance(func, str):
            return getattr(self, func)(*args, **kwargs)
        if isinstance(func, (list, dict, tuple)):
            return self.agg(func, 0, *args, **kwargs)
        if by_row is False or (isinstance(func, np.ufunc) and not args and not kwargs):
            return func(self, *args, **kwargs)
        block = self._block
        expr = None if args or kwargs else trace_value(func, block.columns[0])
        try:
            expr = expr or self._mapped(lambda values: values.apply(func, args=args, **kwargs), "Series.apply")
        except TypeError:
            return self._fallback("apply", func, why=_SEVERAL, args=args, **kwargs)
        return type(self)._of(block.with_columns([expr], block.labels))

    def replace(
        self, to_replace: Any = None, value: Any = NO_DEFAULT, *, inplace: bool = False, regex: Any = False
    ) -> Self:
        """Replace values by others.

        Parameters
        ----------
        to_replace : scalar, list or dict
            What is replaced; a dict says by what.
        value : scalar or list, optional
            By what.
        inplace : bool, default False
            Whether to change this object.
        regex : bool, default False
            Whether texts are regular expressions.

        Returns
        -------
        Series

        Examples
        --------
        >>> import h2o_frame_compat.pandas as pd
        >>> pd.Series([1, 2, 3]).replace({1: 10, 3: 30}).tolist()
        [10, 2, 30]
        """
        block = self._block
        if to_replace is None or not isinstance(regex, bool):
            made: Self = self._fallback("replace", to_replace, regex=regex, **_given(value))
            block = made._block
        else:
            expr = replaced(block, block.columns[0], to_replace, value, regex=regex)
            block = block.with_columns([expr], block.labels)
        if not inplace:
            return type(self)._of(block)
        object.__setattr__(self, "_block", block)
        return self
