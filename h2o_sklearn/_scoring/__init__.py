"""Scoring of models on this machine, without a cluster, by H2O's own library in a Java process of ours."""

from __future__ import annotations

from h2o_sklearn._scoring.compiled import Compiled, NotCompiledError
from h2o_sklearn._scoring.mojo import OTHER_SPLINES, Mojo, as_columns
from h2o_sklearn._scoring.sidecar import (
    CONTRIBUTIONS,
    DISTANCES,
    LEAVES,
    PREDICTIONS,
    STAGES,
    ScoringError,
    Sidecar,
    model_library,
    new_handle,
    running,
)

__all__ = [
    "CONTRIBUTIONS",
    "DISTANCES",
    "LEAVES",
    "OTHER_SPLINES",
    "PREDICTIONS",
    "STAGES",
    "Compiled",
    "Mojo",
    "NotCompiledError",
    "ScoringError",
    "Sidecar",
    "as_columns",
    "model_library",
    "new_handle",
    "running",
]
