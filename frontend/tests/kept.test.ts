/** Two tabs that write into one form: whatever the order, nothing that was typed is lost, and none is told of itself. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { KeptDraft } from "../src/shared/answers";
import { Kept, type Words } from "../src/shared/kept";

interface Row {
  version: string;
  fields: Words;
}

/** What the server does with a draft (commands/drafts.py). `lost`: how many of the next answers do not arrive. */
class Server {
  rows: Row[] = [];
  lost = 0;

  put(body: { version: string; replaces: string[]; fields: Words }): object {
    const before = new Set([...body.replaces, body.version]);
    this.rows = this.rows.filter((row) => !before.has(row.version));
    const isEmpty = !Object.keys(body.fields).length;
    const others = [...this.rows].map((row) => this.told(row));
    if (!isEmpty) this.rows.unshift({ version: body.version, fields: body.fields });
    return { version: isEmpty ? null : body.version, saved_at: "2026-01-01T00:00:00Z", others };
  }
  found(): KeptDraft[] {
    return this.rows.map((row) => this.told(row));
  }
  private told(row: Row): KeptDraft {
    return {
      form: "comment",
      version: row.version,
      fields: row.fields as Record<string, string>,
      saved_at: "2026-01-01T00:00:00Z",
    };
  }
}

let server: Server;
const page = { operation: 1, subject: "leads/1" };
const texts = (): string[] => server.rows.map((row) => row.fields.body ?? "").sort();
const tab = (): Kept => new Kept("comment", page, () => undefined);

beforeEach(() => {
  server = new Server();
  vi.useFakeTimers();
  const listens = { addEventListener: () => undefined };
  vi.stubGlobal("window", { ...listens, setTimeout, clearTimeout });
  vi.stubGlobal("document", { querySelector: () => null, body: { dataset: {} } });
  vi.stubGlobal("navigator", { onLine: true });
  vi.stubGlobal("fetch", async (_path: string, options: RequestInit) => {
    const answer = server.put(JSON.parse(String(options.body)));
    if (server.lost > 0) {
      server.lost--;
      throw new TypeError("the line broke");
    }
    return new Response(JSON.stringify(answer), { status: 200, headers: { "Content-Type": "application/json" } });
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("what is kept of a form", () => {
  it("becomes no draft while a press sends it, and one after all where no answer comes", async () => {
    const kept = tab();
    kept.write({ body: "sent" });
    await vi.advanceTimersByTimeAsync(500);
    kept.press();
    await vi.advanceTimersByTimeAsync(5000);
    expect(texts()).toEqual([]);
    await kept.sent({});
    expect(texts()).toEqual([]);

    kept.write({ body: "lost" });
    kept.press();
    await vi.advanceTimersByTimeAsync(11_000);
    expect(texts()).toEqual(["lost"]);
  });
  it("is one row however often it is written down", async () => {
    const kept = tab();
    for (const body of ["a", "ab", "abc"]) {
      kept.write({ body });
      await kept.saveNow();
    }
    expect(texts()).toEqual(["abc"]);
    expect(kept.others).toEqual([]);
  });

  it("is kept beside what another tab wrote, and each is told of the other", async () => {
    const [one, other] = [tab(), tab()];
    one.write({ body: "the longer text" });
    await one.saveNow();
    other.write({ body: "short" });
    await other.saveNow();
    expect(texts()).toEqual(["short", "the longer text"]);
    expect(other.others.map((each) => each.fields.body)).toEqual(["the longer text"]);
    expect(one.take(server.found())).toBeNull();
    expect(one.others.map((each) => each.fields.body)).toEqual(["short"]);
    one.settle(one.others, { body: "both" });
    await one.saveNow();
    expect(texts()).toEqual(["both"]);
  });

  it("is known again where the answer was lost", async () => {
    const kept = tab();
    server.lost = 2;
    kept.write({ body: "once" });
    await kept.saveNow();
    expect(kept.unsent).toBe(true);
    await vi.advanceTimersByTimeAsync(5000);
    kept.write({ body: "once more" });
    await kept.saveNow();
    expect(texts()).toEqual(["once more"]);
    expect(kept.unsent).toBe(false);
    expect(kept.others).toEqual([]);
  });

  it("goes when it is sent, with what was not sent left", async () => {
    const kept = tab();
    kept.write({ body: "sent" });
    await kept.saveNow();
    await kept.sent({ body: "typed since" });
    expect(texts()).toEqual(["typed since"]);
    await kept.sent({});
    expect(texts()).toEqual([]);
    expect(kept.savedAt).toBeNull();
  });

  it("says so where it was sent in another tab", async () => {
    const one = tab();
    one.write({ body: "here" });
    await one.saveNow();
    server.rows = [];
    one.take(server.found());
    expect(one.isGone).toBe(true);
  });

  it("fills an untouched form once, and never one in which somebody writes", async () => {
    const [one, other, third] = [tab(), tab(), tab()];
    one.write({ body: "before" });
    await one.saveNow();
    expect(other.take(server.found())).toEqual({ body: "before" });
    third.write({ body: "quicker" });
    expect(third.take(server.found())).toBeNull();
    expect(third.current).toEqual({ body: "quicker" });
  });

  it("loses no text of two tabs in any order of writing and looking", async () => {
    let seed = 7;
    const chance = (n: number): number => {
      seed = (seed * 48271) % 2147483647;
      return seed % n;
    };
    for (let round = 0; round < 200; round++) {
      server.rows = [];
      const tabs = [tab(), tab()];
      const last = ["", ""];
      for (let step = 0; step < 8; step++) {
        const which = chance(2);
        const kept = tabs[which] as Kept;
        if (chance(3) === 0) kept.take(server.found());
        else {
          server.lost = chance(4) === 0 ? 1 : 0;
          last[which] = `tab ${which}, step ${step}`;
          kept.write({ body: last[which] ?? "" });
          await kept.saveNow();
        }
      }
      server.lost = 0;
      for (const kept of [...tabs, ...tabs]) {
        kept.take(server.found());
        await kept.saveNow();
      }
      for (const text of last.filter(Boolean)) expect(texts()).toContain(text);
      expect(server.rows.length).toBeLessThanOrEqual(2);
    }
  });
});
