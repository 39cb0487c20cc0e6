"""Immutable expression nodes with known dtypes: no I/O, no server, no pandas.

Two families: a *relation* (`relations`) is a table with rows in an order; a *column expression* (`nodes`)
computes one value per row of the relation it is written for. Operations are registered once, in `operations`,
with the rule that gives the dtype of the result.
"""

from __future__ import annotations

from h2o_frame_compat.expr.nodes import Call, Col, Expr, Lit, call, lit
from h2o_frame_compat.expr.relations import (
    Concat,
    Distinct,
    Field,
    Filter,
    Group,
    Join,
    Local,
    Project,
    Relation,
    Rows,
    Slice,
    Sort,
    Source,
    Table,
    Take,
    Zip,
    fresh_id,
)

__all__ = [
    "Call", "Col", "Concat", "Distinct", "Expr", "Field", "Filter", "Group", "Join", "Lit", "Local", "Project",
    "Relation", "Rows", "Slice", "Sort", "Source", "Table", "Take", "Zip", "call", "fresh_id", "lit",
]
