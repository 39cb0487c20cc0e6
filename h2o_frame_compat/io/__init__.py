"""Readers and writers: what comes from outside becomes columns, and back."""

from __future__ import annotations
