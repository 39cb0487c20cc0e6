"""``group_by`` of narwhals by the group-by of the pandas dialect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from narwhals import Expr
from narwhals._compliant import EagerGroupBy
from narwhals._expression_parsing import evaluate_nodes, evaluate_output_names_and_aliases
from narwhals._utils import generate_temporary_column_name

from h2o_frame_compat.narwhals.operands import beside, row_numbers
from h2o_frame_compat.narwhals.refusals import refusing
from h2o_frame_compat.narwhals.series import EagerSeries

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from h2o_frame_compat.narwhals.frame import EagerFrame

# Narwhals' word and pandas' word for what gives one value for each group.
AGGREGATIONS = {
    "sum": "sum", "mean": "mean", "median": "median", "max": "max", "min": "min", "std": "std", "var": "var",
    "len": "size", "n_unique": "nunique", "count": "count", "quantile": "quantile", "all": "all", "any": "any",
    "first": "nth", "last": "nth", "any_value": "nth",
}  # fmt: skip


class GroupBy(EagerGroupBy["EagerFrame", Any, str]):
    """Groups of rows.

    Parameters
    ----------
    df : EagerFrame
        The frame.
    keys : sequence of str or of H2OExpr
        The keys.
    drop_null_keys : bool
        Whether rows with a missing key belong to no group.
    """

    _REMAP_AGGS: ClassVar[Any] = AGGREGATIONS

    def __init__(self, df: EagerFrame, keys: Sequence[Any], /, *, drop_null_keys: bool) -> None:
        self._original_columns = df.columns
        self._drop_null_keys = drop_null_keys
        self._compliant_frame, self._keys, self._output_key_names = self._parse_keys(df, keys)
        if error := self._compliant_frame._check_columns_exist(self._keys):
            raise error

    def _grouped(self, native: Any) -> Any:
        return native.groupby(self._keys, dropna=self._drop_null_keys, sort=False, observed=True)

    @refusing
    def agg(self, *exprs: Any) -> EagerFrame:
        """Aggregate each group.

        Raises
        ------
        ValueError
            When an expression does not give one value for a group.
        """
        orders = {tuple(self._kwargs(e).get("order_by", ())) for e in exprs} - {()}
        frame = self.compliant
        if len(orders) == 1:
            frame = frame.sort(*next(iter(orders)), descending=False, nulls_last=False)
        tasks: list[tuple[str, str, str, dict[str, Any]]] = []  # name, column, narwhals' word, options
        parts = list(frame.iter_columns())
        for expr in exprs:
            name, options = self._leaf(expr)
            series: Sequence[EagerSeries | None]
            if name is None or (len(orders) > 1 and "order_by" in options):
                series, aliases = self._spread(frame, expr)
                name, options = "first", {}
            else:
                series, aliases = self._inputs(frame, expr)
            for one, alias in zip(series, aliases, strict=True):
                token = generate_temporary_column_name(8, [s.name for s in parts])
                if one is not None:
                    parts.append(one.alias(token))
                tasks.append((alias, token, name, options))
        frame = frame.with_series([EagerSeries(frame._extract_comparand(s), s._version).alias(s.name) for s in parts])
        return self._result(frame, tasks)

    def _leaf(self, expr: Any) -> tuple[str | None, dict[str, Any]]:
        """Give the word and the options of an aggregation of columns computed row by row; None if it is not one."""
        if not expr._metadata.is_scalar_like:
            self._ensure_all_simple([expr])
            msg = f"`{self._leaf_name(expr)}` gives no single value for a group"
            raise ValueError(msg)
        meta, nodes = last_step(expr)
        name, previous = nodes[-1].name, meta.prev
        simple = name in {*AGGREGATIONS, "mode"} and (previous is None or previous.is_elementwise)
        return (name if simple else None), nodes[-1].kwargs

    def _spread(self, frame: EagerFrame, expr: Any) -> tuple[Sequence[EagerSeries], Sequence[str]]:
        """Compute any other expression that gives one value for a group: in all rows, of which one is taken."""
        exclude = [*self._keys, *self._output_key_names]
        _, aliases = evaluate_output_names_and_aliases(expr, frame, exclude)
        nodes = reversed(list(expr._metadata.iter_nodes_reversed()))
        series = Expr(*nodes).over(*self._keys)._to_compliant_expr(expr.__narwhals_namespace__())(frame)
        return [s for s in series if s.name in set(aliases)], aliases

    def _inputs(self, frame: EagerFrame, expr: Any) -> tuple[Sequence[EagerSeries | None], Sequence[str]]:
        """Give the series that an aggregation works on, and the names of its results."""
        exclude = [*self._keys, *self._output_key_names]
        names, aliases = evaluate_output_names_and_aliases(expr, frame, exclude)
        nodes = last_step(expr)[1]
        if len(nodes) == 1:  # nw.len()
            return [None] * len(aliases), aliases
        inputs = evaluate_nodes(nodes[:-1], expr.__narwhals_namespace__())(frame)
        by_name = {s.name: s for s in inputs}
        return [by_name[n] for n in names] if set(names) <= set(by_name) else list(inputs), aliases

    def _result(self, frame: EagerFrame, tasks: Sequence[tuple[str, str, str, dict[str, Any]]]) -> EagerFrame:
        places = generate_temporary_column_name(8, frame.columns)
        native = frame.native.assign(**{places: row_numbers(frame.native)})
        groups = self._grouped(native)
        plain = {token: AGGREGATIONS[n] for _, token, n, options in tasks if _plain(n, options)}
        edges = {f"{places} {word}": (places, word) for word in ("min", "max")}
        found = groups.agg(**{t: (t, word) for t, word in plain.items()}, **edges).reset_index()
        pairs = zip(self._keys, self._output_key_names, strict=True)
        made = [EagerSeries(found[k].rename(o), frame._version) for k, o in pairs]
        for alias, token, name, options in tasks:
            if token in plain:
                column = found[token]
            elif name in {"first", "last", "any_value"} and not options.get("ignore_nulls"):
                where = found[f"{places} {'max' if name == 'last' else 'min'}"]
                column = beside(found, native[token].iloc[where])
            elif name == "mode":
                column = beside(found, modes(native, found, self._keys, token))
            else:
                column = beside(found, _aggregated(groups, token, name, options))
            made.append(EagerSeries(column.rename(alias), frame._version))
        return frame.with_series(made)

    def __iter__(self) -> Iterator[tuple[Any, EagerFrame]]:
        frame = self.compliant
        for key, group in self._grouped(frame.native):
            yield key, frame._with_native(group).simple_select(*self._original_columns)


def last_step(expr: Any) -> tuple[Any, list[Any]]:
    """Give the metadata and the nodes of an expression, without what only renames it."""
    meta = expr._metadata
    while meta.prev is not None and meta.current_node.name.startswith(("name.", "alias")):
        meta = meta.prev
    return meta, list(reversed(list(meta.iter_nodes_reversed())))


def _plain(name: str, options: dict[str, Any]) -> bool:
    """Tell whether an aggregation is a word of pandas without options."""
    special = {"len", "n_unique", "quantile", "first", "last", "any_value", "mode"}
    return name not in special and options.get("ddof", 1) == 1


def _aggregated(groups: Any, column: str, name: str, options: dict[str, Any]) -> Any:
    """Aggregate one column of groups with options; the order of the groups is that of all aggregations."""
    if name == "len":
        return groups.size()
    if name == "n_unique":
        return groups[column].nunique(dropna=False)
    if name == "quantile":
        return groups[column].quantile(options["quantile"], interpolation=options["interpolation"])
    if name == "any_value":
        return groups[column].first()
    return getattr(groups[column], AGGREGATIONS[name])(ddof=options["ddof"])


def modes(native: Any, found: Any, keys: list[str], column: str) -> Any:
    """Give a most frequent value of each group.

    Parameters
    ----------
    native : DataFrame
        Ours, with the keys and the column.
    found : DataFrame
        Rows with the keys of the groups that are asked for.
    keys : list of str
        The keys.
    column : str
        Whose values are counted.

    Returns
    -------
    Series
        A value for each row of `found`.
    """
    groups = native.groupby([*keys, column], dropna=False, sort=False, observed=True)
    counted = groups.size().rename("rows").reset_index()
    best = counted.sort_values("rows", ascending=False, kind="stable").drop_duplicates(keys)
    return found[keys].merge(best, on=keys, how="left")[column]
