/**
 * Forms of pages are sent as JSON to the REST route, so that a screen's action and the API's are one thing.
 *
 * `<form data-api="POST /api/v1/leads/…/comments" data-then="reload | goto:/path | show:name | stay">`. Fields go by name; `data-type` on a
 * field is int, number, bool, list (lines, or checked boxes of one name), json, or fields (JSON whose parts are sent as fields of their
 * own: a choice that stands for several); `data-empty="null|keep"` says what an empty field sends (otherwise nothing). A name with dots makes objects (`place.country`). `{name}` in the address or in `data-then` is taken
 * from the fields (and then not sent) or, in `data-then`, from the answer. `enctype="multipart/form-data"` sends the form as it is.
 * `data-confirm="…"` on the form or button asks before it is sent (core/confirm.ts); `data-touches` says what it touches, a line each,
 * `data-typed` what must be typed first. A lone `<button data-api="…" data-body='{…}'>` works without a form.
 * `method="dialog"` keeps a form that is pressed before this script runs from being sent by the browser, with its words in the address.
 * Faults are listed in `[data-faults]` inside the form, or in one made for it.
 */
import { call, type Method, Refusal } from "../core/api";
import { ask } from "../core/confirm";
import { announce, el } from "../core/dom";
import { t } from "../core/i18n";
import { keepAll, type Words } from "../shared/kept";
import { emptySent, sendsDraftOf, wordsIn } from "../shared/keeping";

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
/** A page that stands so long after it was left was kept by its person, or the next one does not come. */
const LEFT_BY_MS = 30_000;

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** One field's value: what it sends, or undefined for nothing. Throws a plain sentence if it cannot be understood. */
export function fieldValue(raw: string, type: string | undefined, empty: string | undefined): Json | undefined {
  if (type === "list")
    return raw
      .split(/\r?\n|,/)
      .map((item) => item.trim())
      .filter(Boolean);
  if (raw.trim() === "") {
    if (empty === "null") return null;
    return empty === "keep" ? "" : undefined;
  }
  if (type === "int" || type === "number") {
    const number = Number(raw);
    if (Number.isNaN(number) || (type === "int" && !Number.isInteger(number)))
      throw new SyntaxError(t("«{value}» is not a number.", { value: raw }));
    return number;
  }
  if (type === "bool") return raw === "true" || raw === "on" || raw === "1";
  if (type === "json" || type === "fields") return JSON.parse(raw) as Json;
  return raw;
}

/** Put a value at a dotted name. */
export function put(body: { [key: string]: Json }, name: string, value: Json): void {
  const [first = "", ...rest] = name.split(".");
  if (!rest.length) {
    body[first] = value;
    return;
  }
  const inner = body[first];
  const next = inner && typeof inner === "object" && !Array.isArray(inner) ? inner : {};
  body[first] = next;
  put(next, rest.join("."), value);
}

/** Fill `{name}` from values; a value may only become one part of an address. */
export function address(template: string, values: Record<string, unknown>): string {
  return template.replace(/\{([\w.]+)\}/g, (whole, name: string) =>
    name in values ? encodeURIComponent(String(values[name])) : whole,
  );
}

function fieldsOf(form: HTMLFormElement): Field[] {
  return [...form.elements].filter(
    (field): field is Field =>
      (field instanceof HTMLInputElement || field instanceof HTMLSelectElement || field instanceof HTMLTextAreaElement) &&
      field.name !== "" &&
      !field.disabled,
  );
}

function read(form: HTMLFormElement): { [key: string]: Json } {
  const body: { [key: string]: Json } = {};
  for (const field of fieldsOf(form)) {
    const { type } = field.dataset;
    if (field instanceof HTMLInputElement && field.type === "checkbox") {
      if (type === "list") {
        const list = body[field.name];
        put(body, field.name, [...(Array.isArray(list) ? list : []), ...(field.checked ? [field.value] : [])]);
      } else put(body, field.name, field.checked);
      continue;
    }
    if (field instanceof HTMLInputElement && field.type === "radio" && !field.checked) continue;
    const raw =
      field instanceof HTMLSelectElement && field.multiple
        ? [...field.selectedOptions].map((option) => option.value).join("\n")
        : field.value;
    const value = fieldValue(raw, type, field.dataset.empty);
    if (value === undefined) continue;
    if (type === "fields" && value && typeof value === "object" && !Array.isArray(value))
      for (const [name, part] of Object.entries(value)) put(body, name, part);
    else put(body, field.name, value);
  }
  return body;
}

/** Empty what was sent, keep what was typed meanwhile and in other forms; then go on. */
async function settle(element: HTMLElement, sent: Words): Promise<void> {
  if (element instanceof HTMLFormElement) await emptySent(element, sent);
  await keepAll();
}

/** Send it, and go on as the element says; whether the page is being left for that. */
async function send(element: HTMLElement, body: { [key: string]: Json } | FormData): Promise<boolean> {
  const [method = "POST", template = ""] = (element.dataset.api ?? "").split(" ");
  // What stands in the address is not sent, and `data-then` may name it all the same.
  const values = body instanceof FormData ? {} : { ...body };
  const path = address(template, values);
  if (!(body instanceof FormData)) for (const [, name] of template.matchAll(/\{([\w.]+)\}/g)) delete body[name ?? ""];
  const words = element instanceof HTMLFormElement ? wordsIn(element) : {};
  if (element instanceof HTMLFormElement) sendsDraftOf(element);
  const { packed } = element.dataset;
  const sent = packed && body instanceof FormData ? await (await import("./packed")).inParts(element, packed, body) : body;
  const answer = await call<Record<string, unknown> | null>(
    method as Method,
    path,
    method === "GET" || method === "DELETE" ? undefined : sent,
  );
  await settle(element, words);
  return after(element, element.dataset.then ?? "reload", { ...values, ...(answer ?? {}) });
}

/** What is shown once (a token, an invitation) stands in `[data-shown]` until the page is left. */
function show(element: HTMLElement, value: string): void {
  const field = el("input", { class: "in", readonly: true, value, "aria-label": t("Shown only now: copy it") });
  element.querySelector("[data-shown]")?.replaceChildren(el("p", {}, t("Shown only now: copy it")), field);
  field.focus();
  field.select();
}

function after(element: HTMLElement, then: string, values: Record<string, unknown>): boolean {
  if (then.startsWith("goto:")) window.location.assign(address(then.slice(5), values));
  else if (then === "reload") window.location.reload();
  else {
    if (then.startsWith("show:")) show(element, String(values[then.slice(5)] ?? t("Saved.")));
    else announce(t("Saved."));
    return false;
  }
  return true;
}

function faultsBox(element: HTMLElement): HTMLElement {
  const found =
    element.querySelector<HTMLElement>("[data-faults]") ??
    element.parentElement?.querySelector<HTMLElement>(":scope > [data-faults]");
  if (found) return found;
  const box = el("div", { "data-faults": true });
  if (element instanceof HTMLFormElement) element.prepend(box);
  else element.after(box);
  return box;
}

export function showFaults(element: HTMLElement, faults: readonly string[]): void {
  const box = faultsBox(element);
  box.className = faults.length ? "notice danger" : "";
  box.setAttribute("role", "alert");
  box.tabIndex = -1;
  const list = faults.length > 1 ? el("ul", {}, ...faults.map((fault) => el("li", {}, fault))) : (faults[0] ?? "");
  box.replaceChildren(...(faults.length ? [el("div", {}, list)] : []));
  if (faults.length) box.focus();
}

/** Ask first where a button or its form says so. */
async function confirmed(button: HTMLElement, form: HTMLElement): Promise<boolean> {
  const { confirm, touches, typed } = { ...form.dataset, ...button.dataset };
  if (!confirm) return true;
  const lines = (touches ?? "").split("\n").map((line) => line.trim());
  const yes = button.textContent?.trim() ?? "";
  return ask(button, { question: confirm, touches: lines.filter(Boolean), yes, ...(typed ? { typed } : {}) });
}

async function carryOut(
  element: HTMLElement,
  button: HTMLElement | null,
  body: () => { [key: string]: Json } | FormData,
): Promise<void> {
  if (element.dataset.busy) return;
  element.dataset.busy = "1";
  button?.setAttribute("aria-disabled", "true");
  showFaults(element, []);
  let isLeaving = false;
  try {
    isLeaving = await send(element, body());
  } catch (error) {
    if (error instanceof Refusal) showFaults(element, error.faults);
    else if (error instanceof SyntaxError) showFaults(element, [error.message]);
    else throw error;
  } finally {
    // The next page may take a while, and what is pressed here until it comes would be sent once more.
    if (isLeaving) window.setTimeout(() => rest(element, button), LEFT_BY_MS);
    else rest(element, button);
  }
}

/** It can be pressed again. */
function rest(element: HTMLElement, button: HTMLElement | null): void {
  delete element.dataset.busy;
  button?.removeAttribute("aria-disabled");
}

export function startForms(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.dataset.api) return;
    event.preventDefault();
    const button = event.submitter;
    void confirmed(button ?? form, form).then((isMeant) => {
      if (!isMeant) return;
      void carryOut(form, button, () =>
        form.enctype === "multipart/form-data" ? new FormData(form, button) : withButton(read(form), button),
      );
    });
  });
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("button[data-api]") : null;
    if (!button) return;
    void confirmed(button, button).then((isMeant) => {
      if (isMeant) void carryOut(button, button, () => JSON.parse(button.dataset.body ?? "{}") as { [key: string]: Json });
    });
  });
}

/** A form with two buttons: the pressed one's name and value count as a field. */
function withButton(body: { [key: string]: Json }, button: HTMLElement | null): { [key: string]: Json } {
  if (button instanceof HTMLButtonElement && button.name)
    put(body, button.name, fieldValue(button.value, button.dataset.type, "keep") ?? "");
  return body;
}
