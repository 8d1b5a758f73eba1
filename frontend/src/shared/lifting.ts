/**
 * One picture at a time that is clear while a key or the pointer is held: the view is recorded first, then the clear one is shown.
 * Veiled again when it is let go, when the window loses the focus, and after half a minute in which nothing plays.
 */
import { type Signal, signal } from "@preact/signals";
import { call, Refusal } from "../core/api";
import { announce } from "../core/dom";

const LONGEST_MS = 30_000;

export class Lifting {
  /** The id of the medium that is clear now. */
  readonly lifted: Signal<string> = signal("");
  /** It stays clear without being held. */
  readonly lasting = signal(false);
  private wanted = "";
  private limit: number | undefined;

  /** looked: told of each medium whose view was recorded; record: records it. */
  constructor(
    private readonly looked: (id: string) => void = () => undefined,
    private readonly record: (id: string) => Promise<unknown> = (id) => call("POST", `/api/v1/items/${id}/view`),
  ) {
    window.addEventListener("blur", () => this.veil());
    document.addEventListener("visibilitychange", () => this.veil());
  }

  async lift(id: string, lasting = false): Promise<void> {
    if (!id || this.wanted === id) return;
    this.veil();
    this.wanted = id;
    this.lasting.value = lasting;
    this.limit = window.setTimeout(() => this.veil(), LONGEST_MS);
    try {
      await this.record(id);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      announce(error.message);
      if (this.wanted === id) this.veil();
      return;
    }
    this.looked(id);
    if (this.wanted === id) this.lifted.value = id;
  }

  /** Somebody still looks: the half minute begins anew. */
  goesOn(): void {
    if (!this.wanted) return;
    window.clearTimeout(this.limit);
    this.limit = window.setTimeout(() => this.veil(), LONGEST_MS);
  }

  veil(): void {
    window.clearTimeout(this.limit);
    this.wanted = "";
    this.lasting.value = false;
    this.lifted.value = "";
  }

  /** For whoever cannot hold a key: half a minute, or veiled again. */
  toggle(id: string): void {
    if (this.wanted) this.veil();
    else void this.lift(id, true);
  }
}
