import { expect, it } from "vitest";
import { Presses } from "../src/shared/presses";

it("sends presses in the order in which they were made, however long each takes", async () => {
  const presses = new Presses();
  const sent: string[] = [];
  const after = (ms: number, name: string) => async () => {
    await new Promise((done) => setTimeout(done, ms));
    sent.push(name);
    return true;
  };
  presses.add(after(20, "a"));
  presses.add(after(0, "b"));
  await new Promise<void>((done) =>
    presses.add(async () => {
      done();
      return true;
    }),
  );
  expect(sent).toEqual(["a", "b"]);
});

it("drops what waits behind a refused press, tells how many, and takes what is pressed afterwards", async () => {
  const presses = new Presses();
  const sent: string[] = [];
  const told: number[] = [];
  const press = (name: string, taken: boolean) => async () => {
    sent.push(name);
    return taken;
  };
  const refused = (unsent: number): void => {
    told.push(unsent);
  };
  let ended = 0;
  const end = (): void => {
    ended += 1;
  };
  presses.add(press("a", true), refused, end);
  presses.add(press("b", false), refused, end);
  presses.add(press("c", true), refused, end);
  presses.add(press("d", false), refused, end);
  await expect.poll(() => told).toEqual([2]);
  presses.add(press("e", true), refused, end);
  await expect.poll(() => sent).toEqual(["a", "b", "e"]);
  expect(told).toEqual([2]);
  await expect.poll(() => ended).toBe(5);
});
