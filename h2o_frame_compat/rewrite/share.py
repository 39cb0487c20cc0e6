"""Common sub-expressions: equal expressions are found and get one number, so that they are computed once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from h2o_frame_compat.expr.nodes import Call, Col, Expr, Lit, walk

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence


@dataclass
class Node:
    """A distinct value among several expressions.

    Attributes
    ----------
    expr : Expr
        One expression that means it.
    args : tuple of int
        The numbers of its arguments.
    uses : int
        How often it is used, by other values or as a result.
    text : str
        Room for the printer: how the value is written.
    """

    expr: Expr
    args: tuple[int, ...] = ()
    uses: int = 0
    text: str = ""


def numbered(exprs: Sequence[Expr]) -> tuple[list[Node], list[int]]:
    """Find the distinct values among expressions and number them, arguments before what uses them.

    Parameters
    ----------
    exprs : sequence of Expr
        Expressions over one relation.

    Returns
    -------
    nodes : list of Node
        The distinct values.
    roots : list of int
        For each expression, the number of its value.
    """
    nodes: list[Node] = []
    by_meaning: dict[Any, int] = {}
    by_object: dict[int, int] = {}
    for root in exprs:
        for expr in walk(root):
            if id(expr) in by_object:
                continue
            args = tuple(by_object[id(a)] for a in expr.args) if isinstance(expr, Call) else ()
            meaning = _meaning(expr, args)
            number = by_meaning.get(meaning)
            if number is None:
                number = by_meaning[meaning] = len(nodes)
                nodes.append(Node(expr, args))
                for a in args:
                    nodes[a].uses += 1
            by_object[id(expr)] = number
    roots = [by_object[id(e)] for e in exprs]
    for r in roots:
        nodes[r].uses += 1
    return nodes, roots


def meaning(exprs: Sequence[Expr]) -> Hashable:
    """Give what expressions mean: equal for equal expressions over the same rows.

    Parameters
    ----------
    exprs : sequence of Expr
        Expressions over one relation.

    Returns
    -------
    Hashable
    """
    nodes, roots = numbered(exprs)
    return tuple(_meaning(n.expr, n.args) for n in nodes), tuple(roots)


def _meaning(expr: Expr, args: tuple[int, ...]) -> tuple[Any, ...]:
    if isinstance(expr, Col):
        return ("col", expr.id)
    if isinstance(expr, Lit):
        return ("lit", type(expr.value), repr(expr.value), expr.dtype)  # repr: 0.0 is not -0.0, 1 is not True
    assert isinstance(expr, Call)
    return (expr.op, args, repr(expr.params), expr.dtype)
