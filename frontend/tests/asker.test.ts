/** One question at a time, and never an answer older than the last wake-up. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Refusal } from "../src/core/api";
import { Asker } from "../src/shared/asker";

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("window", { setTimeout, clearTimeout, location: { assign: vi.fn() } });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("asks once more for any number of wake-ups that come while it asks", async () => {
  const ends: (() => void)[] = [];
  const asker = new Asker(
    () => new Promise((end) => ends.push(end)),
    () => undefined,
  );
  const all = [asker.ask(), asker.ask(), asker.ask()];
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await vi.waitFor(() => expect(ends).toHaveLength(2));
  ends[1]?.();
  await Promise.all(all);
  expect(ends).toHaveLength(2);
});

it("asks again by itself after a fault that passes, and tells each refusal", async () => {
  const told: string[] = [];
  const answers = [new Refusal(503, "away", "away"), null];
  let asked = 0;
  const asker = new Asker(
    async () => {
      const answer = answers[asked++];
      if (answer) throw answer;
    },
    (refusal) => told.push(refusal.message),
  );
  await asker.ask();
  expect([asked, told]).toEqual([1, ["away"]]);
  await vi.advanceTimersByTimeAsync(2000);
  expect([asked, told]).toEqual([2, ["away"]]);
});

it("does not ask again by itself what was refused for good, but asks for a wake-up that came meanwhile", async () => {
  let asked = 0;
  const asker = new Asker(
    async () => {
      if (asked++ === 0) throw new Refusal(404, "not_found", "gone");
    },
    () => undefined,
  );
  const first = asker.ask();
  void asker.ask();
  await first;
  expect(asked).toBe(2);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toBe(2);
});
