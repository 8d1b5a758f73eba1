/** The places of a column that are in the document. */
import { expect, it } from "vitest";
import { placesWith } from "../src/shared/window";

const range = { startIndex: 10, endIndex: 12, overscan: 2, count: 100 };

it.each([
  ["none", -1, [8, 9, 10, 11, 12, 13, 14]],
  ["in sight", 11, [8, 9, 10, 11, 12, 13, 14]],
  ["above", 3, [3, 8, 9, 10, 11, 12, 13, 14]],
  ["below", 99, [8, 9, 10, 11, 12, 13, 14, 99]],
])("keeps the card with the cursor in the document: cursor %s", (_, cursor, places) => {
  expect(placesWith(range, cursor)).toEqual(places);
});

it("ends at the first and the last card", () => {
  expect(placesWith({ ...range, startIndex: 0, endIndex: 1, count: 3 }, -1)).toEqual([0, 1, 2]);
});
