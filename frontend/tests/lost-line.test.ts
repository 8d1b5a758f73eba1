import { signal } from "@preact/signals";
import { expect, it } from "vitest";
import { LostLine } from "../src/shared/lost-line";

it("counts a line that is lost before the first load from that load on", () => {
  const lostSince = signal<number | null>(5);
  const held = signal<string | null>(null);
  const line = new LostLine(lostSince, () => held.value);
  held.value = "first load";
  held.value = "later";
  expect(line.take()).toBeNull();
  lostSince.value = null;
  expect(line.take()).toEqual({ since: 5, held: "first load" });
  expect(line.take()).toBeNull();
});
