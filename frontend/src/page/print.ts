/** On paper stands when it was printed, by the operation's clock, not when the page was loaded. */
import { serverNow } from "../core/api";
import { currentLanguage } from "../core/i18n";

export function startPrinting(): void {
  window.addEventListener("beforeprint", () => {
    for (const node of document.querySelectorAll<HTMLTimeElement>("[data-printed]")) {
      const now = new Date(serverNow());
      node.dateTime = now.toISOString();
      node.textContent = printedAt(now, node.dataset.printed || "UTC", currentLanguage());
    }
  });
}

/** As the server writes moments: the day before the month, and the zone's own name or its offset. */
export function printedAt(moment: Date, zone: string, language: string): string {
  return new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    numberingSystem: "latn",
    timeZone: zone,
    timeZoneName: "short",
  }).format(moment);
}
