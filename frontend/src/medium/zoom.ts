/** How near a picture is looked at. The first step nearer has it made ready in its own pixels; they are shown while it is lifted. */
import { type Signal, signal } from "@preact/signals";
import { call, Refusal } from "../core/api";
import type { TilesOfPicture } from "../shared/answers";
import {
  type Area,
  around,
  drawnWidth,
  lieOf,
  moved,
  ownPixels,
  type Point,
  shareOf,
  type Sides,
  STEP,
  whole,
  zoomed,
} from "./view";

const ASK_AGAIN_MS = 700;

export class Zoom {
  /** The part that is shown, in pixels of the original; null: all of it. */
  readonly part: Signal<Area | null> = signal(null);
  readonly tiles: Signal<TilesOfPicture | null> = signal(null);
  /** Why its own pixels are not made ready; the next step nearer asks again. */
  readonly refusal: Signal<string> = signal("");
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
    const { clientWidth: width, clientHeight: height } = this.stage ?? { clientWidth: 0, clientHeight: 0 };
    return drawnWidth(this.picture, { width, height }) || 800;
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

  /** Where a pointer is, as shares of the part that is shown. */
  placeOf(event: MouseEvent): Point {
    const frame = this.stage?.getBoundingClientRect() ?? new DOMRect(0, 0, 1, 1);
    return shareOf(this.picture, frame, { x: event.clientX, y: event.clientY });
  }

  /** Fingers that go from one place to another take along what lies under them. Places are shares of the part. */
  drag(from: readonly Point[], to: readonly Point[]): void {
    const [before, after] = [lieOf(from), lieOf(to)];
    this.move(before.x - after.x, before.y - after.y);
    if (before.apart && after.apart) this.by(after.apart / before.apart, after);
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

  /** Have the picture made ready, and wait for it. again: also where it could not be made ready before. */
  async ask(again = false): Promise<void> {
    this.asks = true;
    this.refusal.value = "";
    const path = `/api/v1/items/${this.id}/tiles`;
    try {
      if (again) await call("POST", path);
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
      this.refusal.value = error.message;
    }
  }
}
