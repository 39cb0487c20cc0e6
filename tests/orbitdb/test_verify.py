"""Nothing becomes a table that the address and the signatures do not vouch for. No Node here."""

from __future__ import annotations

import pathlib
import sys

import pyarrow as pa
import pytest

from h2o_frame_compat.io.orbitdb import IntegrityError, check_address, layout, verify

SMALL = pathlib.Path(__file__).parent / "data" / "small.car"
# What `OrbitNode.export` wrote of a table that @orbitdb/core 4.0.0 held.
ADDRESS = "/orbitdb/zdpuAtrWSTncHTBnV3BVNgt27JMKzWh9buzhzNvmqnGxAbMXV"
TABLE = pa.table({"x": [1.5, None, 41.0], "s": ["é", "b", None], "i": [2**60, -1, None]})


def refused(address, car, message):
    with pytest.raises(IntegrityError, match=message) as caught:
        verify(address, car)
    assert address in str(caught.value)


def test_what_orbitdb_wrote():
    found = verify(ADDRESS, SMALL.read_bytes())
    assert found.name == "small"
    assert found.table.equals(TABLE)
    assert found.meta["rows"] == 3
    assert len(found.writers) == 1
    assert found.writers != ["*"]
    assert found.meta["live"] is False


@pytest.mark.parametrize("prefix", ["/orbitdb/", "orbitdb/", "", "orbitdb://", "orbitdb:///", " /orbitdb/"])
def test_ways_to_write_an_address(prefix):
    assert check_address(prefix + ADDRESS.removeprefix("/orbitdb/")) == ADDRESS


@pytest.mark.parametrize("text", ["", "/orbitdb/", "/orbitdb/zdpu", "http://a.org", "/ipfs/bafy", ADDRESS[:-1], "z0"])
def test_what_is_no_address(text):
    with pytest.raises(ValueError, match=r"is no OrbitDB address; one is written /orbitdb/zdpu"):
        check_address(text)


def test_any_flipped_byte_is_found():
    car = SMALL.read_bytes()
    wrong = []
    for place in range(0, len(car), 7):
        broken = bytearray(car)
        broken[place] ^= 1
        try:
            found = verify(ADDRESS, bytes(broken))
        except IntegrityError:
            continue
        if not found.table.equals(TABLE):
            wrong.append(place)
    assert wrong == []
    broken = bytearray(car)
    broken[len(car) // 2] ^= 1
    refused(ADDRESS, bytes(broken), "a block is not what its hash says")


def test_a_file_cut_off_anywhere_is_refused():
    car = SMALL.read_bytes()
    for size in range(0, len(car) - 1, 31):
        with pytest.raises(IntegrityError):
            verify(ADDRESS, car[:size])


def test_data_of_another_address(forge):
    address, _ = forge({"x": [1]}).made()
    refused(address, SMALL.read_bytes(), "is missing")


def test_a_forged_database_that_is_right(forge):
    address, car = forge(TABLE).made()
    assert verify(address, car).table.equals(TABLE)
    address, car = forge(TABLE, live=True).made()
    assert verify(address, car).table.equals(TABLE)


def test_an_unsigned_entry(forge):
    for change in (
        lambda e: e.update(sig=""),
        lambda e: e.pop("sig"),
        lambda e: e.pop("identity"),
        lambda e: e.update(identity=None),
    ):
        forged = forge(TABLE)
        forged.change_entry = change
        refused(*forged.made(), "not signed")


def test_a_wrong_signature(forge):
    forged = forge(TABLE)
    forged.change_entry = lambda e: e["payload"].update(value={"_id": "x", "array": [9, 9, 9]})
    refused(*forged.made(), "signature is wrong")
    forged = forge(TABLE)
    forged.change_entry = lambda e: e.update(sig="zz")
    refused(*forged.made(), "signature is wrong")
    forged = forge(TABLE)
    forged.change_entry = lambda e: e.update(key=forged.public(forged.new_key(9)))
    refused(*forged.made(), "signature is wrong")


def test_a_strangers_entry(forge):
    forged = forge(TABLE)
    forged.start()
    for document in forged.documents[:-1]:
        forged.entry(document)
    forged.root, forged.signer = forged.new_key(7), forged.new_key(8)  # with a valid identity of its own
    forged.entry(forged.documents[-1])
    refused(forged.address, forged.car(), "not in the access list")


def test_a_stranger_who_claims_to_be_the_writer(forge):
    forged = forge(TABLE)
    forged.signer = forged.new_key(8)
    mine = forged.new_key(7)
    forged.change_identity = lambda identity: identity["signatures"].update(
        publicKey=forged.sign(mine, (identity["publicKey"] + identity["signatures"]["id"]).encode())
    )
    refused(*forged.made(), "an identity's signature is wrong")
    forged = forge(TABLE)
    forged.change_identity = lambda identity: identity.update(type="trust me")
    refused(*forged.made(), "an identity's signature is wrong")


def test_a_table_that_anyone_may_write(forge):
    for write in (["*"], ["*", "someone"], []):
        forged = forge(TABLE)
        forged.write = write
        refused(*forged.made(), "anyone may write")


def test_another_access_controller(forge):
    forged = forge(TABLE)
    forged.access_type = "open"
    refused(*forged.made(), "prove nothing")
    forged = forge(TABLE)
    forged.manifest["accessController"] = "/orbitdb/zdpu"
    refused(*forged.made(), "who may write")


def test_a_missing_block(forge):
    forged = forge(TABLE)
    address, _ = forged.made()
    for hashed in forged.blocks:
        with pytest.raises(IntegrityError, match=r"missing|documents are there"):
            verify(address, forged.car(without=[hashed]))


def test_an_older_end_of_the_log(forge):
    """A peer that keeps back the newest entries does not pass for one that has them all."""
    forged = forge(TABLE)
    forged.made()
    refused(forged.address, forged.car(end=forged.entries[-2]), "of 4 documents are there")


def test_an_entry_of_another_database(forge):
    other = forge({"x": [1]})
    other.manifest["name"] = "other"
    other.made()
    forged = forge({"x": [1]})
    forged.start()
    forged.blocks |= other.blocks
    refused(forged.address, forged.car(end=other.entries[-1]), "of another database")


def test_a_deleted_document(forge):
    forged = forge(TABLE)
    forged.operation = "DEL"
    refused(*forged.made(), "says DEL")


def test_two_branches(forge):
    forged = forge(TABLE)
    forged.start()
    forged.state()
    forged.entry(forged.documents[-1], previous=[forged.entries[-1], forged.entries[0]])
    refused(forged.address, forged.car(), "two branches")


def test_content_that_is_not_the_manifests(forge):
    forged = forge({"x": [1, 2]})
    forged.documents = forge({"x": [1, 3]}).documents
    refused(*forged.made(), "sha256")


def test_a_change_to_what_never_changes(forge):
    forged = forge(TABLE)
    forged.start()
    forged.state()
    changed = forge({"x": [9.5]}, live=True)
    forged.entry({"_id": layout.META, "array": [], "meta": changed.meta})
    for document in changed.documents:
        forged.entry(document)
    refused(forged.address, forged.car(), "never is")


def test_a_later_state(forge):
    forged = forge(TABLE, live=True)
    forged.start()
    forged.state()
    later = forge({"y": ["new"]}, live=True)
    forged.meta, forged.documents = later.meta, later.documents
    forged.state()
    assert verify(forged.address, forged.car()).table.to_pydict() == {"y": ["new"]}


def test_a_state_after_one_that_was_broken_off(forge):
    forged = forge(TABLE, live=True)
    forged.start()
    forged.entry({"_id": layout.META, "array": [], "meta": forged.meta})
    forged.entry(forged.documents[0])
    later = forge({"y": ["new"]}, live=True)
    forged.meta, forged.documents = later.meta, later.documents
    forged.state()
    assert verify(forged.address, forged.car()).table.to_pydict() == {"y": ["new"]}
    refused(forged.address, forged.car(end=forged.entries[1]), "documents are there")


@pytest.mark.parametrize("meta", [None, {}, {"format": "h2o-columns/2"}, {"documents": 3}])
def test_a_database_of_another_program(forge, meta):
    forged = forge(TABLE)
    forged.manifest["meta"] = meta
    refused(*forged.made(), "of another program")


@pytest.mark.parametrize("change", [{"documents": "4"}, {"columns": None}, {"live": None, "rows": -1}, {"pandas": 1}])
def test_a_description_of_nonsense(forge, change):
    forged = forge(TABLE)
    forged.manifest["meta"] = forged.meta | change
    address, car = forged.made()
    with pytest.raises(IntegrityError):
        verify(address, car)


def test_a_database_of_another_type(forge):
    forged = forge(TABLE)
    forged.manifest["type"] = "keyvalue"
    refused(*forged.made(), "of type 'keyvalue'")


@pytest.mark.parametrize("package", ["libipld", "coincurve"])
def test_without_the_packages(monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError, match=rf"OrbitDB needs {package}: pip install 'h2o-compat\[orbitdb\]'"):
        verify(ADDRESS, SMALL.read_bytes())
