"""Analysis of variance."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sklearn.utils.validation import check_is_fitted

from h2o_sklearn._signatures.anova_glm import ANOVAGLMParameters
from h2o_sklearn.feature_selection._selector import Judge


class H2OANOVAGLM(Judge, ANOVAGLMParameters):
    """Analysis of variance by generalized linear models on an H2O cluster: tests whether columns matter.

    Each column, and each interaction up to ``highest_interaction_term`` columns, is tested by leaving it out. It
    is a test, not a model: there is nothing to predict or transform.

    Attributes
    ----------
    table_ : pandas.DataFrame
        A row per column and interaction (names in the cluster, joined by a colon) with H2O's sum of squares, degrees
        of freedom, mean square, F and p value.
    pvalues_ : pandas.Series
        The p values.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.

    Examples
    --------
    >>> from h2o_sklearn import H2OANOVAGLM
    >>> H2OANOVAGLM(highest_interaction_term=2)
    H2OANOVAGLM(highest_interaction_term=2)
    """

    @property
    def table_(self) -> pd.DataFrame:
        """The tests, a row for each."""
        check_is_fitted(self)
        table: dict[str, Any] = dict(self._model.facts.table("model_summary") or {})
        table.pop("", None)
        return pd.DataFrame(table).set_index("predictors_interactions")

    @property
    def pvalues_(self) -> pd.Series:
        """The p values."""
        return self.table_["p_value"].astype(float)
