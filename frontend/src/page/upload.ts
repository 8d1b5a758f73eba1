/**
 * Files of an exhibit, one after the other, each as a raw stream: a dropped line costs one file and never the intake.
 *
 * Leaving the page meanwhile asks. Files that were received are not sent again when they are chosen again, also after a reload: the
 * server tells which came.
 *
 * `<form data-upload="/api/v1/exhibits/<id>/files"><input type="file" multiple webkitdirectory><progress data-progress></progress>
 * <p data-told></p><button>…</button></form>`
 */
import { call, Refusal } from "../core/api";
import { showFaults } from "./forms";
import { t } from "../core/i18n";
import type { FileThatCame, ReceivedFiles } from "../shared/answers";

const ATTEMPTS = 3;
/** What was received, by the address it was sent to and what the browser tells of the file. */
const received = new Set<string>();
let sending = 0;

function markOf(base: string, file: File): string {
  return [base, pathOf(file), file.size, file.lastModified].join("|");
}

/** The path on the device. Half of a surrogate pair, as a name of Windows may hold, is no character and cannot be sent. */
export function pathOf(file: File): string {
  return (file.webkitRelativePath || file.name).replace(/\p{Surrogate}/gu, "\u{fffd}");
}

/** Whether the server has this file: the same path and size, and not changed since it came. */
export function cameBefore(file: File, known: ReadonlyMap<string, FileThatCame>): boolean {
  const line = known.get(pathOf(file));
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

async function putOne(base: string, file: File): Promise<void> {
  const path = pathOf(file);
  for (let attempt = 1; ; attempt++) {
    try {
      await call("PUT", `${base}?path=${encodeURIComponent(path)}`, file);
      return;
    } catch (error) {
      // A lost line, at either end, leaves no trace of the file and is worth another try; what was refused will be refused again.
      if (!(error instanceof Refusal) || !error.isPassing || attempt === ATTEMPTS) throw error;
      await new Promise((wait) => window.setTimeout(wait, 1000 * attempt));
    }
  }
}

async function upload(form: HTMLFormElement): Promise<void> {
  const base = form.dataset.upload ?? "";
  const chosen = [...form.querySelectorAll<HTMLInputElement>("input[type=file]")].flatMap((input) => [...(input.files ?? [])]);
  const told = form.querySelector("[data-told]");
  if (told) told.textContent = t("Asking which files came already");
  if (!chosen.every((file) => received.has(markOf(base, file)))) {
    const known = await knownFiles(base);
    for (const file of chosen) if (cameBefore(file, known)) received.add(markOf(base, file));
  }
  const files = chosen.filter((file) => !received.has(markOf(base, file)));
  const bar = form.querySelector<HTMLProgressElement>("[data-progress]");
  const faults: string[] = [];
  if (bar) bar.max = Math.max(1, files.length);
  for (const [index, file] of files.entries()) {
    if (told) told.textContent = t("File {n} of {all}", { n: index + 1, all: files.length });
    try {
      await putOne(base, file);
      received.add(markOf(base, file));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      faults.push(`${file.webkitRelativePath || file.name}: ${error.message}`);
      if (error.isPassing) break;
    }
    if (bar) bar.value = index + 1;
  }
  const here = chosen.filter((file) => received.has(markOf(base, file))).length;
  if (told) told.textContent = t("{n} of {all} files were received.", { n: here, all: chosen.length });
  showFaults(form, faults);
}

export function startUploads(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.dataset.upload || form.dataset.busy) return;
    event.preventDefault();
    form.dataset.busy = "1";
    sending += 1;
    upload(form)
      .catch((error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
        showFaults(form, error.faults);
      })
      .finally(() => {
        sending -= 1;
        delete form.dataset.busy;
      });
  });
  window.addEventListener("beforeunload", (event) => {
    if (sending) event.preventDefault();
  });
}
