"""Models applied to frames: predictions, metrics of further rows, what else a model says of them, its source."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.classic import H2OFrame
from h2o_frame_compat.core.block import Block
from h2o_frame_compat.errors import JobFailedError, ServerError
from h2o_frame_compat.expr import Source, call
from h2o_frame_compat.session import current_session
from h2o_sklearn import _frames
from h2o_sklearn._cluster_data import ClusterTable, block_of
from h2o_sklearn._cluster_explanations import asked
from h2o_sklearn._cluster_models import predicted as predict_in_cluster
from h2o_sklearn._cluster_models import with_model
from h2o_sklearn._inputs import safe_names
from h2o_sklearn._persistence import FittedModel
from h2o_sklearn.classic._columns import RESPONSE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from h2o_frame_compat.expr import Expr, Relation
    from h2o_frame_compat.session import Session
    from h2o_sklearn.classic._models import ModelBase


def predicted(model: ModelBase, data: Any) -> H2OFrame:
    """Return the predictions for the rows of a frame."""
    fitted = fitted_of(model)
    source, columns = predict_in_cluster(fitted, table_of(data, [feature.name for feature in fitted.features]))
    if model.is_clustering:
        columns = [call("cast", columns[0], params=(dt.INT32,))]  # the number of the cluster
    return _framed(source, columns, _names_of(source, len(columns)))


def said(model: ModelBase, data: Any, version: int, form: dict[str, Any]) -> H2OFrame:
    """Return what a model says of rows when it is asked for something else than predictions."""
    fitted = fitted_of(model)
    table = table_of(data, [feature.name for feature in fitted.features])
    try:
        found = with_model(fitted, lambda session, key: asked(session, fitted, key, table, version, form, dt.FLOAT64))
    except (JobFailedError, ServerError) as error:
        raise ValueError(str(error)) from error
    assert found is not None  # a model of this module has no other form than that in the cluster
    source, columns = found
    return _framed(source, list(columns.values()), list(columns))


def measured(model: ModelBase, data: Any) -> dict[str, Any]:
    """Return the metrics of a model on rows, as the cluster gives them."""
    if model.is_autoencoder:
        return _reconstructed(model, data)
    fitted = fitted_of(model)
    beside = [column for column in (model.column(RESPONSE), model.column("weights_column")) if column]
    table = table_of(data, [*(feature.name for feature in fitted.features), *beside])
    found = with_model(fitted, lambda session, key: _measured(session, key, table))
    assert found is not None  # as above
    return found


def _measured(session: Session, key: str, table: ClusterTable) -> dict[str, Any]:
    names = [str(label) for label in table.labels]
    frame = session.executor.frame(table.block.rel, table.columns(), names)
    path = f"/3/ModelMetrics/models/{quote(key, safe='')}/frames/{quote(frame.key, safe='')}"
    try:
        found: dict[str, Any] = session.client.post(path)["model_metrics"][0]
        session.client.delete(path)  # the cluster would keep them
    except ServerError as error:
        raise ValueError(f"the model cannot score these rows: {error}") from error
    return found


def _reconstructed(model: ModelBase, data: Any) -> dict[str, Any]:
    """Return metrics of an autoencoder, of which the cluster gives none on further rows, computed from its errors."""
    errors = said(model, data, 3, {"reconstruction_error": True})
    error = float(errors[0].mean())
    return {"MSE": error, "RMSE": math.sqrt(error), "nobs": errors.nrow(), "model_category": "AutoEncoder"}


def pojo(model: ModelBase, path: str) -> str | None:
    """Write the source of a model into a folder, or print it."""
    if not model.has_pojo:
        raise ValueError(f"H2O writes no Java source of this model of {model.algo}")
    if path and not Path(path).is_dir():
        raise ValueError(f"{path!r} is no folder")
    fitted = fitted_of(model)
    try:
        found = with_model(
            fitted, lambda session, key: session.client.request("GET", f"/3/Models.java/{quote(key, safe='')}").body
        )
    except ServerError as error:
        raise ValueError(f"H2O writes no Java source of this model: {error}") from error
    assert found is not None  # as above
    source = found.decode("utf-8")
    if not path:
        print(source)
        return None
    file = Path(path, f"{model.model_id}.java")
    file.write_text(source, encoding="utf-8")
    return str(file)


def removed(model: ModelBase) -> None:
    """Remove a model from the cluster; what it is asked afterwards of rows is a ValueError."""
    fitted_of(model).removed()
    current_session().client.delete(f"/3/Models/{quote(model.model_id, safe='')}")


def fitted_of(model: Any) -> FittedModel:
    """Return where a model of this module lies."""
    fitted = getattr(model, "fitted", None)
    if not isinstance(fitted, FittedModel):
        raise ValueError(f"this is no model: {model!r}")  # noqa: TRY004 - the module raises ValueErrors
    return fitted


def table_of(data: Any, names: Sequence[str], what: str = "the model reads") -> ClusterTable:
    """Return columns of a frame by their names.

    Parameters
    ----------
    data : H2OFrame
        The frame.
    names : sequence of str
        The columns, in the order that is wanted.
    what : str
        Who wants them, for the message.

    Returns
    -------
    ClusterTable
        The columns.

    Raises
    ------
    ValueError
        When one is not there.
    """
    if not isinstance(data, H2OFrame):
        raise ValueError(f"rows are an H2OFrame, not a {type(data).__name__}")  # noqa: TRY004 - as above
    own = safe_names(data.names())
    gone = [name for name in names if name not in own]
    if gone:
        raise ValueError(f"{what} {', '.join(map(repr, gone))}, and the frame has no such column")
    places = [own.index(name) for name in names]
    block = block_of(data.eager())
    chosen = Block(block.rel, tuple(block.columns[place] for place in places), block.labels[places])
    return ClusterTable(chosen, list(names))


def _framed(source: Relation, columns: Sequence[Expr], names: Sequence[str]) -> H2OFrame:
    block = Block.from_relation(source, list(names))
    return H2OFrame.from_dataframe(_frames.frame(block.with_columns(columns, list(names))))


def _names_of(source: Relation, count: int) -> list[str]:
    if isinstance(source, Source):
        frame = current_session().client.get(f"/3/Frames/{quote(source.key, safe='')}/light")["frames"][0]
        return [column["label"] for column in frame["columns"]]
    return ["predict", *(f"C{number + 1}" for number in range(1, count))]
