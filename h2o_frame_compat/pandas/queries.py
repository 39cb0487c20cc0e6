"""Frames asked in a language: ``query``, ``eval``, ``select``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Self

from h2o_frame_compat.core.queries import Query, Unreadable
from h2o_frame_compat.pandas.generic import NDFrame
from h2o_frame_compat.pandas.wrap import users_level

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from h2o_frame_compat.core.block import Block


class Queries(NDFrame):
    """What only frames have."""

    def query(
        self, expr: str, *, parser: str = "pandas", engine: str | None = None,
        local_dict: dict[str, Any] | None = None, global_dict: dict[str, Any] | None = None,
        resolvers: list[Mapping[str, Any]] | None = None, level: int = 0, inplace: bool = False,
    ) -> Self | None:
        """Keep the rows for which an expression is true.

        Parameters
        ----------
        expr : str
            The expression; names are columns, index levels or ``index``, and ``@name`` is a variable.
        parser, engine
            As in pandas; other than the default ones run there.
        local_dict, global_dict : dict, optional
            The variables; those where the call stands by default.
        resolvers : list of mappings, optional
            More names.
        level : int
            How many calls further out the variables are.
        inplace : bool, default False
            Whether to change this object.

        Returns
        -------
        DataFrame or None

        Examples
        --------
        >>> import h2o_frame_compat.pandas as pd
        >>> pd.DataFrame({"a": [1, 2, 3], "b": ["x", "y", "x"]}).query("a > 1 and b == 'x'")["a"].tolist()
        [3]
        """
        names = variables(local_dict, global_dict, resolvers, level)
        found = self._asked("query", expr, names, parser, engine, lambda query: self.loc[query.value()])
        return self._result(found._block, inplace=inplace)

    def eval(self, expr: str, *, inplace: bool = False, **kwargs: Any) -> Any:
        """Compute an expression of columns, or new columns as ``name = expression``, one a line.

        Parameters
        ----------
        expr : str
            The expression; see `query`.
        inplace : bool, default False
            Whether new columns are put into this object.
        **kwargs
            The other keywords of `query`.

        Returns
        -------
        Series, DataFrame, scalar or None

        Examples
        --------
        >>> import h2o_frame_compat.pandas as pd
        >>> pd.DataFrame({"a": [1, 2], "b": [3, 4]}).eval("a + b").tolist()
        [4, 6]
        """
        get = kwargs.get
        names = variables(get("local_dict"), get("global_dict"), get("resolvers"), get("level", 0))
        frame = self.copy()

        def compute(query: Query) -> Any:
            if not query.assigns:
                if inplace:
                    msg = "Cannot operate inplace if there is no assignment"
                    raise ValueError(msg)
                return query.value()
            for label, made in query.assignments():
                frame[label] = made()
            return frame

        made = frame._asked("eval", expr, names, kwargs.get("parser", "pandas"), kwargs.get("engine"), compute)
        return self._result(made._block, inplace=True) if inplace else made

    def _asked(
        self, method: str, expr: Any, names: Mapping[str, Any], parser: str, engine: str | None,
        compute: Callable[[Query], Any],
    ) -> Any:
        if not isinstance(expr, str):
            msg = f"expr must be a string to be evaluated, {type(expr)} given"
            raise ValueError(msg)  # noqa: TRY004 - pandas raises it
        if not expr.strip():
            msg = "expr cannot be an empty string"
            raise ValueError(msg)
        try:
            if parser != "pandas" or engine not in {None, "numexpr"}:
                raise Unreadable
            return compute(Query(expr, self._column_or_level, names))
        except Unreadable:
            # The frames between would hide the variables, so they are handed over.
            return self._fallback(method, expr, parser=parser, engine=engine, local_dict=dict(names))

    def _column_or_level(self, name: str) -> Any:
        if len(self._block.find(name)) == 1:
            return self._one_column(self._block.select(self._block.find(name)))
        block = self._block
        names = list(block.index_names)
        place = names.index(name) if name in names else 0 if name == "index" and len(names) == 1 else None
        if place is None:
            raise KeyError(name)
        return self._one_column(block.with_columns([block.index_columns[place]], [name]))

    def _one_column(self, block: Block) -> Any:
        raise NotImplementedError

    def select(self, *args: Any, **kwargs: Any) -> Self:
        """Keep columns, and make new ones.

        Parameters
        ----------
        *args : label or list of labels
            Labels of columns, or expressions made with ``col``.
        **kwargs : callable, Series, scalar or array
            New columns, as `assign` takes them.

        Returns
        -------
        DataFrame
        """
        wanted = list(args[0]) if len(args) == 1 and isinstance(args[0], list) else list(args)
        parts = [p._eval_expression(self) if hasattr(p, "_eval_expression") else p for p in wanted]
        frame, labels = self.copy(), []
        for part in parts:
            if isinstance(part, NDFrame):
                frame[part.name] = part
            labels.append(part.name if isinstance(part, NDFrame) else part)
        made = frame.assign(**kwargs)
        selected: Self = made[[*labels, *(k for k in kwargs if k not in labels)]]
        return selected


def variables(
    local: dict[str, Any] | None, everywhere: dict[str, Any] | None, more: list[Mapping[str, Any]] | None, level: int
) -> dict[str, Any]:
    """Give the names that a query may use, those where the user's call stands by default."""
    frame = sys._getframe(users_level() - 1 + level)
    names = dict(frame.f_globals if everywhere is None else everywhere)
    names |= frame.f_locals if local is None else local
    for mapping in more or ():
        names |= dict(mapping)
    return names
