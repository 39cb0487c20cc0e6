"""The saved models that the app may use: MOJOs and skops files of one folder, and pickles trusted by name."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import joblib
import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from h2o_sklearn._inputs import ENUM
from h2o_sklearn.app import openapi
from h2o_sklearn.app.errors import RefusedError
from h2o_sklearn.app.openapi import Entry
from h2o_sklearn.app.web import body
from h2o_sklearn.batch.model import Scorer
from h2o_sklearn.batch.options import ModelRequestParameters
from h2o_sklearn.generic import H2OGenericModel

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request

    from h2o_sklearn.app.settings import Settings

_PICKLES, _MOJOS, _SKOPS = {".pkl", ".pickle", ".joblib"}, {".zip", ".mojo"}, {".skops"}
_ABOUT_FILES = {"custom_metric_value", "frame_checksum", "model_checksum", "scoring_time"}  # no measure of a model
_OURS = ("h2o_sklearn.", "h2o_frame_compat.")


class Models:
    """The models' routes.

    Parameters
    ----------
    settings : Settings
        Whose ``models`` is the folder.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._loaded: dict[tuple[str, float], Any] = {}

    def entries(self) -> list[Entry]:
        """Return the models' routes.

        Returns
        -------
        list of Entry
            Its part of the API.
        """
        return [
            Entry("GET", "/api/models", self._listed, "The saved models."),
            Entry("GET", "/api/models/{name}", self._shown, "What a model wants and how good it is."),
            Entry("POST", "/api/models/{name}/score", self._score, "Score one row.", openapi.ROW),
        ]

    def files(self) -> list[Path]:
        """Find the files that are models by their ending.

        Returns
        -------
        list of Path
            In the order of their names.
        """
        known = _PICKLES | _MOJOS | _SKOPS
        return sorted(p for p in self._settings.models.iterdir() if p.is_file() and p.suffix.lower() in known)

    def path(self, name: str) -> Path:
        """Find a model's file, which has to be one that may be used.

        Parameters
        ----------
        name : str
            The file's name.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        RefusedError
            When there is none of that name in the folder, or it is a pickle that nobody trusted.
        """
        found = next((p for p in self.files() if p.name == name), None)
        if found is None:
            raise RefusedError(f"there is no model {name!r} in the app's folder", "model", 404)
        if not self._trusted(found):
            raise RefusedError(
                f"{name} is a pickle, which runs what is in it; if it is yours, start the app with --trust {name}",
                "model",
                403,
            )
        return found

    def _trusted(self, path: Path) -> bool:
        return path.suffix.lower() not in _PICKLES or path.name in self._settings.trusted

    def load(self, name: str) -> Any:
        """Load a model, once for each version of its file.

        Parameters
        ----------
        name : str
            The file's name.

        Returns
        -------
        object
            A fitted estimator or pipeline.
        """
        path = self.path(name)
        key = (path.name, path.stat().st_mtime)
        with self._lock:
            if key not in self._loaded:
                self._loaded = {k: m for k, m in self._loaded.items() if k[0] != path.name}
                self._loaded[key] = _read(path)
            return self._loaded[key]

    async def _listed(self, _: Request) -> Response:
        """List the models."""
        models = [
            {"name": p.name, "kind": _kind(p), "bytes": p.stat().st_size, "trusted": self._trusted(p)}
            for p in self.files()
        ]
        return JSONResponse({"folder": self._settings.models.name, "models": models})

    async def _shown(self, request: Request) -> Response:
        """Describe a model."""
        name = request.path_params["name"]
        return JSONResponse(await run_in_threadpool(lambda: _described(name, self.load(name))))

    async def _score(self, request: Request) -> Response:
        """Score one row."""
        name, given = request.path_params["name"], await body(request)
        row = given.get("row")
        if not isinstance(row, dict):
            raise RefusedError("row: an object with a value for each column is needed", "row")
        return JSONResponse(await run_in_threadpool(lambda: _scored(self.load(name), row)))


def _kind(path: Path) -> str:
    ending = path.suffix.lower()
    return "MOJO" if ending in _MOJOS else "skops" if ending in _SKOPS else "pickle"


def _read(path: Path) -> Any:
    if path.suffix.lower() in _MOJOS:
        return H2OGenericModel(path).fit()
    if path.suffix.lower() in _SKOPS:
        import skops.io  # noqa: PLC0415 - an extra

        strange = [n for n in skops.io.get_untrusted_types(file=path) if not n.startswith(_OURS)]
        if strange:
            raise RefusedError(f"{path.name} has types that are not trusted: {', '.join(strange[:5])}", "model", 403)
        return skops.io.load(path, trusted=skops.io.get_untrusted_types(file=path))
    return joblib.load(path)


def _last(model: Any) -> Any:
    return model.steps[-1][1] if isinstance(model, Pipeline) else model


def _described(name: str, model: Any) -> dict[str, Any]:
    last = _last(model)
    parameters = last.get_params(deep=False) if isinstance(last, BaseEstimator) else {}
    return {
        "name": name,
        "class": type(model).__name__,
        "steps": [type(step).__name__ for _, step in model.steps] if isinstance(model, Pipeline) else [],
        "columns": [{"name": c, "levels": levels} for c, levels in columns(model).items()],
        "classes": _listed(getattr(model, "classes_", None)),
        "parameters": {k: _shown(v) for k, v in parameters.items() if v is not None},
        "metrics": _metrics(last),
    }


def columns(model: Any) -> dict[str, list[str] | None]:
    """Name the columns of a model.

    Parameters
    ----------
    model : estimator
        The model.

    Returns
    -------
    dict
        The levels of each column; None where it is a number or not known.
    """
    names = [str(n) for n in getattr(model, "feature_names_in_", ())]
    known = Scorer(model, ModelRequestParameters()).features
    return {n: list(known[n].levels) if n in known and known[n].kind == ENUM else None for n in names}


def _listed(values: Any) -> list[Any] | None:
    return None if values is None else [v.item() if isinstance(v, np.generic) else v for v in values]


def _shown(value: Any) -> Any:
    return value if isinstance(value, (bool, int, float, str)) else repr(value)[:200]


def _metrics(model: Any) -> dict[str, Any]:
    found = getattr(model, "metrics_", None)
    if not isinstance(found, dict):
        return {}
    return {str(k): _measures(part) if isinstance(part, dict) else _shown(part) for k, part in found.items()}


def _measures(part: dict[Any, Any]) -> dict[str, Any]:
    return {str(name): _shown(value) for name, value in part.items() if name not in _ABOUT_FILES}


def _scored(model: Any, row: dict[str, Any]) -> dict[str, Any]:
    names = list(columns(model)) or list(row)
    unknown = sorted(set(row) - set(names))
    if unknown:
        raise RefusedError(f"row: the model has no column {unknown[0]!r}", unknown[0])
    frame = pd.DataFrame({n: [_value(row.get(n))] for n in names})
    made = model.predict(frame)
    answer: dict[str, Any] = {"prediction": _listed(np.asarray(made).ravel())}
    if hasattr(model, "predict_proba"):
        chances = np.asarray(model.predict_proba(frame))[0]
        labels = _listed(getattr(model, "classes_", range(len(chances)))) or []
        answer["probabilities"] = [{"class": c, "probability": float(p)} for c, p in zip(labels, chances, strict=True)]
    return answer


def _value(given: Any) -> Any:
    if not isinstance(given, str):
        return np.nan if given is None else given
    if not given.strip():
        return np.nan
    try:
        return float(given)
    except ValueError:
        return given
