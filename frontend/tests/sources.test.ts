/** What a strict content policy forbids stands in no source and in no template of the frame. */
import { describe, expect, it } from "vitest";

const SOURCES = Object.entries(
  import.meta.glob<string>("../src/**/*.{ts,tsx,css}", { query: "?raw", import: "default", eager: true }),
);
const TEMPLATES = Object.entries(
  import.meta.glob<string>("../../templates/*.html", { query: "?raw", import: "default", eager: true }),
);
const SHEETS = SOURCES.filter(([path]) => path.endsWith(".css"));

function where(files: [string, string][], pattern: RegExp): string[] {
  return files.filter(([, text]) => pattern.test(text)).map(([path]) => path);
}

const FORBIDDEN_IN_SOURCES: [string, RegExp][] = [
  [
    "markup from strings",
    /\b(innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|createContextualFragment|document\.write)\b/,
  ],
  ["script from strings", /\beval\(|new Function\(|setTimeout\(\s*["'`]/],
  ["inline style", /\sstyle=|\.style\.|setAttribute\(\s*["']style["']|cssText/],
  ["a place outside", /https?:\/\/(?!www\.w3\.org\/)/],
];
const FORBIDDEN_IN_TEMPLATES: [string, RegExp][] = [
  ["inline style", /\sstyle=/],
  ["inline handlers", /\son(?!e=)[a-z]+=/], // `one=` is a word of a message
  ["inline script", /<script(?![^>]*\bsrc=)(?![^>]*type="application\/json")/],
  ["unescaped values", /\|\s*safe\b/],
];

describe("the sources", () => {
  it.each(FORBIDDEN_IN_SOURCES)("hold no %s", (_name, pattern) => {
    expect(SOURCES.length).toBeGreaterThan(30);
    expect(where(SOURCES, pattern)).toEqual([]);
  });

  it.each(FORBIDDEN_IN_TEMPLATES)("and the templates hold no %s", (_name, pattern) => {
    expect(TEMPLATES.length).toBeGreaterThan(3);
    expect(where(TEMPLATES, pattern)).toEqual([]);
  });

  it("name colours only among the tokens", () => {
    const literal = /:[^;{}]*#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(/i;

    expect(SHEETS.length).toBeGreaterThan(3);
    expect(where(SHEETS, literal)).toEqual([expect.stringContaining("tokens.css")]);
  });

  it("use logical directions, so that a page can be read from either side", () => {
    const physical = /\b(margin|padding|border)-(left|right|top|bottom)\b|\btext-align:\s*(left|right)|[^-](left|right):\s/;

    expect(where(SHEETS, physical)).toEqual([]);
  });
});
