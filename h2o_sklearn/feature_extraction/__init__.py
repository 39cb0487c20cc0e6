"""Numbers from text."""

from __future__ import annotations

from h2o_sklearn.feature_extraction._word2vec import H2OWord2Vec

__all__ = ["H2OWord2Vec"]
