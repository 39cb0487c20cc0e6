import { ask, element, number, rows, step, tell } from "/static/app.js";

const $ = (id) => document.getElementById(id);
let chosen = "";

const text = (value) => (value === null ? "–" : typeof value === "number" ? number(value) : String(value));

async function list() {
  const { models, folder } = await ask("/api/models");
  tell($("models-status"), models.length ? "" : `There are no models in the folder ${folder} yet. Save a MOJO (.zip), a skops file or a pickle there, and open this page again.`);
  $("models").replaceChildren(...models.map((model) => {
    const open = element("button", { type: "button", "aria-pressed": "false", disabled: !model.trusted }, model.name);
    open.addEventListener("click", () => show(model.name));
    const size = `${model.kind}, ${number(Math.ceil(model.bytes / 1024))} kB`;
    const note = model.trusted ? size : `${size}. A pickle runs what is in it; if it is yours, start the app with --trust ${model.name}.`;
    return element("li", {}, open, element("span", {}, note));
  }));
}

function showMetrics(metrics) {
  const parts = Object.entries(metrics).filter(([, value]) => value !== null && typeof value === "object");
  const names = [...new Set(parts.flatMap(([, values]) => Object.keys(values)))].filter((n) => parts.some(([, v]) => typeof v[n] === "number"));
  $("metrics").hidden = !names.length;
  rows($("metrics-rows"), ["Metric", ...parts.map(([part]) => part)], names.map((name) => [name, ...parts.map(([, values]) => (typeof values[name] === "number" ? number(values[name]) : "–"))]));
}

function showForm(columns) {
  $("row").replaceChildren(...columns.map(({ name, levels }, place) => {
    const id = `row-${place}`;
    const input = levels
      ? element("select", { id, name }, element("option", { value: "" }, "missing"), ...levels.map((level) => element("option", { value: level }, String(level))))
      : element("input", { id, name, autocomplete: "off", spellcheck: "false" });
    return element("div", {}, element("label", { for: id }, name), input, element("p", { class: "wrong", "data-for": name }));
  }));
}

async function show(name) {
  const found = await step($("models"), $("models-status"), async (say) => {
    say(`Loading ${name}`);
    return ask(`/api/models/${encodeURIComponent(name)}`);
  });
  if (!found) return;
  tell($("models-status"), "");
  chosen = name;
  $("models").querySelectorAll("button").forEach((b) => b.setAttribute("aria-pressed", String(b.textContent === name)));
  $("model").hidden = false;
  $("model-title").textContent = name;
  const facts = [["Class", found.class], ...(found.steps.length ? [["Steps", found.steps.join(", ")]] : []), ...(found.classes ? [["Classes", found.classes.join(", ")]] : [])];
  $("facts").replaceChildren(...facts.map(([what, value]) => element("div", {}, element("dt", {}, what), element("dd", {}, value))));
  rows($("columns"), ["Column", "What it may hold"], found.columns.map(({ name: column, levels }) => [column, levels ? levels.slice(0, 20).join(", ") + (levels.length > 20 ? " …" : "") : "any"]));
  showMetrics(found.metrics);
  rows($("parameters"), ["Parameter", "Value"], Object.entries(found.parameters).map(([key, value]) => [key, text(value)]));
  showForm(found.columns);
  $("scored").hidden = true;
  tell($("score-status"), found.columns.length ? "" : "This model does not say which columns it wants; it cannot be tried here.");
  $("score").hidden = !found.columns.length;
  $("model").focus();
}

$("score").addEventListener("submit", async (event) => {
  event.preventDefault();
  $("scored").hidden = true;
  const found = await step(event.target, $("score-status"), async (say) => {
    say("Scoring");
    const row = Object.fromEntries(new FormData(event.target));
    return ask(`/api/models/${encodeURIComponent(chosen)}/score`, { method: "POST", json: { row } });
  });
  if (!found) return;
  tell($("score-status"), `The model says: ${found.prediction.map(text).join(", ")}.`, "good");
  if (!found.probabilities) return;
  rows($("chances"), ["Class", "Probability"], found.probabilities.map((p) => [String(p.class), number(p.probability)]));
  $("scored").hidden = false;
});

try {
  await list();
} catch (error) {
  tell($("models-status"), error.message, "bad");
}
