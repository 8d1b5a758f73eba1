/** On every page: keys and their sheet, the palette, forms as JSON, veils, the operation's clock. Small: no framework. */
import { startClock } from "../page/clock";
import { startDownloads } from "../page/downloads";
import { startForms } from "../page/forms";
import { startMenus } from "../page/menus";
import { t } from "../core/i18n";
import { handleKey, register } from "../core/keys";
import { noticePeople } from "../core/attended";
import { guardClicks } from "../core/clicks";
import { el } from "../core/dom";
import { keepOwnWords } from "../core/own-words";
import { openPalette } from "../page/palette";
import { startPrinting } from "../page/print";
import { startSorting } from "../page/sorting";
import { startWatching } from "../page/watch";
import { offerSignIn, offerStepUp } from "../core/api";
import { startVeils } from "../core/veil";
import { startKeeping } from "../shared/keeping";

const group = t("Everywhere");
const openKeySheet = async (): Promise<void> => (await import("../page/keysheet")).openKeySheet();
register([
  { keys: ["mod+k"], label: t("Find or do"), group, run: openPalette, views: true },
  { keys: ["?"], label: t("Show the keys"), group, run: () => void openKeySheet(), views: true },
  { keys: ["q"], label: t("Leave this screen quickly"), group, run: leave, views: true },
  { keys: ["mod+enter"], label: t("Send the form that you are writing in"), group, run: () => undefined, passive: true },
  { keys: ["escape"], label: t("Close what lies on top"), group, run: () => undefined, passive: true },
]);

/** The quick exit: off the media, to the operation's first page. */
function leave(): void {
  window.location.assign(document.body.dataset.base || "/");
}

document.addEventListener("keydown", handleKey);
document.addEventListener("click", (event) => {
  const asked = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-do]") : null;
  if (asked?.dataset.do === "palette") openPalette();
  if (asked?.dataset.do === "keys") void openKeySheet();
  if (asked?.dataset.do === "print") window.print();
});
const island = document.querySelector("main[data-island]");
if (island)
  keepOwnWords(island, () => {
    const said = t("A translator changes the words of this page, and what it shows may be old. Switch it off for this site.");
    island.before(el("p", { class: "notice warn", role: "alert" }, said));
  });
noticePeople();
startMenus();
guardClicks();
startClock();
startSorting();
startForms();
startVeils();
startDownloads();
startPrinting();
startWatching();
const heard = document.querySelector<HTMLElement>("[data-bell]");
if (heard) void import("../page/bell").then(({ startBell }) => startBell(Number(heard.dataset.bell), heard));
if (document.querySelector<HTMLMetaElement>('meta[name="me"]')?.content)
  offerSignIn(async () => (await import("../shared/sign-in")).signInAgain());
offerStepUp(async () => (await import("../shared/passkeys")).askAgain());
const regions = document.querySelectorAll<HTMLSelectElement>("select[data-regions-of]");
if (regions.length) void import("../page/regions").then(({ startRegions }) => startRegions(regions));
// Forms and buttons act from here on, and what was kept stands in them: the scripts of the page's own modules have run before.
// Tests wait for it.
const sends = document.querySelector("form[data-upload], form[data-packed]");
const uploads = sends ? import("../page/upload").then(({ startUploads }) => startUploads()) : null;
void Promise.all([startKeeping(), uploads]).finally(() => {
  document.documentElement.dataset.ready = "";
});
