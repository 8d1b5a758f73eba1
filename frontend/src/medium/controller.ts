/** The page of a medium: asks for it, lifts its veil, and holds what is shown on its picture. */
import { type Signal, signal } from "@preact/signals";
import { call, Refusal } from "../core/api";
import type { FaceInMedium, MediumPage } from "../shared/answers";
import { Lifting } from "../shared/lifting";
import type { PageFacts } from "../shared/page-facts";
import { GradesOfMedium } from "./grading";

export class MediumController {
  readonly page: Signal<MediumPage | null> = signal(null);
  readonly failure = signal("");
  /** Whether every face is boxed. */
  readonly boxes = signal(false);
  readonly grey = signal(false);
  readonly turn = signal(0);
  /** The picture's own pixels instead of what fits. */
  readonly large = signal(false);
  /** The face that is pointed at. */
  readonly face = signal("");
  readonly lifting = new Lifting();
  readonly grades: GradesOfMedium;

  constructor(
    readonly facts: PageFacts,
    readonly id: string,
  ) {
    this.grades = new GradesOfMedium(facts, id);
    void this.ask();
  }

  async ask(): Promise<void> {
    try {
      this.page.value = await call<MediumPage>("GET", `/api/v1/items/${this.id}`);
      this.failure.value = "";
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.failure.value = error.message;
    }
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
