"""What clusters without our server extension cannot compute, computed on the client with pandas and Arrow.

Each step means what the extension's primitive of the same name means. Tables come and go in the types of the
session boundary: integers, float64 (where NaN is missing), dictionaries of strings, timestamps in
milliseconds, strings. No step lets an integer pass through a double.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Columns = list[pa.Array]
    Flags = NDArray[np.bool_]
    Codes = NDArray[np.int64]


def run(name: str, inputs: list[pa.Table], params: tuple[Any, ...]) -> pa.Table:
    """Compute one step.

    Parameters
    ----------
    name : str
        The step: ``"take"``, ``"argsort"``, ``"join"``, ``"group"``, ``"distinct"``, or the name of an
        operation of column expressions, whose arguments are then the columns of the only input.
    inputs : list of pyarrow.Table
        The frames it works on, in the types of the session boundary.
    params : tuple
        Its other arguments, as the compiler writes them; for a column operation its params, the dtypes of its
        arguments and that of its result.

    Returns
    -------
    pyarrow.Table
        The result, in the same types; the names of its columns mean nothing.

    Raises
    ------
    NotImplementedError
        When there is no such step.

    Examples
    --------
    >>> table = pa.table({"x": pa.array([3, None, 1])})
    >>> run("argsort", [table], (1, (True,), True)).column(0).to_pylist()
    [2, 0, 1]
    """
    step = _STEPS.get(name)
    if step is None:
        raise NotImplementedError(
            f"{name!r} needs our server extension, which this cluster lacks; start the cluster with the "
            "extension's jar on its class path."
        )
    result = step([_columns(t) for t in inputs], params)
    return pa.Table.from_arrays(result, names=[f"c{n}" for n in range(len(result))])


# ---------------------------------------------------------------------- columns


def _columns(table: pa.Table) -> Columns:
    """Give each column as one array; text with 64-bit offsets, so that no result is too long for it."""
    plain = []
    for column in table.columns:
        text = pa.types.is_string(column.type)
        wide = column.cast(pa.large_string()) if text else column.unify_dictionaries()
        plain.append(wide.combine_chunks())
    return plain


def _missing(column: pa.Array) -> Flags:
    flags: Flags = pc.is_null(column, nan_is_null=True).to_numpy(zero_copy_only=False)
    return flags


def _values(column: pa.Array) -> NDArray[Any]:
    """Give numbers and times as NumPy's; whatever stands in for missing ones is without meaning."""
    if pa.types.is_floating(column.type):
        floats: NDArray[Any] = column.cast(pa.float64()).fill_null(np.nan).to_numpy(zero_copy_only=False)
        return floats
    whole: NDArray[Any] = column.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    return whole


def _is_text(column: pa.Array) -> bool:
    return bool(pa.types.is_string(column.type) or pa.types.is_large_string(column.type))


def _is_enum(column: pa.Array) -> bool:
    return bool(pa.types.is_dictionary(column.type))


def _is_time(column: pa.Array) -> bool:
    return bool(pa.types.is_timestamp(column.type))


def _as_text(column: pa.Array) -> pa.Array:
    if _missing(column).all():
        return pa.nulls(len(column), pa.large_string())  # the cluster may hold a column of nothing as numbers
    return column.cast(pa.large_string())


def _whole(values: NDArray[Any], missing: Flags | None = None) -> pa.Array:
    """Make a column of integers out of NumPy's numbers."""
    if missing is None:
        return pa.array(values.astype(np.int64))
    return pa.array(np.where(missing, 0, values).astype(np.int64), mask=missing)


def _row_numbers(column: pa.Array) -> pa.Array:
    return _whole(_values(column), _missing(column))


def _rows(columns: Columns, rows: pa.Array) -> Columns:
    """Take rows by number; a missing number gives a missing value."""
    taken = [column.take(rows) for column in columns]
    return [t.fill_null(np.nan) if pa.types.is_floating(t.type) else t for t in taken]


# ---------------------------------------------------------------------- order and equality


def _codes(column: pa.Array) -> tuple[Codes, int]:
    """Give each value its place among the distinct ones, and the place of a missing value, which is last.

    Text is in the order of its code points, enums in that of their levels, and -0.0 equals 0.0.
    """
    missing = _missing(column)
    if _is_enum(column):
        size = len(column.dictionary)
        found = column.indices.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    elif _is_text(column):
        encoded = column.dictionary_encode()
        size = len(encoded.dictionary)
        order = np.empty(size, np.int64)
        # UTF-8 sorts as code points do.
        order[pc.sort_indices(encoded.dictionary).to_numpy()] = np.arange(size)
        indices = encoded.indices.fill_null(0).to_numpy(zero_copy_only=False)
        found = order[indices] if size else np.zeros(len(column), np.int64)
    else:
        found = np.zeros(len(column), np.int64)
        codes, uniques = pd.factorize(_values(column)[~missing], sort=True)
        size = len(uniques)
        found[~missing] = codes
    return np.where(missing, size, found), size


def _row_codes(columns: Columns, first: Sequence[bool] = ()) -> Codes:
    """Give each row its place among the distinct ones, missing values last unless they are to be first."""
    total: Codes = np.zeros(len(columns[0]), np.int64)
    for n, column in enumerate(columns):
        codes, size = _codes(column)
        if first and first[n]:
            codes = np.where(codes == size, 0, codes + 1)
        _, total = np.unique(total * (size + 1) + codes, return_inverse=True)
    return total


def _take(inputs: list[Columns], _: tuple[Any, ...]) -> Columns:
    columns, (rows,) = inputs
    return _rows(columns, _row_numbers(rows))


def _argsort(inputs: list[Columns], params: tuple[Any, ...]) -> Columns:
    (columns,), (count, ascending, na_last) = inputs, params
    keys = []
    for column, up in zip(columns[:count], ascending, strict=True):
        codes, size = _codes(column)
        ordered = codes if up else size - 1 - codes
        keys.append(np.where(codes == size, size if na_last else -1, ordered))
    return [_whole(np.lexsort(keys[::-1]))]


def _distinct(inputs: list[Columns], params: tuple[Any, ...]) -> Columns:
    (columns,), (count, keep) = inputs, params
    repeated = pd.Series(_row_codes(columns[:count])).duplicated(keep=False if keep == "none" else keep)
    return [_whole(np.flatnonzero(~repeated.to_numpy()))]


# ---------------------------------------------------------------------- join


def _one_column(left: pa.Array, right: pa.Array) -> pa.Array:
    """Put two key columns under one another, in a type in which equal keys are equal."""
    if _missing(left).all():
        left = pa.nulls(len(left), right.type)
    elif _missing(right).all():
        right = pa.nulls(len(right), left.type)
    both = (left, right)
    texts = [_is_text(c) or _is_enum(c) for c in both]
    if texts[0] != texts[1]:
        raise ValueError(
            f"You are trying to merge on {left.type} and {right.type} columns; convert one with astype first"
        )
    if texts[0]:
        same_levels = _is_enum(left) and _is_enum(right) and left.dictionary.equals(right.dictionary)
        kind = pa.dictionary(pa.int32(), left.dictionary.type) if same_levels else pa.large_string()
    else:
        if _is_time(left) and _is_time(right):
            return pa.concat_arrays(both)
        kind = pa.float64() if any(pa.types.is_floating(c.type) for c in both) else pa.int64()
        # An integer beyond 2^53 meets a float as the double next to it, as in pandas.
        number = kind.to_pandas_dtype()
        return pa.concat_arrays([pa.array(_values(c).astype(number), mask=_missing(c)) for c in both])
    return pa.concat_arrays([c.cast(kind) for c in both])


def _join(inputs: list[Columns], params: tuple[Any, ...]) -> Columns:
    (left, right), (count, how) = inputs, params
    keys = [_one_column(a, b) for a, b in zip(left[:count], right[:count], strict=True)]
    # An outer join sorts by the keys; in pandas missing times and categories then come first, others last.
    codes = _row_codes(keys, first=[_is_time(k) or _is_enum(k) for k in keys])
    split = len(left[0])
    sides = [
        pd.DataFrame({"key": part, name: np.arange(len(part))})
        for name, part in (("l", codes[:split]), ("r", codes[split:]))
    ]
    matched = pd.merge(*sides, on="key", how=how)
    return [_whole(matched[name].to_numpy(), matched[name].isna().to_numpy()) for name in ("l", "r")]


# ---------------------------------------------------------------------- groups


def _group_numbers(keys: Columns, *, dropna: bool, sort: bool) -> tuple[Codes, Codes]:
    """Give each row's group number, -1 where a key is missing that may not be, and each group's first row."""
    codes = _row_codes(keys)
    kept = np.ones(len(codes), bool)
    if dropna:
        kept = ~np.logical_or.reduce([_missing(k) for k in keys])
    numbers: Codes = np.full(len(codes), -1, np.int64)
    numbers[kept], _ = pd.factorize(codes[kept], sort=sort)
    groups = numbers.max(initial=-1) + 1
    first: Codes = np.full(groups, len(codes), np.int64)
    np.minimum.at(first, numbers[kept], np.flatnonzero(kept))
    return numbers, first


def _group_id(inputs: list[Columns], params: tuple[Any, ...]) -> Columns:
    (keys,), (dropna, sort, *_) = inputs, params
    numbers, _first = _group_numbers(keys, dropna=dropna, sort=sort)
    return [_whole(numbers, numbers < 0)]


def _group(inputs: list[Columns], params: tuple[Any, ...]) -> Columns:
    (columns,), (count, functions, dropna, sort) = inputs, params
    numbers, first = _group_numbers(columns[:count], dropna=dropna, sort=sort)
    kept = numbers >= 0
    results = _rows(columns[:count], pa.array(first))
    for function, column in zip(functions, columns[count:], strict=True):
        present = kept if function == "size" else kept & ~_missing(column)
        results.append(_aggregate(function, column, present, numbers, len(first)))
    if len(first) == 1:  # the only row of a frame cannot hold -0.0 there
        results[count:] = [pa.array(_values(r) + 0.0) if pa.types.is_floating(r.type) else r for r in results[count:]]
    return results


def _aggregate(function: str, column: pa.Array, present: Flags, numbers: Codes, groups: int) -> pa.Array:
    """Aggregate the present values of a column; groups without any get what pandas gives them."""
    by = numbers[present]
    if function in {"size", "count"}:
        return _whole(np.bincount(by, minlength=groups))
    where = np.flatnonzero(present)
    if function in {"first", "last", "min", "max", "idxmin", "idxmax"}:
        rows = _chosen_rows(function, column, where, by, groups)
        return rows if function.startswith("idx") else _rows([column], rows)[0]
    if function == "nunique":
        return _filled(pd.Series(_codes(column)[0][present]).groupby(by).nunique(), groups, 0)
    values = _numbers_of(function, column)[present]
    if function in {"any", "all"}:
        result = getattr(pd.Series(values != 0).groupby(by), function)()
        return _filled(result, groups, int(function == "all")).cast(pa.int8())
    grouped = pd.Series(values).groupby(by)
    if function in {"sum", "prod"}:
        return _filled(getattr(grouped, function)(), groups, int(function == "prod"))
    quantile = function[0] == "q"
    if quantile:
        share, _, between = function[1:].partition("/")
        result = grouped.quantile(float(share), interpolation=between or "linear")
    else:
        result = getattr(grouped, function)()
    reals = _filled(result.astype(np.float64), groups, np.nan)
    if _is_time(column) and (quantile or function in {"mean", "median"}):
        return _whole(_values(reals), _missing(reals)).cast(pa.timestamp("ms"))
    return reals


def _chosen_rows(function: str, column: pa.Array, where: Codes, by: Codes, groups: int) -> pa.Array:
    """Give the row of each group that holds its first, last, least or greatest value."""
    if function in {"first", "last"}:
        chosen = getattr(pd.Series(where).groupby(by), function)()
    else:
        order = pd.Series(_codes(column)[0][where], index=where).groupby(by)
        chosen = getattr(order, "idx" + function.removeprefix("idx"))()
    return _filled(chosen, groups, None)


def _numbers_of(function: str, column: pa.Array) -> NDArray[Any]:
    if function in {"any", "all"} and (_is_text(column) or _is_enum(column)):
        return _values(pc.utf8_length(_as_text(column)))
    if (_is_text(column) or _is_enum(column)) and not _missing(column).all():
        raise TypeError(f"{function} of text is not defined; only numbers and times have one")
    if _is_text(column) or _is_enum(column):
        return np.full(len(column), np.nan)
    return _values(column)


def _filled(result: pd.Series[Any], groups: int, other: float | None) -> pa.Array:
    """Give a value for each group; those without any values get another one, None for missing."""
    values = result.to_numpy()
    kind = values.dtype if values.dtype.kind == "f" else np.dtype(np.int64)
    full = np.full(groups, 0 if other is None else other, kind)
    full[result.index.to_numpy(np.int64)] = values
    if other is not None:
        return pa.array(full)
    absent = np.ones(groups, bool)
    absent[result.index.to_numpy(np.int64)] = False
    return _whole(full, absent)


# ---------------------------------------------------------------------- column operations


def _concatenate(inputs: list[Columns], _: tuple[Any, ...]) -> Columns:
    return [pc.binary_join_element_wise(*(_as_text(c) for c in inputs[0]), pa.scalar("", pa.large_string()))]


def _where(inputs: list[Columns], params: tuple[Any, ...]) -> Columns:
    mask, a, b = inputs[0]
    chosen = pa.array(~_missing(mask) & (_values(mask) != 0))
    texts = pc.if_else(chosen, _as_text(a), _as_text(b))
    if params[-1].kind != "category":
        return [texts]
    known = [_as_text(c.dictionary) for c in (a, b) if _is_enum(c)]
    levels = pa.chunked_array(known, pa.large_string()).unique()
    found = pc.index_in(texts, value_set=levels)
    return [pa.DictionaryArray.from_arrays(found.cast(pa.int32()), levels.cast(pa.string()))]


def _slice(inputs: list[Columns], params: tuple[Any, ...]) -> Columns:
    part = slice(*params[:3])
    cut = [None if text is None else text[part] for text in _as_text(inputs[0][0]).to_pylist()]
    return [pa.array(cut, pa.large_string())]


def _compare(symbol: str) -> Callable[[list[Columns], tuple[Any, ...]], Columns]:
    """Compare texts by code points, which UTF-8 keeps in order; a missing one compares as false."""
    compare = {"lt": pc.less, "le": pc.less_equal, "gt": pc.greater, "ge": pc.greater_equal}[symbol]

    def step(inputs: list[Columns], params: tuple[Any, ...]) -> Columns:
        result = compare(*(_as_text(c) for c in inputs[0])).cast(pa.int8())
        return [result if params[-1].nullable else result.fill_null(0)]

    return step


def _cast(inputs: list[Columns], params: tuple[Any, ...]) -> Columns:
    """Write numbers and times as text, or read them from it, as ``Series.astype`` does."""
    (column,), (source,), target = inputs[0], params[-2], params[-1]
    missing = _missing(column)
    if target.kind == "str":
        if source.is_float:
            values = pd.Series(_values(column)[~missing].astype(source.kind))
        elif source.is_temporal:
            values = _times(_values(column)[~missing], source)
        else:
            values = pd.Series(_values(column)[~missing])
        texts = np.full(len(column), None, object)
        texts[~missing] = values.astype("str").to_numpy(object)
        return [pa.array(texts, pa.large_string())]
    given = pd.Series(_as_text(column).to_pylist(), dtype="object")
    if target.is_temporal:
        ticks = given.astype("str").astype(str(target)).dt.as_unit("ms")
        milliseconds = _whole(ticks.astype("int64").to_numpy(), missing)
        return [milliseconds.cast(pa.timestamp("ms")) if target.kind == "datetime" else milliseconds]
    read = given[~missing].astype(target.kind)
    if missing.any() and not target.holds_na:
        raise ValueError(f"cannot convert missing values to {target}; fill or drop them first")
    numbers = np.zeros(len(column), np.float64 if target.is_float else np.int64)
    numbers[~missing] = read.to_numpy()
    return [pa.array(np.where(missing, np.nan, numbers)) if target.is_float else _whole(numbers, missing)]


def _times(ticks: NDArray[Any], dtype: Any) -> pd.Series[Any]:
    made = pd.Series(ticks.astype(f"{'M' if dtype.kind == 'datetime' else 'm'}8[ms]"))
    known = made.dt.as_unit(dtype.unit)
    return known.dt.tz_localize("UTC").dt.tz_convert(dtype.tz) if dtype.tz is not None else known


def _shift(inputs: list[Columns], params: tuple[Any, ...]) -> Columns:
    column = inputs[0][0]
    rows = np.arange(len(column)) - params[0]
    return _rows([column], _whole(rows, (rows < 0) | (rows >= len(column))))


def _rank(inputs: list[Columns], params: tuple[Any, ...]) -> Columns:
    method, ascending, na, pct, *_ = params
    codes, size = _codes(inputs[0][0])
    ranks = pd.Series(np.where(codes == size, np.nan, codes)).rank(
        method=method, ascending=bool(ascending), na_option=na, pct=bool(pct)
    )
    return [pa.array(ranks.to_numpy(np.float64))]


def _fill(direction: str) -> Callable[[list[Columns], tuple[Any, ...]], Columns]:
    def fill(inputs: list[Columns], params: tuple[Any, ...]) -> Columns:
        column = inputs[0][0]
        rows = pd.Series(np.where(_missing(column), np.nan, np.arange(len(column))))
        filled = getattr(rows, direction)(limit=params[0]).to_numpy()
        return _rows([column], _whole(filled, np.isnan(filled)))

    return fill


# ---------------------------------------------------------------------- rows around a row, and within groups


def _within(inputs: list[Columns], params: tuple[Any, ...]) -> Columns:
    (value, *keys), (func, words, numbers, dropna, *_) = inputs[0], params
    groups, _first = _group_numbers(keys, dropna=dropna, sort=False)
    (where,) = np.nonzero(groups >= 0)
    by, rows = groups[where], pd.Series(np.arange(len(value)))
    if func == "count":
        return [_spread(rows[where].groupby(by).cumcount(ascending=bool(numbers[0])), len(value))]
    missing = _missing(value)[where]
    if func == "shift":
        return _rows([value], _spread(rows[where].groupby(by).shift(numbers[0]), len(value)))
    if func in {"ffill", "bfill"}:
        filled = rows[where].where(~missing).groupby(by)
        return _rows([value], _spread(getattr(filled, func)(limit=numbers[0]), len(value)))
    codes = pd.Series(np.where(missing, np.nan, _codes(value)[0][where]), index=where)
    if func == "rank":
        ascending, pct = (bool(n) for n in numbers)
        ranks = codes.groupby(by).rank(method=words[0], na_option=words[1], ascending=ascending, pct=pct)
        return [pa.array(ranks.reindex(rows).to_numpy(np.float64))]
    if func in {"cummin", "cummax"}:
        best = getattr(codes.groupby(by), func)(skipna=bool(numbers[0]))
        row_of = pd.Series(where, index=codes).groupby(level=0).first()
        return _rows([value], _spread(best.map(row_of), len(value)))
    exact = pa.types.is_integer(value.type)
    values = pd.Series(_values(value)[where], index=where, dtype="Int64" if exact else "float64").mask(missing)
    result = getattr(values.groupby(by), func)(skipna=bool(numbers[0])).reindex(rows)
    if exact:
        return [_whole(result.fillna(0).to_numpy(np.int64), result.isna().to_numpy())]
    return [pa.array(result.to_numpy(np.float64))]


def _spread(numbers: pd.Series[Any], rows: int) -> pa.Array:
    """Give integers to the rows they are indexed by, missing values to the others."""
    full = numbers.reindex(np.arange(rows))
    return _whole(full.fillna(0).to_numpy(np.int64), full.isna().to_numpy())


def _slide(columns: Columns, values: int, along: bool, apply: Callable[..., Any]) -> Columns:
    """Apply a function of values and of what they lie along to each group."""
    keys = columns[values + along :]
    rows = np.arange(len(columns[0]))
    groups = _group_numbers(keys, dropna=True, sort=False)[0] if keys else np.zeros(len(rows), np.int64)
    result = np.full(len(rows), np.nan)
    for _, own in pd.Series(rows)[groups >= 0].groupby(groups[groups >= 0]):
        given = []
        for column in columns[:values]:
            numbers = np.where(_missing(column), np.nan, _values(column).astype(np.float64))[own]
            given.append(pd.Series(np.where(np.isinf(numbers), np.nan, numbers)))
        time = pd.DatetimeIndex(_values(columns[values])[own].astype("M8[ms]")) if along else None
        result[own] = apply(time, *given).to_numpy(np.float64)
    return [pa.array(result)]


def _window(inputs: list[Columns], params: tuple[Any, ...]) -> Columns:
    values, along, func, words, numbers, size, least, closed, center, *_ = params
    options: dict[str, Any] = {}
    if func in {"var", "std", "cov", "corr"}:
        options["ddof"] = int(numbers[0])
    if func == "quantile":
        options = {"q": numbers[0], "interpolation": words[0]}
    if func == "rank":
        options = {"method": words[0], "ascending": bool(numbers[0]), "pct": bool(numbers[1])}

    def apply(time: Any, x: pd.Series[Any], *other: pd.Series[Any]) -> Any:
        given = [s if time is None else s.set_axis(time) for s in (x, *other)]
        if size is None:
            windows: Any = given[0].expanding(least)
        else:
            length = int(size) if time is None else pd.Timedelta(size, unit="ms")
            windows = given[0].rolling(length, min_periods=least, center=center, closed=closed)
        return getattr(windows, func)(*given[1:], **options)

    return _slide(inputs[0], values, along, apply)


def _ewm(inputs: list[Columns], params: tuple[Any, ...]) -> Columns:
    values, along, func, com, halflife, (adjust, ignore_na, bias), least, *_ = params

    def apply(time: Any, x: pd.Series[Any], *other: pd.Series[Any]) -> Any:
        weights: dict[str, Any] = {"com": com}
        if time is not None:
            weights = {"halflife": pd.Timedelta(halflife, unit="ms"), "times": time, **({} if com == 1 else weights)}
        windows = x.ewm(min_periods=least, adjust=bool(adjust), ignore_na=bool(ignore_na), **weights)
        return windows.cov(*other, bias=bool(bias)) if func == "cov" else getattr(windows, func)()

    return _slide(inputs[0], values, along, apply)


_STEPS: dict[str, Callable[[list[Columns], tuple[Any, ...]], Sequence[pa.Array]]] = {
    "take": _take,
    "argsort": _argsort,
    "join": _join,
    "group": _group,
    "distinct": _distinct,
    "add": _concatenate,
    "where": _where,
    "slice": _slice,
    "cast": _cast,
    **{name: _compare(name) for name in ("lt", "le", "gt", "ge")},
    "shift": _shift,
    "rank": _rank,
    "ffill": _fill("ffill"),
    "bfill": _fill("bfill"),
    "groupid": _group_id,
    "within": _within,
    "window": _window,
    "ewm": _ewm,
}
