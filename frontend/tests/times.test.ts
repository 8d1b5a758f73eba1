/** A picture is found at every moment of its time, and a seek to it lands inside that time, whatever the rate. */
import { expect, it } from "vitest";
import { beside, frameAt, momentOf, timecode } from "../src/medium/times";
import { chance } from "./cards";

function uneven(count: number): number[] {
  const next = chance(count);
  const times = [0];
  while (times.length < count) times.push((times.at(-1) ?? 0) + 1 + Math.floor(next() ** 4 * 900));
  return times;
}

it("finds each picture from its own time until that of the next", () => {
  for (const count of [1, 2, 3, 500]) {
    const times = uneven(count);
    times.forEach((at, frame) => {
      const next = times[frame + 1] ?? at + 40;
      expect(frameAt(times, at)).toBe(frame);
      expect(frameAt(times, next - 0.5)).toBe(frame);
      const moment = momentOf(times, frame) * 1000;
      expect(moment).toBeGreaterThan(at);
      expect(moment).toBeLessThan(next);
      expect(frameAt(times, moment)).toBe(frame);
    });
    expect(frameAt(times, -5)).toBe(0);
    expect(frameAt(times, 1e9)).toBe(count - 1);
  }
  expect(frameAt([], 7)).toBe(0);
});

it("goes to the times on both sides and to none beyond the last", () => {
  expect([beside([100, 200, 300], 200, 1), beside([100, 200, 300], 200, -1), beside([100], 100, 1)]).toEqual([300, 100, null]);
});

it("writes hundredths, never rounded up into the next picture", () => {
  expect([timecode(0), timecode(41_089), timecode(3_600_000 - 1), timecode(-4)]).toEqual([
    "00:00.00",
    "00:41.08",
    "59:59.99",
    "00:00.00",
  ]);
});
