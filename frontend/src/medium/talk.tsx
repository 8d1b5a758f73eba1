/** What people say of a medium, and what they mark in it. Its data is asked for apart from the page's. */
import { type ReadonlySignal, type Signal, signal, useSignal } from "@preact/signals";
import { call, type Method, Refusal, serverNow } from "../core/api";
import { t } from "../core/i18n";
import type { MediumAnnotation, MediumPage, MediumTalk } from "../shared/answers";
import { dropDraft } from "../shared/keeping";
import { Name } from "../shared/name";
import type { PageFacts } from "../shared/page-facts";
import { Act, type Acting, Faults, Field, submitting, Time } from "../shared/parts";
import { type Box, boxOf, selectorOf } from "../shared/box";
import { Threads } from "../shared/threads";
import { length } from "../shared/time";
import { BoxFields } from "./box-fields";

const FRESH_MS = 30_000;

/** What is being marked: a new note, or a change of one; box: in per cent of the picture's sides. */
export interface Marking {
  box: Box | null;
  face: string | null;
  changes: MediumAnnotation | null;
}

export class TalkController implements Acting {
  readonly talk: Signal<MediumTalk | null> = signal(null);
  readonly marking: Signal<Marking | null> = signal(null);
  readonly offline: ReadonlySignal<boolean> = signal(false);
  readonly busy = signal("");
  readonly now = signal(serverNow());
  readonly told = { faults: signal<Record<string, readonly string[]>>({}) };

  constructor(
    readonly facts: PageFacts,
    readonly id: string,
  ) {
    void this.ask();
    window.addEventListener("focus", () => void this.ask());
    window.setInterval(() => document.hidden || void this.ask(), FRESH_MS);
  }

  get path(): string {
    return `/api/v1/items/${this.id}`;
  }

  async ask(): Promise<void> {
    try {
      this.talk.value = await call<MediumTalk>("GET", `${this.path}/talk`);
      this.now.value = serverNow();
    } catch (error) {
      // The page says already that the medium is not there.
      if (!(error instanceof Refusal)) throw error;
    }
  }

  async send<T = unknown>(part: string, method: Method, path: string, body?: unknown): Promise<T | null> {
    if (this.busy.peek()) return null;
    this.busy.value = part;
    this.tell(part, []);
    try {
      const answer = await call<T>(method, path, body);
      await this.ask();
      return answer ?? ({} as T);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.tell(part, error.faults);
      await this.ask();
      return null;
    } finally {
      this.busy.value = "";
    }
  }

  private tell(part: string, faults: readonly string[]): void {
    this.told.faults.value = { ...this.told.faults.peek(), [part]: faults };
  }

  /** Stop marking; what was written in the form is put away. */
  stop(): void {
    dropDraft("medium-mark");
    this.marking.value = null;
  }
}

export function Talk({ controller, page }: { controller: TalkController; page: MediumPage }) {
  const talk = controller.talk.value;
  if (!talk) return null;
  return (
    <>
      <Marks controller={controller} page={page} talk={talk} />
      <Threads
        controller={controller}
        comments={talk.comments}
        may={talk.may_comment}
        path={controller.path}
        hint={t("Everybody who can see this medium can read it.")}
      />
    </>
  );
}

function Marks({ controller, page, talk }: { controller: TalkController; page: MediumPage; talk: MediumTalk }) {
  const { marking } = controller;
  return (
    <section class="panel" aria-labelledby="marks-h">
      <header>
        <h2 id="marks-h">{t("Marks")}</h2>
        <span class="q">{talk.annotations.length || ""}</span>
        <span class="push row wrap">
          {talk.may_export && (talk.annotations.length > 0 || talk.comments.length > 0) && (
            <a class="btn small" href={`${controller.path}/annotations.jsonld`} download data-asks-passkey>
              {t("Export (W3C)")}
            </a>
          )}
          {talk.may_annotate && !marking.value && (
            <button
              class="btn small"
              type="button"
              onClick={() => {
                marking.value = { box: null, face: null, changes: null };
              }}
            >
              {t("Mark something")}
            </button>
          )}
        </span>
      </header>
      <div class="body stack">
        {marking.value && <MarkForm controller={controller} page={page} now={marking.value} />}
        {!marking.value && <Faults controller={controller} part="mark" />}
        {!talk.annotations.length && !marking.value && <p class="q">{t("Nothing is marked yet.")}</p>}
        <ol class="notes">
          {talk.annotations.map((annotation, index) => (
            <Mark key={annotation.id} controller={controller} annotation={annotation} number={index + 1} page={page} />
          ))}
        </ol>
      </div>
    </section>
  );
}

interface MarkProps {
  controller: TalkController;
  annotation: MediumAnnotation;
  number: number;
  page: MediumPage;
}

function Mark({ controller, annotation, number, page }: MarkProps) {
  const face = page.faces.findIndex((each) => each.id === annotation.face_id) + 1;
  return (
    <li value={number}>
      <span class="b">{number}</span>
      <span>
        {annotation.note}{" "}
        <span class="q">
          {face > 0 && <>{t("face {n}", { n: face })} · </>}
          {annotation.at_s !== null && (
            <>
              <bdi dir="ltr">
                {length(annotation.at_s)}
                {annotation.until_s !== null && `–${length(annotation.until_s)}`}
              </bdi>{" "}
              ·{" "}
            </>
          )}
          <Name who={annotation.author} /> · <Time controller={controller} at={annotation.changed_at} />
        </span>
      </span>
      {annotation.mine && controller.talk.value?.may_annotate && (
        <span class="row">
          <button
            class="btn small quiet"
            type="button"
            onClick={() => {
              controller.marking.value = {
                box: boxOf(annotation.box),
                face: annotation.face_id,
                changes: annotation,
              };
            }}
          >
            {t("Change")}
          </button>
          <Act
            controller={controller}
            part="mark"
            kind="small quiet"
            act={() => controller.send("mark", "DELETE", `/api/v1/annotations/${annotation.id}`)}
          >
            {t("Remove")}
          </Act>
        </span>
      )}
    </li>
  );
}

function MarkForm({ controller, page, now }: { controller: TalkController; page: MediumPage; now: Marking }) {
  // A form that was sent is emptied, which changes its numbers: by then nothing is marked any more.
  const set = (box: Box) => {
    const marking = controller.marking.peek();
    if (marking) controller.marking.value = { ...marking, box };
  };
  const face = useSignal(now.face ?? "");
  return (
    <form
      autocomplete="off"
      class="stack"
      data-draft="medium-mark"
      onSubmit={submitting(async ({ note, at_s, until_s }) => {
        const box = now.box ? selectorOf(now.box) : null;
        const time = { at_s: at_s ? Number(at_s) : null, until_s: until_s ? Number(until_s) : null };
        const done = now.changes
          ? await controller.send("mark", "PATCH", `/api/v1/annotations/${now.changes.id}`, {
              version: now.changes.version,
              box,
              note,
            })
          : await controller.send("mark", "POST", `${controller.path}/annotations`, {
              box,
              note,
              face_id: face.peek() || null,
              ...(page.duration_s === null ? {} : time),
            });
        if (done !== null) controller.stop();
        return done;
      })}
    >
      <Faults controller={controller} part="mark" />
      {page.has_picture && <p class="q">{t("Draw a box on the picture, type its numbers, or note something on all of it.")}</p>}
      {page.has_picture && <BoxFields of="mark" box={now.box} set={set} />}
      {page.faces.length > 0 && !now.changes && (
        <Field id="mark-face" label={t("Face")}>
          <select
            class="in"
            id="mark-face"
            value={face.value}
            onChange={(event) => {
              face.value = event.currentTarget.value;
            }}
          >
            <option value="">{t("none of them")}</option>
            {page.faces.map((each, index) => (
              <option key={each.id} value={each.id}>
                {t("face {n}", { n: index + 1 })}
              </option>
            ))}
          </select>
        </Field>
      )}
      {page.duration_s !== null && !now.changes && (
        <div class="cols two">
          <Field id="mark-at" label={t("From second")}>
            <input class="in" id="mark-at" name="at_s" type="number" min="0" max={page.duration_s} step="any" />
          </Field>
          <Field id="mark-until" label={t("to second")}>
            <input class="in" id="mark-until" name="until_s" type="number" min="0" max={page.duration_s} step="any" />
          </Field>
        </div>
      )}
      <Field id="mark-note" label={t("What is seen there")}>
        <textarea class="in" id="mark-note" name="note" required maxLength={4000} defaultValue={now.changes?.note ?? ""} />
      </Field>
      <div class="row">
        <button type="submit" class="btn main">
          {t("Save the mark")}
        </button>
        <button class="btn" type="button" onClick={() => controller.stop()}>
          {t("Cancel")}
        </button>
      </div>
    </form>
  );
}
