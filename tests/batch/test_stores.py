"""Jobs from an object store to another place in it, with secrets that are only named."""

from __future__ import annotations

import io
import json

import pandas as pd
import pytest

from h2o_sklearn.batch import Counts, JobState, LocalRuntime

ROWS = 400


@pytest.fixture(scope="module")
def client():
    """S3, as moto has it."""
    moto = pytest.importorskip("moto.server")
    import boto3

    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    keys = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "swordfish"}
    made = boto3.client("s3", region_name="us-east-1", endpoint_url=f"http://{host}:{port}", **keys)
    yield made
    server.stop()


@pytest.fixture
def bucket(client, tmp_path):
    name = tmp_path.name.replace("_", "-").lower()[:50]
    client.create_bucket(Bucket=name)
    for at in range(4):
        rows = range(at * 100, at * 100 + 100)
        frame = pd.DataFrame({"id": [f"r{i}" for i in rows], "x": [-1.0 if i == 7 else float(i) for i in rows]})
        client.put_object(Bucket=name, Key=f"in/{at}.csv", Body=frame.to_csv(index=False).encode())
    return name


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # boto's
@pytest.mark.parametrize("processes", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_from_s3_to_s3(jobs, client, bucket, doubles, tmp_path, monkeypatch, processes):
    """With processes of their own one is killed, too, when it has committed its first part."""
    monkeypatch.setenv("SCORES_KEY", "AKIDEXAMPLE")
    monkeypatch.setenv("SCORES_SECRET", "swordfish")
    config = {
        "accessKeyID": {"env": "SCORES_KEY"}, "secretAccessKey": {"env": "SCORES_SECRET"}, "region": "us-east-1",
        "endpoint": client.meta.endpoint_url, "pathStyle": True,
    }  # fmt: skip
    model = doubles("Killer", moment="after commit", flag=str(tmp_path / "killed")) if processes else doubles()
    job = jobs.create(
        source={"spec_uid": "s3", "location": f"s3://{bucket}/in/*.csv", "config": config},
        sink={"spec_uid": "s3", "location": f"s3://{bucket}/out/*.parquet", "config": config},
        dead_letter={"spec_uid": "s3", "location": f"s3://{bucket}/dead.jsonl", "config": config},
        model=model, model_request_parameters={"id_field": "id"}, runtime=LocalRuntime(processes=processes),
        partitions=4, backoff=0.01, start=False,
    )  # fmt: skip
    assert job.run() == JobState.FINISHED, job.error
    assert (tmp_path / "killed").exists() == bool(processes)
    assert job.counts == Counts(ROWS, ROWS - 1, 1)
    there = [found["Key"] for found in client.list_objects_v2(Bucket=bucket, Prefix="out/")["Contents"]]
    keys = [key for key in there if key.endswith(".parquet")]
    assert len(keys) == 4
    parts = [pd.read_parquet(io.BytesIO(client.get_object(Bucket=bucket, Key=key)["Body"].read())) for key in keys]
    out = pd.concat(parts).set_index("id")["predict"]
    assert out.to_dict() == {f"r{i}": 2.0 * i for i in range(ROWS) if i != 7}
    [dead] = job.dead_letters()
    assert (dead["id"], dead["x"]) == ("r7", -1.0)
    remembered = json.dumps(job.to_dict())
    assert "swordfish" not in remembered
    assert "SCORES_SECRET" in remembered


def test_a_secret_given_as_text_is_not_remembered(jobs, client, bucket, doubles, tmp_path):
    config = {
        "accessKeyID": "AKIDEXAMPLE", "secretAccessKey": "swordfish", "region": "us-east-1",
        "endpoint": client.meta.endpoint_url, "pathStyle": True,
    }  # fmt: skip
    job = jobs.create(
        source={"spec_uid": "s3", "location": f"s3://{bucket}/in/*.csv", "config": config}, partitions=4,
        sink=str(tmp_path / "out.csv"), dead_letter=str(tmp_path / "dead.jsonl"), model=doubles(),
        runtime=LocalRuntime(processes=0), start=False,
    )  # fmt: skip
    assert job.run() == JobState.FINISHED, job.error
    for file in (tmp_path / "state").rglob("*"):
        assert not file.is_file() or b"swordfish" not in file.read_bytes()
    assert "swordfish" not in "".join(map(str, job.logs())) + repr(job) + repr(job.source)
