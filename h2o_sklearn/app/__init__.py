"""The web application: a cluster studio, batch jobs, and the models they use.

>>> from h2o_sklearn.app import Settings, create_app
>>> app = create_app(Settings())                                                # doctest: +SKIP
"""

from __future__ import annotations

try:
    from h2o_sklearn.app.application import create_app
    from h2o_sklearn.app.server import serve
    from h2o_sklearn.app.settings import Settings
except ModuleNotFoundError as error:
    if (error.name or "").startswith(("h2o_sklearn", "h2o_frame_compat")):
        raise
    raise ImportError(f"the app needs {error.name}: pip install 'h2o-compat[app]'") from error

__all__ = ["Settings", "create_app", "serve"]
