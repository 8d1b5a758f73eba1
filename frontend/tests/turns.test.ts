import { expect, it } from "vitest";
import { Turns } from "../src/gallery/turns";

it("does at once what waits for nothing, and behind it what is pressed while something waits", async () => {
  const turns = new Turns();
  const done: string[] = [];
  let come: () => void = () => undefined;
  const coming = new Promise<void>((resolve) => {
    come = resolve;
  });

  turns.take(() => done.push("a"));
  expect(done).toEqual(["a"]);
  turns.take(async () => {
    done.push("b");
    await turns.waitFor(coming);
    done.push("window");
  });
  turns.take(async () => {
    await turns.waitFor(Promise.resolve());
    done.push("c");
  });
  turns.take(() => done.push("d"));
  expect(done).toEqual(["a", "b"]);
  come();

  await expect.poll(() => done).toEqual(["a", "b", "window", "c", "d"]);
  turns.take(() => done.push("e"));
  expect(done.at(-1)).toBe("e");
});
