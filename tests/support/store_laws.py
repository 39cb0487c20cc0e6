"""What holds for every object store; the fast tests and those with real servers run the same."""

from __future__ import annotations

import warnings

import laws
import pytest

from h2o_frame_compat.io import connectors

# An obstore error that is caught drops a file of its own making late.
warnings.filterwarnings("ignore", category=pytest.PytestUnraisableExceptionWarning)


class Store:
    """A bucket that nobody else uses.

    Parameters
    ----------
    uid : str
        The connector.
    config : dict
        Its fields.
    root : str
        The address of the bucket, with ``/`` at its end.
    wrong : dict
        Fields with a wrong secret.
    """

    def __init__(self, uid: str, config: dict, root: str, wrong: dict) -> None:
        self.uid, self.config, self.root, self.wrong = uid, config, root, wrong

    def source(self, path: str, mime_type: str | None = None):
        return connectors.source(self.uid, self.config, location=self.root + path, mime_type=mime_type)

    def sink(self, path: str, mime_type: str | None = None, write_mode: str = "error"):
        return connectors.sink(
            self.uid, self.config, location=self.root + path, mime_type=mime_type, write_mode=write_mode
        )


class StoreLaws:
    """What a class of tests inherits, beside fixtures `store` and `name`, a folder of its own."""

    def test_wrong_secrets_are_refused_and_not_shown(self, store: Store) -> None:
        for role in ("source", "sink"):
            made = getattr(connectors, role)(store.uid, store.wrong, location=store.root + "x.csv")
            with pytest.raises(connectors.AccessError) as caught:
                made.check()
            for secret in made.secrets:
                assert secret.resolve() not in str(caught.value)
                assert secret.resolve() not in repr(caught.value.__cause__)
        with pytest.raises(connectors.MissingError, match=r"not-there"):
            store.source("not-there.csv").check()

    def test_formats(self, store: Store, name: str) -> None:
        frame = laws.rows()
        for ending in ("csv", "csv.gz", "json", "jsonl", "jsonl.zst", "parquet"):
            path = f"{name}/one.{ending}"
            sink = store.sink(path)
            sink.check()
            assert sink.atomic_create is True
            laws.write(sink, "job", frame)
            for n in (1, 3):
                laws.same(laws.read_all(store.source(path), n), frame)
        found = [item.path for item in store.source(f"{name}/", "text/csv").items]
        assert len(found) == 6

    def test_patterns(self, store: Store, name: str) -> None:
        frame = laws.rows(60)
        for folder in ("in", "in-other"):
            laws.write(store.sink(f"{name}/{folder}", "text/csv; header=present"), "job", frame, 4)
        laws.write(store.sink(f"{name}/in/deep/x.jsonl"), "job", frame)
        csv = "text/csv; header=present"
        assert len(store.source(f"{name}/in", csv).items) == 5
        assert len(store.source(f"{name}/in/*.csv", csv).items) == 4
        assert len(store.source(f"{name}/in*/*.csv", csv).items) == 8
        assert len(store.source(f"{name}/in-", csv).items) == 4
        assert len(store.source(f"{name}/**/*.jsonl").items) == 1
        laws.same(laws.read_all(store.source(f"{name}/in/part-*.csv"), 3), frame)
        made = store.source(f"{name}/in/*.csv")
        partition = made.partitions(1)[0]
        made.files.put(made.items[-1].path, b"id,x,s,flag\n")
        with pytest.raises(connectors.DriftError, match=r"has changed"):
            list(made.read(partition, 100))

    def test_each_partition_is_there_once(self, store: Store, name: str) -> None:
        for where, mime_type in (("out", "application/parquet"), ("one.csv", None)):
            laws.exactly_once(
                lambda mode, where=where, mime_type=mime_type: store.sink(f"{name}/{where}", mime_type, mode),
                lambda where=where, mime_type=mime_type: laws.read_all(store.source(f"{name}/{where}", mime_type)),
                laws.rows(),
            )
        for where, mime_type in (("modes", "text/jsonl"), ("modes.csv", None)):
            laws.write_modes(
                lambda mode, where=where, mime_type=mime_type: store.sink(f"{name}/{where}", mime_type, mode),
                lambda where=where, mime_type=mime_type: laws.read_all(store.source(f"{name}/{where}", mime_type)),
                laws.rows(400),
                "id",
                appends=mime_type is not None,
            )

    def test_large_parts(self, store: Store, name: str, monkeypatch) -> None:
        """An object that is sent in parts is there once as well, and read by ranges."""
        from h2o_frame_compat.io.connectors import buckets

        monkeypatch.setattr(buckets, "ATOMIC", 1 << 20)
        monkeypatch.setattr(buckets.Place, "chunk", 5 << 20)  # the least that S3 takes
        frame = laws.rows(120_000)
        schema = laws.schema_of(frame)
        sink = store.sink(f"{name}/large", "text/jsonl")
        sink.begin("job", schema)
        parts = [sink.open_part("job", "00000", schema) for _ in range(3)]
        for part in parts[:2]:
            for batch in laws.batches(frame, 50_000):
                part.write(batch)
        parts[2].write(laws.batches(frame, 50_000)[0])
        parts[2].abort()
        assert not sink.is_committed("job", "00000")
        assert [part.commit().repeated for part in parts[:2]] == [False, True]
        made = store.source(f"{name}/large", "text/jsonl")
        assert made.items[0].size > 6 << 20
        laws.same(laws.read_all(made, 4, 60_000), frame)
