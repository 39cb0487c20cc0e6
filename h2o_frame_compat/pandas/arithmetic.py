"""The operators of frames and series."""

from __future__ import annotations

from typing import Any, Self


class Arithmetic:
    """Python's operators, each one call of `_binary` or `_unary`, which the classes define."""

    def _binary(self, op: str, other: Any, *, reflected: bool = False, axis: Any = "columns") -> Self:
        raise NotImplementedError

    def _unary(self, op: str) -> Self:
        raise NotImplementedError

    def __add__(self, other: Any) -> Self:
        return self._binary("add", other)

    def __radd__(self, other: Any) -> Self:
        return self._binary("add", other, reflected=True)

    def __sub__(self, other: Any) -> Self:
        return self._binary("sub", other)

    def __rsub__(self, other: Any) -> Self:
        return self._binary("sub", other, reflected=True)

    def __mul__(self, other: Any) -> Self:
        return self._binary("mul", other)

    def __rmul__(self, other: Any) -> Self:
        return self._binary("mul", other, reflected=True)

    def __truediv__(self, other: Any) -> Self:
        return self._binary("truediv", other)

    def __rtruediv__(self, other: Any) -> Self:
        return self._binary("truediv", other, reflected=True)

    def __floordiv__(self, other: Any) -> Self:
        return self._binary("floordiv", other)

    def __rfloordiv__(self, other: Any) -> Self:
        return self._binary("floordiv", other, reflected=True)

    def __mod__(self, other: Any) -> Self:
        return self._binary("mod", other)

    def __rmod__(self, other: Any) -> Self:
        return self._binary("mod", other, reflected=True)

    def __pow__(self, other: Any) -> Self:
        return self._binary("pow", other)

    def __rpow__(self, other: Any) -> Self:
        return self._binary("pow", other, reflected=True)

    def __and__(self, other: Any) -> Self:
        return self._binary("and", other)

    def __rand__(self, other: Any) -> Self:
        return self._binary("and", other, reflected=True)

    def __or__(self, other: Any) -> Self:
        return self._binary("or", other)

    def __ror__(self, other: Any) -> Self:
        return self._binary("or", other, reflected=True)

    def __xor__(self, other: Any) -> Self:
        return self._binary("xor", other)

    def __rxor__(self, other: Any) -> Self:
        return self._binary("xor", other, reflected=True)

    def __eq__(self, other: object) -> Self:  # type: ignore[override]  # elementwise
        return self._binary("eq", other)

    def __ne__(self, other: object) -> Self:  # type: ignore[override]  # elementwise
        return self._binary("ne", other)

    def __lt__(self, other: Any) -> Self:
        return self._binary("lt", other)

    def __le__(self, other: Any) -> Self:
        return self._binary("le", other)

    def __gt__(self, other: Any) -> Self:
        return self._binary("gt", other)

    def __ge__(self, other: Any) -> Self:
        return self._binary("ge", other)

    __hash__ = None  # type: ignore[assignment]  # as pandas: == is elementwise

    def __neg__(self) -> Self:
        return self._unary("neg")

    def __pos__(self) -> Self:
        return self

    def __abs__(self) -> Self:
        return self._unary("abs")

    def __invert__(self) -> Self:
        return self._unary("not")
