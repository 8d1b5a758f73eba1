/**
 * Words for people, as JSON that comes with the page (`<script type="application/json" id="words">`, workspace/web/messages.py):
 * translations by their English source, out of the gettext catalogue that Python and Jinja use, and the labels of the record's
 * codes by table and code, out of workspace/vocabulary.py. No label of a code stands in TypeScript.
 *
 * Never concatenate sentences: put values in by name, and nodes with `rich`.
 */
import type { ComponentChild } from "preact";

type Messages = Record<string, string | readonly string[]>;
type Words = Record<string, Record<string, string>>;
export interface Catalogue {
  messages: Messages;
  words: Words;
}
/** The tables of the vocabulary that the screens get; a test compares them with SCREEN_TABLES of workspace/web/messages.py. */
export type WordTable =
  | "age_band"
  | "answer_within"
  | "band"
  | "basis_end"
  | "holder_left"
  | "bearing"
  | "card_state"
  | "case_scheme"
  | "clue_result"
  | "clue_what"
  | "competence"
  | "corroboration"
  | "entry_step"
  | "exhibit_kind"
  | "feature"
  | "file_clock"
  | "ground"
  | "judgement"
  | "known_meaning"
  | "lead_kind"
  | "lead_stage"
  | "media_mark"
  | "opinion"
  | "opinion_on_clue"
  | "opinion_without_face"
  | "outcome_stage"
  | "package_state"
  | "quality"
  | "referral_state"
  | "refusal"
  | "register_detail"
  | "role"
  | "search_purpose"
  | "sex"
  | "speaks"
  | "suitability"
  | "unseen"
  | "upload_failure"
  | "urgency";
export type Values = Record<string, string | number>;

const CATEGORIES: readonly string[] = ["zero", "one", "two", "few", "many", "other"];

let messages: Messages = {};
let words: Words = {};
let language = "en";

/** Take the page's language and catalogue. Called once, when the first module loads; again only by tests. */
export function speak(lang: string, catalogue: Partial<Catalogue>): void {
  language = lang;
  messages = catalogue.messages ?? {};
  words = catalogue.words ?? {};
}

if (typeof document !== "undefined") {
  const block = document.getElementById("words");
  speak(document.documentElement.lang || "en", block?.textContent ? (JSON.parse(block.textContent) as Partial<Catalogue>) : {});
}

export function currentLanguage(): string {
  return language;
}

const FROM_THE_RIGHT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** A value in its sentence: one that is written from the right is set apart, else it would take the marks around it with it. */
function apart(value: string | number | undefined): string {
  const text = String(value);
  return FROM_THE_RIGHT.test(text) ? `\u2068${text}\u2069` : text;
}

function fill(text: string, values?: Values): string {
  return values ? text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? apart(values[name]) : whole)) : text;
}

/** One message. */
export function t(source: string, values?: Values): string {
  const found = messages[source];
  return fill(typeof found === "string" && found ? found : source, values);
}

/** The label of a code; a code without one (a register's own detail) is shown as it is. */
export function word(table: WordTable, code: string | number): string {
  return words[table]?.[code] ?? String(code);
}

/** The codes of a table in the order in which people choose. */
export function codes(table: WordTable): string[] {
  return Object.keys(words[table] ?? {});
}

/** One message that counts: `{n}` is the number. */
export function tn(one: string, many: string, n: number, values?: Values): string {
  const found = messages[one];
  const all = { n, ...values };
  if (typeof found === "object") {
    const form = found[CATEGORIES.indexOf(new Intl.PluralRules(language).select(n))];
    if (form) return fill(form, all);
  }
  return fill(n === 1 ? one : many, all);
}

/** One message with nodes in it: `rich("{who} holds it", { who: <b>PE</b> })`. */
export function rich(source: string, nodes: Record<string, ComponentChild>): ComponentChild[] {
  return t(source)
    .split(/\{(\w+)\}/)
    .map((part, index) => (index % 2 ? (part in nodes ? nodes[part] : `{${part}}`) : part));
}
