/** Sizes of files and how long their sending takes, as people read them. */
import { currentLanguage, t } from "../core/i18n";
import { left } from "../shared/time";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** A number of bytes, by thousands. */
export function size(bytes: number): string {
  const step = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return new Intl.NumberFormat(currentLanguage(), {
    style: "unit",
    unit: UNITS[step] ?? "byte",
    unitDisplay: step ? "short" : "long",
    maximumFractionDigits: step > 1 ? 1 : 0,
  }).format(bytes / 1000 ** step);
}

/** How long the rest takes, from what was sent in how long; empty while that is not known. */
export function timeLeft(rest: number, sent: number, ms: number): string {
  if (sent <= 0 || ms < 2000) return "";
  const more = (rest / sent) * ms;
  return more < 90_000 ? t("about {n} s left", { n: Math.ceil(more / 1000) }) : t("about {span} left", { span: left(more) });
}
