/** The marks that stand beside a label: an icon for each kind of lead, bars for each band. */
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
