/** What a side of a lead is called on the screen. */
import { t } from "../core/i18n";
import { personNumber } from "../shared/numbers";
import type { Side } from "./types";

/** The number of its entry or person; without one, its exhibit or its country. */
export function sideName(side: Side): string {
  if (side.register_entry) return side.register_entry.number;
  if (side.person) return personNumber(side.person.number);
  if (side.hidden) return t("Restricted");
  return side.media?.exhibit?.label ?? side.country;
}
