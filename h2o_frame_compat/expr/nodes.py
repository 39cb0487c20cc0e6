"""Column expressions: a column, a literal, or a call of a registered operation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from h2o_frame_compat import dtypes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from h2o_frame_compat.dtypes import DType


class Expr:
    """One value per row, of a dtype known without running anything.

    Parameters
    ----------
    dtype : DType
        The dtype of the values.
    """

    __slots__ = ("dtype",)

    def __init__(self, dtype: DType) -> None:
        self.dtype = dtype


class Col(Expr):
    """A column of the relation at hand, by its id.

    Parameters
    ----------
    id : str
        The column's id in its relation.
    dtype : DType
        Its dtype.
    """

    __slots__ = ("id",)

    def __init__(self, id: str, dtype: DType) -> None:
        super().__init__(dtype)
        self.id = id

    def __repr__(self) -> str:
        return f"Col({self.id}: {self.dtype})"


class Lit(Expr):
    """A constant.

    Parameters
    ----------
    value : bool, int, float, str or None
        The value as the cluster holds it: datetimes and timedeltas in milliseconds, None for missing.
    dtype : DType
        Its dtype.
    weak : bool
        Whether the constant gives way to the dtype of the column it meets, as Python scalars do in NumPy 2.
    """

    __slots__ = ("value", "weak")

    def __init__(self, value: Any, dtype: DType, *, weak: bool = False) -> None:
        super().__init__(dtype)
        self.value = value
        self.weak = weak

    def __repr__(self) -> str:
        return f"Lit({self.value!r})"


class Call(Expr):
    """An operation applied to expressions; made by `call`, which derives the dtype.

    Parameters
    ----------
    op : str
        Name of a registered operation.
    args : tuple of Expr
        Its column arguments.
    params : tuple
        Its other arguments, hashable.
    dtype : DType
        The dtype of the result.
    """

    __slots__ = ("args", "op", "params")

    def __init__(self, op: str, args: tuple[Expr, ...], params: tuple[Any, ...], dtype: DType) -> None:
        super().__init__(dtype)
        self.op = op
        self.args = args
        self.params = params

    def __repr__(self) -> str:
        return f"{self.op}({', '.join(map(repr, (*self.args, *self.params)))})"


def call(op: str, *args: Expr, params: tuple[Any, ...] = ()) -> Call:
    """Apply a registered operation.

    Parameters
    ----------
    op : str
        Name of the operation.
    *args : Expr
        Column arguments.
    params : tuple
        Other arguments.

    Returns
    -------
    Call

    Raises
    ------
    TypeError
        When the operation does not take these dtypes; the text names both.

    Examples
    --------
    >>> call("add", Col("a", dtypes.INT64), lit(0.5)).dtype.kind
    'float64'
    """
    from h2o_frame_compat.expr.operations import OPERATIONS  # noqa: PLC0415 - operations are made of nodes

    return Call(op, args, params, OPERATIONS[op].result(args, params))


def lit(value: Any, dtype: DType | None = None) -> Lit:
    """Make a literal; without a dtype a Python scalar that adapts to the column it meets.

    Parameters
    ----------
    value : bool, int, float, str or None
        The value.
    dtype : DType, optional
        Its dtype; without it the one of the Python type, weak.

    Returns
    -------
    Lit
    """
    if dtype is not None:
        return Lit(value, dtype)
    if isinstance(value, bool):
        return Lit(value, dtypes.BOOL, weak=True)
    if isinstance(value, int):
        return Lit(value, dtypes.INT64, weak=True)
    if isinstance(value, str):
        return Lit(value, dtypes.STR, weak=True)
    if value is None or isinstance(value, float):
        return Lit(None if value is None or math.isnan(value) else value, dtypes.FLOAT64, weak=True)
    msg = f"a value of type {type(value).__name__} cannot be sent to the cluster"
    raise TypeError(msg)


def walk(expr: Expr) -> Iterator[Expr]:
    """Yield every node below and including an expression, each object once, arguments first.

    Parameters
    ----------
    expr : Expr
        Where to start.

    Yields
    ------
    Expr
    """
    seen: set[int] = set()
    stack: list[tuple[Expr, bool]] = [(expr, False)]
    while stack:
        node, done = stack.pop()
        if done:
            yield node
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            if isinstance(node, Call):
                stack.extend((arg, False) for arg in reversed(node.args))


def columns_of(*exprs: Expr) -> set[str]:
    """Give the ids of the columns that expressions read.

    Parameters
    ----------
    *exprs : Expr
        Expressions over one relation.

    Returns
    -------
    set of str
    """
    return {node.id for expr in exprs for node in walk(expr) if isinstance(node, Col)}


def substitute(expr: Expr, by_id: dict[str, Expr]) -> Expr:
    """Replace columns by expressions.

    Parameters
    ----------
    expr : Expr
        An expression.
    by_id : dict
        Column id to the expression that takes its place; others stay.

    Returns
    -------
    Expr
        The same object where nothing changed.
    """
    done: dict[int, Expr] = {}
    for node in walk(expr):
        if isinstance(node, Col):
            done[id(node)] = by_id.get(node.id, node)
        elif isinstance(node, Call):
            args = tuple(done[id(arg)] for arg in node.args)
            same = all(a is b for a, b in zip(args, node.args, strict=True))
            done[id(node)] = node if same else Call(node.op, args, node.params, node.dtype)
        else:
            done[id(node)] = node
    return done[id(expr)]
