"""Histograms: their bins are counted in the cluster, pandas draws them."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from h2o_frame_compat.core.statistics import statistics
from h2o_frame_compat.expr import call, lit
from h2o_frame_compat.pandas.borrowed import presented

if TYPE_CHECKING:
    from collections.abc import Callable

    from h2o_frame_compat.core.block import Block
    from h2o_frame_compat.pandas.generic import NDFrame

# What changes how bars look, not what they count.
_LOOKS = {"alpha", "color", "ec", "edgecolor", "facecolor", "fc", "label", "linewidth", "lw", "rwidth"}


def histogram(kind: type[Any]) -> Callable[..., Any]:
    """Make the method ``hist`` of frames or of series, with the signature that pandas has.

    Parameters
    ----------
    kind : type
        pandas' DataFrame or Series.

    Returns
    -------
    function
    """
    signature = inspect.signature(kind.hist)

    def hist(self: NDFrame, *args: Any, **kwargs: Any) -> Any:
        given = signature.bind(self, *args, **kwargs).arguments
        drawn = _plain(given) and _drawn(self, given.get("column"), given.get("bins", 10), args, kwargs)
        if drawn:
            return drawn[0]
        return self._to_local(guard=f"{type(self).__name__}.hist").hist(*args, **kwargs)

    doc = "Draw a histogram of each column, as in pandas; plain ones are counted in the cluster."
    return presented(hist, "hist", doc, signature)


def _plain(given: dict[str, Any]) -> bool:
    bins = given.get("bins", 10)
    whole = isinstance(bins, int) and bins > 0
    return given.get("by") is None and whole and given.get("backend") is None and set(given.get("kwargs", ())) <= _LOOKS


def _drawn(data: Any, column: Any, bins: int, args: Any, kwargs: Any) -> tuple[Any] | None:
    """Draw the least and the largest value of each column, then put the bars at their heights."""
    wanted = data if column is None else data[list(column) if isinstance(column, (list, tuple)) else [column]]
    block = wanted._block
    numbers = [n for n, d in enumerate(block.dtypes) if d.is_numeric and not d.is_bool and not d.nullable]
    if not numbers or any(d.kind == "datetime" for d in block.dtypes):
        return None
    block = block.select(numbers)
    ends = statistics(block.rel, [(f, e) for f in ("min", "max") for e in block.columns])
    if not np.isfinite(np.array(ends, dtype=float)).all():
        return None
    table = pd.DataFrame(np.array(ends, dtype=float).reshape(2, -1), columns=block.labels)
    counts = _counts(block, [np.histogram_bin_edges(table.iloc[:, n], bins) for n in range(len(numbers))])
    made = (table if data.ndim == 2 else table.iloc[:, 0]).hist(*args, **kwargs)
    for axes, heights in zip(np.ravel(np.asarray(made, dtype=object)), counts, strict=False):
        for bar, height in zip(axes.patches[-bins:], heights, strict=True):
            bar.set_height(height)
        axes.relim()
        axes.autoscale_view()
    return (made,)


def _counts(block: Block, edges: list[np.ndarray[Any, Any]]) -> list[np.ndarray[Any, Any]]:
    """Count the values between edges, in one call; the last bin has its right edge, too."""
    tests = []
    for expr, own in zip(block.columns, edges, strict=True):
        tests += [call("lt", expr, lit(float(edge))) for edge in own[:-1]]
        tests.append(call("le", expr, lit(float(own[-1]))))
    below = np.array(statistics(block.rel, [("sum", test) for test in tests]), dtype=float)
    return [np.diff(part) for part in below.reshape(len(edges), -1)]
