/**
 * The files of an exhibit that are half received: what each waits for, and what can be done with it. «Go on» asks for the same file
 * once more, because no page may keep one; «Throw away» asks first.
 */
import { call, Refusal } from "../core/api";
import { ask } from "../core/confirm";
import { el } from "../core/dom";
import { t, word } from "../core/i18n";
import type { HalfUploadLine } from "../shared/answers";
import { day } from "../shared/time";
import { size } from "../shared/bytes";

const EVERY_MS = 1500;

export interface Halves {
  lines: readonly HalfUploadLine[];
  /** By path: one's own that can be gone on with. */
  mine: ReadonlyMap<string, HalfUploadLine>;
}

/** A list beside a form, kept up to what the server says. */
export class HalfUploads {
  private timer: number | undefined;
  private asked = 0;

  constructor(
    private readonly base: string,
    private readonly place: HTMLElement,
    /** Not given where only the same form goes on with it. */
    private readonly goOn: ((line: HalfUploadLine, file: File) => void) | null,
    private readonly tell: (faults: readonly string[]) => void,
  ) {}

  /** Ask the server, and show what it says; while a file is being put together, again and again. */
  async refresh(): Promise<Halves> {
    window.clearTimeout(this.timer);
    this.asked += 1;
    const turn = this.asked;
    const lines = await call<HalfUploadLine[]>("GET", this.base);
    if (turn === this.asked) this.show(lines);
    return {
      lines,
      mine: new Map(lines.filter((line) => line.is_mine && line.state === "open").map((line) => [line.path, line])),
    };
  }

  /** Show what the server says, where it can be asked. */
  async look(): Promise<void> {
    try {
      await this.refresh();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }

  private show(lines: readonly HalfUploadLine[]): void {
    const list = el("ul", { class: "plain stack" }, ...lines.map((line) => this.row(line)));
    this.place.replaceChildren(...(lines.length ? [el("h3", {}, t("Half received")), list] : []));
    if (lines.some((line) => line.state === "whole" && line.exhibit_id))
      this.timer = window.setTimeout(() => void this.look(), EVERY_MS);
  }

  private row(line: HalfUploadLine): HTMLElement {
    const item = el(
      "li",
      { class: "stack" },
      el("b", {}, el("bdi", {}, line.path)),
      el("span", { class: "q2" }, standing(line, this.place.dataset.zone ?? "UTC")),
    );
    if (line.state === "whole" && line.exhibit_id) return item;
    const buttons = el("div", { class: "row wrap" });
    if (this.goOn && line.is_mine && line.state === "open") buttons.append(this.goOnButton(line, this.goOn));
    const away = el(
      "button",
      { class: "btn small", type: "button" },
      line.state === "open" ? t("Throw away") : t("Take off this list"),
    );
    away.addEventListener("click", () => void this.throwAway(line, away));
    buttons.append(away);
    for (const button of buttons.querySelectorAll("button")) button.append(el("span", { class: "sr" }, ` ${line.path}`));
    item.append(buttons);
    return item;
  }

  private goOnButton(line: HalfUploadLine, goOn: (line: HalfUploadLine, file: File) => void): HTMLElement {
    const button = el("button", { class: "btn small", type: "button" }, t("Go on"));
    button.addEventListener("click", () => {
      const chooser = el("input", { type: "file" });
      chooser.addEventListener("change", () => {
        const file = chooser.files?.[0];
        if (file && isSame(line, file)) goOn(line, file);
        else if (file)
          this.tell([t("{path}: this is another file. Its name, size or time of change differs.", { path: line.path })]);
      });
      chooser.click();
    });
    return button;
  }

  private async throwAway(line: HalfUploadLine, button: HTMLButtonElement): Promise<void> {
    const question = t("Throw this file away?");
    const touches = [
      line.path,
      t("{size} of it are erased; it can be sent again from its beginning.", { size: size(line.received_bytes) }),
    ];
    if (line.state !== "refused" && !(await ask(button, { question, touches, yes: t("Throw away") }))) return;
    try {
      await call("DELETE", `/api/v1/uploads/${line.id}`);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.tell(error.faults);
    }
    await this.look();
  }
}

/** Whether a chosen file is the one that is half received; a folder's name is not known of a file that is chosen alone. */
export function isSame(line: HalfUploadLine, file: File): boolean {
  const name = line.path.slice(line.path.lastIndexOf("/") + 1);
  return (
    name === file.name.replace(/\p{Surrogate}/gu, "\u{fffd}") &&
    line.size_bytes === file.size &&
    (line.modified_ms === null || line.modified_ms === file.lastModified)
  );
}

function standing(line: HalfUploadLine, zone: string): string {
  if (line.state === "whole" && line.exhibit_id) return t("All of it came; it is being put together.");
  if (line.state === "refused") return t("Not taken: {why}", { why: word("upload_failure", line.failure ?? "failed") });
  const values = { part: size(line.received_bytes), all: size(line.size_bytes), name: line.sent_by };
  const until = t("Waits until {day}.", { day: day(line.expires_at, zone) });
  const said = line.is_mine ? t("{part} of {all} came.", values) : t("{part} of {all} came from {name}.", values);
  return `${said} ${until}`;
}
