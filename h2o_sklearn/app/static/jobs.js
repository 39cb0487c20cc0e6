import { ask, element, rows, step, tell, watch } from "/static/app.js";
import { describe, fields, read } from "/static/fields.js";

const $ = (id) => document.getElementById(id);
const UNDER_WAY = new Set(["CREATED", "SUBMITTED", "PENDING", "RUNNING", "CANCELLING"]);
const RESUMABLE = new Set(["FAILED", "CANCELLED", "TIMEOUT", "SUBMISSION_FAILED"]);
const KIND = { FINISHED: "good", FAILED: "bad", TIMEOUT: "bad", SUBMISSION_FAILED: "bad" };
let chosen = "";
let moving = false; // whether the job that was chosen is to be looked at
let shown = new Map(); // what each card says, so that one that is focused is not made anew for nothing
let lettersOf = "";
let connectors;

const time = (moment) => (moment ? new Date(moment).toLocaleString() : "–");
const whole = (value) => Number(value).toLocaleString();

function pace({ rows_in, dead_letters, fraction, rows_per_second, eta }) {
  const parts = [`${Math.round(100 * fraction)} %`, `${whole(rows_in)} rows`];
  if (rows_per_second) parts.push(`${whole(Math.round(rows_per_second))} rows per second`);
  if (dead_letters) parts.push(`${whole(dead_letters)} could not be scored`);
  if (eta) parts.push(`about ${whole(Math.ceil(eta))} s left`);
  return parts.join(", ");
}

// ---------------------------------------------------------------------------------------------------- list

function card(job) {
  const open = element("button", { type: "button", "aria-pressed": String(job.uid === chosen), "data-uid": job.uid }, job.name);
  open.addEventListener("click", () => show(job.uid, true));
  return element("li", {},
    open,
    element("span", { class: `state ${KIND[job.state] ?? ""}` }, job.state.toLowerCase().replace("_", " ")),
    element("progress", { max: 1, value: job.progress.fraction, "aria-label": `Progress of ${job.name}` }),
    element("span", {}, pace(job.progress)));
}

function list({ jobs }) {
  tell($("jobs-status"), jobs.length ? "" : "No jobs yet. Describe one below.");
  const next = new Map(jobs.map((job) => [job.uid, JSON.stringify([job.name, job.state, job.progress, job.uid === chosen])]));
  const have = new Map([...$("jobs").children].map((li) => [li.querySelector("button").dataset.uid, li]));
  jobs.forEach((job, place) => {
    let li = have.get(job.uid);
    if (!li || shown.get(job.uid) !== next.get(job.uid)) {
      const fresh = card(job);
      const focused = li?.contains(document.activeElement);
      if (li) li.replaceWith(fresh);
      li = fresh;
      have.set(job.uid, li);
      if (!li.isConnected || $("jobs").children[place] !== li) $("jobs").insertBefore(li, $("jobs").children[place] ?? null);
      if (focused) li.querySelector("button").focus();
    }
  });
  for (const [uid, li] of have) if (!next.has(uid)) li.remove();
  shown = next;
}

// ------------------------------------------------------------------------------------------------- one job

function show(uid, move = false) {
  history.replaceState(null, "", `#${uid}`); // who opens this address again sees it again
  chosen = uid;
  moving = move;
  look();
}

async function describeJob(job) {
  if (job.uid !== chosen) return;
  const fresh = $("job").dataset.uid !== job.uid;
  $("job").dataset.uid = job.uid;
  $("job").hidden = false;
  $("job-title").textContent = job.name;
  const state = `${job.state.toLowerCase().replace("_", " ")}: ${pace(job.progress)}.${job.error ? ` ${job.error}` : ""}`;
  const says = state.charAt(0).toUpperCase() + state.slice(1);
  if ($("job-status").textContent !== says) tell($("job-status"), says, KIND[job.state]);
  $("job-progress").value = job.progress.fraction;
  const facts = [
    ["Started", time(job.started)], ["Ended", time(job.ended)],
    ["Rows written", whole(job.progress.rows_out)], ["Parts done", `${job.progress.partitions_done} of ${job.progress.partitions}`],
    ["Source", job.source.location ?? job.source.spec_uid], ["Sink", job.sink.location ?? job.sink.spec_uid],
    ["Runtime", job.runtime.kind], ["Uid", job.uid],
  ];
  $("job-facts").replaceChildren(...facts.map(([what, value]) => element("div", {}, element("dt", {}, what), element("dd", {}, value))));
  buttons(job);
  const log = $("job-log");
  const end = log.scrollTop + log.clientHeight >= log.scrollHeight - 4;
  const text = job.logs.join("\n") || "Nothing yet.";
  if (log.textContent !== text) {
    log.textContent = text;
    if (end || fresh) log.scrollTop = log.scrollHeight;
  }
  document.querySelectorAll("#jobs button").forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.uid === job.uid)));
  if (moving) $("job").focus();
  moving = false;
  await letters(job);
}

async function letters(job) {
  const known = `${job.uid} ${job.progress.dead_letters}`;
  if (known === lettersOf) return;
  lettersOf = known;
  $("letters").hidden = true;
  if (!job.progress.dead_letters) return;
  try {
    const found = (await ask(`/api/jobs/${encodeURIComponent(job.uid)}/letters`)).rows;
    if (!found.length || chosen !== job.uid) return;
    const names = Object.keys(found[0]);
    const heads = ["dead_letter_reason", ...names.filter((n) => n !== "dead_letter_reason")];
    const said = { dead_letter_reason: "Reason", dead_letter_place: "Place", dead_letter_text: "Text" };
    rows($("letters-rows"), heads.map((h) => said[h] ?? h), found.map((row) => heads.map((h) => (row[h] === null ? "" : String(row[h])))));
    $("letters").hidden = false;
  } catch (error) {
    lettersOf = "";
    if (!UNDER_WAY.has(job.state)) throw error; // of a job that runs they may be half written
  }
}

function buttons(job) {
  const actions = [
    ...(UNDER_WAY.has(job.state) && job.state !== "CANCELLING" ? [["cancel", "Cancel"]] : []),
    ...(RESUMABLE.has(job.state) ? [["resume", "Resume"]] : []),
    ...(UNDER_WAY.has(job.state) ? [] : [["rerun", "Run again"], ["delete", "Delete"]]),
  ];
  const box = $("job-actions");
  const now = `${job.uid} ${actions}`;
  if (box.dataset.now === now) return;
  const focused = box.contains(document.activeElement);
  box.dataset.now = now;
  box.replaceChildren(...actions.map(([action, title]) => {
    const button = element("button", { type: "button", "data-action": action }, title);
    button.addEventListener("click", () => act(job, action));
    return button;
  }));
  if (actions.some(([a]) => a === "rerun")) {
    const mode = element("select", { id: "rerun-mode" },
      ...[["", "as before"], ["append", "add to it"], ["overwrite", "replace it"]].map(([v, t]) => element("option", { value: v }, t)));
    box.append(element("label", { class: "beside" }, "Run again: what is at the sink ", mode));
  }
  if (focused) (box.querySelector("button") ?? $("job")).focus();
}

async function act(job, action) {
  if (action === "delete" && !window.confirm(`Delete ${job.name}? What it wrote stays.`)) return;
  await step($("job-actions"), $("job-status"), async (say) => {
    say({ cancel: "Cancelling", resume: "Resuming", rerun: "Starting again", delete: "Deleting" }[action]);
    const json = action === "rerun" ? { write_mode: $("rerun-mode").value } : {};
    const found = await ask(`/api/jobs/${encodeURIComponent(job.uid)}/${action}`, { method: "POST", json });
    if (!found.deleted) {
      show(found.uid, found.uid !== job.uid);
      return;
    }
    forget();
    look();
    $("jobs-status").focus();
  });
}

// ------------------------------------------------------------------------------------------------- new job

function specsOf(side) {
  return side === "source" ? connectors.sources : connectors.sinks;
}

function prepare(fieldset) {
  const side = fieldset.dataset.place;
  const select = element("select", { id: `${side}-spec_uid`, name: `${side}.spec_uid` },
    ...specsOf(side).map((spec) => element("option", { value: spec.uid }, spec.name)));
  const own = element("div");
  const wrong = element("p", { class: "wrong", "data-for": side });
  const label = element("label", { for: select.id }, "Kind");
  fieldset.querySelector("legend").after(label, select, wrong, own);
  const fill = () => own.replaceChildren(...describe(side, specsOf(side).find((s) => s.uid === select.value)));
  select.addEventListener("change", fill);
  fill();
}

function place(form, side) {
  const spec = specsOf(side).find((s) => s.uid === form.elements[`${side}.spec_uid`].value);
  return read(form, side, spec);
}

function asked(form) {
  const json = { ...fields(form, ["name", "model", "write_mode", "mini_batch_size", "partitions", "retries"]), source: place(form, "source"), sink: place(form, "sink") };
  if ($("letters-wanted").checked) Object.assign(json, { dead_letter: place(form, "dead_letter") }, fields(form, ["max_dead_letters"]));
  json.model_request_parameters = fields(form, ["id_field", "output_fields_type", "contributions", "prediction_intervals"], "model_request_parameters.");
  const kind = form.elements["runtime.kind"].value;
  const of = { local: ["processes"], kubernetes: ["image", "namespace", "service_account", "volume_claim", "model_path"], spark: ["master"], ray: ["address"] }[kind];
  json.runtime = { kind, ...fields(form, of, "runtime.") };
  if (kind === "kubernetes") {
    const lines = form.elements["runtime.secrets"].value.split("\n").filter((line) => line.trim());
    json.runtime.secrets = Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).map((part) => part.trim())));
    const [requests, limits] = ["requests", "limits"].map((what) => fields(form, ["cpu", "memory"], `kubernetes_options.${what}.`));
    json.kubernetes_options = { ...fields(form, ["replicas"], "kubernetes_options."), requests, limits };
  }
  return json;
}

function showChecks(found) {
  $("found").hidden = false;
  const word = { ok: "Fine", warning: "Note", error: "Wrong" };
  $("checks").replaceChildren(...found.checks.map((check) => element("li", { class: check.level }, element("strong", {}, `${word[check.level]}: `), check.message)));
  const names = (columns) => Object.entries(columns ?? {}).map(([name, type]) => `${name} (${type})`).join(", ");
  const size = found.rows === null ? "" : `${whole(found.rows)} rows in `;
  $("columns-found").textContent = found.sink_columns ? `${size}${found.partitions} parts. In: ${names(found.source_columns)}. Out: ${names(found.sink_columns)}.` : "";
}

async function submit(start) {
  const form = $("new");
  $("found").hidden = true;
  const job = await step(form, $("new-status"), async (say) => {
    const json = asked(form);
    say("Looking at source, model and sink");
    const found = await ask("/api/preflight", { method: "POST", json });
    showChecks(found);
    const wrong = found.checks.find((check) => check.level === "error");
    if (wrong) throw Object.assign(new Error(wrong.message), { field: wrong.field });
    if (!start) {
      tell($("new-status"), "Nothing is wrong; the job can start.", "good");
      return undefined;
    }
    say("Starting the job");
    return ask("/api/jobs", { method: "POST", json });
  });
  if (!job) return;
  form.querySelectorAll("input[type=password]").forEach((input) => { input.value = ""; });
  tell($("new-status"), `${job.name} is under way.`, "good");
  show(job.uid, true);
}

async function models() {
  const found = (await ask("/api/models")).models;
  $("model").replaceChildren(...found.map((m) => element("option", { value: m.name, disabled: !m.trusted }, m.trusted ? m.name : `${m.name} (not trusted)`)));
  if (!found.length) $("model-help").textContent = "There are no models in the app’s folder yet. Save one there, then open this page again.";
}

$("new").addEventListener("submit", (event) => { event.preventDefault(); submit(true); });
$("check").addEventListener("click", () => submit(false));
$("letters-wanted").addEventListener("change", (event) => { document.querySelector("[data-place=dead_letter]").hidden = !event.target.checked; });
$("runtime").addEventListener("change", (event) => {
  document.querySelectorAll("[data-runtime]").forEach((box) => { box.hidden = box.dataset.runtime !== event.target.value; });
});

// ---------------------------------------------------------------------------------------------------- events

function forget() {
  history.replaceState(null, "", location.pathname);
  chosen = "";
  $("job").hidden = true;
}

// Listens while somebody looks. The stream of the list ends when no job is under way, and is taken up again by the
// browser, as others may start one; that of a job ends with the job.
let streams = [];
function look() {
  streams.forEach((stream) => stream.close());
  streams = [];
  if (document.hidden) return;
  streams.push(watch("/api/jobs/events", { progress: list, wrong: (said) => tell($("jobs-status"), said, "bad") }));
  if (!chosen) return;
  const stream = watch(`/api/jobs/${encodeURIComponent(chosen)}/events`, {
    progress: (job) => describeJob(job).catch((error) => tell($("job-status"), error.message, "bad")),
    done: () => stream.close(),
    // One that is there no more; of an app that does not answer the list's stream tells.
    wrong: () => { if (stream.readyState === EventSource.CLOSED) forget(); },
  });
  streams.push(stream);
}
document.addEventListener("visibilitychange", look);

chosen = decodeURIComponent(location.hash.slice(1));
look();
try {
  connectors = await ask("/api/connectors");
  document.querySelectorAll("[data-place]").forEach(prepare);
  await models();
} catch (error) {
  tell($("new-status"), error.message, "bad");
}
