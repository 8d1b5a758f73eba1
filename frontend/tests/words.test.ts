/** Messages are filled by name, counted by the language's own rules, and fall back to English. */
import { afterEach, describe, expect, it } from "vitest";
import { codes, rich, speak, t, tn, word } from "../src/core/i18n";
import { clockTime, left, longSpan, span, when } from "../src/shared/time";
import { clockWords } from "../src/page/clock";

afterEach(() => speak("en", {}));

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe("messages", () => {
  it("stand in English where there is no translation", () => {
    expect(t("Held by {name}", { name: "PE" })).toBe("Held by PE");
    expect(tn("{n} change", "{n} changes", 1)).toBe("1 change");
    expect(tn("{n} change", "{n} changes", 3)).toBe("3 changes");
  });

  it("are taken from the catalogue, with the forms of the language", () => {
    speak("ar", {
      messages: { Board: "اللوحة", "{n} change": ["صفر", "واحد", "اثنان", "{n} قليل", "{n} كثير", "{n} آخر"] },
    });

    expect(t("Board")).toBe("اللوحة");
    expect([0, 1, 2, 3, 11, 100].map((n) => tn("{n} change", "{n} changes", n))).toEqual([
      "صفر",
      "واحد",
      "اثنان",
      "3 قليل",
      "11 كثير",
      "100 آخر",
    ]);
  });

  it("keep a name that has no value, so that the fault is seen", () => {
    expect(t("Held by {name}", { nome: "PE" })).toBe("Held by {name}");
  });

  it("set a value apart that is written from the right", () => {
    expect(t("{name} marked it: {reason}", { name: "PE", reason: "سبب." })).toBe("PE marked it: \u2068سبب.\u2069");
    expect(t("{reason}", { reason: "Ñandú 12/26." })).toBe("Ñandú 12/26.");
  });

  it("take nodes wherever the translation puts them", () => {
    speak("es", { messages: { "{who} holds {what}": "{what}: lo tiene {who}" } });

    expect(rich("{who} holds {what}", { who: "PE", what: "L-1" })).toEqual(["", "L-1", ": lo tiene ", "PE", ""]);
  });
});

describe("labels of codes", () => {
  it("are those of the page; a code without one is shown as it is", () => {
    speak("es", { words: { register_detail: { height: "Estatura" } } });

    expect(word("register_detail", "height")).toBe("Estatura");
    expect(word("register_detail", "shoe size")).toBe("shoe size");
    expect(word("band", "strong")).toBe("strong");
  });

  it("are offered in the order in which they come", () => {
    speak("es", { words: { urgency: { urgent: "Urgente", normal: "Normal" } } });

    expect(codes("urgency")).toEqual(["urgent", "normal"]);
    expect(codes("ground")).toEqual([]);
  });
});

describe("times", () => {
  it("are written short, and never below zero", () => {
    expect([14 * MINUTE, 2 * HOUR + 8 * MINUTE, 27 * HOUR, -5].map(span)).toEqual(["14 min", "2 h 08", "1 d 03 h", "0 min"]);
    expect(longSpan(53 * HOUR + 18 * MINUTE)).toBe("2 d 05 h 18 min");
  });

  it("round what is left of a lease up, so that the last seconds still count", () => {
    expect([20_000, 60_000, 61_000, 0].map(left)).toEqual(["1 min", "1 min", "2 min", "0 min"]);
  });

  it("are shown in the operation's zone, with the day when it is another", () => {
    const at = "2026-11-11T02:30:00Z";

    expect(clockTime(at, "America/Lima")).toBe("21:30");
    expect(when(at, "America/Lima", Date.parse("2026-11-11T03:00:00Z"))).toBe("21:30");
    expect(when(at, "America/Lima", Date.parse("2026-11-11T15:00:00Z"))).toBe("Nov 10 21:30");
  });

  it("tell where the operation's window stands", () => {
    expect([5, 15, 25].map((hour) => clockWords(10 * HOUR, 20 * HOUR, hour * HOUR))).toEqual([
      "opens in 5 h 00",
      "0 d 05 h 00 min",
      "window closed",
    ]);
  });
});
