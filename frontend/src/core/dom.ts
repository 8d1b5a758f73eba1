/** Small helpers to build elements without markup strings: a strict content policy lets none become elements. */

type Child = Node | string | null | undefined | false;

/** Make an element: attributes by name, `on…` as listeners, children as nodes or text. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | boolean | number | ((event: Event) => void) | undefined> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child) node.append(child);
  return node;
}

/** Say something to a screen reader without moving anything on the screen. */
export function announce(text: string): void {
  const region = document.getElementById("announcer");
  if (!region) return;
  region.textContent = "";
  // A region that is given the same text twice says it once: emptied first, filled in the next frame.
  requestAnimationFrame(() => {
    region.textContent = text;
  });
}

/** A tool that is pressed with the mouse leaves the focus where it was, so that Space goes on lifting the veil. */
export function keepFocus(event: MouseEvent): void {
  if (event.target instanceof Element && event.target.closest("button")) event.preventDefault();
}
