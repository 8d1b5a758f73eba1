/**
 * Links to files that ask for the passkey now, `<a href="…" download data-asks-passkey>`: where it was shown too long ago it is asked
 * for first, because a browser can only save a file or fail, and would not say why.
 */
import { call, Refusal } from "../core/api";
import { el } from "../core/dom";
import { showFaults } from "./forms";

export function startDownloads(): void {
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-asks-passkey]") : null;
    if (!link || event.defaultPrevented) return;
    event.preventDefault();
    void take(link);
  });
}

async function take(link: HTMLAnchorElement): Promise<void> {
  showFaults(link, []);
  try {
    await call("GET", "/api/v1/step-up");
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return showFaults(link, error.faults);
  }
  el("a", { href: link.href, download: "" }).click();
}
