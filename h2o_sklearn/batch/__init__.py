"""Batch scoring: predictions for a large set, from any source to any sink, on one machine or on many.

A job is cut into partitions. Each is read, scored and written as a whole, so that a job that was stopped at any
moment goes on where it was, and no row is lost or written twice.
"""

from __future__ import annotations

from h2o_frame_compat.io.connectors import MimeType, SecretRef, sink_specs, source_specs
from h2o_sklearn.batch.errors import (
    BatchError,
    JobFailedError,
    JobNotFoundError,
    JobStateError,
    OptionError,
    PreflightError,
)
from h2o_sklearn.batch.job import BatchScoringJob, LogLine
from h2o_sklearn.batch.jobs import BatchScoringJobs, at
from h2o_sklearn.batch.options import (
    BatchKubernetesOptions,
    BatchSinkOptions,
    BatchSourceOptions,
    CompletionStats,
    ContributionType,
    Counts,
    JobState,
    KubernetesRuntime,
    LocalRuntime,
    ModelRequestParameters,
    OutputFieldsType,
    Progress,
    RayRuntime,
    SparkRuntime,
)
from h2o_sklearn.batch.preflight import Check, Preflight

#: The jobs of the default store.
batch_scoring_jobs = BatchScoringJobs()

__all__ = [
    "BatchError",
    "BatchKubernetesOptions",
    "BatchScoringJob",
    "BatchScoringJobs",
    "BatchSinkOptions",
    "BatchSourceOptions",
    "Check",
    "CompletionStats",
    "ContributionType",
    "Counts",
    "JobFailedError",
    "JobNotFoundError",
    "JobState",
    "JobStateError",
    "KubernetesRuntime",
    "LocalRuntime",
    "LogLine",
    "MimeType",
    "ModelRequestParameters",
    "OptionError",
    "OutputFieldsType",
    "Preflight",
    "PreflightError",
    "Progress",
    "RayRuntime",
    "SecretRef",
    "SparkRuntime",
    "at",
    "batch_scoring_jobs",
    "sink_specs",
    "source_specs",
]
