/** One tile: a veiled picture that a held key or pointer lifts, and what is known of it in one line. */
import { useComputed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { t, tn, word } from "../core/i18n";
import type { GalleryTile } from "../shared/answers";
import type { Given } from "../shared/grading";
import { Icon } from "../shared/icon";
import { seriesNumber } from "../shared/numbers";
import { length } from "../shared/time";
import { type GalleryController, stood } from "./controller";
import { isStack } from "./plans";

/** How long the pointer must be held before it lifts the veil; shorter opens the page. */
const HOLD_MS = 250;
/** So many signs beside time and faces fit below a tile of the middle size. */
const MOST_MARKS = 2;

interface Props {
  controller: GalleryController;
  tile: GalleryTile;
  /** The heading above it stands for several days. */
  namesDay: boolean;
}

export function Tile({ controller, tile, namesDay }: Props) {
  // A tile is drawn anew only when something of its own changes.
  const { isAt, isSeen, isChosen, isOpen, isClear } = stood(useComputed(() => controller.standing(tile)).value);
  const mark = useComputed(() => controller.markOf(tile)).value;
  const grade = useComputed(() => controller.gradeOf(tile)).value;
  // Not anew with each drawing: a press that began before the tile was drawn ends after it.
  const press = useMemo(() => held(controller, tile.id), [controller, tile.id]);
  return (
    <li
      class={isStack(tile) ? "tile stackof" : "tile"}
      data-id={tile.id}
      data-cursor={isAt ? "" : undefined}
      data-done={isSeen || mark || grade ? "" : undefined}
      data-chosen={isChosen ? "" : undefined}
      data-open={isOpen ? "" : undefined}
    >
      {picture(tile, controller.veils.get(tile.id), isClear)}
      <a
        id={`tile ${tile.id}`}
        href={controller.pageOf(tile.id)}
        aria-label={label(tile, isSeen, grade)}
        tabIndex={isAt ? 0 : -1}
        onFocus={() => {
          // The focus follows the cursor by itself; what was pressed meanwhile is not undone by it.
          if (tile.id !== controller.cursor.peek()) controller.point(tile.id);
        }}
        {...press}
      />
      <input
        class="pick"
        type="checkbox"
        checked={isChosen}
        tabIndex={isAt ? 0 : -1}
        aria-label={t("Choose")}
        onClick={(event) => {
          if (event.shiftKey) controller.chooseTo(tile.id);
          else controller.choose(tile.id);
        }}
      />
      {mark && <span class="mark-of said">{word("media_mark", mark)}</span>}
      {caption({ tile, isSeen, namesDay, grade })}
    </li>
  );
}

// What follows are parts of a tile and no components: a row that comes into sight is drawn within one frame.

function picture(tile: GalleryTile, veil: string | undefined, isClear: boolean) {
  if (!veil) {
    return (
      <span class="pic dim">
        <Icon name={tile.state === "waiting" ? "clock" : "warn"} />
        <span>{tile.state === "waiting" ? t("Still being read") : t("No picture: the file cannot be read")}</span>
      </span>
    );
  }
  return (
    <span class="pic">
      <img
        class={isClear ? undefined : "veil"}
        alt=""
        draggable={false}
        decoding="sync"
        src={isClear ? `/media/items/${tile.id}/clear` : veil}
      />
      {tile.kind === "video" && (
        <span class="mark-of">
          <Icon name="play" />
          <bdi>{length(tile.duration_s ?? 0)}</bdi>
        </span>
      )}
      {isStack(tile) && (
        <span class="mark-of end">
          <Icon name="copies" />
          <bdi>{Math.max(tile.copies, tile.paths) + tile.near_copies}</bdi>
        </span>
      )}
      <bdi class="mark-of country">{tile.country}</bdi>
    </span>
  );
}

interface CaptionProps {
  tile: GalleryTile;
  isSeen: boolean;
  namesDay: boolean;
  grade: Given | null;
}

function caption({ tile, isSeen, namesDay, grade }: CaptionProps) {
  const marks = [isSeen, grade, tile.in_conflict, tile.in_lead, tile.series.length].filter(Boolean).length;
  return (
    <span class={marks > MOST_MARKS ? "cap full" : "cap"}>
      {isSeen && (
        <span title={t("Seen by you")}>
          <Icon name="check" />
        </span>
      )}
      <bdi>{(namesDay ? tile.captured_at?.slice(5, 10) : tile.captured_at?.slice(11, 16)) ?? "–"}</bdi>
      <span class="push">
        {grade && (
          <b class="grade" title={t("graded {n} by the table of {country}", { n: grade.number, country: grade.country })}>
            <bdi>{grade.number}</bdi>
          </b>
        )}
        {tile.in_conflict && (
          <span title={t("people differ on its grade")}>
            <Icon name="warn" />
          </span>
        )}
        {tile.in_lead && (
          <span title={t("On a lead")}>
            <Icon name="claimed" />
          </span>
        )}
        {tile.series.length > 0 && (
          <span title={tile.series.map(seriesNumber).join(", ")}>
            <Icon name="note" />
          </span>
        )}
        {tile.face_count > 0 && (
          <>
            <Icon name="faces" />
            <bdi>{tile.face_count}</bdi>
            {tile.best_quality && <span class="qbar" data-quality={tile.best_quality} />}
          </>
        )}
      </span>
    </span>
  );
}

/** What a reader of screens is told of a tile. */
function label(tile: GalleryTile, isSeen: boolean, grade: Given | null): string {
  const parts = [
    tile.kind === "video" ? t("Video") : t("Photo"),
    tile.captured_at?.slice(0, 16).replace("T", " ") ?? t("no usable date"),
    tile.country,
    tile.exhibit ?? "",
    tile.face_count ? tn("{n} face", "{n} faces", tile.face_count) : "",
    tile.best_quality ? word("quality", tile.best_quality) : "",
    tile.copies > 1 ? tn("{n} copy", "{n} copies", tile.copies) : "",
    grade ? t("graded {n} by the table of {country}", { n: grade.number, country: grade.country }) : "",
    tile.in_conflict ? t("people differ on its grade") : "",
    isSeen ? t("Seen by you") : t("veiled"),
  ];
  return parts.filter(Boolean).join(", ");
}

/** A press that is held lifts the veil, a short one opens the page. */
function held(controller: GalleryController, id: string) {
  let timer: number | undefined;
  let lifted = false;
  const end = (): void => {
    window.clearTimeout(timer);
    if (lifted) controller.lifting.veil();
  };
  return {
    onPointerDown: (event: PointerEvent) => {
      if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
      lifted = false;
      controller.point(id);
      timer = window.setTimeout(() => {
        lifted = true;
        void controller.lifting.lift(id);
      }, HOLD_MS);
    },
    onPointerUp: end,
    onPointerLeave: end,
    onPointerCancel: end,
    onClick: (event: MouseEvent) => {
      // Enter, not the pointer, says yes to what is shown.
      const isYes = event.detail === 0 && controller.plan.peek() !== null;
      const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey);
      const waits = isPlain && controller.unsent.peek() > 0;
      if (lifted || isYes || waits) event.preventDefault();
      if (isYes) controller.carryOut();
      else if (waits && !lifted) controller.openWhenSent(id);
      lifted = false;
    },
    onContextMenu: (event: MouseEvent) => {
      if (lifted) event.preventDefault();
    },
    draggable: false,
  };
}
