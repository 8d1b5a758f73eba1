/** How long the sending of a file takes, as people read it. */
import { t } from "../core/i18n";
import { left } from "../shared/time";

/** How long the rest takes, from what was sent in how long; empty while that is not known. */
export function timeLeft(rest: number, sent: number, ms: number): string {
  if (sent <= 0 || ms < 2000) return "";
  const more = (rest / sent) * ms;
  return more < 90_000 ? t("about {n} s left", { n: Math.ceil(more / 1000) }) : t("about {span} left", { span: left(more) });
}
