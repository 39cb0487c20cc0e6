"""The function ``eval`` of the top level: an expression of variables."""

from __future__ import annotations

from typing import Any

import pandas as pd

from h2o_frame_compat.core.queries import Query, Unreadable
from h2o_frame_compat.pandas.generic import NDFrame
from h2o_frame_compat.pandas.index import RowLabels
from h2o_frame_compat.pandas.queries import variables
from h2o_frame_compat.pandas.wrap import fallback, to_local

NO_DEFAULT = pd.api.extensions.no_default


def eval(  # noqa: A001 - pandas' name
    expr: Any, parser: str = "pandas", engine: str | None = None, local_dict: Any = None, global_dict: Any = None,
    resolvers: Any = (), level: int = 0, target: Any = None, inplace: Any = NO_DEFAULT,
) -> Any:
    """Compute an expression of variables; see `DataFrame.eval` for one of columns.

    Parameters
    ----------
    expr : str
        The expression.
    parser, engine
        As in pandas; other than the default ones run there.
    local_dict, global_dict : dict, optional
        The variables; those where the call stands by default.
    resolvers : list of mappings
        More names.
    level : int
        How many calls further out the variables are.
    target : DataFrame, optional
        What ``name = expression`` is put into.
    inplace : bool, default False
        Whether `target` itself is changed.

    Returns
    -------
    Series, DataFrame, scalar or None

    Examples
    --------
    >>> import h2o_frame_compat.pandas as pd
    >>> a = pd.Series([1, 2])
    >>> pd.eval("a * 2 + 1").tolist()
    [3, 5]
    """
    names = variables(local_dict, global_dict, list(resolvers), level)
    try:
        if parser != "pandas" or engine not in {None, "numexpr"} or target is not None or not isinstance(expr, str):
            raise Unreadable
        return Query(expr, _nothing, names).value()
    except Unreadable:
        used = {name: value for name, value in names.items() if name in str(expr)}
        moved = [v for v in (*used.values(), target) if isinstance(v, (NDFrame, RowLabels))]
        given = {} if inplace is NO_DEFAULT else {"inplace": inplace}

        def run() -> Any:
            return pd.eval(expr, parser=parser, engine=engine, local_dict=to_local(used, "eval"),
                           target=to_local(target, "eval"), **given)

        return fallback("eval", run, *moved) if moved else run()


def _nothing(name: str) -> Any:
    raise KeyError(name)
