"""Targets of survival analysis, and how well risks order them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from h2o_sklearn import _cluster_data, _targets

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FORM = (
    "y must be a structured array of whether the event came and of the time, as sksurv.util.Surv makes it, or a frame"
    " of these two columns (three, where rows are watched from a later time on: event, start, stop), or the times"
    " alone where the event always came"
)


class Times(NamedTuple):
    """A target: whether the event came, until when a row was watched, and since when."""

    event: NDArray[np.float64]
    stop: NDArray[np.float64]
    start: NDArray[np.float64] | None = None

    def take(self, rows: NDArray[Any]) -> Times:
        """Return some of the rows."""
        return Times(self.event[rows], self.stop[rows], None if self.start is None else self.start[rows])


def read(y: Any) -> Times:
    """Read a target.

    Parameters
    ----------
    y : structured array, frame or array
        See the message of the error.

    Returns
    -------
    Times
        The columns.

    Raises
    ------
    ValueError
        When it has another form, or a time is missing.
    """
    if _cluster_data.in_cluster(y):
        y = y.to_pandas() if hasattr(y, "to_pandas") else y.as_data_frame()
    if isinstance(y, pd.Series):
        y = y.to_numpy()
    if isinstance(y, pd.DataFrame):
        columns = [y.iloc[:, place] for place in range(y.shape[1])]
    elif getattr(getattr(y, "dtype", None), "names", None):
        columns = [y[name] for name in y.dtype.names]
    else:
        times = _targets.as_array(y)
        columns = [np.ones(len(times), dtype=bool), times]
    if len(columns) not in {2, 3}:
        raise ValueError(_FORM)
    try:
        arrays = [np.asarray(_targets.numbers(np.asarray(column)).column) for column in columns]
    except ValueError as error:
        raise ValueError(f"{error} ({_FORM})") from None
    event, *start, stop = arrays
    if not np.isin(event, (0.0, 1.0)).all():
        raise ValueError(_FORM)
    if not event.any():
        raise ValueError("y has no event: all rows are censored")
    return Times(event, stop, start[0] if start else None)


def concordance(times: Times, risk: NDArray[np.float64]) -> float:
    """Return the share of pairs of rows that the risk puts into the order of their events (Harrell's C).

    Parameters
    ----------
    times : Times
        The target.
    risk : ndarray
        The larger, the sooner the event.

    Returns
    -------
    float
        1 for a perfect order, 0.5 for none; NaN where no two rows can be compared.
    """
    order = np.lexsort((times.event, -times.stop))  # latest first; of equal times the event comes last
    stop, event = times.stop[order], times.event[order].astype(bool)
    ranks = np.unique(risk, return_inverse=True)[1][order] + 1
    later = np.zeros(ranks.max() + 1, dtype=np.int64)  # a Fenwick tree: rows watched longer, by rank of their risk
    seen = added = pairs = 0
    agreed = 0.0
    for place in range(len(stop)):
        # Rows that are watched longer, or as long without the event, outlive this one.
        while added < place and (stop[added] > stop[place] or (stop[added] == stop[place] and not event[added])):
            _add(later, ranks[added])
            seen, added = seen + 1, added + 1
        if event[place] and seen:
            below, not_above = _count(later, ranks[place] - 1), _count(later, ranks[place])
            agreed += below + 0.5 * (not_above - below)
            pairs += seen
    return agreed / pairs if pairs else float("nan")


def _add(tree: NDArray[np.int64], rank: int) -> None:
    while rank < len(tree):
        tree[rank] += 1
        rank += rank & -rank


def _count(tree: NDArray[np.int64], rank: int) -> int:
    total = 0
    while rank > 0:
        total += int(tree[rank])
        rank -= rank & -rank
    return total
