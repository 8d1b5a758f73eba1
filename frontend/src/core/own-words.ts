/**
 * The words of a screen stay the product's own, whatever translates the page.
 *
 * A translator that does not heed `translate="no"` puts a FONT element in the place of a text. What the screen draws there later would
 * change the text that nobody sees any more, and «Nobody holds this lead.» would stand beside «You hold this lead». So the text is put
 * back. A translator that translates it anew each time is left alone after a few times, and it is said that its words may be old.
 */
const MOST = 3;

/** The element that stands in a text's place, if a translator did it; what people wrote may be translated. */
function standIn(text: Node, record: MutationRecord): HTMLElement | null {
  if (!(text instanceof Text) || text.isConnected) return null;
  const near = [...record.addedNodes, record.previousSibling, record.nextSibling];
  const isFont = (node: Node | null): node is HTMLElement => node instanceof HTMLElement && node.tagName === "FONT";
  const font = near.find((node) => isFont(node) && node.isConnected) as HTMLElement | undefined;
  return font?.closest("[translate]")?.getAttribute("translate") === "no" ? font : null;
}

/** Put back what a translator takes away under `root`; `giveUp` is called once, when it does so again and again. */
export function keepOwnWords(root: Node, giveUp: () => void): void {
  const times = new WeakMap<Node, number>();
  let hasGivenUp = false;
  const observer = new MutationObserver((records) => {
    for (const record of records)
      for (const text of record.removedNodes) {
        const font = hasGivenUp ? null : standIn(text, record);
        if (!font) continue;
        const count = (times.get(text) ?? 0) + 1;
        times.set(text, count);
        hasGivenUp = count > MOST;
        if (!hasGivenUp) font.replaceWith(text);
      }
    if (!hasGivenUp) return;
    observer.disconnect();
    giveUp();
  });
  observer.observe(root, { childList: true, subtree: true });
}
