"""What all kinds of group-by objects share: the groups, the selected columns, and pandas on the client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat.core import groups as grouping
from h2o_frame_compat.core.block import RangeLabels
from h2o_frame_compat.core.group_functions import absent
from h2o_frame_compat.core.resample import on_grid
from h2o_frame_compat.pandas.wrap import fallback, to_local

if TYPE_CHECKING:
    from collections.abc import Sequence

    from h2o_frame_compat.core.block import Block
    from h2o_frame_compat.core.groups import Grouping
    from h2o_frame_compat.expr import Expr
    from h2o_frame_compat.pandas.generic import NDFrame
    from h2o_frame_compat.pandas.series import Series


class GroupByBase:
    """Groups of rows; made by `groupby`.

    Parameters
    ----------
    obj : DataFrame or Series
        What is grouped.
    groups : Grouping or None
        The groups; None when pandas has to make them.
    options : dict
        The arguments of `groupby`, for the fallback.
    selection : list of int, optional
        Positions of the columns to work on.
    single : bool
        Whether the selection is one column, not a list of them.
    """

    _pandas_class: type[Any]

    def __init__(
        self,
        obj: NDFrame,
        groups: Grouping | None,
        options: dict[str, Any],
        selection: list[int] | None = None,
        *,
        single: bool = False,
    ) -> None:
        self._obj = obj
        self._groups = groups
        self._options = options
        self._selection = selection
        self._single = single

    def __repr__(self) -> str:
        return f"<h2o_frame_compat {type(self).__name__} of {self._options['by']!r}>"

    # ------------------------------------------------------------------ pandas on the client

    def _local(self, name: str) -> Any:
        local = self._obj._to_local(guard=name)
        options = {k: to_local(v, name) for k, v in self._options.items()}
        made = local.groupby(**options)
        if self._selection is None or isinstance(local, pd.Series):
            return made
        labels = [local.columns[n] for n in self._selection]
        return made[labels[0] if self._single else labels]

    def _fallback(self, method: str, *args: Any, **kwargs: Any) -> Any:
        name = f"{type(self).__name__}.{method}"

        def run() -> Any:
            found = getattr(self._local(name), method)
            return found(*to_local(args, name), **to_local(kwargs, name)) if callable(found) else found

        return fallback(name, run, self._obj)

    def _by_nature(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Run what hands data to the user's process whatever computes it, such as a plot."""
        found = getattr(self._local(f"{type(self).__name__}.{method}"), method)
        return found(*args, **kwargs) if callable(found) else found

    # ------------------------------------------------------------------ columns and results

    @property
    def _places(self) -> list[int]:
        assert self._groups is not None
        return self._groups.values if self._selection is None else self._selection

    def _chosen(self, name: str, *, numeric_only: bool) -> list[int]:
        """Give the positions of the columns that a method works on."""
        assert self._groups is not None
        types = self._groups.block.dtypes
        if not numeric_only:
            return self._places
        numbers = [n for n in self._places if types[n].is_numeric]
        if self._single and not numbers:
            msg = f"Cannot use numeric_only=True with {type(self).__name__}.{name} and non-numeric dtypes."
            raise TypeError(msg)
        return numbers

    def _columns(self, places: Sequence[int]) -> list[Expr]:
        assert self._groups is not None
        return [self._groups.block.columns[p] for p in places]

    def _labels(self, places: Sequence[int]) -> pd.Index[Any]:
        assert self._groups is not None
        return self._groups.block.labels[list(places)]

    def _finished(self, summary: grouping.Summary, exprs: Sequence[Expr], labels: Any, names: Sequence[str]) -> Block:
        """Make the block of aggregates, with the groups of categories that do not occur where they are wanted."""
        assert self._groups is not None
        as_index = self._options["as_index"]
        if not self._groups.incomplete:
            return summary.block(exprs, labels, as_index=as_index)
        fills = [absent(n) for n in names]
        made = summary.block(exprs, labels)
        if self._groups.bins is not None:
            made = on_grid(made, self._groups.bins, self._groups.names[0], fills)
        else:
            made = grouping.completed(self._groups, made, fills)
        if as_index:
            return made
        keys = grouping.with_keys(self._groups.names, made.labels)
        return made.with_columns([*made.index_columns, *made.columns], keys).with_index(RangeLabels(), (None,))

    def _wrap(self, block: Block) -> Any:
        raise NotImplementedError

    @staticmethod
    def _frame(block: Block) -> Any:
        from h2o_frame_compat.pandas.frame import DataFrame  # noqa: PLC0415 - frame builds on this package

        return DataFrame._of(block)

    @staticmethod
    def _series(block: Block) -> Series:
        from h2o_frame_compat.pandas.series import Series  # noqa: PLC0415 - series builds on this package

        return Series._of(block)

    def _of_rows(self, block: Block) -> Any:
        """Wrap some rows of the original, with the selected columns."""
        if self._selection is None:
            return type(self._obj)._of(block)
        chosen = block.select(self._selection)
        return self._series(chosen) if self._single else self._frame(chosen)

    # ------------------------------------------------------------------ what it is

    @property
    def ndim(self) -> int:
        """The number of dimensions of what is grouped."""
        return 1 if self._single else 2

    @property
    def keys(self) -> Any:
        """What was given as keys."""
        return self._options["by"]

    @property
    def level(self) -> Any:
        """Which levels of the index were given."""
        return self._options["level"]

    @property
    def ngroups(self) -> int:
        """The number of groups."""
        if self._groups is None:
            return int(self._fallback("ngroups"))
        return self._size_block().nrows

    def __len__(self) -> int:
        return self.ngroups

    def _size_block(self, name: Any = "size", *, as_index: bool = True) -> Block:
        assert self._groups is not None
        summary = grouping.Summary(self._groups)
        if as_index == self._options["as_index"]:
            return self._finished(summary, [summary.of("size")], [name], ["size"])
        return summary.block([summary.of("size")], [name], as_index=as_index)

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
