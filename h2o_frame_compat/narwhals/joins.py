"""Joins with narwhals' meaning: a missing key matches nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from narwhals._utils import _remap_full_join_keys, check_column_names_are_unique, generate_temporary_column_name
from narwhals.exceptions import DuplicateError, InvalidOperationError, NarwhalsError

from h2o_frame_compat.pandas.asof import merge_asof
from h2o_frame_compat.pandas.concat import concat

if TYPE_CHECKING:
    from collections.abc import Sequence


def join(left: Any, right: Any, how: str, left_on: Sequence[str], right_on: Sequence[str], suffix: str) -> Any:
    """Join two of our frames.

    Parameters
    ----------
    left, right : DataFrame
        The frames.
    how : {"cross", "inner", "left", "full", "semi", "anti"}
        Which rows stay.
    left_on, right_on : sequence of str
        The key columns.
    suffix : str
        What is added to names of `right` that `left` has too.

    Returns
    -------
    DataFrame

    Raises
    ------
    narwhals.exceptions.DuplicateError
        When two columns would have one name.
    narwhals.exceptions.InvalidOperationError
        When keys have values of different types.
    """
    try:
        return _joined(left, right, how, left_on, right_on, suffix)
    except pd.errors.MergeError as error:
        raise DuplicateError(str(error)) from None
    except (TypeError, ValueError) as error:
        if isinstance(error, NarwhalsError) or "merge on" not in str(error):
            raise
        raise InvalidOperationError(str(error)) from None


def _joined(left: Any, right: Any, how: str, left_on: Sequence[str], right_on: Sequence[str], suffix: str) -> Any:
    if how == "cross":
        return left.merge(right, how="cross", suffixes=("", suffix))
    keys = {"left_on": list(left_on), "right_on": list(right_on)}
    if how == "inner":
        return left.dropna(subset=keys["left_on"]).merge(right, how="inner", suffixes=("", suffix), **keys)
    if how == "left":
        known = right.dropna(subset=keys["right_on"])
        made = left.merge(known, how="left", suffixes=("", suffix), **keys)
        pairs = zip(left_on, right_on, strict=True)
        unwanted = [r if r not in left.columns else f"{r}{suffix}" for own, r in pairs if own != r]
        return made.drop(columns=unwanted)
    if how == "full":
        return _full(left, right, keys["left_on"], keys["right_on"], suffix)
    token = generate_temporary_column_name(8, [*left.columns, *right.columns])
    names = dict(zip(right_on, left_on, strict=True))
    known = right[keys["right_on"]].rename(columns=names).dropna().drop_duplicates()
    made = left.merge(known, how="left", indicator=token, on=keys["left_on"])
    return made[made[token] == ("both" if how == "semi" else "left_only")].drop(columns=token)


def _full(left: Any, right: Any, left_on: list[str], right_on: list[str], suffix: str) -> Any:
    names = _remap_full_join_keys(left_on, right_on, suffix)
    other = right.rename(columns=names)
    check_column_names_are_unique(other.columns)
    keys = list(names.values())
    left_open = left[left_on].isna().any(axis=1)
    right_open = other[keys].isna().any(axis=1)
    shared = set(right.columns).intersection(left.columns).difference(right_on)
    alone = other[right_open].rename(columns={c: f"{c}{suffix}" for c in shared})
    made = left[~left_open].merge(
        other[~right_open], left_on=left_on, right_on=keys, how="outer", suffixes=("", suffix)
    )
    parts = [made, *(p for p in (left[left_open], alone) if len(p))]
    return concat(parts, ignore_index=True) if len(parts) > 1 else made


def join_asof(
    left: Any,
    right: Any,
    *,
    left_on: str,
    right_on: str,
    by_left: Sequence[str] | None,
    by_right: Sequence[str] | None,
    strategy: Any,
    suffix: str,
) -> Any:
    """Join each row with the nearest one of another frame; see ``narwhals.DataFrame.join_asof``."""
    return merge_asof(
        left, right, left_on=left_on, right_on=right_on, left_by=by_left, right_by=by_right, direction=strategy,
        suffixes=("", suffix),
    )  # fmt: skip
