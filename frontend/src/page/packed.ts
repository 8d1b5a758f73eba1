/**
 * A register and its photos as one file that is sent in parts: eight bytes with the length of an index, the index, and the files
 * one behind the other (workspace/intake/uploads.py). Chosen again, the same goes on where it stopped.
 */
import { Refusal } from "../core/api";
import { t } from "../core/i18n";
import { HalfUploads } from "./half-uploads";
import { PARTS_FROM, Sending, told } from "./sending";
import { size } from "../shared/bytes";
import { timeLeft } from "./sizes";

const EVERY_MS = 250;

/** The files of a form as one, by their paths. */
export function pack(file: File, photos: readonly File[]): File {
  const named = photos.map((photo) => [photo.webkitRelativePath || photo.name, photo.size] as const);
  const index = new TextEncoder().encode(JSON.stringify([["", file.size], ...named]));
  const length = new DataView(new ArrayBuffer(8));
  length.setBigUint64(0, BigInt(index.length));
  const lastModified = Math.max(file.lastModified, ...photos.map((photo) => photo.lastModified));
  return new File([length.buffer, index, file, ...photos], file.name, { lastModified });
}

function filesOf(form: FormData, name: string): File[] {
  return form.getAll(name).filter((each): each is File => each instanceof File && each.name !== "");
}

/** Send the files of a form in parts, if they are large, and give the form without them. Throws `Refusal`. */
export async function inParts(element: HTMLElement, base: string, form: FormData): Promise<FormData> {
  const [[file], photos] = [filesOf(form, "file"), filesOf(form, "photos")];
  const whole = file && pack(file, photos);
  if (!whole || whole.size < PARTS_FROM) return form;
  const url = await sent(element, base, whole);
  const rest = new FormData();
  for (const [name, value] of form) if (!(value instanceof File)) rest.append(name, value);
  rest.append("upload", url.slice(url.lastIndexOf("/") + 1));
  return rest;
}

async function sent(element: HTMLElement, base: string, file: File): Promise<string> {
  const urls = new Map<string, string>();
  const halves = registersOf(element, base);
  for (const line of (await halves.refresh()).lines) urls.set(line.path, `/api/v1/uploads/${line.id}`);
  let timer: number | undefined;
  const draw = () => {
    window.clearTimeout(timer);
    timer = undefined;
    show(element, sending);
  };
  const soon = () => {
    timer ??= window.setTimeout(draw, EVERY_MS);
  };
  const one = { file, path: file.name };
  const sending = new Sending("", base, [one], urls, () => undefined, soon);
  const pause = element.querySelector<HTMLButtonElement>("[data-pause]");
  const turn = () => (sending.progress.isPaused ? sending.goOn() : sending.pause());
  const stay = (event: BeforeUnloadEvent) => event.preventDefault();
  pause?.addEventListener("click", turn);
  pause?.removeAttribute("hidden");
  window.addEventListener("beforeunload", stay);
  try {
    await sending.run();
  } finally {
    window.removeEventListener("beforeunload", stay);
    pause?.removeEventListener("click", turn);
    pause?.setAttribute("hidden", "");
    draw();
  }
  const url = urls.get(one.path);
  if (sending.faults.length || !url) {
    await halves.look();
    throw new Refusal(422, "refused", "", { faults: sending.faults });
  }
  return new URL(url, window.location.href).pathname;
}

function show(element: HTMLElement, { progress }: Sending): void {
  const bar = element.querySelector<HTMLProgressElement>("[data-progress]");
  const place = element.querySelector("[data-told]");
  const pause = element.querySelector("[data-pause]");
  if (bar) [bar.max, bar.value] = [progress.allBytes, progress.bytes];
  if (place) place.textContent = told(progress, size, timeLeft(progress.allBytes - progress.bytes, progress.sent, progress.ms));
  if (pause) pause.textContent = progress.isPaused ? t("Go on sending") : t("Pause");
}

/** One's own registers that are half received; they are gone on with by choosing the same files. */
export function registersOf(element: HTMLElement, base: string): HalfUploads {
  const place = element.querySelector<HTMLElement>("[data-halves]") ?? element;
  return new HalfUploads(base, place, null, () => undefined);
}
