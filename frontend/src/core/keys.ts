/**
 * The one registry of keys: what a key does, the sheet that lists it and the palette that offers it come from the same rows.
 *
 * One press, one effect. Letters and digits act only outside fields and can be turned off (WCAG 2.1.4). A form that has the focus
 * keeps the keys to itself: Ctrl+Enter sends it, and of the page's keys only those act that change nothing but the view. A key
 * that is held acts once, unless it moves step by step. Escape closes what lies on top and nothing below it. An input method's
 * keys are its own. Enter opens what was pointed at last, also where the focus has not followed yet. What a key is called on which
 * layout stands in layout.ts.
 */
import { isFocusComing } from "./focus";
import { t } from "./i18n";
import { namesOf, noteLayout } from "./layout";

export interface Binding {
  /** As in `KeyboardEvent.key`, lower case; `mod+k` for Ctrl or Cmd, `shift+7` for a digit and `shift+arrowup` for an arrow. The first is the one that is shown. */
  keys: readonly string[];
  label: string;
  group: string;
  run: () => void;
  /** False: listed, but greyed in the palette and without effect. */
  when?: () => boolean;
  /** Listed and in the palette, but handled elsewhere (a key that is held, arrows inside a widget). */
  passive?: boolean;
  /** It changes nothing but what is seen: it acts also while another form or menu has the focus. */
  views?: boolean;
  /** It goes on while it is held: a step, never an act. */
  repeats?: boolean;
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
  if (event.key === "Enter") return !isFocusComing() && target.matches("a, button, summary, input, [role=option]");
  return event.key.startsWith("Arrow") && target.matches("input[type=radio], [role=tab], [data-arrows]");
}

/** What lies over the page, the last opened on top; each says how it is closed. */
const layers: (() => void)[] = [];

/** Something lies on top from now on: Escape calls `close`, which calls what this returns, and reaches nothing below. */
export function openLayer(close: () => void): () => void {
  layers.push(close);
  return () => {
    const at = layers.indexOf(close);
    if (at >= 0) layers.splice(at, 1);
  };
}

/** The form or menu that has the focus, unless its keys are the page's own (`data-page-keys`). */
function holderOf(target: EventTarget | null): Element | null {
  const holder = target instanceof Element ? target.closest("form, details.menu[open]") : null;
  return holder?.hasAttribute("data-page-keys") ? null : holder;
}

/** Send a form by its one button; where it has several, or the one rests, nobody knows what was meant. */
function sendForm(form: HTMLFormElement): void {
  const buttons = [...form.elements].filter(
    (field): field is HTMLButtonElement =>
      field instanceof HTMLButtonElement && field.type === "submit" && field.checkVisibility(),
  );
  const [only] = buttons;
  if (only && buttons.length === 1 && !only.disabled && only.ariaDisabled !== "true") form.requestSubmit(only);
}

/** Is a dialog open? It has the keys to itself; the browser closes it on Escape. */
function hasDialog(): boolean {
  return document.querySelector("dialog[open]") !== null;
}

/** A key that an input method takes (229: also where the browser tells of the composition's end before its last key). */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

export function handleKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey || isComposing(event)) return;
  noteLayout(event);
  if (event.key === "Enter" && presses(event.target)) {
    if (event.repeat) return event.preventDefault();
    // What has the focus is not what the last key pointed at: that one is the binding's to open.
    if (isFocusComing()) event.preventDefault();
  }
  const names = namesOf(event);
  if (names.includes("escape") && (hasDialog() || layers.length)) return closeTop(event);
  const holder = holderOf(event.target);
  if (names.includes("mod+enter") && holder instanceof HTMLFormElement) {
    event.preventDefault();
    if (!event.repeat && !hasDialog()) sendForm(holder);
    return;
  }
  const hit = bindingOf(event, names, holder !== null);
  if (!hit) return;
  event.preventDefault();
  if (!event.repeat || hit.repeats) hit.run();
}

/** What Enter presses: held, it would press again and again, also what came to the same place meanwhile. */
function presses(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches("a, button, summary, input");
}

function closeTop(event: KeyboardEvent): void {
  if (hasDialog()) return;
  event.preventDefault();
  if (!event.repeat) layers.at(-1)?.();
}

/** The binding that a press calls, by its first name that calls one. */
function bindingOf(event: KeyboardEvent, names: readonly string[], isHeld: boolean): Binding | undefined {
  // The last registered wins: an island's key goes before the page's.
  const list = registered().reverse();
  const takes = (name: string): Binding | undefined => {
    const isSingle = /^(?:.|shift\+\d)$/u.test(name);
    const isFree = name.startsWith("mod+") || name === "escape";
    if (!isFree && (isWriting(event.target) || belongsToFocus(event) || hasDialog())) return undefined;
    if (isSingle && singleKeysOff()) return undefined;
    return list.find(
      (binding) =>
        !binding.passive &&
        binding.keys.includes(name) &&
        (binding.views || !(isHeld || hasDialog())) &&
        (binding.when?.() ?? true),
    );
  };
  for (const name of names) {
    const hit = takes(name);
    if (hit) return hit;
  }
  return undefined;
}
