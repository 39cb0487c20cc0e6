"""Aggregations of one ``select``: the cluster is asked for all of them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from narwhals._expression_parsing import evaluate_nodes, evaluate_output_names_and_aliases

from h2o_frame_compat.core.statistics import statistics
from h2o_frame_compat.narwhals.group_by import last_step
from h2o_frame_compat.narwhals.operands import plain
from h2o_frame_compat.narwhals.refusals import refusing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from h2o_frame_compat.narwhals.frame import EagerFrame
    from h2o_frame_compat.narwhals.series import EagerSeries

_WORDS = {"sum", "mean", "min", "max", "count", "std", "var"}


@refusing
def aggregated(df: EagerFrame, exprs: Sequence[Any]) -> list[EagerSeries] | None:
    """Compute aggregations of columns that are computed row by row.

    Parameters
    ----------
    df : EagerFrame
        The frame.
    exprs : sequence of H2OExpr
        The expressions of a ``select``.

    Returns
    -------
    list of EagerSeries or None
        One value each; None when an expression is something else, and for a single one.
    """
    wanted: list[tuple[str, EagerSeries]] = []
    if not all(_is_simple(expr) for expr in exprs):
        return None
    for expr in exprs:
        nodes = last_step(expr)[1]
        _, aliases = evaluate_output_names_and_aliases(expr, df, [])
        inputs = evaluate_nodes(nodes[:-1], expr.__narwhals_namespace__())(df)
        wanted += [(nodes[-1].name, s.alias(alias)) for s, alias in zip(inputs, aliases, strict=True)]
    blocks = [series.native._block for _, series in wanted]
    if len(wanted) < 2 or any(b.rel is not blocks[0].rel or b.dtypes[0].kind in {"str", "packed"} for b in blocks):
        return None
    asked = [(word, block.columns[0]) for (word, _), block in zip(wanted, blocks, strict=True)]
    values = statistics(blocks[0].rel, asked)
    return [
        s._one(plain(value)) if word in {"min", "max"} else s._from_scalar(plain(value))
        for (word, s), value in zip(wanted, values, strict=True)
    ]


def _is_simple(expr: Any) -> bool:
    """Tell whether an expression is one statistic of columns that are computed row by row."""
    if expr._opt_metadata is None:  # what narwhals makes inside
        return False
    meta, nodes = last_step(expr)
    name, options = nodes[-1].name, nodes[-1].kwargs
    elementwise = meta.prev is not None and meta.prev.is_elementwise and not meta.prev.is_scalar_like
    return name in _WORDS and elementwise and options.get("ddof", 1) == 1
