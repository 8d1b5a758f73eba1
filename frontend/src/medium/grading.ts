/**
 * The grades of one medium: asks for them, gives one, and takes the last one back. Presses are sent one behind the other: of two the
 * later one stands, and what is taken back is what was pressed last.
 */
import { type Signal, signal } from "@preact/signals";
import { call, Refusal } from "../core/api";
import { announce } from "../core/dom";
import { t, tn } from "../core/i18n";
import type { GradedMedia, Grading, MediumGrades } from "../shared/answers";
import { categoryOf, type Given } from "../shared/grading";
import type { PageFacts } from "../shared/page-facts";
import { Presses } from "../shared/presses";

export class GradesOfMedium {
  readonly page: Signal<MediumGrades | null> = signal(null);
  readonly grading: Signal<Grading | null> = signal(null);
  readonly refusal = signal("");
  /** What the last press said, and how it is taken back; without an act it cannot be. */
  readonly done: Signal<{ told: string; act: string } | null> = signal(null);
  private readonly presses = new Presses();
  /** So many presses are not stored yet. */
  private unsent = 0;

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
    if (this.facts.grades && categoryOf(this.grading.peek(), grade)) this.give(grade);
  }

  give(grade: Given): void {
    this.inTurn(async () => {
      const address = `/api/v1/operations/${this.facts.operation}/gallery/grades`;
      const { act } = await call<GradedMedia>("POST", address, { media: [this.id], ...grade });
      this.tell(t("Graded «{grade}»", { grade: categoryOf(this.grading.peek(), grade) }), act);
      await this.ask();
    });
  }

  /** Whether there is something to take back: also what is still on its way. */
  get mayUndo(): boolean {
    return !!this.done.peek()?.act || this.unsent > 0;
  }

  undo(): void {
    this.inTurn(async () => {
      const last = this.done.peek();
      if (!last?.act) return;
      await call("DELETE", `/api/v1/gallery/grades/${last.act}`);
      this.tell(t("Taken back"), "");
      await this.ask();
    });
  }

  private inTurn(press: () => Promise<void>): void {
    this.unsent += 1;
    this.presses.add(
      () => this.act(press),
      (unsent) => {
        if (unsent) this.refusal.value += ` ${tn("{n} later press was not sent.", "{n} later presses were not sent.", unsent)}`;
      },
      () => {
        this.unsent -= 1;
      },
    );
  }

  private tell(told: string, act: string): void {
    this.done.value = { told, act };
    announce(told);
  }

  private async ask(): Promise<void> {
    this.page.value = await call<MediumGrades>("GET", `/api/v1/items/${this.id}/grades`);
  }

  /** Whether it was not refused. */
  private async act(press: () => Promise<void>): Promise<boolean> {
    this.refusal.value = "";
    try {
      await press();
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.refusal.value = error.faults.join(" ") || error.message;
      return false;
    }
  }
}
