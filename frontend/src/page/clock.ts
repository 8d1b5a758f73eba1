/** The operation's clock: how long its window stays open, by the server's time; drawn into what the server has rendered. */
import { serverNow } from "../core/api";
import { t } from "../core/i18n";
import { longSpan, span } from "../shared/time";

const TICK_MS = 15_000;

/** What the clock says now. */
export function clockWords(opens: number, closes: number, now: number): string {
  if (now < opens) return t("opens in {time}", { time: span(opens - now) });
  if (now < closes) return longSpan(closes - now);
  return t("window closed");
}

export function startClock(): void {
  const node = document.querySelector<HTMLElement>("[data-clock]");
  if (!node) return;
  const opens = Date.parse(node.dataset.opens ?? "");
  const closes = Date.parse(node.dataset.closes ?? "");
  if (Number.isNaN(opens) || Number.isNaN(closes)) return;
  const draw = (): void => {
    node.textContent = clockWords(opens, closes, serverNow());
  };
  draw();
  window.setInterval(draw, TICK_MS);
  startWall();
}

/** The wall clock of the status bar: the operation's own zone, then UTC. */
function startWall(): void {
  const node = document.querySelector<HTMLElement>("[data-wall]");
  if (!node) return;
  const zone = node.dataset.wall || "UTC";
  const draw = (): void => {
    const now = new Date(serverNow());
    const place = zone.split("/").at(-1)?.replaceAll("_", " ") ?? zone;
    const options: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", numberingSystem: "latn" };
    // Dates as the pages of the server write them: the day before the month.
    const lang = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
    const day = new Intl.DateTimeFormat(lang, {
      weekday: "short",
      day: "numeric",
      month: "short",
      year: "numeric",
      numberingSystem: "latn",
      timeZone: zone,
    }).format(now);
    const here = new Intl.DateTimeFormat(lang, { ...options, timeZone: zone }).format(now);
    const utc = new Intl.DateTimeFormat(lang, { ...options, timeZone: "UTC" }).format(now);
    node.textContent = zone === "UTC" ? `${day} · ${utc} UTC` : `${day} · ${here} ${place} · ${utc} UTC`;
  };
  draw();
  window.setInterval(draw, TICK_MS);
}
