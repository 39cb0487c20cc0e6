"""The language of ``query`` and ``eval``: read as Python's syntax, computed by the operators of columns.

Nothing is executed but what is listed here: operators, comparisons, membership, subscripts, attributes without an
underscore, methods, and mathematical functions. What else pandas knows is left to pandas.
"""

from __future__ import annotations

import ast
import io
import keyword
import operator
import tokenize
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LOCAL = "__local_"
_QUOTED = "__quoted_"
_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.And: operator.and_,
    ast.Or: operator.or_,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Not: operator.invert,
    ast.Invert: operator.invert,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
_FUNCTIONS = (
    "sin", "cos", "tan", "exp", "log", "expm1", "log1p", "sqrt", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan",
    "arccosh", "arcsinh", "arctanh", "abs", "log10", "floor", "ceil", "arctan2",
)


class Unreadable(Exception):  # noqa: N818 - not an error: pandas reads the query instead
    """Raised for what pandas' language has beyond this module."""


def parse(text: str) -> tuple[ast.Module, dict[str, str]]:
    """Read a query.

    Parameters
    ----------
    text : str
        One expression, or assignments in lines.

    Returns
    -------
    tree : ast.Module
        Its syntax; ``@name`` became a name with a prefix, and so did names in backticks.
    quoted : dict
        What stood in backticks, by the name it became.

    Raises
    ------
    SyntaxError
        When it is not a query.
    """
    quoted: dict[str, str] = {}
    parts = text.split("`")
    if len(parts) % 2 == 0:
        msg = f"Could not convert '{text}' to a valid Python identifier: a backtick is not closed"
        raise SyntaxError(msg)
    for n in range(1, len(parts), 2):
        quoted[f"{_QUOTED}{n}"] = parts[n]
        parts[n] = f"{_QUOTED}{n}"
    if any("'" in p or '"' in p for p in parts[::2]) and quoted and any("`" in t for t in _strings(text)):
        raise Unreadable
    words = []
    for kind, word, *_ in tokenize.generate_tokens(io.StringIO("".join(parts)).readline):
        if kind == tokenize.OP and word in {"&", "|"}:
            # These bind as loosely as `and` and `or` do.
            words.append((tokenize.NAME, "and" if word == "&" else "or"))
        elif words and words[-1][1] == "@":
            words[-1] = (tokenize.NAME, f"{_LOCAL}{word}")
        else:
            words.append((kind, word))
    return ast.parse(tokenize.untokenize(words).strip()), quoted


def _strings(text: str) -> list[str]:
    try:
        return [t.string for t in tokenize.generate_tokens(io.StringIO(text).readline) if t.type == tokenize.STRING]
    except (tokenize.TokenError, SyntaxError):
        return []


class Query:
    """Computes a query.

    Parameters
    ----------
    text : str
        The query.
    columns : callable
        ``name -> column``; a KeyError where there is none.
    variables : mapping
        What ``@name`` means, and names that are no columns.
    """

    def __init__(self, text: str, columns: Callable[[str], Any], variables: Mapping[str, Any]) -> None:
        self._tree, self._quoted = parse(text)
        self._columns, self._variables = columns, variables

    @property
    def assigns(self) -> bool:
        """Whether it makes columns instead of giving a value."""
        return any(isinstance(line, ast.Assign) for line in self._tree.body)

    def value(self) -> Any:
        """Give what the query's only expression gives."""
        body = self._tree.body
        if len(body) != 1 or not isinstance(body[0], ast.Expr):
            raise Unreadable
        return self._of(body[0].value)

    def assignments(self) -> list[tuple[str, Callable[[], Any]]]:
        """Give the labels that are assigned to, each with what computes its column."""
        found: list[tuple[str, Callable[[], Any]]] = []
        for line in self._tree.body:
            if not isinstance(line, ast.Assign) or len(line.targets) != 1 or not isinstance(line.targets[0], ast.Name):
                raise Unreadable
            name = line.targets[0].id
            found.append((self._quoted.get(name, name), partial(self._of, line.value)))
        return found

    def _of(self, node: ast.AST) -> Any:
        reader = getattr(self, f"_{type(node).__name__.lower()}", None)
        if reader is None:
            raise Unreadable
        return reader(node)

    def _constant(self, node: ast.Constant) -> Any:
        return node.value

    def _list(self, node: ast.List | ast.Tuple) -> list[Any]:
        return [self._of(part) for part in node.elts]

    _tuple = _list

    def _name(self, node: ast.Name) -> Any:
        name = node.id
        if name.startswith(_LOCAL):
            wanted = name.removeprefix(_LOCAL)
            if wanted not in self._variables:
                raise pd.errors.UndefinedVariableError(wanted, is_local=True)
            return self._variables[wanted]
        wanted = self._quoted.get(name, name)
        try:
            return self._columns(wanted)
        except KeyError:
            if wanted in self._variables and name == wanted and not keyword.iskeyword(name):
                return self._variables[wanted]
            raise pd.errors.UndefinedVariableError(wanted) from None

    def _binop(self, node: ast.BinOp) -> Any:
        return self._operator(node.op)(self._of(node.left), self._of(node.right))

    def _unaryop(self, node: ast.UnaryOp) -> Any:
        value = self._of(node.operand)
        if isinstance(node.op, ast.Not) and isinstance(value, (bool, np.bool_)):
            return not value
        return self._operator(node.op)(value)

    def _boolop(self, node: ast.BoolOp) -> Any:
        values = [self._of(part) for part in node.values]
        result = values[0]
        for value in values[1:]:
            result = self._operator(node.op)(result, value)
        return result

    def _compare(self, node: ast.Compare) -> Any:
        parts = [self._of(part) for part in (node.left, *node.comparators)]
        result = None
        for op, left, right in zip(node.ops, parts[:-1], parts[1:], strict=True):
            test = self._compared(op, left, right)
            result = test if result is None else result & test
        return result

    def _compared(self, op: ast.cmpop, left: Any, right: Any) -> Any:
        if isinstance(right, (list, tuple, set)) and isinstance(op, (ast.In, ast.Eq)):
            return left.isin(right)
        if isinstance(right, (list, tuple, set)) and isinstance(op, (ast.NotIn, ast.NotEq)):
            return ~left.isin(right)
        if isinstance(op, (ast.In, ast.NotIn)):
            if not hasattr(left, "isin"):
                raise Unreadable
            found = left.isin(right if not isinstance(right, str) else [right])
            return found if isinstance(op, ast.In) else ~found
        if isinstance(left, list):
            raise Unreadable
        return self._operator(op)(left, right)

    def _operator(self, op: ast.AST) -> Callable[..., Any]:
        if type(op) not in _OPERATORS:
            raise Unreadable
        return _OPERATORS[type(op)]

    def _attribute(self, node: ast.Attribute) -> Any:
        if node.attr.startswith("_"):
            raise Unreadable
        return getattr(self._of(node.value), node.attr)

    def _subscript(self, node: ast.Subscript) -> Any:
        if isinstance(node.slice, ast.Slice):
            raise Unreadable
        return self._of(node.value)[self._of(node.slice)]

    def _call(self, node: ast.Call) -> Any:
        words = {k.arg: self._of(k.value) for k in node.keywords if k.arg is not None}
        values = [self._of(a) for a in node.args]
        if isinstance(node.func, ast.Name):
            if node.func.id in _FUNCTIONS and not words:
                return getattr(np, node.func.id)(*values)
            if not node.func.id.startswith(_LOCAL):
                msg = f'"{node.func.id}" is not a supported function'
                raise ValueError(msg)
        return self._of(node.func)(*values, **words)
