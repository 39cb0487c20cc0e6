"""What all kinds of windows share: the selected columns, the results, and pandas on the client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat.core.align import align
from h2o_frame_compat.core.group_rows import by_group
from h2o_frame_compat.core.windows import as_float, presence
from h2o_frame_compat.pandas.wrap import fallback, to_local

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from h2o_frame_compat.core.block import Block
    from h2o_frame_compat.expr import Expr
    from h2o_frame_compat.pandas.generic import NDFrame


class Windows:
    """Windows over the rows of an object, or of each group of it.

    Parameters
    ----------
    obj : DataFrame or Series
        The object.
    options : dict
        The arguments they were made with.
    grouped : DataFrameGroupBy or SeriesGroupBy, optional
        The groups, where windows are within groups.
    selection : list of int, optional
        Positions of the columns to work on.
    single : bool
        Whether the selection is one column, not a list of them.
    """

    _method: str

    def __init__(
        self,
        obj: NDFrame,
        options: dict[str, Any],
        grouped: Any = None,
        selection: list[int] | None = None,
        *,
        single: bool = False,
    ) -> None:
        self._obj, self._options, self._grouped = obj, options, grouped
        self._selection, self._single = selection, single

    def __repr__(self) -> str:
        given = ",".join(f"{k}={v}" for k, v in self._options.items() if v is not None)
        return f"{type(self).__name__} [{given}]"

    # ------------------------------------------------------------------ pandas on the client

    def _local(self, name: str) -> Any:
        options = {k: to_local(v, name) for k, v in self._options.items()}
        source = self._obj._to_local(guard=name) if self._grouped is None else self._grouped._local(name)
        made = getattr(source, self._method)(**options)
        if self._selection is None or self._grouped is not None or self._obj._pandas_class is pd.Series:
            return made
        labels = [self._block.labels[n] for n in self._selection]
        return made[labels[0] if self._single else labels]

    def _fallback(self, method: str, *args: Any, why: str = "", **kwargs: Any) -> Any:
        name = f"{type(self).__name__}.{method}"

        def run() -> Any:
            found = getattr(self._local(name), method)
            return found(*to_local(args, name), **to_local(kwargs, name)) if callable(found) else found

        return fallback(name, run, self._obj, why=why)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._local(f"iterating a {type(self).__name__}"))

    # ------------------------------------------------------------------ columns and results

    @property
    def _block(self) -> Block:
        return self._obj._block if self._grouped is None else self._grouped._groups.block

    @property
    def _keys(self) -> tuple[Expr, ...]:
        return () if self._grouped is None else self._grouped._groups.keys

    def _on_place(self) -> int | None:
        """Give the position of the column that windows are measured along, where it is one."""
        on = self._options.get("on")
        found = [] if on is None else self._obj._block.find(on)
        return found[0] if found else None

    def _native(self) -> bool:
        """Tell whether the cluster knows these windows."""
        return self._grouped is None or (
            self._grouped._groups is not None and not self._grouped._groups.incomplete
            and self._grouped._options["as_index"]
        )

    def _places(self, name: str, *, numeric_only: bool) -> list[int]:
        types = self._block.dtypes
        if self._selection is not None:
            places = self._selection
        else:
            own = frozenset() if self._grouped is None else self._grouped._groups.own
            places = [n for n in range(len(types)) if n not in own]
        on = self._on_place()
        places = [n for n in places if n != on or self._single]
        if numeric_only and self._single and not types[places[0]].is_numeric:
            msg = f"{type(self).__name__}.{name} does not implement numeric_only"
            raise NotImplementedError(msg)
        if numeric_only and not self._single:
            places = [n for n in places if types[n].is_numeric and not types[n].is_bool]
        wrong = next((types[n] for n in places if not types[n].is_numeric), None)
        if wrong is not None and name != "count":
            msg = "No numeric types to aggregate" if self._single else f"Cannot aggregate non-numeric type: {wrong}"
            raise pd.errors.DataError(msg)
        return places

    def _each(self, name: str, function: Callable[[Expr], Expr], *, numeric_only: bool) -> Any:
        """Compute a statistic of every column."""
        places = self._places(name, numeric_only=numeric_only)
        prepared = presence if name == "count" else as_float
        columns = [function(prepared(self._block.columns[n])) for n in places]
        return self._result(self._with_on(places, columns))

    def _with_on(self, places: list[int], columns: list[Expr]) -> Block:
        """Put the column that windows are measured along beside the results, as pandas does."""
        on, block = self._on_place(), self._block
        if on is None or self._single:
            return block.with_columns(columns, block.labels[places])
        at = sum(n < on for n in places) if self._selection is None else len(places)
        labels = [*places[:at], on, *places[at:]]
        return block.with_columns([*columns[:at], block.columns[on], *columns[at:]], block.labels[labels])

    def _result(self, block: Block) -> Any:
        from h2o_frame_compat.pandas.frame import DataFrame  # noqa: PLC0415 - frame builds on this package
        from h2o_frame_compat.pandas.series import Series  # noqa: PLC0415 - series builds on this package

        step = self._options.get("step") or 1
        on = self._on_place()
        if self._grouped is not None and on is not None and self._single:
            block = block.with_index((self._block.columns[on],), (self._options["on"],))
        if self._grouped is not None:
            block = by_group(self._grouped._groups, block)
        elif step > 1:
            block = block.slice(0, block.nrows, step)
        return Series._of(block) if self._single else DataFrame._of(block)

    def _pairs(self, name: str, other: Any, pairwise: Any, function: Callable[[Expr, Expr], Expr]) -> Any:
        """Compute a statistic of pairs of columns; None where pandas has to do it."""
        from h2o_frame_compat.pandas.series import Series  # noqa: PLC0415 - series builds on this package

        if not self._native() or self._grouped is not None or pairwise or not self._single:
            return None
        if other is not None and not isinstance(other, Series):
            return None
        (place,) = self._places(name, numeric_only=False)
        mine = self._block.select([place])
        left, right = (mine, mine) if other is None else align(mine, other._block)
        if not all(d.is_numeric for d in right.dtypes) or right.nrows != mine.nrows:
            return None
        same = other is None or mine.labels.equals(other._block.labels)
        made = function(as_float(left.columns[0]), as_float(right.columns[0]))
        return self._result(left.with_columns([made], mine.labels if same else [None]))

    # ------------------------------------------------------------------ what users see

    def __getitem__(self, key: Any) -> Any:
        labels = key if isinstance(key, list) else [key]
        places = []
        for label in labels:
            found = self._block.find(label)
            if not found:
                msg = f"Column not found: {label}"
                raise KeyError(msg)
            places += found
        single = not isinstance(key, list)
        grouped = None if self._grouped is None else self._grouped[key]
        return type(self)(self._obj, self._options, grouped, places, single=single)

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and not self._single and self._obj._block.find(name):
            return self[name]
        if name in self._options:
            return self._options[name]
        msg = f"'{type(self).__name__}' object has no attribute '{name}'"
        raise AttributeError(msg)

    @property
    def ndim(self) -> int:
        """The number of dimensions of the object."""
        return 1 if self._single else 2

    @property
    def exclusions(self) -> frozenset[Any]:
        """As in pandas: always empty."""
        return frozenset()

    def pipe(self, func: Any, *args: Any, **kwargs: Any) -> Any:
        """Call a function with this object.

        Parameters
        ----------
        func : callable or tuple of (callable, str)
            The function, and the name of the argument that takes this object if it is not the first one.
        *args, **kwargs
            Its other arguments.

        Returns
        -------
        object
            What the function gives.
        """
        if isinstance(func, tuple):
            function, keyword = func
            return function(*args, **{keyword: self}, **kwargs)
        return func(self, *args, **kwargs)

    def aggregate(self, func: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Compute one or several statistics.

        Parameters
        ----------
        func : str, list or dict
            Names of methods; Python functions run in pandas on the client.
        *args, **kwargs
            Passed on to the method.

        Returns
        -------
        DataFrame or Series
        """
        from h2o_frame_compat.pandas.concat import concat  # noqa: PLC0415 - concat builds on this package

        if isinstance(func, str):
            return getattr(self, func)(*args, **kwargs)
        plain = isinstance(func, list) and all(isinstance(f, str) for f in func) and self._on_place() is None
        if plain and func and not args and not kwargs and self._native():
            places = self._places("aggregate", numeric_only=False)
            labels = self._block.labels[places]
            if self._single:
                made = concat([getattr(self, f)() for f in func], axis=1)
                made.columns = list(func)
                return made
            if labels.is_unique and labels.nlevels == 1:
                made = concat([getattr(self[c], f)() for c in labels for f in func], axis=1)
                made.columns = pd.MultiIndex.from_product([labels, func])
                return made
        return self._fallback("aggregate", func, *args, **kwargs)

    agg = aggregate
