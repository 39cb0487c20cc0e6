"""A small Kubernetes API server: it checks what it is sent against the published schemas, and runs pods as processes.

It knows Indexed Jobs, ConfigMaps, Secrets and pods, as far as batch scoring uses them. A ConfigMap that a pod mounts is
a folder here, whose path takes the place of the mount path in the pod's environment.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import kubernetes_validate

VERSION = kubernetes_validate.latest_version()


class Double:
    """The server, and what it has."""

    def __init__(self, folder, secrets=None):
        self.folder = Path(folder)
        self.secrets = secrets or {}
        self.things = {"jobs": {}, "configmaps": {}, "pods": {}}
        self.refuse = None  # (status, reason, message) for the next Job
        self.lost_polls = 0  # requests for a status that fail
        self.requests = []
        self.killing = set()  # indexes whose first pod is killed
        self._lock = threading.RLock()
        self._processes = {}
        self._threads = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    def kubeconfig(self):
        """Write a file that the official client reads."""
        path = self.folder / "kubeconfig.json"
        here = f"http://127.0.0.1:{self._server.server_address[1]}"
        context = {"name": "double", "context": {"cluster": "double", "user": "double"}}
        path.write_text(
            json.dumps(
                {
                    "apiVersion": "v1",
                    "kind": "Config",
                    "current-context": "double",
                    "clusters": [{"name": "double", "cluster": {"server": here}}],
                    "users": [{"name": "double", "user": {}}],
                    "contexts": [context],
                }
            ),
            encoding="utf-8",
        )
        return str(path)

    def close(self):
        for name in list(self.things["jobs"]):
            self.delete("jobs", name)
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        for thread in self._threads:
            thread.join()

    # ------------------------------------------------------------ the API

    def create(self, kind, thing):
        try:
            kubernetes_validate.validate(thing, VERSION, strict=True)
        except kubernetes_validate.ValidationError as error:
            return 422, _status(422, "Invalid", str(error)[:500])
        if kind == "jobs" and self.refuse is not None:
            status, reason, message = self.refuse
            return status, _status(status, reason, message)
        name = thing["metadata"]["name"]
        with self._lock:
            if name in self.things[kind]:
                return 409, _status(409, "AlreadyExists", name)
            thing["metadata"]["uid"] = str(uuid.uuid4())
            self.things[kind][name] = thing
        if kind == "jobs":
            thing["status"] = {"active": 0, "succeeded": 0, "completedIndexes": "", "failedIndexes": ""}
            self._threads.append(threading.Thread(target=self._run, args=(thing,)))
            self._threads[-1].start()
        return 201, thing

    def delete(self, kind, name):
        with self._lock:
            thing = self.things[kind].pop(name, None)
            if thing is None:
                return 404, _status(404, "NotFound", name)
            if kind == "jobs":
                thing["deleted"] = True
                for process in self._processes.get(name, {}).values():
                    process.kill()
                for other in list(self.things["configmaps"].values()):
                    owners = [owner["uid"] for owner in other["metadata"].get("ownerReferences", [])]
                    if thing["metadata"]["uid"] in owners:
                        del self.things["configmaps"][other["metadata"]["name"]]
        return 200, _status(200, None, "")

    def patch(self, kind, name, change):
        with self._lock:
            thing = self.things[kind].get(name)
            if thing is None:
                return 404, _status(404, "NotFound", name)
            thing["metadata"].update(change["metadata"])
            return 200, thing

    # ------------------------------------------------------------ pods

    def _run(self, job):
        spec, name = job["spec"], job["metadata"]["name"]
        todo, running, tries, done, failed = list(range(spec["completions"])), {}, {}, set(), set()
        while (todo or running) and not job.get("deleted"):
            while todo and len(running) < spec["parallelism"] and not job.get("deleted"):
                index = todo.pop(0)
                tries[index] = tries.get(index, 0) + 1
                with self._lock:
                    if job.get("deleted"):
                        break
                    running[index] = self._start(job, index, tries[index])
                    self._processes.setdefault(name, {})[index] = running[index][0]
            index = next(iter(running))
            process, pod, message = running.pop(index)
            process.wait()
            code = process.returncode
            text = message.read_text(encoding="utf-8") if message.exists() else ""
            ended = {"exitCode": code if code >= 0 else 128 - code, "reason": "Error" if code else "Completed"}
            pod["status"] = {
                "phase": "Failed" if code else "Succeeded",
                "containerStatuses": [
                    {
                        "name": "worker", "image": "i", "imageID": "i", "ready": False, "restartCount": 0,
                        "state": {"terminated": {**ended, "message": text}},
                    }
                ],
            }  # fmt: skip
            rules = [rule.get("onExitCodes", {}).get("values", []) for rule in spec["podFailurePolicy"]["rules"]]
            final = {value for values in rules for value in values}
            if code == 0:
                done.add(index)
            elif code in final or tries[index] > spec["backoffLimitPerIndex"]:
                failed.add(index)
            else:
                todo.append(index)
            job["status"] |= {
                "succeeded": len(done),
                "completedIndexes": _ranges(done),
                "failedIndexes": _ranges(failed),
            }
        for process, _, _ in running.values():
            process.kill()
            process.wait()
        if not job.get("deleted"):
            ended = {"type": "Failed", "reason": "FailedIndexes"} if failed else {"type": "Complete", "reason": ""}
            job["status"]["conditions"] = [{**ended, "status": "True"}]

    def _start(self, job, index, attempt):
        template = job["spec"]["template"]
        container = template["spec"]["containers"][0]
        name = f"{job['metadata']['name']}-{index}-{attempt}"
        mounts = {}
        for volume in template["spec"]["volumes"]:
            if "configMap" in volume:
                mounted = next(m["mountPath"] for m in container["volumeMounts"] if m["name"] == volume["name"])
                mounts[mounted] = str(self._mounted(volume["configMap"]["name"]))
        env = {}
        for entry in container["env"]:
            if "value" in entry:
                env[entry["name"]] = mounts.get(entry["value"], entry["value"])
            else:
                reference = entry["valueFrom"]["secretKeyRef"]
                env[entry["name"]] = self.secrets[reference["name"]][reference["key"]]
        message = self.folder / f"{name}.message"
        inherited = {key: os.environ[key] for key in ("PATH", "HOME", "PYTHONPATH", "TMPDIR") if key in os.environ}
        pod_env = {**inherited, **env, "JOB_COMPLETION_INDEX": str(index), "H2O_COMPAT_BATCH_RESULT": str(message)}
        command = [sys.executable if word == "python" else word for word in container["command"]]
        log = (self.folder / f"{name}.log").open("wb")
        process = subprocess.Popen(command, env=pod_env, stdout=log, stderr=log)
        log.close()
        if index in self.killing:
            self.killing.discard(index)
            process.kill()
        labels = {
            **template["metadata"]["labels"],
            "batch.kubernetes.io/job-name": job["metadata"]["name"],
            "batch.kubernetes.io/job-completion-index": str(index),
        }
        pod = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name, "labels": labels},
            "spec": template["spec"],
            "status": {"phase": "Running"},
        }
        self.things["pods"][name] = pod
        return process, pod, message

    def _mounted(self, name):
        folder = self.folder / f"mounted-{name}"
        folder.mkdir(exist_ok=True)
        config = self.things["configmaps"][name]
        for key, text in config.get("data", {}).items():
            (folder / key).write_text(text, encoding="utf-8")
        for key, text in config.get("binaryData", {}).items():
            (folder / key).write_bytes(base64.b64decode(text))
        return folder

    # ------------------------------------------------------------ HTTP

    def _handler(self):
        double = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def answer(self, code, thing):
                body = json.dumps(thing).encode()
                self.send_response(code)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def asked(self):
                url = urlsplit(self.path)
                words = url.path.split("/namespaces/")[1].split("/")
                double.requests.append(f"{self.command} {url.path}")
                selector = parse_qs(url.query).get("labelSelector", [""])[0]
                return words[1], words[2:], dict(pair.split("=") for pair in selector.split(",") if pair)

            def body(self):
                return json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")

            def do_POST(self):
                kind, _, _ = self.asked()
                self.answer(*double.create(kind, self.body()))

            def do_GET(self):
                kind, name, selector = self.asked()
                with double._lock:
                    if name:
                        if name[-1] == "status" and double.lost_polls:
                            double.lost_polls -= 1
                            self.answer(503, _status(503, "ServiceUnavailable", "etcd is busy"))
                        elif name[0] in double.things[kind]:
                            self.answer(200, double.things[kind][name[0]])
                        else:
                            self.answer(404, _status(404, "NotFound", name[0]))
                        return
                    items = [
                        thing
                        for thing in double.things[kind].values()
                        if selector.items() <= thing["metadata"].get("labels", {}).items()
                    ]
                    self.answer(200, {"apiVersion": "v1", "kind": "List", "metadata": {}, "items": items})

            def do_PATCH(self):
                kind, name, _ = self.asked()
                self.answer(*double.patch(kind, name[0], self.body()))

            def do_DELETE(self):
                kind, name, _ = self.asked()
                self.body()
                self.answer(*double.delete(kind, name[0]))

        return Handler


def _status(code, reason, message):
    kind = "Success" if code < 400 else "Failure"
    return {"apiVersion": "v1", "kind": "Status", "status": kind, "code": code, "reason": reason, "message": message}


def _ranges(indexes):
    """Write indexes as Kubernetes does: 0,2-4."""
    found = []
    for index in sorted(indexes):
        if found and index == found[-1][1] + 1:
            found[-1][1] = index
        else:
            found.append([index, index])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in found)
