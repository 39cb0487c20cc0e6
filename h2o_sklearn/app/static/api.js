import { ask, element, tell } from "/static/app.js";

const $ = (id) => document.getElementById(id);

function schema(title, value) {
  return [element("h3", {}, title), element("pre", { tabindex: 0, role: "region", "aria-label": title }, JSON.stringify(value, null, 2))];
}

function operation(path, method, said) {
  const name = `${method.toUpperCase()} ${path}`;
  const made = [element("h2", {}, element("code", {}, name)), element("p", {}, said.summary)];
  for (const parameter of said.parameters ?? []) {
    const values = parameter.schema.enum ? `: ${parameter.schema.enum.join(", ")}` : "";
    made.push(element("p", {}, element("code", {}, `{${parameter.name}}`), values));
  }
  for (const [type, content] of Object.entries(said.requestBody?.content ?? {})) made.push(element("details", {}, element("summary", {}, `Body, ${type}`), ...schema(`Body of ${name}`, content.schema)));
  const answers = Object.entries(said.responses).map(([status, answer]) => `${status}: ${Object.keys(answer.content ?? {}).join(", ")}`);
  made.push(element("p", { class: "help" }, `Answers: ${answers.join("; ")}`));
  return element("section", {}, ...made);
}

try {
  const found = await ask("/openapi.json");
  const operations = Object.entries(found.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, said]) => operation(path, method, said)));
  $("operations").replaceChildren(...operations);
  tell($("status"), found.info.description);
} catch (error) {
  tell($("status"), error.message, "bad");
}
