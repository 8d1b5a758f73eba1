/** What a screen held when its line broke, kept until what was missed is told. */
import { effect, type ReadonlySignal } from "@preact/signals";

export class LostLine<Held> {
  private broken: { since: number; held: Held } | null = null;

  /** `held` answers null until the first load: a line that is lost before counts from that load on. */
  constructor(
    private readonly lostSince: ReadonlySignal<number | null>,
    held: () => Held | null,
  ) {
    effect(() => {
      const since = lostSince.value;
      if (since === null || this.broken) return;
      const now = held();
      if (now !== null) this.broken = { since, held: now };
    });
  }

  /** The break that is over and not told yet; it counts as told from here on. */
  take(): { since: number; held: Held } | null {
    if (this.lostSince.peek() !== null) return null;
    const { broken } = this;
    this.broken = null;
    return broken;
  }
}
