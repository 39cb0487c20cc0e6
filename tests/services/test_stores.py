"""Object stores as they are: Ceph for S3 and MinIO, Azurite for Azure with a key and with a signature."""

from __future__ import annotations

import datetime
import uuid

import laws
import pytest
import store_laws

from h2o_frame_compat.io import connectors

pytestmark = [pytest.mark.services, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]


@pytest.fixture(scope="module")
def ceph(service):
    import boto3

    facts = service("ceph")
    client = boto3.client(
        "s3", endpoint_url=facts["endpoint"], region_name=facts["region"],
        aws_access_key_id=facts["access_key_id"], aws_secret_access_key=facts["secret_access_key"],
    )  # fmt: skip
    bucket = f"scores-{uuid.uuid4().hex[:12]}"
    client.create_bucket(Bucket=bucket)
    facts["bucket"] = bucket
    return facts


def _s3(facts, uid, **more):
    names = ("access_key_id", "secret_access_key", "region", "endpoint")
    config = {**{name: facts[name] for name in names}, **more}
    wrong = {**config, "secret_access_key": "a secret that is wrong"}
    return store_laws.Store(uid, config, f"s3://{facts['bucket']}/", wrong)


@pytest.fixture(scope="module")
def container(service):
    from azure.storage.blob import BlobServiceClient

    facts = service("azurite")
    secret = {"account_name": facts["account"], "account_key": facts["key"]}
    client = BlobServiceClient(facts["endpoint"], credential=secret)
    facts["container"] = f"scores-{uuid.uuid4().hex[:12]}"
    client.create_container(facts["container"]).close()
    client.close()
    return facts


def _signature(facts, permission, key=None):
    from azure.storage.blob import generate_container_sas

    until = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=1)
    return generate_container_sas(
        facts["account"], facts["container"], account_key=key or facts["key"], permission=permission, expiry=until
    )


WRONG_KEY = "YSBrZXkgdGhhdCBpcyB3cm9uZw=="


def _azure(facts, config, wrong):
    return store_laws.Store("azure", config, f"{facts['endpoint']}/{facts['container']}/", wrong)


@pytest.fixture(params=["s3 on ceph", "minio on ceph", "azure by key", "azure by signature"])
def store(request):
    kind = request.param
    if "ceph" in kind:
        facts = request.getfixturevalue("ceph")
        return _s3(facts, "s3", path_style=True) if kind.startswith("s3") else _s3(facts, "minio", partSize=8 << 20)
    facts = request.getfixturevalue("container")
    if "key" in kind:
        return _azure(facts, {"accountKey": facts["key"]}, {"accountKey": WRONG_KEY})
    good, wrong = _signature(facts, "rwdl"), _signature(facts, "rwdl", WRONG_KEY)
    return _azure(facts, {"sasToken": "?" + good, "containerName": facts["container"]}, {"sasToken": wrong})


@pytest.fixture
def name():
    return uuid.uuid4().hex


class TestStores(store_laws.StoreLaws):
    """Every law, for every store."""


def test_a_signature_that_may_only_read_is_told_before_the_job_starts(container, name):
    rows = laws.rows(20)
    good = _azure(container, {"accountKey": container["key"]}, {})
    laws.write(good.sink(f"{name}/x.csv"), "job", rows)
    limited = _azure(container, {"sas_token": _signature(container, "rl")}, {})
    laws.same(laws.read_all(limited.source(f"{name}/x.csv")), rows)
    with pytest.raises(connectors.AccessError):
        limited.sink(f"{name}/y.csv").check()


def test_a_signature_without_the_right_to_delete_can_write(container, name):
    """The rights that H2O MLOps asks for: read, write, list."""
    limited = _azure(container, {"sas_token": _signature(container, "rwl")}, {})
    sink = limited.sink(f"{name}/out", "text/jsonl")
    sink.check()
    assert sink.atomic_create is True


def test_a_signature_that_has_ended_is_refused(container):
    from azure.storage.blob import generate_container_sas

    ended = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=1)
    token = generate_container_sas(
        container["account"], container["container"], account_key=container["key"], permission="rwl", expiry=ended
    )
    with pytest.raises(connectors.AccessError):
        _azure(container, {"sas_token": token}, {}).sink("x.csv").check()


def test_the_signature_may_be_in_the_address(container, name):
    good = _azure(container, {"accountKey": container["key"]}, {})
    rows = laws.rows(20)
    laws.write(good.sink(f"{name}/x.csv"), "job", rows)
    address = f"{container['endpoint']}/{container['container']}/{name}/x.csv?{_signature(container, 'rl')}"
    made = connectors.source("azure", location=address)
    assert "sig=" not in repr(made)
    laws.same(laws.read_all(made), rows)


def test_keys_of_a_user_who_may_not_write(ceph, name):
    """A bucket of someone else."""
    stranger = _s3({**ceph, "bucket": "not-my-bucket"}, "s3")
    with pytest.raises((connectors.AccessError, connectors.MissingError)):
        stranger.sink("x.csv").check()
