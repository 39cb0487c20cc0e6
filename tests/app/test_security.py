"""Who may come in, what may come in, and where the app goes for somebody."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from h2o_sklearn.app import Settings, serve
from h2o_sklearn.app.errors import RefusedError
from h2o_sklearn.app.net import allowed
from h2o_sklearn.app.places import place

PAGES = ["/", "/jobs", "/models", "/api"]


@pytest.mark.parametrize("page", PAGES)
def test_pages_load_nothing_from_elsewhere(browser, page):
    answer = browser.get(page)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert ("unsafe-eval" in policy) == (page == "/")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "http://" not in answer.text
    assert "https://" not in answer.text
    assert "<script>" not in answer.text
    assert " onclick" not in answer.text


def test_csrf(browser):
    for header in ({}, {"x-csrf-token": "guessed"}):
        answer = browser.http.post("/api/train", json={}, headers=header)
        assert answer.status_code == 403
        assert "x-csrf-token" in answer.json()["error"]["message"]
    csrf = browser.get("/api/session").json()["csrf"]
    elsewhere = {"x-csrf-token": csrf, "sec-fetch-site": "cross-site"}
    assert browser.http.post("/api/train", json={}, headers=elsewhere).status_code == 403
    assert browser.post("/api/train", {}).status_code == 409


def test_the_token_of_one_browser_is_not_that_of_another(browser):
    csrf = browser.get("/api/session").json()["csrf"]
    browser.http.cookies.clear()
    assert browser.http.post("/api/train", json={}, headers={"x-csrf-token": csrf}).status_code == 403


@pytest.mark.parametrize("path", [*PAGES, "/static/plotly.min.js", "/static/app.js"])
def test_a_page_that_all_get_has_nobodys_cookie(browser, path):
    first = browser.get(path)
    assert len(first.headers.get_list("set-cookie")) == 1
    again = browser.get(path)
    assert again.headers.get_list("set-cookie") == []
    assert again.headers.get_list("content-security-policy") == first.headers.get_list("content-security-policy")
    browser.http.cookies.clear()
    assert len(browser.get(path).headers.get_list("set-cookie")) == 1


def test_a_crowd_makes_nobody_lose_data(opened):
    browser = opened()
    browser.uploaded("points.csv", b"x,y\n1,2\n")
    cookies = dict(browser.http.cookies)
    for _ in range(250):
        browser.http.cookies.clear()
        browser.get("/api/session")
    assert browser.get("/api/data").json()["data"] is None
    browser.http.cookies.clear()
    browser.http.cookies.update(cookies)
    assert browser.get("/api/data").json()["data"]["rows"] == 1


def test_nothing_is_kept_for_who_may_not_come_in(opened):
    browser = opened("http://example.org", host="0.0.0.0", token="the token")
    assert "set-cookie" not in browser.get("/").headers
    assert "content-security-policy" in browser.get("/").headers


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8060", "127.0.0.1.evil.example", "", "[::2]:80"])
def test_a_name_that_was_made_to_point_here(browser, host):
    assert browser.get("/api/session", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost:8060", "127.0.0.1", "[::1]:8060"])
def test_this_machine(browser, host):
    assert browser.get("/api/session", headers={"host": host}).status_code == 200


def test_a_token_elsewhere_than_on_loopback(opened):
    browser = opened("http://example.org", host="0.0.0.0", token="the token")
    for path in ["/", "/api/jobs", "/static/app.js", "/openapi.json", "/?token=another"]:
        answer = browser.get(path)
        assert answer.status_code == 401
        assert "the token" not in answer.text
    assert browser.get("/api/jobs", headers={"authorization": "Bearer the token"}).status_code == 200
    answer = browser.get("/jobs?token=the+token&x=1", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/jobs?x=1")
    assert "httponly" in answer.headers["set-cookie"].lower()
    assert browser.get("/jobs").status_code == 200


def test_an_app_that_others_reach_needs_a_token():
    with pytest.raises(ValueError, match="token"):
        serve(Settings(host="0.0.0.0"), print)


@pytest.mark.parametrize(
    "path",
    ["/static/../application.py", "/static/%2e%2e/application.py", "/static/..%2f..%2fapp%2fserver.py",
     "/static//etc/passwd", "/api/models/..%2fsecret.csv", "/api/models/%2e%2e"],
)  # fmt: skip
def test_paths_lead_nowhere_else(browser, path):
    assert browser.get(path).status_code == 404


def test_uploads_are_limited(browser):
    big = b"x\n" + b"1\n" * (1 << 20)
    answers = [
        browser.post("/api/upload", files={"file": ("big.csv", big)}),
        browser.post("/api/jobs", content=(big for _ in range(2))),  # without saying how long it is
    ]
    assert [answer.status_code for answer in answers] == [413, 413]
    assert "1 MB" in answers[0].json()["error"]["message"]
    assert browser.get("/api/data").json()["data"] is None


def test_files_that_are_nested_deeply_are_refused(browser):
    task = browser.post("/api/upload", files={"file": ("deep.json", b"[" * 100_000)}).json()["task"]
    assert "nested more than 100 deep" in browser.get(f"/api/tasks/{task}/events").text


@pytest.mark.parametrize(
    ("body", "said"), [(b"{", "not JSON"), (b"[1]", "object"), (b"\xff", "not JSON"), (b"[" * 100_000, "not JSON")]
)
def test_bodies_that_are_none(browser, body, said):
    answer = browser.post("/api/train", content=body)
    assert answer.status_code == 400
    assert said in answer.json()["error"]["message"]


# ---------------------------------------------------------------- addresses that somebody typed


@pytest.mark.parametrize(
    "address",
    ["http://169.254.169.254/latest", "http://db.example@evil.example/", "http://evil.example:80/?db.example",
     "/ip4/10.0.0.1/tcp/4001", "/dns4/evil.example/tcp/4001", "no address", "http://db.example.evil.example", "http://db.example:81/x"],
)  # fmt: skip
def test_addresses_that_no_rule_names(address):
    with pytest.raises(RefusedError) as error:
        allowed(address, Settings(allowed=("db.example:80", "other.example")), "peers")
    assert error.value.field == "peers"


@pytest.mark.parametrize(
    "address", ["http://db.example:80/x", "https://OTHER.example", "/dns4/other.example/tcp/1/p2p/Qm", "spark://other.example:7077"]
)  # fmt: skip
def test_addresses_that_a_rule_names(address):
    allowed(address, Settings(allowed=("db.example:80", "other.example")), "peers")


def named(**given):
    return {"spec_uid": "s3", "location": "s3://bucket/x", "mime_type": "", "config": {}, **given}


def google(credentials):
    return named(spec_uid="gcp", location="gs://b/x", config={"credentials": credentials})


def base(location, **secrets):
    return named(spec_uid="jdbc", location=location, config={"secretParams": secrets})


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (named(config={"endpoint": "http://169.254.169.254"}), "source.endpoint"),
        (named(config={"end_point": {"env": "PATH"}}), "source.end_point"),
        (named(config={"secretAccessKey": {"file": "/etc/passwd"}}), "source.secretAccessKey"),
        (named(config={"region": "evil.example/"}), "source.region"),
        (named(location="s3://user:x@evil.example/"), "source.location"),
        (named(location="http://evil.example/x"), "source.location"),
        (named(location="/etc/passwd"), "source.location"),
        (google('{"type": "external_account"}'), "source.credentials"),
        (google('{"token_uri": "http://evil.example"}'), "source.credentials"),
        (google("no JSON"), "source.credentials"),
        (named(spec_uid="azure", location="https://evil.example/c/x"), "source.location"),
        (named(spec_uid="file", location="../secret.csv"), "source.location"),
        (named(spec_uid="file", location="/etc/passwd"), "source.location"),
        (named(spec_uid="file", location="file:///etc/passwd"), "source.location"),
        (named(spec_uid="file", location="file:///%2e%2e/secret.csv"), "source.location"),
        (named(spec_uid="file", location="a\0b"), "source.location"),
        (named(spec_uid="file", location=""), "source.location"),
        (named(spec_uid="jdbc", location="sqlite:////etc/passwd"), "source.location"),
        (named(spec_uid="jdbc", location="jdbc:sqlite:../x.db"), "source.location"),
        (named(spec_uid="jdbc", location="postgresql://evil.example/db"), "source.location"),
        (named(spec_uid="jdbc", location="postgresql://db.example/db?host=evil.example"), "source.location"),
        (named(spec_uid="jdbc", location="mysql://db.example/db?unix_socket=/run/x"), "source.location"),
        (named(spec_uid="jdbc", location="jdbc:oracle:thin:@db.example:1521:x)(HOST=evil"), "source.location"),
        (named(spec_uid="jdbc", location="jdbc:sqlserver://db.example;server=evil.example"), "source.location"),
        (base("postgresql://{{host}}/db", host="evil"), "source.location"),
        (base("postgresql://db.example/", p={"env": "PATH"}), "source.secretParams"),
        (named(spec_uid="jdbc", location="no database"), "source.location"),
        (named(spec_uid=["file"]), "source.spec_uid"),
        (named(config=[1]), "source"),
        ("s3://bucket/x", "source"),
    ],
)  # fmt: skip
def test_places_of_jobs_that_are_refused(settings, given, field):
    with pytest.raises(RefusedError) as error:
        place(given, "source", replace(settings, allowed=("db.example",)))
    assert error.value.field == field


@pytest.mark.parametrize(
    "given",
    [
        named(),
        named(config={"endpoint": "http://db.example:9000", "region": "eu-central-1", "secretAccessKey": "x"}),
        named(spec_uid="azure", location="abfss://container@account.dfs.core.windows.net/x"),
        named(spec_uid="jdbc", location="postgresql://user@db.example:5432/db?sslmode=require"),
        named(spec_uid="jdbc", location="jdbc:oracle:thin:@//db.example:1521/service"),
        named(spec_uid="jdbc", location="jdbc:sqlserver://db.example:1433;databaseName=x;encrypt=true"),
    ],
)
def test_places_of_jobs_that_are_allowed(settings, given):
    assert place(given, "source", replace(settings, allowed=("db.example",)))["location"] == given["location"]


def test_paths_are_in_the_folder(settings):
    given = [named(spec_uid="file", location=one) for one in ("a/b.csv", "out/", "a/../b")]
    found = [place(one, "sink", settings)["location"] for one in given]
    assert found == [f"{settings.data}/a/b.csv", f"{settings.data}/out/", f"{settings.data}/b"]
    (settings.data / "link").symlink_to(settings.data.parent)
    with pytest.raises(RefusedError):
        place(named(spec_uid="file", location="link/secret.csv"), "source", settings)


def test_the_studio_contacts_nobody_by_itself(browser):
    peers = browser.post("/api/orbit", {"address": "/orbitdb/zdpuA", "peers": ["/ip4/10.0.0.1/tcp/1"]})
    assert (peers.status_code, peers.json()["error"]["field"]) == (422, "peers")
    assert "--allow 10.0.0.1:1" in peers.json()["error"]["message"]


@pytest.mark.parametrize("account", ["evil.example/", "evil.example#", "a@evil.example", "UPPER", "a"])
def test_a_name_of_an_account_is_no_address(opened, account):
    browser = opened()
    browser.uploaded("points.csv", b"x,y\n1,2\n2,3\n9,9\n")
    (known,) = browser.http.app.user_middleware[0].kwargs["browsers"]._known.values()
    known.clusters(object())  # that a clustering is there is all that is looked at
    answer = browser.post("/api/host", {"azureaccount": account, "azurekey": "a2V5"})
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, "azureaccount")


def test_secrets_do_not_come_back(browser, settings):
    secret = "swordfish-7f3a"
    body = {
        "model": "late.pkl",
        "source": named(config={"accessKeyID": secret, "secretAccessKey": secret, "partSize": 1}),
        "sink": {"spec_uid": "file", "location": "out.csv"},
    }  # fmt: skip
    for path in ("/api/preflight", "/api/jobs"):
        assert secret not in browser.post(path, body).text
    assert secret not in browser.get("/api/jobs").text
    assert not any(secret.encode() in file.read_bytes() for file in settings.data.parent.rglob("*") if file.is_file())


def test_a_stranger_does_not_see_the_data(browser):
    kind, shown, _ = browser.uploaded("points.csv", b"x,y\n1,2\n")
    assert (kind, shown["rows"]) == ("done", 1)
    browser.http.cookies.clear()
    assert browser.get("/api/data").json() == {"data": None, "report": None, "shared": None, "running": []}


def test_an_error_that_nobody_expected_says_its_kind_only(opened, monkeypatch, caplog):
    from h2o_sklearn.app import reading

    def broken(*_):
        raise ZeroDivisionError("inside: swordfish")

    monkeypatch.setattr(reading, "read", broken)
    kind, error, _ = opened().uploaded("points.csv", b"x\n1\n")
    assert kind == "failed"
    assert "ZeroDivisionError" in error["message"]
    assert "swordfish" not in json.dumps(error)
    assert "swordfish" in caplog.text


def test_an_error_outside_of_steps_is_json_too(opened, monkeypatch, caplog):
    from h2o_sklearn.app import jobs

    def broken(*_):
        raise ZeroDivisionError("inside: swordfish")

    monkeypatch.setattr(jobs, "source_specs", broken)
    answer = opened().get("/api/connectors")
    assert (answer.status_code, answer.json()["error"]["field"]) == (500, "")
    assert "ZeroDivisionError" in answer.text
    assert "swordfish" not in answer.text


def test_the_document_describes_every_route(browser):
    document = browser.get("/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    described = {(path, method) for path, methods in document["paths"].items() for method in methods}
    routes = [route for route in browser.http.app.routes if route.path.startswith("/api/")]
    assert described == {(route.path, one.lower()) for route in routes for one in route.methods - {"HEAD"}}
    assert {"/api/orbit", "/api/train", "/api/ocean"} <= set(document["paths"])
