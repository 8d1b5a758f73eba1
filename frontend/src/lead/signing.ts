/**
 * What an opinion needs before it can be signed, in the order of the page, and the row that the keys 7, 8 and 9 answer. No elements
 * here. The server has the same rules (workspace/rules/opinions.py); that Why names a feature is asked for here alone, once.
 */
import { codes, t, tn, word } from "../core/i18n";
import { saysSomething } from "../shared/says";
import { sideName } from "./sides";
import type { Draft, Judgement, LeadPage, Suitability } from "./types";

export const JUDGEMENTS: readonly [Judgement, Judgement, Judgement] = ["same", "different", "unclear"];
export const SUITABILITIES: readonly [Suitability, Suitability, Suitability] = ["suitable", "limited", "unsuitable"];
const INCONCLUSIVE = 3;
/** Shorter words of a feature's name («and», «de») say nothing. */
const LEAST_LETTERS = 4;

/** A row that 7, 8 and 9 answer: the picture of a side, by its place, or a feature. */
export type Row = { what: "picture"; place: number } | { what: "feature"; name: string };

export interface Missing {
  /** The element that is gone to. */
  target: string;
  text: string;
  keys: readonly string[];
  /** The row that gets the cursor. */
  row?: number;
}

/** None where the lead compares no faces. */
export function rowsOf(page: LeadPage): Row[] {
  if (page.no_face_score) return [];
  return [
    ...page.sides.map((_, place): Row => ({ what: "picture", place })),
    ...codes("feature").map((name): Row => ({ what: "feature", name })),
  ];
}

/** The draft with the left, middle or right answer (0, 1, 2) of a row. */
export function answered(draft: Draft, row: Row, column: 0 | 1 | 2): Partial<Draft> {
  if (row.what === "feature") return { features: { ...draft.features, [row.name]: JUDGEMENTS[column] } };
  const suitability = [...draft.suitability];
  while (suitability.length <= row.place) suitability.push(null);
  suitability[row.place] = SUITABILITIES[column];
  return { suitability };
}

export function isAnswered(draft: Draft, row: Row): boolean {
  return row.what === "feature" ? !!draft.features[row.name] : !!draft.suitability[row.place];
}

/** Every picture that the lead compares is suitable. */
export function allSuitable(page: LeadPage): Partial<Draft> {
  return { suitability: page.sides.map(() => "suitable") };
}

/** What is not judged yet cannot be seen. */
export function restUnseen(draft: Draft): Partial<Draft> {
  const rest = codes("feature").filter((name) => !draft.features[name]);
  return { features: { ...draft.features, ...Object.fromEntries(rest.map((name) => [name, "unclear" as const])) } };
}

/** Does the reason name one of the features in the language of the screen? Whoever writes in another one is asked once. */
export function namesFeature(reason: string): boolean {
  const said = reason.toLowerCase();
  const parts = codes("feature").flatMap((name) =>
    word("feature", name)
      .toLowerCase()
      .split(/[^\p{L}]+/u),
  );
  return parts.some((part) => part.length >= LEAST_LETTERS && said.includes(part.slice(0, LEAST_LETTERS - 1)));
}

/** What keeps the opinion from being signed. */
export function missing(page: LeadPage, draft: Draft): Missing[] {
  const found: Missing[] = page.sides
    .filter((side) => !side.looked_at && (side.face || side.media || side.preview))
    .map((side) => ({
      target: "hold",
      text: t("{name} was not looked at.", { name: sideName(side) }),
      keys: [t("Space")],
    }));
  const rows = rowsOf(page);
  const keys = ["7", "8", "9"];
  const open = rows.filter((row) => !isAnswered(draft, row));
  for (const row of open) {
    if (row.what !== "picture") continue;
    const side = page.sides[row.place];
    const at = rows.indexOf(row);
    const text = t("It is not said whether {name} is suitable.", { name: side ? sideName(side) : "" });
    found.push({ target: `row-${at}`, text, keys, row: at });
  }
  const features = open.filter((row) => row.what === "feature");
  if (features[0]) {
    const at = rows.indexOf(features[0]);
    const numbers = features.map((row) => rows.indexOf(row) - page.sides.length + 1).join(", ");
    const text = tn("{n} feature is not judged: {numbers}.", "{n} features are not judged: {numbers}.", features.length, {
      numbers,
    });
    found.push({ target: `row-${at}`, text, keys, row: at });
  }
  if (draft.opinion === null) found.push({ target: "opinion-1", text: t("No opinion is chosen."), keys: ["1", "–", "5"] });
  else if (draft.opinion !== INCONCLUSIVE && draft.suitability.includes("unsuitable")) {
    const text = t("A picture that is not suitable allows only «Inconclusive».");
    found.push({ target: "opinion-3", text, keys: ["3"] });
  }
  if (!saysSomething(draft.reason))
    found.push({ target: "why", text: t("Why says nothing yet: it needs a letter or a digit."), keys: ["W"] });
  return found;
}

/** The next thing to go to: the first one behind the last that was gone to, and from the beginning after the end. */
export function nextMissing(list: readonly Missing[], before: Missing | null): Missing | null {
  const at = before ? list.findIndex((each) => each.target === before.target && each.text === before.text) : -1;
  return list[at + 1] ?? list[0] ?? null;
}
