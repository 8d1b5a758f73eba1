/** The words of the lead's page. */
import { t } from "../i18n";
import type { AgeBand, Competence, Evidence, Face, Ground, Judgement, Opinion, Sex, Urgency } from "./types";

type Words<K extends string | number> = Record<K, () => string>;

/** The checklist of workspace/rules/verdict.py, after the feature groups of ASTM E3149. */
export const FEATURES = [
  "face_shape",
  "hairline",
  "forehead",
  "brows_eyes",
  "nose",
  "mouth_chin",
  "ears",
  "marks_scars",
  "skin_lines",
] as const;
export const FEATURE: Words<(typeof FEATURES)[number]> = {
  face_shape: () => t("Shape of face and head"),
  hairline: () => t("Hairline"),
  forehead: () => t("Forehead"),
  brows_eyes: () => t("Brows and eyes"),
  nose: () => t("Nose, base and tip"),
  mouth_chin: () => t("Mouth, chin and jaw"),
  ears: () => t("Ears"),
  marks_scars: () => t("Marks and scars"),
  skin_lines: () => t("Skin and its lines"),
};
export const JUDGEMENT: Words<Judgement> = {
  same: () => t("Similar"),
  different: () => t("Different"),
  unclear: () => t("Cannot be seen"),
};
export const JUDGEMENT_SIGN: Record<Judgement, string> = { same: "=", different: "≠", unclear: "?" };
const OPINION: Words<Opinion> = {
  1: () => t("Strong support: same person"),
  2: () => t("Support: same person"),
  3: () => t("Inconclusive"),
  4: () => t("Support: different people"),
  5: () => t("Strong support: different people"),
};
/** Of leads that compare no faces: files, near copies, cameras, clues. */
const OPINION_WITHOUT_FACE: Words<Opinion> = {
  1: () => t("Strong support: they belong together"),
  2: () => t("Support: they belong together"),
  3: () => t("Inconclusive"),
  4: () => t("Support: they do not belong together"),
  5: () => t("Strong support: they do not belong together"),
};

/** An opinion in the words of the lead's kind; before the lead is there, in those of faces. */
export function opinionWord(opinion: Opinion, lead: { no_face_score: boolean } | null): string {
  return (lead?.no_face_score ? OPINION_WITHOUT_FACE : OPINION)[opinion]();
}
export const GROUND: Words<Ground> = {
  offence_place: () => t("Offence happened there"),
  child_residence: () => t("Child lives there"),
  suspect_place: () => t("Suspect lives there"),
  nationality: () => t("Nationality"),
};
export const COMPETENCE: Words<Competence> = {
  protection: () => t("protection"),
  offender: () => t("offender"),
  evidence: () => t("evidence"),
};
export const URGENCY: Words<Urgency> = {
  urgent: () => t("Urgent: answer within 8 hours"),
  priority: () => t("Priority: answer within 3 days"),
  normal: () => t("Normal: answer within 7 days"),
};
export const QUALITY: Words<Face["quality_word"]> = { good: () => t("Good"), usable: () => t("Usable"), poor: () => t("Poor") };
export const SEX: Words<Sex> = {
  female: () => t("female"),
  male: () => t("male"),
  other: () => t("other"),
  unknown: () => t("not stated"),
};
export const AGE_BAND: Words<AgeBand> = {
  under_3: () => t("under 3"),
  "3_6": () => t("3–6"),
  "7_12": () => t("7–12"),
  "13_17": () => t("13–17"),
  adult: () => t("adult"),
};
export const BEARING: Words<Evidence["bearing"]> = {
  supports: () => t("supports"),
  against: () => t("against"),
  neutral: () => t("neutral"),
};
export const STAGE: Words<string> = {
  open: () => t("Open"),
  claimed: () => t("Claimed"),
  assessed: () => t("Assessed"),
  verified: () => t("Verified"),
  rejected: () => t("Rejected"),
  referred: () => t("Referred"),
  outcome: () => t("Outcome"),
  closed: () => t("Closed"),
  parked: () => t("Parked"),
};
export const EXHIBIT: Words<string> = {
  phone: () => t("phone"),
  tablet: () => t("tablet"),
  laptop: () => t("laptop"),
  desktop: () => t("desktop computer"),
  storage: () => t("storage"),
  camera: () => t("camera"),
  cloud: () => t("cloud account"),
  other: () => t("other device"),
};
export const PACKAGE: Words<"waiting" | "built" | "failed"> = {
  waiting: () => t("package is being built"),
  built: () => t("package is ready"),
  failed: () => t("package was not built"),
};
/** The usual details of a register's entry; others stand as the register names them. */
export const DETAIL: Words<string> = {
  height: () => t("Height"),
  weight: () => t("Weight"),
  build: () => t("Build"),
  eyes: () => t("Eyes"),
  hair: () => t("Hair"),
  marks: () => t("Marks"),
  languages: () => t("Languages"),
  clothing: () => t("Clothing"),
  country: () => t("Country"),
};
