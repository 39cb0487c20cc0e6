"""Columns for a model: x, y and those beside them, from frames, slices and vecs of one origin or of several."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from h2o_frame_compat.classic import H2OFrame, H2OVec
from h2o_sklearn._cluster_data import ClusterTable, as_category, block_of
from h2o_sklearn._inputs import safe_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from h2o_frame_compat.expr import Expr

#: Parameters that name a column which no prediction needs.
WEIGHTS = "weights_column"
BESIDE = (WEIGHTS, "fold_column")
OFFSET = "offset_column"
RESPONSE = "response_column"


@dataclass
class Chosen:
    """Columns over one relation.

    Attributes
    ----------
    rows : ClusterTable
        The columns to learn from.
    target : Expr or None
        The column to predict.
    others : dict
        Those beside them, by the parameter that names them.
    called : dict
        The names of all that are no features, and of the offset, by the parameter that names them.
    """

    rows: ClusterTable
    target: Expr | None = None
    others: dict[str, Expr] = field(default_factory=dict)
    called: dict[str, str] = field(default_factory=dict)


def choose(
    owner: str, x: Any, y: Any, beside: Mapping[str, Any], frame: Any = None, ignored: Iterable[Any] = ()
) -> Chosen:
    """Choose the columns to fit to.

    Parameters
    ----------
    owner : str
        The function, for messages.
    x : H2OFrame, H2OVec or list
        The columns to learn from; names and numbers are of `frame`.
    y : H2OVec, str or int, optional
        The column to predict; a name or number is of `frame`, or else of `x`.
    beside : mapping
        Offset, weights and folds, as `y`, by parameter.
    frame : H2OFrame, optional
        Where names and numbers are looked up.
    ignored : iterable of str or int
        Columns to leave out.

    Returns
    -------
    Chosen
        The columns, computed and side by side.

    Raises
    ------
    ValueError
        When there is no such column, or they have different lengths.
    """
    features = several(owner, "x", x, frame)
    places = features if frame is None else frame.vecs()
    target = None if y is None else one(owner, "y", y, places)
    found = {param: one(owner, param, wanted, places) for param, wanted in beside.items()}
    out = {one(owner, "ignored_columns", name, places).name() for name in ignored}
    out |= {vec.name() for param, vec in found.items() if param != OFFSET}
    if target is not None:
        out.add(target.name())
    features = [vec for vec in features if vec.name() not in out]
    if not features:
        raise ValueError(f"{owner}: no column of x is left to learn from")
    offset = found.pop(OFFSET, None)
    if offset is not None and offset.name() not in {vec.name() for vec in features}:
        features.append(offset)
    return _side_by_side(features, target, found, offset)


def alike(owner: str, chosen: Chosen, x: Any, y: Any, frame: Any = None) -> Chosen:
    """Choose the same columns of other rows, by their names.

    Parameters
    ----------
    owner : str
        The function, for messages.
    chosen : Chosen
        The columns of the fit.
    x : H2OFrame, H2OVec or list, optional
        The columns; without them, those of `frame`.
    y : H2OVec, str or int, optional
        The column to predict.
    frame : H2OFrame, optional
        Where names are looked up, and the rest is found.

    Returns
    -------
    Chosen
        The columns.

    Raises
    ------
    ValueError
        When one is not there, or they have different lengths.
    """
    own = several(owner, "validation_x", x, frame)
    places = own if frame is None else [*own, *frame.vecs()]
    response = chosen.called.get(RESPONSE)
    target = None
    if response is not None:
        target = one(owner, "validation_y", response if y is None else y, places)
    features = [one(owner, "validation_x", label, own) for label in chosen.rows.labels]
    there = {vec.name() for vec in places}
    beside = {param: name for param, name in chosen.called.items() if param in chosen.others and name in there}
    found = {param: one(owner, param, name, places) for param, name in beside.items()}
    return _side_by_side(features, target, found, None)


def several(owner: str, what: str, wanted: Any, frame: Any) -> list[H2OVec]:
    """Return the vecs of frames, slices, vecs, names and numbers."""
    if wanted is None and frame is None:
        raise ValueError(f"{owner} needs {what}: a frame, a slice of one, or a vec")
    if wanted is None:
        return list(frame.vecs())
    if isinstance(wanted, H2OFrame):
        return list(wanted.vecs())
    if isinstance(wanted, (list, tuple)) and wanted:
        return [vec for item in wanted for vec in several(owner, what, item, frame)]
    return [one(owner, what, wanted, [] if frame is None else frame.vecs())]


def one(owner: str, what: str, wanted: Any, places: Sequence[H2OVec]) -> H2OVec:
    """Return the vec of a vec, a frame of one column, a name or a number."""
    if isinstance(wanted, H2OVec):
        return wanted
    if isinstance(wanted, H2OFrame):
        vecs: list[H2OVec] = wanted.vecs()
        if len(vecs) != 1:
            raise ValueError(f"{owner}: {what} is one column, not {len(vecs)}")
        return vecs[0]
    if isinstance(wanted, (int, str)):
        names = [vec.name() for vec in places]
        if isinstance(wanted, int) and -len(places) <= wanted < len(places):
            return places[wanted]
        if wanted in names:
            return places[names.index(wanted)]
        there = f"; there is {', '.join(map(repr, names[:10]))}" if names else " (names are of training_frame)"
        raise ValueError(f"{owner}: {what}: there is no column {wanted!r}{there}")
    raise ValueError(f"{owner}: {what} is a frame, a slice of one or a vec, not a {type(wanted).__name__}")


def _side_by_side(
    features: list[H2OVec], target: H2OVec | None, found: dict[str, H2OVec], offset: H2OVec | None
) -> Chosen:
    vecs = [*features, *([] if target is None else [target]), *found.values()]
    block = block_of(H2OFrame(vecs=vecs).eager())
    count = len(features)
    names = safe_names([vec.name() for vec in vecs])
    columns = [as_category(column) if column.dtype.kind == "str" else column for column in block.columns]
    made = Chosen(ClusterTable(block.select(list(range(count))), list(names[:count])))
    rest = zip(names[count:], columns[count:], strict=True)
    if target is not None:
        made.called[RESPONSE], made.target = next(rest)
    for param, (name, column) in zip(found, rest, strict=True):
        made.called[param], made.others[param] = name, column
    if offset is not None:
        made.called[OFFSET] = offset.name()
    return made
