"""Columns to single values: one POST for any number of columns and statistics.

The texts are stock Rapids with repairs: H2O's reductions skip +-inf, and its sum is mean times count.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from h2o_frame_compat.core.block import executor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from h2o_frame_compat.expr import Expr, Relation

_HUGE = "1.7976931348623157e308"
NAN = math.nan


@dataclass(frozen=True)
class Reduction:
    """A statistic of a column.

    Parameters
    ----------
    texts : callable
        ``(printed column, primitive that adds up) -> [Rapids texts]``, each a number.
    finish : callable
        ``(numbers, expr) -> value``.
    """

    texts: Callable[[str, str], list[str]]
    finish: Callable[[Sequence[float], Expr], Any]


def _infinities(c: str) -> list[str]:
    return [f"(sumNA (> {c} {_HUGE}))", f"(sumNA (< {c} -{_HUGE}))"]


def _count(c: str) -> str:
    return f"(- (nrow {c}) (sumNA (is.na {c})))"


def _sum(v: Sequence[float], expr: Expr) -> Any:
    total, above, below = v
    if above or below:
        return NAN if above and below else math.inf if above else -math.inf
    return round(total) if expr.dtype.is_integer or expr.dtype.is_bool else total


def _mean(v: Sequence[float], _: Expr) -> float:
    total, count, above, below = v
    if not count:
        return NAN
    if above or below:
        return NAN if above and below else math.inf if above else -math.inf
    return total / count


def _extreme(v: Sequence[float], expr: Expr, *, largest: bool) -> Any:
    found, above, below = v
    if largest:
        found = math.inf if above else -math.inf if math.isnan(found) and below else found
    else:
        found = -math.inf if below else math.inf if math.isnan(found) and above else found
    return typed(found, expr)


def typed(number: float, expr: Expr) -> Any:
    """Give a number as a value of a column's dtype."""
    if math.isnan(number) or math.isinf(number):
        return number
    if expr.dtype.is_bool:
        return bool(number)
    return round(number) if expr.dtype.is_integer else number


def _var(v: Sequence[float], _: Expr) -> float:
    var, count, above, below = v
    return NAN if above or below or count < 2 else var


REDUCTIONS: dict[str, Reduction] = {
    "count": Reduction(lambda c, _: [_count(c)], lambda v, _: round(v[0])),
    "size": Reduction(lambda c, _: [f"(nrow {c})"], lambda v, _: round(v[0])),
    "sum": Reduction(lambda c, total: [f"({total} {c})", *_infinities(c)], _sum),
    "mean": Reduction(lambda c, total: [f"({total} {c})", _count(c), *_infinities(c)], _mean),
    # Milliseconds since 1970 are large: their sum would lose what their distances from the first keep.
    "mean moment": Reduction(
        lambda c, _: [f"(mean (- {c} (minNA {c})) 1 0)", f"(minNA {c})", _count(c)],
        lambda v, _: v[0] + v[1] if v[2] else NAN,
    ),
    "min": Reduction(lambda c, _: [f"(minNA {c})", *_infinities(c)], lambda v, e: _extreme(v, e, largest=False)),
    "max": Reduction(lambda c, _: [f"(maxNA {c})", *_infinities(c)], lambda v, e: _extreme(v, e, largest=True)),
    "var": Reduction(lambda c, _: [f'(var {c} {c} "complete.obs" 1)', _count(c), *_infinities(c)], _var),
    "std": Reduction(
        lambda c, _: [f'(var {c} {c} "complete.obs" 1)', _count(c), *_infinities(c)],
        lambda v, e: math.sqrt(_var(v, e)),
    ),
    "any": Reduction(lambda c, _: [f"(sumNA (ifelse (is.na {c}) 0 (!= {c} 0)))"], lambda v, _: v[0] > 0),
    "all": Reduction(lambda c, _: [f"(sumNA (ifelse (is.na {c}) 0 (== {c} 0)))"], lambda v, _: v[0] == 0),
    "nas": Reduction(lambda c, _: [f"(sumNA (is.na {c}))"], lambda v, _: round(v[0])),
}


def reduce(rel: Relation, wanted: Sequence[tuple[str, Expr]]) -> list[Any]:
    """Compute statistics of columns of one relation, in one POST.

    Parameters
    ----------
    rel : Relation
        The relation.
    wanted : sequence of (str, Expr)
        Name of the statistic and its column.

    Returns
    -------
    list
        Their values, in order.
    """
    if not wanted:
        return []
    exprs: list[Expr] = []
    places: list[int] = []
    for _, expr in wanted:
        place = next((n for n, e in enumerate(exprs) if e is expr), None)
        if place is None:
            exprs.append(expr)
            place = len(exprs) - 1
        places.append(place)

    if "compat.facts" in executor().primitives and any(name in OF_FACTS for name, _ in wanted):
        rest = [n for n, (name, _) in enumerate(wanted) if name not in OF_FACTS]
        if rest:
            others = dict(zip(rest, reduce(rel, [wanted[n] for n in rest]), strict=True))
            found = iter(reduce(rel, [w for w in wanted if w[0] in OF_FACTS]))
            return [others[n] if n in others else next(found) for n in range(len(wanted))]
        return _of_facts(rel, exprs, [(name, n, expr) for (name, expr), n in zip(wanted, places, strict=True)])
    # Stock H2O has the mean times the count, so that whole numbers need not add up to one.
    total = "compat.total" if "compat.total" in executor().primitives else "sumNA"

    def body(columns: Sequence[str]) -> str:
        parts = [
            t for (name, _), n in zip(wanted, places, strict=True) for t in REDUCTIONS[name].texts(columns[n], total)
        ]
        return f"(getrow (cbind {' '.join(parts)}))" if len(parts) > 1 else parts[0]

    value = executor().evaluate(rel, exprs, body).value
    numbers = [float(x) for x in (value if isinstance(value, list) else [value]) if x is not None]
    results = []
    at = 0
    for name, expr in wanted:
        reduction = REDUCTIONS[name]
        count = len(reduction.texts("c", total))
        results.append(reduction.finish(numbers[at : at + count], expr))
        at += count
    return results


@dataclass(frozen=True)
class Facts:
    """What the extension finds out about a column in one pass; missing values are skipped, infinities counted.

    Parameters
    ----------
    rows, missing, total, low, high, spread, zeros : float
        How many rows and missing values, the sum, the extremes, the sum of squared distances from the mean, and how
        many zeros.
    """

    rows: float
    missing: float
    total: float
    low: float
    high: float
    spread: float
    zeros: float

    @property
    def count(self) -> float:
        """How many values are present."""
        return self.rows - self.missing

    def variance(self) -> float:
        """Give the variance of a sample."""
        return self.spread / (self.count - 1) if self.count >= 2 else NAN


def _total_of(f: Facts, expr: Expr) -> Any:
    whole = (expr.dtype.is_integer or expr.dtype.is_bool) and math.isfinite(f.total)
    return round(f.total) if whole else f.total


OF_FACTS: dict[str, Callable[[Facts, Expr], Any]] = {
    "count": lambda f, _: int(f.count),
    "size": lambda f, _: int(f.rows),
    "nas": lambda f, _: int(f.missing),
    "sum": _total_of,
    "mean": lambda f, _: f.total / f.count if f.count else NAN,
    "min": lambda f, expr: typed(f.low, expr),
    "max": lambda f, expr: typed(f.high, expr),
    "var": lambda f, _: f.variance(),
    "std": lambda f, _: math.sqrt(f.variance()),
    "any": lambda f, _: f.zeros < f.count,
    "all": lambda f, _: f.zeros == 0,
}
"""Statistics that follow from `Facts`."""


def _of_facts(rel: Relation, exprs: Sequence[Expr], wanted: Sequence[tuple[str, int, Expr]]) -> list[Any]:
    numbers = executor().facts(rel, exprs)
    found = [Facts(*numbers[n : n + 7]) for n in range(0, len(numbers), 7)]
    return [OF_FACTS[name](found[n], expr) for name, n, expr in wanted]
