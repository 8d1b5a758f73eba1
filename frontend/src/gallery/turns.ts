/**
 * What is done to the gallery's cursor and choice, in the order in which it was pressed: at once, but where a press before it still
 * waits for the tile to which it goes on. What is pressed meanwhile is for where the cursor will stand then.
 */
export class Turns {
  private line: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  /** Do it behind what was pressed before. What it returns is waited for by what comes behind it. */
  take(act: () => unknown): void {
    this.line = this.waiting ? this.line.then(act) : Promise.resolve(act());
  }

  /** Wait for this; what is taken meanwhile comes behind it. */
  async waitFor(coming: Promise<unknown>): Promise<void> {
    this.waiting += 1;
    try {
      await coming;
    } finally {
      this.waiting -= 1;
    }
  }
}
