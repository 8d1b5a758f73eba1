/** The gallery's island: mounts on `<main data-island="gallery">` and registers its keys. */
import { render } from "preact";
import { t } from "../core/i18n";
import { register } from "../core/keys";
import { GalleryController } from "../gallery/controller";
import { GalleryView } from "../gallery/view";
import { holdSpace } from "../shared/hold-space";
import { pageFacts } from "../shared/page-facts";

function start(mount: HTMLElement): void {
  const controller = new GalleryController(pageFacts(mount));
  const forwards = document.documentElement.dir === "rtl" ? -1 : 1;
  const group = t("Material");
  const move = (across: number, down: number): void => {
    controller.move(across, down);
    // The tile is drawn in the next frame at the latest; then its link takes the focus, and the browser brings it into sight.
    requestAnimationFrame(() => mount.querySelector<HTMLElement>(`[data-id="${controller.cursor.peek()}"] > a`)?.focus());
  };
  const step = { views: true, repeats: true };
  register([
    { keys: ["arrowright", "l"], label: t("Next tile"), group, run: () => move(forwards, 0), ...step },
    { keys: ["arrowleft", "h"], label: t("Tile before"), group, run: () => move(-forwards, 0), ...step },
    { keys: ["arrowdown", "j"], label: t("Tile below"), group, run: () => move(0, 1), ...step },
    { keys: ["arrowup", "k"], label: t("Tile above"), group, run: () => move(0, -1), ...step },
    { keys: [" "], label: t("Hold to see the picture"), group, run: () => undefined, passive: true },
    { keys: ["enter"], label: t("Open the page of the medium"), group, run: () => open(controller), views: true },
    {
      keys: ["o"],
      label: t("Open or close the stack"),
      group,
      run: () => controller.toggleStack(controller.current()),
      views: true,
    },
    { keys: ["e"], label: t("Show or fold away what was seen"), group, run: () => controller.toggleFold(), views: true },
    { keys: ["-"], label: t("Smaller tiles"), group, run: () => controller.resize(-1), views: true },
    { keys: ["+", "="], label: t("Larger tiles"), group, run: () => controller.resize(1), views: true },
    { keys: ["/"], label: t("Filter"), group, run: () => document.getElementById("facets")?.focus(), views: true },
  ]);
  holdSpace(controller.lifting, () => controller.cursor.peek());
  render(<GalleryView controller={controller} />, mount);
}

function open(controller: GalleryController): void {
  const tile = controller.current();
  if (tile) window.location.assign(controller.pageOf(tile.id));
}

const mount = document.querySelector<HTMLElement>('[data-island="gallery"]');
if (mount) start(mount);
