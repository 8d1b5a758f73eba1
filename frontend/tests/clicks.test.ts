/** The second click of a double click: what counts as stray. */
import { expect, test } from "vitest";
import { isStray } from "../src/core/clicks";

const claim = {} as Element;
const release = {} as Element;
const first = { at: 1000, x: 50, y: 50, on: claim, words: "Claim" };

test.each([
  ["another button at the same place", { at: 1300, x: 51, y: 50, on: release, words: "Release" }, true],
  ["the same button with other words", { at: 1300, x: 50, y: 50, on: claim, words: "Release" }, true],
  ["the same button as before", { at: 1300, x: 50, y: 50, on: claim, words: "Claim" }, false],
  ["another button elsewhere", { at: 1300, x: 90, y: 50, on: release, words: "Release" }, false],
  ["another button after a rest", { at: 1600, x: 50, y: 50, on: release, words: "Release" }, false],
  ["no button", { at: 1300, x: 50, y: 50, on: null, words: "" }, false],
])("%s", (_, now, stray) => {
  expect(isStray(first, now)).toBe(stray);
});
