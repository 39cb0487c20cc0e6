"""What a frame or series is, apart from its values: whether it equals another, its order, its flags and notes."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pandas as pd

from h2o_frame_compat.core.align import equal_labels, side_by_side
from h2o_frame_compat.core.choose import any_true
from h2o_frame_compat.core.convert import pandas_dtype
from h2o_frame_compat.core.missing import has_missing
from h2o_frame_compat.core.products import weighted
from h2o_frame_compat.expr import Expr, call
from h2o_frame_compat.pandas.generic import NDFrame

NO_DEFAULT = pd.api.extensions.no_default


class Facts(NDFrame):
    """What frames and series share."""

    @property
    def attrs(self) -> dict[Any, Any]:
        """Notes of yours about this object; a copy has them, too, other results have none."""
        held: dict[Any, Any] = self.__dict__.setdefault("_notes", {})
        return held

    @attrs.setter
    def attrs(self, value: Any) -> None:
        object.__setattr__(self, "_notes", dict(value))

    def copy(self, deep: bool = True) -> Self:
        """Give a copy; it costs nothing, because assignment never writes through.

        Parameters
        ----------
        deep : bool
            As in pandas; copy-on-write makes both the same.

        Returns
        -------
        same type
        """
        made = super().copy(deep)
        if "_notes" in self.__dict__:
            made.attrs = self.attrs
        return made

    @property
    def flags(self) -> pd.Flags:
        """The flags: repeated labels are allowed."""
        return pd.Flags(pd.DataFrame(), allows_duplicate_labels=True)

    def set_flags(self, *, copy: Any = NO_DEFAULT, allows_duplicate_labels: bool | None = None) -> Self:
        """Give a copy with flags set.

        Parameters
        ----------
        copy : bool
            Without effect, as in pandas.
        allows_duplicate_labels : bool, optional
            False is refused: results would have to be watched for repeated labels.

        Returns
        -------
        same type

        Raises
        ------
        NotImplementedError
            When repeated labels are to be forbidden.
        """
        if allows_duplicate_labels is False:
            msg = (
                "frames in the cluster cannot forbid repeated labels; check with .index.is_unique, "
                "or set_index(..., verify_integrity=True)"
            )
            raise NotImplementedError(msg)
        return self.copy()

    def equals(self, other: object) -> bool:
        """Tell whether another object has the same values, labels and dtypes; missing values equal each other.

        Parameters
        ----------
        other : object
            What to compare with.

        Returns
        -------
        bool
        """
        if not isinstance(other, type(self)):
            return False
        a, b = self._block, other._block
        same = self.ndim == 1 or a.labels.equals(b.labels)  # a series' name does not count
        kinds = [pandas_dtype(d) for d in a.dtypes] == [pandas_dtype(d) for d in b.dtypes]
        if not same or not kinds or len(self) != len(other) or not equal_labels(a, b):
            return False
        a, b = side_by_side(a, b)
        tests = [_differ(x, y) for x, y in zip(a.columns, b.columns, strict=True)]
        return not any(any_true(a.rel, tests)) if tests else True

    def __matmul__(self, other: Any) -> Any:
        return self.dot(other)

    def dot(self, other: Any) -> Any:
        """Multiply with a table or series that has a row for each column here."""
        raise NotImplementedError


def _differ(x: Expr, y: Expr) -> Expr:
    gap, other = call("isna", x), call("isna", y)
    both = call("and", call("not", gap), call("not", other))
    unequal = call("ne", x, y)
    truth = call("and", both, unequal if not unequal.dtype.nullable else call("not", call("eq", x, y)))
    return call("or", truth, call("xor", gap, other))


class FrameFacts(Facts):
    """What only frames have."""

    def dot(self, other: Any) -> Any:
        """Multiply with a table or series that has a row for each column here; it is fetched.

        Parameters
        ----------
        other : DataFrame, Series or array-like
            Its row labels must be the columns' labels.

        Returns
        -------
        DataFrame or Series

        Raises
        ------
        ValueError
            When labels or lengths do not match.

        Examples
        --------
        >>> import h2o_frame_compat.pandas as pd
        >>> (pd.DataFrame({"a": [1, 2], "b": [3, 4]}) @ [10, 1]).tolist()
        [13, 24]
        """
        block = self._block
        held = other._to_local(guard="DataFrame.dot") if isinstance(other, NDFrame) else other
        if isinstance(held, (pd.DataFrame, pd.Series)):
            if len(block.labels.union(held.index)) > max(len(block.labels), len(held.index)):
                msg = "matrices are not aligned"
                raise ValueError(msg)
            held = held.reindex(block.labels)
            table, flat = (held.to_frame(0), True) if held.ndim == 1 else (held, False)
        else:
            values = np.asarray(held)
            if values.shape[0] != len(block.columns):
                msg = f"Dot product shape mismatch, {self.shape} vs {values.shape}"
                raise ValueError(msg)
            table, flat = pd.DataFrame(values.reshape(values.shape[0], -1)), values.ndim == 1
        plain = [d.is_numeric and not d.nullable for d in block.dtypes]
        if not plain or not all(plain):
            return self._fallback("dot", other)
        made = weighted(block, table)
        return self._one_column(made.with_columns(made.columns, [None])) if flat else type(self)._of(made)

    def __rmatmul__(self, other: Any) -> Any:
        return self._fallback("__rmatmul__", other)

    def _one_column(self, block: Any) -> Any:
        raise NotImplementedError


class SeriesFacts(Facts):
    """What only series have."""

    def dot(self, other: Any) -> Any:
        """Multiply with values of equal labels, and add up.

        Parameters
        ----------
        other : Series, DataFrame or array-like
            As many values as here; a frame gives a result for each column.

        Returns
        -------
        scalar or Series

        Raises
        ------
        ValueError
            When labels or lengths do not match.

        Examples
        --------
        >>> import h2o_frame_compat.pandas as pd
        >>> pd.Series([1, 2, 3]).dot([4, 5, 6])
        np.int64(32)
        """
        if isinstance(other, NDFrame) and other.ndim == 2:
            return other.mul(self, axis=0).sum(skipna=False).rename(self.name)
        if isinstance(other, NDFrame):
            if len(other) != len(self) or not equal_labels(self._block, other._block):
                msg = "matrices are not aligned"
                raise ValueError(msg)
        elif len(np.asarray(other)) != len(self):
            msg = f"Dot product shape mismatch, {self.shape} vs {np.asarray(other).shape}"
            raise ValueError(msg)
        return self._binary("mul", other).sum(skipna=False)

    def __rmatmul__(self, other: Any) -> Any:
        return self.dot(other)

    @property
    def dtypes(self) -> Any:
        """The pandas dtype of the values."""
        return pandas_dtype(self._block.dtypes[0])

    @property
    def hasnans(self) -> bool:
        """Whether any value is missing."""
        return bool(has_missing(self._block, self._block.columns[0]))

    @property
    def is_monotonic_increasing(self) -> bool:
        """Whether no value is missing, or less than the one before."""
        return self._is_ordered("lt")

    @property
    def is_monotonic_decreasing(self) -> bool:
        """Whether no value is missing, or greater than the one before."""
        return self._is_ordered("gt")

    def _is_ordered(self, broken: str) -> bool:
        own = self._block.columns[0]
        ordered = own.dtype.kind != "category"
        if not ordered:
            return bool(self._fallback_property(f"is_monotonic_{'in' if broken == 'lt' else 'de'}creasing"))
        before = call("shift", own, params=(1,))
        return not any(any_true(self._block.rel, [call("isna", own), call(broken, own, before)]))

    @property
    def nbytes(self) -> int:
        """How many bytes the values take in pandas on the client, estimated."""
        return int(self.memory_usage(index=False))
