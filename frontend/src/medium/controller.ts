/** The page of a medium: asks for it, lifts its veil, and holds what is shown on its picture. */
import { type Signal, signal } from "@preact/signals";
import { call, Refusal } from "../core/api";
import type { FaceInMedium, MediumPage } from "../shared/answers";
import { Lifting } from "../shared/lifting";
import type { PageFacts } from "../shared/page-facts";
import { GradesOfMedium } from "./grading";
import { Film } from "./film";
import { BoxesController } from "./boxes";
import { TalkController } from "./talk";
import { Zoom } from "./zoom";

/** The type of a file whose pictures are pages. */
export const DOCUMENT = "application/pdf";

export class MediumController {
  readonly page: Signal<MediumPage | null> = signal(null);
  readonly failure = signal("");
  /** Whether every face is boxed. */
  readonly boxes = signal(false);
  readonly grey = signal(false);
  readonly turn = signal(0);
  /** How near the picture is looked at. */
  readonly zoom: Zoom;
  /** The face that is pointed at. */
  readonly face = signal("");
  readonly grades: GradesOfMedium;
  /** What is played, where the medium is a video or holds one. */
  readonly film: Film;
  /** The video inside a photo is on the screen, not the photo. */
  readonly inner = signal(false);
  private readonly picture = new Lifting();
  readonly talk: TalkController;
  readonly said: BoxesController;

  constructor(
    readonly facts: PageFacts,
    readonly id: string,
  ) {
    this.grades = new GradesOfMedium(facts, id);
    this.film = new Film(id);
    this.zoom = new Zoom(id);
    let wasClear = false;
    for (const { lifted } of [this.film.lifting, this.picture])
      lifted.subscribe((id) => {
        // Veiled again: who has looked is asked anew.
        if (wasClear && !id) void this.ask();
        wasClear = id !== "";
      });
    this.talk = new TalkController(facts, id);
    this.said = new BoxesController(facts, id, () => this.ask());
    void this.ask();
  }

  /** Whose veil is lifted: that of the photo, or that of the video; a look at one is none at the other. */
  get lifting(): Lifting {
    return this.isVideo ? this.film.lifting : this.picture;
  }

  /** What Space lifts the veil of; empty where nothing is shown yet. */
  get liftable(): string {
    return this.inner.value && !this.film.copy.value ? "" : this.id;
  }

  get hasInner(): boolean {
    return typeof this.page.value?.inner_video_s === "number";
  }

  /** A video is on the screen, or what stands there until it plays. */
  get isVideo(): boolean {
    return this.page.value?.kind === "video" || this.inner.value;
  }

  /** A picture is on the screen: of a photo, or of a video that does not play yet. */
  get showsPicture(): boolean {
    return this.page.value?.kind === "video" ? !this.film.copy.value : !this.inner.value;
  }

  showInner(on: boolean): void {
    this.lifting.veil();
    this.film.pause();
    this.inner.value = on;
  }

  async ask(): Promise<void> {
    try {
      this.page.value = await call<MediumPage>("GET", `/api/v1/items/${this.id}`);
      this.failure.value = "";
      if (this.isVideo || this.hasInner) await this.film.ask();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.failure.value = error.message;
    }
  }

  /** The best face of a track on the time line: the next one after what is shown, or the first again. */
  nextFace(): void {
    const times = (this.page.value?.faces ?? [])
      .flatMap((face) => (face.at_s === null ? [] : [face.at_s * 1000]))
      .sort((a, b) => a - b);
    const next = times.find((time) => time > this.film.now.value + 20) ?? times[0];
    if (next !== undefined) this.film.goTo(next + 1);
  }

  nextCut(way: 1 | -1): void {
    this.film.goBeside(
      (this.film.page.value?.strip?.cuts_s ?? []).map((at) => at * 1000),
      way,
    );
  }

  /** The gallery as it was left: its filter came along in the address. */
  back(): void {
    window.location.assign(`${this.facts.base}/gallery${location.search}`);
  }
}

/** Whether a face lies in the picture that is shown: not in another frame of a video, nor in a further picture of the file. */
export function isShown(face: FaceInMedium): boolean {
  return face.at_s === null && face.part === 1;
}
