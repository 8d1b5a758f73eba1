/**
 * What the comparison shows and how: the veil, the mode, and the view of each pane. No elements here.
 *
 * Pictures are clear only while the key or button is held, or for half a minute where somebody cannot hold or has to draw; the
 * window's loss of focus veils them in any case. Each lifting is recorded by the server before the clear picture is fetched.
 */
import { batch, type Signal, signal } from "@preact/signals";
import { call, Refusal } from "../core/api";
import { announce } from "../core/dom";
import { t } from "../core/i18n";
import type { Side } from "./types";

export type Mode = "side" | "overlay" | "curtain" | "blink";
export const MODES: readonly Mode[] = ["side", "overlay", "curtain", "blink"];

export interface Placement {
  zoom: number;
  /** What lies in the middle of the pane, in per cent of the picture's sides. */
  x: number;
  y: number;
  turn: number;
  flip: boolean;
}

export interface Picture {
  what: "faces" | "items";
  id: string;
}

const STILL: Placement = { zoom: 1, x: 50, y: 50, turn: 0, flip: false };
const ZOOMS = [0.5, 0.75, 1, 1.4, 2, 2.8, 4, 5.6, 8];
const TURN_DEG = 5;
export const LASTING_MS = 30_000;

/** What is chosen to be seen of a side: its own face, another face of the same person, or the whole picture. */
export type Choice = "own" | "whole" | { face: string };

/** The faces of a side, its own first, then the others of the same person. */
export function facesOf(side: Side): string[] {
  return side.face ? [side.face.id, ...(side.person?.other_faces ?? [])] : [];
}

/** Can the whole picture be asked for apart from the face? */
export function hasWhole(side: Side): boolean {
  return side.face !== null && side.media !== null;
}

/**
 * The picture of a side: its face, unless another of the same person or the whole medium is chosen; without a face the whole
 * medium, or the preview that was opened alone; null if it is hidden or has none. A choice that the side does not hold any more means its own face.
 */
export function pictureOf(side: Side, choice: Choice = "own"): Picture | null {
  if (side.media && (choice === "whole" || !side.face)) return { what: "items", id: side.media.id };
  if (side.preview) return { what: "items", id: side.preview };
  if (!side.face) return null;
  const other = typeof choice === "object" && facesOf(side).includes(choice.face) ? choice.face : null;
  return { what: "faces", id: other ?? side.face.id };
}

export class Viewer {
  readonly mode: Signal<Mode> = signal("side");
  readonly linked = signal(true);
  readonly eyeLine = signal(true);
  readonly grey = signal(true);
  /** Share of the second picture in overlay, its place of the edge in curtain. */
  readonly share = signal(50);
  readonly placements: Signal<[Placement, Placement]> = signal([STILL, STILL]);
  /** The pane that tools act on while the panes are not linked. */
  readonly active: Signal<0 | 1> = signal(0);
  /** Ids of the pictures that are clear now. */
  readonly lifted: Signal<ReadonlySet<string>> = signal(new Set());
  readonly lasting = signal(false);
  /** What is seen of each side. */
  readonly choices: Signal<[Choice, Choice]> = signal(["own", "own"]);

  private pictures: Picture[] = [];
  private wanted = false;
  private limit: number | undefined;

  /** `looked`: told when the pictures became clear. */
  constructor(private readonly looked: (pictures: readonly Picture[]) => void = () => undefined) {
    window.addEventListener("blur", () => this.veil());
    document.addEventListener("visibilitychange", () => this.veil());
  }

  show(pictures: (Picture | null)[]): void {
    this.pictures = pictures.filter((picture) => picture !== null);
  }

  /** See another picture of a side: veiled, whatever was clear before, and from its middle. */
  choose(index: 0 | 1, choice: Choice): void {
    this.veil();
    const put = <T>(pair: readonly [T, T], value: T): [T, T] => (index === 0 ? [value, pair[1]] : [pair[0], value]);
    batch(() => {
      this.choices.value = put(this.choices.peek(), choice);
      this.placements.value = put(this.placements.peek(), STILL);
    });
  }

  toggleWhole(index: 0 | 1): void {
    this.choose(index, this.choices.peek()[index] === "whole" ? "own" : "whole");
  }

  /** Lift the veil of both pictures, for as long as it is wanted. */
  async lift(lasting = false): Promise<void> {
    if (this.wanted) return;
    this.wanted = true;
    window.clearTimeout(this.limit);
    this.limit = window.setTimeout(() => this.veil(), LASTING_MS);
    this.lasting.value = lasting;
    // Another picture may be chosen meanwhile: only what was recorded becomes clear.
    const asked = this.pictures;
    try {
      await Promise.all(asked.map(({ what, id }) => call("POST", `/api/v1/${what}/${id}/view`)));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      announce(error.message);
      this.veil();
      return;
    }
    this.looked(asked);
    if (this.wanted) this.lifted.value = new Set(asked.map((picture) => picture.id));
  }

  veil(): void {
    window.clearTimeout(this.limit);
    this.wanted = false;
    batch(() => {
      this.lasting.value = false;
      if (this.lifted.peek().size) this.lifted.value = new Set();
    });
  }

  /** For whoever cannot hold a key: half a minute, or veiled again. */
  toggle(): void {
    if (this.wanted) this.veil();
    else void this.lift(true);
  }

  address(picture: Picture): string {
    return `/media/${picture.what}/${picture.id}/${this.lifted.value.has(picture.id) ? "clear" : "veiled"}`;
  }

  private change(change: (placement: Placement) => Placement, both = this.linked.peek()): void {
    const now = this.placements.peek();
    this.placements.value = [
      both || this.active.peek() === 0 ? change(now[0]) : now[0],
      both || this.active.peek() === 1 ? change(now[1]) : now[1],
    ];
  }
  zoom(steps: number): void {
    this.change((placement) => {
      const nearest = ZOOMS.reduce((best, zoom, index) => {
        return Math.abs(zoom - placement.zoom) < Math.abs((ZOOMS[best] ?? 1) - placement.zoom) ? index : best;
      }, 0);
      return { ...placement, zoom: ZOOMS[Math.min(ZOOMS.length - 1, Math.max(0, nearest + steps))] ?? 1 };
    });
  }
  centre(x: number, y: number): void {
    this.change((placement) => ({ ...placement, x: Math.min(100, Math.max(0, x)), y: Math.min(100, Math.max(0, y)) }));
  }
  move(dx: number, dy: number): void {
    this.change((placement) => ({
      ...placement,
      x: Math.min(100, Math.max(0, placement.x + dx / placement.zoom)),
      y: Math.min(100, Math.max(0, placement.y + dy / placement.zoom)),
    }));
  }
  /** Turning and mirroring are of one pane: both turned alike would show nothing new. */
  turn(): void {
    this.change((placement) => ({ ...placement, turn: (placement.turn + TURN_DEG) % 360 }), false);
  }
  flip(): void {
    this.change((placement) => ({ ...placement, flip: !placement.flip }), false);
  }
  reset(): void {
    this.placements.value = [STILL, STILL];
  }
  nextMode(): void {
    this.mode.value = MODES[(MODES.indexOf(this.mode.peek()) + 1) % MODES.length] ?? "side";
  }
}

export function transformOf({ zoom, x, y, turn, flip }: Placement): string {
  return `translate(50 50) scale(${flip ? -zoom : zoom} ${zoom}) rotate(${turn}) translate(${-x} ${-y})`;
}

export const MODE: Record<Mode, () => string> = {
  side: () => t("Side by side"),
  overlay: () => t("Overlay"),
  curtain: () => t("Curtain"),
  blink: () => t("Blink"),
};
