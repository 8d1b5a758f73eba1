/** Words as the reader's language sorts them, and as they are found: with or without marks, composed or not. */
import { currentLanguage } from "./i18n";

let collator: { language: string; compare: (one: string, other: string) => number } | null = null;

/** Compare two texts for a list that people read; numbers inside them count as numbers. */
export function inOrder(one: string, other: string): number {
  const language = currentLanguage();
  if (collator?.language !== language) collator = { language, compare: new Intl.Collator(language, { numeric: true }).compare };
  return collator.compare(one, other);
}

/** Letters that Unicode does not take apart, as people type them (workspace/rules/comparison.py, MARKLESS). */
const MARKLESS: Record<string, string> = {
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  ħ: "h",
  ŧ: "t",
  ı: "i",
  æ: "ae",
  œ: "oe",
  þ: "th",
  ß: "ss",
};

/** The form in which words are found, as `search_key` has it on the server. */
export function findable(text: string): string {
  // Most of a long list's labels.
  if (!/[^\p{ASCII}]/u.test(text)) return text.toLowerCase();
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{Mn}|\p{Cf}/gu, "")
    .replace(/[\p{Pd}\u2212]/gu, "-")
    .replace(/./gu, (sign) => MARKLESS[sign] ?? sign);
}
