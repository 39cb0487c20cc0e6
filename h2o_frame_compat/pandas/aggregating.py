"""``agg``: several statistics at once, by names, by functions, or by names of your own."""

from __future__ import annotations

from typing import Any

import pandas as pd

from h2o_frame_compat.core import describe as describing
from h2o_frame_compat.core.functions import function_name
from h2o_frame_compat.core.group_functions import label_of, meaning_of
from h2o_frame_compat.pandas.generic import NDFrame
from h2o_frame_compat.pandas.wrap import small


class FrameAggregating(NDFrame):
    """What only frames have."""

    def agg(self, func: Any = None, axis: Any = 0, *args: Any, **kwargs: Any) -> Any:
        """Aggregate with one or several functions, where they have names all in one call to the cluster.

        Parameters
        ----------
        func : str, callable, list or dict
            What to compute: for all columns, several for all columns, or for each column its own.
        axis : {0, 1, "index", "columns"}, default 0
            Down the rows, or across the columns.
        *args, **kwargs
            Passed on to the function; without one ``name=(column, function)``.

        Returns
        -------
        scalar, Series or DataFrame
        """
        rows = axis in {1, "columns"}
        if func is None and kwargs and not rows:
            made = _named_cells(self, kwargs)
            return self._fallback("agg", **kwargs) if made is None else small(made)
        name = None if isinstance(func, (list, dict)) else function_name(func)
        if name is not None and name not in {"size", "first", "last"}:
            return getattr(self, name)(*args, **({"axis": 1} if rows else {}), **kwargs)
        if rows or args or kwargs:
            return self._fallback("agg", func, axis, *args, **kwargs)
        made = describing.aggregate(self._block, func)
        made = _cells(self, func) if made is None else made
        return self._fallback("agg", func) if made is None else small(made)

    aggregate = agg


class SeriesAggregating(NDFrame):
    """What only series have."""

    def agg(self, func: Any = None, axis: Any = 0, *args: Any, **kwargs: Any) -> Any:
        """Aggregate with one or several functions.

        Parameters
        ----------
        func : str, callable, list or dict
            What to compute.
        axis : {0}
            Accepted for the frame's sake.
        *args, **kwargs
            Passed on to the function; without one ``name=function``.

        Returns
        -------
        scalar or Series
        """
        if func is None and kwargs:
            return self.agg(kwargs)
        name = None if isinstance(func, (list, dict)) else function_name(func)
        if name is not None:
            return getattr(self, name)(*args, **kwargs)
        plain = isinstance(func, list) and not args and not kwargs
        made = describing.aggregate(self._block, func) if plain else None
        if made is not None:
            return small(made.iloc[:, 0].rename(self._block.labels[0]))
        functions = func if isinstance(func, dict) else {label_of(f): f for f in func} if isinstance(func, list) else {}
        cells: dict[Any, Any] = {}
        if not args and not kwargs:
            cells = {label: _cell(self, f) for label, f in functions.items()}
        if not cells or None in cells.values() or len(cells) != len(func):
            return self._fallback("agg", func, axis, *args, **kwargs)
        return small(pd.Series([c[0] for c in cells.values()], index=list(cells), name=self._block.labels[0]))

    aggregate = agg


def _cell(series: Any, function: Any) -> tuple[Any] | None:
    """Compute a statistic of a column; None when it is none of ours."""
    meant = meaning_of(function, series._block.dtypes[0])
    if meant is None:
        return None
    name, options = meant
    return (len(series) if name == "size" else getattr(series, name)(**options),)


def _cells(frame: Any, func: Any) -> Any:
    """Compute one statistic after the other: a table of pandas, or None when one is none of ours."""
    block = frame._block
    spec = func if isinstance(func, dict) else dict.fromkeys(range(len(block.columns)), func)
    columns: dict[Any, pd.Series] = {}
    flat = not any(isinstance(own, list) for own in spec.values())
    for label, own in spec.items():
        place = label if not isinstance(func, dict) else next(iter(block.find(label)), None)
        functions = own if isinstance(own, list) else [own]
        if place is None or len({label_of(f) for f in functions}) < len(functions):
            return None
        found = [_cell(frame._series(place), f) for f in functions]
        if any(cell is None for cell in found):
            return None
        columns[place] = pd.Series([cell[0] for cell in found if cell], index=[label_of(f) for f in functions])
    labels = block.labels[list(columns)]
    if flat:
        return pd.Series([c.iloc[0] for c in columns.values()], index=labels)
    rows = list(dict.fromkeys(row for c in columns.values() for row in c.index))
    made = pd.concat([c.reindex(rows) for c in columns.values()], axis=1)
    made.columns = labels
    return made


def _named_cells(frame: Any, wanted: dict[str, Any]) -> pd.DataFrame | None:
    """Compute ``name=(column, function)``: a row for each name, a column for each column."""
    columns: dict[Any, dict[str, Any]] = {}
    for name, pair in wanted.items():
        if not isinstance(pair, tuple) or len(pair) != 2:
            return None
        places = frame._block.find(pair[0])
        cell = _cell(frame._series(places[0]), pair[1]) if len(places) == 1 else None
        if cell is None:
            return None
        columns.setdefault(pair[0], {})[name] = cell[0]
    made = pd.concat([pd.Series(c).reindex(list(wanted)) for c in columns.values()], axis=1)
    made.columns = pd.Index(list(columns))
    return made
