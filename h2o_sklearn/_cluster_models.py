"""Models in the cluster, applied to rows in the cluster: one call, and the result stays there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import numpy as np
import pandas as pd
import pyarrow as pa

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.distinct import lookup
from h2o_frame_compat.errors import RapidsError
from h2o_frame_compat.expr import Expr, Field, Local, Relation, Source, call, fresh_id
from h2o_frame_compat.rapids import text
from h2o_frame_compat.session import current_session
from h2o_sklearn._cluster_data import beside_rows_of, most_probable

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.typing import NDArray

    from h2o_sklearn._cluster_data import ClusterTable
    from h2o_sklearn._persistence import FittedModel

_PRIMITIVE = "compat.predict"


def predicted(model: FittedModel, table: ClusterTable) -> tuple[Relation, list[Expr]]:
    """Predict for rows in the cluster.

    Parameters
    ----------
    model : FittedModel
        The model. Where it is no longer in the cluster (it was loaded from a file) the rows are scored here.
    table : ClusterTable
        The rows.

    Returns
    -------
    relation : Relation
        The predictions, by row.
    columns : list of Expr
        H2O's own prediction, then a column per class.
    """
    session = current_session()
    if model.key is None or model.cluster_id != session.cluster.cluster_id:
        return _relation_of(model.predictions(table.local()))
    names = [feature.name for feature in model.features]
    executor = session.executor
    key = session.new_key("predictions")
    try:
        if _PRIMITIVE in executor.primitives:
            columns = f"{text.positions(range(len(names)))} {text.values(names)}"
            made = executor.evaluate(
                table.block.rel,
                table.columns(),
                lambda parts: (
                    f"(tmp= {key} (compat.predict {text.string(str(model.key))}"
                    f" (colnames= (cbind {' '.join(parts)}) {columns})))"
                ),
            )
            width, rows = made.ncols, made.nrows
        else:
            frame = executor.frame(table.block.rel, table.columns(), names)
            path = f"/3/Predictions/models/{quote(model.key, safe='')}/frames/{quote(frame.key, safe='')}"
            session.client.post(path, {"predictions_frame": key})
            made = session.client.rapids(f"(cbind {key})")
            width, rows = made.ncols, made.nrows
    except RapidsError as error:
        raise ValueError(f"the model cannot read these columns: {error}") from error
    types = [dt.CATEGORY if model.mojo.is_classifier else dt.FLOAT64, *[dt.FLOAT64] * (width - 1)]
    source = Source(key, [Field(fresh_id(), dtype) for dtype in types], rows, owned=True)
    executor.adopt(source)
    return source, [field.col() for field in source.fields]


def _relation_of(values: NDArray[np.float64]) -> tuple[Relation, list[Expr]]:
    fields = [Field(fresh_id(), dt.FLOAT64) for _ in range(values.shape[1])]
    columns = [pa.array(np.ascontiguousarray(column)) for column in values.T]
    table = pa.Table.from_arrays(columns, names=[field.id for field in fields])
    local = Local(table, fields, len(values))
    return local, [field.col() for field in fields]


def numbers(model: FittedModel, table: ClusterTable, place: int = 0) -> Any:
    """Return a column of the predictions as a series: by default H2O's own prediction."""
    source, columns = predicted(model, table)
    return _series(table, source, columns[place])


def cluster_numbers(model: FittedModel, table: ClusterTable) -> Any:
    """Return the number of the nearest centre as a series of integers."""
    source, columns = predicted(model, table)
    return _series(table, source, call("cast", columns[0], params=(dt.INT32,)))


def probabilities(
    model: FittedModel,
    table: ClusterTable,
    classes: NDArray[Any],
    order: NDArray[np.intp],
    *,
    log: bool = False,
) -> Any:
    """Return the probability of each class as a frame with the classes as labels."""
    source, columns = predicted(model, table)
    wanted = [columns[1 + place] for place in order]
    if log:
        wanted = [call("log", column) for column in wanted]
    return _frames().probabilities(beside_rows_of(table, source, wanted, list(classes)))


def classes_of(model: FittedModel, table: ClusterTable, classes: NDArray[Any], order: NDArray[np.intp]) -> Any:
    """Return the most probable class as a series of labels."""
    source, columns = predicted(model, table)
    code = most_probable([columns[1 + place] for place in order])
    plain = classes.dtype == np.int64 and (classes == np.arange(len(classes))).all()
    if plain:
        label: Expr = call("cast", code, params=(dt.INT64,))
    else:
        label = lookup(code, pd.Series(np.arange(float(len(classes)))), pd.Series(classes))
    return _series(table, source, label)


def _series(table: ClusterTable, source: Relation, column: Expr) -> Any:
    return _frames().series(beside_rows_of(table, source, [column], [None]))


def _frames() -> ModuleType:
    from h2o_sklearn import _frames  # noqa: PLC0415 - the dialect is imported when its frames are made

    return _frames
