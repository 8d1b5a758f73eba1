/**
 * The one registry of keys: what a key does, the sheet that lists it and the palette that offers it come from the same rows.
 *
 * Letters and digits act only outside fields and can be turned off (WCAG 2.1.4); keys with Ctrl or Cmd always act. Keys are
 * compared by the character they write, so that they hold on every keyboard layout.
 */
import { t } from "./i18n";

export interface Binding {
  /** As in `KeyboardEvent.key`, lower case; `mod+k` for Ctrl or Cmd. The first is the one that is shown. */
  keys: readonly string[];
  label: string;
  group: string;
  run: () => void;
  /** False: listed, but greyed in the palette and without effect. */
  when?: () => boolean;
  /** Listed and in the palette, but handled elsewhere (a key that is held, arrows inside a widget). */
  passive?: boolean;
}

const OFF = "concord.single-keys-off";
const bindings = new Map<number, Binding>();
let next = 1;

export function register(list: readonly Binding[]): () => void {
  const ids = list.map((binding) => {
    bindings.set(next, binding);
    return next++;
  });
  return () => {
    for (const id of ids) bindings.delete(id);
  };
}

export function registered(): Binding[] {
  return [...bindings.values()];
}

export function singleKeysOff(): boolean {
  return localStorage.getItem(OFF) === "1";
}

export function setSingleKeysOff(off: boolean): void {
  if (off) localStorage.setItem(OFF, "1");
  else localStorage.removeItem(OFF);
}

/** How a key is written on the screen. */
export function keyName(key: string): string {
  const mac = navigator.platform.startsWith("Mac");
  const names: Record<string, string> = { " ": t("Space"), arrowup: "↑", arrowdown: "↓", arrowleft: "←", arrowright: "→" };
  return key
    .split(/(?<=.)\+/)
    .map((part) => (part === "mod" ? (mac ? "⌘" : "Ctrl") : (names[part] ?? part.charAt(0).toUpperCase() + part.slice(1))))
    .join(" ");
}

/** What was pressed, in the registry's writing. */
export function pressed(event: KeyboardEvent): string {
  const key = event.key.toLowerCase();
  return event.ctrlKey || event.metaKey ? `mod+${key}` : key;
}

/** A digit pressed with Shift, by its place: what it writes differs from layout to layout. Null for everything else. */
function shiftedDigit(event: KeyboardEvent): string | null {
  const digit = /^Digit(\d)$/.exec(event.code)?.[1];
  return event.shiftKey && digit && !/\d/.test(event.key) && !event.ctrlKey && !event.metaKey ? `shift+${digit}` : null;
}

/** Is the person writing, or in a widget that uses keys itself? */
export function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit", "reset"].includes(target.type);
}

/** A key that the focused element needs for itself: Enter and Space press buttons and links, arrows move through radios. */
function belongsToFocus(event: KeyboardEvent): boolean {
  const { target } = event;
  if (!(target instanceof HTMLElement)) return false;
  if (event.key === "Enter") return target.matches("a, button, summary, input, [role=option]");
  return event.key.startsWith("Arrow") && target.matches("input[type=radio], [role=tab], [data-arrows]");
}

export function handleKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey || event.isComposing) return;
  const name = pressed(event);
  const free = name.startsWith("mod+") || name === "escape";
  if (!free && (isWriting(event.target) || belongsToFocus(event) || document.querySelector("dialog[open]"))) return;
  const shifted = shiftedDigit(event);
  if (!free && (name.length === 1 || shifted) && singleKeysOff()) return;
  // The last registered wins: an island's key goes before the page's.
  const list = registered().reverse();
  const takes = (key: string) =>
    list.find((binding) => !binding.passive && binding.keys.includes(key) && (binding.when?.() ?? true));
  const hit = (shifted && takes(shifted)) || takes(name);
  if (!hit) return;
  event.preventDefault();
  hit.run();
}
