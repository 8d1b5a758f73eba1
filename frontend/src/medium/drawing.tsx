/** Where a box is drawn on the whole picture with the pointer: a layer inside its SVG, there while something is being marked. */
import { useRef } from "preact/hooks";
import { type Box, between } from "../shared/box";

const DRAG_PX = 4;

interface LayerProps {
  /** Of the picture, in its own pixels. */
  width: number;
  height: number;
  /** In per cent of the picture's sides. */
  box: Box | null;
  onBox: (box: Box) => void;
}

export function DrawLayer({ width, height, box, onBox }: LayerProps) {
  const layer = useRef<SVGRectElement>(null);
  const from = useRef<{ x: number; y: number; clientX: number; clientY: number } | null>(null);
  const at = (event: PointerEvent) => {
    const place = layer.current?.getScreenCTM();
    if (!place) return { x: 50, y: 50 };
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(place.inverse());
    return { x: (100 * x) / width, y: (100 * y) / height };
  };
  return (
    <g class="drawing">
      {box && <DrawnBox width={width} height={height} box={box} />}
      <rect
        ref={layer}
        class="draw-layer"
        width={width}
        height={height}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          from.current = { ...at(event), clientX: event.clientX, clientY: event.clientY };
        }}
        onPointerMove={(event) => {
          const start = from.current;
          if (!start || Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) < DRAG_PX) return;
          onBox(between(start, at(event)));
        }}
        onPointerUp={() => {
          from.current = null;
        }}
      />
    </g>
  );
}

export function DrawnBox({ width, height, box }: { width: number; height: number; box: Box }) {
  return (
    <rect
      class="drawn"
      x={(box.x * width) / 100}
      y={(box.y * height) / 100}
      width={(box.w * width) / 100}
      height={(box.h * height) / 100}
    />
  );
}
