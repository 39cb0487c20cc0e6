"""What is looked at before a job starts, and before anything is written."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from h2o_frame_compat.errors import H2OCompatError
from h2o_frame_compat.io.connectors import ConnectorError, MimeType
from h2o_sklearn._inputs import ENUM
from h2o_sklearn.batch.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from h2o_frame_compat.io.connectors import BadRow, Sink, Source
    from h2o_sklearn.batch.model import Scorer

#: Rows of the source that are scored to see whether that works.
SAMPLE = 1000
_SHOWN = 5


@dataclass(frozen=True)
class Check:
    """One of the things that were looked at.

    Attributes
    ----------
    name : str
        What: ``options``, ``source``, ``score``, ``model``, ``categories``, ``sink``, ``dead_letter``.
    level : {"ok", "warning", "error"}
        How it is. An error keeps the job from starting.
    message : str
        What was found, with the field it is about in front.
    """

    name: str
    level: str
    message: str


@dataclass
class Preflight:
    """All that was looked at.

    Attributes
    ----------
    checks : list of Check
        What was found, in the order in which it was looked at.
    source_schema, sink_schema : pyarrow.Schema or None
        The columns that come in and go out; None where an error came first.
    partitions : int
        How many there are.
    rows : int or None
        How many rows there are, where the source knows.
    """

    checks: list[Check] = field(default_factory=list)
    source_schema: pa.Schema | None = None
    sink_schema: pa.Schema | None = None
    partitions: int = 0
    rows: int | None = None

    @property
    def ok(self) -> bool:
        """Whether the job can start."""
        return not self.errors

    @property
    def errors(self) -> list[Check]:
        """What keeps the job from starting."""
        return [check for check in self.checks if check.level == "error"]

    @property
    def warnings(self) -> list[Check]:
        """What is to be known, and keeps nothing from starting."""
        return [check for check in self.checks if check.level == "warning"]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON.

        Returns
        -------
        dict
            ``ok``, ``checks``, ``source_columns``, ``sink_columns``, ``partitions`` and ``rows``.
        """
        columns = {
            name: None if schema is None else {entry.name: str(entry.type) for entry in schema}
            for name, schema in (("source_columns", self.source_schema), ("sink_columns", self.sink_schema))
        }
        checks = [asdict(check) for check in self.checks]
        return {"ok": self.ok, "checks": checks, **columns, "partitions": self.partitions, "rows": self.rows}


def preflight(
    source: Source, sink: Sink, dead_letter: Sink | None, scorer: Scorer, *, partitions: int, batch_rows: int
) -> Preflight:
    """Look at a job before it starts; nothing stays written.

    Parameters
    ----------
    source : Source
        Where rows come from.
    sink : Sink
        Where predictions go.
    dead_letter : Sink or None
        Where rows go that cannot be scored.
    scorer : Scorer
        The model.
    partitions : int
        How many are wanted.
    batch_rows : int
        Rows that are held at a time.

    Returns
    -------
    Preflight
        What was found.
    """
    found = Preflight()
    if _look(found, "source", lambda: _source(found, source, scorer, partitions)):
        _look(found, "score", lambda: _score(found, source, scorer, min(batch_rows, SAMPLE), dead_letter is not None))
    for name, one in (("sink", sink), ("dead_letter", dead_letter)):
        if one is not None:
            _look(found, name, partial(_sink, found, name, one))
    return found


def _look(found: Preflight, name: str, look: Callable[[], None]) -> bool:
    """Say whether nothing was wrong; what was, is kept."""
    try:
        look()
    except (ValueError, OSError, ConnectorError, H2OCompatError, pa.ArrowException, ImportError) as error:
        prefix = "" if isinstance(error, OptionError) else f"{name}: "
        found.checks.append(Check(name, "error", f"{prefix}{error}"))
        return False
    return True


def _source(found: Preflight, source: Source, scorer: Scorer, partitions: int) -> None:
    source.check()
    schema = read_as(source, scorer, source.schema())
    scorer.columns(schema)
    found.source_schema = schema
    parts = source.partitions(partitions)
    found.partitions = len(parts)
    known = [part.rows for part in parts]
    found.rows = sum(rows for rows in known if rows is not None) if None not in known else None
    size = f"{found.rows:,} rows" if found.rows is not None else f"{len(parts)} partitions"
    found.checks.append(Check("source", "ok", f"source: {len(schema)} columns, {size}"))


def read_as(source: Source, scorer: Scorer, schema: pa.Schema) -> pa.Schema:
    """Return the types to read a source with: in text, a category is what is written, even if it looks like a number.

    Parameters
    ----------
    source : Source
        The source.
    scorer : Scorer
        The model.
    schema : pyarrow.Schema
        What the source says of itself.

    Returns
    -------
    pyarrow.Schema
        Names and types.
    """
    if source.mime_type not in {MimeType.CSV, MimeType.CSV_WITH_HEADER}:
        return schema
    for at, entry in enumerate(schema):
        feature = scorer.features.get(entry.name)
        if feature is not None and feature.kind == ENUM:
            schema = schema.set(at, pa.field(entry.name, pa.string()))
        elif feature is not None and pa.types.is_integer(entry.type):
            schema = schema.set(at, pa.field(entry.name, pa.float64()))
    return schema


def _score(found: Preflight, source: Source, scorer: Scorer, rows: int, forgiving: bool) -> None:
    assert found.source_schema is not None
    bad: list[BadRow] = []
    first = source.partitions(found.partitions)[0]
    batches = source.read(first, rows, schema=found.source_schema, on_bad_row=bad.append)
    sample = next(batches, None)
    batches.close()
    found.sink_schema = scorer.schema(found.source_schema, sample)
    if sample is None or not sample.num_rows:
        found.checks.append(Check("score", "warning", "source: the first partition has no rows"))
        return
    scored = scorer.score(sample, found.sink_schema)
    reasons = [*(row.reason for row in bad), *scored.dead.values()]
    read = sample.num_rows + len(bad)
    if len(reasons) == read:
        found.checks.append(Check("score", "error", f"model: no row of the sample can be scored: {reasons[0]}"))
    elif reasons and not forgiving:
        say = f"source: {len(reasons)} of the first {read} rows cannot be scored, and there is no dead_letter"
        found.checks.append(Check("score", "error", f"{say}: {reasons[0]}"))
    elif reasons:
        say = f"source: {len(reasons)} of the first {read} rows cannot be scored: {reasons[0]}"
        found.checks.append(Check("score", "warning", say))
    else:
        found.checks.append(Check("score", "ok", f"model: scored {sample.num_rows} rows of the source"))
    if scorer.needs_cluster:
        say = "model: has no MOJO; workers send rows to the cluster that this process is connected to"
        found.checks.append(Check("model", "warning", say))
    for name, levels in scorer.unseen(sample).items():
        shown = ", ".join(map(repr, levels[:_SHOWN])) + (", ..." if len(levels) > _SHOWN else "")
        say = f"source: column {name!r} has categories the model was not fitted to: {shown}"
        found.checks.append(Check("categories", "warning", say))


def _sink(found: Preflight, name: str, sink: Sink) -> None:
    sink.check()
    if sink.atomic_create is False:
        say = "the store replaces what exists; a second attempt writes the same rows under the same name"
        found.checks.append(Check(name, "warning", f"{name}: {say}"))
    else:
        found.checks.append(Check(name, "ok", f"{name}: can be written"))
