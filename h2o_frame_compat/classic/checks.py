"""Checks that old tests make of frames; each is an AssertionError that says what differs."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from h2o_frame_compat.classic.frame import H2OFrame

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from h2o_frame_compat.classic.vec import H2OVec


def dim_check(data1: Any, data2: Any) -> None:
    """Check that two frames or vecs have the same size.

    Parameters
    ----------
    data1, data2 : H2OFrame or H2OVec
        The two.
    """
    one, other = tuple(data1.dim()), tuple(data2.dim())
    if one != other:
        msg = f"the sizes differ: {one} and {other}"
        raise AssertionError(msg)


def value_check(h2o_data: Any, local_data: Sequence[Sequence[Any]], num_elements: int, col: int | None = None) -> None:
    """Check some values, drawn at random among the first 100 rows.

    Parameters
    ----------
    h2o_data : H2OFrame or H2OVec
        The data.
    local_data : list of list
        The rows that it should have.
    num_elements : int
        How many values to look at.
    col : int, optional
        The only column to look at.
    """
    rows, cols = h2o_data.dim()
    for r, drawn in _drawn(num_elements, min(100, rows), cols):
        c = drawn if col is None else col
        ours, theirs = _at(h2o_data, r, c), local_data[r][c]
        if ours != theirs:
            msg = f"the values of row {r}, column {c} differ: {ours!r} and {theirs!r}"
            raise AssertionError(msg)


def np_comparison_check(h2o_data: Any, np_data: Any, num_elements: int) -> None:
    """Check some values, drawn at random, against an array.

    Parameters
    ----------
    h2o_data : H2OFrame or H2OVec
        The data.
    np_data : numpy.ndarray
        What it should be, of one or two dimensions.
    num_elements : int
        How many values to look at.
    """
    rows, cols = h2o_data.dim()
    for r, c in _drawn(num_elements, rows, cols):
        ours, theirs = _at(h2o_data, r, c), np_data[r, c] if np_data.ndim > 1 else np_data[r]
        if not abs(ours - theirs) < 1e-6:
            msg = f"the values of row {r}, column {c} differ: {ours!r} and {theirs!r}"
            raise AssertionError(msg)


def check_dims_values(python_obj: Any, h2o_frame: Any, rows: int, cols: int) -> None:
    """Check that a frame has a size, and the values of the Python data that it was made of.

    Parameters
    ----------
    python_obj : list of list, dict or numpy.ndarray
        The data.
    h2o_frame : H2OFrame
        The frame.
    rows, cols : int
        The size.
    """
    if tuple(h2o_frame.dim()) != (rows, cols):
        msg = f"the size is {tuple(h2o_frame.dim())}, not {(rows, cols)}"
        raise AssertionError(msg)
    for r in range(rows):
        for n, c in enumerate(python_obj if isinstance(python_obj, dict) else range(cols)):
            own = python_obj[c] if isinstance(python_obj, dict) else python_obj[r]
            one = isinstance(own, str) or not hasattr(own, "__len__")
            value = own if one else own[r if isinstance(python_obj, dict) else c]
            if _at(h2o_frame, r, n) != value:
                msg = f"the values of row {r}, column {n} differ: {_at(h2o_frame, r, n)!r} and {value!r}"
                raise AssertionError(msg)


def _drawn(count: int, rows: int, cols: int) -> Iterator[tuple[int, int]]:
    """Draw some rows and columns."""
    for _ in range(count):
        yield random.randrange(rows), random.randrange(cols)  # noqa: S311 - a sample for a test


def _at(data: H2OFrame | H2OVec, row: int, column: int) -> Any:
    return data[row, column] if isinstance(data, H2OFrame) else data[row]
