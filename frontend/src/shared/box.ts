/** Boxes in a picture as W3C fragment selectors, in per cent of its sides. Pure. */
import type { Annotation, Face } from "./answers";

/** A W3C fragment selector, in per cent of the picture: `xywh=percent:10,20,30,15`. */
export type Selector = NonNullable<Annotation["box"]>;

export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** Smaller marks than this share cannot be seen again. */
export const LEAST = 1;

export function selectorOf(box: Box): Selector {
  const text = [box.x, box.y, box.w, box.h].map((value) => Number(value.toFixed(1))).join(",");
  return { type: "FragmentSelector", conformsTo: "http://www.w3.org/TR/media-frags/", value: `xywh=percent:${text}` };
}

/** Null for what is no such selector. */
export function boxOf(selector: Readonly<Record<string, string>> | null): Box | null {
  const numbers = /^xywh=percent:([\d.]+),([\d.]+),([\d.]+),([\d.]+)$/
    .exec(selector?.value ?? "")
    ?.slice(1)
    .map(Number);
  if (!numbers) return null;
  const [x = 0, y = 0, w = 0, h = 0] = numbers;
  return inside({ x, y, w, h });
}

/**
 * Where a face is in its whole picture, on a square surface of 100 that shows the picture in its middle. Null where the whole
 * picture is another one: the still of a video, or the first of several pictures in a file.
 */
export function faceBox(face: Pick<Face, "box" | "frame_width" | "frame_height" | "at_s" | "part">): Box | null {
  const [left = 0, top = 0, right = 0, bottom = 0] = face.box;
  const longer = Math.max(face.frame_width, face.frame_height);
  if (face.at_s !== null || face.part !== 1 || longer <= 0) return null;
  const scale = 100 / longer;
  return {
    x: (100 - face.frame_width * scale) / 2 + left * scale,
    y: (100 - face.frame_height * scale) / 2 + top * scale,
    w: (right - left) * scale,
    h: (bottom - top) * scale,
  };
}

/** A box in per cent of a picture's sides, on a square surface of 100 that shows the picture in its middle. */
export function onSurface(box: Box, width: number, height: number): Box {
  const longer = Math.max(width, height, 1);
  const [wide, high] = [width / longer, height / longer];
  return { x: 50 * (1 - wide) + box.x * wide, y: 50 * (1 - high) + box.y * high, w: box.w * wide, h: box.h * high };
}

/** The box between two points, kept inside the picture. */
export function between(a: { x: number; y: number }, b: { x: number; y: number }): Box {
  const [left, right] = [clamp(Math.min(a.x, b.x)), clamp(Math.max(a.x, b.x))];
  const [top, bottom] = [clamp(Math.min(a.y, b.y)), clamp(Math.max(a.y, b.y))];
  return { x: left, y: top, w: right - left, h: bottom - top };
}

/** The same box, kept inside the picture and large enough to be seen. */
export function inside(box: Box): Box {
  const w = Math.min(100, Math.max(LEAST, box.w));
  const h = Math.min(100, Math.max(LEAST, box.h));
  return { w, h, x: Math.min(100 - w, Math.max(0, box.x)), y: Math.min(100 - h, Math.max(0, box.y)) };
}

function clamp(value: number): number {
  return Math.min(100, Math.max(0, value));
}
