/**
 * Lists of a page in the order of the reader's language: `<select data-sorted>` (an option without a value stays first) and
 * `<tbody data-sorted="1 0">` (by the words of these cells, from 0; a row of one wide cell stays below the row before it). The
 * database has no order of any language.
 */
import { inOrder } from "../core/collation";

interface Group {
  parts: Element[];
  words: string[];
}

export function startSorting(): void {
  for (const list of document.querySelectorAll<HTMLElement>("[data-sorted]")) {
    const cells = (list.dataset.sorted || "0").split(" ").map(Number);
    const groups: Group[] = [];
    for (const part of list.children) {
      const before = groups.at(-1);
      if (before && part instanceof HTMLTableRowElement && part.cells.length === 1) before.parts.push(part);
      else groups.push({ parts: [part], words: wordsOf(part, cells) });
    }
    groups.sort(byWords);
    list.append(...groups.flatMap((group) => group.parts));
  }
}

function byWords(one: Group, other: Group): number {
  for (const [at, words] of one.words.entries()) {
    const order = inOrder(words, other.words[at] ?? "");
    if (order) return order;
  }
  return 0;
}

function wordsOf(part: Element, cells: readonly number[]): string[] {
  if (part instanceof HTMLOptionElement) return [part.value ? part.text.trim() : ""];
  if (part instanceof HTMLTableRowElement) return cells.map((cell) => part.cells[cell]?.textContent?.trim() ?? "");
  return [part.textContent?.trim() ?? ""];
}
