"""The rows an estimator is given: any table on this machine, in the form the cluster and the scorer want.

Columns have declared types: numbers, times, and categories (any text is a category, no one-hot columns are
needed). Nothing is guessed from printed values. What a column was in ``fit`` it must be in ``predict``; names
are checked as scikit-learn checks them, with its messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import narwhals.stable.v2 as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sklearn.base import BaseEstimator
from sklearn.utils.validation import validate_data

from h2o_frame_compat.core.convert import encode_series
from h2o_frame_compat.io.tables import in_memory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Matrix: TypeAlias = "NDArray[np.float64]"
Label: TypeAlias = "str | int"

NUMBER = "number"
ENUM = "enum"
TIME = "time"
EMPTY = "empty"  # never a value in fit: anything is accepted later, and counts as missing

_TRUTH = {"true", "false"}
_INFINITE = "Input X contains infinity or a value too large for dtype('float64')."


@dataclass(frozen=True)
class Feature:
    """A column of X as ``fit`` saw it.

    Attributes
    ----------
    label : str or int
        Its name, or its position where X has no names.
    name : str
        What it is called in the cluster.
    kind : str
        ``NUMBER``, ``ENUM``, ``TIME`` or ``EMPTY``.
    levels : tuple of str
        The categories of an ``ENUM``, in order.
    """

    label: Label
    name: str
    kind: str
    levels: tuple[str, ...] = ()

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "level_array"}

    @property
    def truth(self) -> dict[bool, str] | None:
        """The levels of a category that means booleans, as frames and files hold them that H2O read itself."""
        by_value = {level.lower() == "true": level for level in self.levels}
        meant = self.levels and len(by_value) == len(self.levels) and {v.lower() for v in self.levels} <= _TRUTH
        return by_value if meant else None

    @cached_property
    def level_array(self) -> pa.Array:
        """The categories as an Arrow array."""
        return pa.array(self.levels, pa.large_string())


class LocalTable:
    """Rows on this machine: a matrix where all columns are numbers, otherwise Arrow columns.

    Parameters
    ----------
    labels : list
        Names of the columns, or their positions.
    matrix : ndarray or None
        All values, if they are numbers.
    columns : list of pyarrow.Array
        The columns, if not.
    """

    def __init__(self, labels: list[Label], matrix: Matrix | None = None, columns: Sequence[pa.Array] = ()) -> None:
        self.labels = labels
        self.matrix = matrix
        self._columns = columns

    def __len__(self) -> int:
        return self.n_rows

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.matrix) if self.matrix is not None else len(self._columns[0])

    @cached_property
    def columns(self) -> list[pa.Array]:
        """The columns in types the cluster stores; text is a dictionary."""
        if self.matrix is None:
            return list(self._columns)
        return [pa.array(np.ascontiguousarray(column)) for column in self.matrix.T]

    def features(self) -> list[Feature]:
        """Describe the columns for ``fit``."""
        names = safe_names(self.labels)
        if self.matrix is not None:
            pairs = zip(self.labels, names, strict=True)
            return [Feature(label, name, NUMBER) for label, name in pairs]
        triples = zip(self.labels, names, self.columns, strict=True)
        return [_feature(label, name, column) for label, name, column in triples]

    def coded(self, features: Sequence[Feature], *, unseen_is_a_level: bool = False) -> Matrix:
        """Return the rows as the scorer wants them: categories by number of level, missing as NaN.

        Parameters
        ----------
        features : sequence of Feature
            The columns as ``fit`` saw them, in the order of X.
        unseen_is_a_level : bool
            A category that ``fit`` did not see is one more level; else it is missing.

        Returns
        -------
        ndarray of shape (n_rows, n_features)
            The values.

        Raises
        ------
        ValueError
            When a column held numbers in ``fit`` and holds text now, or the other way round.
        """
        if self.matrix is not None and all(feature.kind == NUMBER for feature in features):
            return self.matrix
        coded = np.empty((self.n_rows, len(features)))
        for position, (feature, column) in enumerate(zip(features, self.columns, strict=True)):
            coded[:, position] = _coded(feature, column, unseen_is_a_level=unseen_is_a_level)
        return coded

    def has_missing(self) -> bool:
        """Say whether a value is missing."""
        if self.matrix is not None:
            return bool(np.isnan(self.matrix).any())
        return any(column.is_null(nan_is_null=True).true_count for column in self._columns)

    def take(self, rows: NDArray[Any]) -> LocalTable:
        """Return some of the rows."""
        if self.matrix is not None:
            return LocalTable(self.labels, self.matrix[rows])
        indices = pa.array(np.flatnonzero(rows) if rows.dtype == bool else rows)
        return LocalTable(self.labels, columns=[column.take(indices) for column in self._columns])


def safe_names(labels: Sequence[Label]) -> list[str]:
    """Return names for the cluster: the labels, made into distinct and printable text where they are not."""
    names: list[str] = []
    taken: set[str] = set()
    for label in labels:
        text = f"x{label}" if isinstance(label, int) else str(label)
        plain = "".join(letter if letter.isprintable() else "_" for letter in text) or "x"
        name, number = plain, 2
        while name in taken:
            name, number = f"{plain}_{number}", number + 1
        taken.add(name)
        names.append(name)
    return names


# ---------------------------------------------------------------- reading X


def read(estimator: Any, X: Any, *, reset: bool) -> LocalTable:
    """Read X, with scikit-learn's checks of its shape and its names.

    Parameters
    ----------
    estimator : estimator
        Whose ``n_features_in_`` and ``feature_names_in_`` are set (``reset``) or compared.
    X : table
        Anything with rows and columns: numpy, scipy sparse, lists, and what narwhals reads (pandas, polars,
        pyarrow, modin, and lazy frames of polars, dask, duckdb and ibis, which are collected as Arrow).
    reset : bool
        This is ``fit``.

    Returns
    -------
    LocalTable
        The rows.
    """
    X = in_memory(X)
    if isinstance(X, pa.RecordBatch):
        X = pa.Table.from_batches([X])
    if nw.dependencies.is_into_dataframe(X):
        return _read_frame(estimator, X, reset=reset)
    if isinstance(X, (list, tuple)) and np.asarray(X).dtype.kind in "US":
        X = np.asarray(X, dtype=object)  # numbers beside text stay numbers
    array = validate_data(
        estimator, X, reset=reset, dtype=None, accept_sparse=["csr", "csc"], ensure_all_finite="allow-nan"
    )
    labels: list[Label] = list(range(array.shape[1]))
    if not isinstance(array, np.ndarray):
        return LocalTable(labels, np.asarray(array.toarray(), dtype=np.float64))
    if array.dtype.kind in "fiub":
        return LocalTable(labels, array.astype(np.float64, copy=False))
    if array.dtype.kind == "O":
        _refuse_objects(array)
    return _from_columns(labels, [encode(array[:, i], i) for i in labels if isinstance(i, int)])


def _read_frame(estimator: Any, X: Any, *, reset: bool) -> LocalTable:
    validate_data(estimator, X, reset=reset, skip_check_array=True)
    frame = nw.from_native(X, eager_only=True)
    n_rows, n_columns = frame.shape
    refuse_empty(type(estimator).__name__, n_rows, n_columns)
    labels: list[Label] = list(frame.columns)
    if not all(isinstance(label, str) for label in labels):
        labels = list(range(n_columns))
    if nw.dependencies.is_pandas_dataframe(X) and all(_plain_number(dtype) for dtype in X.dtypes):
        matrix = X.to_numpy(dtype=np.float64)
        if np.isinf(matrix).any():
            raise ValueError(_INFINITE)
        return LocalTable(labels, matrix)
    series = [frame[:, position].to_native() for position in range(n_columns)]
    return _from_columns(labels, [encode(column, label) for column, label in zip(series, labels, strict=True)])


def _plain_number(dtype: Any) -> bool:
    return isinstance(dtype, np.dtype) and dtype.kind in "fiub"


def read_plain(X: Any) -> LocalTable:
    """Read a table that is a parameter: no estimator's names or numbers are set or compared.

    Parameters
    ----------
    X : table or mapping
        As for :func:`read`; a dict has a value, or a list of them, for each column.

    Returns
    -------
    LocalTable
        The rows.
    """
    if isinstance(X, Mapping):
        X = pa.table({str(name): value if _is_list(value) else [value] for name, value in X.items()})
    return read(BaseEstimator(), X, reset=True)


def _is_list(value: Any) -> bool:
    return isinstance(value, (list, tuple, np.ndarray))


def refuse_empty(owner: str, n_rows: int, n_columns: int) -> None:
    """Raise scikit-learn's error where there is no row or no column."""
    for count, what in ((n_rows, "sample"), (n_columns, "feature")):
        if count < 1:
            raise ValueError(
                f"Found array with {count} {what}(s) (shape=({n_rows}, {n_columns})) while a minimum of 1 is"
                f" required by {owner}."
            )


def _from_columns(labels: list[Label], columns: list[pa.Array]) -> LocalTable:
    """Make a matrix of columns that are all floating-point: the quickest form."""
    if all(pa.types.is_float64(column.type) for column in columns):
        arrays = [column.to_numpy(zero_copy_only=False) for column in columns]
        return LocalTable(labels, np.column_stack(arrays))
    return LocalTable(labels, columns=columns)


def _refuse_objects(array: NDArray[Any]) -> None:
    """Refuse what is neither number, text nor time, in numpy's words for it."""
    for value in array.ravel():
        if isinstance(value, (dict, list, tuple, set)):
            raise TypeError(f"argument must be a string or a number, not {type(value).__name__!r}")


def encode(values: Any, label: Label) -> pa.Array:
    """Return a column in a type the cluster stores; text becomes categories in sorted order.

    Parameters
    ----------
    values : array
        One column, of pandas, polars, numpy or Arrow.
    label : str or int
        Its name, for messages.

    Returns
    -------
    pyarrow.Array
        Numbers, times, or a dictionary.
    """
    if nw.dependencies.is_polars_series(values):
        values = values.to_arrow()
    chunked, dtype = encode_series(values, label)
    if dtype.kind == "packed":
        raise TypeError(f"column {label!r} of X holds values of type {dtype.arrow}, which no model takes")
    column = chunked.combine_chunks() if isinstance(chunked, pa.ChunkedArray) else chunked
    if isinstance(column, pa.ChunkedArray):  # several chunks cannot always be one
        column = pa.concat_arrays(column.chunks)
    kind = column.type
    if pa.types.is_floating(kind):
        numbers = column.to_numpy(zero_copy_only=False)
        if np.isinf(numbers).any():
            raise ValueError(_INFINITE)
        return pa.array(numbers)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        if column.null_count == len(column):
            return pa.array(np.full(len(column), np.nan))
        levels = pc.unique(column).drop_null()
        levels = levels.take(pc.array_sort_indices(levels))
        return pa.DictionaryArray.from_arrays(pc.index_in(column, levels), levels.cast(pa.string()))
    return column


def _feature(label: Label, name: str, column: pa.Array) -> Feature:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return Feature(label, name, ENUM, tuple(column.dictionary.to_pylist()))
    if column.null_count == len(column) or (
        pa.types.is_floating(kind) and np.isnan(column.to_numpy(zero_copy_only=False)).all()
    ):
        return Feature(label, name, EMPTY)
    return Feature(label, name, TIME if pa.types.is_timestamp(kind) else NUMBER)


# ---------------------------------------------------------------- coding for the scorer


def _coded(feature: Feature, column: pa.Array, *, unseen_is_a_level: bool) -> Matrix:
    if feature.kind == EMPTY or column.null_count == len(column):
        return np.full(len(column), np.nan)
    if feature.kind == ENUM:
        return _codes(feature, column, float(len(feature.levels)) if unseen_is_a_level else np.nan)
    if pa.types.is_dictionary(column.type):
        raise holds_text(feature)
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.int64())
    if column.null_count:
        return np.asarray(column.cast(pa.float64(), safe=False).fill_null(np.nan).to_numpy())
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)


def holds_text(feature: Feature) -> ValueError:
    """Return the error for text in a column that held something else in ``fit``."""
    return ValueError(
        f"column {feature.label!r} of X holds text, but held {feature.kind}s when the estimator was fitted"
    )


def _codes(feature: Feature, column: pa.Array, unseen: float) -> Matrix:
    """Return the number of each value's level."""
    if pa.types.is_dictionary(column.type):
        of_level = pc.index_in(column.dictionary.cast(pa.large_string()), feature.level_array)
        known = of_level.cast(pa.float64()).fill_null(unseen).to_numpy(zero_copy_only=False)
        codes = column.indices.fill_null(len(known)).to_numpy(zero_copy_only=False)
        return np.asarray(np.append(known, np.nan)[codes])
    if pa.types.is_timestamp(column.type):
        raise ValueError(
            f"column {feature.label!r} of X holds times, but held categories when the estimator was fitted"
        )
    values = column.to_pylist()
    position = {level: float(code) for code, level in enumerate(feature.levels)}
    for value, level in (feature.truth or {}).items():
        position[str(value)] = position[str(int(value))] = position[level]
    codes = [np.nan if _is_nan(value) else position.get(_printed(value), unseen) for value in values]
    return np.array(codes)


def typical(rows: LocalTable, features: Sequence[Feature]) -> tuple[float, ...]:
    """Return the mean or the most frequent level of each column, for models whose file does not know them."""
    found = []
    for feature, values in zip(features, rows.coded(features).T, strict=True):
        known = values[~np.isnan(values)]
        if not len(known):
            found.append(np.nan)
        elif feature.kind == ENUM:
            found.append(float(np.bincount(known.astype(np.intp)).argmax()))
        else:
            found.append(float(known.mean()))
    return tuple(found)


def _is_nan(value: object) -> bool:
    return value is None or (isinstance(value, float) and np.isnan(value))


def _printed(value: object) -> str:
    """Print a number as the level it was made of: 1 and 1.0 are the category "1"."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
