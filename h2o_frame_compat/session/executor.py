"""Evaluates expressions in the cluster: one POST for a result, temporaries shared and released in batches."""

from __future__ import annotations

import threading
import weakref
from collections import deque
from typing import TYPE_CHECKING

import pyarrow as pa

from h2o_frame_compat.errors import FrameNotFoundError
from h2o_frame_compat.expr.nodes import Col, Expr, columns_of, substitute
from h2o_frame_compat.expr.relations import Field, Filter, Local, Project, Relation, Slice, Source
from h2o_frame_compat.rapids import fused, text
from h2o_frame_compat.rapids.program import Assign, ClientStep, Compiler, Stored, Upload
from h2o_frame_compat.session import client_steps
from h2o_frame_compat.session.replies import RapidsResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from h2o_frame_compat.session.session import Session


class Executor:
    """Stores relations in the cluster, fetches columns, computes scalars.

    What is stored for a relation lives as long as the relation: when nobody refers to it any more, its key is
    queued, and leaves the cluster with the next POST. Nothing is ever sent from a finaliser.

    Parameters
    ----------
    session : Session
        Gives the client, the transfer, safe keys, and what the cluster can do.
    """

    def __init__(self, session: Session) -> None:
        extension = session.cluster.extension
        self.client = session.client
        self.transfer = session.transfer
        self.primitives = frozenset(extension.primitives if extension is not None else ())
        self._new_key = session.new_key
        self._lock = threading.RLock()
        self._stored: weakref.WeakKeyDictionary[Relation, list[Stored]] = weakref.WeakKeyDictionary()
        self._dead: deque[str] = deque()
        self._generation = 0
        session.client.add_session_listener(self._session_changed)

    # ------------------------------------------------------------------ results

    def store(self, rel: Relation, ids: Iterable[str] | None = None) -> Stored:
        """Make sure that fields of a relation lie in the cluster.

        Parameters
        ----------
        rel : Relation
            The relation.
        ids : iterable of str, optional
            The fields; all by default.

        Returns
        -------
        Stored
            Where they lie.
        """
        needed = {f.id for f in rel.fields} if ids is None else set(ids)
        with self._lock:
            compiler = self._compiler()
            at = compiler.relation(rel, needed)
            self._run(compiler)
        return at

    def nrows(self, rel: Relation) -> int:
        """Give the number of rows of a relation, finding it out if it is not known.

        Parameters
        ----------
        rel : Relation
            The relation.

        Returns
        -------
        int
        """
        if rel.nrows is not None:
            return rel.nrows
        with self._lock:
            if isinstance(rel, Filter) and self._where(rel, ()) is None:
                rel.row_set.count = self._kept(rel)
                if rel.row_set.count is not None:
                    return rel.row_set.count
            at = self.store(rel, ())
            if rel.nrows is None:
                rel.row_set.count = int(self._number(self.client.rapids(f"(nrow {at.key})")))
            return rel.row_set.count or 0

    def _kept(self, rel: Filter) -> int | None:
        """Count the rows a filter keeps, where the extension adds up its mask without storing it; None elsewhere."""
        child, mask = rel.child, rel.mask
        while isinstance(child, Project) and self._where(child, columns_of(mask)) is None:
            mask = substitute(mask, {f.id: e for f, e in zip(child.fields, child.exprs, strict=True)})
            child = child.child
        if "compat.facts" not in self.primitives or not fused.fits(mask, self.primitives):
            return None
        return int(self.facts(child, [mask])[2])

    def evaluate(
        self, rel: Relation, exprs: Sequence[Expr], body: Callable[[Sequence[str]], str]
    ) -> RapidsResult:
        """Compute a value that is not a frame, in one POST.

        Parameters
        ----------
        rel : Relation
            The relation the expressions are over.
        exprs : sequence of Expr
            Its columns.
        body : callable
            Gives the Rapids text from the printed columns, such as ``lambda c: f"(nrow {c[0]})"``.

        Returns
        -------
        RapidsResult
        """
        with self._lock:
            compiler = self._compiler()
            final = compiler.scalars(rel, exprs, body)
            return self._run(compiler, final)

    def facts(self, rel: Relation, exprs: Sequence[Expr]) -> list[float]:
        """Find out about columns in one pass, by `compat.facts` of the extension, in one POST.

        Parameters
        ----------
        rel : Relation
            The relation the expressions are over.
        exprs : sequence of Expr
            Its columns.

        Returns
        -------
        list of float
            Seven numbers for each column: rows, missing values, sum, smallest, largest, sum of squared distances from
            the mean, zeros.
        """
        with self._lock:
            compiler = self._compiler()
            value = self._run(compiler, compiler.facts(rel, exprs)).value
        assert isinstance(value, list)
        return [float(v) for v in value]

    def fetch(self, rel: Relation, exprs: Sequence[Expr], *, progress: bool = False) -> pa.Table:
        """Bring columns to the client.

        Parameters
        ----------
        rel : Relation
            The relation the expressions are over.
        exprs : sequence of Expr
            The columns, at least one.
        progress : bool
            Whether a long transfer shows a progress bar.

        Returns
        -------
        pyarrow.Table
            In the types of the session boundary, columns named by their number.
        """
        names = [str(n) for n in range(len(exprs))]
        whole = rel
        with self._lock:
            if isinstance(rel, Local) and rel.table is not None and all(isinstance(e, Col) for e in exprs):
                places = {f.id: n for n, f in enumerate(rel.fields)}
                own = [rel.table.column(places[e.id]) for e in exprs if isinstance(e, Col)]
                return pa.Table.from_arrays(own, names=names)
            rows: tuple[int, int] | None = None
            if isinstance(rel, Slice) and rel.step == 1 and rel.inputs and all(isinstance(e, Col) for e in exprs):
                rows = (rel.start, rel.stop)  # the transfer can cut rows itself
                rel = rel.child
            key, positions, scratch = self._columns(rel, exprs)
            wires = "".join(_wire(e) for e in exprs)
            try:
                table = self.transfer.get(key, columns=positions, rows=rows, wires=wires, progress=progress)
            except FrameNotFoundError as problem:
                self._forget(problem.key or key)
                raise
            finally:
                self._dead.extend(scratch)
        whole.row_set.count = table.num_rows
        return table.rename_columns(names)

    def frame(self, rel: Relation, exprs: Sequence[Expr], names: Sequence[str]) -> Source:
        """Make a frame with these columns and names, for instance to train on.

        Parameters
        ----------
        rel : Relation
            The relation the expressions are over.
        exprs : sequence of Expr
            The columns.
        names : sequence of str
            Their names in the cluster, unique.

        Returns
        -------
        Source
            The frame; it leaves the cluster with this object.
        """
        with self._lock:
            compiler = self._compiler()
            key = self._new_key("frame")
            printed = compiler.frame(rel, exprs)
            places = text.positions(range(len(exprs)))
            result = self._run(compiler, f"(tmp= {key} (colnames= {printed} {places} {text.values(names)}))", key)
            fields = [Field(f"{key}_{n}", e.dtype) for n, e in enumerate(exprs)]
            made = Source(key, fields, result.nrows, owned=True)
            self.adopt(made)
        return made

    def adopt(self, source: Source) -> None:
        """Take care of a frame that was put into the cluster: it goes when nobody refers to it.

        Parameters
        ----------
        source : Source
            The frame.
        """
        if source.owned:
            self._watch(source, source.key)

    def release(self, key: str) -> None:
        """Queue a key; it leaves the cluster with the next POST.

        Parameters
        ----------
        key : str
            A frame's key.
        """
        self._dead.append(key)

    def flush(self) -> None:
        """Remove what is queued now."""
        with self._lock:
            removals = self._removals()
            if removals:
                self.client.rapids(f"(, {removals} 0)", again="0")

    # ------------------------------------------------------------------ inside

    def _compiler(self) -> Compiler:
        return Compiler(self._where, lambda: self._new_key("t"), self.primitives, self._settle)

    def _settle(self, rel: Relation, ids: set[str]) -> None:
        self.store(rel, ids)
        self.nrows(rel)

    def _where(self, rel: Relation, ids: Iterable[str]) -> Stored | None:
        if isinstance(rel, Source):
            return Stored(rel.key, {f.id: n for n, f in enumerate(rel.fields)}, len(rel.fields))
        wanted = set(ids)
        return next((at for at in self._stored.get(rel, ()) if wanted <= at.positions.keys()), None)

    def _columns(self, rel: Relation, exprs: Sequence[Expr]) -> tuple[str, list[int], list[str]]:
        """Store columns; give the key, their positions, and the keys to drop after use."""
        compiler = self._compiler()
        if all(isinstance(e, Col) for e in exprs):
            at = compiler.relation(rel, columns_of(*exprs))
            self._run(compiler)
            return at.key, [at.positions[e.id] for e in exprs if isinstance(e, Col)], []
        key = self._new_key("t")
        printed = compiler.frame(rel, exprs)
        self._run(compiler, f"(tmp= {key} {printed})", key)
        return key, list(range(len(exprs))), [key]

    def _run(self, compiler: Compiler, final: str | None = None, final_key: str = "") -> RapidsResult:
        """Do the steps; give the value of the last one, nothing when there was nothing to ask for."""
        statements: list[str] = []
        assigned: list[str] = []
        result: RapidsResult | None = None
        try:
            for step in compiler.steps:
                if isinstance(step, Assign):
                    statements.append(f"(tmp= {step.key} {step.text})")
                    assigned.append(step.key)
                    continue
                if isinstance(step, ClientStep):
                    self._post(statements)
                    statements = []
                    wires = step.wires or [None] * len(step.inputs)
                    inputs = [self.transfer.get(k, wires=w) for k, w in zip(step.inputs, wires, strict=True)]
                    self.transfer.put(client_steps.run(step.name, inputs, step.params), step.key)
                elif isinstance(step, Upload):
                    self.transfer.put(step.relation.table, step.key)
                assigned.append(step.key)
            if final is not None:
                statements.append(final)
            result = self._post(statements)
        except BaseException as problem:
            if isinstance(problem, FrameNotFoundError):
                self._forget(problem.key)
            # A statement before the failing one, or before a client step, may have left its temporary behind.
            self._dead.extend([*assigned, final_key] if final_key else assigned)
            raise
        self._dead.extend(compiler.scratch)
        for rel, at in compiler.made:
            self._keep(rel, at)
        if compiler.made and final is None and result is not None and statements:
            rel, at = compiler.made[-1]
            if f"(tmp= {at.key} " in statements[-1]:
                rel.row_set.count = result.nrows
        return result if result is not None else RapidsResult("none")

    def _post(self, statements: Sequence[str]) -> RapidsResult | None:
        if not statements:
            return None
        removals = self._removals()
        if not removals and len(statements) == 1:
            return self.client.rapids(statements[0])
        work = " ".join(statements)
        return self.client.rapids(f"(, {removals} {work})", again=f"(, {work})")

    def _removals(self) -> str:
        keys = [self._dead.popleft() for _ in range(len(self._dead))]
        return " ".join(f"(rm {key})" for key in dict.fromkeys(keys))

    def _keep(self, rel: Relation, at: Stored) -> None:
        self._stored.setdefault(rel, []).append(at)
        self._watch(rel, at.key)
        if len(at.positions) == len(rel.fields):
            rel.let_go()

    def _forget(self, key: str) -> None:
        """Note that somebody else removed a frame: what can be computed again will be, once asked for again."""
        for rel, kept in list(self._stored.items()):
            left = [at for at in kept if at.key != key]
            if len(left) < len(kept):
                self._stored[rel] = left
                rel.lost = key

    def _watch(self, rel: Relation, key: str) -> None:
        weakref.finalize(rel, self._drop, key, self._generation).atexit = False

    def _drop(self, key: str, generation: int) -> None:
        if generation == self._generation:
            self._dead.append(key)

    def _session_changed(self, _old: str, _new: str, reason: str) -> None:
        # The new session does not know what shares the columns of the old one's temporaries: they stay.
        if reason == "forked":
            self._lock = threading.RLock()  # the inherited one may be held by a thread that is not here
        self._generation += 1
        self._dead.clear()

    @staticmethod
    def _number(result: RapidsResult) -> float:
        if not isinstance(result.value, (int, float)):
            msg = f"expected a number from the cluster, got {result.kind}"
            raise TypeError(msg)
        return float(result.value)


def _wire(expr: Expr) -> str:
    """Ask for floats as floats, even where all of them are whole; let the server choose for the rest."""
    return "d" if expr.dtype.is_float else "-"
