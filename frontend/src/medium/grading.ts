/** The grades of one medium: asks for them, gives one, and takes the last one back. */
import { type Signal, signal } from "@preact/signals";
import { call, Refusal } from "../core/api";
import { announce } from "../core/dom";
import { t } from "../core/i18n";
import type { GradedMedia, Grading, MediumGrades } from "../shared/answers";
import { categoryOf, type Given } from "../shared/grading";
import type { PageFacts } from "../shared/page-facts";

export class GradesOfMedium {
  readonly page: Signal<MediumGrades | null> = signal(null);
  readonly grading: Signal<Grading | null> = signal(null);
  readonly refusal = signal("");
  /** What the last press said, and how it is taken back; without an act it cannot be. */
  readonly done: Signal<{ told: string; act: string } | null> = signal(null);

  constructor(
    readonly facts: PageFacts,
    readonly id: string,
  ) {
    void this.act(async () => {
      this.grading.value = await call<Grading>("GET", `/api/v1/operations/${facts.operation}/grading`);
      await this.ask();
    });
  }

  /** The tables by which one may grade it: one's own country's, and the owner's where several people must agree. */
  tables(): Grading["tables"] {
    const grading = this.grading.value;
    const page = this.page.value;
    if (!grading || !page || !this.facts.grades) return [];
    return grading.tables.filter(({ country }) => country === page.mine || (page.votes_needed > 1 && country === page.owner));
  }

  /** By one's own country's table, as a digit gives it. */
  press(number: number): void {
    const grade = { country: this.facts.country, number };
    if (this.facts.grades && categoryOf(this.grading.peek(), grade)) void this.give(grade);
  }

  async give(grade: Given): Promise<void> {
    await this.act(async () => {
      const address = `/api/v1/operations/${this.facts.operation}/gallery/grades`;
      const { act } = await call<GradedMedia>("POST", address, { media: [this.id], ...grade });
      this.tell(t("Graded «{grade}»", { grade: categoryOf(this.grading.peek(), grade) }), act);
      await this.ask();
    });
  }

  async undo(): Promise<void> {
    const last = this.done.peek();
    if (!last?.act) return;
    await this.act(async () => {
      await call("DELETE", `/api/v1/gallery/grades/${last.act}`);
      this.tell(t("Taken back"), "");
      await this.ask();
    });
  }

  private tell(told: string, act: string): void {
    this.done.value = { told, act };
    announce(told);
  }

  private async ask(): Promise<void> {
    this.page.value = await call<MediumGrades>("GET", `/api/v1/items/${this.id}/grades`);
  }

  private async act(press: () => Promise<void>): Promise<void> {
    this.refusal.value = "";
    try {
      await press();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.refusal.value = error.faults.join(" ") || error.message;
    }
  }
}
