/** What says something to the server says something here. */
import { describe, expect, it } from "vitest";
import { saysSomething } from "../src/shared/says";

describe("a text", () => {
  it.each(["x", "7", "٣", "è", "理由", "سبب", "ስም", "👍 ok", "- 1", "½"])("says something: %s", (text) => {
    expect(saysSomething(text)).toBe(true);
  });

  it.each(["", " ", ".", "-", "…?!", "。", "👍", "\u200b", "\u3164", "\u2800", "\u0301", "ー", "€"])(
    "says nothing: %s",
    (text) => {
      expect(saysSomething(text)).toBe(false);
    },
  );
});
