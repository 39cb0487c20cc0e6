"""One fit: data into the cluster, a model built, its bytes brought home, and nothing left behind."""

from __future__ import annotations

import contextlib
import re
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pyarrow as pa

from h2o_frame_compat.errors import H2OCompatError, JobFailedError, ParameterError
from h2o_sklearn._inputs import LocalTable, read_plain, safe_names
from h2o_sklearn._params import encode
from h2o_sklearn._persistence import FittedModel, discard, discarded
from h2o_sklearn._scoring import Mojo

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from h2o_frame_compat.session import Session
    from h2o_sklearn._algorithms import Algorithm
    from h2o_sklearn._targets import Target

_ILLEGAL = re.compile(r"illegal argument|must be|cannot|can't|invalid", re.IGNORECASE)


#: Messages of the server that say too little, and what they mean.
_CLEARER = {
    "Training data must have at least 2 features (incl. response).": (
        "X has no column of use: every one of them is empty or has a single value"
    ),
    "There are no usable columns to generate model": (
        "X has no column of use: every one of them is empty or has a single value"
    ),
    "Response cannot be constant.": "y has a single value",
}


@dataclass
class Task:
    """What to fit.

    Attributes
    ----------
    owner : str
        The estimator's class name, for messages.
    algorithm : Algorithm
        The algorithm.
    params : mapping
        Checked parameters by their names here.
    rows : LocalTable
        X.
    target : Target or None
        y.
    weights : ndarray or None
        The weights of the rows.
    """

    owner: str
    algorithm: Algorithm
    params: Mapping[str, Any]
    rows: LocalTable
    target: Target | None = None
    weights: NDArray[Any] | None = None


class Training:
    """A fit under way in a cluster.

    Parameters
    ----------
    session : Session
        The cluster.
    task : Task
        What to fit.
    """

    def __init__(self, session: Session, task: Task) -> None:
        self.session = session
        self.task = task
        self.features = tuple(task.rows.features())
        names = [feature.name for feature in self.features]
        *_, self.response, self.weight = safe_names([*names, "y", "sample_weight"])
        self._temporaries: list[str] = []

    def run(self) -> FittedModel:
        """Build the model.

        Returns
        -------
        FittedModel
            The model, as bytes and in the cluster.

        Raises
        ------
        ValueError
            When the cluster refuses the data or a parameter; the message has the parameter's name here.
        """
        with self._cleaning(), self._in_our_words():
            form = self._form()
            form["training_frame"] = self._upload(self._table(), "train")
            model_id = self.session.new_key(self.task.owner)
            path = f"/3/ModelBuilders/{self.task.algorithm.key}"
            reply = self.session.client.post(path, {"model_id": model_id, **form})
            try:
                self.session.jobs.wait(reply["job"]["key"]["name"], description=self.task.owner)
                data = self._download(model_id)
            except BaseException:
                discard(self._cluster_id, model_id)  # a cancelled job leaves a partial model
                raise
        model = FittedModel(Mojo(data), self.features, model_id, self._cluster_id, form.get("offset_column"))
        weakref.finalize(model, discard, self._cluster_id, model_id).atexit = False
        return model

    @property
    def _cluster_id(self) -> str:
        return str(self.session.cluster.cluster_id)

    def _download(self, model_id: str) -> bytes:
        return self.session.client.request("GET", f"/3/Models/{quote(model_id, safe='')}/mojo").body

    # ------------------------------------------------------------ data

    def _table(self) -> pa.Table:
        task = self.task
        arrays = list(task.rows.columns)
        names = [feature.name for feature in self.features]
        if task.target is not None:
            arrays.append(task.target.column)
            names.append(self.response)
        if task.weights is not None:
            arrays.append(pa.array(task.weights))
            names.append(self.weight)
        return pa.Table.from_arrays(arrays, names=names)

    def _upload(self, table: pa.Table, what: str) -> str:
        key = self.session.new_key(what)
        self._temporaries.append(key)
        self.session.transfer.put(table, key)
        return key

    @contextlib.contextmanager
    def _cleaning(self) -> Iterator[None]:
        """Remove our frames, and models whose estimators are gone, in one call, however the fit ends."""
        try:
            yield
        finally:
            executor = self.session.executor
            for key in (*self._temporaries, *discarded(self._cluster_id)):
                executor.release(key)
            if self.session.alive:
                with contextlib.suppress(H2OCompatError):  # the fit's own error says more
                    executor.flush()

    # ------------------------------------------------------------ parameters

    def _form(self) -> dict[str, str]:
        """Return the parameters as the request carries them."""
        task = self.task
        form = {}
        for param in task.algorithm.parameters:
            if param.name in task.params:
                value = task.params[param.name]
                form[param.server_name] = encode(self._for_server(param.name, param.kind, value))
        if task.target is not None:
            form["response_column"] = self.response
        if task.weights is not None:
            form["weights_column"] = self.weight
        return form

    def _for_server(self, name: str, kind: str, value: Any) -> Any:
        match kind:
            case "column":
                return self._column(name, value)
            case "columns":
                return [self._column(name, item) for item in value]
            case "column_groups":
                return [[self._column(name, item) for item in group] for group in value]
            case "column_pairs":
                return [tuple(self._column(name, item) for item in pair) for pair in value]
            case "column_signs":
                return {self._column(name, item): sign for item, sign in value.items()}
            case "table":
                return self._upload(self._side_table(name, value), name)
            case "labelled_table":
                return self._upload(self._labelled_table(name, value), name)
            case "model":
                return self._model(name, value)
        return value

    def _column(self, param: str, wanted: Any) -> str:
        for position, feature in enumerate(self.features):
            if wanted == feature.label or (not isinstance(wanted, str) and wanted == position):
                return feature.name
        known = ", ".join(repr(feature.label) for feature in self.features[:8])
        raise ValueError(f"{self.task.owner}: {param!r} names the column {wanted!r}, but X has {known}")

    def _side_table(self, param: str, value: Any) -> pa.Table:
        table = read_plain(value)
        if param == "user_points":
            return self._as_features(param, table)
        if param == "plug_values":
            by_label = dict(zip(table.labels, table.columns, strict=True))
            known = [feature for feature in self.features if feature.label in by_label]
            return pa.table({feature.name: by_label[feature.label] for feature in known})
        return pa.Table.from_arrays(table.columns, names=[str(label) for label in table.labels])

    def _as_features(self, param: str, table: LocalTable) -> pa.Table:
        if len(table.columns) != len(self.features):
            raise ValueError(
                f"{self.task.owner}: {param!r} must have the {len(self.features)} columns of X, it has"
                f" {len(table.columns)}"
            )
        return pa.Table.from_arrays(table.columns, names=[feature.name for feature in self.features])

    def _labelled_table(self, param: str, value: Any) -> pa.Table:
        if not isinstance(value, tuple) or len(value) != 2 or self.task.target is None:
            raise ValueError(f"{self.task.owner}: {param!r} must be a pair of X and y")
        table = self._as_features(param, read_plain(value[0]))
        return table.append_column(self.response, self.task.target.same_kind(value[1]))

    def _model(self, param: str, value: Any) -> str:
        if isinstance(value, str):
            return value
        model = getattr(value, "_model", None)
        if not isinstance(model, FittedModel) or model.key is None or model.cluster_id != self._cluster_id:
            raise ValueError(
                f"{self.task.owner}: {param!r} must be an estimator fitted in this process on this cluster, or"
                " the id of a model in the cluster"
            )
        return model.key

    # ------------------------------------------------------------ errors

    @contextlib.contextmanager
    def _in_our_words(self) -> Iterator[None]:
        try:
            yield
        except ParameterError as error:
            raise ValueError(self._translated(str(error))) from error
        except JobFailedError as error:
            if _ILLEGAL.search(str(error)):
                raise ValueError(self._translated(str(error))) from error
            raise

    def _translated(self, message: str) -> str:
        """Put the names of the parameters here in place of H2O's."""
        for server, ours in _CLEARER.items():
            message = message.replace(server, ours)
        for param in self.task.algorithm.parameters:
            if param.h2o:
                message = re.sub(rf"\b_?{param.h2o}\b", param.name, message)
        return f"{self.task.owner}: {message}"
