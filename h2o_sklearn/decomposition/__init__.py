"""Algorithms that describe rows by fewer columns."""

from __future__ import annotations

from h2o_sklearn.decomposition._glrm import H2OGLRM
from h2o_sklearn.decomposition._pca import H2OPCA, H2OSVD

__all__ = ["H2OGLRM", "H2OPCA", "H2OSVD"]
