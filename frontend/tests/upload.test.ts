/** A file that came is not sent again; one that may have changed is. */
import { describe, expect, it } from "vitest";
import { cameBefore, pathOf } from "../src/page/upload";

const came = { path: "a.jpg", size_bytes: 5, received_at: "2026-11-29T12:00:00+00:00" };
const known = new Map([[came.path, came]]);
const file = (name: string, content: string, changed: string) => new File([content], name, { lastModified: Date.parse(changed) });

describe("a chosen file", () => {
  it("came before if path and size are those of a line and it has not changed since", () => {
    expect(cameBefore(file("a.jpg", "12345", "2026-11-29T11:59:59Z"), known)).toBe(true);
    expect(cameBefore(file("a.jpg", "123456", "2026-11-29T11:00:00Z"), known)).toBe(false);
    expect(cameBefore(file("a.jpg", "12345", "2026-11-29T12:00:01Z"), known)).toBe(false);
    expect(cameBefore(file("b.jpg", "12345", "2026-11-29T11:00:00Z"), known)).toBe(false);
  });

  it("has a path that can be sent, whatever its name holds", () => {
    expect(pathOf(file("a\ud800.jpg", "", "2026-11-29T12:00:00Z"))).toBe("a\ufffd.jpg");
  });
});
