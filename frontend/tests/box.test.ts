/** Boxes survive being written and read, and never leave the picture. */
import { describe, expect, it } from "vitest";
import { between, faceBox, boxOf, inside, LEAST, selectorOf } from "../src/shared/box";
import { chance } from "./cards";

const random = chance(11);
const point = () => ({ x: random() * 140 - 20, y: random() * 140 - 20 });

describe("a box", () => {
  it.each(Array.from({ length: 50 }, () => [point(), point()]))("drawn between %o and %o lies inside the picture", (a, b) => {
    const box = inside(between(a, b));

    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.y).toBeGreaterThanOrEqual(0);
    expect(box.x + box.w).toBeLessThanOrEqual(100 + 1e-9);
    expect(box.y + box.h).toBeLessThanOrEqual(100 + 1e-9);
    expect(Math.min(box.w, box.h)).toBeGreaterThanOrEqual(LEAST);
  });

  it("is the same whichever corner the drawing began at", () => {
    expect(between({ x: 10, y: 60 }, { x: 40, y: 20 })).toEqual(between({ x: 40, y: 20 }, { x: 10, y: 60 }));
  });

  it("comes back from its selector as it was written", () => {
    expect(boxOf(selectorOf({ x: 12.5, y: 0, w: 30, h: 99.9 }))).toEqual({ x: 12.5, y: 0, w: 30, h: 99.9 });
  });

  it.each(["", "xywh=10,10,5,5", "xywh=percent:a,b,c,d", "xywh=percent:1,2,3"])(
    "is refused when its selector is «%s»",
    (value) => {
      expect(boxOf({ type: "FragmentSelector", conformsTo: "http://www.w3.org/TR/media-frags/", value })).toBeNull();
    },
  );
});

describe("the box of a face", () => {
  const face = { box: [100, 50, 300, 250], frame_width: 400, frame_height: 300, at_s: null, part: 1 };

  it("stands where the face is in the picture, which lies in the middle of its square", () => {
    expect(faceBox(face)).toEqual({ x: 25, y: 25, w: 50, h: 50 });
    expect(faceBox({ ...face, frame_width: 300, frame_height: 400 })).toEqual({ x: 37.5, y: 12.5, w: 50, h: 50 });
  });

  it("is none where the whole picture is another one than the face was found in", () => {
    expect(faceBox({ ...face, at_s: 2.5 })).toBeNull();
    expect(faceBox({ ...face, part: 2 })).toBeNull();
  });
});
