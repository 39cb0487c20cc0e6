"""Effects of a treatment."""

from __future__ import annotations

from h2o_sklearn.uplift._forest import H2OUpliftRandomForest

__all__ = ["H2OUpliftRandomForest"]
