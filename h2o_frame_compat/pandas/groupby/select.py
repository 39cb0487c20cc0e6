"""Some of the rows of each group, and the groups themselves."""

from __future__ import annotations

from dataclasses import replace as replaced
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from h2o_frame_compat.core import group_rows as rows
from h2o_frame_compat.core.block import Block
from h2o_frame_compat.core.elementwise import column_and_scalar
from h2o_frame_compat.core.group_tracing import Members, member, one_for_each_group, trace_group
from h2o_frame_compat.core.groups import Summary
from h2o_frame_compat.core.indexers import positions_of
from h2o_frame_compat.expr import call, lit
from h2o_frame_compat.pandas.groupby.base import GroupByBase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from h2o_frame_compat.core.groups import Grouping
    from h2o_frame_compat.expr import Expr


class Nth:
    """What `nth` is: it can be called, and indexed.

    Parameters
    ----------
    grouped : Selects
        The groups.
    """

    def __init__(self, grouped: Selects) -> None:
        self._grouped = grouped

    def __call__(self, n: Any, dropna: Any = None) -> Any:
        """Give rows by their number within their group.

        Parameters
        ----------
        n : int, slice or list of them
            Numbers; negative ones count from the end.
        dropna : {None, "any", "all"}
            Which rows with missing values are left out before; runs in pandas on the client.

        Returns
        -------
        DataFrame or Series
        """
        return self._grouped._nth(n, dropna)

    def __getitem__(self, n: Any) -> Any:
        return self._grouped._nth(list(n) if isinstance(n, tuple) else n, None)


class Selects(GroupByBase):
    """Methods that give some rows of each group."""

    def _kept(self, mask: Expr) -> Any:
        assert self._groups is not None
        return self._of_rows(self._groups.block.filter(mask))

    def head(self, n: int = 5) -> Any:
        """Give the first rows of each group.

        Parameters
        ----------
        n : int, default 5
            How many; negative: all but the last ``-n``.

        Returns
        -------
        DataFrame or Series
            In the order of the original.
        """
        return self._fallback("head", n) if self._groups is None else self._kept(_first(self._groups, n))

    def tail(self, n: int = 5) -> Any:
        """Give the last rows of each group.

        Parameters
        ----------
        n : int, default 5
            How many; negative: all but the first ``-n``.

        Returns
        -------
        DataFrame or Series
            In the order of the original.
        """
        return self._fallback("tail", n) if self._groups is None else self._kept(_first(self._groups, n, last=True))

    @property
    def nth(self) -> Nth:
        """Rows by their number within their group: ``nth(0)``, ``nth[1:3]``."""
        return Nth(self)

    def _nth(self, n: Any, dropna: Any) -> Any:
        wanted = [n] if isinstance(n, slice) or pd.api.types.is_integer(n) else list(n)
        masks = None
        if self._groups is not None and not dropna:
            masks = [_numbered(self._groups, w) for w in wanted]
        known = [m for m in masks or [] if m is not None]
        if not known or len(known) < len(wanted):
            return self._fallback("nth", n, dropna)
        mask = known[0]
        for other in known[1:]:
            mask = call("or", mask, other)
        return self._kept(mask)

    def filter(self, func: Any, dropna: bool = True, *args: Any, **kwargs: Any) -> Any:
        """Keep the groups for which a function is true.

        Parameters
        ----------
        func : callable
            A function of a group. It is written down as arithmetic on statistics where it can be; else it runs in
            pandas.
        dropna : bool, default True
            Whether rows of other groups go; else it runs in pandas.
        *args, **kwargs
            Passed on to the function.

        Returns
        -------
        DataFrame or Series
        """
        if self._groups is not None and dropna and not args and not kwargs:
            summary = Summary(self._groups)
            made = trace_group(func, lambda: self._stand_in(summary, everything=True))
            if made is not None and made.dtype.is_bool and one_for_each_group(summary, made):
                made = call("cast", made, params=(rows.FLAG,))
                mask = rows.transform(self._groups, summary, [made], pd.Index([None]))
                block = replaced(self._groups.block, rel=mask.rel)
                return self._of_rows(block.filter(call("eq", mask.columns[0], lit(1))))
        return self._fallback("filter", func, dropna, *args, **kwargs)

    def _stand_in(self, summary: Summary, *, everything: bool = False) -> Any:
        assert self._groups is not None
        if self._single:
            return member(self._groups.block.columns[self._places[0]], summary)
        every = everything and self._selection is None
        return Members(self._groups, [*range(len(self._groups.block.columns))] if every else self._places, summary)

    def apply(self, func: Any, *args: Any, include_groups: bool = False, **kwargs: Any) -> Any:
        """Call a function with each group.

        Parameters
        ----------
        func : callable or str
            The function. What gives one number for a group is written down as arithmetic on statistics where it can
            be; else it runs in pandas.
        *args
            Passed on to the function.
        include_groups : bool, default False
            As in pandas: must be False.
        **kwargs
            Passed on to the function.

        Returns
        -------
        object
        """
        if include_groups:
            msg = "include_groups=True is no longer allowed."
            raise ValueError(msg)
        if isinstance(func, str) and hasattr(self, func):
            return getattr(self, func)(*args, **kwargs)
        plain = self._groups is not None and self._options["as_index"] and not self._groups.incomplete
        if plain and not args and not kwargs and len(self._obj):
            assert self._groups is not None
            summary = Summary(self._groups)
            made = trace_group(func, lambda: self._stand_in(summary))
            if made is not None and one_for_each_group(summary, made):
                name = self._labels(self._places)[0] if self._single else None
                return self._series(summary.block([made], [name]))
        return self._fallback("apply", func, *args, **kwargs)

    def sample(
        self, n: int | None = None, frac: float | None = None, replace: bool = False, weights: Any = None,
        random_state: Any = None,
    ) -> Any:
        """Give random rows of each group.

        Parameters
        ----------
        n : int, optional
            How many; 1 by default.
        frac : float, optional
            Which share of the group, instead.
        replace : bool, default False
            Whether a row may come more than once.
        weights : list-like, optional
            Run in pandas on the client.
        random_state : int or generator, optional
            The same one gives the same rows as in pandas.

        Returns
        -------
        DataFrame or Series
        """
        if n is not None and frac is not None:
            msg = "Please enter a value for `frac` OR `n`, not both"
            raise ValueError(msg)
        if self._groups is None or self._groups.incomplete or weights is not None or (frac or 0) > 1 or (n or 0) < 0:
            return self._fallback("sample", n, frac, replace, weights, random_state)
        if random_state is None or isinstance(random_state, (int, np.integer)):
            random_state = np.random.RandomState(random_state)
        sizes = self._size_block(as_index=True).to_pandas().iloc[:, 0].tolist()
        counts = [n if n is not None else 1 if frac is None else round(frac * size) for size in sizes]
        picked = [random_state.choice(s, size=c, replace=replace) for s, c in zip(sizes, counts, strict=True)]
        return self._of_rows(self._at(self._groups.block, picked))

    def take(self, indices: Any, **kwargs: Any) -> Any:
        """Give rows by their number within their group, in the order of the groups, keys in front of the row labels.

        Parameters
        ----------
        indices : list of int
            Numbers that every group has; negative ones count from the end.
        **kwargs
            Run in pandas on the client.

        Returns
        -------
        DataFrame or Series

        Raises
        ------
        IndexError
            When a group has fewer rows.
        """
        groups = self._groups
        plain = self._options["as_index"] and self._options["group_keys"] and not kwargs and len(self._obj)
        if groups is None or groups.incomplete or not plain or not pd.api.types.is_list_like(indices):
            return self._fallback("take", indices, **kwargs)
        sizes = self._size_block(as_index=True).to_pandas().iloc[:, 0].tolist()
        block = groups.block.select(self._places)
        keyed = block.with_index((*groups.keys, *block.index_columns), (*groups.names, *block.index_names))
        made = self._at(keyed, [positions_of(indices, size) for size in sizes])
        return self._series(made) if self._single else self._frame(made)

    def _at(self, block: Block, picked: list[Any]) -> Block:
        """Take rows by their numbers within each group."""
        assert self._groups is not None
        groups = np.repeat(np.arange(len(picked)), [len(p) for p in picked])
        table = pd.DataFrame({"group": groups, "place": np.concatenate([[], *picked])}).astype("int64")
        return rows.rows_at(self._groups, block, Block.from_pandas(table).rel)

    # ------------------------------------------------------------------ the groups

    def get_group(self, name: Any) -> Any:
        """Give the rows of one group.

        Parameters
        ----------
        name : object
            Its key; a tuple where keys were given as a list.

        Returns
        -------
        DataFrame or Series

        Raises
        ------
        KeyError
            When there is no such group.
        """
        listed = self._listed
        timed = self._groups is not None and self._groups.bins is not None
        if self._groups is None or timed or (not listed and isinstance(name, tuple)) or not _plain(name):
            return self._fallback("get_group", name)
        if listed and not (isinstance(name, tuple) and len(name) == len(self._groups.keys)):
            raise KeyError(name)
        values = name if listed else (name,)
        tests = [column_and_scalar("eq", k, v, reflected=False) for k, v in zip(self._groups.keys, values, strict=True)]
        mask: Expr = tests[0]
        for test in tests[1:]:
            mask = call("and", mask, test)
        found = self._kept(mask)
        if not len(found):
            raise KeyError(name)
        return found

    @property
    def _listed(self) -> bool:
        by, level = self._options["by"], self._options["level"]
        return isinstance(by if by is not None else level, (list, tuple)) and not self._groups_by_one_tuple

    @property
    def _groups_by_one_tuple(self) -> bool:
        return isinstance(self._options["by"], tuple) and self._groups is not None and len(self._groups.keys) == 1

    def _local_keys(self, what: str) -> Any:
        """Make the groups on the client, of the keys and the row labels alone."""
        if self._groups is None or self._groups.bins is not None:
            return self._local(what)
        keys = self._groups.block.with_columns(self._groups.keys, range(len(self._groups.keys)))
        options = {k: self._options[k] for k in ("sort", "observed", "dropna")}
        by: Any = list(range(len(self._groups.keys))) if self._listed or len(self._groups.keys) > 1 else 0
        return keys.to_pandas(guard=what).groupby(by, **options)

    @property
    def groups(self) -> Any:
        """A dict from the key of each group to its row labels, on the client; the size limit applies."""
        return self._local_keys(f"{type(self).__name__}.groups").groups

    @property
    def indices(self) -> Any:
        """A dict from the key of each group to its row numbers, on the client; the size limit applies."""
        return self._local_keys(f"{type(self).__name__}.indices").indices

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        if self._groups is None or self._groups.incomplete:
            yield from self._local(f"iterating a {type(self).__name__}")
            return
        index = self._size_block(as_index=True).to_pandas().index
        block, number = rows.members(self._groups)
        for n, key in enumerate(index):
            kept = block.filter(call("eq", number, lit(n)))
            yield ((key,) if self._listed and not isinstance(key, tuple) else key), self._of_rows(kept)


def _plain(name: Any) -> bool:
    return not any(pd.api.types.is_scalar(v) and pd.isna(v) for v in (name if isinstance(name, tuple) else (name,)))


def _first(groups: Grouping, n: int, *, last: bool = False) -> Expr:
    """Mask the first rows of each group, or with a negative number all but the last ones."""
    if n >= 0:
        return call("lt", rows.place(groups, ascending=not last), lit(n))
    return call("ge", rows.place(groups, ascending=last), lit(-n))


def _numbered(groups: Grouping, wanted: Any) -> Expr | None:
    """Mask rows by number within their group; None for slices that pandas has to read."""
    up, down = rows.place(groups), rows.place(groups, ascending=False)
    if not isinstance(wanted, slice):
        return call("eq", up, lit(int(wanted))) if wanted >= 0 else call("eq", down, lit(-int(wanted) - 1))
    start, stop, step = wanted.start or 0, wanted.stop, wanted.step or 1
    if step < 1 or (step > 1 and start < 0):
        return None
    mask = call("ge", up, lit(start)) if start >= 0 else call("lt", down, lit(-start))
    if stop is not None:
        mask = call("and", mask, call("lt", up, lit(stop)) if stop >= 0 else call("ge", down, lit(-stop)))
    if step > 1:
        mask = call("and", mask, call("eq", call("mod", call("sub", up, lit(start)), lit(step)), lit(0)))
    return mask
