"""Adaptive boosting."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from h2o_sklearn._signatures.adaboost import AdaBoostParameters
from h2o_sklearn._supervised import ProbabilisticClassifier, TwoClasses

if TYPE_CHECKING:
    from typing import Self

#: What H2O says when all rows are right and nothing is left to learn, which is an error to it.
_NOTHING_LEFT = re.compile(r"Max\. weight must be > 0|too small to split")


class H2OAdaBoostClassifier(TwoClasses, ProbabilisticClassifier, AdaBoostParameters):
    """Adaptive boosting of weak learners on an H2O cluster, for two classes.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.
    metrics_ : dict
        H2O's metrics.

    Examples
    --------
    >>> from h2o_sklearn import H2OAdaBoostClassifier
    >>> H2OAdaBoostClassifier(n_estimators=20, weak_learner="glm")
    H2OAdaBoostClassifier(n_estimators=20, weak_learner='glm')
    """

    def _fit(self, params: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        """Fit; where H2O fails because a learner makes no error, stop before the learners that fail."""
        if "random_state" not in params:
            params = {**params, "random_state": int(np.random.default_rng().integers(2**31))}
        try:
            super()._fit(params, *args, **kwargs)
        except ValueError as error:
            if not _NOTHING_LEFT.search(str(error)):
                raise
            works, fails = 0, self.n_estimators
            while fails - works > 1:
                middle = (works + fails) // 2
                try:
                    super()._fit({**params, "n_estimators": middle}, *args, **kwargs)
                    works = middle
                except ValueError as again:
                    if not _NOTHING_LEFT.search(str(again)):
                        raise
                    fails = middle
            if not works:
                raise ValueError(
                    f"{type(self).__name__}: X has too few rows, or they weigh too little, for a single learner"
                ) from error
            super()._fit({**params, "n_estimators": works}, *args, **kwargs)

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit the model.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Anything with rows and columns: numpy, pandas, polars, pyarrow, scipy sparse, a frame in the
            cluster. Text columns are categories; missing values are welcome.
        y : array-like of shape (n_samples,)
            Labels of any type.
        sample_weight : array-like of shape (n_samples,), optional
            How many rows each row stands for.

        Returns
        -------
        self : estimator
            The fitted estimator.

        Raises
        ------
        ValueError
            When a parameter or the data cannot be used; the message says which and why.
        """
        return self._fit_classes(X, y, sample_weight)
