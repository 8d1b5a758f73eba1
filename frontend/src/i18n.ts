/**
 * Words for people. The English source is the key; translations come with the page, as JSON of the same gettext catalogue
 * that Python and Jinja use (`<script type="application/json" id="words">`).
 *
 * Never concatenate sentences: put values in by name, and nodes with `rich`.
 */
import type { ComponentChild } from "preact";

type Catalogue = Record<string, string | readonly string[]>;
export type Values = Record<string, string | number>;

const CATEGORIES: readonly string[] = ["zero", "one", "two", "few", "many", "other"];

let catalogue: Catalogue = {};
let language = "en";

/** Take the page's language and catalogue. Called once, when the first module loads; again only by tests. */
export function speak(lang: string, words: Catalogue): void {
  language = lang;
  catalogue = words;
}

if (typeof document !== "undefined") {
  const block = document.getElementById("words");
  speak(document.documentElement.lang || "en", block?.textContent ? (JSON.parse(block.textContent) as Catalogue) : {});
}

export function currentLanguage(): string {
  return language;
}

function fill(text: string, values?: Values): string {
  return values ? text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole)) : text;
}

/** One message. */
export function t(source: string, values?: Values): string {
  const found = catalogue[source];
  return fill(typeof found === "string" && found ? found : source, values);
}

/** One message that counts: `{n}` is the number. */
export function tn(one: string, many: string, n: number, values?: Values): string {
  const found = catalogue[one];
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
