// What all pages share: requests, tasks with their events, messages beside fields.

let session;

export async function ask(path, { method = "GET", json, form } = {}) {
  const headers = method === "GET" ? {} : { "x-csrf-token": (session ??= await sent("/api/session")).csrf };
  if (json !== undefined) headers["content-type"] = "application/json";
  return sent(path, { method, headers, body: json === undefined ? form : JSON.stringify(json) });
}

async function sent(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw problem("The app does not answer. Is it still running? Start it again and repeat this step; nothing is lost.");
  }
  const found = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    const said = found.error ?? {};
    if (answer.status === 403) session = undefined; // the app was started anew: the next try asks for a new session
    throw problem(said.message ?? `The app answered with status ${answer.status}.`, said.field);
  }
  return found;
}

function problem(message, field = "") {
  return Object.assign(new Error(message), { field });
}

// Follows a task to its end. A stream that breaks off is taken up again: the task goes on without it.
export async function follow(task, say) {
  for (let tries = 0; ; tries += 1) {
    const ended = await listen(task, say);
    if (ended) return ended();
    if (tries === 5) throw problem("The app does not answer any more. Start it again and repeat this step.");
    await new Promise((resolve) => setTimeout(resolve, 500 * (tries + 1)));
  }
}

function listen(task, say) {
  return new Promise((resolve) => {
    const source = new EventSource(`/api/tasks/${task}/events`);
    const end = (result) => { source.close(); resolve(result); };
    source.addEventListener("progress", (event) => say(JSON.parse(event.data)));
    source.addEventListener("done", (event) => end(() => JSON.parse(event.data)));
    source.addEventListener("failed", (event) => end(() => {
      const said = JSON.parse(event.data);
      throw problem(said.message, said.field);
    }));
    source.onerror = () => end(null);
  });
}

// Keeps to a stream as long as it is not closed: the browser takes it up again by itself when it ends or breaks off.
export function watch(path, { progress, done = () => {}, wrong }) {
  const source = new EventSource(path);
  let broken = 0;
  source.addEventListener("open", () => { broken = 0; });
  source.addEventListener("progress", (event) => progress(JSON.parse(event.data)));
  source.addEventListener("done", () => done());
  source.addEventListener("failed", (event) => wrong(JSON.parse(event.data).message));
  source.onerror = () => {
    broken += 1;
    if (broken > 1 || source.readyState === EventSource.CLOSED) wrong("The app does not answer. Is it still running? Jobs go on without it; start it again to see them.");
  };
  return source;
}

// Numbers as the app sends them: bytes, in base 64.
const ARRAYS = { f8: Float64Array, i2: Int16Array };
export function numbers({ dtype, bdata }) {
  const bytes = Uint8Array.fromBase64?.(bdata) ?? Uint8Array.from(atob(bdata), (letter) => letter.charCodeAt(0));
  return new ARRAYS[dtype](bytes.buffer);
}

// Runs a step: the form is quiet meanwhile, what goes wrong stands beside its field and in the status.
export async function step(form, status, work) {
  const buttons = [...form.querySelectorAll("button:enabled")];
  clear(form);
  buttons.forEach((button) => { button.disabled = true; });
  try {
    const found = await work((sentence) => tell(status, `${sentence} …`));
    return found;
  } catch (error) {
    tell(status, error.message, "bad");
    mark(form, error.field, error.message);
    return undefined;
  } finally {
    buttons.forEach((button) => { button.disabled = false; });
  }
}

export function tell(status, sentence, kind = "") {
  status.className = `status ${kind}`;
  status.textContent = sentence;
}

export function mark(form, field, message) {
  if (!field) return;
  const names = [field, field.replace(/^.*\./, ""), field.replace(/\..*$/, "")]; // at worst beside what it is a part of
  const place = names.map((name) => form.querySelector(`[data-for="${CSS.escape(name)}"]`)).find((found) => found);
  if (!place) return;
  place.textContent = message;
  for (let box = place.parentElement.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  const input = form.elements?.namedItem(place.dataset.for);
  if (input instanceof HTMLElement) {
    place.id ||= `wrong-${place.dataset.for}`;
    input.setAttribute("aria-invalid", "true");
    const said = new Set((input.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
    input.setAttribute("aria-describedby", [...said.add(place.id)].join(" "));
    input.focus();
  }
}

function clear(form) {
  form.querySelectorAll(".wrong").forEach((place) => { place.textContent = ""; });
  form.querySelectorAll("[aria-invalid]").forEach((input) => { input.removeAttribute("aria-invalid"); });
}

// Builds an element; texts are texts, never HTML.
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

export function rows(table, heads, lines) {
  const head = element("tr", {}, ...heads.map((h) => element("th", { scope: "col" }, ...(Array.isArray(h) ? [h[0], element("small", {}, h[1])] : [h]))));
  const body = lines.map((line) => element("tr", {}, ...line.map((cell) => element("td", {}, cell))));
  table.replaceChildren(element("thead", {}, head), element("tbody", {}, ...body));
}

export const number = (value) => (value === null || value === undefined ? "–" : Number(value).toLocaleString(undefined, { maximumSignificantDigits: 6 }));
