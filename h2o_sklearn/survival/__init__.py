"""Times until an event."""

from __future__ import annotations

from h2o_sklearn.survival._coxph import H2OCoxPH

__all__ = ["H2OCoxPH"]
