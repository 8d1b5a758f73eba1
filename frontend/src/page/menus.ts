/** A menu of `<details class="menu">` closes when one leaves it, and on Escape where nothing lies over it; what is written in it stays. */
import { openLayer } from "../core/keys";

const open = new Map<HTMLDetailsElement, () => void>();

function menuOf(target: EventTarget | null): HTMLDetailsElement | null {
  return target instanceof HTMLDetailsElement && target.matches(".menu") ? target : null;
}

export function startMenus(): void {
  // The event does not bubble.
  document.addEventListener("toggle", (event) => follow(menuOf(event.target)), { capture: true });
  document.addEventListener("pointerdown", (event) => {
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]"))
      if (!(event.target instanceof Node && menu.contains(event.target))) menu.open = false;
  });
}

function follow(menu: HTMLDetailsElement | null): void {
  if (!menu) return;
  open.get(menu)?.();
  open.delete(menu);
  if (!menu.open) return;
  const leave = openLayer(() => {
    menu.open = false;
    if (!menu.isConnected) leave();
    menu.querySelector("summary")?.focus();
  });
  open.set(menu, leave);
}
