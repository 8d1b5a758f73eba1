/** What a key is called on the world's keyboards. */
import { beforeEach, describe, expect, test } from "vitest";
import { namesOf, noteLayout, type Press } from "../src/core/layout";

function press(key: string, code: string, more: Partial<Press> = {}): Press {
  return { key, code, shiftKey: false, ctrlKey: false, metaKey: false, getModifierState: () => false, ...more };
}

const kept = new Map<string, string>();
beforeEach(() => {
  kept.clear();
  Object.assign(globalThis, {
    localStorage: {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => kept.set(name, value),
    },
  });
});

describe("letters", () => {
  test.each([
    ["Cyrillic", "с", "KeyC", "c"],
    ["Cyrillic capital", "С", "KeyC", "c"],
    ["Greek", "ψ", "KeyC", "c"],
    ["Arabic", "ؤ", "KeyC", "c"],
    ["Arabic, two letters by one key", "لا", "KeyB", "b"],
    ["Hebrew", "ב", "KeyC", "c"],
    ["Thai, a mark alone", "ิ", "KeyB", "b"],
    ["Georgian", "ც", "KeyC", "c"],
  ])("go by place on a layout without Latin letters: %s", (_, key, code, name) => {
    expect(namesOf(press(key, code))).toContain(name);
    expect(namesOf(press(key, code, { ctrlKey: true }))).toEqual([`mod+${name}`]);
  });
  test.each([
    ["Dvorak", "j", "KeyC", "j"],
    ["AZERTY", "q", "KeyA", "q"],
    ["QWERTZ", "z", "KeyY", "z"],
    ["capitals", "C", "KeyC", "c"],
  ])("go by the letter on a layout with them: %s", (_, key, code, name) => {
    expect(namesOf(press(key, code))).toEqual([name]);
  });
  test("a sign on a letter's place is one on a Latin layout and a letter on another", () => {
    expect(namesOf(press(";", "KeyQ"))).toEqual([";"]);
    noteLayout(press("α", "KeyA"));
    expect(namesOf(press(";", "KeyQ"))).toEqual(["q"]);
    noteLayout(press("a", "KeyA"));
    expect(namesOf(press(";", "KeyQ"))).toEqual([";"]);
  });
  test("named keys keep their names", () => {
    noteLayout(press("я", "KeyZ"));
    expect(namesOf(press("Escape", "Escape"))).toEqual(["escape"]);
    expect(namesOf(press("Enter", "Enter", { ctrlKey: true }))).toEqual(["mod+enter"]);
    expect(namesOf(press("ArrowDown", "ArrowDown"))).toEqual(["arrowdown"]);
  });
});

describe("digits", () => {
  const shiftKey = true;
  test.each([
    ["QWERTY", press("7", "Digit7"), ["7", "7"]],
    ["QWERTY with Shift", press("&", "Digit7", { shiftKey }), ["shift+7", "&"]],
    ["AZERTY", press("è", "Digit7"), ["7", "è"]],
    ["AZERTY with Shift", press("7", "Digit7", { shiftKey }), ["shift+7", "7"]],
    ["AZERTY, the minus", press("-", "Digit6"), ["6", "-"]],
    ["Czech", press("ž", "Digit6"), ["6", "ž"]],
    ["Arabic digits", press("٧", "Digit7"), ["7", "٧"]],
    ["digits in another order", press("1", "Digit7", { shiftKey }), ["1"]],
    ["the digits apart", press("7", "Numpad7"), ["7"]],
  ])("are found on %s", (_, event, names) => {
    expect(namesOf(event)).toEqual(names);
  });
  test("AltGr writes another sign at a digit's place", () => {
    expect(namesOf(press("@", "Digit0", { getModifierState: (name) => name === "AltGraph" }))).toEqual(["@"]);
  });
});

test("signs are found on layouts that write others", () => {
  noteLayout(press("ا", "KeyH"));
  expect(namesOf(press("؟", "Slash", { shiftKey: true }))).toEqual(["?"]);
  expect(namesOf(press("-", "Minus"))).toEqual(["-"]);
});
