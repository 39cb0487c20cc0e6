"""Models applied to frames: predictions, metrics of further rows, what else a model says of them, its source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.classic import H2OFrame
from h2o_frame_compat.classic.kinds import of_kind
from h2o_frame_compat.core.block import Block
from h2o_frame_compat.errors import JobFailedError, ServerError
from h2o_frame_compat.expr import Source, call
from h2o_frame_compat.rapids import text
from h2o_frame_compat.session import current_session
from h2o_sklearn import _frames
from h2o_sklearn._cluster_data import ClusterTable, block_of
from h2o_sklearn._cluster_explanations import asked
from h2o_sklearn._cluster_models import predicted as predict_in_cluster
from h2o_sklearn._cluster_models import with_model
from h2o_sklearn._inputs import safe_names

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from h2o_frame_compat.expr import Expr, Relation
    from h2o_frame_compat.session import Session
    from h2o_sklearn._persistence import FittedModel

_Found = TypeVar("_Found")


def predicted(model: FittedModel, data: Any, *, clusters: bool = False) -> H2OFrame:
    """Return the predictions for the rows of a frame; those of a clustering are numbers of clusters."""
    source, columns = predict_in_cluster(model, table_of(data, _features(model)))
    if clusters:
        columns = [call("cast", columns[0], params=(dt.INT32,))]
    return _framed(source, columns, _names_of(source, len(columns)))


def said(model: FittedModel, data: Any, version: int, form: dict[str, Any]) -> H2OFrame:
    """Return what a model says of rows when it is asked for something else than predictions."""
    table = table_of(data, _features(model))
    try:
        source, columns = _use(model, lambda session, key: asked(session, model, key, table, version, form, dt.FLOAT64))
    except (JobFailedError, ServerError) as error:
        raise ValueError(str(error)) from error
    return _framed(source, list(columns.values()), list(columns))


def measured(model: FittedModel, data: Any, beside: Sequence[str]) -> dict[str, Any]:
    """Return the metrics of a model on rows, as the cluster gives them; `beside` are y and the weights."""
    table = table_of(data, [*_features(model), *beside])
    return _use(model, lambda session, key: _measured(session, key, table))


def _measured(session: Session, key: str, table: ClusterTable) -> dict[str, Any]:
    names = [str(label) for label in table.labels]
    frame = session.executor.frame(table.block.rel, table.columns(), names)
    path = f"/3/ModelMetrics/models/{quote(key, safe='')}/frames/{quote(frame.key, safe='')}"
    try:
        answers = session.client.post(path)["model_metrics"]
    except ServerError as error:
        reason = str(error).partition(f"{path}: ")[2] or str(error)
        raise ValueError(f"the model cannot score these rows: {reason}") from error
    # Metrics of no frame, such as those of a forest on the rows out of its bags, are among the answers too.
    found = [answer for answer in answers if (answer["frame"] or {}).get("name") == frame.key]
    if not found:
        raise ValueError("there are no rows to score")
    metrics: dict[str, Any] = found[0]
    stored = f"modelmetrics_{key}@{metrics['model_checksum']}_on_{frame.key}@{metrics['frame_checksum']}"
    session.executor.release(text.string(stored))  # the cluster would keep them
    return metrics


def source_of(model: FittedModel) -> str:
    """Return the Java source of a model."""
    try:
        return _use(model, _source).decode("utf-8")
    except ServerError as error:
        raise ValueError(f"H2O writes no Java source of this model: {error}") from error


def _source(session: Session, key: str) -> bytes:
    return session.client.request("GET", f"/3/Models.java/{quote(key, safe='')}").body


def removed(model: FittedModel, name: str) -> None:
    """Remove a model from the cluster; what it is asked afterwards of rows is a ValueError."""
    model.removed()
    current_session().client.delete(f"/3/Models/{quote(name, safe='')}")


def _use(model: FittedModel, use: Callable[[Session, str], _Found]) -> _Found:
    found = with_model(model, use)
    assert found is not None  # a model of this module has no other form than that in the cluster
    return found


def _features(model: FittedModel) -> list[str]:
    return [feature.name for feature in model.features]


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
    frame = of_kind(data, H2OFrame, f"rows are an H2OFrame, not a {type(data).__name__}")
    own = safe_names(frame.names())
    gone = [name for name in names if name not in own]
    if gone:
        raise ValueError(f"{what} {', '.join(map(repr, gone))}, and the frame has no such column")
    places = [own.index(name) for name in names]
    block = block_of(frame.eager())
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
