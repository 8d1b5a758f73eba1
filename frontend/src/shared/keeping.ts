/**
 * Keeps what is typed into the page's forms, whichever they are and whoever draws them.
 *
 * A form has a name: `data-draft`, else its `data-api`. Its text fields are kept, and with them what was chosen beside them. A field that must
 * not be kept says `data-unkept` (a code that is valid once). When the form is sent, exactly what was sent is emptied (`emptySent`). A form that
 * is no longer there while something stands in it leaves its text to copy.
 */
import { Refusal, sendsDrafts } from "../core/api";
import { el } from "../core/dom";
import { t } from "../core/i18n";
import { whenLeft } from "../core/leaving";
import { Kept, keepAll, keptHere, keptNow, type Page, sameWords, thisPage, whenToldByTabs, type Words } from "./kept";
import type { KeptDraft } from "./answers";
import { keptLines, otherBox, stateOf, textOf, textToCopy } from "./kept-box";

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** How long a form may be away before its text is offered to be copied: a page that is drawn anew takes less. */
const GONE_MS = 2000;
const TEXTS = ["text", "search", "email", "url", "tel", "number", "date", "time", "datetime-local", "month", "week"];
/** The field in which a draft says what its form does: told where the form is no longer there. */
const LABEL = "@label";

interface Tracked {
  kept: Kept;
  form: HTMLFormElement | null;
  box: HTMLElement;
  /** What the box tells now: drawn anew only when that changes, so that no button goes away under a finger. */
  told: string;
  goneSince: number;
  orphan: HTMLElement | null;
}

const tracked = new Map<string, Tracked>();
const listeners = new Set<(found: readonly KeptDraft[]) => void>();
/** Names of forms that a module keeps itself: theirs is not text without a form. */
const own = new Set<string>();
let found: readonly KeptDraft[] | null = null;
let filling = false;
let page: Page;

/** Hear what the server keeps of this page, now and whenever it is asked again. `names`: the forms that the caller keeps itself. */
export function whenDraftsCome(take: (found: readonly KeptDraft[]) => void, ...names: string[]): void {
  for (const name of names) own.add(name);
  listeners.add(take);
  if (found) take(found);
}

function nameOf(form: HTMLFormElement): string {
  return form.dataset.draft ?? form.dataset.api ?? "";
}

function isText(field: Field): boolean {
  return field instanceof HTMLTextAreaElement || (field instanceof HTMLInputElement && TEXTS.includes(field.type));
}

function fieldsOf(form: HTMLFormElement): Field[] {
  return [...form.elements].filter(
    (field): field is Field =>
      (field instanceof HTMLSelectElement ||
        field instanceof HTMLTextAreaElement ||
        (field instanceof HTMLInputElement && (isText(field) || field.type === "checkbox" || field.type === "radio"))) &&
      (field.name || field.id) !== "" &&
      !("unkept" in field.dataset),
  );
}

function isKeepable(form: HTMLFormElement): boolean {
  return nameOf(form) !== "" && fieldsOf(form).some(isText);
}

/** The name under which a field's words are kept: what is chosen has «=» before it. */
function keyOf(field: Field): string {
  const name = field.name || field.id;
  if (isText(field)) return name;
  return field instanceof HTMLSelectElement ? `=${name}` : `=${name}=${field.value}`;
}

function standsIn(field: Field): string {
  if (field instanceof HTMLSelectElement) return [...field.selectedOptions].map((option) => option.value).join("\n");
  return isText(field) ? field.value : String((field as HTMLInputElement).checked);
}

/** What stood in a field of an island when it was first seen: what is drawn there is no attribute. */
const drawn = new WeakMap<Field, string>();

/** What the page itself put into the field. */
function givenValue(field: Field): string {
  const first = drawn.get(field);
  if (first !== undefined) return first;
  if (field instanceof HTMLSelectElement) {
    const chosen = [...field.options].filter((option) => option.defaultSelected);
    return (chosen.length || field.multiple ? chosen : [...field.options].slice(0, 1)).map((option) => option.value).join("\n");
  }
  return isText(field) ? field.defaultValue : String((field as HTMLInputElement).defaultChecked);
}

/** What a person has written into a form, and chosen beside it; nothing where nothing is written. */
export function wordsIn(form: HTMLFormElement): Words {
  const changed = fieldsOf(form).filter((field) => standsIn(field) !== givenValue(field));
  if (!changed.some(isText)) return {};
  const words = changed.map((field) => [keyOf(field), standsIn(field)]);
  const button = form.querySelector<HTMLElement>("button[type=submit], button:not([type])");
  return Object.fromEntries([...words, [LABEL, button?.textContent?.trim().slice(0, 100) ?? ""]]);
}

function setField(field: Field, value: string): void {
  if (field instanceof HTMLSelectElement) {
    const chosen = value.split("\n");
    for (const option of field.options) option.selected = chosen.includes(option.value);
    if (standsIn(field) !== value) field.dataset.wanted = value; // its list comes later
  } else if (isText(field)) field.value = value;
  else (field as HTMLInputElement).checked = value === "true";
  for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
}

/** Put words into a form; a field without words gets what the page gave it. */
function fill(form: HTMLFormElement, words: Words): void {
  filling = true;
  for (const field of fieldsOf(form)) {
    const value = words[keyOf(field)] ?? givenValue(field);
    if (standsIn(field) !== value) setField(field, value);
  }
  filling = false;
  if (!textOf(words)) return;
  for (let around = form.closest("details"); around; around = around.parentElement?.closest("details") ?? null)
    around.open = true;
}

/** What is known of the form with this name: new where nothing is. */
function track(name: string): Tracked {
  const known = tracked.get(name);
  if (known) return known;
  const made: Tracked = {
    kept: new Kept(name, page, () => show(made)),
    form: null,
    box: el("div", { class: "stack kept" }),
    told: "",
    goneSince: 0,
    orphan: null,
  };
  tracked.set(name, made);
  return made;
}

/** A form that is on the page: known before or new, it gets what is kept of it. */
function bind(form: HTMLFormElement): void {
  if (form.dataset.draft) for (const field of fieldsOf(form)) if (!drawn.has(field)) drawn.set(field, standsIn(field));
  const before = tracked.get(nameOf(form));
  if (before?.form === form) return;
  const entry = track(nameOf(form));
  entry.form = form;
  entry.goneSince = 0;
  entry.orphan?.remove();
  entry.orphan = null;
  const typed = wordsIn(form);
  if (before && !before.kept.isEmpty && textOf(typed) === "") fill(form, before.kept.current);
  else if (found) take(entry, found);
  show(entry);
}

function take(entry: Tracked, drafts: readonly KeptDraft[]): void {
  const mine = drafts.filter((each) => each.form === entry.kept.form);
  // Somebody was quicker than the answer: what he typed is not replaced.
  if (entry.form && entry.kept.isEmpty && textOf(wordsIn(entry.form))) entry.kept.write(wordsIn(entry.form));
  const words = entry.kept.take(mine);
  if (words && entry.form) fill(entry.form, words);
}

function show(entry: Tracked): void {
  const { form, kept, box } = entry;
  if (!form) return;
  const told = JSON.stringify([kept.others.map((each) => each.version), textOf(kept.current) === "", stateOf(kept)]);
  if (told !== entry.told || (box.hasChildNodes() && box.parentElement !== form)) draw(entry, form);
  entry.told = told;
}

function draw(entry: Tracked, form: HTMLFormElement): void {
  const { kept, box } = entry;
  const others = kept.others.map((other) =>
    otherBox(other, textOf(kept.current) === "", {
      keepMine: () => kept.settle([other], wordsIn(form)),
      keepTheirs: () => settle(entry, other, other.fields),
      keepBoth: () => settle(entry, other, both(kept.current, other.fields)),
    }),
  );
  box.replaceChildren(...others, ...keptLines(kept, () => empty(entry)));
  if (!box.hasChildNodes()) box.remove();
  else if (box.parentElement !== form) form.append(box);
}

function settle(entry: Tracked, other: KeptDraft, words: Words): void {
  if (!entry.form) return;
  fill(entry.form, words);
  entry.kept.settle([other], wordsIn(entry.form));
}

/** Both texts, one after the other, field by field; what is chosen stays as it is here. */
export function both(mine: Words, theirs: Words): Words {
  const joined = { ...theirs, ...mine };
  for (const [name, text] of Object.entries(theirs))
    if (!/^[=@]/.test(name) && mine[name] && mine[name] !== text) joined[name] = `${mine[name]}\n${text}`;
  return joined;
}

function empty(entry: Tracked): void {
  if (entry.form) fill(entry.form, {});
  void entry.kept.sent({});
}

/** Name the draft of a form to the press that sends it, in this very moment. */
export function sendsDraftOf(form: HTMLFormElement): void {
  const kept = tracked.get(nameOf(form))?.kept;
  kept?.press();
  sendsDrafts(kept?.versions ?? []);
}

/** A form was sent: empty what was sent and nothing that was typed since. Done when it is not a draft any more. */
export async function emptySent(form: HTMLFormElement, sent: Words): Promise<void> {
  const typed = wordsIn(form);
  const left = sameWords(typed, sent)
    ? {}
    : Object.fromEntries(Object.entries(typed).filter(([name, text]) => sent[name] !== text));
  const isLeft = textOf(left) !== "";
  fill(form, isLeft ? left : {});
  await tracked.get(nameOf(form))?.kept.sent(isLeft ? wordsIn(form) : {});
}

/** Put away what a form holds because its person said so: «Cancel», or Esc where it was asked. */
export function dropDraft(name: string): void {
  const entry = tracked.get(name);
  if (!entry) return;
  tracked.delete(name);
  entry.orphan?.remove();
  void entry.kept.sent({});
}

/** Forms that went away while something stood in them, and drafts whose form is not on this page: the text is there to copy. */
function lookForGone(): void {
  for (const draft of found ?? []) {
    if (tracked.has(draft.form) || own.has(draft.form)) continue;
    const entry = track(draft.form);
    entry.goneSince = Date.now();
    entry.kept.take((found ?? []).filter((each) => each.form === draft.form));
  }
  const now = Date.now();
  for (const entry of tracked.values()) {
    if (entry.form?.isConnected) continue;
    entry.form = null;
    entry.goneSince ||= now;
    if (!entry.orphan && textOf(entry.kept.current) && now - entry.goneSince >= GONE_MS && isDrawn()) offerOrphan(entry);
  }
}

/** An island shows nothing before its first answer. */
function isDrawn(): boolean {
  const island = document.querySelector("main[data-island]");
  return document.readyState === "complete" && (!island || island.querySelector("h1") !== null);
}

function offerOrphan(entry: Tracked): void {
  const what = entry.kept.current[LABEL];
  const away = el(
    "button",
    {
      class: "btn small",
      type: "button",
      onclick: () => {
        entry.orphan?.remove();
        tracked.delete(entry.kept.form);
        void entry.kept.sent({});
      },
    },
    t("Throw away"),
  );
  entry.orphan = el(
    "section",
    { class: "notice warn", role: "alert", "data-unsent": entry.kept.form },
    el(
      "div",
      { class: "stack" },
      el("b", {}, what ? t("«{what}» is closed here now. What you wrote is kept:", { what }) : t("What you wrote here is kept:")),
      textToCopy(textOf(entry.kept.current), [away]),
    ),
  );
  unsentPlace().append(entry.orphan);
}

/** Where texts stand whose form is gone: over the page, where no island draws. */
function unsentPlace(): HTMLElement {
  const there = document.getElementById("unsent");
  if (there) return there;
  const place = el("div", { id: "unsent", class: "unsent stack" });
  document.body.append(place);
  return place;
}

let asking: Promise<void> | null = null;

/** Ask what is kept of this page: at its beginning, and when another tab has written. */
function look(): Promise<void> {
  asking ??= keptHere(page)
    .then((drafts) => {
      found = drafts;
      for (const entry of tracked.values()) take(entry, drafts);
      for (const listener of listeners) listener(drafts);
    })
    .catch((error: unknown) => {
      // Asked again with the next look; what is typed is kept all the same.
      if (!(error instanceof Refusal)) throw error;
    })
    .finally(() => {
      asking = null;
    });
  return asking;
}

function scan(): void {
  for (const form of document.forms) if (isKeepable(form)) bind(form);
  lookForGone();
}

/** The operation is no longer there for this person: its page goes out of sight, and what was written stays to be copied. */
function closePage(refusal: Refusal): void {
  const main = document.getElementById("main");
  if (main) main.hidden = true;
  const texts = keptNow()
    .map((words) => textOf(words))
    .filter(Boolean);
  const said = [
    el("b", {}, t("This operation is no longer open to you.")),
    el("p", {}, refusal.message),
    ...(texts.length
      ? [
          el("p", {}, t("What you wrote and did not send: copy it if you need it. It is not kept.")),
          ...texts.map((text) => textToCopy(text)),
        ]
      : []),
  ];
  const notice = el(
    "section",
    { class: "notice warn", role: "alert", "data-left": true },
    el("div", { class: "stack" }, ...said, el("a", { href: "/" }, t("Operations"))),
  );
  unsentPlace().replaceChildren(notice);
}

/** Begin: done when what was kept stands in its forms. */
export async function startKeeping(): Promise<void> {
  if (!document.querySelector<HTMLMetaElement>('meta[name="me"]')?.content) return;
  page = thisPage();
  whenLeft(closePage);
  for (const name of ["input", "change"])
    document.addEventListener(name, (event) => {
      const form = event.target instanceof Element ? event.target.closest("form") : null;
      if (filling || !form || !isKeepable(form)) return;
      bind(form);
      const { kept } = track(nameOf(form));
      const words = wordsIn(form);
      if (!sameWords(words, kept.current)) kept.write(words);
    });
  let isWaiting = false;
  new MutationObserver(() => {
    if (isWaiting) return;
    isWaiting = true;
    requestAnimationFrame(() => {
      isWaiting = false;
      scan();
    });
  }).observe(document.body, { childList: true, subtree: true });
  window.setInterval(lookForGone, GONE_MS / 2);
  whenToldByTabs(() => void look());
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) void keepAll();
    else void look();
  });
  window.addEventListener("focus", () => void look());
  window.addEventListener("online", () => void keepAll());
  scan();
  await look();
}
