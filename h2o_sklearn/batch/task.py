"""One partition, from the source to the sink: what every runner runs.

A part becomes visible at once, and its counts with it. So an attempt that finds the part of an earlier one has only
to read the counts, whenever that one was killed.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa

from h2o_frame_compat.io import connectors
from h2o_sklearn.batch import model as models
from h2o_sklearn.batch.errors import BatchError, RowError, TooManyDeadLettersError, is_transient
from h2o_sklearn.batch.options import Counts, ModelRequestParameters, from_dict

if TYPE_CHECKING:
    from h2o_frame_compat.io.connectors import BadRow, Partition, PartWriter, Sink, Source

Report = Callable[[int], None]
DEAD_LETTER = "dead_letter"
FAIL = "fail"
#: Columns of a dead letter, after those of the source.
REASON, PLACE, TEXT = "dead_letter_reason", "dead_letter_place", "dead_letter_text"


@dataclass(frozen=True)
class Task:
    """What a worker has to know of a job; plain values, and secrets only as references.

    Attributes
    ----------
    job : str
        The job's uid.
    source, sink : dict
        What ``Connector.portable`` described.
    dead_letter : dict or None
        The same for rows that cannot be scored.
    model : str
        The model's file.
    parameters : dict
        Fields of :class:`ModelRequestParameters`.
    mini_batch_size : int
        Rows that are held at a time.
    on_error : str
        ``DEAD_LETTER`` or ``FAIL``.
    max_dead_letters : int or None
        How many of them are too many.
    reads, writes : str
        The columns that come in and go out.
    """

    job: str
    source: dict[str, Any]
    sink: dict[str, Any]
    dead_letter: dict[str, Any] | None
    model: str
    parameters: dict[str, Any]
    mini_batch_size: int
    on_error: str
    max_dead_letters: int | None
    reads: str
    writes: str

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON."""
        return asdict(self)

    @cached_property
    def source_schema(self) -> pa.Schema:
        """The columns that come in."""
        return schema_from_text(self.reads)

    @cached_property
    def sink_schema(self) -> pa.Schema:
        """The columns that go out."""
        return schema_from_text(self.writes)

    @cached_property
    def dead_schema(self) -> pa.Schema:
        """The columns of a dead letter: the source's, why, where, and the text of a row that cannot be read."""
        return dead_schema(self.source_schema)


def schema_to_text(schema: pa.Schema) -> str:
    """Write a schema down."""
    return base64.b64encode(schema.remove_metadata().serialize().to_pybytes()).decode("ascii")


def schema_from_text(text: str) -> pa.Schema:
    """Read what :func:`schema_to_text` wrote."""
    return pa.ipc.read_schema(pa.BufferReader(base64.b64decode(text)))


def dead_schema(source: pa.Schema) -> pa.Schema:
    """Return the columns of dead letters of a source."""
    return pa.schema([*source, *(pa.field(name, pa.string()) for name in (REASON, PLACE, TEXT))])


class Tools:
    """What a worker keeps from one partition to the next: the connectors and the loaded model.

    Parameters
    ----------
    task : Task
        The job.
    scorer : Scorer, optional
        The model, where somebody has loaded it.
    """

    def __init__(self, task: Task, scorer: models.Scorer | None = None) -> None:
        self.task = task
        self._scorer = scorer
        self.source = cast("Source", connectors.from_json(task.source))
        self.sink = cast("Sink", connectors.from_json(task.sink))
        self.dead_sink = cast("Sink", connectors.from_json(task.dead_letter)) if task.dead_letter else None

    @cached_property
    def scorer(self) -> models.Scorer:
        """The model, loaded when it is first needed."""
        if self._scorer is not None:
            return self._scorer
        parameters: ModelRequestParameters = from_dict(ModelRequestParameters, self.task.parameters)
        return models.Scorer(models.load(self.task.model), parameters)


def score_partition(tools: Tools, partition: Partition, report: Report = lambda _: None) -> Counts:
    """Score the rows of a partition, and write what comes of it.

    Parameters
    ----------
    tools : Tools
        The job's connectors and model.
    partition : Partition
        Which rows.
    report : callable
        Gets the number of rows read, after each batch.

    Returns
    -------
    Counts
        What was read and written, by this attempt or by an earlier one.
    """
    done = tools.sink.committed(tools.task.job, partition.id)
    if done is not None:
        return Counts(**done.extra)
    with ExitStack() as stack:
        attempt = _Attempt(tools, partition, stack)
        for batch in attempt.read():
            attempt.score(batch)
            report(attempt.rows_in)
        return attempt.commit()


class _Attempt:
    """An attempt at a partition."""

    def __init__(self, tools: Tools, partition: Partition, stack: ExitStack) -> None:
        self._tools = tools
        self._task = tools.task
        self._partition = partition
        self._stack = stack
        self._dead: PartWriter | None = None
        self._rows = 0  # that could be read
        self._rows_out = 0
        self._dead_letters = 0
        self._unreadable: list[BadRow] = []
        self._out = stack.enter_context(tools.sink.open_part(self._task.job, partition.id, self._task.sink_schema))

    @property
    def rows_in(self) -> int:
        return self._rows_out + self._dead_letters

    def read(self) -> Iterator[pa.RecordBatch]:
        """Give the rows; one that cannot be read is a dead letter, where those are wanted."""
        bad = self._unreadable.append if self._task.on_error == DEAD_LETTER else None
        schema, size = self._task.source_schema, self._task.mini_batch_size
        yield from self._tools.source.read(self._partition, size, schema=schema, on_bad_row=bad)
        self._bury_unreadable()

    def score(self, batch: pa.RecordBatch) -> None:
        """Score a batch, and write it."""
        self._bury_unreadable()
        if not batch.num_rows:
            return
        scored = self._tools.scorer.score(batch, self._task.sink_schema)
        if scored.rows.num_rows:
            self._out.write(scored.rows)
        self._rows_out += scored.rows.num_rows
        if scored.dead:
            places = sorted(scored.dead)
            reasons = [scored.dead[place] for place in places]
            where = [f"partition {self._partition.id}, row {self._rows + place}" for place in places]
            self._bury(batch.take(pa.array(places)), reasons, where, [None] * len(places))
        self._rows += batch.num_rows

    def _bury_unreadable(self) -> None:
        if not self._unreadable:
            return
        rows = self._unreadable[:]
        self._unreadable.clear()  # the source goes on adding to this very list
        nothing = [pa.nulls(len(rows), entry.type) for entry in self._task.source_schema]
        empty = pa.RecordBatch.from_arrays(nothing, schema=self._task.source_schema)
        self._bury(empty, [row.reason for row in rows], [row.where for row in rows], [row.text for row in rows])

    def _bury(self, rows: pa.RecordBatch, reasons: list[str], where: list[str], texts: list[str | None]) -> None:
        if self._task.on_error == FAIL:
            raise RowError(f"{where[0]} cannot be scored: {reasons[0]}")
        self._dead_letters += rows.num_rows
        limit = self._task.max_dead_letters
        if limit is not None and self._dead_letters > limit:
            raise TooManyDeadLettersError(
                f"more than {limit} rows cannot be scored; the last one is {where[-1]}: {reasons[-1]}"
            )
        if self._dead is None:
            assert self._tools.dead_sink is not None
            part = self._tools.dead_sink.open_part(self._task.job, self._partition.id, self._task.dead_schema)
            self._dead = self._stack.enter_context(part)
        schema = self._task.dead_schema
        columns = [rows.column(entry.name).cast(entry.type) for entry in self._task.source_schema]
        said = [pa.array(values, pa.string()) for values in (reasons, where, texts)]
        self._dead.write(pa.RecordBatch.from_arrays([*columns, *said], schema=schema))

    def commit(self) -> Counts:
        """Make the parts visible: the dead letters first, because the other part says that all is done."""
        counts = Counts(self.rows_in, self._rows_out, self._dead_letters)
        if self._dead is not None:
            written = self._dead.commit(asdict(counts))
            self._same(written.rows)
        elif self._tools.dead_sink is not None:
            earlier = self._tools.dead_sink.committed(self._task.job, self._partition.id)
            self._same(0 if earlier is None else earlier.rows)
        return Counts(**self._out.commit(asdict(counts)).extra)

    def _same(self, rows: int) -> None:
        if rows != self._dead_letters:
            raise BatchError(
                f"partition {self._partition.id}: an earlier attempt had {rows} dead letters, this one has"
                f" {self._dead_letters}; the source or the model gives other answers than before"
            )


def failure(error: BaseException) -> dict[str, Any]:
    """Describe what went wrong, as JSON has it.

    Parameters
    ----------
    error : exception
        It.

    Returns
    -------
    dict
        ``error``, in words, and ``transient``, whether trying again can help.
    """
    return {"error": f"{type(error).__name__}: {error}", "transient": is_transient(error)}


def attempt(tools: Tools, partition: Partition, retries: int, backoff: float) -> Counts:
    """Score a partition, and try again where that can help: for runners that do not do so themselves.

    Parameters
    ----------
    tools : Tools
        The job's connectors and model.
    partition : Partition
        Which rows.
    retries : int
        How often to try again.
    backoff : float
        Seconds before the second attempt; before each later one twice as many.

    Returns
    -------
    Counts
        What was read and written.
    """
    for again in range(retries):
        try:
            return score_partition(tools, partition)
        except Exception as error:
            if not is_transient(error):
                raise
            time.sleep(delay(backoff, again))
    return score_partition(tools, partition)


def delay(backoff: float, again: int) -> float:
    """Return the seconds to wait before trying again for the ``again``-th time, counted from 0; a minute at most."""
    return float(min(backoff * 2**again, 60.0))


def read_task(text: str) -> Task:
    """Read a task from JSON."""
    return Task(**json.loads(text))
