/**
 * Whether somebody is at this page. What a page asks by itself, by a timer or because something happened, says so once nobody is:
 * it does not count as use, and the session ends as one that is left alone.
 */
const LEFT_AFTER_MS = 5 * 60_000;
const SIGNS = ["keydown", "pointerdown", "pointermove", "wheel", "touchmove", "input"];

let last = Date.now();

/** Notice from now on that somebody is here. */
export function noticePeople(): void {
  const note = (): void => {
    last = Date.now();
  };
  for (const sign of SIGNS) document.addEventListener(sign, note, { capture: true, passive: true });
}

/** What a request of this page says of it. */
export function attendance(): Record<string, string> {
  return Date.now() - last < LEFT_AFTER_MS ? {} : { "X-Unattended": "1" };
}
