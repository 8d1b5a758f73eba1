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

/** How much a near copy is like its medium: of a video the share of frames that match, of a photo the bits that do not. */
export function likeness(near: { distance: number; percent: number | null }): string {
  return near.percent === null ? t("{n} bits apart", { n: near.distance }) : t("{n} % of the frames match", { n: near.percent });
}
