/**
 * A plain page that changes by itself: when something happened in the operation, its parts with `data-fresh` are taken anew from
 * the server. What is written into a form stays.
 */
import { openLine } from "../core/live";
import { freshen, pageAnew } from "./watch";

/** At most one page per this time is asked for, however many acts there are. */
const EVERY_MS = 2000;

export function startBell(operation: number, root: HTMLElement): void {
  let isDue = false;

  async function refresh(): Promise<void> {
    isDue = false;
    const page = await pageAnew();
    if (page) freshen(page, root);
  }
  const soon = (): void => {
    if (isDue) return;
    isDue = true;
    // Without a connection nothing is asked; when the line is back, it asks again.
    window.setTimeout(() => void refresh().catch(() => undefined), EVERY_MS);
  };
  openLine(operation, soon).on("changes", soon);
}
