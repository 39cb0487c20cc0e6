"""An Indexed Job of Kubernetes: each index is a partition.

Pods know the job from a ConfigMap, which Kubernetes removes with the Job, and secrets from Secrets that exist. What an
index has written is read from the sink, so that nothing depends on pods that are gone.
"""

from __future__ import annotations

import base64
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from h2o_frame_compat.io import connectors
from h2o_sklearn.batch.errors import BatchError, OptionError, StartTimeoutError, SubmissionError
from h2o_sklearn.batch.options import BatchKubernetesOptions, Counts, KubernetesRuntime, from_dict
from h2o_sklearn.batch.worker import PERMANENT, TASK

if TYPE_CHECKING:
    from h2o_frame_compat.io.connectors import Partition, Sink
    from h2o_sklearn.batch.driver import Run
    from h2o_sklearn.batch.task import Task

_FOLDER = "/etc/h2o-compat"
_LARGEST = 1_000_000  # what a ConfigMap holds is 1 MiB, all in all
_LABEL = "h2o-compat/job"
_INDEX = "batch.kubernetes.io/job-completion-index"
_PAUSE = 0.5
_PATIENCE = 10  # polls that may fail one after the other


def manifests(
    task: Task,
    partitions: list[Partition],
    runtime: KubernetesRuntime,
    options: BatchKubernetesOptions,
    *,
    retries: int,
    backoff: float,
    environment: dict[str, str],
    name: str,
) -> list[dict[str, Any]]:
    """Write the manifests of a job: a ConfigMap and an Indexed Job.

    Parameters
    ----------
    task : Task
        The job.
    partitions : list of Partition
        What its indexes are.
    runtime : KubernetesRuntime
        The image, the namespace, the secrets.
    options : BatchKubernetesOptions
        Replicas and resources.
    retries : int
        How often an index is tried again.
    backoff : float
        Seconds before a pod itself tries again.
    environment : dict
        Variables of the pods.
    name : str
        What both are called.

    Returns
    -------
    list of dict
        The manifests, as YAML has them.

    Raises
    ------
    OptionError
        When a secret is not in a Secret, or the model is too large for a ConfigMap.
    """
    labels = {"app.kubernetes.io/name": "h2o-compat", _LABEL: task.job}
    about = {"name": name, "namespace": runtime.namespace, "labels": labels}
    plan = {"partitions": [one.to_json() for one in partitions], "retries": retries, "backoff": backoff}
    if runtime.model_path is not None:
        task = replace(task, model=runtime.model_path)
    config: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": about,
        "data": {"task.json": json.dumps(task.to_json()), "partitions.json": json.dumps(plan)},
    }
    if runtime.model_path is None:
        config["binaryData"] = {"model": base64.b64encode(Path(task.model).read_bytes()).decode("ascii")}
    if len(json.dumps(config)) > _LARGEST:
        raise OptionError("model_path", "is needed: the model is too large for a ConfigMap; put it into the image")
    spec = {
        "completionMode": "Indexed",
        "completions": len(partitions),
        "parallelism": min(options.replicas, len(partitions)),
        "backoffLimitPerIndex": retries,
        "ttlSecondsAfterFinished": runtime.ttl_seconds_after_finished,
        "podFailurePolicy": {
            "rules": [
                {
                    "action": "FailIndex",
                    "onExitCodes": {"containerName": "worker", "operator": "In", "values": [PERMANENT]},
                },
                {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]},
            ]
        },
        "template": {"metadata": {"labels": labels}, "spec": _pod(task, runtime, options, environment, name)},
    }
    if runtime.active_deadline_seconds is not None:
        spec["activeDeadlineSeconds"] = runtime.active_deadline_seconds
    return [config, {"apiVersion": "batch/v1", "kind": "Job", "metadata": about, "spec": spec}]


def _pod(
    task: Task, runtime: KubernetesRuntime, options: BatchKubernetesOptions, environment: dict[str, str], name: str
) -> dict[str, Any]:
    mounts = [{"name": "job", "mountPath": _FOLDER, "readOnly": True}]
    volumes: list[dict[str, Any]] = [{"name": "job", "configMap": {"name": name}}]
    if runtime.volume_claim is not None:
        mounts.append({"name": "data", "mountPath": "/data"})
        volumes.append({"name": "data", "persistentVolumeClaim": {"claimName": runtime.volume_claim}})
    plain = [{"name": key, "value": value} for key, value in {**environment, TASK: _FOLDER}.items()]
    container: dict[str, Any] = {
        "name": "worker",
        "image": runtime.image,
        "command": ["python", "-m", "h2o_sklearn.batch.worker"],
        "env": plain + _secrets(task, runtime),
        "terminationMessagePolicy": "FallbackToLogsOnError",
        "volumeMounts": mounts,
    }
    resources = {"requests": options.requests, "limits": options.limits}
    if any(resources.values()):
        container["resources"] = {key: value for key, value in resources.items() if value}
    pod: dict[str, Any] = {"restartPolicy": "Never", "containers": [container], "volumes": volumes}
    if runtime.service_account is not None:
        pod["serviceAccountName"] = runtime.service_account
    if runtime.image_pull_secret is not None:
        pod["imagePullSecrets"] = [{"name": runtime.image_pull_secret}]
    if options.affinity is not None:
        key, value = _pair("affinity", options.affinity)
        terms = [{"matchExpressions": [{"key": key, "operator": "In", "values": [value]}]}]
        wanted = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}
        pod["affinity"] = {"nodeAffinity": wanted}
    if options.toleration is not None:
        rest, _, effect = options.toleration.partition(":")
        key, value = _pair("toleration", rest)
        taint = {"key": key, "operator": "Equal", "value": value}
        pod["tolerations"] = [{**taint, "effect": effect} if effect else taint]
    if options.replica_spread is not None:
        spread = {"maxSkew": 1, "topologyKey": options.replica_spread, "whenUnsatisfiable": "ScheduleAnyway"}
        pod["topologySpreadConstraints"] = [{**spread, "labelSelector": {"matchLabels": {_LABEL: task.job}}}]
    return pod


def _pair(name: str, text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not (key and equals and value):
        raise OptionError(name, f"must be key=value, got {text!r}")
    return key, value


def _secrets(task: Task, runtime: KubernetesRuntime) -> list[dict[str, Any]]:
    """Name, for each variable that a connector reads a secret from, the Secret that has it."""
    wanted = set(runtime.secrets)
    for place in (task.source, task.sink, task.dead_letter):
        if place is not None:
            connector = connectors.from_json(place)
            wanted |= {secret.name for secret in connector.secrets if secret.kind == "env"}
    missing = sorted(wanted - set(runtime.secrets))
    if missing:
        raise OptionError(
            "secrets",
            f"{', '.join(missing)}: a pod gets a secret from a Secret only; refer to it in the connector as"
            ' {"env": "NAME"} and say in the runtime secrets={"NAME": "secret-name/key"}',
        )
    found = []
    for variable in sorted(wanted):
        secret, _, key = runtime.secrets[variable].partition("/")
        found.append({"name": variable, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}})
    return found


# ---------------------------------------------------------------- running


def run(run: Run) -> None:
    """Score the open partitions of a job.

    Parameters
    ----------
    run : Run
        The job.
    """
    assert isinstance(run.runtime, KubernetesRuntime)
    _Pods(run, run.runtime).run()


class _Pods:
    """A Job in a cluster, watched."""

    def __init__(self, run: Run, runtime: KubernetesRuntime) -> None:
        try:
            from kubernetes import client, config  # noqa: PLC0415 - an extra
        except ImportError:
            raise SubmissionError("the client is not installed: pip install 'h2o-compat[kubernetes]'") from None
        try:
            config.load_config()
        except config.ConfigException as error:
            raise SubmissionError(f"no Kubernetes cluster is configured: {error}") from None
        self._batch, self._core = client.BatchV1Api(), client.CoreV1Api()
        self._refused = client.ApiException
        self._run, self._runtime = run, runtime
        self._numbers = run.waiting
        self._sink = cast("Sink", connectors.from_json(run.task.sink))
        self._name = f"h2o-batch-{run.job}-{run.epoch}"

    def run(self) -> None:
        """Create the Job, and watch it to its end; whatever happens, it is gone afterwards or has ended."""
        self._clear()
        self._create()
        try:
            self._watch()
        except BaseException:
            self._clear()
            raise

    def _clear(self) -> None:
        """Remove Jobs of this job, also those of a driver that was killed."""
        selector = f"{_LABEL}={self._run.job}"
        namespace = self._runtime.namespace
        try:
            for one in self._batch.list_namespaced_job(namespace, label_selector=selector).items:
                self._batch.delete_namespaced_job(one.metadata.name, namespace, propagation_policy="Background")
            for one in self._core.list_namespaced_config_map(namespace, label_selector=selector).items:
                self._core.delete_namespaced_config_map(one.metadata.name, namespace)
        except self._refused as error:
            if error.status != 404:
                raise SubmissionError(f"Kubernetes: {_message(error)}") from error

    def _create(self) -> None:
        run, namespace = self._run, self._runtime.namespace
        options: BatchKubernetesOptions = from_dict(BatchKubernetesOptions, run.kubernetes_options)
        config, job = manifests(
            run.task,
            [run.partitions[number] for number in self._numbers],
            self._runtime,
            options,
            retries=run.retries,
            backoff=run.backoff,
            environment=run.environment,
            name=self._name,
        )
        try:
            self._core.create_namespaced_config_map(namespace, config)
            made = self._batch.create_namespaced_job(namespace, job)
            owner = {"apiVersion": "batch/v1", "kind": "Job", "name": self._name, "uid": made.metadata.uid}
            patch = {"metadata": {"ownerReferences": [owner]}}
            self._core.patch_namespaced_config_map(self._name, namespace, patch)
        except self._refused as error:
            self._clear()
            raise SubmissionError(f"Kubernetes refused the job: {_message(error)}") from error
        run.log(f"Job {namespace}/{self._name}: {len(self._numbers)} indexes")
        for number in self._numbers:
            run.start(number)

    def _watch(self) -> None:
        failed_polls = 0
        told: set[int] = set()
        while True:
            self._run.beat()
            try:
                status = self._batch.read_namespaced_job_status(self._name, self._runtime.namespace).status
                failed_polls = 0
            except BatchError:
                raise
            except Exception as error:
                failed_polls += 1
                gone = isinstance(error, self._refused) and error.status == 404
                if gone or failed_polls > _PATIENCE:
                    raise SubmissionError(f"the Job {self._name} cannot be watched: {_message(error)}") from error
                time.sleep(_PAUSE)
                continue
            self._tell(status, told)
            ended = {condition.type: condition for condition in status.conditions or [] if condition.status == "True"}
            if "Failed" in ended and ended["Failed"].reason == "DeadlineExceeded":
                raise StartTimeoutError(f"Kubernetes: {ended['Failed'].message or 'the deadline was exceeded'}")
            if "Complete" in ended or "Failed" in ended:
                return
            time.sleep(_PAUSE)

    def _tell(self, status: Any, told: set[int]) -> None:
        """Tell the job what is new: of complete indexes what the sink says, of failed ones what their pods said."""
        for index in indexes(status.completed_indexes) - told:
            told.add(index)
            number = self._numbers[index]
            part = self._sink.committed(self._run.job, self._run.partitions[number].id)
            if part is None:
                self._run.failed(number, "its pod succeeded, but the sink has no part of it", transient=False)
            else:
                self._run.done(number, Counts(**part.extra))
        for index in indexes(status.failed_indexes) - told:
            told.add(index)
            self._run.failed(self._numbers[index], self._last_words(index), transient=False)

    def _last_words(self, index: int) -> str:
        selector = f"batch.kubernetes.io/job-name={self._name},{_INDEX}={index}"
        pods = self._core.list_namespaced_pod(self._runtime.namespace, label_selector=selector).items
        for pod in reversed(pods):
            for status in pod.status.container_statuses or []:
                ended = status.state.terminated if status.state else None
                if ended is None:
                    continue
                try:
                    return str(json.loads(ended.message)["error"])
                except (TypeError, ValueError, KeyError):
                    return f"its pod ended: exit code {ended.exit_code}, {ended.reason or ended.message or 'no reason'}"
        return "its pods failed, and are gone"


def indexes(text: str | None) -> set[int]:
    """Read a list of indexes as Kubernetes writes it: ``0,2-4``."""
    found: set[int] = set()
    for part in (text or "").split(","):
        first, _, last = part.partition("-")
        if first:
            found |= set(range(int(first), int(last or first) + 1))
    return found


def _message(error: Any) -> str:
    try:
        return str(json.loads(error.body)["message"])
    except (AttributeError, TypeError, ValueError, KeyError):
        return f"{type(error).__name__}: {error}"
