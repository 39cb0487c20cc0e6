"""The target and the weights: read, checked, and for classes turned into numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
from sklearn.utils import compute_sample_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_consistent_length, column_or_1d

from h2o_frame_compat.io.tables import in_memory

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LONGEST_LEVEL = 1000
_FEW = 20


@dataclass(frozen=True)
class Target:
    """A target ready to be sent.

    Attributes
    ----------
    column : pyarrow.Array
        Numbers, or a dictionary of the classes.
    classes : ndarray or None
        The classes in sorted order.
    """

    column: pa.Array
    classes: NDArray[Any] | None = None

    def take(self, rows: NDArray[np.bool_]) -> Target:
        """Return some of the rows."""
        return Target(self.column.filter(pa.array(rows)), self.classes)

    def same_kind(self, y: Any) -> pa.Array:
        """Read another target of the same kind, for instance that of a calibration frame."""
        if self.classes is None:
            return numbers(y).column
        labels = as_array(y)
        codes = np.searchsorted(self.classes, labels)
        codes = np.minimum(codes, len(self.classes) - 1)
        _refuse((self.classes[codes] != labels).any(), "classes that are not in the y of fit")
        return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), self.column.dictionary)


def as_array(y: Any) -> NDArray[Any]:
    """Return a target as a one-dimensional array, with scikit-learn's warning for a column of a table."""
    y = in_memory(y)
    if isinstance(y, pa.Table):
        y = y.column(0) if y.num_columns == 1 else y.to_pandas()
    if isinstance(y, (pa.Array, pa.ChunkedArray)):
        y = y.to_numpy(zero_copy_only=False) if isinstance(y, pa.Array) else y.to_numpy()
    array = column_or_1d(y, warn=True)
    if len(array) and array.dtype.kind in "fc":
        _refuse(np.isnan(array).any(), "NaN")
        _refuse(np.isinf(array).any(), "infinity or a value too large for dtype('float64')")
    elif array.dtype.kind == "O":
        _refuse(bool(pd.isna(array).any()), "NaN")
    return np.asarray(array)


def _refuse(found: Any, what: str) -> None:
    if found:
        raise ValueError(f"Input y contains {what}.")


def classes(y: Any, owner: str) -> Target:
    """Read the target of a classifier.

    Parameters
    ----------
    y : array-like
        Labels of any type that can be compared.
    owner : str
        The class name, for messages.

    Returns
    -------
    Target
        The numbers of the classes, and the classes.

    Raises
    ------
    ValueError
        When a label is missing, or y is not a set of classes, or holds one class only.
    """
    labels = as_array(y)
    if labels.dtype.kind == "O":
        plain = np.asarray(labels.tolist())
        labels = plain if plain.ndim == 1 and plain.dtype.kind in "biufU" and _uniform(labels) else labels
    found, codes = distinct(labels)
    if labels.dtype.kind != "M":
        few = len(found) <= _FEW and 2 * len(found) <= len(labels)
        check_classification_targets(found if few else labels)  # which sorts what it is given
    if len(found) < 2:
        raise ValueError(one_class(owner, found.tolist()))
    if y is not labels and isinstance(y, np.ndarray) and y.dtype.kind == "O":
        found = found.astype(object)
    narrow = np.int8 if len(found) <= np.iinfo(np.int8).max else np.int32
    column = pa.DictionaryArray.from_arrays(pa.array(codes.astype(narrow)), pa.array(levels(found)))
    return Target(column, found)


def distinct(labels: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the distinct values in order, and for each value its place among them.

    Numbers are hashed, which takes a tenth of the time that ``np.unique`` takes to sort them; texts are not faster.
    """
    if labels.dtype.kind not in "biuf":
        return np.unique(labels, return_inverse=True)
    codes, seen = pd.factorize(labels)
    found, places = np.unique(seen, return_inverse=True)
    return found, places[codes]


def one_class(owner: str, found: list[Any]) -> str:
    """Return the message for a target with a single class."""
    return (
        f"{owner} needs at least 2 classes in y; the data contains only one class: {found} (in a cross-validation, use"
        " a splitter that keeps the classes in every fold: StratifiedKFold)"
    )


def _uniform(labels: NDArray[Any]) -> bool:
    """Say whether all labels are of one type: text beside numbers must not become text."""
    return len({type(label) for label in labels}) == 1


def levels(found: NDArray[Any]) -> list[str]:
    """Return the names of the classes in the cluster: their text, where that is plain and distinct."""
    texts = [str(label) for label in found]
    plain = all(text and text.isprintable() and len(text) < _LONGEST_LEVEL for text in texts)
    return texts if plain and len(set(texts)) == len(texts) else [str(code) for code in range(len(texts))]


def numbers(y: Any) -> Target:
    """Read the target of a regressor.

    Parameters
    ----------
    y : array-like
        Numbers.

    Returns
    -------
    Target
        The numbers.

    Raises
    ------
    ValueError
        When a value is missing, infinite, or no number.
    """
    values = as_array(y)
    if values.dtype.kind == "c":
        raise ValueError("Complex data not supported: y must be real numbers")
    try:
        values = values.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"y must be numbers for a regressor: {error}") from None
    _refuse(not np.isfinite(values).all(), "NaN or infinity")
    return Target(pa.array(values))


def weights(sample_weight: Any, X: Any, n_rows: int) -> NDArray[np.float64] | None:
    """Read the weights of the rows.

    Parameters
    ----------
    sample_weight : array-like, number or None
        The weights.
    X : table
        The rows, for the message where the lengths differ.
    n_rows : int
        Their number.

    Returns
    -------
    ndarray or None
        The weights; None where all rows count alike.

    Raises
    ------
    ValueError
        When they are not one finite number of at least 0 for each row, or all are 0.
    """
    if sample_weight is None:
        return None
    given = np.asarray(sample_weight, dtype=np.float64)
    if given.ndim == 0:
        given = np.full(n_rows, float(given))
    if given.ndim != 1:
        raise ValueError(f"Sample weights must be 1D array or scalar, got {given.ndim}D array.")
    check_consistent_length(X, given)
    if not np.isfinite(given).all():
        raise ValueError("Input sample_weight contains NaN or infinity.")
    if (given < 0).any():
        raise ValueError("Negative values in data passed to `sample_weight`.")
    if not given.any():
        raise ValueError("Sample weights must contain at least one non-zero number.")
    return None if (given == 1).all() else given


def with_class_weights(
    class_weight: Any, labels: NDArray[Any], given: NDArray[np.float64] | None
) -> NDArray[np.float64]:
    """Multiply the weights of the rows by those of their classes.

    Parameters
    ----------
    class_weight : mapping or "balanced"
        The weights of the classes.
    labels : ndarray
        The target.
    given : ndarray or None
        The weights of the rows, where they do not count alike.

    Returns
    -------
    ndarray
        The weights.
    """
    by_row = np.asarray(compute_sample_weight(class_weight, labels), dtype=np.float64)
    return by_row if given is None else given * by_row
