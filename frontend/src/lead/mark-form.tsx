/** The form of one mark: its place can be drawn or typed as four numbers; nobody's words are overwritten unseen. */
import type { Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ask } from "../core/confirm";
import { t } from "../core/i18n";
import { Key } from "../shared/icon";
import { dropDraft, sendsDraftOf } from "../shared/keeping";
import { Name } from "../shared/name";
import type { LeadController } from "./controller";
import { Faults, Field } from "../shared/parts";
import { type Box, inside, selectorOf } from "../shared/box";
import { sideName } from "./sides";
import type { Annotation, LeadPage, Side } from "./types";
import type { Viewer } from "./viewer";

const NEW_BOX: Box = { x: 35, y: 35, w: 20, h: 20 };

/** What is being marked: a new box on a side, or one's own annotation that is being changed. */
export interface Marking {
  side: number;
  box: Box | null;
  note: string;
  /** The note as it stood when the form was opened. */
  begun: string;
  changes: { id: string; version: number } | null;
  /** The other's text, when somebody changed the same annotation meanwhile. */
  theirs: Annotation | null;
}

/** Leave the form of a mark; where words would be lost with it, they are asked for first. */
export async function stopMarking(marking: Signal<Marking | null>): Promise<void> {
  const now = marking.peek();
  const place = document.getElementById("mark-question");
  if (now && place && now.note.trim() !== now.begun.trim()) {
    const question = t("Throw away what you wrote in this mark?");
    if (!(await ask(place, { question, touches: [now.note.trim()], yes: t("Throw it away") }, place))) return;
  }
  if (now) dropDraft(draftName(now));
  marking.value = null;
}

function sideOf(page: LeadPage, number: number): Side | undefined {
  return page.sides.find((side) => side.side === number);
}

export function nameOf(page: LeadPage, number: number): string {
  const side = sideOf(page, number);
  return side ? sideName(side) : "";
}

const DRAFT = "mark";

/** Under which name the form is kept: a new mark of a side, or a change of one's own. */
function draftName({ side, changes }: Marking): string {
  return [DRAFT, side, ...(changes ? [changes.id] : [])].join("/");
}

/** Whether one may still write about this side: it is open, and the lead takes marks. */
export function mayMark(page: LeadPage, side: number): boolean {
  return page.permissions.annotate_lead && sideOf(page, side)?.hidden === false;
}

/** The mark that is being written, as its draft says, or null: the form is opened with it again. */
export function markingOf(draft: string, page: LeadPage): Marking | null {
  const [what, side, id] = draft.split("/");
  if (what !== DRAFT || !mayMark(page, Number(side))) return null;
  const changed = page.annotations.find((annotation) => annotation.id === id);
  if (id && !changed) return null;
  const changes = changed ? { id: changed.id, version: changed.version } : null;
  return { side: Number(side), box: null, note: changed?.note ?? "", begun: changed?.note ?? "", changes, theirs: null };
}

export interface MarkProps {
  controller: LeadController;
  page: LeadPage;
  viewer: Viewer;
  marking: Signal<Marking | null>;
}

/** The form stands right under the pictures, where the box is drawn; where its right ends it goes, and leaves its text to copy. */
export function MarkPanel({ controller, page, viewer, marking }: MarkProps) {
  const now = marking.value;
  const isOver = now !== null && !mayMark(page, now.side);
  useEffect(() => {
    if (isOver) marking.value = null;
  }, [isOver, marking]);
  if (!now || isOver) return null;
  return <MarkForm controller={controller} page={page} viewer={viewer} marking={marking} now={now} />;
}

function MarkForm({ controller, page, viewer, marking, now }: MarkProps & { now: Marking }) {
  const set = (change: Partial<Marking>) => {
    marking.value = { ...(marking.peek() ?? now), ...change };
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
      autocomplete="off"
      class="stack body mark-form"
      data-draft={draftName(now)}
      aria-label={t("Mark")}
      onSubmit={async (event) => {
        event.preventDefault();
        sendsDraftOf(event.currentTarget);
        if (!(await saveMark(controller, page, now, set))) return;
        dropDraft(draftName(now));
        marking.value = null;
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
              onChange={(event) =>
                set({ box: inside({ ...(marking.peek()?.box ?? NEW_BOX), [name]: Number(event.currentTarget.value) }) })
              }
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
        <button class="btn" type="button" onClick={() => void stopMarking(marking)}>
          {t("Cancel")} <Key name="Esc" />
        </button>
      </div>
      <div id="mark-question" tabIndex={-1} />
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
  const box = now.box ? selectorOf(now.box) : null;
  if (now.changes) {
    const { id, version } = now.changes;
    if (await controller.send("mark", "PATCH", `/api/v1/annotations/${id}`, { version, box, note: now.note })) return true;
    await controller.ask();
    const theirs = controller.page.peek()?.annotations.find((annotation) => annotation.id === id);
    if (theirs && theirs.version !== version) set({ theirs });
    return false;
  }
  const face = sideOf(page, now.side)?.face;
  const body = { ...(face ? { face_id: face.id } : {}), box, note: now.note };
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
