/** A file that came is not sent again; one that may have changed is; what is lost is waited for, what is refused is not. */
import { describe, expect, it } from "vitest";
import { Refusal } from "../src/core/api";
import { chosen } from "../src/page/dropped";
import { isSame } from "../src/page/half-uploads";
import { isWorthWaiting, type Progress, told } from "../src/page/sending";
import { timeLeft } from "../src/page/sizes";
import { size } from "../src/shared/bytes";
import { cameBefore } from "../src/page/upload";
import type { HalfUploadLine } from "../src/shared/answers";

const came = { path: "a.jpg", size_bytes: 5, received_at: "2026-11-29T12:00:00+00:00" };
const known = new Map([[came.path, came]]);
const file = (name: string, content: string, changed: string) => new File([content], name, { lastModified: Date.parse(changed) });
const picked = (...said: Parameters<typeof file>) => chosen(file(...said));

describe("a chosen file", () => {
  it("came before if path and size are those of a line and it has not changed since", () => {
    expect(cameBefore(picked("a.jpg", "12345", "2026-11-29T11:59:59Z"), known)).toBe(true);
    expect(cameBefore(picked("a.jpg", "123456", "2026-11-29T11:00:00Z"), known)).toBe(false);
    expect(cameBefore(picked("a.jpg", "12345", "2026-11-29T12:00:01Z"), known)).toBe(false);
    expect(cameBefore(picked("b.jpg", "12345", "2026-11-29T11:00:00Z"), known)).toBe(false);
  });

  it("has a path that can be sent, whatever its name holds", () => {
    expect(picked("a\ud800.jpg", "", "2026-11-29T12:00:00Z").path).toBe("a\ufffd.jpg");
  });

  it("goes on with one that is half received by its name, its size and when it was changed", () => {
    const changed = Date.parse("2026-11-29T11:00:00Z");
    const half = { path: "DCIM/a.jpg", size_bytes: 5, modified_ms: changed } as HalfUploadLine;
    expect(isSame(half, file("a.jpg", "12345", "2026-11-29T11:00:00Z"))).toBe(true);
    expect(isSame({ ...half, modified_ms: null }, file("a.jpg", "12345", "2026-11-29T11:00:07Z"))).toBe(true);
    expect(isSame(half, file("a.jpg", "12345", "2026-11-29T11:00:07Z"))).toBe(false);
    expect(isSame(half, file("a.jpg", "1234", "2026-11-29T11:00:00Z"))).toBe(false);
    expect(isSame(half, file("b.jpg", "12345", "2026-11-29T11:00:00Z"))).toBe(false);
  });
});

describe("what stops a file", () => {
  const refused = (status: number, reason?: string) => new Refusal(status, "code", "why", reason ? { reason } : {});

  it("is waited for without end where nobody answers, and a few times where somebody says that it cannot be now", () => {
    expect([refused(0), refused(502), refused(503, "line_cut")].map((each) => isWorthWaiting(each, 1000))).toEqual([
      true,
      true,
      true,
    ]);
    expect([1, 2, 3].map((attempt) => isWorthWaiting(refused(503, "disk_full"), attempt))).toEqual([true, true, false]);
    expect([1, 3].map((attempt) => isWorthWaiting(refused(409, "offset"), attempt))).toEqual([true, false]);
    expect([403, 404, 409, 413, 422, 429, 460].some((status) => isWorthWaiting(refused(status), 1))).toBe(false);
  });

  it("is told beside what came", () => {
    const progress: Progress = {
      files: 1, allFiles: 3, bytes: 5e6, allBytes: 2e9, sent: 5e6, ms: 4000, isPaused: false, waitsFor: "",
    }; // biome-ignore format: one row
    const all = (more: Partial<Progress>) => told({ ...progress, ...more }, size, timeLeft(1995e6, 5e6, 4000));
    expect(all({})).toBe("1 of 3 files, 5 MB of 2 GB · about 27 min left");
    expect(all({ isPaused: true })).toBe("1 of 3 files, 5 MB of 2 GB · paused");
    expect(all({ waitsFor: "The server cannot be reached." })).toContain("The server cannot be reached. It is tried again.");
    expect([timeLeft(10, 0, 5000), timeLeft(10, 10, 100), timeLeft(10, 5, 5000)]).toEqual(["", "", "about 10 s left"]);
  });
});
