"""Elementwise arithmetic as one pass: the text that `compat.map` of the extension runs, and what may be part of it.

Each stock operation writes a column of chunks for the next one to read. A connected part of an expression that only
looks at one row at a time, over numbers that doubles hold exactly, is written as one program in reverse Polish
notation instead: ``c0 2.0 mul c1 add``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from h2o_frame_compat.expr.nodes import Call, Expr, Lit
from h2o_frame_compat.rapids import comparisons
from h2o_frame_compat.rapids.operations import prepared
from h2o_frame_compat.rewrite.share import numbered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from h2o_frame_compat.dtypes import DType
    from h2o_frame_compat.rewrite.share import Node

PRIMITIVE = "compat.map"
_WORDS = {"truediv": "div", "floordiv": "//", "mod": "%"}
_ARITHMETIC = {"add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "neg", "abs", "sign"}
_FUNCTIONS = {
    "sqrt", "exp", "expm1", "log", "log1p", "log10", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh",
    "tanh", "rint",
}
_ROUNDINGS = {"floor", "ceil", "trunc", "round"}
_DIVISIONS = {"floordiv", "mod"}
_LOGIC = {"and", "or", "xor", "not"}
_LONGEST_SET = 64  # values of isin that are looked for one by one in the text


def _number(expr: Expr) -> bool:
    return expr.dtype.is_numeric


def _wide(expr: Expr) -> bool:
    """Whether a column may hold integers that doubles do not."""
    return expr.dtype.kind in {"int64", "uint64"} and not isinstance(expr, Lit)


def fits(expr: Expr, primitives: frozenset[str]) -> bool:
    """Tell whether a call can be a part of a fused program.

    Parameters
    ----------
    expr : Expr
        Any expression.
    primitives : frozenset of str
        The extension's primitives that the cluster has.

    Returns
    -------
    bool
        True only where doubles give exactly what pandas gives, or what the stock text gives.
    """
    if not isinstance(expr, Call) or PRIMITIVE not in primitives:
        return False
    op, args = expr.op, expr.args
    if all(isinstance(a, Lit) for a in args):
        return False  # a program starts from a column
    if op == "isna":
        return _number(args[0]) or args[0].dtype.kind == "datetime"
    # A program divides floats by itself, and no integers; whatever else is marked needs more than doubles.
    if op not in _DIVISIONS and "exact" in prepared(expr, primitives).params:
        return False
    if op in comparisons.SYMBOLS:
        comparable = all(map(_number, args)) or all(a.dtype.kind == "datetime" for a in args)
        return comparable and not comparisons.is_settled(expr)
    if not all(map(_number, args)) or not _number(expr):
        return False
    if op in _LOGIC:
        return True
    if expr.dtype.kind in {"int64", "uint64"} and any(map(_wide, args)):
        return False
    if op in _ARITHMETIC:
        # Integers divided by zero, and powers of integers, have rules of their own.
        return expr.dtype.is_float or (expr.dtype.is_integer and op in {"add", "sub", "mul", "neg", "abs"})
    if op in _FUNCTIONS or op in _ROUNDINGS:
        return expr.dtype.is_float
    if op == "isin":
        return 0 < len(expr.params[0]) <= _LONGEST_SET
    return op in {"where", "cast"}


class Region:
    """A connected part of an expression, written as one program.

    Parameters
    ----------
    nodes : sequence of Node
        The distinct values of the expression, arguments before what uses them.
    inside : sequence of bool
        For each of them, whether it is part of a program.
    root : int
        The number of the value that the program computes.
    leaves : list of int
        The numbers of the values that programs start from, as columns 0, 1, ...; this one's are added.

    Attributes
    ----------
    text : str
        The program.
    """

    def __init__(self, nodes: Sequence[Node], inside: Sequence[bool], root: int, leaves: list[int]) -> None:
        self._nodes, self._inside, self._leaves = nodes, inside, leaves
        self._shared = self._used_again(root)
        self._places: dict[int, int] = {}
        self.text = " ".join(self._words(root))

    def _used_again(self, root: int) -> set[int]:
        """Find the calls in here that are used more than once in here."""
        found, again, todo = {root}, set(), [root]
        while todo:
            for a in self._nodes[todo.pop()].args:
                if a in found:
                    again.add(a)
                elif self._inside[a]:
                    found.add(a)
                    todo.append(a)
        return again

    def _words(self, root: int) -> list[str]:
        words: list[str] = []
        todo: list[tuple[int, bool]] = [(root, False)]
        while todo:  # not by recursion: expressions may be deep
            number, complete = todo.pop()
            expr = self._nodes[number].expr
            if number in self._places:
                words.append(f"@{self._places[number]}")
            elif isinstance(expr, Lit):
                words.append(_literal(expr.value))
            elif not self._inside[number]:
                if number not in self._leaves:
                    self._leaves.append(number)
                words.append(f"c{self._leaves.index(number)}")
            elif not complete:
                todo.append((number, True))
                todo += [(a, False) for a in reversed(self._nodes[number].args)]
            else:
                assert isinstance(expr, Call)
                words += _operation(expr)
                if number in self._shared:
                    self._places[number] = len(self._places)
                    words.append(f"={self._places[number]}")
        return words


def _literal(value: Any) -> str:
    if value is None:
        return "NaN"
    number = float(value)
    return repr(number) if math.isfinite(number) else "NaN" if math.isnan(number) else f"{'-' * (number < 0)}Infinity"


def _operation(call: Call) -> list[str]:
    """Give the words of one operation, behind those of its arguments."""
    if call.op in comparisons.SYMBOLS:
        return [call.op + "?" * call.dtype.nullable]
    if call.op == "isin":
        return ["in:" + ",".join(map(_literal, call.params[0]))]
    if call.op == "cast":
        return _cast(call.args[0].dtype, call.dtype)
    if call.op == "round":
        (digits,) = call.params
        scale = repr(10.0 ** abs(digits))  # as NumPy: scale, round half to even, scale back
        steps = ("mul", "div") if digits > 0 else ("div", "mul")
        return [scale, steps[0], "rint", scale, steps[1]] if digits else ["rint"]
    return [_WORDS.get(call.op, call.op)]


def _cast(source: DType, target: DType) -> list[str]:
    if target.is_bool and not source.is_bool:
        return ["bool" if target.nullable else "true"]
    return ["trunc"] if target.is_integer and source.is_float else []


def programs(exprs: Sequence[Expr], primitives: frozenset[str]) -> tuple[list[Expr], list[str]]:
    """Write expressions as programs over the same columns.

    Parameters
    ----------
    exprs : sequence of Expr
        Expressions over one relation.
    primitives : frozenset of str
        The extension's primitives that the cluster has.

    Returns
    -------
    leaves : list of Expr
        What the programs start from: columns, and calls that cannot be a part of one.
    texts : list of str
        For each expression its program.
    """
    nodes, roots = numbered(exprs)
    inside = [fits(n.expr, primitives) for n in nodes]
    # A constant by itself is a leaf, too: it is a column as long as the others.
    leaves: list[int] = []
    texts = []
    for root in roots:
        if isinstance(nodes[root].expr, Lit):
            leaves += [root] * (root not in leaves)
            texts.append(f"c{leaves.index(root)}")
        else:
            texts.append(Region(nodes, inside, root, leaves).text)
    return [nodes[n].expr for n in leaves], texts
