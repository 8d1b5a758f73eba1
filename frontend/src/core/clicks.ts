/**
 * The second click of a double click belongs to what the first one was for. Where another button has come to the same place
 * meanwhile, or the same one says something else now, nobody has meant it: it presses nothing.
 */

/** The longest time between the clicks of a double click, as systems set it. */
const DOUBLE_MS = 500;
const NEAR_PX = 8;
const PRESSED = "button, a, summary, label, input, select, [role=option]";

interface Click {
  at: number;
  x: number;
  y: number;
  on: Element | null;
  words: string;
}

let last: Click | null = null;

function clickOf(event: MouseEvent): Click {
  const found = event.target instanceof Element ? event.target.closest(PRESSED) : null;
  const on = found instanceof HTMLLabelElement ? (found.control ?? found) : found;
  return { at: event.timeStamp, x: event.clientX, y: event.clientY, on, words: on?.textContent ?? "" };
}

/** Whether `now` is the rest of a double click that began on something else. */
export function isStray(before: Click | null, now: Click): boolean {
  if (!before?.on || !now.on || now.at - before.at > DOUBLE_MS) return false;
  const isNear = Math.hypot(now.x - before.x, now.y - before.y) < NEAR_PX;
  return isNear && (now.on !== before.on || now.words !== before.words);
}

export function guardClicks(): void {
  document.addEventListener(
    "click",
    (event) => {
      // Keys and scripts press at no place.
      if (event.detail === 0 || !event.isTrusted) return;
      const now = clickOf(event);
      if (isStray(last, now)) {
        event.preventDefault();
        event.stopImmediatePropagation();
        return;
      }
      last = now;
    },
    { capture: true },
  );
}
