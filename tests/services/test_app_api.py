"""What the app's OpenAPI document says is tried with made-up requests: nothing breaks, and answers are as described."""

from __future__ import annotations

import pytest

pytestmark = [
    pytest.mark.services,
    # py-evm raises it when a request imports it.
    pytest.mark.filterwarnings("ignore:The recursion limit will not be reset"),
]
_PARTS = ("method", "url", "params", "json", "data", "files")
schemathesis = pytest.importorskip("schemathesis", reason="`make test-services` installs it")


def _pairs(parts):
    return list(parts.items()) if isinstance(parts, dict) else [(part[0], part[1]) for part in parts]


def test_made_up_requests(tmp_path):
    from hypothesis import HealthCheck, given, settings
    from starlette.testclient import TestClient

    from h2o_sklearn.app import Settings, create_app

    app = create_app(Settings(models=tmp_path, data=tmp_path, store=f"sqlite:///{tmp_path / 'jobs' / 'jobs.db'}"))
    with TestClient(app, base_url="http://127.0.0.1:8060") as client:
        csrf = {"x-csrf-token": client.get("/api/session").json()["csrf"]}
        schema = schemathesis.openapi.from_dict(client.get("/openapi.json").json())
        tried = 0
        for found in schema.get_all_operations():
            operation = found.ok()

            @given(case=operation.as_strategy())
            @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
            def attempt(case):
                sent = case.as_transport_kwargs(base_url="http://127.0.0.1:8060")
                kept = {part: sent[part] for part in _PARTS if sent.get(part) is not None}
                kept.pop("data", None) if isinstance(kept.get("data"), list) else None
                if "files" in kept:
                    parts = _pairs(kept["files"])
                    kept["files"] = [(name, ("made up.csv", str(part).encode())) for name, part in parts]
                answer = client.request(**kept, headers=csrf)
                assert answer.status_code < 500, answer.text
                if answer.status_code >= 400 and answer.headers.get("content-type") == "application/json":
                    assert set(answer.json()["error"]) == {"message", "field"}

            attempt()
            tried += 1
        assert tried == len([m for methods in client.get("/openapi.json").json()["paths"].values() for m in methods])
