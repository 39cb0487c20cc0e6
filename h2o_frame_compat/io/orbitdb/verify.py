"""Is it what the address and the signatures promise? Checked here, from the blocks alone, without Node or a peer.

The blocks come as a CAR file, as `OrbitNode` or any tool of IPFS exports them. The address is the hash of the
manifest; the manifest names the access list; each entry of the log names the one before it and is signed by a key
that its identity vouches for; the identity is in the access list. The last entry closes a state of the table, whose
documents are compared with the description of their content.

What cannot be known is whether there is something newer: a peer may hide it.
"""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from h2o_frame_compat.io.orbitdb import layout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import pyarrow as pa

    _Blocks = Callable[[str], bytes | None]

PREFIX = "/orbitdb/"
_CID = b"\x01\x71\x12\x20"  # version 1, DAG-CBOR, SHA-256 of 32 bytes
_SIGNED = ("id", "payload", "next", "refs", "clock", "v")


class IntegrityError(ValueError):
    """What arrived is not what its address or its signatures promise; nothing of it was used."""


@dataclass(frozen=True)
class Verified:
    """A table whose blocks have been verified.

    Attributes
    ----------
    name : str
        The name its host gave it.
    table : pyarrow.Table
        Its content.
    meta : dict
        Its description.
    writers : list of str
        Public keys of who may write it.
    end : str
        Hash of the entry that closes this state.
    """

    name: str
    table: pa.Table
    meta: dict[str, Any]
    writers: list[str]
    end: str


def check_address(address: str) -> str:
    """Give an address in its usual form, ``/orbitdb/zdpu...``.

    Parameters
    ----------
    address : str
        An address, with or without ``/orbitdb/`` or ``orbitdb://``.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        When it is none.
    """
    hashed = str(address).strip().removeprefix("orbitdb:/").removeprefix("/").removeprefix("orbitdb/").strip("/")
    try:
        valid = hashed.startswith("z") and _decoded(hashed)[:4] == _CID and len(_decoded(hashed)) == 36
    except ValueError:
        valid = False
    if not valid:
        raise ValueError(f"{address!r} is no OrbitDB address; one is written /orbitdb/zdpu... as its host printed it")
    return PREFIX + hashed


def verify(address: str, car: bytes | memoryview) -> Verified:
    """Verify a table, and make it.

    Parameters
    ----------
    address : str
        The address that was asked for.
    car : bytes
        Content of a CAR file with the blocks; its roots are the manifest and the newest entry.

    Returns
    -------
    Verified

    Raises
    ------
    IntegrityError
        When anything is not as it should be; the message says what.
    ImportError
        When the packages for it are not installed.
    """
    address = check_address(address)
    with _named(address):
        roots, blocks = _read(memoryview(car))
        return _verified(address, roots[1], blocks.get)


def verify_blocks(address: str, end: str, block: Callable[[str], bytes]) -> tuple[Verified, dict[str, bytes]]:
    """Verify a table whose blocks are asked for one by one, and make it.

    Parameters
    ----------
    address : str
        The address that was asked for.
    end : str
        Hash of the newest entry.
    block : callable
        Gives the block of a hash.

    Returns
    -------
    tuple of Verified and dict
        The table, and the blocks that prove it.

    Raises
    ------
    IntegrityError
        When anything is not as it should be.
    """
    blocks: dict[str, bytes] = {}

    def checked(hashed: str) -> bytes:
        if hashed not in blocks:
            blocks[hashed] = _checked(_decoded(hashed), block(hashed))
        return blocks[hashed]

    with _named(address):
        return _verified(address, end, checked), blocks


def car(address: str, end: str, blocks: Mapping[str, bytes]) -> Iterator[bytes]:
    """Give the parts of a CAR file.

    Parameters
    ----------
    address : str
        The address of the table.
    end : str
        Hash of the newest entry.
    blocks : dict
        The blocks by hash.

    Yields
    ------
    bytes
    """
    # DAG-CBOR has a tag for links, 42.
    roots = b"".join(b"\xd8\x2a\x58\x25\x00" + _decoded(root) for root in (address.removeprefix(PREFIX), end))
    yield from _part(b"\xa2\x65roots\x82" + roots + b"\x67version\x01")
    for hashed, data in blocks.items():
        yield from _part(_decoded(hashed), data)


def _part(*content: bytes) -> Iterator[bytes]:
    number = sum(map(len, content))
    size = bytearray()
    while number > 127:
        size.append(number & 127 | 128)
        number >>= 7
    yield bytes([*size, number])
    yield from content


@contextlib.contextmanager
def _named(address: str) -> Iterator[None]:
    """Name the address in what is raised, and make errors of reading what they mean."""
    try:
        yield
    except IntegrityError as error:
        raise IntegrityError(f"{address} is refused: {error}") from None
    except layout.LayoutError as error:
        raise IntegrityError(f"{address} is refused: {error}") from None
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise IntegrityError(f"{address} is refused: its blocks cannot be read ({error})") from None


def _verified(address: str, end: str, blocks: _Blocks) -> Verified:
    manifest = _block(blocks, address.removeprefix(PREFIX))
    writers = _access(blocks, manifest)
    keys = _Identities(blocks, writers)
    documents: dict[str, Any] = {}
    following = [end]
    while following:
        entry = _block(blocks, following[0])
        _check_entry(entry, address, keys)
        payload = entry["payload"]
        if payload["op"] != "PUT":
            raise IntegrityError(f"an entry of its log says {payload['op']}")
        if payload["key"] == layout.END and documents:
            break  # of an older state
        documents.setdefault(payload["key"], payload["value"])
        if payload["key"] == layout.META:
            break
        following = entry["next"]
        if len(following) > 1:
            raise IntegrityError("its history has two branches")
    meta = _meta(manifest, documents)
    if len(documents) != meta["documents"]:
        raise IntegrityError(f"{len(documents)} of {meta['documents']} documents are there")
    table = layout.assemble(meta, {key: value["array"] for key, value in documents.items()})
    return Verified(manifest["name"], table, meta, writers, end)


def _meta(manifest: Mapping[str, Any], documents: dict[str, Any]) -> dict[str, Any]:
    """Give the description of the state: the manifest's, or, of a table that may change, its own."""
    meta = manifest.get("meta") or {}
    if meta.get("format") != layout.FORMAT:
        raise IntegrityError(
            f"it is a database of another program (the manifest describes no table of format {layout.FORMAT})"
        )
    if meta["live"] is True:
        own: dict[str, Any] = documents.pop(layout.META)["meta"]
        return own
    if layout.META in documents:
        raise IntegrityError("it was changed, but its manifest says that it never is")
    return meta


# ------------------------------------------------------------------------------------------------------ blocks


def _decoded(hashed: str) -> bytes:
    found: bytes = _libipld().decode_multibase(hashed)[1]
    return found


def _checked(cid: bytes, data: bytes) -> bytes:
    """Give a block, if it has the hash it is filed under."""
    if cid[:4] != _CID:
        raise IntegrityError("a block has another kind of hash than DAG-CBOR with SHA-256")
    if hashlib.sha256(data).digest() != cid[4:]:
        raise IntegrityError("a block is not what its hash says")
    return data


def _read(car: memoryview) -> tuple[list[str], dict[str, bytes]]:
    """Give the roots of a CAR file, and its blocks by hash."""
    libipld = _libipld()
    size, at = _varint(car, 0)
    roots = libipld.decode_dag_cbor(bytes(car[at : at + size]))["roots"]
    at += size
    blocks = {}
    while at < len(car):
        size, at = _varint(car, at)
        cid, data = bytes(car[at : at + 36]), car[at + 36 : at + size]
        if len(cid) + len(data) != size:
            raise IntegrityError("a block is cut off")
        blocks[libipld.encode_multibase("z", cid)] = _checked(cid, bytes(data))
        at += size
    return [libipld.encode_multibase("z", root) for root in roots], blocks


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = data[at]
        number |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return number, at


def _block(blocks: _Blocks, hashed: str) -> dict[str, Any]:
    data = blocks(hashed)
    if data is None:
        raise IntegrityError(f"block {hashed} is missing")
    found = _libipld().decode_dag_cbor(data)
    if not isinstance(found, dict):
        raise IntegrityError(f"block {hashed} holds no object")
    return found


# -------------------------------------------------------------------------------------------------- signatures


def _access(blocks: _Blocks, manifest: Mapping[str, Any]) -> list[str]:
    if manifest["type"] != "documents":
        raise IntegrityError(f"it is a database of type {manifest['type']!r}, not of documents")
    if not manifest["accessController"].startswith("/ipfs/"):
        raise IntegrityError(f"who may write is said by {manifest['accessController']!r}, not by a list")
    access = _block(blocks, manifest["accessController"].removeprefix("/ipfs/"))
    writers = list(access["write"])
    if access["type"] != "ipfs" or not writers or "*" in writers:
        raise IntegrityError("anyone may write it (access list '*'), so that its signatures prove nothing")
    return writers


class _Identities:
    """The identities of an access list, each verified once.

    Parameters
    ----------
    blocks : callable
        Gives the block of a hash.
    writers : list of str
        The access list.
    """

    def __init__(self, blocks: _Blocks, writers: list[str]) -> None:
        self._blocks, self._writers = blocks, writers
        self._known: dict[str, str] = {}

    def key(self, hashed: str) -> str:
        """Give the public key of an identity that may write."""
        if hashed not in self._known:
            found = _block(self._blocks, hashed)
            signatures = found["signatures"]
            if found["id"] not in self._writers:
                raise IntegrityError("an entry is by someone who is not in the access list")
            vouched = found["type"] == "publickey"
            vouched = vouched and signed(found["publicKey"], signatures["id"], found["id"].encode())
            proof = (found["publicKey"] + signatures["id"]).encode()
            if not (vouched and signed(found["id"], signatures["publicKey"], proof)):
                raise IntegrityError("an identity's signature is wrong")
            self._known[hashed] = found["publicKey"]
        return self._known[hashed]


def _check_entry(entry: Mapping[str, Any], address: str, keys: _Identities) -> None:
    if entry["id"] != address:
        raise IntegrityError("an entry is of another database")
    if not entry.get("sig") or not entry.get("identity"):
        raise IntegrityError("an entry is not signed")
    body = _libipld().encode_dag_cbor({name: entry[name] for name in _SIGNED})
    if keys.key(entry["identity"]) != entry["key"] or not signed(entry["key"], entry["sig"], body):
        raise IntegrityError("an entry's signature is wrong")


def signed(public_key: str, signature: str, message: bytes) -> bool:
    """Tell whether a signature (secp256k1, DER, over the SHA-256 of the message) is that of a key.

    Parameters
    ----------
    public_key, signature : str
        In hexadecimal digits.
    message : bytes
        What was signed.

    Returns
    -------
    bool
    """
    try:
        import coincurve  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise _missing(error) from None
    try:
        return coincurve.PublicKey(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), message)
    except ValueError:
        return False


def _libipld() -> Any:
    try:
        import libipld  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise _missing(error) from None
    return libipld


def _missing(error: ImportError) -> ImportError:
    return ImportError(f"OrbitDB needs {error.name}: pip install 'h2o-compat[orbitdb]'")
