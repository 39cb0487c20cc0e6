"""Encoding of categories by the target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from sklearn.base import TransformerMixin
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import _check_feature_names_in, check_is_fitted

from h2o_frame_compat.core.align import side_by_side
from h2o_frame_compat.core.block import Block
from h2o_frame_compat.dtypes import FLOAT64
from h2o_frame_compat.expr import Field, Source, fresh_id
from h2o_frame_compat.rapids import text
from h2o_frame_compat.session import current_session
from h2o_sklearn import _cluster_data, _targets
from h2o_sklearn._cluster_data import ClusterTable
from h2o_sklearn._inputs import ENUM
from h2o_sklearn._signatures.target_encoder import TargetEncoderParameters
from h2o_sklearn._supervised import Supervised
from h2o_sklearn.preprocessing import _encodings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Self

    from numpy.typing import NDArray
    from sklearn.utils import Tags

    from h2o_frame_compat.expr import Expr
    from h2o_sklearn._inputs import Feature, LocalTable
    from h2o_sklearn._persistence import FittedModel
    from h2o_sklearn._targets import Target
    from h2o_sklearn.preprocessing._encodings import Encoding


class H2OTargetEncoder(TransformerMixin, Supervised, TargetEncoderParameters):
    """Categories as means of the target, computed on an H2O cluster.

    Each categorical column of X, or group of them, becomes the mean of the target among the rows of its value
    (with more than two classes: the share of each class but the first). The result has the other columns of X as
    they are, then the encodings. A category that ``fit`` did not see counts as missing, and missing as the mean of
    all rows where ``fit`` saw none missing.

    ``fit_transform`` encodes the rows of the fit as ``data_leakage_handling`` and ``noise`` say, which differs from
    ``fit`` followed by ``transform``; scikit-learn's pipelines and searches do the right thing by themselves.

    Attributes
    ----------
    target_type_ : str
        What y was taken for: ``"continuous"``, ``"binary"`` or ``"multiclass"``.
    encodings_ : dict
        For each encoded column or group (a tuple of names) the numbers of each combination of its levels.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.

    Examples
    --------
    >>> from h2o_sklearn import H2OTargetEncoder
    >>> H2OTargetEncoder(data_leakage_handling="leave_one_out", blending=True)
    H2OTargetEncoder(blending=True, data_leakage_handling='leave_one_out')
    """

    _task = "transformer"
    _encodings: list[Encoding]
    _features: tuple[Feature, ...]

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        return tags

    def _read_target(self, y: Any) -> Target:
        kind = type_of_target(y, input_name="y") if self.target_type == "auto" else self.target_type
        if kind not in {"binary", "multiclass"}:
            return _targets.numbers(y)
        target = _targets.classes(y, type(self).__name__)
        if kind == "binary" and target.classes is not None and len(target.classes) > 2:
            raise ValueError(f"target_type is 'binary', but y has {len(target.classes)} classes: {target.classes}")
        return target

    def _target_column(self, column: Expr) -> Expr:
        numbers = column.dtype.is_float if self.target_type == "auto" else self.target_type == "continuous"
        if numbers and not column.dtype.is_numeric:
            raise ValueError(f"y must be numbers for target_type='continuous', it is {column.dtype}")
        return column if numbers else _cluster_data.as_category(column)

    @classmethod
    def _of(cls, model: FittedModel) -> Self:
        made = super()._of(model)
        assert model.mojo is not None
        info = model.mojo.info
        if info["with_blending"] == "true":
            how = {name: float(info[name]) for name in ("inflection_point", "smoothing")}
            made.set_params(blending=True, **how)
        made._learn_encodings()  # noqa: SLF001 - its own
        return made

    def fit(self, X: Any, y: Any) -> Self:
        """Learn the means of the target.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Anything with rows and columns: numpy, pandas, polars, pyarrow, a frame in the cluster.
        y : array-like of shape (n_samples,)
            Labels, or numbers.

        Returns
        -------
        self : estimator
            The fitted estimator.

        Raises
        ------
        ValueError
            When a parameter or the data cannot be used; the message says which and why.
        """
        self._fit_supervised(X, y)
        return self

    def fit_transform(self, X: Any, y: Any) -> Any:
        """Learn the means of the target, and encode the same rows without giving their own target away.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Anything with rows and columns: numpy, pandas, polars, pyarrow, a frame in the cluster.
        y : array-like of shape (n_samples,)
            Labels, or numbers.

        Returns
        -------
        ndarray of shape (n_samples, n_columns)
            As ``transform`` returns it.
        """
        made: list[str] = []
        self._finish: Callable[[str, str], object] = lambda frame, model: made.append(self._encode_there(frame, model))
        try:
            self._fit_supervised(X, y)
        finally:
            del self._finish
        rows = self._rows(X)
        if not made:
            return self._with_the_others(rows, [])
        source = self._taken(made[0])
        columns = [field.col() for field in source.fields]
        if isinstance(rows, ClusterTable):
            left, right = side_by_side(rows.block, Block.from_relation(source, self._encoded_labels))
            return self._with_the_others(ClusterTable(left, rows.labels), list(right.columns))
        table = current_session().executor.fetch(source, columns)
        return self._with_the_others(rows, [column.to_numpy() for column in table.columns])

    def transform(self, X: Any) -> Any:
        """Encode rows.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Rows with the columns that ``fit`` saw.

        Returns
        -------
        ndarray of shape (n_samples, n_columns)
            The columns that are not encoded, then the encodings: a pandas frame where not all are numbers, a frame
            in the cluster where X lies there.
        """
        rows = self._rows(X)
        place = {feature.name: number for number, feature in enumerate(self._features)}
        if isinstance(rows, ClusterTable):
            columns = rows.columns()
            exprs: list[Expr] = []
            for encoding in self._encodings:
                used = [place[name] for name in encoding.columns]
                exprs += encoding.there([columns[i] for i in used], [self._features[i] for i in used])
            return self._with_the_others(rows, exprs)
        coded = rows.coded(self._features)
        values: list[Any] = []
        for encoding in self._encodings:
            used = [place[name] for name in encoding.columns]
            values += [*encoding.here([coded[:, i] for i in used], [len(self._features[i].levels) for i in used]).T]
        return self._with_the_others(rows, values)

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[Any]:
        """Return the names of the columns of the result.

        Parameters
        ----------
        input_features : array-like of str, optional
            Names of the columns of X, where ``fit`` saw none.

        Returns
        -------
        ndarray of str
            The columns that are not encoded, then the encodings.
        """
        check_is_fitted(self)
        names = _check_feature_names_in(self, input_features)
        return np.array([*(names[place] for place in self._kept), *self._encoded_labels], dtype=object)

    @property
    def target_type_(self) -> str:
        """What y was taken for, as scikit-learn's encoder says it."""
        check_is_fitted(self)
        if self._model is None:  # nothing was encoded
            raise AttributeError("X had nothing to encode, and y was not used")
        levels = len(self._model.facts.domains.get(len(self._model.facts.columns) - 1, ()))
        return "continuous" if not levels else "binary" if levels == 2 else "multiclass"

    @property
    def encodings_(self) -> dict[tuple[str, ...], Any]:
        """The numbers of each combination of levels, by the columns."""
        check_is_fitted(self)
        return {tuple(encoding.columns): encoding.table for encoding in self._encodings}

    # ------------------------------------------------------------ parts

    def _fit(self, params: dict[str, Any], rows: LocalTable | ClusterTable, *given: Any, **more: Any) -> None:
        features = tuple(rows.features())
        self._features, self._encodings = features, []
        if not any(feature.kind == ENUM for feature in features) and "columns_to_encode" not in params:
            self._model = None  # type: ignore[assignment]  # there is nothing to encode
            return
        groups = params.get("columns_to_encode") or [
            [feature.label] for feature in features if feature.kind == ENUM and feature.label != self.fold_column
        ]
        finish = getattr(self, "_finish", None)
        super()._fit({**params, "columns_to_encode": groups}, rows, *given, **{**more, "finish": finish})
        self._learn_encodings()

    def _learn_encodings(self) -> None:
        self._features = self._model.features
        mojo = self._model.mojo
        assert mojo is not None
        blend = {name: getattr(self, name) for name in ("blending", "inflection_point", "smoothing")}
        self._encodings = _encodings.read(mojo, **blend)

    def _encode_there(self, frame: str, model: str) -> str:
        """Let the cluster encode the rows of the fit, before it writes the MOJO: that forgets the folds."""
        blending = str(self.blending).lower()
        path = "/3/TargetEncoderTransform"
        reply = current_session().client.get(path, model=model, frame=frame, as_training="true", blending=blending)
        return str(reply["name"])

    def _taken(self, frame: str) -> Source:
        """Keep the encodings of a frame, and let it go."""
        session = current_session()
        key = session.new_key("encoded")
        made = session.client.rapids(f"(tmp= {key} (cols_py {frame} {text.values(self._encoded_labels)}))")
        session.executor.release(frame)
        source = Source(key, [Field(fresh_id(), FLOAT64) for _ in self._encoded_labels], made.nrows, owned=True)
        session.executor.adopt(source)
        return source

    @property
    def _encoded_labels(self) -> list[str]:
        return [name for encoding in self._encodings for name in encoding.names]

    @property
    def _kept(self) -> list[int]:
        """Positions of the columns that are in the result as they are."""
        encoded = {name for encoding in self._encodings for name in encoding.columns}
        drop = set() if self.keep_original_categorical_columns else encoded
        return [place for place, feature in enumerate(self._features) if feature.name not in drop]

    def _with_the_others(self, rows: LocalTable | ClusterTable, encoded: Sequence[Any]) -> Any:
        kept = self._kept
        if isinstance(rows, ClusterTable):
            labels = [*(rows.labels[place] for place in kept), *self._encoded_labels]
            block = rows.block.with_columns([*(rows.block.columns[place] for place in kept), *encoded], labels)
            return _cluster_data.framed(block)
        others = [rows.columns[place] for place in kept]
        if all(pa.types.is_floating(column.type) or pa.types.is_integer(column.type) for column in others):
            coded = rows.coded(self._features)[:, kept]
            return np.column_stack([coded, *encoded])
        arrays = [*others, *(pa.array(values) for values in encoded)]
        return pa.table(dict(zip(self.get_feature_names_out(), arrays, strict=True))).to_pandas()
