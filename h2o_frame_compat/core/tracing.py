"""Functions of one row or one value, run once on a stand-in that writes down the arithmetic.

Only functions that cannot notice the difference are traced: arithmetic, comparisons and NumPy's mathematics on
numbers, without branches, names from elsewhere or Python's idea of what a value is. For all others `trace` gives
None, and they run in pandas.
"""

from __future__ import annotations

import builtins
import dis
import types
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.elementwise import combine
from h2o_frame_compat.core.literals import to_lit
from h2o_frame_compat.expr import Expr, call
from h2o_frame_compat.expr.operations import MATH

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from h2o_frame_compat.core.block import Block

_NUMBERS = (int, float, np.number)
UFUNCS = {**{name: name for name in MATH}, "absolute": "abs", "negative": "neg"}
_BINARY = {"add": "add", "subtract": "sub", "multiply": "mul"}


class Untraceable(Exception):  # noqa: N818 - not an error: pandas runs the function instead
    """Raised when a function does something that cannot be written down."""


def refuse(*_: Any, **__: Any) -> Any:
    """Refuse what a stand-in cannot do."""
    raise Untraceable


class Traced:
    """A number that is not known yet.

    Parameters
    ----------
    expr : Expr
        Where it will come from.
    of_numpy : bool
        Whether it will be a number of NumPy, which divides by zero as columns do, and not one of Python.
    """

    __slots__ = ("_expr", "_of_numpy")

    def __init__(self, expr: Expr, *, of_numpy: bool = False) -> None:
        self._expr, self._of_numpy = expr, of_numpy

    def _new(self, expr: Expr) -> Traced:
        return Traced(expr, of_numpy=self._of_numpy)

    def _apply(self, op: str, other: Any, *, reflected: bool = False) -> Traced:
        if isinstance(other, Traced):
            value: Expr = other._expr  # noqa: SLF001 - of this class
        elif isinstance(other, _NUMBERS) and not isinstance(other, bool) and not pd.isna(other):
            value = to_lit(other, self._expr.dtype)
        else:
            raise Untraceable
        left, right = (value, self._expr) if reflected else (self._expr, value)
        return self._new(combine(op, left, right))

    def _divided(self, op: str, other: Any) -> Traced:
        if op == "truediv" and self._of_numpy:
            return self._apply(op, other)
        # Python raises where a column has infinity: only constants that are not zero are safe.
        if not isinstance(other, _NUMBERS) or other == 0:
            raise Untraceable
        return self._apply(op, other)

    def __add__(self, other: Any) -> Traced:
        return self._apply("add", other)

    def __radd__(self, other: Any) -> Traced:
        return self._apply("add", other, reflected=True)

    def __sub__(self, other: Any) -> Traced:
        return self._apply("sub", other)

    def __rsub__(self, other: Any) -> Traced:
        return self._apply("sub", other, reflected=True)

    def __mul__(self, other: Any) -> Traced:
        return self._apply("mul", other)

    def __rmul__(self, other: Any) -> Traced:
        return self._apply("mul", other, reflected=True)

    def __truediv__(self, other: Any) -> Traced:
        return self._divided("truediv", other)

    def __rtruediv__(self, other: Any) -> Traced:
        if not self._of_numpy:
            raise Untraceable
        return self._apply("truediv", other, reflected=True)

    def __floordiv__(self, other: Any) -> Traced:
        return self._divided("floordiv", other)

    def __mod__(self, other: Any) -> Traced:
        return self._divided("mod", other)

    def __pow__(self, other: Any) -> Traced:
        if other not in {1, 2, 3}:
            raise Untraceable
        return self._apply("pow", other)

    def __neg__(self) -> Traced:
        return self._new(call("neg", self._expr))

    def __abs__(self) -> Traced:
        return self._new(call("abs", self._expr))

    def __eq__(self, other: object) -> Any:
        return self._apply("eq", other)

    def __ne__(self, other: object) -> Any:
        return self._apply("ne", other)

    def __lt__(self, other: Any) -> Traced:
        return self._apply("lt", other)

    def __le__(self, other: Any) -> Traced:
        return self._apply("le", other)

    def __gt__(self, other: Any) -> Traced:
        return self._apply("gt", other)

    def __ge__(self, other: Any) -> Traced:
        return self._apply("ge", other)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Traced:
        name = ufunc.__name__
        if method == "__call__" and not kwargs and len(inputs) == 1 and name in UFUNCS:
            return self._new(call(UFUNCS[name], self._expr))
        if method == "__call__" and not kwargs and name in _BINARY:
            left, right = inputs
            if isinstance(left, Traced):
                return left._apply(_BINARY[name], right)  # noqa: SLF001 - of this class
            return self._apply(_BINARY[name], left, reflected=True)
        raise Untraceable

    __hash__ = refuse  # its == gives no truth value
    __bool__ = __str__ = __repr__ = __format__ = __len__ = __iter__ = refuse
    __float__ = __int__ = __index__ = refuse
    __array__ = __round__ = __complex__ = __contains__ = refuse


class Row:
    """A row that is not known yet: its values by column label.

    Parameters
    ----------
    block : Block
        The frame.
    of_numpy : bool
        Whether its values will be numbers of NumPy: rows of a frame of numbers only.
    """

    __slots__ = ("_block", "_of_numpy")

    def __init__(self, block: Block, *, of_numpy: bool) -> None:
        self._block, self._of_numpy = block, of_numpy

    def __getitem__(self, label: Any) -> Traced:
        found = self._block.find(label) if isinstance(label, str) else []
        if len(found) != 1:
            raise Untraceable
        return stand_in(self._block.columns[found[0]], of_numpy=self._of_numpy)

    def __getattr__(self, name: str) -> Traced:
        if name.startswith("_") or hasattr(pd.Series, name):
            raise Untraceable
        return self[name]

    __bool__ = __str__ = __repr__ = __format__ = __len__ = __iter__ = __array__ = __contains__ = refuse


def stand_in(expr: Expr, *, of_numpy: bool = False) -> Traced:
    """Give the stand-in of a column of plain numbers."""
    d = expr.dtype
    if d.nullable or not (d.is_integer or d.is_float):
        raise Untraceable
    return Traced(expr, of_numpy=of_numpy)


def trace(function: Callable[..., Any], argument: Traced | Row) -> Expr | None:
    """Run a function once on a stand-in.

    Parameters
    ----------
    function : callable
        A function of one row or of one value.
    argument : Traced or Row
        The stand-in.

    Returns
    -------
    Expr or None
        What it computes; None when it cannot be written down.
    """
    if not isinstance(function, types.FunctionType) or not harmless(function):
        return None
    try:
        made = function(argument)
    except Exception:  # noqa: BLE001 - whatever goes wrong with a stand-in, pandas tries the real thing
        return None
    return made._expr if isinstance(made, Traced) else None  # noqa: SLF001 - of this module


def harmless(function: types.FunctionType, known: Collection[str] = ()) -> bool:
    """Tell whether a function can only compute: no branches on identity, no handlers, no names from elsewhere."""
    code = function.__code__
    if getattr(code, "co_exceptiontable", b"") or any(isinstance(c, types.CodeType) for c in code.co_consts):
        return False
    for cell in function.__closure__ or ():
        if not _known(cell.cell_contents):
            return False
    for step in dis.get_instructions(code):
        if step.opname == "IS_OP" or "NONE" in step.opname or step.opname.startswith(("STORE_GLOBAL", "IMPORT")):
            return False
        if step.opname == "LOAD_GLOBAL" and step.argval not in known:
            found = function.__globals__.get(step.argval, getattr(builtins, str(step.argval), None))
            if not _known(found):
                return False
    return True


def _known(value: Any) -> bool:
    return value is np or value is abs or (isinstance(value, _NUMBERS) and not isinstance(value, bool))


def trace_row(function: Callable[..., Any], block: Block) -> Expr | None:
    """Run a function of a row once; see `trace`.

    Parameters
    ----------
    function : callable
        A function of one row.
    block : Block
        The frame.

    Returns
    -------
    Expr or None
        None when it cannot be written down.
    """
    numbers = all(d.is_integer or d.is_float for d in block.dtypes) and not any(d.nullable for d in block.dtypes)
    if numbers:
        # pandas makes a row of numbers one array: integers become floats beside floats.
        common = block.dtypes[0]
        for d in block.dtypes[1:]:
            common = dt.common(common, d)
        columns = [e if e.dtype == common else call("cast", e, params=(common,)) for e in block.columns]
        block = block.with_columns(columns, block.labels)
    return trace(function, Row(block, of_numpy=numbers))


def trace_value(function: Callable[..., Any], expr: Expr) -> Expr | None:
    """Run a function of one value once; see `trace`.

    Parameters
    ----------
    function : callable
        A function of one value.
    expr : Expr
        The column of values.

    Returns
    -------
    Expr or None
        None when it cannot be written down.
    """
    try:
        argument = stand_in(expr)
    except Untraceable:
        return None
    return trace(function, argument)
