"""The way over Kubernetes: manifests against the published schemas, and jobs through a double of its API.

No live cluster is part of these tests.
"""

from __future__ import annotations

import json

import kubernetes_validate
import pandas as pd
import pytest
import yaml
from kubernetes import config

from h2o_sklearn.batch import BatchKubernetesOptions, Counts, JobState, KubernetesRuntime, OptionError
from h2o_sklearn.batch.runners.kubernetes import indexes

ROWS = 300
EVERYTHING = {
    "replicas": 2,
    "requests": {"cpu": "500m", "memory": "1Gi"},
    "limits": {"memory": "2Gi"},
    "affinity": "pool=scoring",
    "toleration": "dedicated=scoring:NoSchedule",
    "replica_spread": "kubernetes.io/hostname",
}


@pytest.fixture
def double(tmp_path, monkeypatch):
    from kubernetes_double import Double

    (tmp_path / "cluster").mkdir()
    made = Double(tmp_path / "cluster", {"aws": {"id": "AK", "key": "swordfish"}})
    for module in (config, config.kube_config):
        monkeypatch.setattr(module, "KUBE_CONFIG_DEFAULT_LOCATION", made.kubeconfig(), raising=False)
    yield made
    made.close()


@pytest.fixture
def asked(numbers, doubles, tmp_path):
    """What a job on Kubernetes is asked for."""

    def ask(model=None, poison=(), **more):
        return {
            "source": numbers(ROWS, files=3, poison=poison),
            "sink": str(tmp_path / "out.parquet"),
            "model": model or doubles(),
            "model_request_parameters": {"id_field": "id"},
            "runtime": more.pop("runtime", KubernetesRuntime("registry/h2o-compat:1", "scoring")),
            "kubernetes_options": more.pop("kubernetes_options", BatchKubernetesOptions(replicas=2)),
            "partitions": more.pop("partitions", 3),
            "retries": 1,
            "backoff": 0.01,
            **more,
        }

    return ask


def test_manifests_are_what_the_published_schemas_say(jobs, asked):
    runtime = KubernetesRuntime(
        "registry/h2o-compat:1", "scoring", {"AWS_ID": "aws/id"}, volume_claim="models", service_account="scorer",
        image_pull_secret="registry", active_deadline_seconds=3600,
    )  # fmt: skip
    texts = jobs.dry_run(**asked(runtime=runtime, kubernetes_options=EVERYTHING, environment_variables={"LEVEL": "2"}))
    made = [yaml.safe_load(text) for text in texts]
    assert [one["kind"] for one in made] == ["ConfigMap", "Job"]
    for one in made:
        kubernetes_validate.validate(one, kubernetes_validate.latest_version(), strict=True)
    spec = made[1]["spec"]
    assert (spec["completions"], spec["parallelism"], spec["backoffLimitPerIndex"]) == (3, 2, 1)
    pod = spec["template"]["spec"]
    assert pod["containers"][0]["resources"] == {"requests": EVERYTHING["requests"], "limits": EVERYTHING["limits"]}
    secret = {"name": "AWS_ID", "valueFrom": {"secretKeyRef": {"name": "aws", "key": "id"}}}
    assert secret in pod["containers"][0]["env"]
    assert len(json.loads(made[0]["data"]["partitions.json"])["partitions"]) == 3


def test_the_schemas_would_notice_a_mistake(jobs, asked):
    job = yaml.safe_load(jobs.dry_run(**asked())[1])
    job["spec"]["replicas"] = 3
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(job, kubernetes_validate.latest_version(), strict=True)


def test_a_secret_is_never_in_a_manifest(jobs, asked, tmp_path):
    source = {"spec_uid": "jdbc", "location": f"sqlite:///{tmp_path}/{{{{name}}}}.db"}
    pd.DataFrame({"id": ["a"], "x": [1.0]}).to_sql("t", f"sqlite:///{tmp_path}/swordfish.db", index=False)
    given = asked()
    given["source"] = {**source, "config": {"table": "t", "secretParams": {"name": "swordfish"}}}
    with pytest.raises(OptionError, match=r"secrets: H2O_COMPAT_SECRET_.* a pod gets a secret from a Secret only"):
        jobs.dry_run(**given)
    with pytest.raises(OptionError, match="secrets: H2O_COMPAT_SECRET_"):
        jobs.create(**given)  # before it starts, and not by the cluster
    assert jobs.list() == []


def test_what_is_wrong_is_refused(jobs, asked):
    given = asked()
    with pytest.raises(OptionError, match="secrets: AWS_ID: must be 'secret-name/key'"):
        KubernetesRuntime("i", secrets={"AWS_ID": "aws"})
    with pytest.raises(OptionError, match="secrets: must be a dict"):
        KubernetesRuntime("i", secrets="aws/id")
    with pytest.raises(OptionError, match="toleration: must be key=value"):
        jobs.dry_run(**{**given, "kubernetes_options": {"toleration": "dedicated"}})
    with pytest.raises(OptionError, match=r"kubernetes_options\.replicas: must be"):
        jobs.dry_run(**{**given, "kubernetes_options": {"replicas": 0}})
    with pytest.raises(OptionError, match="runtime: give a KubernetesRuntime"):
        jobs.dry_run(**{**given, "runtime": "kubernetes"})


@pytest.mark.parametrize(("text", "found"), [(None, set()), ("", set()), ("3", {3}), ("0,2-4,9", {0, 2, 3, 4, 9})])
def test_indexes(text, found):
    assert indexes(text) == found


def test_a_job_from_start_to_end(jobs, asked, double, tmp_path):
    double.lost_polls = 1
    job = jobs.create(**asked(poison=[7], dead_letter=str(tmp_path / "dead.jsonl"), partitions=2), start=False)
    assert job.run() == JobState.FINISHED, job.error
    assert job.counts == Counts(ROWS, ROWS - 1, 1)
    out = pd.read_parquet(tmp_path / "out.parquet")
    assert out["predict"].tolist() == [2.0 * i for i in range(ROWS) if i != 7]
    assert [row["id"] for row in job.dead_letters()] == ["r7"]
    [owner] = next(iter(double.things["configmaps"].values()))["metadata"]["ownerReferences"]
    assert owner["kind"] == "Job"


def test_a_job_that_is_refused(jobs, asked, double):
    double.refuse = (403, "Forbidden", "exceeded quota: pods")
    job = jobs.create(**asked(), start=False)
    assert job.run() == JobState.SUBMISSION_FAILED
    assert "exceeded quota" in job.error
    assert double.things["configmaps"] == {}


@pytest.mark.slow
def test_pods_that_are_killed_and_an_index_that_fails(jobs, asked, double, tmp_path):
    double.killing = {0, 2}
    job = jobs.create(**asked(poison=[150]), start=False)
    assert job.run() == JobState.FAILED
    assert "row 50 cannot be scored: ValueError: negative: -151" in job.error
    assert job.completion_stats.finished_pipeline_count == 2
    pods = [pod["status"]["containerStatuses"][0]["state"]["terminated"] for pod in double.things["pods"].values()]
    assert sorted(pod["exitCode"] for pod in pods) == [0, 0, 42, 137, 137]  # 42 is not tried again
    double.killing = {0}
    job.resume(wait=True)
    [again] = double.things["jobs"].values()
    assert again["spec"]["completions"] == 1  # only what is open


@pytest.mark.slow
def test_a_driver_that_goes_leaves_a_job_that_the_next_one_replaces(jobs, asked, double, monkeypatch, tmp_path):
    job = jobs.create(**asked(), start=False)
    from h2o_sklearn.batch.runners import kubernetes

    class Killed(BaseException):
        """Stands for kill -9: nothing is tidied up."""

    def gone(_):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(kubernetes._Pods, "_watch", gone)
        patch.setattr(kubernetes._Pods, "_clear", lambda _: None)
        with pytest.raises(Killed):
            job.run()
    [old] = double.things["jobs"]
    with jobs.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE h2o_batch_jobs SET holder = NULL")
    assert job.state == JobState.FAILED
    job.resume(wait=True)
    assert job.state == JobState.FINISHED, job.error
    assert job.counts == Counts(ROWS, ROWS, 0)
    assert old not in double.things["jobs"]
    assert pd.read_parquet(tmp_path / "out.parquet")["predict"].tolist() == [2.0 * i for i in range(ROWS)]
