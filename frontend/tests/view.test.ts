import { describe, expect, it } from "vitest";
import { around, drawnWidth, lieOf, MOST, moved, ownPixels, shareOf, tilesOf, whole, zoomed } from "../src/medium/view";

const PHOTO = { width: 4000, height: 3000 };

describe("the part of a picture that is shown", () => {
  it("keeps what lies under the pointer where it is", () => {
    const part = zoomed(PHOTO, whole(PHOTO), 2, 800, { x: 0.25, y: 0.5 });
    expect(part).toEqual({ x: 500, y: 750, width: 2000, height: 1500 });
    expect(part.x + part.width * 0.25).toBe(1000);
  });

  it("never leaves the picture, and is never larger", () => {
    expect(moved(PHOTO, { x: 3000, y: 0, width: 800, height: 600 }, 1, -1)).toEqual({ x: 3200, y: 0, width: 800, height: 600 });
    expect(zoomed(PHOTO, { x: 3000, y: 0, width: 800, height: 600 }, 0.1, 800)).toEqual(whole(PHOTO));
  });

  it("comes no nearer than helps, and shows a pixel for a pixel", () => {
    expect(zoomed(PHOTO, whole(PHOTO), 1000, 800).width).toBe(800 / MOST);
    expect(ownPixels(PHOTO, whole(PHOTO), 800)).toEqual({ x: 1600, y: 1200, width: 800, height: 600 });
  });

  it("has a small face in its middle", () => {
    const part = around(PHOTO, { x: 3000, y: 1000, width: 60, height: 90 }, 800);
    expect(part.x + part.width / 2).toBeCloseTo(3030);
    expect(part.y + part.height / 2).toBeCloseTo(1045);
    expect(part.width).toBeLessThan(400);
  });
});

describe("fingers and pointer on a picture", () => {
  it("are told by their middle and by how far they are apart", () => {
    expect(lieOf([{ x: 0.2, y: 0.3 }])).toEqual({ x: 0.2, y: 0.3, apart: 0 });
    const lie = lieOf([
      { x: 0.2, y: 0.3 },
      { x: 0.8, y: 0.3 },
    ]);
    expect([lie.x, lie.y, lie.apart].map((each) => Math.round(each * 100))).toEqual([50, 30, 60]);
  });

  it("lie in the picture, and not in what a high one leaves empty beside it", () => {
    const high = { width: 3000, height: 4000 };
    const frame = { x: 100, y: 50, width: 800, height: 600 };
    expect(drawnWidth(high, frame)).toBe(450);
    expect(drawnWidth(PHOTO, frame)).toBe(800);
    expect(shareOf(high, frame, { x: 100 + 175, y: 50 })).toEqual({ x: 0, y: 0 });
    expect(shareOf(high, frame, { x: 100 + 400, y: 50 + 600 })).toEqual({ x: 0.5, y: 1 });
    expect(shareOf(PHOTO, frame, { x: 300, y: 200 })).toEqual({ x: 0.25, y: 0.25 });
  });
});

describe("the tiles of a part", () => {
  it("are those of its own pixels when a pixel has one of the screen", () => {
    const found = tilesOf(PHOTO, PHOTO, 3, 512, { x: 500, y: 500, width: 600, height: 450 }, 1);
    expect(found.map(({ level, column, row }) => [level, column, row])).toEqual([
      [0, 0, 0],
      [0, 1, 0],
      [0, 2, 0],
      [0, 0, 1],
      [0, 1, 1],
      [0, 2, 1],
    ]);
    expect(found[1]).toMatchObject({ x: 512, y: 0, width: 512, height: 512 });
  });

  it("are halved ones farther away, cut at the edge of the picture", () => {
    const found = tilesOf(PHOTO, PHOTO, 3, 512, whole(PHOTO), 0.5);
    expect(found).toHaveLength(4 * 3);
    expect(found.at(-1)).toEqual({ level: 1, column: 3, row: 2, x: 3072, y: 2048, width: 928, height: 952 });
  });

  it("lie in pixels of the original where it was cut at half its size", () => {
    const found = tilesOf(PHOTO, { width: 2000, height: 1500 }, 2, 512, { x: 0, y: 0, width: 400, height: 300 }, 2);
    expect(found).toEqual([{ level: 0, column: 0, row: 0, x: 0, y: 0, width: 1024, height: 1024 }]);
  });
});
