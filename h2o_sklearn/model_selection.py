"""scikit-learn's searches and validations, for data that lies in the cluster or is to go there.

They give what scikit-learn's own give. The rows are sent once and cut in the cluster, on scikit-learn's folds,
several candidates are trained at a time, and nothing stays in the cluster but the best estimator's model.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import joblib
import sklearn.model_selection as original
from sklearn.base import BaseEstimator, clone
from sklearn.experimental import enable_halving_search_cv  # noqa: F401 - makes scikit-learn's own importable

from h2o_frame_compat.session import current_session
from h2o_sklearn import _cluster_data

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from typing import Self

__all__ = [
    "GridSearchCV",
    "HalvingGridSearchCV",
    "HalvingRandomSearchCV",
    "RandomizedSearchCV",
    "cross_val_score",
    "cross_validate",
]

#: Candidates that are trained at a time where n_jobs does not say: H2O has a thread for each core, and more
#: candidates than this wait for one another.
_AT_ONCE = 4


class _Search(BaseEstimator):
    """A search of scikit-learn whose candidates are threads of this process, all of one cluster."""

    n_jobs: int | None

    def fit(self, X: Any, y: Any = None, **params: Any) -> Self:
        """Try the candidates.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Anything an estimator takes: numpy, pandas, polars, pyarrow, a frame in the cluster.
        y : array-like of shape (n_samples,), optional
            The target; a series in the cluster is fetched once.
        **params : dict
            What scikit-learn's search passes on.

        Returns
        -------
        self : estimator
            The search, fitted.
        """
        with _at_once(self.n_jobs):
            super().fit(_cut_there(X), _here(y), **params)
        return self


class GridSearchCV(_Search, original.GridSearchCV):
    """Every combination of parameters: scikit-learn's ``GridSearchCV``, with its parameters and attributes."""


class RandomizedSearchCV(_Search, original.RandomizedSearchCV):
    """Parameters drawn at random: scikit-learn's ``RandomizedSearchCV``, with its parameters and attributes."""


class HalvingGridSearchCV(_Search, original.HalvingGridSearchCV):
    """Every combination on few rows, the better ones on more: scikit-learn's ``HalvingGridSearchCV``."""


class HalvingRandomSearchCV(_Search, original.HalvingRandomSearchCV):
    """Random parameters on few rows, the better ones on more: scikit-learn's ``HalvingRandomSearchCV``."""


def _there(validation: Callable[..., Any]) -> Callable[..., Any]:
    """Make a validation of scikit-learn one whose fits are threads, and which leaves no rows in the cluster."""

    @functools.wraps(validation)
    def run(estimator: Any, X: Any, y: Any = None, **options: Any) -> Any:
        with _at_once(options.get("n_jobs")):
            # The rows that are sent leave with the estimator that is cloned: this copy.
            return validation(clone(estimator), _cut_there(X), _here(y), **options)

    return run


cross_validate = _there(original.cross_validate)
cross_val_score = _there(original.cross_val_score)


def _at_once(n_jobs: int | None) -> AbstractContextManager[Any]:
    if n_jobs is None:
        n_jobs = min(_AT_ONCE, current_session().cluster.total_cores)
    context: AbstractContextManager[Any] = joblib.parallel_config("threading", n_jobs=n_jobs)
    return context


def _cut_there(X: Any) -> Any:
    """Return X as something that scikit-learn cuts: an H2OFrame as a frame of ours, over the same data."""
    if _cluster_data.in_cluster(X) and not hasattr(X, "iloc"):
        return _cluster_data.framed(_cluster_data.block_of(X))
    return X


def _here(y: Any) -> Any:
    return _cluster_data.fetched(y) if _cluster_data.in_cluster(y) else y
