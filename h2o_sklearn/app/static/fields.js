// Forms from JSON schemas: a connector's fields, each with its label, its help and a place for what is wrong with it.

import { element } from "/static/app.js";

const named = (side, field) => `${side}.${field}`;

function labelled(side, field, title, input, help) {
  const id = `${side}-${field}`;
  const parts = [element("label", { for: id }, title)];
  input.id = id;
  input.setAttribute("name", named(side, field));
  if (help) input.setAttribute("aria-describedby", `${id}-help`);
  parts.push(input);
  if (help) parts.push(element("p", { class: "help", id: `${id}-help` }, help));
  parts.push(element("p", { class: "wrong", "data-for": named(side, field) }));
  return parts;
}

const options = (pairs) => pairs.map(([value, title]) => element("option", { value }, title));
const plain = (type, more = {}) => element("input", { type, autocomplete: "off", spellcheck: "false", ...more });

function control(schema, needed) {
  if (schema.enum) return element("select", {}, ...options([["", "as it finds out"], ...schema.enum.map((v) => [v, v])]));
  if (schema.type === "boolean") return element("select", {}, ...options([["", "as is usual"], ["true", "yes"], ["false", "no"]]));
  if (schema.type === "integer") return plain("number", { min: schema.minimum, step: 1, inputmode: "numeric" });
  if (schema.writeOnly) return plain("password", { autocomplete: "new-password", required: needed });
  return plain("text", { required: needed });
}

// Names and values of secrets, as many as one wants; they are sent, and never shown again.
function secrets(side, field, schema) {
  const box = element("fieldset", { "data-secrets": named(side, field) }, element("legend", {}, field), element("p", { class: "help" }, schema.description));
  const add = element("button", { type: "button" }, "Add a secret");
  let count = 0;
  add.addEventListener("click", () => {
    count += 1;
    const id = `${side}-${field}-${count}`;
    const name = element("input", { id: `${id}-name`, "data-secret": "name", autocomplete: "off", spellcheck: "false" });
    const value = element("input", { id: `${id}-value`, "data-secret": "value", type: "password", autocomplete: "new-password" });
    add.before(element("div", { class: "two" },
      element("div", {}, element("label", { for: name.id }, `Name of secret ${count}`), name),
      element("div", {}, element("label", { for: value.id }, `Value of secret ${count}`), value)));
    name.focus();
  });
  box.append(element("p", { class: "wrong", "data-for": named(side, field) }), add);
  return [box];
}

// Makes the elements of a source or a sink. What is needed comes first, the rest behind a line that opens.
export function describe(side, spec) {
  const needed = spec.schema.required ?? [];
  const made = [];
  if (spec.locations.length) {
    const how = spec.locations.filter((l) => l);
    const help = spec.uid === "file" ? "A file, a folder or a pattern such as in/*.csv, in the app’s folder for data." : `Begins with ${how.join(", ")}.`;
    made.push(...labelled(side, "location", "Location", plain("text", { required: true }), help));
  }
  if (spec.mime_types.length > 1) {
    const select = element("select", {}, ...options([["", "by the ending of the files"], ...spec.mime_types.map((m) => [m, m])]));
    made.push(...labelled(side, "mime_type", "Format", select));
  }
  const fields = Object.entries(spec.schema.properties);
  const build = ([field, schema]) => (schema.type === "object" ? secrets(side, field, schema)
    : labelled(side, field, field, control(schema, needed.includes(field)), schema.description));
  const first = fields.filter(([field, schema]) => needed.includes(field) || schema.writeOnly);
  const rest = fields.filter((entry) => !first.includes(entry));
  made.push(...first.flatMap(build));
  if (rest.length) made.push(element("details", {}, element("summary", {}, "More fields"), ...rest.flatMap(build)));
  return made;
}

function typed(schema, text) {
  if (schema.type === "integer") return Number(text);
  if (schema.type === "boolean") return text === "true";
  if (Array.isArray(schema.type) && schema.type.includes("number") && text.trim() !== "" && Number.isFinite(Number(text))) return Number(text);
  return text;
}

// Reads what `describe` made, as the API takes it.
export function read(form, side, spec) {
  const value = (field) => form.elements[named(side, field)]?.value.trim() ?? "";
  const config = {};
  for (const [field, schema] of Object.entries(spec.schema.properties)) {
    if (schema.type === "object") {
      const pairs = [...form.querySelectorAll(`[data-secrets="${named(side, field)}"] .two`)].map((row) => ["name", "value"].map((what) => row.querySelector(`[data-secret=${what}]`).value));
      const found = Object.fromEntries(pairs.filter(([name]) => name.trim()));
      if (Object.keys(found).length) config[field] = found;
    } else if (value(field) !== "") {
      config[field] = typed(schema, value(field));
    }
  }
  return { spec_uid: spec.uid, location: value("location"), mime_type: value("mime_type"), config };
}

// Reads plain fields of a form; what is empty is left out.
export function fields(form, names, prefix = "") {
  const found = {};
  for (const name of names) {
    const input = form.elements[prefix + name];
    if (input.type === "checkbox") {
      if (input.checked) found[name] = true;
    } else if (input.value.trim() !== "") {
      found[name] = input.type === "number" ? Number(input.value) : input.value.trim();
    }
  }
  return found;
}
