/**
 * Files of an exhibit, chosen or dropped: whole folders, paused and gone on with, also tomorrow.
 *
 * Leaving the page meanwhile asks. Files that were received are not sent again when they are chosen again, also after a reload, and
 * one that is half received goes on where it stopped: the server tells what came. What is dropped is sent when the button is
 * pressed, because it could have been dropped onto another exhibit.
 *
 * `<form data-upload="/api/v1/exhibits/<id>/files" data-parts="/api/v1/exhibits/<id>/uploads"><input type="file" multiple
 * webkitdirectory><div data-drop></div><progress data-progress></progress><p data-told></p><button>…</button><button type="button"
 * data-pause hidden></button><div data-halves></div></form>`
 */
import { call, Refusal } from "../core/api";
import { t } from "../core/i18n";
import type { FileThatCame, HalfUploadLine, ReceivedFiles } from "../shared/answers";
import { type Chosen, chosen, type Dropped, droppedFiles } from "./dropped";
import { showFaults } from "./forms";
import { HalfUploads } from "./half-uploads";
import { Sending, told } from "./sending";
import { size } from "../shared/bytes";
import { timeLeft } from "./sizes";

const MOST_FAULTS = 50;
const EVERY_MS = 250;
/** What was received, by the address it was sent to and what the browser tells of the file. */
const received = new Set<string>();
let sending = 0;

function markOf(base: string, { file, path }: Chosen): string {
  return [base, path, file.size, file.lastModified].join("|");
}

/** Whether the server has this file: the same path and size, and not changed since it came. */
export function cameBefore({ file, path }: Chosen, known: ReadonlyMap<string, FileThatCame>): boolean {
  const line = known.get(path);
  return line?.size_bytes === file.size && file.lastModified <= Date.parse(line.received_at);
}

/** What the server has of the exhibit, by path, asked in parts. */
async function knownFiles(base: string): Promise<Map<string, FileThatCame>> {
  const known = new Map<string, FileThatCame>();
  for (let after = "", more = true; more; ) {
    const part = await call<ReceivedFiles>("GET", `${base}?after=${encodeURIComponent(after)}`);
    for (const file of part.files) known.set(file.path, file);
    after = part.files.at(-1)?.path ?? "";
    more = part.more;
  }
  return known;
}

/** The form of one exhibit. */
class Intake {
  private dropped: Chosen[] = [];
  /** Folders that were dropped are still being read. */
  private reading: Promise<void> = Promise.resolve();
  private current: Sending | null = null;
  private readonly halves: HalfUploads;
  private readonly base: string;
  private readonly parts: string;

  constructor(private readonly form: HTMLFormElement) {
    this.base = form.dataset.upload ?? "";
    this.parts = form.dataset.parts ?? "";
    const goOn = (line: HalfUploadLine, file: File) => void this.send([{ file, path: line.path }]);
    const place = form.querySelector<HTMLElement>("[data-halves]") ?? form;
    this.halves = new HalfUploads(this.parts, place, goOn, (faults) => showFaults(form, faults));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.sendAll();
    });
    this.pauseButton?.addEventListener("click", () => this.turn());
    this.takeDrops();
    void this.halves.look();
  }

  private get pauseButton(): HTMLButtonElement | null {
    return this.form.querySelector("[data-pause]");
  }

  private inFields(): Chosen[] {
    return [...this.form.querySelectorAll<HTMLInputElement>("input[type=file]")].flatMap((input) =>
      [...(input.files ?? [])].map(chosen),
    );
  }

  private tell(text: string): void {
    const place = this.form.querySelector("[data-told]");
    if (place) place.textContent = text;
  }

  private takeDrops(): void {
    const zone = this.form.querySelector<HTMLElement>("[data-drop]");
    if (!zone) return;
    const mark = (isOver: boolean) => zone.classList.toggle("over", isOver);
    zone.addEventListener("dragover", () => mark(true));
    for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => mark(false));
    zone.addEventListener("drop", (event) => {
      if (event.dataTransfer) this.drop(event.dataTransfer);
    });
  }

  private drop(transfer: DataTransfer): void {
    const found = droppedFiles(transfer);
    this.reading = Promise.all([this.reading, found.then((files) => this.takeDropped(files))]).then(() => undefined);
  }

  private takeDropped(found: Dropped): void {
    const paths = new Set(found.files.map((each) => each.path));
    this.dropped = [...this.dropped.filter((each) => !paths.has(each.path)), ...found.files];
    showFaults(
      this.form,
      found.unread.map((path) => t("{path}: the browser cannot read it.", { path })),
    );
    if (!this.current) this.tell(this.toldOfDropped());
  }

  private toldOfDropped(): string {
    const bytes = this.dropped.reduce((sum, { file }) => sum + file.size, 0);
    return t("{n} files were dropped, {size}. Press «Send the files».", { n: this.dropped.length, size: size(bytes) });
  }

  /** Send what is chosen and what was dropped, also where that is still being read. */
  private async sendAll(): Promise<void> {
    await this.reading;
    await this.send([...this.inFields(), ...this.dropped]);
  }

  private turn(): void {
    if (!this.current) return;
    if (this.current.progress.isPaused) this.current.goOn();
    else this.current.pause();
  }

  /** Send what did not come yet. */
  private async send(files: readonly Chosen[]): Promise<void> {
    if (this.form.dataset.busy) return;
    this.form.dataset.busy = "1";
    sending += 1;
    showFaults(this.form, []);
    this.tell(t("Asking which files came already"));
    try {
      await this.sendMissing(files);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.tell("");
      showFaults(this.form, error.faults);
    } finally {
      sending -= 1;
      this.current = null;
      delete this.form.dataset.busy;
      this.pauseButton?.setAttribute("hidden", "");
      await this.halves.look();
    }
  }

  private async sendMissing(files: readonly Chosen[]): Promise<void> {
    const urls = new Map<string, string>();
    if (!files.every((each) => received.has(markOf(this.base, each)))) {
      const known = await knownFiles(this.base);
      for (const each of files) if (cameBefore(each, known)) received.add(markOf(this.base, each));
      for (const [path, line] of (await this.halves.refresh()).mine) urls.set(path, `/api/v1/uploads/${line.id}`);
    }
    const missing = files.filter((each) => !received.has(markOf(this.base, each)));
    const came = (each: Chosen) => received.add(markOf(this.base, each));
    this.current = new Sending(this.base, this.parts, missing, urls, came, () => this.drawSoon());
    this.pauseButton?.toggleAttribute("hidden", missing.length === 0);
    this.draw();
    await this.current.run();
    this.draw();
    const faults = this.current.faults;
    const more = faults.length - MOST_FAULTS;
    showFaults(this.form, more > 0 ? [...faults.slice(0, MOST_FAULTS), t("and {n} more", { n: more })] : faults);
    const here = files.filter((each) => received.has(markOf(this.base, each)));
    this.dropped = this.dropped.filter((each) => !received.has(markOf(this.base, each)));
    const said = t("{n} of {all} files were received.", { n: here.length, all: files.length });
    // Dropped while the others were sent: they are not among those.
    const isMore = this.dropped.some((each) => !files.includes(each));
    this.tell(isMore ? `${said} ${this.toldOfDropped()}` : said);
  }

  private timer: number | undefined;

  /** Progress comes many times a second. */
  private drawSoon(): void {
    this.timer ??= window.setTimeout(() => this.draw(), EVERY_MS);
  }

  private draw(): void {
    window.clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.current) return;
    const { progress } = this.current;
    const bar = this.form.querySelector<HTMLProgressElement>("[data-progress]");
    if (bar) {
      bar.max = Math.max(1, progress.allBytes);
      bar.value = progress.allFiles ? progress.bytes : 1;
    }
    this.tell(told(progress, size, timeLeft(progress.allBytes - progress.bytes, progress.sent, progress.ms)));
    if (this.pauseButton) this.pauseButton.textContent = progress.isPaused ? t("Go on sending") : t("Pause");
  }
}

export function startUploads(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-packed]"))
    void import("./packed").then(({ registersOf }) => registersOf(form, form.dataset.packed ?? "").look());
  const forms = document.querySelectorAll<HTMLFormElement>("form[data-upload]");
  for (const form of forms) new Intake(form);
  if (!forms.length) return;
  // What is dropped beside a zone would take the browser away from this page.
  for (const name of ["dragover", "drop"])
    document.addEventListener(name, (event) => {
      if (event instanceof DragEvent && event.dataTransfer?.types.includes("Files")) event.preventDefault();
    });
  window.addEventListener("beforeunload", (event) => {
    if (sending) event.preventDefault();
  });
}
