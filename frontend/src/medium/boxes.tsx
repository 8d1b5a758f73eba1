/** Faces that people draw because the detector missed them, and boxes that they take away because no face is there. */
import { type Signal, signal } from "@preact/signals";
import { call, type Method, Refusal, serverNow } from "../core/api";
import { rich, t } from "../core/i18n";
import type { DrawnBox, FaceInMedium, MediumBoxes, MediumPage, TakenBox } from "../shared/answers";
import { Name } from "../shared/name";
import type { PageFacts } from "../shared/page-facts";
import { Act, type Acting, Faults, Time } from "../shared/parts";
import { type Box, selectorOf } from "../shared/box";
import { BoxFields } from "./box-fields";

const LOOK_AGAIN_MS = 2000;

export class BoxesController implements Acting {
  readonly boxes: Signal<MediumBoxes | null> = signal(null);
  /** The box that is being drawn; null while nothing is drawn, and before the first stroke `empty`. */
  readonly drawing: Signal<{ box: Box | null } | null> = signal(null);
  readonly offline = signal(false);
  readonly busy = signal("");
  readonly now = signal(serverNow());
  readonly told = { faults: signal<Record<string, readonly string[]>>({}) };

  /** changed: the page's faces are others now. */
  constructor(
    readonly facts: PageFacts,
    readonly id: string,
    private readonly changed: () => Promise<void>,
  ) {
    void this.ask();
  }

  private get path(): string {
    return `/api/v1/items/${this.id}`;
  }

  async ask(): Promise<void> {
    const waited = this.waits;
    try {
      this.boxes.value = await call<MediumBoxes>("GET", `${this.path}/boxes`);
      this.now.value = serverNow();
    } catch (error) {
      // The page says already that the medium is not there.
      if (!(error instanceof Refusal)) throw error;
    }
    if (waited && !this.waits) await this.changed();
    if (this.waits) window.setTimeout(() => void this.ask(), LOOK_AGAIN_MS);
  }

  /** Whether a worker has still to describe a drawn face. */
  private get waits(): boolean {
    return this.boxes.peek()?.drawn.some((drawn) => drawn.state === "waiting") ?? false;
  }

  async send<T = unknown>(part: string, method: Method, path: string, body?: unknown): Promise<T | null> {
    if (this.busy.peek()) return null;
    this.busy.value = part;
    this.told.faults.value = {};
    try {
      const answer = await call<T>(method, path, body);
      await Promise.all([this.ask(), this.changed()]);
      return answer ?? ({} as T);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.told.faults.value = { [part]: error.faults };
      return null;
    } finally {
      this.busy.value = "";
    }
  }

  /** Send what is drawn; without a box it is said what is missing. */
  async draw(): Promise<void> {
    const box = this.drawing.peek()?.box;
    if (!box) {
      this.told.faults.value = { draw: [t("Draw a box on the picture first, or type its numbers.")] };
      return;
    }
    const done = await this.send("draw", "POST", `${this.path}/faces`, { box: selectorOf(box) });
    // Not what was drawn meanwhile: it waits to be sent.
    if (done !== null && this.drawing.peek()?.box === box) this.drawing.value = null;
  }
}

/** Beside «Faces»: draw one that was missed. */
export function DrawTools({ controller, page }: { controller: BoxesController; page: MediumPage }) {
  const { boxes, drawing } = controller;
  const now = drawing.value;
  if (!boxes.value?.may_draw || page.kind !== "photo" || !page.has_picture) return null;
  if (!now) {
    return (
      <p class="body">
        <button
          class="btn small"
          type="button"
          onClick={() => {
            drawing.value = { box: null };
            document.querySelector(".whole")?.scrollIntoView({ block: "start" });
          }}
        >
          {t("Draw a face that was missed")}
        </button>
      </p>
    );
  }
  return (
    <div class="body stack" role="group" aria-label={t("Draw a face that was missed")}>
      <Faults controller={controller} part="draw" />
      <p class="q">{t("Draw a box around the face on the picture, or type its numbers. Only one face, from chin to hair.")}</p>
      <BoxFields
        of="face"
        box={now.box}
        set={(box) => {
          drawing.value = { box };
        }}
      />
      <div class="row">
        <Act controller={controller} part="draw" kind="main" act={() => void controller.draw()}>
          {t("This is a face")}
        </Act>
        <button
          class="btn"
          type="button"
          onClick={() => {
            drawing.value = null;
          }}
        >
          {t("Cancel")}
        </button>
      </div>
    </div>
  );
}

/** What people said of the boxes: drawn faces that wait or have none, and boxes that can be given back. */
export function BoxesSaid({ controller }: { controller: BoxesController }) {
  const boxes = controller.boxes.value;
  const waiting = boxes?.drawn.filter((drawn) => drawn.face_id === null) ?? [];
  if (!boxes || !(waiting.length || boxes.taken_away.length || controller.told.faults.value.take)) return null;
  return (
    <div class="body stack">
      <Faults controller={controller} part="take" />
      {waiting.map((drawn) => (
        <p key={drawn.id} class="q2">
          {drawn.state === "waiting" ? t("A drawn face is being described.") : t("The picture could not be decoded again.")}{" "}
          <SaidBy controller={controller} said={drawn} />
        </p>
      ))}
      {boxes.taken_away.length > 0 && (
        <details>
          <summary>{t("Boxes taken away: {n}", { n: boxes.taken_away.length })}</summary>
          {boxes.taken_away.map((taken) => (
            <p key={taken.id} class="row wrap">
              <SaidBy controller={controller} said={taken} />
              {boxes.may_draw && (
                <Act
                  controller={controller}
                  part="take"
                  kind="small quiet"
                  act={() => controller.send("take", "POST", `/api/v1/face-acts/${taken.id}/undo`)}
                >
                  {t("Give the box back")}
                </Act>
              )}
            </p>
          ))}
        </details>
      )}
    </div>
  );
}

function SaidBy({ controller, said }: { controller: BoxesController; said: DrawnBox | TakenBox }) {
  return (
    <span class="q2">
      <Name who={said.by} /> · <Time controller={controller} at={said.at} />
    </span>
  );
}

/** Of one face in the list: who drew it, what came of it, that it is another person than the machine says, and that no face
 *  is there. */
export function FaceSaid({ controller, face }: { controller: BoxesController; face: FaceInMedium }) {
  const boxes = controller.boxes.value;
  const drawn = boxes?.drawn.find((each) => each.face_id === face.id);
  return (
    <>
      {drawn && <span class="chip">{rich("drawn by {name}", { name: <Name who={drawn.by} /> })}</span>}
      {drawn?.state === "no_face" && (
        <span class="q2">{t("No face can be aligned in it: it is kept, and compared with nothing.")}</span>
      )}
      {face.is_joined && <span class="chip">{t("one person with another face here, says the machine")}</span>}
      {face.is_joined && boxes?.may_draw && (
        <Act
          controller={controller}
          part="take"
          kind="small"
          act={() =>
            controller.send("take", "POST", `/api/v1/operations/${controller.facts.operation}/persons/split`, {
              number: face.person,
              faces: [face.id],
            })
          }
        >
          {t("They are two people")}
        </Act>
      )}
      {boxes?.may_draw && (
        <Act
          controller={controller}
          part="take"
          kind="small quiet"
          act={() => controller.send("take", "DELETE", `/api/v1/faces/${face.id}`)}
        >
          {t("No face here")}
        </Act>
      )}
    </>
  );
}
