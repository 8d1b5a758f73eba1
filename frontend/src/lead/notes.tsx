/** What people say about the lead: marks on the pictures and comments. Every mark can be drawn, or typed as four numbers. */
import type { Signal } from "@preact/signals";
import { rich, t } from "../core/i18n";
import { Icon, Key } from "../shared/icon";
import { Name } from "../shared/name";
import { sideName } from "./sides";
import type { LeadController } from "./controller";
import { Act, Faults, Field, submitting, Time } from "./parts";
import { type Box, fromRegion, inside, toRegion } from "./region";
import type { Annotation, LeadPage, Side } from "./types";
import type { Viewer } from "./viewer";

/** What is being marked: a new region on a side, or one's own annotation that is being changed. */
export interface Marking {
  side: number;
  box: Box | null;
  note: string;
  changes: { id: string; version: number } | null;
  /** The other's text, when somebody changed the same annotation meanwhile. */
  theirs: Annotation | null;
}

function sideOf(page: LeadPage, number: number): Side | undefined {
  return page.sides.find((side) => side.side === number);
}

function nameOf(page: LeadPage, number: number): string {
  const side = sideOf(page, number);
  return side ? sideName(side) : "";
}

interface NotesProps {
  controller: LeadController;
  page: LeadPage;
  viewer: Viewer;
  marking: Signal<Marking | null>;
}

const NEW_BOX: Box = { x: 35, y: 35, w: 20, h: 20 };

/** The form stands right under the pictures, where the region is drawn. */
export function MarkPanel({ controller, page, viewer, marking }: NotesProps) {
  if (!marking.value) return null;
  return <MarkForm controller={controller} page={page} viewer={viewer} marking={marking} now={marking.value} />;
}

export function Notes({ controller, page, viewer, marking }: NotesProps) {
  const begin = (next: Marking) => {
    viewer.mode.value = "side";
    viewer.reset();
    marking.value = next;
    document.querySelector(".cmp")?.scrollIntoView({ block: "start" });
  };
  const start = (side: number) => begin({ side, box: null, note: "", changes: null, theirs: null });
  return (
    <section class="panel" aria-labelledby="no">
      <header>
        <h2 id="no">{t("Marks")}</h2>
        <span class="q">{page.annotations.length || ""}</span>
        {page.permissions.annotate_lead && !marking.value && (
          <span class="row push">
            {page.sides.map(
              (side) =>
                side.face && (
                  <button key={side.side} class="btn small" type="button" onClick={() => start(side.side)}>
                    <Icon name="region" />
                    {t("Mark {name}", { name: sideName(side) })}
                  </button>
                ),
            )}
          </span>
        )}
      </header>
      <div class="body stack">
        {!marking.value && <Faults controller={controller} part="mark" />}
        {!page.annotations.length && !marking.value && <p class="q">{t("Nothing is marked yet.")}</p>}
        <ol class="notes">
          {page.annotations.map((annotation, index) => (
            <li key={annotation.id} value={index + 1}>
              <span class="b">{index + 1}</span>
              <span>
                {annotation.note}{" "}
                <span class="q">
                  {nameOf(page, annotation.side)} · <Name who={annotation.author} /> ·{" "}
                  <Time controller={controller} at={annotation.changed_at} />
                </span>
              </span>
              {annotation.mine && (
                <span class="row">
                  <button
                    class="btn small quiet"
                    type="button"
                    onClick={() => {
                      const { id, version, side, note, region } = annotation;
                      begin({ side, box: fromRegion(region), note, changes: { id, version }, theirs: null });
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
          ))}
        </ol>
      </div>
    </section>
  );
}

function MarkForm({ controller, page, viewer, marking, now }: NotesProps & { now: Marking }) {
  const set = (change: Partial<Marking>) => {
    marking.value = { ...now, ...change };
  };
  const numbers: (keyof Box)[] = ["x", "y", "w", "h"];
  const names: Record<keyof Box, string> = {
    x: t("From the left, %"),
    y: t("From the top, %"),
    w: t("Width, %"),
    h: t("Height, %"),
  };
  return (
    <form
      class="stack body mark-form"
      aria-label={t("Mark")}
      onSubmit={async (event) => {
        event.preventDefault();
        if (await saveMark(controller, page, now, set)) marking.value = null;
      }}
    >
      <Faults controller={controller} part="mark" />
      <p class="q2">
        {t("Draw on {name} while it is clear, or type the place as numbers. A mark without a place is a note on that side.", {
          name: nameOf(page, now.side),
        })}{" "}
        <button class="btn small" type="button" onClick={() => viewer.toggle()}>
          {viewer.lasting.value ? t("Veil") : t("Show for 30 s")}
        </button>
      </p>
      <div class="cols four">
        {numbers.map((name) => (
          <Field key={name} id={`mark-${name}`} label={names[name]}>
            <input
              class="in"
              id={`mark-${name}`}
              type="number"
              min="0"
              max="100"
              step="0.1"
              value={now.box ? now.box[name].toFixed(1) : ""}
              onChange={(event) => set({ box: inside({ ...(now.box ?? NEW_BOX), [name]: Number(event.currentTarget.value) }) })}
            />
          </Field>
        ))}
      </div>
      <Field id="mark-note" label={t("What is seen there")}>
        <textarea
          class="in"
          id="mark-note"
          required
          maxLength={4000}
          value={now.note}
          onInput={(event) => set({ note: event.currentTarget.value })}
        />
      </Field>
      {now.theirs && <Versus theirs={now.theirs} now={now} set={set} />}
      <div class="row">
        <button type="submit" class="btn main" disabled={controller.offline.value || !!now.theirs}>
          {t("Save the mark")}
        </button>
        <button
          class="btn"
          type="button"
          onClick={() => {
            marking.value = null;
          }}
        >
          {t("Cancel")} <Key name="Esc" />
        </button>
      </div>
    </form>
  );
}

/** Send the mark; on a conflict keep what was written and show the other's beside it. Nobody's words are overwritten unseen. */
async function saveMark(
  controller: LeadController,
  page: LeadPage,
  now: Marking,
  set: (change: Partial<Marking>) => void,
): Promise<boolean> {
  const region = now.box ? toRegion(now.box) : null;
  if (now.changes) {
    const { id, version } = now.changes;
    if (await controller.send("mark", "PATCH", `/api/v1/annotations/${id}`, { version, region, note: now.note })) return true;
    await controller.ask();
    const theirs = controller.page.peek()?.annotations.find((annotation) => annotation.id === id);
    if (theirs && theirs.version !== version) set({ theirs });
    return false;
  }
  const face = sideOf(page, now.side)?.face;
  const body = { ...(face ? { face_id: face.id } : {}), region, note: now.note };
  return (await controller.send("mark", "POST", `${controller.path}/annotations`, body)) !== null;
}

function Versus({ theirs, now, set }: { theirs: Annotation; now: Marking; set: (change: Partial<Marking>) => void }) {
  const changes = { id: theirs.id, version: theirs.version };
  const keep = (note: string) => set({ note, changes, theirs: null });
  return (
    <div class="stack" role="alert">
      <p>{t("This mark was changed while you wrote.")}</p>
      <div class="versus">
        <div>
          <b>{t("Yours")}</b>
          <p class="q2">{now.note}</p>
        </div>
        <div>
          <b>
            <Name who={theirs.author} />
          </b>
          <p class="q2">{theirs.note}</p>
        </div>
      </div>
      <div class="row wrap">
        <button class="btn" type="button" onClick={() => keep(now.note)}>
          {t("Keep mine")}
        </button>
        <button class="btn" type="button" onClick={() => keep(theirs.note)}>
          {t("Keep theirs")}
        </button>
        <button class="btn" type="button" onClick={() => keep(`${theirs.note}\n${now.note}`)}>
          {t("Keep both")}
        </button>
      </div>
    </div>
  );
}

export function Comments({ controller, page }: { controller: LeadController; page: LeadPage }) {
  return (
    <section class="panel" aria-labelledby="co">
      <header>
        <h2 id="co">{t("Comments")}</h2>
        <span class="q">{page.comments.length || ""}</span>
      </header>
      <div class="body stack">
        <Faults controller={controller} part="comment" />
        {!page.comments.length && <p class="q">{t("Nobody has commented yet.")}</p>}
        <ol class="comments">
          {page.comments.map((comment) => (
            <li key={comment.id}>
              <p class="q">
                {rich("{name}, {time}", {
                  name: (
                    <b class="q2">
                      <Name who={comment.author} />
                    </b>
                  ),
                  time: <Time controller={controller} at={comment.created_at} />,
                })}
              </p>
              <p lang={comment.language} dir="auto">
                {comment.body}
              </p>
            </li>
          ))}
        </ol>
        {page.permissions.comment_on_lead && (
          <form
            class="stack"
            onSubmit={submitting(({ body, language }) =>
              controller.send("comment", "POST", `${controller.path}/comments`, { body, language }),
            )}
          >
            <Field
              id="co-body"
              label={t("Comment")}
              hint={t("No opinion on the pair here: the next examiner must not read yours.")}
            >
              <textarea class="in" id="co-body" name="body" required maxLength={8000} dir="auto" />
            </Field>
            <div class="row">
              <label class="row">
                <span class="q2">{t("Written in")}</span>
                <select class="in auto" name="language">
                  {["en", "es", "pt", "fr", "ar"].map((code) => (
                    <option key={code} value={code} selected={code === document.documentElement.lang}>
                      {code}
                    </option>
                  ))}
                </select>
              </label>
              <button type="submit" class="btn push" disabled={controller.offline.value}>
                {t("Comment")}
              </button>
            </div>
          </form>
        )}
      </div>
    </section>
  );
}
