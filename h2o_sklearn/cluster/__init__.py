"""Clustering."""

from __future__ import annotations

from h2o_sklearn.cluster._aggregator import H2OAggregator
from h2o_sklearn.cluster._kmeans import H2OKMeans
from h2o_sklearn.cluster._report import ClusterReport, cluster_report

__all__ = ["ClusterReport", "H2OAggregator", "H2OKMeans", "cluster_report"]
