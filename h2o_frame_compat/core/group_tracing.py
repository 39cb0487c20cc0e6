"""Functions of one group, run once on a stand-in that writes down what they compute.

As in `tracing`, only functions that cannot notice the difference: arithmetic on a column of the group and on its
statistics. For all others the functions here give None, and they run in pandas.
"""

from __future__ import annotations

import builtins
import types
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from h2o_frame_compat.core.elementwise import combine
from h2o_frame_compat.core.group_functions import statistic
from h2o_frame_compat.core.literals import to_lit
from h2o_frame_compat.core.tracing import UFUNCS, Untraceable, harmless, refuse
from h2o_frame_compat.expr import Col, Expr, call
from h2o_frame_compat.expr.nodes import walk

if TYPE_CHECKING:
    from collections.abc import Callable

    from h2o_frame_compat.core.groups import Grouping, Summary

_STATISTICS = {
    "sum": {"skipna"}, "prod": {"skipna"}, "mean": {"skipna"}, "median": {"skipna"}, "min": {"skipna"},
    "max": {"skipna"}, "std": {"skipna", "ddof"}, "var": {"skipna", "ddof"}, "sem": {"skipna", "ddof"},
    "skew": {"skipna"}, "kurt": {"skipna"}, "count": set(), "nunique": {"dropna"}, "quantile": {"q", "interpolation"},
}  # fmt: skip
_NUMBERS = (int, float, np.number)


class Member:
    """A column of a group, or a number computed from it, that is not known yet.

    Parameters
    ----------
    expr : Expr
        Over the columns of the rows and over aggregates.
    summary : Summary
        Has the aggregates.
    """

    __slots__ = ("_expr", "_summary")

    def __init__(self, expr: Expr, summary: Summary) -> None:
        self._expr, self._summary = expr, summary

    def _apply(self, op: str, other: Any, *, reflected: bool = False) -> Member:
        if isinstance(other, Member):
            value: Expr = other._expr  # noqa: SLF001 - of this class
        elif isinstance(other, _NUMBERS) and not isinstance(other, bool) and not pd.isna(other):
            value = to_lit(other, self._expr.dtype)
        else:
            raise Untraceable
        left, right = (value, self._expr) if reflected else (self._expr, value)
        return Member(combine(op, left, right), self._summary)

    def __getattr__(self, name: str) -> Any:
        if name == "size":
            return Member(self._summary.of("size"), self._summary)
        if name == "shape":
            return (Member(self._summary.of("size"), self._summary),)
        if name == "abs":
            return self.__abs__
        if name not in _STATISTICS or not isinstance(self._expr, Col) or self._summary.owns(self._expr.id):
            raise Untraceable

        def compute(*args: Any, **options: Any) -> Member:
            if name == "quantile" and args:
                options["q"], args = args[0], args[1:]
            if args or not options.keys() <= _STATISTICS[name]:
                raise Untraceable
            made = statistic(self._summary, name, self._expr, **options)
            if made is None:
                raise Untraceable
            return Member(made, self._summary)

        return compute

    def __neg__(self) -> Member:
        return Member(call("neg", self._expr), self._summary)

    def __abs__(self) -> Member:
        return Member(call("abs", self._expr), self._summary)

    def __pow__(self, other: Any) -> Member:
        if other not in {1, 2, 3}:
            raise Untraceable
        return self._apply("pow", other)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Member:
        if method == "__call__" and not kwargs and len(inputs) == 1 and ufunc.__name__ in UFUNCS:
            return Member(call(UFUNCS[ufunc.__name__], self._expr), self._summary)
        raise Untraceable

    def __eq__(self, other: object) -> Any:
        return self._apply("eq", other)

    def __ne__(self, other: object) -> Any:
        return self._apply("ne", other)

    __hash__ = refuse  # its == gives no truth value
    __bool__ = __str__ = __repr__ = __format__ = __len__ = __iter__ = refuse
    __float__ = __int__ = __index__ = refuse
    __array__ = __round__ = __complex__ = __contains__ = refuse


def _operator(op: str, *, reflected: bool = False) -> Callable[[Member, Any], Member]:
    def method(self: Member, other: Any) -> Member:
        return self._apply(op, other, reflected=reflected)

    return method


for _name in ("add", "sub", "mul", "truediv"):
    setattr(Member, f"__{_name}__", _operator(_name))
    setattr(Member, f"__r{_name}__", _operator(_name, reflected=True))
for _name in ("lt", "le", "gt", "ge"):
    setattr(Member, f"__{_name}__", _operator(_name))


class Members:
    """The rows of a group of a frame that are not known yet: its columns by label.

    Parameters
    ----------
    groups : Grouping
        The groups.
    places : list of int
        Positions of the columns that functions see.
    summary : Summary
        Has the aggregates.
    """

    __slots__ = ("_groups", "_places", "_summary")

    def __init__(self, groups: Grouping, places: list[int], summary: Summary) -> None:
        self._groups, self._places, self._summary = groups, places, summary

    def __getitem__(self, label: Any) -> Member:
        found = [p for p in self._groups.block.find(label) if p in self._places] if isinstance(label, str) else []
        if len(found) != 1:
            raise Untraceable
        return member(self._groups.block.columns[found[0]], self._summary)

    def __getattr__(self, name: str) -> Any:
        if name == "shape":
            return (Member(self._summary.of("size"), self._summary), len(self._places))
        if name.startswith("_") or hasattr(pd.DataFrame, name):
            raise Untraceable
        return self[name]

    __bool__ = __str__ = __repr__ = __format__ = __len__ = __iter__ = __array__ = __contains__ = refuse


def member(expr: Expr, summary: Summary) -> Member:
    """Give the stand-in of a column of plain numbers."""
    d = expr.dtype
    if d.nullable or d.kind not in {"int64", "float64"}:
        raise Untraceable
    return Member(expr, summary)


def _length(value: Any) -> Any:
    if isinstance(value, (Member, Members)):
        summary = value._summary  # noqa: SLF001 - of this module
        return Member(summary.of("size"), summary)
    return builtins.len(value)


def trace_group(function: Callable[..., Any], argument: Callable[[], Member | Members]) -> Expr | None:
    """Run a function of a group once.

    Parameters
    ----------
    function : callable
        A function of one group.
    argument : callable
        Gives the stand-in.

    Returns
    -------
    Expr or None
        What it computes, over the rows and over aggregates; None when it cannot be written down.
    """
    if not isinstance(function, types.FunctionType) or not harmless(function, {"len"}):
        return None
    names = {**function.__globals__, "len": _length}
    watched = types.FunctionType(
        function.__code__, names, function.__name__, function.__defaults__, function.__closure__
    )
    try:
        made = watched(argument())
    except Exception:  # noqa: BLE001 - whatever goes wrong with a stand-in, pandas tries the real thing
        return None
    return made._expr if isinstance(made, Member) else None  # noqa: SLF001 - of this module


def one_for_each_group(summary: Summary, expr: Expr) -> bool:
    """Tell whether an expression is made of aggregates only."""
    return all(summary.owns(node.id) for node in walk(expr) if isinstance(node, Col))
