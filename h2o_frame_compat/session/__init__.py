"""The only code that speaks to a cluster: its server, its client, and what goes over the wire."""

from __future__ import annotations

from h2o_frame_compat.session.auth import Credentials, Endpoint
from h2o_frame_compat.session.client import RestClient
from h2o_frame_compat.session.cluster import ClusterInfo, ExtensionInfo, Node
from h2o_frame_compat.session.jobs import Jobs
from h2o_frame_compat.session.messages import Counter
from h2o_frame_compat.session.replies import RapidsResult
from h2o_frame_compat.session.session import LOCAL, Session, connect, current_session

__all__ = [
    "LOCAL",
    "ClusterInfo",
    "Counter",
    "Credentials",
    "Endpoint",
    "ExtensionInfo",
    "Jobs",
    "Node",
    "RapidsResult",
    "RestClient",
    "Session",
    "connect",
    "current_session",
]
