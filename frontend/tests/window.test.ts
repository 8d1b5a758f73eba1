/** The places of a column that are in the document. */
import { expect, it } from "vitest";
import { placesWith, spanNow, spanOf } from "../src/shared/window";

const range = { startIndex: 10, endIndex: 12, overscan: 2, count: 100 };

it.each([
  ["none", -1, [8, 9, 10, 11, 12, 13, 14]],
  ["in sight", 11, [8, 9, 10, 11, 12, 13, 14]],
  ["above", 3, [3, 8, 9, 10, 11, 12, 13, 14]],
  ["below", 99, [8, 9, 10, 11, 12, 13, 14, 99]],
])("keeps the card with the cursor in the document: cursor %s", (_, cursor, places) => {
  expect(placesWith(spanOf(range), range.count, cursor)).toEqual(places);
});

it("ends at the first and the last card", () => {
  const few = { ...range, startIndex: 0, endIndex: 1, count: 3 };
  expect(placesWith(spanOf(few), few.count, -1)).toEqual([0, 1, 2]);
});

it.each([
  ["nothing was drawn", { first: 0, last: -1 }, { first: 10, last: 12 }],
  ["all of it was drawn", { first: 8, last: 14 }, { first: 8, last: 14 }],
  ["the last came into sight", { first: 7, last: 11 }, { first: 7, last: 12 }],
  ["the first came into sight", { first: 12, last: 15 }, { first: 10, last: 15 }],
  ["far more was drawn", { first: 0, last: 40 }, { first: 5, last: 17 }],
  ["it jumped", { first: 60, last: 70 }, { first: 10, last: 12 }],
])("draws at once only what came into sight: %s", (_, drawn, now) => {
  expect(spanNow(range, drawn)).toEqual(now);
});
