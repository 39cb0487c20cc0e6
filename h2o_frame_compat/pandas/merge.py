"""Merging frames on keys and on row labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat.core import join as joining
from h2o_frame_compat.core import join_levels as by_levels
from h2o_frame_compat.core.align import has_repeats
from h2o_frame_compat.core.labels import reindex_like
from h2o_frame_compat.pandas.generic import NDFrame
from h2o_frame_compat.pandas.wrap import from_local

if TYPE_CHECKING:
    from h2o_frame_compat.pandas.frame import DataFrame

NO_DEFAULT = pd.api.extensions.no_default


def operand(value: Any) -> Any:
    """Give a frame of ours to merge with; refuse what pandas refuses, in its words."""
    if isinstance(value, (pd.DataFrame, pd.Series)):
        value = from_local(value)
    if not isinstance(value, NDFrame):
        msg = f"Can only merge Series or DataFrame objects, a {type(value)} was passed"
        raise TypeError(msg)
    if value._pandas_class is pd.Series and value._block.labels[0] is None:
        msg = "Cannot merge a Series without a name"
        raise ValueError(msg)
    return value


def merge(
    left: Any, right: Any, how: str = "inner", on: Any = None, left_on: Any = None, right_on: Any = None,
    left_index: bool = False, right_index: bool = False, sort: bool = False, suffixes: Any = ("_x", "_y"),
    copy: Any = NO_DEFAULT,  # noqa: ARG001 - it does nothing in pandas, too
    indicator: str | bool = False, validate: str | None = None,
) -> DataFrame:
    """Merge two frames on keys, in the cluster.

    Parameters
    ----------
    left, right : DataFrame or named Series
        The frames.
    how : {"inner", "left", "right", "outer", "cross", "left_anti", "right_anti"}
        Which rows without a match stay; the order is that of pandas.
    on, left_on, right_on : label or list of labels, optional
        The keys; missing keys match each other. Arrays as keys run in pandas on the client.
    left_index, right_index : bool, default False
        Whether the row labels are the key.
    sort : bool, default False
        Whether rows are ordered by the keys.
    suffixes : pair of str
        What is appended to column labels that are on both sides.
    copy : bool, optional
        Without effect.
    indicator : bool or str, default False
        Whether, and under what label, a column says where each row comes from.
    validate : {"1:1", "1:m", "m:1", "m:m"}, optional
        Checks that keys are unique.

    Returns
    -------
    DataFrame

    Raises
    ------
    pandas.errors.MergeError, KeyError, TypeError, ValueError
        For the reasons pandas has for them.

    Examples
    --------
    >>> import h2o_frame_compat.pandas as pd
    >>> names = pd.DataFrame({"id": [1, 2], "name": ["a", "b"]})
    >>> pd.DataFrame({"id": [2, 1, 2]}).merge(names, on="id")["name"].tolist()
    ['b', 'a', 'b']
    """
    from h2o_frame_compat.pandas.frame import DataFrame  # noqa: PLC0415 - frames have a merge method

    one, other = operand(left), operand(right)
    how_to = joining.Merge(how, on, left_on, right_on, left_index, right_index, sort, suffixes, indicator, validate)
    try:
        return DataFrame._of(by_levels.merge(one._block, other._block, how_to))
    except joining.NotNative:
        frame = DataFrame._of(one._block)
        made: DataFrame = frame._fallback(
            "merge", other, how=how, validate=validate, why="keys of this kind are not native", **how_to.keywords
        )
        return made


class FrameMerge(NDFrame):
    """The methods of frames that merge."""

    def merge(
        self, right: Any, how: str = "inner", on: Any = None, left_on: Any = None, right_on: Any = None,
        left_index: bool = False, right_index: bool = False, sort: bool = False, suffixes: Any = ("_x", "_y"),
        copy: Any = NO_DEFAULT, indicator: str | bool = False, validate: str | None = None,
    ) -> DataFrame:
        """Merge with another frame on keys; see `merge`.

        Parameters
        ----------
        right : DataFrame or named Series
            The other frame.
        how, on, left_on, right_on, left_index, right_index, sort, suffixes, copy, indicator, validate
            As for `merge`.

        Returns
        -------
        DataFrame
        """
        return merge(
            self, right, how, on, left_on, right_on, left_index, right_index, sort, suffixes, copy, indicator, validate
        )

    def join(
        self, other: Any, on: Any = None, how: str = "left", lsuffix: Any = NO_DEFAULT, rsuffix: Any = NO_DEFAULT,
        sort: bool = False, validate: str | None = None, *, suffixes: Any = NO_DEFAULT,
    ) -> DataFrame:
        """Add the columns of other frames, matched by row labels.

        Parameters
        ----------
        other : DataFrame, named Series, or list of them
            What is joined.
        on : label or list of labels, optional
            Columns of this frame that hold the row labels of the other; its own row labels by default.
        how : {"left", "right", "outer", "inner", "cross", "left_anti", "right_anti"}
            Which rows without a match stay.
        lsuffix, rsuffix : str, optional
            What is appended to column labels that are on both sides.
        sort : bool, default False
            Whether rows are ordered by the keys.
        validate : {"1:1", "1:m", "m:1", "m:m"}, optional
            Checks that keys are unique.
        suffixes : pair of str, optional
            The two suffixes together.

        Returns
        -------
        DataFrame

        Raises
        ------
        ValueError
            When column labels overlap and no suffix is given.
        """
        given = {"lsuffix": lsuffix, "rsuffix": rsuffix, "suffixes": suffixes}
        given = {k: v for k, v in given.items() if v is not NO_DEFAULT}
        if isinstance(other, (list, tuple)):
            return self._joined([operand(o) for o in other], on, how, sort=sort, validate=validate, **given)
        pair = given.get("suffixes", (given.get("lsuffix", ""), given.get("rsuffix", "")))
        if how == "cross":
            return merge(self, other, how, on, sort=sort, suffixes=pair, validate=validate)
        return merge(
            self, other, how, left_on=on, left_index=on is None, right_index=True, sort=sort, suffixes=pair,
            validate=validate,
        )

    def _joined(
        self, others: list[Any], on: Any, how: str, *, sort: bool, validate: Any, **suffixes: Any
    ) -> DataFrame:
        """Join several frames, whose columns must not overlap."""
        from h2o_frame_compat.pandas.concat import concat  # noqa: PLC0415 - it builds on frames

        if on is not None:
            msg = "Joining multiple DataFrames only supported for joining on index"
            raise ValueError(msg)
        if any(suffixes.get("suffixes", (suffixes.get("lsuffix"), suffixes.get("rsuffix")))):
            msg = "Suffixes not supported when joining multiple DataFrames"
            raise ValueError(msg)
        parts = [self, *others]
        if not any(has_repeats(p._block.rooted_with_labels) for p in parts):
            whose = {"left": self, "right": parts[-1]}.get(how)
            join = how if whose is None else "outer"
            made: Any = concat(parts, axis=1, join=join, verify_integrity=True, sort=sort or how == "outer")
            if whose is not None:
                made = type(made)._of(reindex_like(made._block, whose._block))
                made = made.sort_index() if sort else made
        else:
            made = self
            for part in others:
                made = merge(made, part, how, left_index=True, right_index=True, sort=sort, validate=validate)
        joined: DataFrame = made
        return joined
