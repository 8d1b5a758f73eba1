/** Presses that are sent one behind the other, in the order in which they were made. */
export class Presses {
  private line: Promise<void> = Promise.resolve();
  private waiting = 0;
  private round = 0;

  /**
   * Have a press sent behind those before it. It answers whether it was taken. One that was not drops what waits behind it, since
   * who pressed did not know yet; `refused` is told how many that are. `ended` is called once, whatever became of it.
   */
  add(
    press: () => Promise<boolean>,
    refused: (unsent: number) => void = () => undefined,
    ended: () => void = () => undefined,
  ): void {
    const { round } = this;
    this.waiting += 1;
    this.line = this.line
      .then(async () => {
        if (round !== this.round) return;
        this.waiting -= 1;
        if (await press()) return;
        const unsent = this.waiting;
        this.round += 1;
        this.waiting = 0;
        refused(unsent);
      })
      .catch((error: unknown) =>
        queueMicrotask(() => {
          throw error; // a fault of ours: told as any other, and the line goes on
        }),
      )
      .finally(ended);
  }
}
