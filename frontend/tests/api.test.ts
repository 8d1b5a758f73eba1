/** A press has one key; while its outcome is not known, the same press goes under the same key again. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { call, Refusal, serverNow } from "../src/core/api";

const JSON_TYPE = { "Content-Type": "application/json" };
const sent: string[] = [];

function answers(...each: (() => Response)[]): void {
  sent.length = 0;
  vi.stubGlobal("document", { querySelector: () => null });
  vi.stubGlobal("fetch", (_path: string, options: RequestInit) => {
    sent.push((options.headers as Record<string, string>)["Idempotency-Key"] ?? "");
    const next = each.shift();
    return next ? Promise.resolve().then(next) : Promise.reject(new Error("no more answers"));
  });
}

const lost = (): Response => {
  throw new TypeError("the line broke");
};
const done = (): Response => new Response("{}", { status: 200, headers: JSON_TYPE });
const refused = (): Response =>
  new Response(JSON.stringify({ error: { code: "conflict", message: "No.", facts: {} } }), { status: 409, headers: JSON_TYPE });
const doubted = (): Response =>
  new Response(JSON.stringify({ error: { code: "unavailable", message: "?", facts: { reason: "in_doubt" } } }), {
    status: 503,
    headers: JSON_TYPE,
  });
const cut = (): Response => new Response('{"half', { status: 200, headers: JSON_TYPE });

async function press(body: unknown = { body: "one" }): Promise<string> {
  try {
    await call("POST", "/api/v1/leads/1/comments", body);
    return "done";
  } catch (error) {
    return error instanceof Refusal ? error.code : String(error);
  }
}

describe("a press", () => {
  afterEach(() => vi.unstubAllGlobals());

  it.each([
    ["the line", lost],
    ["the database's answer", doubted],
    ["half of the answer", cut],
    ["a proxy", () => new Response("<h1>bad</h1>", { status: 502 })],
  ])("whose outcome %s lost is sent under its key again", async (_what, loss) => {
    answers(loss, done, done);

    expect([await press(), await press(), await press()]).toEqual(["unknown", "done", "done"]);
    expect(sent[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(sent[1]).toBe(sent[0]);
    expect(sent[2]).not.toBe(sent[0]);
  });

  it("that was refused has a new key the next time", async () => {
    answers(refused, done);

    expect([await press(), await press()]).toEqual(["conflict", "done"]);
    expect(sent[1]).not.toBe(sent[0]);
  });

  it("that says something else is another one", async () => {
    answers(lost, done);

    await press();
    await press({ body: "two" });

    expect(sent[1]).not.toBe(sent[0]);
  });
});

describe("the server's clock", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("is learned from an answer, however wrong this machine's is", async () => {
    const there = Date.now() + 26 * 3_600_000;
    answers(() => new Response("{}", { status: 200, headers: { ...JSON_TYPE, Date: new Date(there).toUTCString() } }));

    await call("GET", "/api/v1/me");

    expect(Math.abs(serverNow() - there)).toBeLessThan(2000);
  });

  it("is the page's before any answer came", async () => {
    const made = Date.now() - 26 * 3_600_000;
    vi.resetModules();
    vi.stubGlobal("document", {
      querySelector: () => ({ content: String(made) }),
      getElementById: () => null,
      documentElement: { lang: "en" },
    });

    const api = await import("../src/core/api");

    expect(Math.abs(api.serverNow() - made)).toBeLessThan(1000);
  });
});
