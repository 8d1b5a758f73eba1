/**
 * Veiled media of pages: nothing is seen until a button is held, and it is veiled again when the button is let go, when the window
 * loses the focus and after half a minute at the latest.
 *
 * `<figure data-veiled="/api/v1/faces/<id>/view" data-clear="/media/faces/<id>/clear"><img src="/media/faces/<id>/veiled">
 * <button data-hold>…</button></figure>`. Lifting a veil is recorded by the server before the clear picture can be fetched.
 */
import { call, Refusal } from "./api";
import { announce } from "./dom";

const LONGEST_MS = 30_000;

interface Held {
  image: HTMLImageElement;
  veiled: string;
  frame: HTMLElement;
}

let held: Held | null = null;
let limit: number | undefined;

async function lift(frame: HTMLElement): Promise<void> {
  const image = frame.querySelector("img");
  const view = frame.dataset.veiled;
  const clear = frame.dataset.clear;
  if (!image || !view || !clear || held) return;
  const mine: Held = { image, veiled: image.src, frame };
  held = mine;
  limit = window.setTimeout(drop, LONGEST_MS);
  try {
    await call("POST", view);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    announce(error.message);
    return drop();
  }
  if (held !== mine) return;
  image.src = clear;
  frame.setAttribute("data-lifted", "");
}

export function drop(): void {
  window.clearTimeout(limit);
  if (!held) return;
  held.image.src = held.veiled;
  held.frame.removeAttribute("data-lifted");
  held = null;
}

function frameOf(event: Event): HTMLElement | null {
  const button = event.target instanceof Element ? event.target.closest("[data-hold]") : null;
  return button?.closest<HTMLElement>("[data-veiled]") ?? null;
}

export function startVeils(): void {
  document.addEventListener("pointerdown", (event) => {
    const frame = frameOf(event);
    if (frame && event.button === 0) void lift(frame);
  });
  for (const name of ["pointerup", "pointercancel", "keyup", "dragstart"]) document.addEventListener(name, drop);
  document.addEventListener("keydown", (event) => {
    if (event.key !== " " && event.key !== "Enter") return;
    const frame = frameOf(event);
    if (!frame) return;
    event.preventDefault();
    if (!event.repeat) void lift(frame);
  });
  window.addEventListener("blur", drop);
  document.addEventListener("visibilitychange", drop);
  document.addEventListener("contextmenu", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-veiled], .pane")) event.preventDefault();
  });
}
