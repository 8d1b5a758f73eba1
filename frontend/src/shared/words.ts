/** The words of the record's codes, once for all islands. The same English sources as workspace/web/words.py. */
import { t } from "../i18n";
import type { Band, Column, Kind, ReferralState } from "./card";

type Words<K extends string> = Record<K, () => string>;

export const KIND: Words<Kind> = {
  register_match: () => t("Register match"),
  same_face: () => t("Same face"),
  same_file: () => t("Same file"),
  near_copy: () => t("Near copies"),
  camera_serial: () => t("Camera serial"),
  clue: () => t("Clue"),
};
export const KIND_ICON: Record<Kind, string> = {
  register_match: "register",
  same_face: "faces",
  same_file: "copies",
  near_copy: "copies",
  camera_serial: "camera",
  clue: "clue",
};
export const COLUMN: Words<Column> = {
  open: () => t("Open"),
  claimed: () => t("Claimed"),
  assessed: () => t("Assessed"),
  verified: () => t("Verified"),
  referred: () => t("Referred"),
  outcome: () => t("Outcome"),
};
export const BAND: Words<Band> = { strong: () => t("Strong"), moderate: () => t("Moderate"), weak: () => t("Weak") };
export const BAND_BARS: Record<Band, number> = { strong: 3, moderate: 2, weak: 1 };
export const REFERRAL: Words<ReferralState> = {
  drafted: () => t("drafted"),
  sent: () => t("sent"),
  acknowledged: () => t("acknowledged"),
  accepted: () => t("accepted"),
  declined: () => t("declined"),
  returned: () => t("returned"),
  withdrawn: () => t("withdrawn"),
  re_routed: () => t("re-routed"),
};
const OUTCOME: Words<string> = {
  V1: () => t("Country determined"),
  V2: () => t("With information"),
  V3: () => t("Probable"),
  V4: () => t("Confirmed"),
  V5: () => t("Safeguarded"),
  O1: () => t("Probable"),
  O2: () => t("Identified"),
  O3: () => t("Arrested"),
  O4: () => t("Charged"),
  O5: () => t("Convicted"),
  already_identified: () => t("Already identified"),
  already_safe: () => t("Already safe"),
  adult_now: () => t("Adult now"),
  deceased: () => t("Deceased"),
  not_a_victim: () => t("Not a victim"),
  not_a_real_child: () => t("Not a real child"),
  trail_eliminated: () => t("Trail eliminated"),
};

export function outcomeWord(stage: string): string {
  return OUTCOME[stage]?.() ?? stage;
}

export function leadNumber(number: number): string {
  return `L-${String(number).padStart(4, "0")}`;
}
export function referralNumber(number: number): string {
  return `R-${String(number).padStart(4, "0")}`;
}
export function personNumber(number: number): string {
  return `P-${String(number).padStart(4, "0")}`;
}
