/** The gallery's screen: its bar, what it is narrowed to, and the rows of tiles of which those in sight are in the document. */
import { useComputed } from "@preact/signals";
import { Component } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { t, tn } from "../core/i18n";
import { Choice } from "../shared/choice";
import { Icon, Key } from "../shared/icon";
import { Space } from "../shared/space";
import { useWindow } from "../shared/window";
import { type GalleryController, SIZES } from "./controller";
import { Bulk, Undo, Unsent } from "./bulk";
import { Facets, Tokens } from "./facets";
import { type Order, orderOf } from "./filter";
import { isSameRow, type Row } from "./rows";
import { Stack } from "./stack";
import { Tile } from "./tile";

/** The width of a tile by its size, in rem: the same as in gallery.css. */
const TILE_REM = [5, 6, 7.5, 10, 14];
const GAP_REM = 0.375;
/** What a row of tiles has beyond its tiles' width, in rem, and how high a day's heading is: as drawn, so that a row that comes into
 *  sight moves nothing. */
const CAPTION_REM = 1.6875;
const DAY_REM = 1.5;
/** Rows before the end at which the next window is asked for: some seconds of a held key. */
const ROWS_AHEAD = 12;
/** Rows of tiles beyond either edge: each is several tiles. */
const ROWS_BEYOND = 1;

function rem(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
}

export function GalleryView({ controller }: { controller: GalleryController }) {
  return (
    <>
      <Bar controller={controller} />
      <Tokens controller={controller} />
      <div class="gal">
        <Facets controller={controller} />
        <div class="gal-main">
          <Fold controller={controller} />
          <Tiles controller={controller} />
          <Bulk controller={controller} />
          <p class="keysline q2">
            <Undo controller={controller} />
            <span>
              <Key name="X" /> {t("choose")}
            </span>
            <span>
              <Key name="1" /> <Key name="2" /> <Key name="3" /> {t("mark")}
            </span>
            {controller.grading.value && (
              <span>
                <Key name="Shift 0–9" /> {t("grade")}
              </span>
            )}
            <span>
              <Key name={t("Space")} /> {t("hold to see")}
            </span>
            <span>
              <Key name="Enter" /> {t("open its page")}
            </span>
            <span>
              <Key name="O" /> {t("open its stack")}
            </span>
            <Unsent controller={controller} />
          </p>
        </div>
      </div>
    </>
  );
}

function Bar({ controller }: { controller: GalleryController }) {
  const order = orderOf(controller.filter.value);
  const orders: [Order, string][] = [
    ["time", t("Newest first")],
    ["path", t("By path")],
    ...(order === "likeness" ? [["likeness", t("Most alike first")] as [Order, string]] : []),
  ];
  return (
    <div class="bar">
      <h1>{t("Material")}</h1>
      <a href={`${controller.facts.base}/grading`}>{t("Grades")}</a>
      <span class="push row wrap">
        <Choice
          narrow
          label={t("Order")}
          options={orders}
          value={order}
          choose={(chosen) => controller.setOrder(chosen as Order)}
        />
        <MoreLike controller={controller} />
        <span class="sizer">
          <button class="btn icon quiet" type="button" aria-label={t("Smaller tiles")} onClick={() => controller.resize(-1)}>
            <Icon name="minus" />
          </button>
          <input
            type="range"
            min="1"
            max={SIZES.length}
            aria-label={t("Size of the tiles")}
            value={controller.size.value}
            onInput={(event) => {
              controller.size.value = Number(event.currentTarget.value);
            }}
          />
          <button class="btn icon quiet" type="button" aria-label={t("Larger tiles")} onClick={() => controller.resize(1)}>
            <Icon name="plus" />
          </button>
        </span>
      </span>
    </div>
  );
}

function MoreLike({ controller }: { controller: GalleryController }) {
  const hasPhoto = useComputed(() => controller.at.value?.kind === "photo").value;
  return (
    <button
      class="btn"
      type="button"
      disabled={!hasPhoto}
      title={t("Photos of the same material that look most like the one at the cursor")}
      onClick={() => controller.orderLike(controller.cursor.peek())}
    >
      {t("More like this")}
    </button>
  );
}

function Fold({ controller }: { controller: GalleryController }) {
  const { seen = 0, judged = 0 } = controller.counts.value ?? {};
  const { unfolded } = controller.filter.value;
  if (!seen && !judged && !unfolded) return null;
  return (
    <div class="gal-fold">
      <Icon name="eyeoff" />
      <span>
        {unfolded
          ? t("What was seen, marked or graded stands among the rest.")
          : t("Folded away, so that nobody looks twice: {seen} seen by you, {judged} others marked or graded.", { seen, judged })}
      </span>
      <button class="btn small push" type="button" aria-keyshortcuts="E" onClick={() => controller.toggleFold()}>
        {unfolded ? t("Fold away") : t("Show")} <Key name="E" />
      </button>
    </div>
  );
}

function Tiles({ controller }: { controller: GalleryController }) {
  const rows = controller.rows.value;
  const at = controller.row.value;
  const columns = controller.columns.value;
  // Asked again only with another width: to ask in the midst of drawing has all styles computed at once.
  const unit = useMemo(rem, [columns]);
  const width = (TILE_REM[controller.size.value - 1] ?? 7.5) * unit;
  const height = (row: Row): number => (row.what === "day" ? DAY_REM * unit : width + CAPTION_REM * unit);
  const list = useWindow<Row>(rows, at, height, { beyond: ROWS_BEYOND, isBeyondLater: true });
  const holder = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = holder.current;
    if (!element) return;
    const count = (): void => {
      const gap = GAP_REM * unit;
      controller.columns.value = Math.max(1, Math.floor((element.clientWidth - gap) / (width + gap)));
    };
    count();
    const seen = new ResizeObserver(count);
    seen.observe(element);
    return () => seen.disconnect();
  }, [width, unit, controller]);
  const last = list.pieces.findLast((piece) => piece.item)?.at ?? -1;
  useEffect(() => {
    if (last >= rows.length - ROWS_AHEAD) void controller.more();
  }, [last, rows.length, controller, controller.loading.value]);
  return (
    <div class="gal-hold" ref={holder}>
      <ol class="gal-scroll" data-size={controller.size.value} tabIndex={-1} ref={list.scroller} aria-label={t("Media")}>
        {list.pieces.map((piece) =>
          piece.item === undefined ? (
            <Space key={`space ${piece.at}`} height={piece.height} />
          ) : (
            <RowView key={piece.item.id} controller={controller} row={piece.item} at={piece.at} measure={list.measure} />
          ),
        )}
        <End controller={controller} />
      </ol>
    </div>
  );
}

interface RowProps {
  controller: GalleryController;
  row: Row;
  at: number;
  measure: (item: HTMLLIElement | null) => void;
}

/** Drawn anew only when it holds something else: the cursor and the scroll change none but those that come and go. */
class RowView extends Component<RowProps> {
  override shouldComponentUpdate(next: RowProps): boolean {
    return next.at !== this.props.at || !isSameRow(next.row, this.props.row);
  }

  override render({ controller, row, at, measure }: RowProps) {
    return (
      <li ref={measure} data-index={at} class={row.what}>
        {row.what === "day" && (
          <>
            <h2>
              <bdi>{row.day || t("No usable date in the file")}</bdi>
              {row.until !== row.day && (
                <>
                  {" – "}
                  <bdi>{row.until}</bdi>
                </>
              )}
            </h2>
            {row.tiles !== null && <span class="q">{tn("{n} tile", "{n} tiles", row.tiles)}</span>}
          </>
        )}
        {row.what === "tiles" && (
          <ol class="tiles-row">
            {row.tiles.map((tile) => (
              <Tile key={tile.id} controller={controller} tile={tile} namesDay={row.isMixed} />
            ))}
          </ol>
        )}
        {row.what === "stack" && <Stack controller={controller} tile={row.tile} />}
      </li>
    );
  }
}

function End({ controller }: { controller: GalleryController }) {
  if (controller.failure.value) {
    return (
      <li class="notice danger" role="alert">
        <Icon name="warn" />
        <div>
          {controller.failure.value}{" "}
          <button
            class="btn small"
            type="button"
            onClick={() => {
              controller.failure.value = "";
              void controller.more();
            }}
          >
            {t("Try again")}
          </button>
        </div>
      </li>
    );
  }
  if (controller.loading.value) return <li class="q">{t("Loading…")}</li>;
  if (orderOf(controller.filter.value) === "likeness" && controller.whole.value)
    return (
      <li class="q">
        {controller.tiles.value.length
          ? t("What follows looks no more like it. Material of other owners is compared by leads and searches.")
          : t("Nothing that fits these filters looks like it.")}
      </li>
    );
  if (controller.tiles.value.length) return null;
  const counts = controller.counts.value;
  const isFolded = !controller.filter.value.unfolded && !!counts?.media;
  return (
    <li class="panel void">
      <p>
        {isFolded
          ? t("All that fits these filters was seen by you, marked or graded.")
          : Object.keys(controller.filter.value.narrowed).length
            ? t("No medium that you may see fits these filters.")
            : t("There is no medium that you may see. Some roles open no material.")}
      </p>
    </li>
  );
}
