/** The marks on the lead's pictures, and where a new one or a change begins. */
import { t } from "../core/i18n";
import { Icon } from "../shared/icon";
import { Name } from "../shared/name";
import { type MarkProps, type Marking, nameOf } from "./mark-form";
import { Act, Faults, Time } from "../shared/parts";
import { boxOf } from "../shared/box";
import { sideName } from "./sides";

export function Notes({ controller, page, viewer, marking }: MarkProps) {
  const begin = (next: Marking) => {
    viewer.mode.value = "side";
    viewer.reset();
    marking.value = next;
    document.querySelector(".cmp")?.scrollIntoView({ block: "start" });
  };
  const start = (side: number) => begin({ side, box: null, note: "", begun: "", changes: null, theirs: null });
  return (
    <section class="panel" aria-labelledby="no">
      <header>
        <h2 id="no">{t("Marks")}</h2>
        <span class="q">{page.annotations.length || ""}</span>
        {page.permissions.annotate_lead && !marking.value && (
          <span class="row push">
            {page.sides.map(
              (side) =>
                side.face &&
                !side.is_pair_only && (
                  <button key={side.side} class="btn small" type="button" onClick={() => start(side.side)}>
                    <Icon name="box" />
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
                      const { id, version, side, note, box } = annotation;
                      begin({ side, box: boxOf(box), note, begun: note, changes: { id, version }, theirs: null });
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
