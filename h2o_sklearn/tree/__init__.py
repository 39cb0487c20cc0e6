"""Decision trees."""

from __future__ import annotations

from h2o_sklearn.tree._decision_tree import H2ODecisionTreeClassifier

__all__ = ["H2ODecisionTreeClassifier"]
