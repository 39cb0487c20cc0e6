"""Files as a sink: one for each partition, or all partitions in one.

A part has a name that follows from the job and the partition, and is created in one step. Beside it, hidden in
``.h2o-batch``, is a note with its rows, written before the part: where a part is, its note is too.
"""

from __future__ import annotations

import contextlib
import json
import re
import uuid
from functools import cached_property
from typing import TYPE_CHECKING, Any

from h2o_frame_compat.io.connectors import streams, writing
from h2o_frame_compat.io.connectors.base import (
    AccessError,
    MimeType,
    PartResult,
    Sink,
    SinkNotEmptyError,
    WriteMode,
)
from h2o_frame_compat.io.connectors.files import Filed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa

    from h2o_frame_compat.io.connectors.places import NewFile

_NOTES = ".h2o-batch"


class FileSink(Filed, Sink):
    """Files of one format."""

    _creates: bool | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        name = (self.location or "").rstrip("/").rpartition("/")[2]
        if "?" in name or "[" in name or name.count("*") > 1 or "*" in (self.location or "").removesuffix(name):
            raise ValueError("location: has at most one *, in the name of the files, where that of the part goes")

    @cached_property
    def single(self) -> bool:
        """Whether all partitions go into one file."""
        name = self.path.rpartition("/")[2]
        return "*" not in name and streams.mime_type_of(name) is not None

    @cached_property
    def _folder(self) -> str:
        """The folder that the output is in, with ``/`` at its end; empty for the root of a bucket."""
        if self.single or "*" in self.path:
            folder, slash, _ = self.path.rpartition("/")
            return folder + slash
        return self.path.rstrip("/") + "/" if self.path.strip("/") else ""

    def _notes(self, job_id: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", job_id):
            msg = f"job_id: has letters, digits, -, _ and . only, not {job_id!r}"
            raise ValueError(msg)
        name = self.path.rpartition("/")[2]
        kind = name.replace("*", "") if self.single or "*" in name else writing.ENDINGS[self.format]
        return f"{self._folder}{_NOTES}/{job_id}.{kind.lstrip('.')}/"

    def _manifest(self, job_id: str) -> str:
        return self._notes(job_id).rstrip("/") + ".json"

    def note_path(self, job_id: str, partition_id: str) -> str:
        """Give the path of the note beside a part."""
        return f"{self._notes(job_id)}{partition_id}.json"

    def part_path(self, job_id: str, partition_id: str) -> str:
        """Give the path of a part."""
        if self.single:
            return f"{self._notes(job_id)}{partition_id}.part"
        name = self.path.rpartition("/")[2] if "*" in self.path else f"part-*.{writing.ENDINGS[self.format]}"
        return self._folder + name.replace("*", f"{job_id}-{partition_id}")

    @property
    def part_format(self) -> MimeType:
        """The format of parts; of a single file, one whose parts can be put one after the other."""
        joined = {MimeType.CSV_WITH_HEADER: MimeType.CSV, MimeType.JSON: MimeType.JSONL}
        return joined.get(self.format, self.format) if self.single else self.format

    @property
    def compression(self) -> str | None:
        """How the output is compressed, which Parquet does by itself."""
        return None if self.format is MimeType.PARQUET else streams.compression_of(self.path)

    # ------------------------------------------------------------------------------- before

    @property
    def atomic_create(self) -> bool | None:
        """Whether the store refuses to create what exists; None before `check` has tried."""
        return self._creates

    def check(self) -> None:
        """Write a hidden file, try to create it once more, and remove it.

        Raises
        ------
        ConnectorError
            When it cannot be written.
        ValueError
            When a secret cannot be found; the message names the field.
        """
        probe = f"{self._folder}{_NOTES}/probe-{uuid.uuid4().hex}"
        try:
            self.files.put(probe, b"first", replace=False)
            self._creates = not self.files.put(probe, b"second", replace=False)
        finally:
            with contextlib.suppress(AccessError):  # who may write need not be allowed to delete
                self.files.delete([probe])

    def begin(self, job_id: str, schema: pa.Schema) -> bool:
        """Prepare the sink for a job; what is there from other jobs is treated as `write_mode` says."""
        notes = self._notes(job_id)
        self._sweep(job_id)
        if self.single and self.write_mode is WriteMode.APPEND:
            raise ValueError("write_mode: is append, which needs a folder; a single file is made as a whole")
        others = self._others(job_id)
        begun = any(self.files.head(path) for path in (notes + "begun.json", self._manifest(job_id)))
        if others and not begun:
            if self.write_mode is WriteMode.ERROR:
                msg = f"{self.files.address(others[0])} is there already; write_mode overwrite replaces it"
                raise SinkNotEmptyError(msg)
            if self.write_mode is WriteMode.IGNORE:
                return False
        if not begun and self.write_mode is WriteMode.OVERWRITE and not self.single:
            hidden = [item.path for item in self.files.below(f"{self._folder}{_NOTES}")]
            self.files.delete([*others, *hidden])
        if not begun:
            self.files.put(notes + "begun.json", json.dumps({"names": schema.names}).encode())
        return True

    def _sweep(self, job_id: str) -> None:
        """Remove what killed workers have left."""
        name = self.path.rpartition("/")[2] if self.single else job_id
        self.files.sweep(self._folder.rstrip("/"), name)
        self.files.sweep(self._notes(job_id).rstrip("/"), "")

    def _others(self, job_id: str) -> list[str]:
        """Give the files that are not this job's; in a folder those of the format, and not in folders inside it."""
        if self.single:
            return [self.path] if self.files.head(self.path) else []
        own = self._own(job_id)
        pattern = self.path if "*" in self.path else f"{self._folder}*.{writing.ENDINGS[self.format]}"
        return [item.path for item in self.files.matching(pattern) if not own.fullmatch(item.path)]

    def _own(self, job_id: str) -> re.Pattern[str]:
        return re.compile(re.escape(self.part_path(job_id, "N0T")).replace("N0T", "[^/]*"))

    # ------------------------------------------------------------------------------- parts

    def open_part(self, job_id: str, partition_id: str, schema: pa.Schema) -> writing.WrittenPart:
        """Start writing the part of a partition."""
        return _FilePart(self, job_id, partition_id, schema)

    def committed(self, job_id: str, partition_id: str) -> PartResult | None:
        """Give what is known about the part of a partition; None when it is not committed."""
        path = self.part_path(job_id, partition_id)
        manifest = self.files.read(self._manifest(job_id))
        if manifest is not None:
            note = next((n for n in json.loads(manifest)["parts"] if n["partition_id"] == partition_id), None)
        else:
            if self.files.head(path) is None:
                return None
            note = json.loads(self.files.read(self.note_path(job_id, partition_id)) or b"null")
        if note is None:
            return None
        return PartResult(partition_id, note["rows"], self.files.address(path), note["extra"], repeated=True)

    # ------------------------------------------------------------------------------- after

    def finish(self, job_id: str, partition_ids: Sequence[str]) -> dict[str, Any]:
        """Complete the output: put a single file together, leave a manifest, remove what was needed on the way."""
        manifest = self._manifest(job_id)
        done = self.files.read(manifest)
        if done is None:
            found = [self.committed(job_id, partition_id) for partition_id in partition_ids]
            results = [result for result in found if result is not None]
            if self.single:
                self._put_together(job_id, results)
            place = self.files.address(self.path) if self.single else None
            parts = [
                {"partition_id": r.partition_id, "rows": r.rows, "location": place or r.location, "extra": r.extra}
                for r in results
            ]
            done = json.dumps({"job": job_id, "rows": sum(r.rows for r in results), "parts": parts}, indent=1).encode()
            self.files.put(manifest, done)
        self.files.delete(item.path for item in list(self.files.below(self._notes(job_id).rstrip("/"))))
        told = json.loads(done)
        return {"rows": told["rows"], "parts": list(dict.fromkeys(part["location"] for part in told["parts"]))}

    def _put_together(self, job_id: str, results: list[PartResult]) -> None:
        """Make the single file of the parts; doing it once more gives the same."""
        made = self._notes(job_id) + "made.json"
        replace = self.write_mode is WriteMode.OVERWRITE or self.files.read(made) is not None
        file = self.files.new(self.path)
        out = writing.packed(file, self.compression)
        try:
            paths = [self.part_path(job_id, result.partition_id) for result in results]
            if self.format is MimeType.PARQUET:
                self._join_parquet(paths, file)
            else:
                names = json.loads(self.files.read(self._notes(job_id) + "begun.json") or b"{}")["names"]
                for piece in self._joined(paths, names):
                    out.write(piece)
                if out is not file:
                    out.close()
            self.files.put(made, b"{}")
            if not file.publish(replace=replace):
                self.files.delete([made])
                msg = f"{self.files.address(self.path)} was made by someone else meanwhile"
                raise SinkNotEmptyError(msg)
        finally:
            writing.abandon(out, file)
            file.discard()

    def _join_parquet(self, paths: list[str], file: NewFile) -> None:
        made = None
        for path in paths:
            item = self.files.head(path)
            assert item is not None, "the part was there a moment ago"
            with self.parquet(item) as part:
                made = made or writing.parquet_writer(file, part.schema_arrow)
                for batch in part.iter_batches():
                    made.write_batch(batch)
        if made is not None:
            made.close()

    def _joined(self, paths: list[str], names: list[str]) -> Iterator[bytes]:
        """Give the text of all parts, with what comes before, between and after them."""
        if self.format is not MimeType.JSON:
            if self.format is MimeType.CSV_WITH_HEADER:
                yield writing.csv_header(names)
            for path in paths:
                yield from self._content(path)
            return
        held = b""
        yield b"["
        for path in paths:
            for piece in self._content(path):
                yield held
                held = (b"" if held else b"\n") + piece.replace(b"\n", b",\n")
        yield held.removesuffix(b",\n") + b"\n]\n" if held else b"]\n"

    def _content(self, path: str) -> Iterator[bytes]:
        item = self.files.head(path)
        assert item is not None, "the part was there a moment ago"
        return self.files.stream(path, 0, item.size)

    def discard(self, job_id: str) -> None:
        """Take back a job that is not finished, its committed parts too; what is finished stays."""
        notes = self._notes(job_id)
        self._sweep(job_id)
        if self.files.head(self._manifest(job_id)) is None:
            folder = self.part_path(job_id, "").rpartition("/")[0]
            own, found = self._own(job_id), list(self.files.inside(folder))
            self.files.delete(item.path for item in found if own.fullmatch(item.path))
        self.files.delete(item.path for item in list(self.files.below(notes.rstrip("/"))))


class _FilePart(writing.WrittenPart):
    """The part of a partition, in a file that appears when it is committed."""

    def __init__(self, sink: FileSink, job_id: str, partition_id: str, schema: pa.Schema) -> None:
        self._sink = sink
        self._path = sink.part_path(job_id, partition_id)
        self._file = sink.files.new(self._path)
        self._out = writing.packed(self._file, None if sink.single else sink.compression)
        super().__init__(job_id, partition_id, sink.part_format, self._out, schema)

    def commit(self, extra: Mapping[str, Any] | None = None) -> PartResult:
        self._end()
        if self._out is not self._file:
            self._out.close()
        files, kept = self._sink.files, dict(extra or {})
        there = self._sink.committed(self.job_id, self.partition_id)
        if there is not None:
            self._file.discard()
            return there
        # An attempt that comes later gives the same rows, so that the note is right whoever makes the part.
        note = json.dumps({"rows": self.rows, "extra": kept}).encode()
        files.put(self._sink.note_path(self.job_id, self.partition_id), note)
        made = self._file.publish()
        self._file.discard()
        return PartResult(self.partition_id, self.rows, files.address(self._path), kept, repeated=not made)

    def abort(self) -> None:
        self._forget()
        writing.abandon(self._out, self._file)
        self._file.discard()
