"""Databases made in Python, with keys of their own: what OrbitDB would refuse to write can be written here."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from h2o_frame_compat.io.orbitdb import layout

SMALL = Path(__file__).parent / "data" / "small.car"


@pytest.fixture(scope="session")
def node():
    """Node.js, or the test is skipped."""
    from h2o_frame_compat.io.orbitdb.process import find_node

    try:
        return find_node()
    except ImportError as error:
        pytest.skip(f"{error}; `make test-services` sets it up")


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    """Keep nodes of other tests, and of the user, out of sight."""
    monkeypatch.setenv("H2O_COMPAT_CACHE", str(tmp_path / "cache"))


class Forge:
    """A database as OrbitDB lays it out, of which any part may be made wrong."""

    def __init__(self, table, *, live=False):
        import coincurve
        import libipld

        self._libipld, self._key = libipld, coincurve.PrivateKey
        self.root, self.signer = self.new_key(1), self.new_key(2)
        self.meta, self.documents = layout.describe(layout.table_of(table), live=live)
        self.live = live
        self.write = [self.public(self.root)]
        self.manifest = {"name": "forged", "type": "documents", "meta": layout.LIVE if live else self.meta}
        self.access_type = "ipfs"
        self.blocks = {}
        self.entries = []
        self.operation = "PUT"
        self.change_entry = lambda entry: None
        self.change_identity = lambda identity: None

    def new_key(self, seed):
        return self._key(hashlib.sha256(bytes([seed])).digest())

    @staticmethod
    def public(key):
        return key.public_key.format().hex()

    @staticmethod
    def sign(key, message):
        return key.sign(message).hex()

    def cid(self, value):
        data = self._libipld.encode_dag_cbor(value)
        cid = b"\x01\x71\x12\x20" + hashlib.sha256(data).digest()
        hashed = self._libipld.encode_multibase("z", cid)
        self.blocks[hashed] = (cid, data)
        return hashed

    def identity(self):
        public, identifier = self.public(self.signer), self.public(self.root)
        first = self.sign(self.signer, identifier.encode())
        second = self.sign(self.root, (public + first).encode())
        made = {"id": identifier, "publicKey": public, "signatures": {"id": first, "publicKey": second}}
        made["type"] = "publickey"
        self.change_identity(made)
        return self.cid(made)

    def entry(self, document, *, operation=None, previous=None):
        before = self.entries[-1:] if previous is None else previous
        body = {
            "id": self.address,
            "payload": {"op": operation or self.operation, "key": document["_id"], "value": document},
            "next": before,
            "refs": [],
            "clock": {"id": self.public(self.signer), "time": len(self.entries) + 1},
            "v": 2,
        }
        made = dict(body, key=self.public(self.signer), identity=self.identity())
        made["sig"] = self.sign(self.signer, self._libipld.encode_dag_cbor(body))
        self.change_entry(made)
        self.entries.append(self.cid(made))

    def start(self):
        """Write manifest and access list."""
        access = self.cid({"type": self.access_type, "write": self.write})
        self.manifest.setdefault("accessController", f"/ipfs/{access}")
        self.address = "/orbitdb/" + self.cid(self.manifest)

    def state(self):
        """Write the entries of a state."""
        if self.live:
            self.entry({"_id": layout.META, "array": [], "meta": self.meta})
        for document in self.documents:
            self.entry(document)

    def car(self, *, without=(), end=None):
        """Give the content of a CAR file."""
        decode = self._libipld.decode_multibase
        roots = [self.address.removeprefix("/orbitdb/"), end or self.entries[-1]]
        # DAG-CBOR marks links (tag 42), which the encoder has no type for.
        links = b"".join(b"\xd8\x2a\x58\x25\x00" + decode(root)[1] for root in roots)
        header = b"\xa2\x65roots" + bytes([0x80 + len(roots)]) + links + b"\x67version\x01"
        parts = [header, *(cid + data for hashed, (cid, data) in self.blocks.items() if hashed not in without)]
        return b"".join(varint(len(part)) + part for part in parts)

    def made(self):
        """Write all of it; give the address and the file."""
        self.start()
        self.state()
        return self.address, self.car()


def varint(number):
    made = bytearray()
    while number > 127:
        made.append(number & 127 | 128)
        number >>= 7
    return bytes([*made, number])


@pytest.fixture
def forge():
    """Give the class, where the packages that it needs are installed."""
    pytest.importorskip("coincurve")
    pytest.importorskip("libipld")
    return Forge
