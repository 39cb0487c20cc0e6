"""Clustering."""

from __future__ import annotations

from h2o_sklearn.cluster._aggregator import H2OAggregator
from h2o_sklearn.cluster._kmeans import H2OKMeans

__all__ = ["H2OAggregator", "H2OKMeans"]
