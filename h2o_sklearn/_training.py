"""One fit: data into the cluster, a model built, its bytes brought home, and nothing left behind."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from h2o_frame_compat.errors import H2OCompatError, JobFailedError, ParameterError
from h2o_frame_compat.expr import Expr
from h2o_frame_compat.rapids import text
from h2o_sklearn._binary import Facts, Lease, leased
from h2o_sklearn._cluster_data import ClusterTable
from h2o_sklearn._inputs import ENUM, LocalTable, read_plain, safe_names
from h2o_sklearn._params import encode
from h2o_sklearn._persistence import FittedModel
from h2o_sklearn._targets import Target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from h2o_frame_compat.session import Session
    from h2o_sklearn._algorithms import Algorithm
    from h2o_sklearn._inputs import Feature

_FIELD = re.compile(r"ERRR on field: _?(\w+): ([^\n]*?)(?=\s*ERRR on field|\s*$)")
_ILLEGAL = re.compile(
    r"illegal argument|must be|cannot|can't|invalid|not defined|degrees of freedom|doesn't conform|at least 2 features|"
    r"mtry_per_tree|bad and constant columns|matrix is singular",
    re.IGNORECASE,
)

_LEVELS = "compat.levels"

_NO_COLUMN = "it has no column of use: every one of them is empty or has a single value"

#: Encodings whose columns the library that reads model files does not make.
_NOT_LOCAL = ("one_hot_explicit", "binary")

#: Parameters with which H2O writes no MOJO.
_INTERACTIONS = ("interactions", "interaction_pairs")

#: Messages of the server that say too little, and what they mean.
_CLEARER = {
    "Training data must have at least 2 features (incl. response).": _NO_COLUMN,
    "There are no usable columns to generate model": _NO_COLUMN,
    "Computed mtry_per_tree should be in interval <1,0> but it is 1": _NO_COLUMN,
    "Matrix is singular.": "the columns of X depend on one another, or there are too few rows for them",
    "_train must have more than one column": "it must have more than one column, this is n_features=1",
    "there must be at least two predictors": "it must have at least two columns, this is n_features=1",
    "Response cannot be constant.": "it has a single value (for a classifier: one class)",
}


@dataclass
class Data:
    """Rows with their target and weights; see :class:`Task`."""

    rows: LocalTable | ClusterTable
    target: Target | Expr | None = None
    weights: NDArray[Any] | Expr | None = None
    others: Mapping[str, pa.Array | Expr] = field(default_factory=dict)


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
    rows : LocalTable or ClusterTable
        X.
    target : Target or None
        y; for rows in the cluster the column beside them.
    weights : ndarray or None
        The weights of the rows; for rows in the cluster the column beside them.
    others : mapping
        Further columns that are no features, by H2O's parameter that names them.
    finish : callable or None
        What to do while the frame is still there, given its key and that of the model.
    validation : Data or None
        Rows that are not fitted to: metrics are computed on them, and early stopping watches those.
    """

    owner: str
    algorithm: Algorithm
    params: Mapping[str, Any]
    rows: LocalTable | ClusterTable
    target: Target | Expr | None = None
    weights: NDArray[Any] | Expr | None = None
    others: Mapping[str, pa.Array | Expr] = field(default_factory=dict)
    finish: Callable[[str, str], object] | None = None
    validation: Data | None = None


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
        self.response, self.weight, *others = safe_names([*names, "y", "sample_weight", *task.others])[len(names) :]
        self.others = dict(zip(task.others, others, strict=True))
        self._temporaries: list[str] = []
        self._levels: tuple[str, ...] = ()

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
        self._refuse_eigen()
        with self._cleaning(), self._in_our_words():
            form = self._form()
            form["training_frame"] = self._frame(self.task, "train")
            if self.task.validation is not None:
                form["validation_frame"] = self._frame(self.task.validation, "validation")
            model_id = self.session.new_key(self.task.owner)
            try:
                lease = self._built(model_id, form)
                if self.task.finish is not None:
                    self.task.finish(form["training_frame"], model_id)
            except BaseException:
                self._temporaries.append(model_id)  # a cancelled job leaves a partial model
                raise
        model = self._brought_home(lease)
        if model.mojo is None:
            self._sweep()  # before a model file is fetched, that is done in the background
        model.levels = self._levels
        model.offset = form.get("offset_column")
        model.by_code = any(self.task.params.get(name) for name in _INTERACTIONS) and self._has_categories
        model.skips = self.task.params.get("missing_values_handling") == "skip"
        return model

    def _built(self, model_id: str, form: dict[str, Any]) -> Lease:
        """Let the cluster build the model, and wait for it."""
        path = f"/{self.task.algorithm.version}/ModelBuilders/{self.task.algorithm.server_name}"
        sent = {name: encode(value) for name, value in form.items()}
        self.session.jobs.build(path, sent, model=model_id, description=self.task.owner)
        parts = self.task.params.get("estimators", ())
        return leased(self.session, model_id, [self._model("estimators", estimator) for _, estimator in parts])

    def _brought_home(self, lease: Lease) -> FittedModel:
        """Fetch the model: as MOJO where H2O writes one that is scored without the cluster."""
        binary = None
        if self._has_mojo():
            facts: Facts = lease.mojo()
        else:
            facts, binary = lease.output(), lease.binary()
        return FittedModel(facts, self._with_levels(facts), lease, binary)

    def _has_mojo(self) -> bool:
        params = self.task.params
        coded = params.get("categorical_encoding") in _NOT_LOCAL and self._has_categories
        return self.task.algorithm.mojo and not coded and not any(params.get(name) for name in _INTERACTIONS)

    @property
    def _has_categories(self) -> bool:
        return any(feature.kind == ENUM for feature in self.features)

    def _refuse_eigen(self) -> None:
        if self.task.params.get("categorical_encoding") == "eigen" and self._has_categories:
            raise ValueError(
                f"{self.task.owner}: with categorical_encoding='eigen' H2O's prediction for a row depends on the rows"
                " beside it; use 'enum' or 'label_encoder', or encode the columns with scikit-learn"
            )

    # ------------------------------------------------------------ data

    def _frame(self, data: Task | Data, what: str) -> str:
        """Return the key of a frame with all columns of the fit."""
        names = [feature.name for feature in self.features]
        names += [self.response] if data.target is not None else []
        names += [self.weight] if data.weights is not None else []
        names += [self.others[name] for name in data.others]
        if isinstance(data.rows, ClusterTable):
            return self._assemble(data, data.rows, names, what)
        return self._upload(self._table(data, data.rows, names), what)

    @staticmethod
    def _table(data: Task | Data, rows: LocalTable, names: list[str]) -> pa.Table:
        arrays = list(rows.columns)
        if isinstance(data.target, Target):
            arrays.append(data.target.column)
        if data.weights is not None:
            arrays.append(pa.array(data.weights))
        arrays += data.others.values()
        return pa.Table.from_arrays(arrays, names=names)

    def _assemble(self, data: Task | Data, rows: ClusterTable, names: list[str], what: str) -> str:
        """Put columns that lie in the cluster side by side, and learn of the target and the weights, in one call."""
        extra = [e for e in (data.target, data.weights, *data.others.values()) if isinstance(e, Expr)]
        exprs = [*rows.columns(), *extra]
        key = self.session.new_key(what)
        self._temporaries.append(key)
        columns = f"{text.positions(range(len(names)))} {text.values(names)}"
        named = (("y", self.response), ("sample_weight", self.weight))
        asked = {part: names.index(name) for part, name in named if name in names}
        executor = self.session.executor
        question = f"(naCnt {key})" if asked else "0"
        if asked and _LEVELS in executor.primitives:
            question = f"({_LEVELS} {key} {text.positions(list(asked.values()))})"
        result = executor.evaluate(
            rows.block.rel,
            exprs,
            lambda parts: f"(, (tmp= {key} (colnames= (cbind {' '.join(parts)}) {columns})) {question})",
        )
        for part, (missing, levels) in zip(asked, _told(result.value, asked.values()), strict=True):
            if missing:
                raise ValueError(f"Input {part} contains NaN.")
            if part == "y" and data is self.task:
                self._levels = levels
        return key

    def _with_levels(self, facts: Facts) -> tuple[Feature, ...]:
        """Return the features with their levels, which for columns in the cluster the model knows."""
        unknown = [feature.kind == ENUM and not feature.levels for feature in self.features]
        if not any(unknown):
            return self.features
        domains = {facts.columns[position]: levels for position, levels in facts.domains.items()}
        return tuple(
            replace(feature, levels=tuple(domains.get(feature.name, ()))) if wanted else feature
            for feature, wanted in zip(self.features, unknown, strict=True)
        )

    def _upload(self, table: pa.Table, what: str) -> str:
        key = self.session.new_key(what)
        self._temporaries.append(key)
        self.session.transfer.put(table, key)
        return key

    @contextlib.contextmanager
    def _cleaning(self) -> Iterator[None]:
        """Release our frames however the fit ends, and after a failure remove them at once."""
        try:
            yield
        except BaseException:
            self._release()
            self._sweep()
            raise
        self._release()

    def _release(self) -> None:
        for key in self._temporaries:
            self.session.executor.release(key)

    def _sweep(self) -> None:
        """Remove our frames, and all that was released before, in one call."""
        if self.session.alive:
            with contextlib.suppress(H2OCompatError):  # the fit's own error says more
                self.session.executor.flush()

    # ------------------------------------------------------------ parameters

    def _form(self) -> dict[str, Any]:
        """Return the parameters by H2O's words."""
        task = self.task
        form: dict[str, Any] = dict(task.algorithm.fixed)
        for param in task.algorithm.parameters:
            if param.sent and param.name in task.params:
                value = task.params[param.name]
                form[param.server_name] = self._for_server(param.name, param.kind, value)
        if task.target is not None:
            form["response_column"] = self.response
        if task.weights is not None:
            form["weights_column"] = self.weight
        form.update(self.others)
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
            case "tables":
                return [self._upload(self._side_table(name, item), name) for item in value]
            case "labelled_table":
                return self._upload(self._labelled_table(name, value), name)
            case "estimators":
                return [self._model(name, estimator) for _, estimator in value]
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
        columns = table.columns
        if param == "pre_trained":  # its words are texts to H2O, not categories
            columns = [c.dictionary_decode() if pa.types.is_dictionary(c.type) else c for c in columns]
        return pa.Table.from_arrays(columns, names=[str(label) for label in table.labels])

    def _as_features(self, param: str, table: LocalTable) -> pa.Table:
        if len(table.columns) != len(self.features):
            raise ValueError(
                f"{self.task.owner}: {param!r} must have the {len(self.features)} columns of X, it has"
                f" {len(table.columns)}"
            )
        return pa.Table.from_arrays(table.columns, names=[feature.name for feature in self.features])

    def _labelled_table(self, param: str, value: Any) -> pa.Table:
        if not isinstance(value, tuple) or len(value) != 2 or not isinstance(self.task.target, Target):
            raise ValueError(f"{self.task.owner}: {param!r} must be a pair of X and y")
        table = self._as_features(param, read_plain(value[0]))
        return table.append_column(self.response, self.task.target.same_kind(value[1]))

    def _model(self, param: str, value: Any) -> str:
        if isinstance(value, str):
            return value
        model = getattr(value, "_model", None)
        key = model.key_in(self.session) if isinstance(model, FittedModel) else None
        if key is None:
            raise ValueError(
                f"{self.task.owner}: {param!r} must be a fitted estimator (saved by the version of H2O that the"
                " cluster runs), or the id of a model in the cluster"
            )
        return key

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
        fields = _FIELD.findall(message)
        if fields:
            message = "; ".join(f"{name}: {reason}" for name, reason in fields)
        message = re.sub(r"(^|; )train: ", r"\1X: ", re.sub(r"(^|; )response: ", r"\1y: ", message))
        for server, ours in _CLEARER.items():
            message = message.replace(server, ours)
        for param in self.task.algorithm.parameters:
            if param.h2o:
                message = re.sub(rf"\b_?{param.h2o}\b", param.name, message)
        return f"{self.task.owner}: {message}"


def _told(value: Any, places: Iterable[int]) -> list[tuple[float, tuple[str, ...]]]:
    """Read how many values of columns are missing, and their levels where the cluster tells them."""
    found = value if isinstance(value, list) else [value]
    if not isinstance(found[0], str):
        return [(found[place], ()) for place in places]
    told = []
    while found:
        missing, count, *rest = found
        levels, found = rest[: int(count)], rest[int(count) :]
        told.append((float(missing), tuple(levels)))
    return told
