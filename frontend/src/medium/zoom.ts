/** How near a picture is looked at. The first step nearer has it made ready in its own pixels; they are shown while it is lifted. */
import { type Signal, signal } from "@preact/signals";
import { call, Refusal } from "../core/api";
import { announce } from "../core/dom";
import type { TilesOfPicture } from "../shared/answers";
import { type Area, around, moved, ownPixels, type Sides, STEP, whole, zoomed } from "./view";

const ASK_AGAIN_MS = 700;

export class Zoom {
  /** The part that is shown, in pixels of the original; null: all of it. */
  readonly part: Signal<Area | null> = signal(null);
  readonly tiles: Signal<TilesOfPicture | null> = signal(null);
  /** The picture as it stands on the screen. */
  stage: SVGSVGElement | null = null;
  private picture: Sides = { width: 4, height: 3 };
  private asks = false;

  constructor(readonly id: string) {}

  /** hasTiles: it is a photo, whose own pixels can be shown. */
  of(picture: Sides, hasTiles: boolean): void {
    this.picture = picture;
    this.hasTiles = hasTiles;
  }
  private hasTiles = false;

  private get css(): number {
    return this.stage?.clientWidth || 800;
  }

  /** Screen pixels of one pixel of the original. */
  get scale(): number {
    return (this.css / (this.part.value ?? whole(this.picture)).width) * window.devicePixelRatio;
  }

  by(factor: number, at?: { x: number; y: number }): void {
    this.show(zoomed(this.picture, this.part.peek() ?? whole(this.picture), factor, this.css, at));
  }

  step(way: 1 | -1, at?: { x: number; y: number }): void {
    this.by(STEP ** way, at);
  }

  move(across: number, down: number): void {
    const part = this.part.peek();
    if (part) this.part.value = moved(this.picture, part, across, down);
  }

  to(place: Area): void {
    this.show(around(this.picture, place, this.css));
    this.stage?.scrollIntoView({ block: "center" });
    // The button that was pressed would take Space for itself, which is to lift the veil.
    this.stage?.parentElement?.focus({ preventScroll: true });
  }

  /** One screen pixel for one of the original, or the whole picture again. */
  toggle(): void {
    const part = this.part.peek();
    this.show(part ? null : ownPixels(this.picture, whole(this.picture), this.css));
  }

  private show(part: Area | null): void {
    this.part.value = part && part.width < this.picture.width * 0.999 ? part : null;
    if (this.part.peek() && this.hasTiles && !this.asks) void this.ask();
  }

  /** Have the picture made ready, and wait for it. */
  private async ask(): Promise<void> {
    this.asks = true;
    const path = `/api/v1/items/${this.id}/tiles`;
    try {
      let told = await call<TilesOfPicture>("GET", path);
      while (told.state !== "made" && told.state !== "refused") {
        if (told.state === null) await call("POST", path);
        this.tiles.value = told;
        await new Promise((done) => setTimeout(done, ASK_AGAIN_MS));
        told = await call<TilesOfPicture>("GET", path);
      }
      this.tiles.value = told;
    } catch (error) {
      this.asks = false;
      if (!(error instanceof Refusal)) throw error;
      announce(error.message);
    }
  }
}
