"""Naive Bayes."""

from __future__ import annotations

from h2o_sklearn.naive_bayes._naive_bayes import H2ONaiveBayesClassifier

__all__ = ["H2ONaiveBayesClassifier"]
