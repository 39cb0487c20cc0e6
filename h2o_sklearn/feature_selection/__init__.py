"""Choice of columns, and tests of what they are worth."""

from __future__ import annotations

from h2o_sklearn.feature_selection._anova import H2OANOVAGLM
from h2o_sklearn.feature_selection._infogram import H2OInfogram
from h2o_sklearn.feature_selection._model_selection import H2OModelSelection

__all__ = ["H2OANOVAGLM", "H2OInfogram", "H2OModelSelection"]
