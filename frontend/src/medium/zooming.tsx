/** What is seen of a zoomed picture: its tiles, how near it is, and how it is moved with pointer and wheel. */
import { useRef } from "preact/hooks";
import { t, word } from "../core/i18n";
import type { MediumPage } from "../shared/answers";
import { Icon, Key } from "../shared/icon";
import { type Point, tilesOf, whole } from "./view";
import type { Zoom } from "./zoom";

const WHEEL_PX = 100;

/** The tiles over the smaller picture; nothing of them is there while it is veiled. */
export function Tiles({ zoom, page }: { zoom: Zoom; page: MediumPage }) {
  const [told, part] = [zoom.tiles.value, zoom.part.value];
  if (!part || told?.state !== "made" || !told.width || !told.height || !page.width || !page.height) return null;
  const cut = { width: told.width, height: told.height };
  const picture = { width: page.width, height: page.height };
  return (
    <g class="tiles">
      {tilesOf(picture, cut, told.levels, told.tile_px, part, zoom.scale).map(({ level, column, row, ...place }) => (
        <image
          key={`${level}/${column}/${row}`}
          href={`/media/items/${page.id}/tiles/${level}/${column}/${row}`}
          preserveAspectRatio="none"
          {...place}
        />
      ))}
    </g>
  );
}

export function ZoomTools({ zoom }: { zoom: Zoom }) {
  const part = zoom.part.value;
  return (
    <>
      <button class="btn small" type="button" aria-label={t("Farther away")} aria-keyshortcuts="-" onClick={() => zoom.step(-1)}>
        −
      </button>
      <button class="btn small" type="button" aria-label={t("Nearer")} aria-keyshortcuts="+" onClick={() => zoom.step(1)}>
        +
      </button>
      <button class="btn small" type="button" aria-pressed={part !== null} aria-keyshortcuts="Z" onClick={() => zoom.toggle()}>
        {t("Own pixels")} <Key name="Z" />
      </button>
    </>
  );
}

/** How near it is, and whether its own pixels are there. */
export function ZoomState({ zoom, page, isClear }: { zoom: Zoom; page: MediumPage; isClear: boolean }) {
  const [told, part] = [zoom.tiles.value, zoom.part.value];
  if (!part) return null;
  const near = t("{n} % of its own pixels", { n: Math.round((100 * zoom.scale) / window.devicePixelRatio) });
  return (
    <p class="body row wrap q2" role="status" data-tiles={told?.state ?? undefined}>
      <bdi>{near}</bdi> <Ready zoom={zoom} page={page} isClear={isClear} />
    </p>
  );
}

function Ready({ zoom, page, isClear }: { zoom: Zoom; page: MediumPage; isClear: boolean }) {
  const told = zoom.tiles.value;
  if (zoom.refusal.value)
    return (
      <span>
        <Icon name="warn" /> {zoom.refusal.value} {t("This is the smaller picture.")}
      </span>
    );
  if (!told) return null;
  if (told.state === "refused")
    return (
      <span class="row wrap">
        <span>
          <Icon name="warn" />{" "}
          {t("Its own pixels cannot be shown: {why}. This is the smaller picture.", {
            why: word("refusal", told.refusal ?? "not_readable"),
          })}
        </span>
        <button class="btn small" type="button" onClick={() => void zoom.ask(true)}>
          {t("Try it again")}
        </button>
      </span>
    );
  if (told.state !== "made")
    return (
      <span class="row wrap">
        {told.tiles_of > 0 && <progress max={told.tiles_of} value={told.tiles_done} aria-label={t("How far it is made ready")} />}
        {t("It is being made ready in its own pixels.")}
      </span>
    );
  if (!isClear) return <span>{t("Its own pixels are ready: hold to see them.")}</span>;
  const isLess = told.width !== null && page.width !== null && told.width < page.width;
  return isLess ? <span>{t("It is too large to be shown in full: this is half its size or less.")}</span> : null;
}

/**
 * Pointer, fingers and wheel on a picture: two fingers come nearer, and one moves what is near; a page that shows all of the picture
 * is scrolled by one. busy: something is being drawn on it.
 */
export function useMoving(zoom: Zoom, isClear: boolean, busy: boolean) {
  const held = useRef(new Map<number, Point>()).current;
  const letGo = (event: PointerEvent) => {
    held.delete(event.pointerId);
  };
  // Two fingers are the picture's own: the browser would scroll the page by them.
  const keepTwo = (event: TouchEvent) => {
    if (event.touches.length > 1) event.preventDefault();
  };
  return {
    onWheel: (event: WheelEvent) => {
      // A page that is only scrolled goes on; the picture has the wheel while it is looked at.
      if (!event.ctrlKey && !isClear && !zoom.part.peek()) return;
      event.preventDefault();
      zoom.by(2 ** (-event.deltaY / WHEEL_PX / 2), zoom.placeOf(event));
    },
    onTouchStart: keepTwo,
    onTouchMove: keepTwo,
    onPointerDown: (event: PointerEvent & { currentTarget: SVGSVGElement }) => {
      if (busy || event.button !== 0 || held.size > 1) return;
      if (!zoom.part.peek() && event.pointerType !== "touch") return;
      held.set(event.pointerId, zoom.placeOf(event));
      if (event.pointerType !== "touch") event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerMove: (event: PointerEvent) => {
      if (!held.has(event.pointerId)) return;
      const before = [...held.values()];
      held.set(event.pointerId, zoom.placeOf(event));
      zoom.drag(before, [...held.values()]);
    },
    onPointerUp: letGo,
    onPointerCancel: letGo,
  };
}

/** The part that is shown, as SVG writes it. */
export function viewBox(zoom: Zoom, width: number, height: number): string {
  const { x, y, width: wide, height: high } = zoom.part.value ?? whole({ width, height });
  return `${x} ${y} ${wide} ${high}`;
}
