/** On every page: keys and their sheet, the palette, forms as JSON, veils, the operation's clock. Small: no framework. */
import { startClock } from "../page/clock";
import { startForms } from "../page/forms";
import { t } from "../core/i18n";
import { handleKey, register } from "../core/keys";
import { openKeySheet } from "../page/keysheet";
import { openPalette } from "../page/palette";
import { startPrinting } from "../page/print";
import { startUploads } from "../page/upload";
import { startWatching } from "../page/watch";
import { startVeils } from "../core/veil";

const group = t("Everywhere");
register([
  { keys: ["mod+k"], label: t("Find or do"), group, run: openPalette },
  { keys: ["?"], label: t("Show the keys"), group, run: openKeySheet },
  { keys: ["q"], label: t("Leave this screen quickly"), group, run: leave },
]);

/** The quick exit: off the media, to the operation's first page. */
function leave(): void {
  window.location.assign(document.body.dataset.base || "/");
}

document.addEventListener("keydown", handleKey);
document.addEventListener("click", (event) => {
  const asked = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-do]") : null;
  if (asked?.dataset.do === "palette") openPalette();
  if (asked?.dataset.do === "keys") openKeySheet();
  if (asked?.dataset.do === "print") window.print();
});
// A menu of <details> closes when one leaves it.
document.addEventListener("pointerdown", (event) => {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]"))
    if (!(event.target instanceof Node && menu.contains(event.target))) menu.open = false;
});
document.addEventListener("keyup", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
});
startClock();
startForms();
startVeils();
startUploads();
startPrinting();
startWatching();
// Forms and buttons act from here on: the scripts of the page's own modules have run before. Tests wait for it.
document.documentElement.dataset.ready = "";
