/** The page of a medium: asks for it, lifts its veil, and holds what is shown on its picture. */
import { type Signal, signal } from "@preact/signals";
import { call, Refusal } from "../core/api";
import type { FaceInMedium, MediumPage } from "../shared/answers";
import type { Lifting } from "../shared/lifting";
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
  /** What is played, where the medium is a video. */
  readonly film: Film;
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
    this.lifting.lifted.subscribe((lifted) => {
      // Veiled again: who has looked is asked anew.
      if (wasClear && !lifted) void this.ask();
      wasClear = lifted !== "";
    });
    this.talk = new TalkController(facts, id);
    this.said = new BoxesController(facts, id, () => this.ask());
    void this.ask();
  }

  get lifting(): Lifting {
    return this.film.lifting;
  }

  get isVideo(): boolean {
    return this.page.peek()?.kind === "video";
  }

  async ask(): Promise<void> {
    try {
      this.page.value = await call<MediumPage>("GET", `/api/v1/items/${this.id}`);
      this.failure.value = "";
      if (this.isVideo) await this.film.ask();
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
