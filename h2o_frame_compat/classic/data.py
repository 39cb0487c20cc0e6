"""What frames, vecs and expressions share: operators, and functions of one value at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.classic import meaning
from h2o_frame_compat.classic.chains import Chained
from h2o_frame_compat.classic.columns import Column, evaluate, joined
from h2o_frame_compat.expr import call, lit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from h2o_frame_compat.classic.frame import H2OFrame
    from h2o_frame_compat.classic.vec import H2OVec
    from h2o_frame_compat.core.block import Block
    from h2o_frame_compat.expr import Expr as Node

Made = TypeVar("Made")  # what an operation makes: a frame of a frame, a vec of a vec


class Data(Chained, Generic[Made]):
    """Columns with names; see `H2OFrame` and `H2OVec`."""

    # Frames give vecs and vecs give frames, so that both know both; they are put in where frames are defined.
    _frame_class: ClassVar[type[H2OFrame]]
    _vec_class: ClassVar[type[H2OVec]]

    @property
    def _columns(self) -> list[Column]:
        raise NotImplementedError

    def names(self) -> list[str]:
        """Give the column names.

        Returns
        -------
        list of str
        """
        raise NotImplementedError

    def _made(self, block: Block, parts: Sequence[Column], names: Sequence[str] | None = None) -> Made:
        """Give what an operation on this makes, still to be computed: an expression of a frame, a vec of a vec."""
        raise NotImplementedError

    def _framed(self, block: Block, parts: Sequence[Column] = (), *, pending: bool = False) -> H2OFrame:
        """Make a frame of a block."""
        return self._frame_class._of_block(block, parts, pending=pending)

    @property
    def _block(self) -> Block:
        """All columns over one relation, under their names."""
        block = joined(self._columns)
        return block.with_columns(block.columns, self.names())

    # ------------------------------------------------------------------ evaluation

    def is_pending(self) -> bool:
        """Tell whether something of it is still to be computed.

        Returns
        -------
        bool
        """
        return any(column.pending for column in self._columns)

    def eager(self) -> Self:
        """Compute it now, with what it is made of, unless that has been done.

        Returns
        -------
        H2OFrame or H2OVec
            This object.
        """
        evaluate(self._columns)
        return self

    def nrow(self) -> int:
        """Give the number of rows.

        Returns
        -------
        int
        """
        return self._columns[0].block.nrows

    # ------------------------------------------------------------------ one value at a time

    def _each(self, function: Callable[[Node], Node]) -> Made:
        """Apply a function to every column."""
        columns = self._columns
        block = joined(columns)
        return self._made(block.with_columns([function(e) for e in block.columns]), columns)

    def _operate(self, op: str, other: Any, *, reflected: bool = False) -> Any:
        """Apply an operator; a vec goes along every column of a frame."""
        if op in meaning.LOGIC and other is self:
            return self  # as a condition it says the same
        if not isinstance(other, Data):
            operand = meaning.scalar(other)
            return self._each(lambda e: meaning.binary(op, operand, e) if reflected else meaning.binary(op, e, operand))
        own, others = self._columns, other._columns
        if len(own) != len(others) and 1 not in {len(own), len(others)}:
            msg = f"frames of one expression need the same number of columns, not {len(own)} and {len(others)}"
            raise ValueError(msg)
        block = joined([*own, *others])
        count = max(len(own), len(others))
        left, right = (list(e) * (count // len(e)) for e in (block.columns[: len(own)], block.columns[len(own) :]))
        made = block.with_columns([meaning.binary(op, a, b) for a, b in zip(left, right, strict=True)], range(count))
        over_vec = isinstance(other, self._frame_class) and not isinstance(self, self._frame_class)
        wider = other if len(others) > len(own) or over_vec else self
        return wider._made(made, [*own, *others])

    def _compare(self, op: str, other: Any) -> Any:
        return self._compared(self._operate(op, other))

    def __add__(self, other: Any) -> Any:
        return self._operate("add", other)

    def __radd__(self, other: Any) -> Any:
        return self._operate("add", other, reflected=True)

    def __sub__(self, other: Any) -> Any:
        return self._operate("sub", other)

    def __rsub__(self, other: Any) -> Any:
        return self._operate("sub", other, reflected=True)

    def __mul__(self, other: Any) -> Any:
        return self._operate("mul", other)

    def __rmul__(self, other: Any) -> Any:
        return self._operate("mul", other, reflected=True)

    def __truediv__(self, other: Any) -> Any:
        return self._operate("truediv", other)

    def __rtruediv__(self, other: Any) -> Any:
        return self._operate("truediv", other, reflected=True)

    def __floordiv__(self, other: Any) -> Any:
        return self._operate("floordiv", other)

    def __rfloordiv__(self, other: Any) -> Any:
        return self._operate("floordiv", other, reflected=True)

    def __mod__(self, other: Any) -> Any:
        return self._operate("mod", other)

    def __rmod__(self, other: Any) -> Any:
        return self._operate("mod", other, reflected=True)

    def __pow__(self, other: Any) -> Any:
        return self._operate("pow", other)

    def __rpow__(self, other: Any) -> Any:
        return self._operate("pow", other, reflected=True)

    def __and__(self, other: Any) -> Any:
        return self._operate("and", other)

    def __rand__(self, other: Any) -> Any:
        return self._operate("and", other, reflected=True)

    def __or__(self, other: Any) -> Any:
        return self._operate("or", other)

    def __ror__(self, other: Any) -> Any:
        return self._operate("or", other, reflected=True)

    def __eq__(self, other: object) -> Any:
        return self._compare("eq", other)

    def __ne__(self, other: object) -> Any:
        return self._compare("ne", other)

    def __lt__(self, other: Any) -> Any:
        return self._compare("lt", other)

    def __le__(self, other: Any) -> Any:
        return self._compare("le", other)

    def __gt__(self, other: Any) -> Any:
        return self._compare("gt", other)

    def __ge__(self, other: Any) -> Any:
        return self._compare("ge", other)

    __hash__ = object.__hash__

    def __invert__(self) -> Made:
        return self.logical_negation()

    def __neg__(self) -> Made:
        return self._each(lambda e: meaning.binary("mul", e, lit(-1)))

    def __abs__(self) -> Made:
        return self._math("abs")

    def logical_negation(self) -> Made:
        """Give 1 where it is 0, and 0 elsewhere; missing values stay.

        Returns
        -------
        Expr or H2OVec
        """
        return self._each(lambda e: call("not", meaning.flag(e)))

    def isna(self) -> Made:
        """Give 1 where a value is missing, and 0 elsewhere.

        Returns
        -------
        Expr or H2OVec
        """
        return self._each(lambda e: call("isna", e))

    def _math(self, name: str, *params: Any) -> Made:
        """Apply a function of numbers; of factors and texts it is missing, as arithmetic is."""
        return self._each(
            lambda e: meaning.missing(e) if meaning.is_text(e) else call(name, meaning.number(e), params=params)
        )

    def round(self, digits: int = 0) -> Made:
        """Round to some decimal places, halves to even.

        Parameters
        ----------
        digits : int
            How many places.

        Returns
        -------
        Expr or H2OVec
        """
        return self._math("round", digits)

    def signif(self, digits: int = 6) -> Made:
        """Round to some significant digits.

        Parameters
        ----------
        digits : int
            How many digits.

        Returns
        -------
        Expr or H2OVec
        """
        return self._math("primitive", "signif", (digits,), dt.FLOAT64)

    def floor(self) -> Made:
        """Round down.

        Returns
        -------
        Expr or H2OVec
        """
        return self._math("floor")

    def ifelse(self, yes: Any, no: Any) -> Any:
        """Choose from one of two where it is true, and from the other where it is false.

        Parameters
        ----------
        yes, no : H2OFrame, H2OVec, number, str or None
            What is chosen from; a column goes along all columns.

        Returns
        -------
        Expr or H2OVec
            Missing where the condition is.
        """
        both = [x for x in (yes, no) if isinstance(x, Data)]
        columns = [*self._columns, *(c for x in both for c in x._columns)]
        counts = {len(self._columns), *(len(x._columns) for x in both)} - {1}
        if len(counts) > 1:
            msg = f"ifelse needs frames with the same number of columns, not {sorted(counts)}"
            raise ValueError(msg)
        width = counts.pop() if counts else 1
        block = joined(columns)
        parts = iter(block.columns)
        tests = [next(parts) for _ in self._columns] * (width // len(self._columns))
        sides = [
            [next(parts) for _ in x._columns] * (width // len(x._columns)) if isinstance(x, Data)
            else [meaning.scalar(x)] * width
            for x in (yes, no)
        ]
        made = [meaning.chosen(t, a, b) for t, a, b in zip(tests, *sides, strict=True)]
        frames = (x for x in (self, *both) if len(x._columns) == width and isinstance(x, self._frame_class))
        wider: Data[Any] = next(frames, self)
        return wider._made(block.with_columns(made, range(width)), columns)

    def _copies(self) -> list[H2OVec]:
        """Give its columns as vecs of their own names."""
        raise NotImplementedError


def only_column(data: Data[Any], what: str) -> Column:
    """Give the column of data that has one, and refuse other data."""
    columns = data._columns
    if len(columns) != 1:
        msg = f"{what} takes one column, not {len(columns)}; choose it first"
        raise ValueError(msg)
    return columns[0]
