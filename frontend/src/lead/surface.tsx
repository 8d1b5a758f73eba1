/** The surface that a picture lies on: moved, centred and drawn upon by pointer, and moved by keys too. */
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { t } from "../core/i18n";
import { type Box, between } from "../shared/box";
import type { Viewer } from "./viewer";

const DRAG_PX = 4;

export interface Drawing {
  /** The side a box is being drawn on, or null. */
  side: number | null;
  box: Box | null;
  onBox: (box: Box) => void;
}

interface SurfaceProps {
  index: 0 | 1;
  side: number;
  viewer: Viewer;
  drawing: Drawing;
  children: ComponentChildren;
}

/** The drawing surface: drags move the picture or draw a box; a click brings a point to the middle; arrows do the same by key. */
export function Surface({ index, side, viewer, drawing, children }: SurfaceProps) {
  const surface = useRef<SVGSVGElement>(null);
  const from = useRef<{ x: number; y: number; clientX: number; clientY: number; moved: boolean } | null>(null);
  const isDrawing = drawing.side === side;

  /** The pointer in per cent of the picture's sides. */
  function at(event: PointerEvent): { x: number; y: number } {
    const inner = surface.current?.querySelector<SVGGElement>(":scope > g")?.getScreenCTM();
    if (!inner) return { x: 50, y: 50 };
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(inner.inverse());
    return { x, y };
  }
  function down(event: PointerEvent): void {
    if (event.button !== 0) return;
    viewer.active.value = index;
    surface.current?.setPointerCapture(event.pointerId);
    from.current = { ...at(event), clientX: event.clientX, clientY: event.clientY, moved: false };
  }
  function move(event: PointerEvent): void {
    const start = from.current;
    if (!start) return;
    start.moved ||= Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) > DRAG_PX;
    if (!start.moved) return;
    if (isDrawing) return drawing.onBox(between(start, at(event)));
    const now = at(event);
    const { x, y } = viewer.placements.peek()[index];
    viewer.centre(x + start.x - now.x, y + start.y - now.y);
  }
  function up(event: PointerEvent): void {
    const start = from.current;
    from.current = null;
    if (start && !start.moved && !isDrawing && viewer.placements.peek()[index].zoom > 1) {
      const { x, y } = at(event);
      viewer.centre(x, y);
    }
  }
  function key(event: KeyboardEvent): void {
    const step = { ArrowLeft: [-5, 0], ArrowRight: [5, 0], ArrowUp: [0, -5], ArrowDown: [0, 5] }[event.key];
    if (!step) return;
    event.preventDefault();
    viewer.active.value = index;
    viewer.move(step[0] ?? 0, step[1] ?? 0);
  }
  return (
    <svg
      ref={surface}
      class={isDrawing ? "surface drawing" : "surface"}
      viewBox="0 0 100 100"
      preserveAspectRatio="xMidYMid meet"
      role="application"
      aria-label={t("Picture {n}: arrow keys move it", { n: index + 1 })}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrows move the picture, so it must take the focus
      tabIndex={0}
      data-arrows
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={up}
      onKeyDown={key}
      onFocus={() => {
        viewer.active.value = index;
      }}
    >
      {children}
    </svg>
  );
}
