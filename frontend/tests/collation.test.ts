/** Lists are sorted as the reader's language sorts, words found with or without marks, people of one name told apart. */
import { afterEach, expect, test } from "vitest";
import { findable, inOrder } from "../src/core/collation";
import { speak } from "../src/core/i18n";
import { toldApart } from "../src/shared/name";

afterEach(() => speak("en", {}));

test.each([
  ["es", ["Zapata", "beta", "Álvarez", "Ñuñoa", "nube"], ["Álvarez", "beta", "nube", "Ñuñoa", "Zapata"]],
  ["sv", ["Östlund", "Zorn", "Ågren"], ["Zorn", "Ågren", "Östlund"]],
  ["en", ["EC-10", "EC-9"], ["EC-9", "EC-10"]],
])("in %s", (language, names, sorted) => {
  speak(language, {});
  expect([...names].sort(inOrder)).toEqual(sorted);
});

test.each(["nino", "nin\u0303o", "NIÑO", "peru", "soren", "strasse"])("%s is found", (typed) => {
  expect(findable("Niño de Perú, Søren, Straße")).toContain(findable(typed));
});

test("people of one name are told apart by country, then agency, then number", () => {
  const who = (id: number, name: string, country: string, agency: string) =>
    ({ id, name, country, agency, played_by: "person" }) as const;
  const labels = toldApart([
    who(1, "Ana", "EC", "EC · police"),
    who(2, "Ana", "PE", "PE · police"),
    who(3, "Bea", "EC", "EC · police"),
    who(4, "Bea", "EC", "EC · court"),
    who(5, "Zoe", "EC", "EC · police"),
    who(6, "zoe", "EC", "EC · police"),
    who(7, "Ada", "EC", "EC · police"),
  ]).map(([, label]) => label);
  expect(labels).toEqual([
    "Ada",
    "Ana · EC",
    "Ana · PE",
    "Bea · EC · court",
    "Bea · EC · police",
    "Zoe · EC · police · no. 5",
    "zoe · EC · police · no. 6",
  ]);
});
