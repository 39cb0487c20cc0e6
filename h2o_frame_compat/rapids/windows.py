"""How operations on the rows around a row, and within groups, are printed: one primitive of the extension each.

Their arguments are the values, then the column along which a window is measured, if any, then the keys of the groups.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from h2o_frame_compat.rapids import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from h2o_frame_compat.expr.nodes import Call


def within(args: Sequence[str], call: Call) -> str:
    """Print something of the earlier or later rows of each row's group."""
    func, words, numbers, dropna, _gaps = call.params
    keys = text.positions(range(1, len(args)))
    return (
        f'(compat.within {_frame(args)} 0 {keys} "{func}" {text.values(words)} {text.values(numbers)} {int(dropna)})'
    )


def window(args: Sequence[str], call: Call) -> str:
    """Print a statistic of the rows in each row's window."""
    values, along, func, words, numbers, size, least, closed, center = call.params
    what = f'"{func}" {text.values(words)} {text.values(numbers)}'
    where = f'{_number(size)} {least} "{closed}" {int(center)}'
    return f"(compat.window {_columns(args, values, along)} {what} {where})"


def ewm(args: Sequence[str], call: Call) -> str:
    """Print an exponentially weighted statistic of the rows up to each row."""
    values, along, func, com, halflife, flags, least = call.params
    weights = f"{_number(com)} {_number(halflife)} {text.values(int(f) for f in flags)}"
    return f'(compat.ewm {_columns(args, values, along)} "{func}" {weights} {least})'


def _columns(args: Sequence[str], values: int, along: bool) -> str:
    time, keys = (values if along else -1), range(values + along, len(args))
    return f"{_frame(args)} {text.positions(range(values))} {time} {text.positions(keys)}"


def _frame(args: Sequence[str]) -> str:
    return f"(cbind {' '.join(args)})" if len(args) > 1 else args[0]


def _number(value: Any) -> str:
    return "NaN" if value is None or math.isnan(value) else repr(float(value))
