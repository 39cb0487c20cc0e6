"""The names by which users ask for a statistic: strings, builtins, NumPy functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from h2o_frame_compat.core.block import Block

# pandas 3 calls a function as it is: the builtin sum and np.median let NaN through, np.std divides by n. They are
# not here, because the methods of the same name do otherwise.
_CALLABLES: dict[Any, str] = {
    len: "size",
    any: "any",
    all: "all",
    np.sum: "sum",
    np.mean: "mean",
    np.min: "min",
    np.max: "max",
    np.prod: "prod",
    np.any: "any",
    np.all: "all",
    np.nansum: "sum",
    np.nanmean: "mean",
    np.nanmedian: "median",
    np.nanmin: "min",
    np.nanmax: "max",
    np.size: "size",
}
NAMES = {
    "sum",
    "prod",
    "mean",
    "median",
    "min",
    "max",
    "std",
    "var",
    "sem",
    "skew",
    "kurt",
    "count",
    "size",
    "nunique",
    "any",
    "all",
    "first",
    "last",
}


def function_name(function: Any) -> str | None:
    """Give the name of the statistic that a function or string means.

    Parameters
    ----------
    function : str or callable
        What the user passed.

    Returns
    -------
    str or None
        None when it is none of the known ones.

    Examples
    --------
    >>> function_name(np.mean), function_name("max"), function_name(print)
    ('mean', 'max', None)
    """
    if isinstance(function, str):
        return function if function in NAMES else None
    try:
        return _CALLABLES.get(function)
    except TypeError:  # not hashable
        return None


def names_of(func: Any, block: Block) -> list[tuple[int, list[str]]] | None:
    """Read what ``agg`` takes: a list of functions, or a dict from label to function or list.

    Parameters
    ----------
    func : str, callable, list or dict
        What the user passed.
    block : Block
        The columns it is for.

    Returns
    -------
    list of (int, list of str) or None
        Position of a column and the names of its statistics; None when a function is not one of ours.

    Raises
    ------
    KeyError
        When a dict names a column that is not there.
    """
    if isinstance(func, dict):
        wanted = [
            (n, f if isinstance(f, list) else [f]) for label, f in func.items() for n in _found(block, label)
        ]
    else:
        functions = func if isinstance(func, list) else [func]
        wanted = [(n, functions) for n in range(len(block.columns))]
    named = [(n, [function_name(f) for f in functions]) for n, functions in wanted]
    if any(f is None for _, functions in named for f in functions):
        return None
    return [(n, [f for f in functions if f is not None]) for n, functions in named]


def _found(block: Block, label: Any) -> list[int]:
    found = block.find(label)
    if not found:
        msg = f"Label(s) [{label!r}] do not exist"
        raise KeyError(msg)
    return found
