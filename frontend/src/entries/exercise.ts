/**
 * The director's page: its keys, and its parts that change by themselves.
 *
 * A part with `data-fresh` is taken anew from the server when something happened in the exercise; what is written into a form and
 * the chosen seat stay.
 */
import { t } from "../core/i18n";
import { register } from "../core/keys";
import { openLine } from "../core/live";
import { freshen, pageAnew } from "../page/watch";

/** At most one page per this time is asked for, however many acts there are. */
const EVERY_MS = 2000;

function start(main: HTMLElement): void {
  let isDue = false;

  async function refresh(): Promise<void> {
    isDue = false;
    const page = await pageAnew();
    if (!page) return;
    const chosen = main.querySelector<HTMLInputElement>("[name=user_id]:checked")?.value;
    freshen(page, main);
    for (const seat of main.querySelectorAll<HTMLInputElement>("[name=user_id]")) seat.checked = seat.value === chosen;
  }
  const soon = (): void => {
    if (isDue) return;
    isDue = true;
    // Without a connection nothing is asked; when the line is back, it asks again.
    window.setTimeout(() => void refresh().catch(() => undefined), EVERY_MS);
  };
  openLine(Number(main.dataset.operation), soon).on("changes", soon);

  const press = (key: string) => (): void => {
    const button = main.querySelector<HTMLElement>(`[data-key="${key}"]:not(:disabled)`);
    if (button?.checkVisibility()) button.click();
  };
  const pace = (step: number) => (): void => {
    const buttons = [...main.querySelectorAll<HTMLElement>(".pace [aria-pressed]")];
    buttons[buttons.findIndex((button) => button.ariaPressed === "true") + step]?.click();
  };
  const group = t("Exercise director");
  register([
    { keys: ["p"], label: t("Pause, or go on"), group, run: press("p") },
    { keys: ["arrowright"], label: t("One step"), group, run: press("arrowright") },
    { keys: ["-"], label: t("Slower"), group, run: pace(-1) },
    { keys: ["+"], label: t("Faster"), group, run: pace(1) },
    { keys: ["h"], label: t("Give the chosen seat to a person"), group, run: press("h") },
  ]);
}

const mount = document.querySelector<HTMLElement>("[data-director]");
if (mount) start(mount);
