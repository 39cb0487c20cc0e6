"""Values between values: what is missing, on the straight line between its neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.expr import Expr, call, lit

if TYPE_CHECKING:
    from h2o_frame_compat.core.block import Block


def interpolated(block: Block, *, along: Expr | None, limit: int | None, direction: str, area: str | None) -> Block:
    """Fill the gaps of a block's columns linearly.

    Parameters
    ----------
    block : Block
        Columns of plain numbers; those that cannot have gaps stay as they are.
    along : Expr or None
        Where the values lie; None: at the row numbers.
    limit : int or None
        How many values of a gap are filled, counted from its edge.
    direction : {"forward", "backward", "both"}
        From which edges gaps are filled.
    area : {"inside", "outside"} or None
        Whether only gaps between values, or only those at the ends, are filled.

    Returns
    -------
    Block
    """
    rows = call("rownum", block.rel.fields[0].col())
    places = rows if along is None else call("cast", along, params=(dt.FLOAT64,))
    made = [_filled(e, rows, places, limit, direction, area) if e.dtype.is_float else e for e in block.columns]
    return block.with_columns(made)


def _filled(expr: Expr, rows: Expr, places: Expr, limit: int | None, direction: str, area: str | None) -> Expr:
    gap = call("isna", expr)
    sides = {}
    for side, fill in (("forward", "ffill"), ("backward", "bfill")):
        values = call("cast", expr, params=(dt.FLOAT64,))
        numbers = [call("cast", e, params=(dt.FLOAT64,)) for e in (places, rows)]
        marks = [call("where", gap, lit(None, dt.FLOAT64), e) for e in numbers]
        sides[side] = [call(fill, e, params=(None,)) for e in (values, *marks)]
    before, after = sides["forward"], sides["backward"]
    slope = call("truediv", call("sub", after[0], before[0]), call("sub", after[1], before[1]))
    line = call("add", before[0], call("mul", slope, call("sub", places, before[1])))
    has_before, has_after = (call("not", call("isna", side[0])) for side in (before, after))
    inside = call("and", has_before, has_after)
    value: Expr = call("where", inside, line, call("where", has_before, before[0], after[0]))
    tests = []
    if direction in {"forward", "both"}:
        tests.append(_near(has_before, call("sub", rows, before[2]), limit))
    if direction in {"backward", "both"}:
        tests.append(_near(has_after, call("sub", after[2], rows), limit))
    test = tests[0] if len(tests) == 1 else call("or", *tests)
    if area is not None:
        test = call("and", test, inside if area == "inside" else call("not", inside))
    made = call("where", call("and", gap, test), value, expr)
    return made if made.dtype == expr.dtype else call("cast", made, params=(expr.dtype,))


def _near(known: Expr, distance: Expr, limit: int | None) -> Expr:
    return known if limit is None else call("and", known, call("le", distance, lit(limit)))


def only_there(op: str, before: Expr, after: Expr, area: str) -> Expr:
    """Take what a fill put only between values, or only at the ends.

    Parameters
    ----------
    op : {"ffill", "bfill"}
        The fill.
    before, after : Expr
        The column as it was, and filled.
    area : {"inside", "outside"}
        Where.

    Returns
    -------
    Expr
    """
    if not before.dtype.holds_na:
        return after
    beyond = call("isna", call("bfill" if op == "ffill" else "ffill", before, params=(None,)))
    return call("where", call("not", beyond) if area == "inside" else beyond, after, before)
