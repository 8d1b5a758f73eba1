/**
 * What a key is called in the registry, whatever alphabet the keyboard writes.
 *
 * Letters go by the letter on a layout with Latin letters (AZERTY, Dvorak), by the place of the key on every other (Cyrillic,
 * Greek, Arabic). Digits go by their place in the upper row, with or without Shift, as far as the row holds them in this order.
 */

const MEMORY = "concord.layout";
const FOREIGN = /[\p{L}\p{M}]/u;
const LATIN = /\p{Script=Latin}/u;
/** Keys that stand at one place on the layouts without Latin letters. */
const PLACES: Record<string, string> = { Minus: "-", Equal: "=" };
const OTHER_SIGNS: Record<string, string> = { "؟": "?" };

export type Press = Pick<KeyboardEvent, "key" | "code" | "shiftKey" | "ctrlKey" | "metaKey" | "getModifierState">;

/** A key that writes a sign and does not carry a name («Enter»). */
function isSign(key: string): boolean {
  return [...key].length === 1 || (FOREIGN.test(key) && !LATIN.test(key));
}

/** Keep in mind whether this person's layout writes Latin letters: a sign alone (Dvorak's and Greek's «;») does not tell. */
export function noteLayout({ key }: Press): void {
  if (!isSign(key) || !FOREIGN.test(key)) return;
  try {
    localStorage.setItem(MEMORY, LATIN.test(key) ? "latin" : "other");
  } catch {
    // A browser that keeps nothing: the layout is told by each letter alone.
  }
}

function writesLatin(): boolean {
  try {
    return localStorage.getItem(MEMORY) !== "other";
  } catch {
    return true;
  }
}

/** What was pressed, in the registry's writing: what fits best comes first. */
export function namesOf(event: Press): string[] {
  const { key, code, shiftKey } = event;
  if (event.ctrlKey || event.metaKey) return shiftKey ? [] : [`mod+${letterOf(event) ?? key.toLowerCase()}`];
  const digit = event.getModifierState("AltGraph") ? undefined : /^Digit(\d)$/.exec(code)?.[1];
  const byPlace = digit && (!/^\d$/.test(key) || key === digit) ? [shiftKey ? `shift+${digit}` : digit] : [];
  const sign = letterOf(event) ?? OTHER_SIGNS[key] ?? key.toLowerCase();
  const chosen = shiftKey && key.startsWith("Arrow") ? [`shift+${sign}`] : [];
  return [...byPlace, ...chosen, sign];
}

/** The registry's sign for a key, by letter or by place; null where the key stands for itself. */
function letterOf({ key, code, shiftKey }: Press): string | null {
  const isForeign = isSign(key) && FOREIGN.test(key) && !LATIN.test(key);
  if (!isForeign && (writesLatin() || !(isSign(key) || key === "Dead"))) return null;
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter) return letter.toLowerCase();
  if (code === "Slash" && shiftKey) return "?";
  return shiftKey ? null : (PLACES[code] ?? null);
}
