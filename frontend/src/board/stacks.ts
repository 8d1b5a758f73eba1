/**
 * Leads of one entry of a register, or of one person, as a stack in their column: the first in the order of work stands for all.
 * Pure. A stack holds what shares a code with its first card, and not what shares one with another card of it: pairs that a
 * recogniser got wrong would else chain the whole column together. My own leads stand for themselves.
 */
import type { Card } from "../shared/card";

export interface Stack {
  more: Card[];
  /** All of them share the entry of a register with the first card; else a person. */
  onEntry: boolean;
  isOpen: boolean;
}

export interface Stacked {
  /** The cards to show, in order. */
  cards: Card[];
  /** The stacks by the id of their first card. */
  stacks: ReadonlyMap<string, Stack>;
  /** The first card of the stack in which a card is. */
  firstOf: ReadonlyMap<string, string>;
}

/** `opened`: ids of cards whose stacks are open, whichever card of it is first by now. */
export function stacked(cards: readonly Card[], me: number, opened: ReadonlySet<string>): Stacked {
  const places = new Map<string, number[]>();
  cards.forEach((card, place) => {
    if (card.holder?.id !== me)
      for (const code of card.about) {
        const list = places.get(code);
        if (list) list.push(place);
        else places.set(code, [place]);
      }
  });
  const shown: Card[] = [];
  const stacks = new Map<string, Stack>();
  const firstOf = new Map<string, string>();
  cards.forEach((card, place) => {
    if (firstOf.has(card.id)) return;
    shown.push(card);
    if (card.holder?.id === me) return;
    const others = new Set(card.about.flatMap((code) => places.get(code) ?? []));
    const more = [...others]
      .filter((other) => other > place)
      .sort((a, b) => a - b)
      .flatMap((other) => cards[other] ?? [])
      .filter((other) => !firstOf.has(other.id));
    if (!more.length) return;
    const entry = card.about.find((code) => code.startsWith("e:"));
    const isOpen = opened.has(card.id) || more.some((other) => opened.has(other.id));
    stacks.set(card.id, { more, onEntry: !!entry && more.every((other) => other.about.includes(entry)), isOpen });
    for (const other of more) firstOf.set(other.id, card.id);
    if (isOpen) shown.push(...more);
  });
  return { cards: shown, stacks, firstOf };
}
