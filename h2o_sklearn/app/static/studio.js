import { ask, element, follow, number, numbers, rows, step, tell } from "/static/app.js";

const $ = (id) => document.getElementById(id);
const COLOURS = ["#1b9e77", "#d95f02", "#7570b3", "#e7298a", "#66a61e", "#e6ab02", "#a6761d", "#666666", "#1f78b4", "#b2182b"];
const colour = (cluster) => COLOURS[cluster % COLOURS.length];
const LIBRARY = "/static/plotly.min.js";
let plotly;

function library() {
  plotly ??= new Promise((resolve, reject) => {
    const script = element("script", { src: LIBRARY });
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      plotly = undefined;
      reject(new Error("The library that draws could not be loaded from the app."));
    };
    document.head.append(script);
  });
  return plotly;
}

function layout(x, y, equal = false) {
  const ink = getComputedStyle(document.body).color;
  const axis = (title) => ({ title: { text: title }, gridcolor: "rgba(128,128,128,.25)", zeroline: false });
  return {
    margin: { l: 60, r: 15, t: 15, b: 50 }, paper_bgcolor: "transparent", plot_bgcolor: "transparent",
    font: { color: ink }, showlegend: false, hovermode: "closest",
    xaxis: axis(x), yaxis: { ...axis(y), ...(equal ? { scaleanchor: "x" } : {}) },
  };
}

const drawn = new Map();

async function draw(id, traces, ...titles) {
  drawn.set(id, [traces, titles]);
  const Plotly = await library();
  await Plotly.react($(id), traces, layout(...titles), { responsive: true, displaylogo: false });
}

// Light turns dark while the page is open: what is drawn follows.
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  drawn.forEach(([traces, titles], id) => draw(id, traces, ...titles));
});

// A browser that cannot draw by its graphics card draws as text documents do, which is slow beyond some thousands.
// It is asked when there is something to draw: to find out takes as long as the whole page does.
let many;
const markers = (trace) => ({ type: (many ??= document.createElement("canvas").getContext("webgl") ? "scattergl" : "scatter"), mode: "markers", ...trace });

// ---------------------------------------------------------------------------------------------------- data

async function showData(data) {
  $("data").hidden = false;
  rows($("preview"), data.columns.map((c) => [c.name, c.type]), data.first);
  const choices = data.columns.filter((c) => c.number).map((c) => {
    const box = element("input", { type: "checkbox", name: "columns", value: c.name, checked: c.chosen });
    return element("label", { class: "choice" }, box, ` ${c.name}`);
  });
  $("columns").replaceChildren(...(choices.length ? choices : [element("p", {}, "No column of these data has numbers.")]));
  $("result").hidden = true;
  $("shared").hidden = true;
  tell($("train-status"), "");
  tell($("share-status"), "");
  const { axes, values, map, sampled } = data.points;
  tell($("data-status"), `${data.rows.toLocaleString()} rows from ${data.origin}.`, "good");
  if (!axes.length) return;
  const columns = values.map(numbers);
  const [x, y] = axes.length === 1 ? [columns[0].map((_, i) => i), columns[0]] : columns;
  const names = axes.length === 1 ? ["row", axes[0]] : axes;
  await draw("points", [markers({ x, y, marker: { size: 4, color: colour(0), opacity: 0.6 } })], ...names, map);
  $("points-note").textContent = `${x.length.toLocaleString()} points${sampled ? ", a fair sample" : ""}${map ? ", as on a map" : ""}.`;
}

// The steps: the form of each, where it says how it stands, and what it shows at its end.
const STEPS = {
  upload: [$("upload"), $("data-status"), showData],
  orbit: [$("orbit"), $("data-status"), showData],
  train: [$("train"), $("train-status"), showClusters],
  share: [$("share"), $("share-status"), showShared],
};

// Takes a step: `begin` gives its task, which is followed to its end.
async function take(kind, first, begin) {
  const [form, status, shown] = STEPS[kind];
  prepare();
  await step(form, status, async (say) => {
    say(first);
    await shown(await follow(await begin(form), say));
  });
}

// What draws is read while somebody chooses or waits; if it cannot be had, who draws is told.
const prepare = () => library().catch(() => {});
for (const sign of ["click", "change"]) $("file").addEventListener(sign, prepare, { once: true });
$("address").addEventListener("input", prepare, { once: true });

const sent = async (path, options) => (await ask(path, { method: "POST", ...options })).task;

$("upload").addEventListener("submit", (event) => {
  event.preventDefault();
  take("upload", "Uploading", (form) => sent("/api/upload", { form: new FormData(form) }));
});

$("orbit").addEventListener("submit", (event) => {
  event.preventDefault();
  take("orbit", "Fetching", ({ elements }) => {
    const json = { address: elements.address.value, peers: elements.peers.value.split("\n").filter((p) => p.trim()) };
    return sent("/api/orbit", { json });
  });
});

// ------------------------------------------------------------------------------------------------ clusters

// A trace of one colour for each cluster: a colour for each point would be read as text fifty thousand times.
function byCluster(cluster, count, x, y) {
  const sizes = new Uint32Array(count);
  cluster.forEach((c) => { sizes[c] += 1; });
  const parts = Array.from(sizes, (size) => ({ x: new Float64Array(size), y: new Float64Array(size), next: 0 }));
  cluster.forEach((c, n) => {
    const part = parts[c];
    part.x[part.next] = x[n];
    part.y[part.next] = y[n];
    part.next += 1;
  });
  return parts.map((part, c) => markers({ name: `cluster ${c}`, x: part.x, y: part.y, marker: { size: 4, color: colour(c), opacity: 0.6 } }));
}

async function showClusters(report) {
  $("result").hidden = false;
  $("shared").hidden = true;
  const [across, up] = report.axes.length > 1 ? report.axes : [report.columns[0], report.columns[0]];
  const [i, j] = [report.columns.indexOf(across), report.columns.indexOf(up)];
  const columns = report.points.map(numbers);
  const one = i === j;
  const points = byCluster(numbers(report.cluster), report.n_clusters, one ? columns[i].map((_, n) => n) : columns[i], columns[j]);
  const centers = markers({
    name: "centres", hovertext: report.centers.map((_, n) => `cluster ${n}`), hoverinfo: "text+x+y",
    x: report.centers.map((c) => c[i]), y: report.centers.map((c) => c[j]),
    marker: { size: 14, symbol: "x", color: report.centers.map((_, n) => colour(n)), line: { width: 2, color: getComputedStyle(document.body).color } },
  });
  const silhouette = report.silhouette === null ? "" : `, silhouette ${number(report.silhouette)}`;
  tell($("train-status"), `${report.n_clusters} clusters of ${report.n_rows.toLocaleString()} rows.`, "good");
  $("summary").textContent = `${report.n_clusters} clusters, inertia ${number(report.inertia)}${silhouette}. The elbow is at ${report.elbow}.`;
  rows($("centers"), ["Cluster", ...report.columns, "Rows"], report.centers.map((center, n) => [
    element("span", {}, element("span", { class: "swatch", "aria-hidden": "true", "data-colour": colour(n) }), String(n)),
    ...center.map(number), report.sizes[n].toLocaleString(),
  ]));
  $("centers").querySelectorAll(".swatch").forEach((swatch) => { swatch.style.background = swatch.dataset.colour; });
  await draw("clustered", one ? points : [...points, centers], one ? "row" : across, up, report.map);
  $("clustered-note").textContent = `${columns[0].length.toLocaleString()} points${report.sampled ? ", a fair sample" : ""}; crosses are centres.`;
  const by = report.selection.n_clusters;
  await draw("elbow", [{ type: "scatter", mode: "lines+markers", x: by, y: report.selection.inertia, line: { color: colour(0) } }], "clusters", "inertia");
  await draw("silhouette", [{ type: "scatter", mode: "lines+markers", x: by, y: report.selection.silhouette, line: { color: colour(1) } }], "clusters", "silhouette");
}

$("train").addEventListener("submit", (event) => {
  event.preventDefault();
  take("train", "Clustering", (form) => {
    const columns = new FormData(form).getAll("columns");
    const json = { clusters: form.elements.clusters.value.trim(), ...(columns.length ? { columns } : {}) };
    return sent("/api/train", { json });
  });
});

// --------------------------------------------------------------------------------------------------- share

function place(form) {
  const names = form.elements.place.value === "azure" ? ["azureaccount", "azurekey", "containername", "azureendpoint"] : [];
  return names.length ? Object.fromEntries(names.map((n) => [n, form.elements[n].value])) : { orbitdb: true };
}

function showShared(found) {
  tell($("share-status"), found.did ? "Hosted and registered." : "Hosted.", "good");
  const parts = (found.hosted ?? []).flatMap((h) => [element("dt", {}, `Hosted on ${h.kind}`), element("dd", {}, h.address), ...(h.peers ?? []).map((peer) => element("dd", { class: "help" }, `by ${peer}`))]);
  if (found.did) {
    parts.push(element("dt", {}, "Data set on Ocean"), element("dd", {}, found.did));
    parts.push(element("dt", {}, "Transaction"), element("dd", {}, element("a", { href: found.link, target: "_blank", rel: "noopener noreferrer" }, found.transaction)));
  }
  $("links").replaceChildren(...parts);
  $("shared").hidden = false;
}

async function share(path, more) {
  $("shared").hidden = true;
  await take("share", "Starting", (form) => sent(path, { json: { ...place(form), ...more(form) } }));
  $("share").elements.azurekey.value = "";
}

$("share").addEventListener("change", () => { $("azure").hidden = $("share").elements.place.value !== "azure"; });
$("host").addEventListener("click", () => share("/api/host", () => ({})));
$("share").addEventListener("submit", (event) => {
  event.preventDefault();
  share("/api/ocean", (form) => Object.fromEntries(["name", "price", "author", "description"].map((n) => [n, form.elements[n].value])));
});

// A page that is opened again shows what this browser has, and follows what goes on.
try {
  const known = await ask("/api/data");
  if (known.data) await showData(known.data);
  if (known.report) await showClusters(known.report);
  if (known.shared) showShared(known.shared);
  known.running.forEach(({ id, kind, title }) => take(kind, title, () => id));
} catch (error) {
  tell($("data-status"), error.message, "bad");
}

performance.mark("interactive");
// Large, and of no use before there are data: fetched now, but not read.
document.head.append(element("link", { rel: "prefetch", href: LIBRARY, as: "script" }));
