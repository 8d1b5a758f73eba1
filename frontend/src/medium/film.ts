/**
 * A video that is played: the veiled copy until it is held, then the clear one from the same picture on.
 *
 * What is watched clear is recorded before it is fetched, and then every few seconds with its part. Nothing plays by itself, and nothing sounds
 * until it is asked to. Pictures are numbered by the server's index, so that a step is one picture whatever the rate.
 */
import { computed, type Signal, signal } from "@preact/signals";
import { call, Refusal } from "../core/api";
import { announce } from "../core/dom";
import { t } from "../core/i18n";
import type { FilmPage, FrameIndex } from "../shared/answers";
import { Lifting } from "../shared/lifting";
import { beside, frameAt, momentOf } from "./times";

export const SPEEDS: readonly number[] = [0.25, 0.5, 1, 2, 4];
const ASK_AGAIN_MS = 2000;
const RECORD_EVERY_MS = 5000;
const JUMP_MS = 5000;
/** Pictures that follow each other so closely are one part. */
const NEXT_MS = 500;
/** As MOST_WATCHED_MS and MOST_PARTS of rules/films.py. */
const [LONGEST_MS, MOST_PARTS] = [40_000, 40];

export class Film {
  readonly page: Signal<FilmPage | null> = signal(null);
  readonly at_ms: Signal<readonly number[]> = signal([]);
  readonly now: Signal<number> = signal(0);
  readonly plays = signal(false);
  readonly speed: Signal<number> = signal(1);
  readonly sounds = signal(false);
  /** The clear copy is shown, not the veiled one. */
  readonly clear = signal(false);
  /** Its address while it is lifted; empty otherwise, so that nothing of it stays. */
  readonly source = signal("");
  readonly marked: Signal<{ from: number | null; to: number | null }> = signal({ from: null, to: null });
  readonly frame = computed(() => frameAt(this.at_ms.value, this.now.value));
  /** The copy that is played: the largest. */
  readonly copy = computed(() => this.page.value?.copies.filter((each) => each.state === "made").at(-1) ?? null);
  readonly lifting = new Lifting(
    () => undefined,
    (id) => this.record(id),
  );
  private veiled: HTMLVideoElement | null = null;
  private lifted: HTMLVideoElement | null = null;
  private since = 0;
  /** What was watched clear and is not recorded yet. */
  private readonly watched: { from_ms: number; to_ms: number }[] = [];
  private recorder: number | undefined;
  private waits: number | undefined;

  constructor(readonly id: string) {
    this.lifting.lifted.subscribe((id) => (id ? this.show() : this.hide()));
  }

  get path(): string {
    return `/api/v1/items/${this.id}/film`;
  }

  async ask(): Promise<void> {
    window.clearTimeout(this.waits);
    const page = await call<FilmPage>("GET", this.path);
    if (page.copies.some((each) => each.state === "made") && !this.at_ms.value.length)
      this.at_ms.value = (await call<FrameIndex>("GET", `${this.path}/frames`)).at_ms;
    this.page.value = page;
    if (
      [...page.copies, ...page.stills].some(
        (each) => each.state === "asked" || ("still_id" in each && each.faces === null && each.still_id),
      )
    )
      this.waits = window.setTimeout(() => void this.ask().catch(() => undefined), ASK_AGAIN_MS);
  }

  /** Do something on the server, then ask for the page again; a refusal is told. */
  async send(method: "POST" | "DELETE", path: string, body?: unknown): Promise<boolean> {
    try {
      await call(method, path, body);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      announce(error.message);
      return false;
    }
    await this.ask();
    return true;
  }

  askCopy(side: number): void {
    void this.send("POST", `${this.path}/copies`, { side });
  }

  /** The first copy, where none was asked for yet. */
  askFirst(): void {
    if (this.page.value && !this.page.value.copies.length) this.askCopy(640);
  }

  takeStill(): void {
    if (!this.copy.value) return;
    announce(t("The still is being taken out of the original."));
    void this.send("POST", `${this.path}/stills`, { frame: this.frame.value });
  }

  /** The two players, as they are drawn. */
  holds(veiled: HTMLVideoElement | null, lifted: HTMLVideoElement | null): void {
    this.veiled = veiled ?? this.veiled;
    this.lifted = lifted ?? this.lifted;
  }

  private get player(): HTMLVideoElement | null {
    return this.clear.value ? this.lifted : this.veiled;
  }

  /** What a player tells while it plays or after a jump. */
  tells(player: HTMLVideoElement): void {
    if (player !== this.player) return;
    this.now.value = player.currentTime * 1000;
    if (player.paused === this.plays.value) this.plays.value = !player.paused;
    if (this.clear.value && this.plays.value) this.lifting.goesOn();
  }

  toggle(): void {
    const { player } = this;
    if (!player) return;
    if (player.paused) {
      void this.flush();
      void player.play().catch(() => undefined);
    } else player.pause();
    this.plays.value = !player.paused;
  }

  pause(): void {
    this.player?.pause();
    this.plays.value = false;
  }

  hurry(way: 1 | -1): void {
    const at = SPEEDS.indexOf(this.speed.value);
    this.setSpeed(SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, at + way))] ?? 1);
  }

  setSpeed(speed: number): void {
    this.speed.value = speed;
    for (const player of [this.veiled, this.lifted]) if (player) player.playbackRate = speed;
  }

  setSound(on: boolean): void {
    this.sounds.value = on;
    if (this.lifted) this.lifted.muted = !on;
  }

  step(by: number): void {
    this.pause();
    this.go(this.frame.value + by);
  }

  /** Show a picture by its number. */
  go(frame: number): void {
    const last = this.at_ms.value.length - 1;
    const wanted = Math.min(last, Math.max(0, frame));
    if (last < 0) return;
    this.told();
    this.now.value = this.at_ms.value[wanted] ?? 0;
    const { player } = this;
    if (player) player.currentTime = momentOf(this.at_ms.value, wanted);
    this.since = this.now.value;
  }

  goTo(ms: number): void {
    this.go(frameAt(this.at_ms.value, ms));
  }

  jump(way: 1 | -1): void {
    this.goTo(this.now.value + way * JUMP_MS);
  }

  goBeside(times: readonly number[], way: 1 | -1): void {
    const found = beside(times, this.now.value, way);
    if (found !== null) this.goTo(found);
  }

  mark(end: "from" | "to"): void {
    const now = this.at_ms.value[this.frame.value] ?? 0;
    const { from, to } = this.marked.value;
    this.marked.value =
      end === "from"
        ? { from: now, to: to !== null && to >= now ? to : null }
        : { from: from !== null && from <= now ? from : now, to: now };
  }

  /** Lifting a veil: of the picture alone while there is no copy, else of the video from here on. */
  private async record(id: string): Promise<void> {
    if (!this.copy.value) {
      await call("POST", `/api/v1/items/${id}/view`);
      return;
    }
    this.since = this.now.value;
    await call("POST", `${this.path}/watched`, { parts: [part(this.since, this.since)] });
  }

  private show(): void {
    const { copy, lifted } = this;
    if (!copy.value || !lifted || !this.veiled) return;
    this.source.value = `/media/items/${this.id}/film/${copy.value.side}/clear`;
    lifted.src = this.source.value;
    lifted.muted = !this.sounds.value;
    lifted.playbackRate = this.speed.value;
    const place = (): number => (this.at_ms.value.length ? momentOf(this.at_ms.value, this.frame.value) : 0);
    let wanted = place();
    lifted.currentTime = wanted;
    lifted.onseeked = () => {
      const goesOn = this.veiled?.paused === false;
      // Stepped meanwhile: what becomes clear is the picture that is numbered, and that a still would be taken of.
      if (!goesOn && place() !== wanted) {
        wanted = place();
        lifted.currentTime = wanted;
        return;
      }
      lifted.onseeked = null;
      this.veiled?.pause();
      this.clear.value = true;
      if (goesOn) void lifted.play().catch(() => undefined);
    };
    this.recorder = window.setInterval(() => void this.flush(), RECORD_EVERY_MS);
  }

  private hide(): void {
    window.clearInterval(this.recorder);
    if (!this.source.value) return;
    void this.flush();
    const { lifted, veiled } = this;
    if (lifted) lifted.onseeked = null;
    const goesOn = lifted !== null && !lifted.paused && this.clear.value;
    this.clear.value = false;
    this.source.value = "";
    lifted?.pause();
    lifted?.removeAttribute("src");
    lifted?.load();
    if (!veiled) return;
    veiled.currentTime = this.now.value / 1000;
    if (goesOn) void veiled.play().catch(() => undefined);
    this.plays.value = goesOn;
  }

  /** Note what was watched clear since the last jump: at least the picture that stands. */
  private told(): void {
    if (!this.clear.value) return;
    const [from, to] = [this.since, Math.max(this.now.value, this.since + 1)];
    this.since = this.now.value;
    const last = this.watched.at(-1);
    if (last && from >= last.from_ms && from <= last.to_ms + NEXT_MS && to - last.from_ms <= LONGEST_MS)
      last.to_ms = Math.max(last.to_ms, Math.round(to));
    else this.watched.push(part(from, to));
  }

  /** Record what was noted; a refusal veils. */
  private async flush(): Promise<void> {
    this.told();
    const parts = this.watched.splice(0, MOST_PARTS);
    if (!parts.length) return;
    try {
      await call("POST", `${this.path}/watched`, { parts });
    } catch (error) {
      this.lifting.veil();
      if (!(error instanceof Refusal)) throw error;
      announce(error.message);
    }
  }
}

function part(from: number, to: number): { from_ms: number; to_ms: number } {
  return { from_ms: Math.round(from), to_ms: Math.round(to) };
}
