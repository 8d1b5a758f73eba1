/** Tiles that are still being read become pictures by themselves. */

export const MOST_ASKED = 60;
const [FIRST_MS, MOST_MS] = [4_000, 60_000];
const LONGER = 1.5;

/** Asks while something is still being read and somebody may be looking: less and less often while nothing comes. */
export class Unread {
  private pause = FIRST_MS;
  private timer = 0;
  private isAsking = false;

  /** waits: is anything still being read? ask: answers whether some of it came. */
  constructor(
    private readonly waits: () => boolean,
    private readonly ask: () => Promise<boolean>,
  ) {
    document.addEventListener("visibilitychange", () => {
      window.clearTimeout(this.timer);
      this.timer = 0;
      this.pause = FIRST_MS;
      this.watch();
    });
  }

  /** There may be something to wait for. */
  watch(): void {
    if (this.timer || this.isAsking || document.hidden || !this.waits()) return;
    this.timer = window.setTimeout(() => void this.look(), this.pause);
  }

  private async look(): Promise<void> {
    let came = false;
    this.timer = 0;
    this.isAsking = true;
    try {
      came = await this.ask();
    } finally {
      this.pause = came ? FIRST_MS : Math.min(MOST_MS, this.pause * LONGER);
      this.isAsking = false;
      this.watch();
    }
  }
}
