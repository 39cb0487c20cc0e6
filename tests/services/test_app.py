"""The app as people use it: the command, a real browser, desktop and phone, with the real parts behind the pages."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from command import H2O_COMPAT
from sklearn.datasets import make_blobs

pytestmark = [pytest.mark.services, pytest.mark.timeout(900)]

SIZES = {"desktop": {"width": 1200, "height": 900}, "phone": {"width": 390, "height": 844}}
PLACES, _ = make_blobs(2000, centers=4, cluster_std=0.5, random_state=1)
LONG = 180_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory, cluster):
    """Models and data that the app may use."""
    from h2o_sklearn import H2OGradientBoostingClassifier

    home = tmp_path_factory.mktemp("app")
    rng = np.random.default_rng(0)
    rows = pd.DataFrame({"distance": rng.normal(1000, 300, 400), "carrier": rng.choice(["AA", "DL", "UA"], 400)})
    late = np.where((rows["distance"] > 1000) ^ (rows["carrier"] == "DL"), "late", "in time")
    model = H2OGradientBoostingClassifier(n_estimators=5, random_state=0).fit(rows, late)
    for name in ("models", "data"):
        (home / name).mkdir()
    model.to_mojo(home / "models" / "late.zip")
    rows.insert(0, "flight", [f"f{i}" for i in range(400)])
    rows.to_csv(home / "data" / "rows.csv", index=False)
    lines = [f"bad{i},far,AA" for i in range(3)]
    (home / "data" / "some_bad.csv").write_text((home / "data" / "rows.csv").read_text() + "\n".join(lines) + "\n")
    frame = pd.DataFrame({"lat": 40.7 + PLACES[:, 0] / 50, "lon": -74 + PLACES[:, 1] / 50})
    frame.to_csv(home / "points.csv", index=False)
    many = np.tile(frame.to_numpy(), (25, 1)) + rng.normal(0, 0.001, (50_000, 2))
    pa.parquet.write_table(pa.table({"lat": many[:, 0], "lon": many[:, 1]}), home / "many.parquet")
    return home


@pytest.fixture(scope="module")
def app(folder, service):
    """Start the command; give its address."""
    paths = [service("anvil")["folder"], os.environ["PATH"]]
    service("node")
    azure = re.match(r"https?://([^/]+)", service("azurite")["endpoint"])[1]
    environment = {**os.environ, "H2O_COMPAT_PROGRESS": "0", "PATH": os.pathsep.join(paths)}
    environment["XDG_STATE_HOME"] = str(folder / "state")
    arguments = [
        "--port", "0", "--no-browser", "--models", str(folder / "models"), "--data", str(folder / "data"),
        "--store", f"sqlite:///{folder / 'jobs' / 'jobs.db'}", "--allow", azure, "--allow", "127.0.0.1",
    ]  # fmt: skip
    process = subprocess.Popen([*H2O_COMPAT, "app", *arguments], stdout=subprocess.PIPE, text=True, env=environment)
    yield process.stdout.readline().strip()
    process.send_signal(signal.SIGINT)
    process.communicate()
    assert process.returncode == 0


@pytest.fixture(scope="module")
def chromium(service):
    facts = service("browser")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=facts["program"], args=["--no-sandbox"])
        yield browser, Path(facts["axe"]).read_text()
        browser.close()


@pytest.fixture(params=SIZES)
def page(request, chromium, app, folder):
    """Open a page that fails the test on requests to elsewhere, errors of scripts, and serious faults."""
    browser, axe = chromium
    scheme = "dark" if request.param == "phone" else "light"
    context = browser.new_context(viewport=SIZES[request.param], color_scheme=scheme)
    page = context.new_page()
    page.set_default_timeout(60_000)
    wrong = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    inside = (app, "blob:", "data:")
    page.on("request", lambda asked: None if asked.url.startswith(inside) else wrong.append(asked.url))

    def checked(name):
        page.evaluate(axe)
        found = page.evaluate("axe.run()")
        assert found["passes"]
        serious = [fault for fault in found["violations"] if fault["impact"] in {"serious", "critical"}]
        assert [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in serious] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.screenshot(path=folder / f"{name}-{request.param}.png", full_page=True)

    page.checked = checked
    yield page
    context.close()
    assert wrong == []


def done(page, status):
    """Wait for a step's end; give what it says."""
    page.locator(f"{status}.good, {status}.bad").wait_for(timeout=LONG)
    said = page.locator(status).inner_text()
    assert "bad" not in page.locator(status).get_attribute("class"), said
    return said


@pytest.mark.parametrize("path", ["", "jobs", "models", "api"])
def test_pages_without_anything_yet(page, app, path):
    page.goto(app + path)
    page.wait_for_load_state("networkidle") if path != "jobs" else page.locator("#source-location").wait_for()
    assert page.locator("h1").count() == 1
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.checked(f"empty-{path or 'studio'}")


def test_the_studio_from_a_file_to_ocean(page, app, folder, service):
    azure = service("azurite")
    page.goto(app)
    page.get_by_role("button", name="Upload").click()
    page.locator("#data-status.bad").wait_for()
    assert "choose a" in page.locator("[data-for=file]").inner_text()
    page.set_input_files("#file", folder / "points.csv")
    page.get_by_role("button", name="Upload").click()
    assert "2,000 rows" in done(page, "#data-status")
    page.locator("#points-note").filter(has_text="as on a map").wait_for()
    page.locator("#clusters").fill("many")
    page.get_by_role("button", name="Find clusters").click()
    page.locator("#train-status.bad").wait_for()
    assert page.evaluate("document.activeElement.id") == "clusters"
    page.locator("#clusters").fill("auto")
    page.get_by_role("button", name="Find clusters").click()
    assert done(page, "#train-status").startswith("4 clusters")
    page.locator("#silhouette .main-svg").first.wait_for()
    assert page.locator("#centers tbody tr").count() == 4
    assert page.locator("#clustered .gl-canvas").count() + page.locator("#clustered .scatterlayer").count()
    assert "WebGL is not supported" not in page.inner_text("#clustered")
    page.checked("studio")
    page.get_by_role("button", name="Host only").click()
    assert done(page, "#share-status") == "Hosted."
    assert "/orbitdb/" in page.inner_text("#links")
    page.get_by_label("Azure Blob Storage").check()
    page.locator("#price").fill("2.5")
    for field in ("account", "key", "endpoint"):
        page.locator(f"#azure{field}").fill(azure[field])
    page.get_by_role("button", name="Host and register").click()
    page.locator("#share-status.bad").wait_for()
    assert "name" in page.locator("[data-for=name]").inner_text()
    assert page.locator("#shared").is_hidden()
    page.locator("#azurekey").fill(azure["key"])
    page.locator("#name").fill("Places in New York")
    page.get_by_role("button", name="Host and register").click()
    assert done(page, "#share-status") == "Hosted and registered."
    assert "did:op:" in page.inner_text("#links")
    assert azure["key"] not in page.content()
    assert "sig=" not in page.content()
    assert azure["endpoint"] in page.inner_text("#links")
    made = page.inner_text("#links")
    page.locator("#azurekey").fill(azure["key"])
    page.get_by_role("button", name="Host and register").click()
    assert done(page, "#share-status") == "Hosted and registered."
    assert page.inner_text("#links") == made
    link = page.locator("#links a").get_attribute("href")
    assert page.request.get(link).ok
    page.checked("shared")
    page.reload()
    page.locator("#result").wait_for()
    assert page.locator("#centers tbody tr").count() == 4


def test_a_table_from_orbitdb(page, app, folder):
    arguments = [*H2O_COMPAT, "host", str(folder / "points.csv")]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as host:
        try:
            hosted = json.loads(host.stdout.readline())
            page.goto(app)
            page.locator("#address").fill(hosted["address"])
            page.locator("#peers").fill("/ip4/10.0.0.1/tcp/1")
            page.get_by_role("button", name="Fetch").click()
            page.locator("#data-status.bad").wait_for()
            assert "--allow" in page.locator("[data-for=peers]").inner_text()
            page.locator("#peers").fill("\n".join(p for p in hosted["peers"] if "127.0.0.1" in p))
            page.get_by_role("button", name="Fetch").click()
            assert "2,000 rows" in done(page, "#data-status")
        finally:
            host.send_signal(signal.SIGINT)
            host.communicate()


def test_a_page_that_is_closed_while_a_step_runs(page, app, folder):
    page.goto(app)
    page.set_input_files("#file", folder / "many.parquet")
    page.get_by_role("button", name="Upload").click()
    done(page, "#data-status")
    page.locator("#clusters").fill("3")
    page.get_by_role("button", name="Find clusters").click()
    page.locator("#train-status").filter(has_text="clustering").wait_for()
    again = page.context.new_page()
    page.close()
    again.goto(app)
    again.locator("#train-status.good").wait_for(timeout=LONG)
    assert again.locator("#centers tbody tr").count() == 3


def test_an_address_that_nobody_serves(page, app):
    page.goto(app)
    page.locator("#address").fill("/orbitdb/none")
    page.get_by_role("button", name="Fetch").click()
    page.locator("[data-for=address]").filter(has_text="no OrbitDB address").wait_for()
    assert page.evaluate("document.activeElement.id") == "address"


def test_fifty_thousand_points(page, app, folder):
    page.goto(app)
    page.set_input_files("#file", folder / "many.parquet")
    page.get_by_role("button", name="Upload").click()
    page.locator("#points-note").filter(has_text="50,000 points").wait_for()
    assert "WebGL is not supported" not in page.inner_text("#points")


def test_a_job_from_the_form_to_its_dead_letters(page, app, folder):
    page.goto(f"{app}jobs")
    source = page.get_by_role("group", name=re.compile("^Source"))
    sink = page.get_by_role("group", name=re.compile("^Sink"))
    name = f"job {len(list((folder / 'data').iterdir()))}"
    page.locator("#name").fill(name)
    source.get_by_label("Kind").select_option("s3")
    secret = source.get_by_label("secretAccessKey")
    assert secret.get_attribute("type") == "password"
    source.get_by_label("Kind").select_option("file")
    source.get_by_label("Location").fill("../secret.csv")
    sink.get_by_label("Location").fill(f"{name}.csv")
    page.get_by_role("button", name="Check only").click()
    page.locator("#new-status.bad").wait_for()
    assert page.evaluate("document.activeElement.id") == "source-location"
    assert "--data" in page.locator("[data-for='source.location']").inner_text()
    source.get_by_label("Location").fill("some_bad.csv")
    page.locator("#letters-wanted").check()
    page.get_by_role("group", name="Where those rows go").get_by_label("Location").fill(f"{name}.jsonl")
    page.get_by_role("button", name="Check only").click()
    assert "Nothing is wrong" in done(page, "#new-status")
    assert "predict" in page.inner_text("#columns-found")
    page.get_by_role("button", name="Check and start").click()
    page.locator("#job").wait_for(timeout=LONG)
    page.reload()  # the address names the job
    page.locator("#job").wait_for(timeout=LONG)
    assert done(page, "#job-status").startswith("Finished: 100 %, 403 rows")
    page.locator("#letters-rows tbody tr").nth(2).wait_for()  # they are asked for after the state is told
    assert page.locator("#letters-rows tbody tr").count() == 3
    assert "far" in page.inner_text("#letters-rows")
    assert "FINISHED" in page.inner_text("#job-log")
    page.checked("job")
    page.locator("#rerun-mode").select_option("overwrite")
    page.get_by_role("button", name="Run again", exact=True).click()
    page.locator("#job-actions").get_by_role("button", name="Cancel").click()
    page.locator("#job-status").filter(has_text=re.compile("Cancelled|Finished")).wait_for(timeout=LONG)
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("#job-actions").get_by_role("button", name="Delete").click()
    page.locator("#job").wait_for(state="hidden")


def test_kubernetes_is_in_the_form(page, app):
    page.goto(f"{app}jobs")
    page.get_by_text("Where and how it runs").click()
    page.locator("#runtime").select_option("kubernetes")
    for label in ("Image", "Namespace", "Replicas", "Service account"):
        assert page.get_by_label(label, exact=True).is_visible()
    assert page.get_by_role("group", name="Limits").get_by_label("CPU").is_visible()
    page.checked("kubernetes")


def test_a_model_scores_a_row(page, app):
    page.goto(f"{app}models")
    page.get_by_role("button", name="late.zip").click()
    page.locator("#model").wait_for(timeout=LONG)
    assert "AUC" in page.inner_text("#metrics-rows")
    page.get_by_label("distance").fill("far")
    page.get_by_role("button", name="Score").click()
    page.locator("#score-status.bad").wait_for()
    page.get_by_label("distance").fill("2000")
    page.get_by_label("carrier").select_option("AA")
    page.get_by_role("button", name="Score").click()
    assert done(page, "#score-status") == "The model says: late."
    page.checked("model")
