/**
 * The draft of one's own opinion: kept on the server within two seconds. What could not be sent is tried again until it was,
 * and never put into the browser's own storage.
 */
import { batch, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { type Carriage, call, Refusal, serverNow } from "../core/api";
import type { Draft, LeadPage } from "./types";

const SAVE_AFTER_MS = 1200;
/** How long after a failed try the draft is sent again. */
const SAVE_AGAIN_MS = 5000;
const TOO_MUCH = 429;
const NOTHING: Draft = { opinion: null, suitability: [], features: {}, reason: "" };

export class OwnDraft {
  readonly draft: Signal<Draft> = signal(NOTHING);
  readonly savedAt: Signal<string | null> = signal(null);
  /** It could not be sent and lives in this page alone. */
  readonly unsent = signal(false);

  private timer: number | undefined;
  private dirty = false;
  private saving: Promise<void> | null = null;

  /** `path`: the lead's address in the API. `refused`: told when the server will not take the draft, however often it is sent. */
  constructor(
    private readonly path: string,
    private readonly offline: ReadonlySignal<boolean>,
    private readonly refused: (refusal: Refusal) => void,
  ) {
    effect(() => {
      if (offline.value && this.dirty) this.unsent.value = true;
    });
    window.addEventListener("beforeunload", (event) => {
      if (this.unsent.peek()) event.preventDefault();
    });
    window.addEventListener("pagehide", () => {
      // The page is gone when an answer comes: whether it was refused can be told to nobody.
      if (this.dirty) void this.put(this.draft.peek(), { keepalive: true }).catch(() => undefined);
    });
  }

  /** Take what the server kept; called with the first page alone, later ones must not overwrite what is being written. */
  begin(kept: NonNullable<LeadPage["draft"]>): void {
    batch(() => {
      this.draft.value = { ...NOTHING, ...kept.body };
      this.savedAt.value = kept.saved_at;
    });
  }

  write(change: Partial<Draft>): void {
    this.draft.value = { ...this.draft.peek(), ...change };
    this.dirty = true;
    if (this.offline.peek()) this.unsent.value = true;
    this.saveAfter(SAVE_AFTER_MS);
  }

  /** What is signed is no draft any more. */
  signed(): void {
    window.clearTimeout(this.timer);
    this.dirty = false;
    this.unsent.value = false;
  }

  /** Send it if it is not on the server: after a line that came back, and when the claim ends. */
  async save(): Promise<void> {
    if (this.dirty) await this.saveOnce();
  }

  /** Send what was written last, also while an older try is still under way. */
  async saveNow(): Promise<void> {
    window.clearTimeout(this.timer);
    if (this.saving) await this.saving;
    await this.save();
  }

  private saveAfter(ms: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.saveOnce(), ms);
  }

  /** One at a time, so that an older draft never arrives last. */
  private saveOnce(): Promise<void> {
    this.saving ??= this.send().finally(() => {
      this.saving = null;
    });
    return this.saving;
  }

  private async send(): Promise<void> {
    if (this.offline.peek()) return;
    window.clearTimeout(this.timer);
    const body = this.draft.peek();
    try {
      const answer = await this.put(body);
      this.savedAt.value = answer?.saved_at ?? new Date(serverNow()).toISOString();
      this.unsent.value = false;
      this.dirty = body !== this.draft.peek();
      if (this.dirty) this.saveAfter(SAVE_AFTER_MS);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.unsent.value = true;
      if (error.isPassing || error.status === TOO_MUCH) this.saveAfter(SAVE_AGAIN_MS);
      else this.refused(error);
    }
  }

  private put(body: Draft, carriage?: Carriage): Promise<{ saved_at?: string } | null> {
    return call("PUT", `${this.path}/draft`, { body }, carriage);
  }
}
