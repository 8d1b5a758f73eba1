/** The marks that stand beside a label: an icon for each kind of lead, bars for each band. */
import { t } from "../core/i18n";
import type { Band, Kind } from "./card";

export const KIND_ICON: Record<Kind, string> = {
  register_match: "register",
  same_face: "faces",
  same_file: "copies",
  near_copy: "copies",
  camera_serial: "camera",
  lens_serial: "camera",
  document_id: "copies",
  clue: "clue",
  outside_result: "search",
};
export const BAND_BARS: Record<Band, number> = { strong: 3, moderate: 2, weak: 1 };

/**
 * How much a near copy is like its medium: of a video the share of frames that match, of a photo the bits that do not, or, where one of
 * the two is covered in part, the share of the picture that agrees.
 */
export function likeness(near: { kind: string; distance: number; percent: number | null }): string {
  if (near.percent === null) return t("{n} bits apart", { n: near.distance });
  return near.kind === "photo"
    ? t("covered in part: {n} % agree", { n: near.percent })
    : t("{n} % of the frames match", { n: near.percent });
}
