/**
 * Veiled media of pages: nothing is seen until a button is held, and it is veiled again when the button is let go, when the window
 * loses the focus and after half a minute at the latest.
 *
 * `<figure data-veiled="/api/v1/faces/<id>/view" data-clear="/media/faces/<id>/clear"><img src="/media/faces/<id>/veiled">
 * <button data-hold>…</button></figure>`. Around several such figures `<div data-veils>` has one `<button data-hold>` for all of
 * them, and for whoever cannot hold a `<button data-show aria-pressed="false">`: half a minute, or veiled again. Lifting a veil is
 * recorded by the server before the clear picture can be fetched; where `data-veiled` is empty nothing is: it is the viewer's own.
 */
import { call, Refusal } from "./api";
import { announce } from "./dom";

const LONGEST_MS = 30_000;

interface Held {
  frames: readonly HTMLElement[];
  /** The veiled pictures' addresses, in the order of the frames. */
  veiled: readonly string[];
  /** The button that shows without being held; null where one is held. */
  lasting: Element | null;
}

let held: Held | null = null;
let limit: number | undefined;

async function lift(frames: readonly HTMLElement[], lasting: Element | null = null): Promise<void> {
  if (!frames.length || held) return;
  const mine: Held = { frames, veiled: frames.map((frame) => imageOf(frame)?.src ?? ""), lasting };
  held = mine;
  lasting?.setAttribute("aria-pressed", "true");
  limit = window.setTimeout(drop, LONGEST_MS);
  try {
    await Promise.all(frames.filter((frame) => frame.dataset.veiled).map((frame) => call("POST", frame.dataset.veiled ?? "")));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    announce(error.message);
    if (held === mine) drop();
    return;
  }
  if (held !== mine) return;
  for (const frame of frames) {
    const image = imageOf(frame);
    if (image) image.src = frame.dataset.clear ?? "";
    frame.setAttribute("data-lifted", "");
  }
}

export function drop(): void {
  window.clearTimeout(limit);
  if (!held) return;
  const { frames, veiled, lasting } = held;
  held = null;
  lasting?.setAttribute("aria-pressed", "false");
  for (const [index, frame] of frames.entries()) {
    const image = imageOf(frame);
    if (image && frame.hasAttribute("data-lifted")) image.src = veiled[index] ?? "";
    frame.removeAttribute("data-lifted");
  }
}

function imageOf(frame: HTMLElement): HTMLImageElement | null {
  return frame.querySelector("img");
}

/** The frames that a button is for: its own, or all of the group around it. */
function framesOf(event: Event, button: string): HTMLElement[] {
  const pressed = event.target instanceof Element ? event.target.closest(button) : null;
  const own = pressed?.closest<HTMLElement>("[data-veiled]");
  if (own) return [own];
  return [...(pressed?.closest("[data-veils]")?.querySelectorAll<HTMLElement>("[data-veiled]") ?? [])];
}

/** The hand, or the key, was let go. */
function letGo(): void {
  if (!held?.lasting) drop();
}

export function startVeils(): void {
  document.addEventListener("pointerdown", (event) => {
    if (event.button === 0) void lift(framesOf(event, "[data-hold]"));
  });
  for (const name of ["pointerup", "pointercancel", "keyup", "dragstart"]) document.addEventListener(name, letGo);
  document.addEventListener("keydown", (event) => {
    if (event.key !== " " && event.key !== "Enter") return;
    const frames = framesOf(event, "[data-hold]");
    if (!frames.length) return;
    event.preventDefault();
    if (!event.repeat) void lift(frames);
  });
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-show]") : null;
    if (!button) return;
    if (held) drop();
    else void lift(framesOf(event, "[data-show]"), button);
  });
  window.addEventListener("blur", drop);
  document.addEventListener("visibilitychange", drop);
  document.addEventListener("contextmenu", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-veiled], [data-veils], .pane")) event.preventDefault();
  });
}
