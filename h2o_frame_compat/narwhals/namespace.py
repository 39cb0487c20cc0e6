"""What narwhals makes expressions of, over our frames."""

from __future__ import annotations

import operator
from functools import reduce
from itertools import chain
from typing import TYPE_CHECKING, Any

from narwhals import Implementation
from narwhals._compliant import CompliantSelector, EagerNamespace, EagerSelectorNamespace
from narwhals._expression_parsing import combine_alias_output_names, combine_evaluate_output_names
from narwhals._utils import validate_separators

from h2o_frame_compat.narwhals import nested
from h2o_frame_compat.narwhals.expr import H2OExpr
from h2o_frame_compat.narwhals.frame import EagerFrame
from h2o_frame_compat.narwhals.operands import native_namespace
from h2o_frame_compat.narwhals.refusals import need_numbers, refusing
from h2o_frame_compat.narwhals.series import EagerSeries
from h2o_frame_compat.pandas.concat import concat

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class H2ONamespace(EagerNamespace[EagerFrame, EagerSeries, H2OExpr, Any, Any]):
    """The functions of narwhals that give expressions or frames.

    Parameters
    ----------
    version : narwhals._utils.Version
        Which generation of narwhals asks.
    """

    _implementation = Implementation.UNKNOWN

    def __init__(self, version: Any) -> None:
        self._version = version

    @property
    def _dataframe(self) -> type[EagerFrame]:
        return EagerFrame

    @property
    def _expr(self) -> type[H2OExpr]:
        return H2OExpr

    @property
    def _series(self) -> type[EagerSeries]:
        return EagerSeries

    @property
    def selectors(self) -> Any:
        """The selectors."""
        return H2OSelectors.from_namespace(self)

    # ------------------------------------------------------------------ files

    def read_csv(self, source: Any, *, separator: str = ",", **kwds: Any) -> EagerFrame:
        """Read CSV files."""
        validate_separators(separator, ("sep",), kwds)
        return EagerFrame(native_namespace().read_csv(source, sep=separator, **kwds), self._version)

    def read_parquet(self, source: Any, **kwds: Any) -> EagerFrame:
        """Read Parquet files."""
        return EagerFrame(native_namespace().read_parquet(source, **kwds), self._version)

    # ------------------------------------------------------------------ constants

    def lit(self, value: Any, dtype: Any) -> H2OExpr:
        """Make an expression of one value."""

        def literal(df: EagerFrame) -> list[EagerSeries]:  # noqa: ARG001 - the same for all frames
            return [EagerSeries.from_iterable([value], context=self, name="literal", dtype=dtype)]

        return self._made(literal, lambda _: ["literal"], None)

    def len(self) -> H2OExpr:
        """Count the rows."""

        def count(df: EagerFrame) -> list[EagerSeries]:
            return [EagerSeries.from_iterable([len(df)], context=self, name="len")]

        return self._made(count, lambda _: ["len"], None)

    def _made(self, func: Callable[[EagerFrame], Sequence[EagerSeries]], names: Any, aliases: Any) -> H2OExpr:
        return self._expr._from_callable(func, evaluate_output_names=names, alias_output_names=aliases, context=self)

    # ------------------------------------------------------------------ several columns of a row

    def _across(self, exprs: Sequence[H2OExpr], combine: Callable[[list[EagerSeries]], EagerSeries]) -> H2OExpr:
        def func(df: EagerFrame) -> list[EagerSeries]:
            series = list(chain.from_iterable(expr(df) for expr in exprs))
            whole = list(series[0]._align_full_broadcast(*series))
            return [refusing(combine)(whole).alias(series[0].name)]

        return self._made(func, combine_evaluate_output_names(*exprs), combine_alias_output_names(*exprs))

    def coalesce(self, *exprs: H2OExpr) -> H2OExpr:
        """Give the first value that is not missing."""
        return self._across(exprs, lambda s: reduce(lambda x, y: x.fill_null(y, None, None), s))

    def sum_horizontal(self, *exprs: H2OExpr) -> H2OExpr:
        """Add up, missing values left out."""
        return self._across(exprs, lambda s: reduce(operator.add, (x.fill_null(0, None, None) for x in s)))

    def mean_horizontal(self, *exprs: H2OExpr) -> H2OExpr:
        """Give means, missing values left out."""

        def mean(series: list[EagerSeries]) -> EagerSeries:
            total = reduce(operator.add, (x.fill_null(0, None, None) for x in series))
            known = (x._with_native(x.native.notna().astype("int64")) for x in series)
            return total / reduce(operator.add, known)

        return self._across(exprs, mean)

    def min_horizontal(self, *exprs: H2OExpr) -> H2OExpr:
        """Give the least value."""
        return self._across(exprs, lambda s: reduce(lambda x, y: _extreme(x, y, operator.le), s))

    def max_horizontal(self, *exprs: H2OExpr) -> H2OExpr:
        """Give the greatest value."""
        return self._across(exprs, lambda s: reduce(lambda x, y: _extreme(x, y, operator.ge), s))

    def all_horizontal(self, *exprs: H2OExpr, ignore_nulls: bool) -> H2OExpr:
        """Tell where all flags are true."""
        return self._flags(exprs, operator.and_, ignore_nulls=ignore_nulls, neutral=True)

    def any_horizontal(self, *exprs: H2OExpr, ignore_nulls: bool) -> H2OExpr:
        """Tell where a flag is true."""
        return self._flags(exprs, operator.or_, ignore_nulls=ignore_nulls, neutral=False)

    def _flags(self, exprs: Sequence[H2OExpr], op: Any, *, ignore_nulls: bool, neutral: bool) -> H2OExpr:
        def combine(series: list[EagerSeries]) -> EagerSeries:
            return reduce(op, (s.fill_null(neutral, None, None) for s in series) if ignore_nulls else series)

        return self._across(exprs, combine)

    def concat_str(self, *exprs: H2OExpr, separator: str, ignore_nulls: bool) -> H2OExpr:
        """Join texts."""
        text = self._version.dtypes.String()

        def joined(series: list[EagerSeries]) -> EagerSeries:
            words = [_words(s, text) for s in series]
            if not ignore_nulls:
                return reduce(lambda x, y: x + separator + y, words)
            known = [~s.is_null() for s in series]
            result, seen = words[0].fill_null("", None, None), known[0]
            for word, there in zip(words[1:], known[1:], strict=True):
                between = (seen & there).native.map({True: separator, False: ""})
                result = result + word._with_native(between) + word.fill_null("", None, None)
                seen = seen | there
            return result

        return self._across(exprs, joined)

    @refusing
    def _if_then_else(self, when: Any, then: Any, otherwise: Any = None) -> Any:
        known = when.fillna(False)
        return then.where(known) if otherwise is None else then.where(known, otherwise)

    # ------------------------------------------------------------------ two columns

    def corr(self, a: H2OExpr, b: H2OExpr, *, method: Any) -> H2OExpr:
        """Give the correlation of two columns."""

        def value(left: Any, right: Any) -> Any:
            return left.corr(right, method=method)

        return self._of_two(a, b, value)

    def cov(self, a: H2OExpr, b: H2OExpr, *, ddof: int) -> H2OExpr:
        """Give the covariance of two columns."""

        def value(left: Any, right: Any) -> Any:
            count = int((left.notna() & right.notna()).sum())
            if count - ddof <= 0:
                return float("nan")
            return 0.0 if count == 1 else left.cov(right, ddof=ddof)

        return self._of_two(a, b, value)

    def _of_two(self, a: H2OExpr, b: H2OExpr, function: Callable[[Any, Any], Any]) -> H2OExpr:
        def func(df: EagerFrame) -> list[EagerSeries]:
            left, right = (df._evaluate_single_output_expr(e) for e in (a, b))
            for series in (left, right):
                need_numbers(series.dtype, "corr, cov")
            value = function(df._extract_comparand(left), df._extract_comparand(right))
            return [EagerSeries.from_iterable([value], context=self, name=left.name)]

        return self._made(func, combine_evaluate_output_names(a, b), combine_alias_output_names(a, b))

    # ------------------------------------------------------------------ several frames

    def _concat_vertical(self, dfs: Sequence[Any], /) -> Any:
        names = list(dfs[0].columns)
        for i, df in enumerate(dfs[1:], start=1):
            if list(df.columns) != names:
                msg = (
                    "unable to vstack, column names don't match:\n"
                    f"   - dataframe 0: {names}\n   - dataframe {i}: {list(df.columns)}\n"
                )
                raise TypeError(msg)
        return concat(list(dfs), ignore_index=True)

    def _concat_diagonal(self, dfs: Sequence[Any], /) -> Any:
        return concat(list(dfs), ignore_index=True)

    def _concat_horizontal(self, dfs: Sequence[Any], /) -> Any:
        if len({len(df) for df in dfs}) > 1:  # the shorter ones are filled up
            return concat([df.reset_index(drop=True) for df in dfs], axis=1)
        series = [s for df in dfs for s in EagerFrame(df, self._version).iter_columns()]
        return EagerFrame(dfs[0], self._version).with_series(series).native

    # ------------------------------------------------------------------ values of several values

    def list(self, *exprs: H2OExpr) -> H2OExpr:
        """Put the values of a row into a list."""
        return self._across(exprs, lambda s: nested.combined(s, nested.make_lists))

    def struct(self, *exprs: H2OExpr) -> H2OExpr:
        """Put the values of a row into a struct."""
        return self._across(exprs, lambda s: nested.combined(s, nested.make_structs([x.name for x in s])))


class H2OSelectors(EagerSelectorNamespace[EagerFrame, EagerSeries]):
    """Narwhals' selectors."""

    @property
    def _selector(self) -> type[H2OSelector]:
        return H2OSelector


class H2OSelector(CompliantSelector[EagerFrame, EagerSeries], H2OExpr):  # type: ignore[misc]  # both bases declare ~, each its own type
    """A choice of columns."""

    def _to_expr(self) -> H2OExpr:
        return H2OExpr(
            self._call,
            evaluate_output_names=self._evaluate_output_names,
            alias_output_names=self._alias_output_names,
            version=self._version,
        )


def _extreme(x: EagerSeries, y: EagerSeries, better: Callable[[Any, Any], Any]) -> EagerSeries:
    """Give the better of two values, or the one that is there."""
    chosen = better(x, y).fill_null(False, None, None) | y.is_null()
    return x.zip_with(chosen, y)


def _words(series: EagerSeries, text: Any) -> EagerSeries:
    """Give values as narwhals writes them."""
    made = series.cast(text)
    return made.str.to_lowercase() if series.dtype.is_boolean() else made

