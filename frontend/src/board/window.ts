/**
 * Which cards of a column are in the document: those in sight, some on either side, and the one with the cursor, which may be
 * the focus. All others are empty space of their height, measured once they were seen and estimated until then.
 */
import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type Range,
  Virtualizer,
  type VirtualizerOptions,
} from "@tanstack/virtual-core";
import type { Ref } from "preact";
import { useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";
import type { Card } from "../shared/card";

/** Cards beyond either edge: enough for the keys, and for readers of screens, to go on without waiting for the scroll. */
const BEYOND = 6;
const ESTIMATED_PX = 106;
/** What is in sight until the column was measured. */
const FIRST_SIGHT = { width: 230, height: 1000 };

type Options = VirtualizerOptions<HTMLOListElement, HTMLLIElement>;
type Columns = Virtualizer<HTMLOListElement, HTMLLIElement>;

/** A card in the document, or the empty space before the card at a place. */
export type Piece = { at: number; card: Card; height?: never } | { at: number; card?: never; height: number };

export interface Window {
  scroller: Ref<HTMLOListElement>;
  pieces: Piece[];
  measure: (item: HTMLLIElement | null) => void;
}

export function useWindow(cards: readonly Card[], cursor: string): Window {
  const scroller = useRef<HTMLOListElement>(null);
  const [, draw] = useReducer((n: number) => n + 1, 0);
  const gap = useRef(0);
  const options: Options = {
    count: cards.length,
    overscan: BEYOND,
    gap: gap.current,
    initialRect: FIRST_SIGHT,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => cards[index]?.id ?? index,
    estimateSize: () => ESTIMATED_PX,
    rangeExtractor: (range) =>
      placesWith(
        range,
        cards.findIndex((card) => card.id === cursor),
      ),
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: () => draw(0),
  };
  const [list] = useState<Columns>(() => new Virtualizer(options));
  list.setOptions(options);
  useLayoutEffect(() => {
    if (scroller.current) gap.current = Number.parseFloat(getComputedStyle(scroller.current).rowGap) || 0;
    return list._didMount();
  }, [list]);
  useLayoutEffect(() => list._willUpdate());
  return { scroller, pieces: pieces(list, cards, gap.current), measure: list.measureElement };
}

/** The places in a range and beyond it, in order, with the place of the cursor wherever it is. */
export function placesWith({ startIndex, endIndex, overscan, count }: Range, cursor: number): number[] {
  const first = Math.max(0, startIndex - overscan);
  const last = Math.min(count - 1, endIndex + overscan);
  const places = Array.from({ length: last - first + 1 }, (_, n) => first + n);
  if (cursor < 0 || (cursor >= first && cursor <= last)) return places;
  return cursor < first ? [cursor, ...places] : [...places, cursor];
}

function pieces(list: Columns, cards: readonly Card[], gap: number): Piece[] {
  const found: Piece[] = [];
  let end = -gap;
  for (const item of list.getVirtualItems()) {
    const card = cards[item.index];
    if (!card) continue;
    // The list puts a gap on either side of a space as well.
    if (item.start - end > gap) found.push({ at: item.index, height: Math.max(0, item.start - end - 2 * gap) });
    found.push({ at: item.index, card });
    end = item.end;
  }
  const after = list.getTotalSize() - end;
  if (after > 0) found.push({ at: cards.length, height: Math.max(0, after - gap) });
  return found;
}
