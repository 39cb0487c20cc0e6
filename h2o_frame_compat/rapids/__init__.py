"""Expressions to Rapids text: the only place that knows how an operation is written for the server."""

from __future__ import annotations

from h2o_frame_compat.rapids.program import Assign, ClientStep, Compiler, Stored, Upload

__all__ = ["Assign", "ClientStep", "Compiler", "Stored", "Upload"]
