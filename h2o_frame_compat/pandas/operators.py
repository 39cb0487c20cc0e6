"""Arithmetic by name (``add``, ``rsub``, ``eq``, ...), in place, and by NumPy's functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from h2o_frame_compat.core import flexible
from h2o_frame_compat.core.elementwise import map_columns
from h2o_frame_compat.core.literals import is_scalar
from h2o_frame_compat.expr import call
from h2o_frame_compat.pandas.generic import NDFrame
from h2o_frame_compat.pandas.lazy_array import array_function
from h2o_frame_compat.pandas.wrap import fallback, to_local

if TYPE_CHECKING:
    from collections.abc import Callable

_DOC = """{summary}, as the operator ``{symbol}`` does.

        Parameters
        ----------
        other : scalar, Series, DataFrame or array-like
            The other operand.
        axis : {{0, 1, "index", "columns"}}
            Along which labels of a frame a series is matched.
        level : int or hashable, optional
            As in pandas; it runs in pandas.
        {fill}
        Returns
        -------
        same type
        """
_FILL = """fill_value : scalar, optional
            What stands for a value that is missing on one side only.
"""
_NAMES = {
    "add": ("Add", "+"),
    "sub": ("Subtract", "-"),
    "mul": ("Multiply", "*"),
    "truediv": ("Divide", "/"),
    "floordiv": ("Divide to whole numbers", "//"),
    "mod": ("Give the remainder", "%"),
    "pow": ("Raise to a power", "**"),
    "eq": ("Tell where values are equal", "=="),
    "ne": ("Tell where values differ", "!="),
    "lt": ("Tell where values are less", "<"),
    "le": ("Tell where values are not greater", "<="),
    "gt": ("Tell where values are greater", ">"),
    "ge": ("Tell where values are not less", ">="),
}
_COMPARISONS = {"eq", "ne", "lt", "le", "gt", "ge"}

# NumPy's function -> operation, by the number of its arguments.
_UNARY = {
    "absolute": "abs",
    "fabs": "abs",
    "negative": "neg",
    "logical_not": "not",
    "invert": "not",
    "isnan": "isna",
    **{
        name: name
        for name in (
            "sqrt",
            "exp",
            "expm1",
            "log",
            "log1p",
            "log2",
            "log10",
            "sin",
            "cos",
            "tan",
            "arcsin",
            "arccos",
            "arctan",
            "sinh",
            "cosh",
            "tanh",
            "arcsinh",
            "arccosh",
            "arctanh",
            "rint",
            "floor",
            "ceil",
            "trunc",
            "sign",
        )
    },
}
_BINARY = {
    "add": "add",
    "subtract": "sub",
    "multiply": "mul",
    "divide": "truediv",
    "true_divide": "truediv",
    "floor_divide": "floordiv",
    "remainder": "mod",
    "mod": "mod",
    "power": "pow",
    "equal": "eq",
    "not_equal": "ne",
    "less": "lt",
    "less_equal": "le",
    "greater": "gt",
    "greater_equal": "ge",
    "bitwise_and": "and",
    "bitwise_or": "or",
    "bitwise_xor": "xor",
    "logical_and": "and",
    "logical_or": "or",
    "logical_xor": "xor",
}


class Operators(NDFrame):
    """What frames and series share; the methods themselves are made below, one for each operation."""

    def _flexible(
        self, name: str, op: str, other: Any, *, reflected: bool, axis: Any, level: Any, fill_value: Any
    ) -> Any:
        if level is not None:
            given = {} if fill_value is None else {"fill_value": fill_value}
            return self._fallback(name, other, axis=axis, level=level, **given, why="a level")
        if fill_value is None and (is_scalar(other) or op not in _COMPARISONS):
            return self._binary(op, other, reflected=reflected, axis=axis)
        if fill_value is not None and self.ndim == 2 and isinstance(other, NDFrame) and other.ndim == 1:
            msg = f"fill_value {fill_value} not supported."
            raise NotImplementedError(msg)
        if is_scalar(other):
            filled = flexible.filled(self._block, fill_value)
            return type(self)._of(filled)._binary(op, other, reflected=reflected, axis=axis)
        if not isinstance(other, NDFrame) or other.ndim != self.ndim:
            if fill_value is None:
                return self._binary(op, other, reflected=reflected, axis=axis)
            return self._fallback(name, other, axis=axis, fill_value=fill_value, why="fill_value with an array")
        left, right = flexible.both(self._block, other._block, fill_value)
        return type(self)._of(left)._binary(op, type(self)._of(right), reflected=reflected)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method == "__call__" and not kwargs:
            native = self._native_ufunc(ufunc.__name__, inputs)
            if native is not NotImplemented:
                return native
        name = f"numpy.{ufunc.__name__}"
        out = kwargs.pop("out", None)
        if out is not None:
            kwargs["out"] = tuple(to_local(o, name) for o in out)

        def run() -> Any:
            return getattr(ufunc, method)(*(to_local(i, name) for i in inputs), **kwargs)

        return fallback(name, run, self)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return array_function(func, args, kwargs)

    def _native_ufunc(self, name: str, inputs: tuple[Any, ...]) -> Any:
        if len(inputs) == 1 and name in _UNARY:
            if not all(d.is_numeric for d in self._block.dtypes):
                return NotImplemented
            if name in {"rint", "floor", "ceil", "trunc"} and not all(d.is_float for d in self._block.dtypes):
                return NotImplemented
            return type(self)._of(map_columns(self._block, lambda e: call(_UNARY[name], e)))
        if len(inputs) == 2 and name in _BINARY:
            left, right = inputs
            if isinstance(left, NDFrame):
                return left._binary(_BINARY[name], right)
            return right._binary(_BINARY[name], left, reflected=True)
        if len(inputs) == 2 and name in {"maximum", "minimum", "fmax", "fmin"}:
            left, right = inputs if isinstance(inputs[0], NDFrame) else inputs[::-1]
            if is_scalar(right) or (isinstance(right, NDFrame) and left.ndim == right.ndim == 1):
                return self._pairwise(name, left, right)
        return NotImplemented

    def _pairwise(self, name: str, left: Any, right: Any) -> Any:
        """Give the larger or smaller one of each pair; missing if one is missing, unless the name starts with f."""
        held = right._block if isinstance(right, NDFrame) else right
        made = flexible.extreme(left._block, held, largest="max" in name, skip=name.startswith("f"))
        return NotImplemented if made is None else type(left)._of(made)

    def _changed_by(self, op: str, other: Any) -> Self:
        made = self._binary(op, other)
        object.__setattr__(self, "_block", made._block)
        return self

    def divmod(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> tuple[Any, Any]:
        """Give the whole quotient and the remainder; see `floordiv` and `mod` for the parameters."""
        kwargs = {"level": level, "fill_value": fill_value, "axis": axis}
        return self.floordiv(other, **kwargs), self.mod(other, **kwargs)

    def __divmod__(self, other: Any) -> tuple[Any, Any]:
        return self // other, self % other


def _method(name: str, op: str, *, reflected: bool) -> Callable[..., Any]:
    """Make the method of an operation."""
    summary, symbol = _NAMES[op]

    def arithmetic(
        self: Operators, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None
    ) -> Any:
        return self._flexible(name, op, other, reflected=reflected, axis=axis, level=level, fill_value=fill_value)

    def comparison(self: Operators, other: Any, axis: Any = "columns", level: Any = None) -> Any:
        return self._flexible(name, op, other, reflected=False, axis=axis, level=level, fill_value=None)

    method = comparison if op in _COMPARISONS else arithmetic
    method.__name__ = name
    text = summary + (", the operands swapped" if reflected else "")
    method.__doc__ = _DOC.format(summary=text, symbol=symbol, fill="" if op in _COMPARISONS else _FILL)
    return method


def _series_method(name: str, op: str, *, reflected: bool) -> Callable[..., Any]:
    """As `_method`, with the order of parameters that a series has."""

    def method(self: Operators, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> Any:
        return self._flexible(name, op, other, reflected=reflected, axis=axis, level=level, fill_value=fill_value)

    made = _method(name, op, reflected=reflected)
    method.__name__, method.__doc__ = name, made.__doc__
    return method


class SeriesOperators(Operators):
    """The methods of series."""


_METHODS = {name: name for name in _NAMES} | {
    "multiply": "mul",
    "subtract": "sub",
    "div": "truediv",
    "divide": "truediv",
}
for _name, _op in _METHODS.items():
    setattr(Operators, _name, _method(_name, _op, reflected=False))
    setattr(SeriesOperators, _name, _series_method(_name, _op, reflected=False))
for _name in ("add", "sub", "mul", "truediv", "div", "floordiv", "mod", "pow"):
    _op = _METHODS[_name]
    setattr(Operators, f"r{_name}", _method(f"r{_name}", _op, reflected=True))
    setattr(SeriesOperators, f"r{_name}", _series_method(f"r{_name}", _op, reflected=True))
    setattr(Operators, f"__i{_name}__", lambda self, other, op=_op: self._changed_by(op, other))
for _name in ("and", "or", "xor"):
    setattr(Operators, f"__i{_name}__", lambda self, other, op=_name: self._changed_by(op, other))
