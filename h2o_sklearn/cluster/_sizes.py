"""Clusters of at least a given size: which row belongs to which.

H2O moves its centres so, but its model then gives each row to the nearest centre whatever the sizes become.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from h2o_sklearn._inputs import Matrix


def assigned(distances: Matrix, sizes: Sequence[int]) -> NDArray[np.int32]:
    """Assign rows to centres, as near as can be with so many rows for each.

    Parameters
    ----------
    distances : ndarray of shape (n_rows, n_clusters)
        Squared distances of the rows from the centres.
    sizes : sequence of int
        Fewest rows of each cluster; together no more than there are rows.

    Returns
    -------
    ndarray of shape (n_rows,)
        Number of the cluster of each row.
    """
    # A transportation problem: its best solution by the simplex method is whole-numbered.
    rows, clusters = distances.shape
    each_row_once = sparse.kron(sparse.eye(rows), np.ones((1, clusters)), format="csr")
    fewest = sparse.kron(np.ones((1, rows)), -sparse.eye(clusters), format="csr")
    found = linprog(
        distances.ravel(),
        A_ub=fewest,
        b_ub=-np.asarray(sizes, dtype=np.float64),
        A_eq=each_row_once,
        b_eq=np.ones(rows),
        bounds=(0, 1),
        method="highs-ds",
    )
    return np.asarray(found.x.reshape(rows, clusters).argmax(axis=1), dtype=np.int32)


def refuse_impossible(sizes: Sequence[int], clusters: int | str, rows: int | None) -> None:
    """Refuse sizes that no clustering can have.

    Parameters
    ----------
    sizes : sequence of int
        Fewest rows of each cluster.
    clusters : int or str
        Number of clusters.
    rows : int or None
        Number of rows, where it is known.

    Raises
    ------
    ValueError
        When there are too many rows in them, or not a size for each cluster.
    """
    if clusters != len(sizes):
        raise ValueError(
            f"'cluster_size_constraints' must have a size for each cluster: it has {len(sizes)}, and"
            f" n_clusters={clusters!r}"
        )
    if rows is not None and sum(sizes) > rows:
        raise ValueError(f"'cluster_size_constraints' ask for {sum(sizes)} rows, but n_samples={rows}")
