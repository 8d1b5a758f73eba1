/**
 * Asks the server one question at a time. A wake-up meanwhile asks once more, so that what a screen holds is never older than
 * the last wake-up.
 */
import { Refusal } from "../core/api";

const RETRY_MS = 2000;

export class Asker {
  private asking: Promise<void> | null = null;
  private again = false;
  private retry: number | undefined;

  /** `question` asks and takes the answer; `refused` tells the person what came instead of one. */
  constructor(
    private readonly question: () => Promise<void>,
    private readonly refused: (refusal: Refusal) => void,
  ) {}

  /** Done when what is held is no older than this call, or when the question was refused. */
  ask(): Promise<void> {
    this.again = true;
    this.asking ??= this.askWhileWoken().finally(() => {
      this.asking = null;
    });
    return this.asking;
  }

  private async askWhileWoken(): Promise<void> {
    while (this.again) {
      this.again = false;
      window.clearTimeout(this.retry);
      try {
        await this.question();
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        this.refused(error);
        // The line may stand again before requests do; without another try the gap would stay until the next wake-up.
        if (error.isPassing) this.retry = window.setTimeout(() => void this.ask(), RETRY_MS);
      }
    }
  }
}
