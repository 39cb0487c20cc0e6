"""Frames as the H2O Python module of the first generation has them: lists of vecs, and lazy expressions."""

from __future__ import annotations

from h2o_frame_compat.classic.frame import Expr, H2OFrame
from h2o_frame_compat.classic.vec import H2OVec

__all__ = ["Expr", "H2OFrame", "H2OVec"]
