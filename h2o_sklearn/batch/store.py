"""Where jobs are remembered: three tables in SQLite, or in any database that SQLAlchemy knows.

Only the driver of a job writes to its rows, and it does so under a lease: who holds the lease has its ``epoch``, and a
driver that lost it changes nothing any more.
"""

from __future__ import annotations

import json
import os
import platform
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from h2o_sklearn.batch.errors import JobNotFoundError, JobStateError
from h2o_sklearn.batch.options import Counts, JobState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine

try:
    import sqlalchemy as sa
except ImportError as missing:  # pragma: no cover - the extra is there in tests
    raise ImportError("batch scoring needs SQLAlchemy: pip install 'h2o-compat[batch]'") from missing

#: How long a driver that shows no sign of life keeps its job, in seconds.
LEASE = 20.0
#: The variable with the URL of the store.
STORE = "H2O_COMPAT_BATCH_STORE"
_UNKNOWN = "?"

_metadata = sa.MetaData()
_jobs = sa.Table(
    "h2o_batch_jobs",
    _metadata,
    sa.Column("uid", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("creator", sa.String(255), nullable=False),
    sa.Column("created", sa.Float, nullable=False),
    sa.Column("submitted", sa.Float),
    sa.Column("started", sa.Float),
    sa.Column("ended", sa.Float),
    sa.Column("state", sa.String(32), nullable=False),
    sa.Column("spec", sa.Text, nullable=False),
    sa.Column("error", sa.Text),
    sa.Column("epoch", sa.Integer, nullable=False, default=0),
    sa.Column("holder", sa.String(255)),
    sa.Column("lease_until", sa.Float),
    sa.Column("scored", sa.BigInteger, nullable=False, default=0),
)
_partitions = sa.Table(
    "h2o_batch_partitions",
    _metadata,
    sa.Column("job_uid", sa.String(64), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("partition", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("rows_in", sa.BigInteger, nullable=False, default=0),
    sa.Column("rows_out", sa.BigInteger, nullable=False, default=0),
    sa.Column("dead_letters", sa.BigInteger, nullable=False, default=0),
    sa.Column("error", sa.Text),
)
_logs = sa.Table(
    "h2o_batch_logs",
    _metadata,
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("job_uid", sa.String(64), nullable=False, index=True),
    sa.Column("time", sa.Float, nullable=False),
    sa.Column("level", sa.String(16), nullable=False),
    sa.Column("message", sa.Text, nullable=False),
)

WAITING, DONE, FAILED = "WAITING", "DONE", "FAILED"


@dataclass(frozen=True)
class PartitionRow:
    """What is known of a partition."""

    number: int
    partition: dict[str, Any]
    state: str
    attempts: int
    counts: Counts
    error: str | None


@dataclass(frozen=True)
class Lease:
    """The right to run a job."""

    uid: str
    epoch: int
    holder: str


class Store:
    """The tables of jobs.

    Parameters
    ----------
    url : str
        A URL as SQLAlchemy takes it.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        made = sa.engine.make_url(url)
        self.files = home()
        if made.get_backend_name() == "sqlite":
            if made.database in {None, "", ":memory:"}:
                raise ValueError("store: jobs are seen by several processes, so SQLite has to be a file")
            self.files = Path(str(made.database)).absolute().parent
            self.files.mkdir(parents=True, exist_ok=True)
        self.engine: Engine = sa.create_engine(url)
        if made.get_backend_name() == "sqlite":
            sa.event.listen(self.engine, "connect", _for_many_processes)
        _metadata.create_all(self.engine)

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()

    # ------------------------------------------------------------ jobs

    def add(self, uid: str, name: str, creator: str, spec: dict[str, Any]) -> None:
        """Add a job."""
        row = {"uid": uid, "name": name, "creator": creator, "created": time.time(), "spec": json.dumps(spec)}
        with self.engine.begin() as connection:
            connection.execute(_jobs.insert().values(**row, state=JobState.CREATED, epoch=0, scored=0))

    def job(self, uid: str) -> dict[str, Any]:
        """Return the row of a job."""
        with self.engine.connect() as connection:
            row = connection.execute(sa.select(_jobs).where(_jobs.c.uid == uid)).mappings().first()
        if row is None:
            raise JobNotFoundError(f"there is no job {uid!r} in {self.engine.url!r}")
        return {**row, "spec": json.loads(row["spec"])}

    def jobs(self) -> list[dict[str, Any]]:
        """Return the rows of all jobs, the newest first."""
        with self.engine.connect() as connection:
            rows = connection.execute(sa.select(_jobs).order_by(_jobs.c.created.desc())).mappings().all()
        return [{**row, "spec": json.loads(row["spec"])} for row in rows]

    def delete(self, uid: str) -> None:
        """Forget a job."""
        with self.engine.begin() as connection:
            for table, column in ((_logs, _logs.c.job_uid), (_partitions, _partitions.c.job_uid), (_jobs, _jobs.c.uid)):
                connection.execute(table.delete().where(column == uid))

    def move(self, uid: str, state: JobState, *, of: Sequence[JobState], error: str | None = None) -> bool:
        """Put a job into a state, if it is in one of some others.

        Parameters
        ----------
        uid : str
            The job.
        state : JobState
            The new state.
        of : sequence of JobState
            Where it must be now.
        error : str, optional
            Why it failed.

        Returns
        -------
        bool
            Whether it was.
        """
        values: dict[str, Any] = {"state": state}
        if error is not None:
            values["error"] = error
        if state.ended:
            values["ended"] = time.time()
        with self.engine.begin() as connection:
            found = connection.execute(
                _jobs.update().where(_jobs.c.uid == uid, _jobs.c.state.in_(list(of))).values(**values)
            )
        return bool(found.rowcount)

    def submit(self, uid: str, of: Sequence[JobState]) -> None:
        """Take note that a job is to be run.

        Parameters
        ----------
        uid : str
            The job.
        of : sequence of JobState
            Where it must be now.

        Raises
        ------
        JobStateError
            When it is elsewhere.
        """
        values = {"state": JobState.SUBMITTED, "submitted": time.time(), "ended": None, "error": None}
        with self.engine.begin() as connection:
            mine = (_jobs.c.uid == uid, _jobs.c.state.in_(list(of)))
            found = connection.execute(_jobs.update().where(*mine).values(**values))
        if not found.rowcount:
            raise JobStateError(f"job {uid} is {self.job(uid)['state']}, not {' or '.join(of)}")

    # ------------------------------------------------------------ the lease

    def take(self, uid: str) -> Lease:
        """Take a job, to run it.

        Parameters
        ----------
        uid : str
            The job.

        Returns
        -------
        Lease
            The right to do so.

        Raises
        ------
        JobStateError
            When a driver that is alive has it.
        """
        row = self.job(uid)
        if self.is_held(row):
            raise JobStateError(f"job {uid} is being run by {row['holder']}")
        epoch, holder = row["epoch"] + 1, _me()
        with self.engine.begin() as connection:
            found = connection.execute(
                _jobs.update()
                .where(_jobs.c.uid == uid, _jobs.c.epoch == row["epoch"])
                .values(epoch=epoch, holder=holder, lease_until=time.time() + LEASE)
            )
        if not found.rowcount:
            raise JobStateError(f"job {uid} was taken by another driver at this moment")
        return Lease(uid, epoch, holder)

    @staticmethod
    def is_held(row: dict[str, Any]) -> bool:
        """Say whether the driver of a job lives; of one on this machine it is known, of others their sign of life."""
        holder = row["holder"]
        if holder is None:
            return False
        host, pid, started = holder.rsplit(":", 2)
        if host == platform.node() and started != _UNKNOWN:
            return bool(_started(int(pid)) == started)
        until: float = row["lease_until"] or 0.0
        return until > time.time()

    def touch(self, lease: Lease) -> None:
        """Show a sign of life."""
        self._mine(lease, {"lease_until": time.time() + LEASE})

    def renew(self, lease: Lease, scored: int) -> JobState:
        """Tell how far a job is.

        Parameters
        ----------
        lease : Lease
            The right to run the job.
        scored : int
            Rows read by now, those of incomplete partitions among them.

        Returns
        -------
        JobState
            The state, which others may have changed.

        Raises
        ------
        JobStateError
            When another driver has the job now.
        """
        self._mine(lease, {"lease_until": time.time() + LEASE, "scored": scored})
        return JobState(self.job(lease.uid)["state"])

    def release(self, lease: Lease, state: JobState, error: str | None) -> None:
        """Give a job back, in a state in which it may stay."""
        self._mine(lease, {"state": state, "error": error, "ended": time.time(), "holder": None, "lease_until": None})

    def begin(self, lease: Lease, state: JobState, **values: Any) -> None:
        """Put a job that one runs into a state, unless it is being cancelled."""
        self._mine(lease, {"state": state, **values}, _jobs.c.state != JobState.CANCELLING)

    def _mine(self, lease: Lease, values: dict[str, Any], *conditions: Any) -> None:
        mine = (_jobs.c.uid == lease.uid, _jobs.c.epoch == lease.epoch)
        with self.engine.begin() as connection:
            found = connection.execute(_jobs.update().where(*mine, *conditions).values(**values))
            if not found.rowcount and not conditions:
                raise JobStateError(f"job {lease.uid} was taken over by another driver")

    # ------------------------------------------------------------ partitions

    def plan(self, lease: Lease, spec: dict[str, Any], partitions: Sequence[dict[str, Any]]) -> None:
        """Remember the partitions of a job, once, and what was found out about it then."""
        rows = [
            {"job_uid": lease.uid, "number": number, "partition": json.dumps(one), "state": WAITING}
            for number, one in enumerate(partitions)
        ]
        with self.engine.begin() as connection:
            found = connection.execute(
                _jobs.update()
                .where(_jobs.c.uid == lease.uid, _jobs.c.epoch == lease.epoch)
                .values(spec=json.dumps(spec))
            )
            if not found.rowcount:
                raise JobStateError(f"job {lease.uid} was taken over by another driver")
            connection.execute(_partitions.delete().where(_partitions.c.job_uid == lease.uid))
            connection.execute(_partitions.insert(), rows)

    def partitions(self, uid: str) -> list[PartitionRow]:
        """Return the partitions of a job, in order."""
        query = sa.select(_partitions).where(_partitions.c.job_uid == uid).order_by(_partitions.c.number)
        with self.engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return [
            PartitionRow(
                row["number"],
                json.loads(row["partition"]),
                row["state"],
                row["attempts"],
                Counts(row["rows_in"], row["rows_out"], row["dead_letters"]),
                row["error"],
            )
            for row in rows
        ]

    def partition_done(self, lease: Lease, number: int, counts: Counts) -> None:
        """Remember that a partition is complete."""
        values = {"rows_in": counts.rows_in, "rows_out": counts.rows_out, "dead_letters": counts.dead_letters}
        self._partition(lease, number, {"state": DONE, "error": None, **values})

    def partition_attempt(self, lease: Lease, number: int) -> None:
        """Remember that a partition is tried."""
        self._partition(lease, number, {"attempts": _partitions.c.attempts + 1})

    def partition_failed(self, lease: Lease, number: int, error: str) -> None:
        """Remember that a partition failed."""
        self._partition(lease, number, {"state": FAILED, "error": error})

    def reopen(self, lease: Lease) -> None:
        """Let failed partitions wait again, with all their attempts."""
        ours = (_partitions.c.job_uid == lease.uid, _partitions.c.state != DONE)
        with self.engine.begin() as connection:
            connection.execute(_partitions.update().where(*ours).values(state=WAITING, attempts=0, error=None))

    def _partition(self, lease: Lease, number: int, values: dict[str, Any]) -> None:
        mine = sa.exists().where(_jobs.c.uid == lease.uid, _jobs.c.epoch == lease.epoch)
        one = (_partitions.c.job_uid == lease.uid, _partitions.c.number == number)
        with self.engine.begin() as connection:
            found = connection.execute(_partitions.update().where(*one, mine).values(**values))
        if not found.rowcount:
            raise JobStateError(f"job {lease.uid} was taken over by another driver")

    # ------------------------------------------------------------ logs

    def log(self, uid: str, message: str, level: str = "INFO") -> None:
        """Write a line about a job."""
        row = {"job_uid": uid, "time": time.time(), "level": level, "message": message}
        with self.engine.begin() as connection:
            connection.execute(_logs.insert().values(**row))

    def logs(self, uid: str, *, after: int = 0, since: float | None = None) -> list[dict[str, Any]]:
        """Return what was written about a job.

        Parameters
        ----------
        uid : str
            The job.
        after : int
            Only lines with a higher number.
        since : float, optional
            Only lines of that time and later, in seconds since 1970.

        Returns
        -------
        list of dict
            ``number``, ``time``, ``level`` and ``message`` of each line.
        """
        query = sa.select(_logs).where(_logs.c.job_uid == uid, _logs.c.number > after).order_by(_logs.c.number)
        if since is not None:
            query = query.where(_logs.c.time >= since)
        with self.engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]


def home() -> Path:
    """Return the folder of jobs: ``H2O_COMPAT_BATCH_HOME``, by default ``~/.h2o-compat/batch``."""
    return Path(os.environ.get("H2O_COMPAT_BATCH_HOME") or Path.home() / ".h2o-compat" / "batch")


def default_url() -> str:
    """Return the URL of the store that is used where none is named."""
    return os.environ.get(STORE) or f"sqlite:///{home() / 'jobs.db'}"


def _for_many_processes(connection: Any, _: object) -> None:
    """Let a process wait for another one's transaction, and readers never wait."""
    connection.execute("PRAGMA busy_timeout = 30000")
    connection.execute("PRAGMA journal_mode = WAL")


def _me() -> str:
    return f"{platform.node()}:{os.getpid()}:{_started(os.getpid())}"


def _started(pid: int) -> str | None:
    """Return what tells a process from a later one with its number; None where it does not live."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
        state, *fields = stat.rpartition(")")[2].split()
        return None if state == "Z" else fields[18]
    except OSError:
        if Path("/proc/self/stat").exists():
            return None
    if os.name == "nt":
        return _UNKNOWN  # the lease decides
    try:
        os.kill(pid, 0)
    except OSError:
        return None
    return "alive"
