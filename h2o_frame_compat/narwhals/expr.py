"""Narwhals' expressions over our frames: functions from a frame to its series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from narwhals import Implementation
from narwhals._compliant import EagerExpr as Base
from narwhals._utils import generate_temporary_column_name

from h2o_frame_compat.narwhals import windows
from h2o_frame_compat.narwhals.frame import EagerFrame
from h2o_frame_compat.narwhals.series import EagerSeries

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class H2OExpr(Base[EagerFrame, EagerSeries]):
    """An expression of narwhals; see ``narwhals._compliant.EagerExpr``.

    Parameters
    ----------
    call : callable
        Takes an `EagerFrame`, gives its series.
    evaluate_output_names : callable
        Takes an `EagerFrame`, gives the names of the series.
    alias_output_names : callable or None
        Takes these names, gives new ones.
    implementation : narwhals.Implementation
        Always unknown to narwhals: this is a plugin.
    version : narwhals._utils.Version
        Which generation of narwhals asks.
    """

    def __init__(
        self,
        call: Callable[[EagerFrame], Sequence[EagerSeries]],
        *,
        evaluate_output_names: Any,
        alias_output_names: Any,
        implementation: Implementation = Implementation.UNKNOWN,
        version: Any,
    ) -> None:
        self._call = call
        self._evaluate_output_names = evaluate_output_names
        self._alias_output_names = alias_output_names
        self._implementation = implementation
        self._version = version

    def __narwhals_namespace__(self) -> Any:
        from h2o_frame_compat.narwhals.namespace import H2ONamespace  # noqa: PLC0415 - it imports this module

        return H2ONamespace(self._version)

    @classmethod
    def from_column_names(cls, evaluate_column_names: Any, /, *, context: Any) -> Self:
        """Make an expression of columns by name."""

        def series(df: EagerFrame) -> list[EagerSeries]:
            names = evaluate_column_names(df)
            if error := df._check_columns_exist(names):
                raise error
            return [df.get_column(name) for name in names]

        return cls(
            series, evaluate_output_names=evaluate_column_names, alias_output_names=None, version=context._version
        )

    @classmethod
    def from_column_indices(cls, *column_indices: int, context: Any) -> Self:
        """Make an expression of columns by position."""

        def series(df: EagerFrame) -> list[EagerSeries]:
            return [EagerSeries(df.native.iloc[:, i], df._version) for i in column_indices]

        return cls(
            series,
            evaluate_output_names=cls._eval_names_indices(column_indices),
            alias_output_names=None,
            version=context._version,
        )

    def _kept(self, word: str, **kwargs: Any) -> Self:
        """Give one of the values of each column, in its dtype."""

        def one(df: EagerFrame) -> list[EagerSeries]:
            return [s._one(getattr(s, word)(**kwargs)) for s in self(df)]

        return self._from_callable(
            one,
            evaluate_output_names=self._evaluate_output_names,
            alias_output_names=self._alias_output_names,
            context=self,
        )

    def min(self) -> Self:
        """Give the least value."""
        return self._kept("min")

    def max(self) -> Self:
        """Give the greatest value."""
        return self._kept("max")

    def any_value(self, *, ignore_nulls: bool) -> Self:
        """Give some value."""
        return self._kept("any_value", ignore_nulls=ignore_nulls)

    def first(self, order_by: Sequence[str] = ()) -> Self:
        """Give the first value."""
        return super().first(order_by) if order_by else self._kept("first")

    def last(self, order_by: Sequence[str] = ()) -> Self:
        """Give the last value."""
        return super().last(order_by) if order_by else self._kept("last")

    def ewm_mean(self, **kwargs: Any) -> Self:
        """Give exponentially weighted means."""
        return self._reuse_series("ewm_mean", **kwargs)

    def over(self, partition_by: Sequence[str], order_by: Sequence[str]) -> Self:
        """Compute within groups, in the order of some columns.

        Raises
        ------
        NotImplementedError
            When the expression is not one function of columns computed row by row.
        """
        compute = windows.partitioned(self, partition_by, order_by) if partition_by else self._ordered(order_by)
        return type(self)(
            compute,
            evaluate_output_names=self._evaluate_output_names,
            alias_output_names=self._alias_output_names,
            version=self._version,
        )

    def _ordered(self, order_by: Sequence[str]) -> Callable[[EagerFrame], Sequence[EagerSeries]]:
        def compute(df: EagerFrame) -> Sequence[EagerSeries]:
            token = generate_temporary_column_name(8, df.columns)
            ordered = df.with_row_index(token, None).sort(*order_by, descending=False, nulls_last=False)
            results = self(ordered.drop([token], strict=True))
            if self._metadata.is_scalar_like:
                return [_whole(s, df) for s in results]
            return windows.back_in_order(ordered.get_column(token), results)

        return compute


def _whole(series: EagerSeries, df: EagerFrame) -> EagerSeries:
    """Repeat the only value of a series in all rows of a frame."""
    series._broadcast = True
    return EagerSeries(df._extract_comparand(series), series._version)
