/** A menu of `<details class="menu">` closes when one leaves it, and on Escape where nothing lies over it; what is written in it stays. */
import { openLayer } from "../core/keys";

const open = new Map<HTMLDetailsElement, () => void>();

function isMenu(target: Node): target is HTMLDetailsElement {
  return target instanceof HTMLDetailsElement && target.matches(".menu");
}

export function startMenus(): void {
  // Not the event «toggle»: it comes a moment after the menu is open, and Escape pressed before it would close what lies below.
  const watch = new MutationObserver((changes) => {
    for (const { target } of changes) if (isMenu(target)) follow(target);
  });
  watch.observe(document, { subtree: true, attributeFilter: ["open"] });
  document.addEventListener("pointerdown", (event) => {
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]"))
      if (!(event.target instanceof Node && menu.contains(event.target))) menu.open = false;
  });
}

function follow(menu: HTMLDetailsElement): void {
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
