"""OrbitDB: tables that their hosts put on IPFS, replicated by address, verified before they are used."""

from __future__ import annotations

from h2o_frame_compat.io.orbitdb.node import Hosted, OrbitNode, default_node, read_orbitdb
from h2o_frame_compat.io.orbitdb.verify import IntegrityError, Verified, check_address, verify

__all__ = [
    "Hosted",
    "IntegrityError",
    "OrbitNode",
    "Verified",
    "check_address",
    "default_node",
    "read_orbitdb",
    "verify",
]
