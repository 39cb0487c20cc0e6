"""AutoML."""

from __future__ import annotations

import contextlib
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pandas as pd
from sklearn.utils.validation import check_is_fitted

from h2o_frame_compat.errors import H2OCompatError, JobFailedError
from h2o_frame_compat.session.replies import plain_reason
from h2o_sklearn._base import H2OEstimator
from h2o_sklearn._binary import leased
from h2o_sklearn._scoring import as_columns
from h2o_sklearn._signatures.automl import AutoMLParameters
from h2o_sklearn._supervised import H2OClassifier, H2ORegressor
from h2o_sklearn._training import Training

if TYPE_CHECKING:
    from h2o_frame_compat.session import Session
    from h2o_sklearn._binary import Lease

_NO_REASON = "Empty leaderboard"

#: H2O's own endpoint starts a search before it stores it: a model that is ready sooner finds none, and is lost.
_LOST = '"aml" is null'

_INPUT = ("response_column", "weights_column", "training_frame", "validation_frame")


class _Search(Training):
    """A search under way: many models are built, the best one stays."""

    leaderboard: dict[str, list[Any]]

    def _built(self, model_id: str, form: dict[str, Any], *, again: bool = True) -> Lease:
        request: dict[str, Any] = {"build_control": {"project_name": model_id}}
        for name, value in form.items():
            *steps, last = f"input_spec.{name}".split(".") if name in _INPUT else name.split(".")
            part = request
            for step in steps:
                part = part.setdefault(step, {})
            part[last] = value
        client = self.session.client
        path = "/3/Compat.search" if self.session.cluster.offers("search") else "/99/AutoMLBuilder"
        body = json.dumps(request).encode()
        reply = client.request("POST", path, body=body, content_type="application/json").json()
        self.session.jobs.wait(reply["job"]["key"]["name"], description=self.task.owner)
        state = client.get(f"/99/AutoML/{quote(model_id, safe='')}")
        log = as_columns(state["event_log_table"]) or {"level": [], "message": []}
        self._temporaries += [model_id, *_cut_frames(log, form["training_frame"])]
        found = [key["name"] for key in state["leaderboard"]["models"]]
        if not found:
            reasons = self._reasons(log, model_id)
            if again and _LOST in reasons:
                self._temporaries += re.findall(r"AutoML: starting (\S+) model training", "\n".join(log["message"]))
                return self._built(self.session.new_key(self.task.owner), form, again=False)
            raise JobFailedError(f"{self.task.owner}: no model was built{reasons}")
        self.leaderboard = as_columns(state["leaderboard_table"]) or {}
        parts = self._parts(found[0], found)
        self._temporaries += [key for key in found if key not in {found[0], *parts}]
        return leased(self.session, found[0], parts)

    def _parts(self, leader: str, others: list[str]) -> list[str]:
        """Return the models that the best one consists of, where it is an ensemble."""
        model = self.session.client.get(f"/3/Models/{quote(leader, safe='')}")["models"][0]
        base = next((p["actual_value"] for p in model["parameters"] if p["name"] == "base_models"), None) or []
        return [key["name"] for key in base if key["name"] in others]

    def _reasons(self, log: dict[str, list[Any]], project: str) -> str:
        """Return what went wrong, as far as the cluster says."""
        lines = zip(log["level"], log["message"], strict=True)
        # That a model was cancelled is no warning to H2O.
        told = [text for level, text in lines if level in {"WARN", "ERROR"} or text.endswith(" cancelled")]
        if all(text.startswith(_NO_REASON) for text in told):
            told = _failed_steps(self.session, project) or told
        return ": " + "; ".join(told) if told else " in the time there was"

    def _for_server(self, name: str, kind: str, value: Any) -> Any:
        if name == "monotone_constraints":
            signs = super()._for_server(name, kind, value)
            pairs = [{"key": column, "value": sign} for column, sign in signs.items()]
            return [{"scope": "any", "name": name, "value": pairs}]
        if name == "preprocessing":
            return [{"type": word.replace("_", "")} for word in value]
        return super()._for_server(name, kind, value)


def _cut_frames(log: dict[str, list[Any]], train: str) -> list[str]:
    """Return the frames that the search has cut from the training data; only its log names them."""
    found = (re.match(rf"\w+ frame: Frame key: (\w+_{re.escape(train)})\b", text) for text in log["message"])
    return [match[1] for match in found if match]


def _failed_steps(session: Session, project: str) -> list[str]:
    """Return the errors of a search's steps, as only the server's log tells them.

    A search names its project when it starts and again in the summary at its end. The server begins a new
    file whenever one is full, at other places for other levels: what one file has cut, another may hold.
    """
    with contextlib.suppress(H2OCompatError):  # who runs a cluster may keep its log to himself
        for level in ("info", "debug"):
            log = session.client.get(f"/3/Logs/nodes/-1/files/{level}")["log"]
            if found := _errors_of(log, project):
                return [plain_reason(text) for text in found]
    return []


def _errors_of(log: str, project: str) -> list[str]:
    """Return what follows the start of a project up to its summary, where a step failed."""
    *before, _ = log.split(f"Project: {project}")
    if not before:
        return []
    # Where the start was cut off, the summary of the search before tells where this one begins.
    own = before[-1] if len(before) > 1 else before[0].rpartition("Project: ")[2]
    return re.findall(r"_status=failed, _error=(.+)", own)


class _AutoML(H2OEstimator):
    """The models that were tried, and the best one."""

    _training = _Search
    _board: dict[str, list[Any]]

    def _learned(self, training: _Search) -> None:
        self._board = {name: column for name, column in training.leaderboard.items() if name}

    @property
    def leaderboard_(self) -> pd.DataFrame:
        """The models that were tried, the best first, with their metrics."""
        check_is_fitted(self)
        return pd.DataFrame(self._board)


class H2OAutoMLClassifier(_AutoML, H2OClassifier, AutoMLParameters):
    """The best of many models that an H2O cluster builds on its own, for classes.

    Without ``max_models`` and ``max_runtime_secs`` the search takes an hour, as in H2O. The best model, and
    where it is an ensemble those that it consists of, stay in the cluster as long as the estimator lives.

    Attributes
    ----------
    leaderboard_ : DataFrame
        The models that were tried, the best first.
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.
    metrics_ : dict
        H2O's metrics of the best model.

    Examples
    --------
    >>> from h2o_sklearn import H2OAutoMLClassifier
    >>> H2OAutoMLClassifier(max_models=10, random_state=0)
    H2OAutoMLClassifier(max_models=10, random_state=0)
    """


class H2OAutoMLRegressor(_AutoML, H2ORegressor, AutoMLParameters):
    """The best of many models that an H2O cluster builds on its own, for numbers.

    Without ``max_models`` and ``max_runtime_secs`` the search takes an hour, as in H2O. The best model, and
    where it is an ensemble those that it consists of, stay in the cluster as long as the estimator lives.

    Attributes
    ----------
    leaderboard_ : DataFrame
        The models that were tried, the best first.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.
    metrics_ : dict
        H2O's metrics of the best model.

    Examples
    --------
    >>> from h2o_sklearn import H2OAutoMLRegressor
    >>> H2OAutoMLRegressor(max_models=10, random_state=0)
    H2OAutoMLRegressor(max_models=10, random_state=0)
    """
