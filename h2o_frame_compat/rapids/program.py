"""Relations -> a program: assignments of temporaries in Rapids, uploads, and client steps.

A program is a list of steps in order. Consecutive assignments travel in one POST; an upload or a client step
(an operation that the cluster cannot compute, because it lacks our extension) breaks the row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from h2o_frame_compat.dtypes import INT64
from h2o_frame_compat.errors import FrameNotFoundError
from h2o_frame_compat.expr.nodes import Call, Col, Expr, Lit, call, columns_of, lit
from h2o_frame_compat.expr.relations import (
    Concat,
    Distinct,
    Filter,
    Group,
    Join,
    Local,
    Project,
    Relation,
    Slice,
    Sort,
    Take,
    Zip,
)
from h2o_frame_compat.rapids import fused, text
from h2o_frame_compat.rapids.operations import OPERATIONS, literal, prepared
from h2o_frame_compat.rewrite.share import Node, numbered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from h2o_frame_compat.dtypes import DType


@dataclass(frozen=True)
class Stored:
    """Where a relation, or some of its fields, lies in the cluster.

    Parameters
    ----------
    key : str
        The frame's key.
    positions : dict
        Field id to the position of its column.
    width : int
        How many columns the frame has.
    """

    key: str
    positions: dict[str, int]
    width: int

    def columns(self, ids: Sequence[str]) -> str:
        """Print the frame of these fields in this order."""
        wanted = [self.positions[i] for i in ids]
        if wanted == list(range(self.width)):
            return self.key
        return f"(cols {self.key} {text.positions(wanted)})"


@dataclass(frozen=True)
class Assign:
    """Evaluate a Rapids expression into a temporary."""

    key: str
    text: str


@dataclass(frozen=True)
class Upload:
    """Bring a local table into the cluster."""

    key: str
    relation: Local


@dataclass(frozen=True)
class ClientStep:
    """Fetch frames, compute on the client, put the result into the cluster.

    Parameters
    ----------
    key : str
        Key of the result.
    name : str
        The operation.
    inputs : tuple of str
        Keys of the input frames.
    params : tuple
        Its other arguments; for an operation of columns also the dtypes of its arguments and its result.
    wires : tuple of str
        For each input how its columns are to be sent, ``"d"`` for doubles and ``"-"`` as the server likes; none
        where that does not matter.
    """

    key: str
    name: str
    inputs: tuple[str, ...]
    params: tuple[Any, ...]
    wires: tuple[str, ...] = ()


Step = Assign | Upload | ClientStep


@dataclass
class Compiler:
    """Turns relations and expressions into steps.

    Parameters
    ----------
    stored : callable
        ``(relation, ids) -> Stored or None``: where these fields of a relation lie already.
    new_key : callable
        Gives a key that no frame has.
    primitives : frozenset of str
        The extension's primitives that the cluster has.
    settle : callable
        ``(relation, ids) -> None``: store these fields of a relation now, and find out its number of rows.

    Attributes
    ----------
    steps : list
        What to do, in order.
    made : list of (Relation, Stored)
        The relations that the steps store.
    scratch : list of str
        Keys that nobody refers to once the program has run.
    """

    stored: Callable[[Relation, Iterable[str]], Stored | None]
    new_key: Callable[[], str]
    primitives: frozenset[str]
    settle: Callable[[Relation, set[str]], None] = lambda _rel, _ids: None
    steps: list[Step] = field(default_factory=list)
    made: list[tuple[Relation, Stored]] = field(default_factory=list)
    scratch: list[str] = field(default_factory=list)

    # ------------------------------------------------------------------ relations

    def relation(self, rel: Relation, needed: set[str]) -> Stored:
        """Plan for some fields of a relation to be stored.

        Parameters
        ----------
        rel : Relation
            The relation.
        needed : set of str
            Ids of the fields; none means that only the number of rows matters.

        Returns
        -------
        Stored
            Where they lie after the steps have run.
        """
        if not needed:
            needed = {rel.fields[0].id}
        at = self.stored(rel, needed) or self._planned(rel, needed)
        if at is not None:
            return at
        if rel.lost and not rel.inputs and (not isinstance(rel, Local) or rel.table is None):
            msg = f"{rel.lost!r} is not in the cluster; it was removed. Make the frame anew."
            raise FrameNotFoundError(msg, key=rel.lost)
        # An upload, a join or a group-by is made whole, so that it happens once. Of others, what is needed; but
        # rows that are asked for again are then picked whole, so that this happens twice at most.
        whole = isinstance(rel, (Local, Join, Group, Distinct))
        whole = whole or (isinstance(rel, (Filter, Sort, Take)) and self.stored(rel, ()) is not None)
        ids = [f.id for f in rel.fields if whole or f.id in needed]
        if isinstance(rel, Local):
            key = self.new_key()
            self.steps.append(Upload(key, rel))
        else:
            key = self._compute(rel, ids)
        at = Stored(key, {i: n for n, i in enumerate(ids)}, len(ids))
        self.made.append((rel, at))
        return at

    def _planned(self, rel: Relation, needed: set[str]) -> Stored | None:
        return next((at for r, at in self.made if r is rel and needed <= at.positions.keys()), None)

    def _assign(self, body: str) -> str:
        key = self.new_key()
        self.steps.append(Assign(key, body))
        return key

    def _client(
        self, name: str, inputs: Iterable[str], params: tuple[Any, ...], wires: tuple[str, ...] = ()
    ) -> str:
        key = self.new_key()
        self.steps.append(ClientStep(key, name, tuple(inputs), params, wires))
        return key

    def _compute(self, rel: Relation, ids: list[str]) -> str:
        match rel:
            case Project():
                wanted = set(ids)
                exprs = [e for f, e in zip(rel.fields, rel.exprs, strict=True) if f.id in wanted]
                return self._assign(self.frame(rel.child, exprs))
            case Filter():
                needed = set(ids) | columns_of(rel.mask)
                if rel.child.nrows is None and "compat.take" not in self.primitives:
                    self.settle(rel.child, needed)  # of no rows, H2O's rows makes one
                at = self.relation(rel.child, needed)
                if rel.child.nrows == 0:
                    return self._assign(f"(rows {at.columns(ids)} [])")
                by_number = rel.child.nrows is None and "compat.take" in self.primitives
                flags = rel.mask
                if by_number and flags.dtype.holds_na:  # which fails where one is missing
                    flags = call("where", call("isna", flags), lit(False), flags)
                bindings, (mask,) = self._printed(at, [flags])
                kept = f"(rows {at.columns(ids)} {mask})"
                if by_number:
                    kept = f"(compat.take {at.columns(ids)} (which {mask}))"
                return self._assign(self._bound(bindings, kept))
            case Slice():
                if rel.child.nrows is None and "compat.take" not in self.primitives:
                    self.settle(rel.child, set(ids))
                at = self.relation(rel.child, set(ids))
                stop = rel.stop if rel.child.nrows is None else min(rel.stop, rel.child.nrows)
                count = max(0, -(-(stop - rel.start) // rel.step))
                if count == 0:
                    return self._assign(f"(rows {at.columns(ids)} [])")
                if count > 1 and rel.step == 1:
                    return self._assign(f"(rows {at.columns(ids)} [{rel.start}:{count}])")
                # A single row and rows with a stride would take integers through doubles.
                rownum = OPERATIONS["rownum"].text([f"(cols {at.key} 0)"], Call("rownum", (), (), INT64))
                if count == 1 and "compat.take" in self.primitives:
                    there = f"(which (== {rownum} {rel.start}))" if rel.child.nrows is None else f"[{rel.start}]"
                    return self._assign(f"(compat.take {at.columns(ids)} {there})")
                inside = f"(& (>= r {rel.start}) (< r {rel.stop}))"
                mask = f"(& {inside} (== (% (- r {rel.start}) {rel.step}) 0))"
                return self._assign(f"({{r . (rows {at.columns(ids)} {mask})}} {rownum})")
            case Take():
                origin = {new.id: old.id for new, old in zip(rel.fields, rel.child.fields, strict=True)}
                at = self.relation(rel.child, {origin[i] for i in ids})
                rows = self.relation(rel.rows, {rel.rows.fields[0].id}).columns([rel.rows.fields[0].id])
                return self._apply("take", [at.columns([origin[i] for i in ids]), rows], ())
            case Sort():
                return self._sort(rel, ids)
            case Join():
                sides = [self.frame(rel.inputs[0], rel.left_on), self.frame(rel.inputs[1], rel.right_on)]
                return self._apply("join", sides, (len(rel.left_on), rel.how))
            case Group():
                exprs = [*rel.keys, *(a[1] for a in rel.aggregates)]
                inputs = self.frame(rel.child, exprs)
                params = (len(rel.keys), tuple(a[0] for a in rel.aggregates), rel.dropna, rel.sort)
                return self._apply("group", [inputs], params, (wires(e.dtype for e in exprs),))
            case Distinct():
                return self._apply("distinct", [self.frame(rel.child, rel.keys)], (len(rel.keys), rel.keep))
            case Concat():
                return self._concat(rel, ids)
            case Zip():
                own = [(side, [f.id for f in side.fields if f.id in ids]) for side in rel.inputs]
                printed = [self.relation(side, set(mine)).columns(mine) for side, mine in own if mine]
                return self._assign(f"(cbind {' '.join(printed)})")
        raise AssertionError(rel)

    def _sort(self, rel: Sort, ids: list[str]) -> str:
        used = columns_of(*rel.keys)
        at = self.relation(rel.child, set(ids) | used)
        bindings, keys = self._printed(at, rel.keys)
        frame = self._bound(bindings, f"(cbind {' '.join(keys)})")
        params = (len(keys), rel.ascending, rel.na_last)
        return self._apply("take", [at.columns(ids), self._row_order(frame, params)], ())

    def _row_order(self, frame: str, params: tuple[int, tuple[bool, ...], bool]) -> str:
        return self._inline("argsort", [frame], params)

    def _concat(self, rel: Concat, ids: list[str]) -> str:
        wanted = [n for n, f in enumerate(rel.fields) if f.id in set(ids)]
        names = text.values(f"x{n}" for n in range(len(wanted)))
        parts = []
        for part in rel.inputs:
            exprs = []
            for n in wanted:
                have, want = part.fields[n], rel.fields[n].dtype
                storage_differs = have.dtype.storage != want.storage
                exprs.append(Call("cast", (have.col(),), (want,), want) if storage_differs else have.col())
            # rbind wants equal names and types; a time column may be stored as a number, so make all of them numbers.
            printed = self.frame(part, exprs, as_number=[rel.fields[n].dtype.storage == "time" for n in wanted])
            parts.append(f"(colnames= {printed} {text.positions(range(len(wanted)))} {names})")
        return self._assign(f"(rbind {' '.join(parts)})")

    # ------------------------------------------------------------------ primitives and client steps

    def _apply(
        self, name: str, inputs: Sequence[str], params: tuple[Any, ...], wires: tuple[str, ...] = ()
    ) -> str:
        if f"compat.{name}" in self.primitives:
            return self._assign(self._primitive(name, inputs, params))
        return self._client(name, [self._own(i) for i in inputs], params, wires)

    def _inline(self, name: str, inputs: Sequence[str], params: tuple[Any, ...]) -> str:
        if f"compat.{name}" in self.primitives:
            return self._primitive(name, inputs, params)
        key = self._client(name, [self._own(i) for i in inputs], params)
        self.scratch.append(key)
        return key

    def _own(self, printed: str) -> str:
        """Give a key for a printed frame, so that it can be fetched."""
        if printed[0] != "(":
            return printed
        key = self._assign(printed)
        self.scratch.append(key)
        return key

    @staticmethod
    def _primitive(name: str, inputs: Sequence[str], params: tuple[Any, ...]) -> str:
        match name:
            case "take":
                return f"(compat.take {inputs[0]} {inputs[1]})"
            case "argsort":
                count, ascending, na_last = params
                flags = text.values(int(a) for a in ascending)
                where = "last" if na_last else "first"
                return f'(compat.argsort {inputs[0]} {text.positions(range(count))} {flags} "{where}")'
            case "join":
                count, how = params
                keys = text.positions(range(count))
                return f'(compat.join {inputs[0]} {inputs[1]} {keys} {keys} "{how}")'
            case "group":
                count, functions, dropna, sort = params
                every = range(count + len(functions))
                named = f"(colnames= {inputs[0]} {text.positions(every)} {text.values(f'x{n}' for n in every)})"
                aggregates = text.values(f"{f}:x{count + n}" for n, f in enumerate(functions))
                return f"(compat.group {named} {text.positions(range(count))} {aggregates} {int(dropna)} {int(sort)})"
            case "distinct":
                count, keep = params
                return f'(compat.distinct {inputs[0]} {text.positions(range(count))} "{keep}")'
        raise AssertionError(name)

    # ------------------------------------------------------------------ column expressions

    def frame(self, rel: Relation, exprs: Sequence[Expr], as_number: Sequence[bool] = ()) -> str:
        """Print the frame of column expressions over a relation, planning what it needs.

        Parameters
        ----------
        rel : Relation
            The relation.
        exprs : sequence of Expr
            At least one.
        as_number : sequence of bool, optional
            For each expression, whether a time column is turned into a plain number.

        Returns
        -------
        str
        """
        at = self.relation(rel, columns_of(*exprs))
        if all(isinstance(e, Col) for e in exprs) and not any(as_number):
            ids = [e.id for e in exprs if isinstance(e, Col)]
            return at.columns(ids)
        bindings, texts = self._printed(at, exprs)
        for n, number in enumerate(as_number):
            texts[n] = f"(+ {texts[n]} 0)" if number else texts[n]
        body = texts[0] if len(texts) == 1 else f"(cbind {' '.join(texts)})"
        return self._bound(bindings, body)

    def scalars(self, rel: Relation, exprs: Sequence[Expr], body: Callable[[Sequence[str]], str]) -> str:
        """Print an expression made from printed column expressions, for instance a list of reductions.

        Parameters
        ----------
        rel : Relation
            The relation.
        exprs : sequence of Expr
            The columns.
        body : callable
            Gives the text from the printed columns; each is bound to a name, so it may be used repeatedly.

        Returns
        -------
        str
        """
        at = self.relation(rel, columns_of(*exprs))
        bindings, texts = self._printed(at, exprs)
        for n, (printed, expr) in enumerate(zip(list(texts), exprs, strict=True)):
            if isinstance(expr, Call) and printed[0] == "(":
                bindings.append((f"s{n}", printed))
                texts[n] = f"s{n}"
        return self._bound(bindings, body(texts))

    def facts(self, rel: Relation, exprs: Sequence[Expr]) -> str:
        """Print `compat.facts` of column expressions.

        Parameters
        ----------
        rel : Relation
            The relation.
        exprs : sequence of Expr
            The columns.

        Returns
        -------
        str
        """
        leaves, programs = fused.programs(exprs, self.primitives)
        return f"(compat.facts {self.frame(rel, leaves)} {text.values(programs)})"

    def _printed(self, at: Stored, exprs: Sequence[Expr]) -> tuple[list[tuple[str, str]], list[str]]:
        nodes, roots = numbered(exprs)
        inside = [fused.fits(n.expr, self.primitives) for n in nodes]
        outside = {*roots, *(a for n, fits in zip(nodes, inside, strict=True) if not fits for a in n.args)}
        repeats = {a for n in nodes if isinstance(n.expr, Call) and n.expr.op in OPERATIONS
                   and OPERATIONS[n.expr.op].repeats for a in n.args}
        bindings: list[tuple[str, str]] = []
        for number, node in enumerate(nodes):
            expr = node.expr
            if isinstance(expr, Col):
                node.text = f"(cols {at.key} {at.positions[expr.id]})"
            elif isinstance(expr, Lit):
                node.text = text.value(expr.value)
            elif isinstance(expr, Call):
                if inside[number] and number not in outside:
                    continue  # it is computed within a larger program
                if inside[number]:
                    leaves: list[int] = []
                    program = fused.Region(nodes, inside, number, leaves).text
                    columns = _side_by_side(at, [nodes[n] for n in leaves])
                    plain = program == "c0"  # nothing but casts that change nothing
                    node.text = nodes[leaves[0]].text if plain else f'({fused.PRIMITIVE} {columns} "{program}")'
                else:
                    node.text = self._call(at, expr, [nodes[a] for a in node.args], bindings)
                if (node.uses > 1 or number in repeats) and node.text[0] == "(":
                    bindings.append((f"v{len(bindings)}", node.text))
                    node.text = bindings[-1][0]
        texts = [nodes[r].text for r in roots]
        for n, expr in enumerate(exprs):
            if isinstance(expr, Lit):
                texts[n] = _constant(expr, f"(cols {at.key} 0)")
        return bindings, texts

    def _call(self, at: Stored, expr: Call, args: list[Node], bindings: list[tuple[str, str]]) -> str:
        if expr.op == "lookup":
            return self._lookup(expr.params[0].relation, args[0].text, bindings)
        printed = OPERATIONS[expr.op]
        need = printed.needs(expr)
        if need and need not in self.primitives:
            columns = [_constant(a.expr, f"(cols {at.key} 0)") if isinstance(a.expr, Lit) else a.text for a in args]
            frame = self._own(self._bound(bindings, f"(cbind {' '.join(columns)})"))
            given = tuple(a.expr.dtype for a in args)
            key = self._client(expr.op, [frame], (*expr.params, given, expr.dtype), (wires(given),))
            return self._beside(frame, len(args), key)
        call = prepared(expr, self.primitives)
        texts = [literal(a.expr, call) if isinstance(a.expr, Lit) else a.text for a in args]
        return printed.text(texts, call)

    def _beside(self, frame: str, width: int, key: str) -> str:
        """Give a column that was uploaded the chunks of the frame it was computed from, as cbind does."""
        laid_out = self._assign(f"(cols (cbind {frame} {key}) {width})")
        self.scratch += [key, laid_out]
        return laid_out

    def _lookup(self, table: Local, keys: str, bindings: list[tuple[str, str]]) -> str:
        """Print the values of a small table that belong to a column of keys."""
        at = self.relation(table, {f.id for f in table.fields})
        known, values = f"(cols {at.key} 0)", f"(cols {at.key} 1)"
        if not {"compat.join", "compat.take"} <= self.primitives:
            keys = self._own(self._bound(bindings, keys))
            known, values = self._own(known), self._own(values)
        rows = f"(cols {self._inline('join', [keys, known], (1, 'left'))} 1)"
        return self._inline("take", [values, rows], ())

    @staticmethod
    def _bound(bindings: Sequence[tuple[str, str]], body: str) -> str:
        """Wrap a text in the bindings it uses, directly or through another binding."""
        for name, value in reversed(bindings):
            if _mentions(body, name):
                body = f"({{{name} . {body}}} {value})"
        return body


def wires(types: Iterable[DType]) -> str:
    """Say how columns are to be sent: floats as floats, even where all of them are whole.

    Parameters
    ----------
    types : iterable of DType
        Their dtypes.

    Returns
    -------
    str
    """
    return "".join("d" if t.is_float else "-" for t in types)


def _mentions(body: str, name: str) -> bool:
    start = body.find(name)
    while start >= 0:
        before, after = body[start - 1] if start else " ", body[start + len(name) : start + len(name) + 1]
        if before in " ({" and after in {"", " ", ")", "}"}:
            return True
        start = body.find(name, start + 1)
    return False


def _side_by_side(at: Stored, nodes: Sequence[Node]) -> str:
    """Print the frame of printed columns."""
    if all(isinstance(n.expr, Col) for n in nodes):
        return at.columns([n.expr.id for n in nodes if isinstance(n.expr, Col)])
    return nodes[0].text if len(nodes) == 1 else f"(cbind {' '.join(n.text for n in nodes)})"


def _constant(expr: Expr, like: str) -> str:
    """Print a literal as a column as long as another one."""
    if not isinstance(expr, Lit):
        raise TypeError(expr)
    if expr.dtype.storage in {"str", "enum"}:
        if expr.value is None:
            return f'(:= (as.character (ifelse (is.na {like}) "" "")) NaN [0] [])'
        made = f"(ifelse (is.na {like}) {text.value(expr.value)} {text.value(expr.value)})"
        return f"(as.character {made})" if expr.dtype.storage == "str" else made
    return f"(+ (* 0 (is.na {like})) {text.value(expr.value)})"
