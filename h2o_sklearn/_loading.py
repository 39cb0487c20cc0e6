"""Models that were fitted elsewhere: from a MOJO file, or from a cluster."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from zipfile import BadZipFile

import narwhals.stable.v2 as nw
import numpy as np

from h2o_frame_compat.io.tables import in_memory
from h2o_frame_compat.session import current_session
from h2o_sklearn._binary import Lease, output_of
from h2o_sklearn._inputs import ENUM, NUMBER, Feature
from h2o_sklearn._persistence import FittedModel
from h2o_sklearn._scoring import Mojo

if TYPE_CHECKING:
    import os

    from h2o_sklearn._binary import Facts

_NO_FEATURES = ("weights_column", "fold_column", "response_column", "treatment_column")


def from_file(path: str | os.PathLike[str]) -> FittedModel:
    """Read a MOJO file.

    Parameters
    ----------
    path : str or path
        The file.

    Returns
    -------
    FittedModel
        The model.

    Raises
    ------
    ValueError
        When the file is no MOJO.
    """
    mojo = Mojo(Path(path).read_bytes())
    try:
        names, usable = mojo.columns[: mojo.n_features], mojo.is_computed_as_in_the_cluster
    except (BadZipFile, KeyError, ValueError) as error:
        raise ValueError(f"{path} is no MOJO file: {error}") from None
    if not usable:
        raise ValueError(
            f"{path} is an additive model with thin plates or M-splines, which H2O's library computes otherwise than"
            " the cluster: take the model itself, with from_h2o_model or by pickle"
        )
    offset = mojo.info.get("offset_column")
    offset = None if offset in {None, "null"} else offset
    return FittedModel(mojo, _features(mojo, names, offset), offset=offset)


def from_cluster(model: Any) -> FittedModel:
    """Take a model that lies in the cluster; it stays there, its owner's.

    Parameters
    ----------
    model : H2OEstimator or str
        H2O's own model object, or its id.

    Returns
    -------
    FittedModel
        The model.
    """
    session = current_session()
    key = model if isinstance(model, str) else str(model.model_id)
    lease = Lease(session, key, owned=False)
    described = session.client.get(f"/3/Models/{quote(key, safe='')}")["models"][0]
    mojo = lease.mojo() if described["have_mojo"] else None
    if mojo is not None and (described["algo"] != "gam" or mojo.is_computed_as_in_the_cluster):
        facts: Facts = mojo
        binary = None
    else:
        facts, binary = output_of(described), lease.binary()
    given = {entry["name"]: _name(entry["actual_value"]) for entry in described["parameters"]}
    others = {given.get(name) for name in _NO_FEATURES}
    offset = given.get("offset_column")
    names = _x(facts if mojo is None else mojo)  # without the splines of an additive model
    features = _features(facts, [name for name in names if name not in others], offset)
    return FittedModel(facts, features, lease, binary, offset=offset)


def _x(facts: Facts) -> list[str]:
    if isinstance(facts, Mojo):
        return facts.columns[: facts.n_features]
    return facts.columns


def _name(value: Any) -> Any:
    return value.get("column_name") if isinstance(value, dict) else value


def _features(facts: Facts, names: list[str], offset: str | None) -> tuple[Feature, ...]:
    names = names if offset is None or offset in names else [*names, offset]
    domains = {facts.columns[position]: tuple(levels) for position, levels in facts.domains.items()}
    return tuple(Feature(name, name, ENUM if name in domains else NUMBER, domains.get(name, ())) for name in names)


def category(model: FittedModel) -> str:
    """Return what H2O calls the kind of a model."""
    if model.mojo is not None:
        return str(model.mojo.info["category"])
    return str(model.facts.details["model_category"])


def accept(estimator: Any, model: FittedModel) -> None:
    """Let an estimator have a model that was fitted elsewhere, as if it had fitted it."""
    estimator._model = model  # noqa: SLF001 - this is how an estimator is made
    names = [feature.name for feature in model.features]
    estimator.n_features_in_ = len(names)
    estimator.feature_names_in_ = np.array(names, dtype=object)
    estimator._by_name = True  # noqa: SLF001 - part of being fitted
    if model.facts.is_classifier:
        model.classes = tuple(sorted(model.response_levels))
        estimator.classes_ = np.array(model.classes, dtype=object)


def in_order(X: Any, names: Any) -> Any:
    """Return a table with the columns that a model reads, in its order: H2O takes them by name."""
    known = list(names)
    X = in_memory(X)
    if nw.dependencies.is_into_dataframe(X):
        frame = nw.from_native(X, eager_only=True)
        return frame.select(known).to_native() if set(known) <= set(frame.columns) else X
    columns = getattr(X, "columns", None)
    if columns is None or callable(columns):
        return X
    return X[known] if set(known) <= set(columns) else X
