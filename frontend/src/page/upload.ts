/**
 * Files of an exhibit, one after the other, each as a raw stream: a dropped line costs one file and never the intake.
 *
 * `<form data-upload="/api/v1/exhibits/<id>/files" data-end="/api/v1/exhibits/<id>/end" data-then="reload"><input type="file" multiple
 * webkitdirectory><progress data-progress></progress><p data-told></p><button>…</button></form>`
 */
import { call, Refusal } from "../core/api";
import { showFaults } from "./forms";
import { t } from "../core/i18n";

const ATTEMPTS = 3;

async function putOne(base: string, file: File): Promise<void> {
  // Half of a surrogate pair, as a name of Windows may hold, is no character and cannot be sent.
  const path = (file.webkitRelativePath || file.name).replace(/\p{Surrogate}/gu, "\u{fffd}");
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
  const files = [...form.querySelectorAll<HTMLInputElement>("input[type=file]")].flatMap((input) => [...(input.files ?? [])]);
  const bar = form.querySelector<HTMLProgressElement>("[data-progress]");
  const told = form.querySelector("[data-told]");
  const faults: string[] = [];
  let received = 0;
  if (bar) bar.max = files.length;
  for (const [index, file] of files.entries()) {
    if (told) told.textContent = t("File {n} of {all}", { n: index + 1, all: files.length });
    try {
      await putOne(base, file);
      received += 1;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      faults.push(`${file.webkitRelativePath || file.name}: ${error.message}`);
      if (error.isPassing) break;
    }
    if (bar) bar.value = index + 1;
  }
  if (told) told.textContent = t("{n} of {all} files were received.", { n: received, all: files.length });
  showFaults(form, faults);
  if (faults.length) return;
  if (form.dataset.end) await call("POST", form.dataset.end, {});
  if (form.dataset.then !== "stay") window.location.reload();
}

export function startUploads(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.dataset.upload || form.dataset.busy) return;
    event.preventDefault();
    form.dataset.busy = "1";
    upload(form)
      .catch((error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
        showFaults(form, error.faults);
      })
      .finally(() => delete form.dataset.busy);
  });
}
