/**
 * What a person writes into one form and has not sent: kept on the server within two seconds, and never in the browser's own storage.
 *
 * Each time it is written down it takes the place of the versions that this page knows. A version that it does not know was
 * written in another tab or on another device: it is kept beside it and told (`others`). What could not be sent is tried
 * again until it was.
 */
import type { Keeping, KeptDraft } from "./answers";
import { call, Refusal } from "../core/api";

const SAVE_AFTER_MS = 1200;
/** How long after a failed try it is sent again. */
const SAVE_AGAIN_MS = 5000;
/** How long it may take before the screen says that it is not kept yet. */
const SLOW_MS = 3000;
/** How long a press may take before what it sends is kept as a draft all the same. */
const PRESS_MS = 10_000;
const TOO_MUCH = 429;
/** How many versions may be named at once (web/api/drafts.py). */
const MOST_HELD = 20;

/** What stands in the fields of a form, by their names. */
export type Words = Readonly<Record<string, string>>;

export interface Page {
  operation: number | null;
  subject: string;
}

/** The page that this is, as drafts are filed: the operation, and the rest of the address. */
export function thisPage(): Page {
  const base = document.body.dataset.base ?? "";
  const path = window.location.pathname;
  const rest = base && path.startsWith(base) ? path.slice(base.length) : path;
  // A search is about the face that is searched: another face is another page.
  const face = new URLSearchParams(window.location.search).get("face");
  const subject = (rest.replace(/^\/+|\/+$/g, "") || "start") + (face ? `?face=${face}` : "");
  return { operation: Number(base.split("/")[2]) || null, subject };
}

/** What the server keeps of this page, the last first. */
export function keptHere(page: Page): Promise<KeptDraft[]> {
  const of = page.operation === null ? "" : `operation=${page.operation}&`;
  return call<KeptDraft[]>("GET", `/api/v1/drafts?${of}subject=${encodeURIComponent(page.subject)}`);
}

const told = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("drafts");

/** Versions that the person has decided against in another tab. */
const settled = new Set<string>();
told?.addEventListener("message", ({ data }: MessageEvent<readonly string[]>) => {
  for (const version of data) settled.add(version);
});

/** Call when another tab of this browser has kept or sent something; what it was is asked from the server. */
export function whenToldByTabs(look: () => void): void {
  told?.addEventListener("message", look);
}

export function sameWords(one: Words, other: Words): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

const all = new Set<Kept>();

/** Send everything that is not on the server yet: before the page is left. */
export async function keepAll(): Promise<void> {
  await Promise.all([...all].map((kept) => kept.saveNow()));
}

/** What stands in the forms of this page and was not sent. */
export function keptNow(): Words[] {
  return [...all].map((kept) => kept.current);
}

export class Kept {
  savedAt: string | null = null;
  /** It could not be sent and lives in this page alone. */
  unsent = false;
  /** Why the server will not keep it, however often it is sent. */
  refusal: Refusal | null = null;
  /** What was written into this form elsewhere, the last first. */
  others: KeptDraft[] = [];
  /** What stands here was sent or thrown away in another tab. */
  isGone = false;

  /** The versions that hold what stands here, or that it takes the place of. */
  private held: string[] = [];
  private isBegun = false;
  /** The version of a try that failed: it may have arrived all the same. */
  private tried: string | null = null;
  private words: Words = {};
  private dirty = false;
  private timer: number | undefined;
  private saving: Promise<void> | null = null;

  /** `changed`: something that the screen tells about it has changed. */
  constructor(
    readonly form: string,
    private readonly page: Page,
    private readonly changed: () => void,
  ) {
    all.add(this);
    window.addEventListener("beforeunload", (event) => {
      if (this.unsent) event.preventDefault();
    });
    window.addEventListener("pagehide", () => {
      // The page is gone when an answer comes: whether it was refused can be told to nobody.
      if (this.dirty) void this.put(this.draw(), { keepalive: true }).catch(() => undefined);
    });
  }

  get current(): Words {
    return this.words;
  }

  get isEmpty(): boolean {
    return !Object.keys(this.words).length;
  }

  /** The versions that a press on «send» stores; told to the server with it. */
  get versions(): readonly string[] {
    return this.held;
  }

  /** Take what the server keeps of this form. Answers the words to fill in: none where something is being written already. */
  take(found: readonly KeptDraft[]): Words | null {
    if (this.saving) return null;
    const [last, ...rest] = found;
    const isFirst = !this.isBegun;
    this.isBegun = true;
    if (isFirst && !this.dirty && !this.held.length && this.isEmpty && last) {
      this.held = [last.version];
      this.words = last.fields;
      this.savedAt = last.saved_at;
      this.tell(rest);
      return last.fields;
    }
    if (this.held.length && !found.some((each) => this.held.includes(each.version)) && !this.dirty) this.replaced(found);
    this.tell(found);
    return null;
  }

  /**
   * What stands here is kept no more. Where another text took its place in a tab that had begun with it, it is kept again, beside
   * that one, unless its person decided so.
   */
  private replaced(found: readonly KeptDraft[]): void {
    const isDecided = this.held.some((version) => settled.has(version));
    this.held = [];
    this.savedAt = null;
    if (this.isEmpty) return;
    this.isGone = !found.length;
    if (found.length && !isDecided && !found.some((each) => sameWords(each.fields, this.words))) this.write(this.words);
  }

  /** Write down what stands in the form; nothing in it is an empty form. */
  write(words: Words): void {
    this.words = words;
    this.isGone = false;
    this.dirty = true;
    if (!navigator.onLine) this.unsent = true;
    this.timer ??= window.setTimeout(() => void this.save(), SAVE_AFTER_MS);
    this.changed();
  }

  /** Take these others as read: the next version takes their place too. */
  settle(others: readonly KeptDraft[], words: Words): void {
    const versions = others.map((each) => each.version);
    this.held = [...this.held, ...versions];
    told?.postMessage(versions);
    this.others = this.others.filter((each) => !others.includes(each));
    this.write(words);
  }

  /** A press sends what stands here in this moment: it becomes no draft while the answer is on its way. */
  press(): void {
    if (this.timer !== undefined) this.saveAfter(PRESS_MS);
  }

  /** What was sent is not a draft any more; `left`: what was written since. */
  async sent(left: Words): Promise<void> {
    this.stopTimer();
    if (this.saving) await this.saving;
    const known = this.held.length > 0 || this.dirty;
    this.words = left;
    this.dirty = known;
    await this.save();
    told?.postMessage([]);
  }

  /** Send it if it is not on the server, also while an older try is still under way. */
  async saveNow(): Promise<void> {
    this.stopTimer();
    if (this.saving) await this.saving;
    if (this.dirty) await this.save();
  }

  private stopTimer(): void {
    window.clearTimeout(this.timer);
    this.timer = undefined;
  }

  private saveAfter(ms: number): void {
    this.stopTimer();
    this.timer = window.setTimeout(() => void this.save(), ms);
  }

  /** One at a time, so that an older version never arrives last. */
  private save(): Promise<void> {
    this.stopTimer();
    if (!this.dirty) return Promise.resolve();
    this.saving ??= this.send().finally(() => {
      this.saving = null;
      this.changed();
    });
    return this.saving;
  }

  private async send(): Promise<void> {
    const { words } = this;
    const slow = window.setTimeout(() => {
      this.unsent = true;
      this.changed();
    }, SLOW_MS);
    const version = this.draw();
    const held = this.held.filter((each) => each !== version);
    try {
      const answer = await this.put(version);
      this.held = this.held.filter((each) => !held.includes(each) && (each !== version || answer.version));
      this.savedAt = answer.version ? answer.saved_at : null;
      this.unsent = false;
      this.refusal = null;
      this.dirty = words !== this.words;
      this.tell(answer.others);
      told?.postMessage([]);
      if (this.dirty) this.saveAfter(SAVE_AFTER_MS);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.tried = version;
      this.unsent = true;
      if (error.isPassing || error.status === TOO_MUCH) this.saveAfter(SAVE_AGAIN_MS);
      else this.refusal = error;
    } finally {
      window.clearTimeout(slow);
    }
  }

  /** The version of the next try: that of the last one if it failed. It is held from now on, whether or not it arrives. */
  private draw(): string {
    const version = this.tried ?? crypto.randomUUID();
    this.tried = null;
    if (!this.held.includes(version)) this.held = [...this.held, version];
    return version;
  }

  /** What says the same is no other text: the answer to it was lost, or both tabs hold it. */
  private tell(found: readonly KeptDraft[]): void {
    const beside = found.filter((each) => !this.held.includes(each.version));
    const same = beside.filter((each) => sameWords(each.fields, this.words));
    this.held = [...this.held, ...same.map((each) => each.version)];
    this.others = beside.filter((each) => !same.includes(each));
    this.changed();
  }

  private put(version: string, carriage: { keepalive?: boolean } = {}): Promise<Keeping> {
    const replaces = this.held.filter((each) => each !== version).slice(-MOST_HELD);
    const body = { ...this.page, form: this.form, version, replaces, fields: this.words };
    return call<Keeping>("PUT", "/api/v1/drafts", body, carriage);
  }
}
