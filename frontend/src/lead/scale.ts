/** What an examiner judges: the checklist of features in its order, their signs, and the scale of an opinion. */
import { word } from "../core/i18n";
import type { Judgement, Opinion, Suitability } from "./types";

export const SUITABILITY_SIGN: Record<Suitability, string> = { suitable: "▮▮▮", limited: "▮▮▯", unsuitable: "▮▯▯" };
export const JUDGEMENT_SIGN: Record<Judgement, string> = { same: "=", different: "≠", unclear: "?" };

/** An opinion in the words of the lead's kind; before the lead is there, in those of faces. */
export function opinionWord(opinion: Opinion, lead: { no_face_score: boolean; clue: unknown } | null): string {
  if (lead?.clue) return word("opinion_on_clue", opinion);
  return word(lead?.no_face_score ? "opinion_without_face" : "opinion", opinion);
}
