/** Whether somebody is at work on the lead's page: others are told who is there, and the lease goes on while something is touched. */
import { type Carriage, call, type Method, Refusal } from "../core/api";

const PRESENCE_EVERY_MS = 10_000;
/** Somebody who has touched nothing for this long is not at work here: the lease is not renewed by itself. */
const IDLE_MS = 120_000;
const RENEW_AGAIN_MS = 30_000;

export class AtWork {
  private lastTouch = Date.now();
  private renewTriedAt = 0;

  /** path: of the lead. mayTell: whether presence can be told now; isMine: whether the lead is held by whoever looks. */
  constructor(
    private readonly path: () => string,
    private readonly mayTell: () => boolean,
    private readonly isMine: () => boolean,
  ) {
    window.setInterval(() => void this.tell(), PRESENCE_EVERY_MS);
    for (const name of ["pointerdown", "keydown"])
      document.addEventListener(
        name,
        () => {
          this.lastTouch = Date.now();
        },
        { passive: true },
      );
    window.addEventListener("pagehide", () => void quietly("DELETE", `${this.path()}/presence`, undefined, { keepalive: true }));
  }

  get isIdle(): boolean {
    return Date.now() - this.lastTouch > IDLE_MS;
  }

  /** Tell the others that somebody looks, or writes. */
  async tell(): Promise<void> {
    if (!this.mayTell() || document.hidden) return;
    await quietly("PUT", `${this.path()}/presence`, { mode: this.isMine() && !this.isIdle ? "editing" : "viewing" });
  }

  /** Renew because somebody is at work; answers whether it was tried. Not tried again at once: the warning and its button are to come. */
  async renew(token: number | null): Promise<boolean> {
    if (Date.now() - this.renewTriedAt < RENEW_AGAIN_MS) return false;
    this.renewTriedAt = Date.now();
    await quietly("POST", `${this.path()}/claim/renew`, { token });
    return true;
  }
}

/** Send what nobody waits for: a refusal is of no consequence. */
async function quietly(method: Method, path: string, body?: unknown, carriage?: Carriage): Promise<void> {
  try {
    await call(method, path, body, carriage);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}
