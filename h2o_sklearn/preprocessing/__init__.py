"""Preparation of columns."""

from __future__ import annotations

from h2o_sklearn.preprocessing._target_encoder import H2OTargetEncoder

__all__ = ["H2OTargetEncoder"]
