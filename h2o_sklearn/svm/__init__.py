"""Support vector machines."""

from __future__ import annotations

from h2o_sklearn.svm._svm import H2OSupportVectorMachineClassifier

__all__ = ["H2OSupportVectorMachineClassifier"]
