"""Isotonic regression."""

from __future__ import annotations

from h2o_sklearn.isotonic._isotonic import H2OIsotonicRegression

__all__ = ["H2OIsotonicRegression"]
