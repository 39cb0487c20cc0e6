"""``over``: window functions by the group-by of the pandas dialect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from narwhals._expression_parsing import evaluate_into_exprs, evaluate_nodes, evaluate_output_names_and_aliases

from h2o_frame_compat.narwhals.group_by import AGGREGATIONS, last_step, modes
from h2o_frame_compat.narwhals.operands import row_numbers
from h2o_frame_compat.narwhals.reductions import ewm_words
from h2o_frame_compat.narwhals.refusals import refusing
from h2o_frame_compat.narwhals.series import EagerSeries

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from h2o_frame_compat.narwhals.frame import EagerFrame

_CUMULATIVE = {
    "cum_sum": "cumsum", "cum_min": "cummin", "cum_max": "cummax", "cum_prod": "cumprod", "cum_count": "cumsum",
}  # fmt: skip
_DISTINCT = {"is_first_distinct": "first", "is_last_distinct": "last", "is_unique": False}
_OTHERS = {
    "rolling_sum", "rolling_mean", "rolling_std", "rolling_var", "shift", "rank", "diff", "fill_null", "ewm_mean",
    "mode", "corr", "cov",
}  # fmt: skip


def partitioned(
    expr: Any, partition_by: Sequence[str], order_by: Sequence[str]
) -> Callable[[EagerFrame], Sequence[EagerSeries]]:
    """Give the function that computes an expression within groups.

    Parameters
    ----------
    expr : H2OExpr
        One function of columns that are computed row by row.
    partition_by : sequence of str
        The keys of the groups.
    order_by : sequence of str
        In which order the function sees the rows.

    Returns
    -------
    callable
        From an `EagerFrame` to its series.

    Raises
    ------
    NotImplementedError
        When the expression is not such a function.
    """
    meta, nodes = last_step(expr)
    name, options = nodes[-1].name, nodes[-1].kwargs
    order_by = order_by or options.get("order_by", ())
    if meta.prev is not None and not meta.prev.is_elementwise:
        msg = "within groups, only one function of columns that are computed row by row is supported"
        raise NotImplementedError(msg)
    if name not in {*_CUMULATIVE, *_DISTINCT, *_OTHERS, *AGGREGATIONS}:
        msg = f"{name} is not supported within groups"
        raise NotImplementedError(msg)

    if name == "mode" and options["keep"] != "any":
        msg = "within groups, `mode` gives one value for each group: write mode(keep='any')"
        raise NotImplementedError(msg)

    @refusing
    def compute(df: EagerFrame) -> Sequence[EagerSeries]:
        if error := df._check_columns_exist([*partition_by, *order_by]):
            raise error
        _, aliases = evaluate_output_names_and_aliases(expr, df, [])
        inputs = _inputs(expr, nodes, df)
        parts = [s.alias(f"{i}") for i, s in enumerate(inputs)]
        keys = [df.get_column(k).alias(f"key {i}") for i, k in enumerate(partition_by)]
        orders = [df.get_column(k).alias(f"order {i}") for i, k in enumerate(order_by)]
        whole = [EagerSeries(df._extract_comparand(s), s._version).alias(s.name) for s in parts]
        frame = df.with_series([*keys, *orders, *whole])
        frame = frame.with_row_index("row", None)
        reverse = bool(options.get("reverse"))
        if order_by:
            frame = frame.sort(*(s.name for s in orders), descending=reverse, nulls_last=reverse)
        elif reverse:
            frame = frame._gather_slice(slice(None, None, -1))
        by = [s.name for s in keys]
        results = [_window(frame, by, f"{i}", name, options).alias(a) for i, a in enumerate(aliases)]
        return back_in_order(frame.get_column("row"), results) if order_by or reverse else results

    return compute


def _inputs(expr: Any, nodes: Sequence[Any], df: EagerFrame) -> Sequence[EagerSeries]:
    """Give the columns that the last function of an expression works on."""
    ns = expr.__narwhals_namespace__()
    if len(nodes) > 1:
        return evaluate_nodes(nodes[:-1], ns)(df)
    made = evaluate_into_exprs(*nodes[0].exprs, ns=ns, str_as_lit=False, allow_multi_output=False)
    return [df._evaluate_single_output_expr(e) for e in made]  # nw.corr, nw.cov; nw.len has none


def back_in_order(rows: EagerSeries, results: Sequence[EagerSeries]) -> list[EagerSeries]:
    """Put series back into the order that row numbers tell.

    Parameters
    ----------
    rows : EagerSeries
        The number of each row.
    results : sequence of EagerSeries
        Series with these rows.

    Returns
    -------
    list of EagerSeries
    """
    named = [s.alias(f"{i}") for i, s in enumerate(results)]
    ordered = rows.to_frame().with_series([rows.alias("row"), *named]).sort("row", descending=False, nulls_last=False)
    return [ordered.get_column(s.name).alias(r.name) for s, r in zip(named, results, strict=True)]


def _window(frame: EagerFrame, keys: list[str], column: str, name: str, options: dict[str, Any]) -> EagerSeries:
    native = frame.native
    if name == "cum_count":
        native = native.assign(**{column: native[column].notna().astype("int64")})
    groups = native.groupby(keys, dropna=False, sort=False, observed=True)
    own = groups[keys[0] if name == "len" else column]
    if name == "fill_null":
        fill = own.ffill if options["strategy"] == "forward" else own.bfill
        made = fill(limit=options["limit"])
    elif name.startswith("rolling_"):
        rolled = own.rolling(options["window_size"], min_periods=options["min_samples"], center=options["center"])
        made = getattr(rolled, name.removeprefix("rolling_"))(**{k: v for k, v in options.items() if k == "ddof"})
        made = made.reset_index(level=list(range(len(keys))), drop=True).loc[native.index]
    elif name == "ewm_mean":
        made = own.ewm(**ewm_words(options)).mean()
        made = made.reset_index(level=list(range(len(keys))), drop=True).loc[native.index].where(native[column].notna())
    elif name == "rank":
        method = "first" if options["method"] == "ordinal" else options["method"]
        made = own.rank(method=method, ascending=not options["descending"], na_option="keep")
    elif name in _CUMULATIVE:
        made = getattr(own, _CUMULATIVE[name])()
    elif name == "shift":
        made = own.shift(options["n"])
    elif name == "diff":
        made = own.diff()
    elif name in _DISTINCT:
        made = ~native.duplicated([*keys, column], keep=_DISTINCT[name])
    elif name == "any_value" and options.get("ignore_nulls"):
        made = own.transform("first")
    elif name in {"first", "last", "any_value"}:
        made = _edge(native, keys, column, last=name == "last")
    elif name == "mode":
        made = modes(native, native, keys, column)
    elif name in {"corr", "cov"}:
        made = _together(native, keys, name, options)
    elif name == "n_unique":
        made = own.transform("nunique", dropna=False)
    elif name == "quantile":
        made = own.transform("quantile", q=options["quantile"], interpolation=options["interpolation"])
    else:
        made = own.transform(AGGREGATIONS[name], **{k: v for k, v in options.items() if k == "ddof"})
    return EagerSeries(made, frame._version)


def _edge(native: Any, keys: list[str], column: str, *, last: bool) -> Any:
    """Give each row the value that the first or last row of its group has, missing or not."""
    numbered = native.assign(place=row_numbers(native))
    where = numbered.groupby(keys, dropna=False, sort=False, observed=True)["place"].transform("max" if last else "min")
    return native[column].iloc[where]


def _together(native: Any, keys: list[str], name: str, options: dict[str, Any]) -> Any:
    """Give each row the correlation or covariance of columns "0" and "1" in its group, where both are known."""

    def groups(**columns: Any) -> Any:
        return native[keys].assign(**columns).groupby(keys, dropna=False, sort=False, observed=True)[list(columns)]

    known = native["0"].notna() & native["1"].notna()
    values = {c: native[c].astype("float64").where(known) for c in ("0", "1")}
    if options.get("method") == "spearman":
        ranks = groups(**values).rank()
        values = {c: ranks[c] for c in values}
    means = groups(**values).transform("mean")
    x, y = (values[c] - means[c] for c in values)
    sums = groups(xy=x * y, xx=x * x, yy=y * y, n=known.astype("int64")).transform("sum")
    if name == "corr":
        return sums["xy"] / np.sqrt(sums["xx"] * sums["yy"])
    free = sums["n"] - options["ddof"]
    return (sums["xy"] / free).where(free > 0)
