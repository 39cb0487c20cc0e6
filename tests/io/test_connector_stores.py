"""Object stores: S3 as moto has it, with signatures checked, and Google's with a token endpoint that verifies."""

from __future__ import annotations

import io
import json
import os
import urllib.request
import uuid

import gcs_server
import laws
import pandas as pd
import pytest
import store_laws

from h2o_frame_compat.io import connectors

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


def authentication(endpoint, free):
    """Tell moto after how many calls it looks at signatures; its environment variable is read once for the process."""
    asked = urllib.request.Request(f"{endpoint}/moto-api/reset-auth", free.encode(), {"Content-Type": "text/plain"})
    urllib.request.urlopen(asked).close()


@pytest.fixture(scope="module")
def s3():
    """S3 with authentication on: the first calls, which make the account, are free."""
    server = pytest.importorskip("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    authentication(endpoint, "4")
    import boto3

    keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
    given = {"region_name": "us-east-1", "endpoint_url": endpoint, **keys}
    iam = boto3.client("iam", **given)
    iam.create_user(UserName="scores")
    key = iam.create_access_key(UserName="scores")["AccessKey"]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    iam.put_user_policy(UserName="scores", PolicyName="all", PolicyDocument=json.dumps(policy))
    boto3.client("s3", **given).create_bucket(Bucket="bucket")
    config = {
        "access_key_id": key["AccessKeyId"], "secret_access_key": key["SecretAccessKey"],
        "region": "us-east-1", "endpoint": endpoint, "path_style": True,
    }  # fmt: skip
    wrong = {**config, "secret_access_key": "a secret that is wrong"}
    yield store_laws.Store("s3", config, "s3://bucket/", wrong)
    authentication(endpoint, "inf")
    server.stop()


@pytest.fixture(scope="module")
def gcs():
    server = gcs_server.Server()
    server.buckets.add("bucket")
    other = gcs_server.rsa.generate_private_key(public_exponent=65537, key_size=2048)
    config = {"credentials": server.credentials(), "projectID": "p", "endpoint": server.address}
    store = store_laws.Store("gcp", config, "gs://bucket/", {**config, "credentials": server.credentials(other)})
    store.server = server
    yield store
    server.shutdown()
    server.server_close()


@pytest.fixture(params=["s3", "gcs"])
def store(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def name():
    return uuid.uuid4().hex


class TestStores(store_laws.StoreLaws):
    """Every law, for every store."""


def test_minio_is_s3_with_an_endpoint(s3, name):
    config = {field: value for field, value in s3.config.items() if field != "path_style"}
    sink = connectors.sink("minio", config, location=f"s3://bucket/{name}.csv")
    assert sink.config["pathStyle"] is True
    laws.write(sink, "job", laws.rows(20))


def test_google_answers_only_who_has_a_token(gcs, name):
    gcs.sink(f"{name}.csv").check()
    assert gcs.server.tokens
    anonymous = connectors.source("gcp", {"endpoint": gcs.config["endpoint"]}, location="gs://bucket/x.csv")
    with pytest.raises(connectors.ConnectorError):
        anonymous.check()


def test_a_service_account_of_google_signs_by_itself(gcs, name):
    """No token is asked for; the server verifies the assertion that each request brings."""
    tokens = set(gcs.server.tokens)
    for key, refused in ((None, False), (gcs_server.rsa.generate_private_key(65537, 2048), True)):
        config = {**gcs.config, "credentials": gcs.server.credentials(key, exchanged=False)}
        sink = connectors.sink("gcp", config, location=f"gs://bucket/{name}.csv")
        if refused:
            with pytest.raises(connectors.AccessError):
                sink.check()
        else:
            sink.check()
    assert gcs.server.tokens == tokens


def test_googles_own_client_sees_the_same(gcs, name):
    """It takes the same key to the same token endpoint; what one writes the other reads."""
    storage = pytest.importorskip("google.cloud.storage")
    account = storage.Client.from_service_account_info(
        json.loads(gcs.config["credentials"]), client_options={"api_endpoint": gcs.config["endpoint"]}
    )
    bucket, frame = account.bucket("bucket"), laws.rows(50)
    laws.write(gcs.sink(f"{name}/ours.csv"), "job", frame)
    text = bucket.blob(f"{name}/ours.csv").download_as_bytes()
    assert pd.read_csv(io.BytesIO(text))["id"].tolist() == frame["id"].tolist()
    bucket.blob(f"{name}/its & own.csv").upload_from_string(text)
    laws.same(laws.read_all(gcs.source(f"{name}/its & own.csv")), frame)
    listed = {blob.name for blob in account.list_blobs("bucket") if blob.name.startswith(name)}
    assert {f"{name}/ours.csv", f"{name}/its & own.csv"} <= listed
    account.close()


def test_a_busy_store_is_asked_again(gcs, name):
    gcs.server.fail[:] = [503, 429]
    laws.write(gcs.sink(f"{name}.csv"), "job", laws.rows(20), 1)
    assert gcs.server.fail == []


def test_a_store_that_is_not_there_is_told_soon():
    keys = {"accessKeyID": "a", "secretAccessKey": "b", "endpoint": "http://127.0.0.1:9", "region": "x"}
    with pytest.raises(connectors.TransientError, match=r"s3://bucket/"):
        connectors.source("s3", keys, location="s3://bucket/x.csv").check()


def test_credentials_that_are_none_are_refused():
    with pytest.raises(ValueError, match=r"^credentials: "):
        connectors.source("gcp", {"credentials": "{}"}, location="gs://b/x.csv").check()


@pytest.mark.parametrize(
    ("uid", "location", "field"),
    [("s3", "s3://b/x.csv", "accessKeyID"), ("gcp", "gs://b/x.csv", "credentials"),
     ("azure", "az://c/x.csv", "accountKey")],
)  # fmt: skip
def test_sinks_need_credentials(uid, location, field, monkeypatch):
    for name in list(os.environ):
        if name.startswith(("AWS_", "GOOGLE_", "AZURE_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "a")
    with pytest.raises(ValueError, match=f"^{field}: is missing"):
        connectors.sink(uid, {}, location=location).check()
