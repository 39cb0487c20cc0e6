"""Clustering."""

from __future__ import annotations

from h2o_sklearn.cluster._kmeans import H2OKMeans

__all__ = ["H2OKMeans"]
