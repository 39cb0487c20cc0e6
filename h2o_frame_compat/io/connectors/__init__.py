"""Connectors: from any source to any sink, described by plain values, read and written as Arrow batches.

>>> from h2o_frame_compat.io import connectors
>>> [spec.uid for spec in connectors.source_specs()]
['file', 's3', 'minio', 'azure', 'gcp', 'jdbc', 'feature-store']
"""

from __future__ import annotations

from h2o_frame_compat.io.connectors.base import (
    AccessError,
    BadRow,
    Connector,
    ConnectorError,
    DriftError,
    MimeType,
    MissingError,
    NoSpaceError,
    Partition,
    PartResult,
    PartWriter,
    RowError,
    Sink,
    SinkNotEmptyError,
    Source,
    TransientError,
    WriteMode,
)
from h2o_frame_compat.io.connectors.secret import SecretRef
from h2o_frame_compat.io.connectors.specs import (
    ConnectorSpec,
    from_json,
    refuse_overlap,
    sink,
    sink_specs,
    source,
    source_specs,
    spec_uid_of,
)

__all__ = [
    "AccessError",
    "BadRow",
    "Connector",
    "ConnectorError",
    "ConnectorSpec",
    "DriftError",
    "MimeType",
    "MissingError",
    "NoSpaceError",
    "PartResult",
    "PartWriter",
    "Partition",
    "RowError",
    "SecretRef",
    "Sink",
    "SinkNotEmptyError",
    "Source",
    "TransientError",
    "WriteMode",
    "from_json",
    "refuse_overlap",
    "sink",
    "sink_specs",
    "source",
    "source_specs",
    "spec_uid_of",
]
