/**
 * Files on their way to an exhibit: some at a time, small ones whole and large ones in parts. A line that is lost is waited for; a
 * file that is refused is named and the others go on; what stops all of them stops the sending.
 */
import { call, Refusal } from "../core/api";
import { t } from "../core/i18n";
import type { Chosen } from "./dropped";
import { Paused, sendInParts } from "./in-parts";

/** A file of at least so many bytes is sent in parts: what is smaller is sent again sooner than asked for. */
export const PARTS_FROM = 4 * 1024 * 1024;
const AT_A_TIME = 3;
const ATTEMPTS = 3;
const REST_MS = 1000;
const LONGEST_REST_MS = 15_000;

export interface Progress {
  files: number;
  allFiles: number;
  bytes: number;
  allBytes: number;
  /** What was sent by this page and in how long, without rests: by these the rest is guessed. */
  sent: number;
  ms: number;
  isPaused: boolean;
  /** What is waited for. */
  waitsFor: string;
}

export class Sending {
  readonly faults: string[] = [];
  private readonly queue: Chosen[];
  private readonly sentOf = new Map<Chosen, number>();
  private readonly begunOf = new Map<Chosen, number>();
  private files = 0;
  private settledBytes = 0;
  private sent = 0;
  private activeMs = 0;
  private activeSince = performance.now();
  private stopped = false;
  private waitsFor = "";
  private gate: Promise<void> | null = null;
  private open: () => void = () => undefined;
  private control = new AbortController();

  constructor(
    private readonly base: string,
    private readonly parts: string,
    private readonly all: readonly Chosen[],
    /** Where files stand on the server that are half received, by path. */
    private readonly urls: Map<string, string>,
    private readonly came: (file: Chosen) => void,
    private readonly changed: () => void,
  ) {
    this.queue = [...all];
  }

  /** Send all of them; done when nothing is left, or all is stopped. */
  async run(): Promise<void> {
    await Promise.all(Array.from({ length: AT_A_TIME }, () => this.lane()));
  }

  get progress(): Progress {
    const inWay = [...this.sentOf.values()].reduce((sum, bytes) => sum + bytes, 0);
    const begun = [...this.begunOf.values()].reduce((sum, bytes) => sum + bytes, 0);
    return {
      files: this.files,
      allFiles: this.all.length,
      bytes: this.settledBytes + inWay,
      allBytes: this.all.reduce((sum, { file }) => sum + file.size, 0),
      sent: this.sent + inWay - begun,
      ms: this.activeMs + (this.gate ? 0 : performance.now() - this.activeSince),
      isPaused: this.gate !== null,
      waitsFor: this.waitsFor,
    };
  }

  pause(): void {
    if (this.gate) return;
    this.gate = new Promise((open) => {
      this.open = open;
    });
    this.activeMs += performance.now() - this.activeSince;
    this.control.abort();
    this.changed();
  }

  goOn(): void {
    if (!this.gate) return;
    this.gate = null;
    this.control = new AbortController();
    this.activeSince = performance.now();
    this.open();
    this.changed();
  }

  private async lane(): Promise<void> {
    for (let next = this.queue.shift(); next && !this.stopped; next = this.queue.shift()) {
      try {
        await this.lasting(next);
        this.came(next);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const { path } = next;
        this.faults.push(...error.faults.map((fault) => `${path}: ${fault}`));
        if (error.isPassing) this.stopped = true;
      }
      this.settle(next);
    }
  }

  private settle(file: Chosen): void {
    this.files += 1;
    this.sent += (this.sentOf.get(file) ?? 0) - (this.begunOf.get(file) ?? 0);
    this.settledBytes += file.file.size;
    this.sentOf.delete(file);
    this.begunOf.delete(file);
    this.changed();
  }

  /** Send a file, through pauses and lost lines. */
  private async lasting(file: Chosen): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      while (this.gate) await this.gate;
      try {
        await this.once(file);
        this.wait("");
        return;
      } catch (error) {
        if (error instanceof Paused) {
          attempt = 0;
          continue;
        }
        if (!(error instanceof Refusal) || !isWorthWaiting(error, attempt)) throw error;
        this.wait(error.message);
      }
      await this.rest(Math.min(LONGEST_REST_MS, REST_MS * attempt));
    }
  }

  private async once(file: Chosen): Promise<void> {
    if (file.file.size < PARTS_FROM) {
      await call("PUT", `${this.base}?path=${encodeURIComponent(file.path)}`, file.file);
      this.sentOf.set(file, file.file.size);
      return;
    }
    await sendInParts(file, {
      base: this.parts,
      url: this.urls.get(file.path) ?? null,
      began: (url) => this.urls.set(file.path, url),
      sent: (bytes) => this.note(file, bytes),
      signal: this.control.signal,
    });
  }

  private note(file: Chosen, bytes: number): void {
    if (!this.begunOf.has(file)) this.begunOf.set(file, bytes);
    this.sentOf.set(file, bytes);
    this.wait("");
  }

  private wait(what: string): void {
    this.waitsFor = what;
    this.changed();
  }

  /** Until the time is over, or the line is back. */
  private rest(ms: number): Promise<void> {
    return new Promise((done) => {
      const timer = window.setTimeout(done, ms);
      window.addEventListener(
        "online",
        () => {
          window.clearTimeout(timer);
          done();
        },
        { once: true },
      );
    });
  }
}

/** Whether the same may succeed by itself: without end where nobody answers, a few times where somebody says that it cannot be now. */
export function isWorthWaiting(error: Refusal, attempt: number): boolean {
  const { reason } = error.facts;
  if (error.status === 0 || error.status === 502 || error.status === 504 || reason === "line_cut") return true;
  return (error.isPassing || reason === "offset") && attempt < ATTEMPTS;
}

/** What is told of it while it goes on. */
export function told(progress: Progress, size: (bytes: number) => string, left: string): string {
  const { files, allFiles, bytes, allBytes, isPaused, waitsFor } = progress;
  const values = { n: files, all: allFiles, part: size(bytes), size: size(allBytes) };
  const said = [t("{n} of {all} files, {part} of {size}", values)];
  if (isPaused) said.push(t("paused"));
  else if (waitsFor) said.push(t("{why} It is tried again.", { why: waitsFor }));
  else if (left) said.push(left);
  return said.join(" · ");
}
