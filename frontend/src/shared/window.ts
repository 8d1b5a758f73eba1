/**
 * Which items of a long list are in the document: those in sight, some on either side, and the one with the cursor, which may be
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
import { useCallback, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";

/** What a list holds: told apart by its id. */
export interface Item {
  id: string;
}

/** Items beyond either edge: enough for the keys, and for readers of screens, to go on without waiting for the scroll. */
const BEYOND = 6;
/** What is in sight until the list was measured. */
const FIRST_SIGHT = { width: 230, height: 1000 };

type Options = VirtualizerOptions<HTMLOListElement, HTMLLIElement>;
type Columns = Virtualizer<HTMLOListElement, HTMLLIElement>;

/** An item in the document, or the empty space before the item at a place. */
export type Piece<T> = { at: number; item: T; height?: never } | { at: number; item?: never; height: number };

export interface Window<T> {
  scroller: Ref<HTMLOListElement>;
  pieces: Piece<T>[];
  measure: (item: HTMLLIElement | null) => void;
}

/**
 * The items of a list that are in the document. cursor: the id of the one that always is; estimatedPx: how high one is, before it
 * was measured; beyond: how many stand beyond either edge.
 */
export function useWindow<T extends Item>(
  items: readonly T[],
  cursor: string,
  estimatedPx: number | ((item: T) => number),
  beyond = BEYOND,
): Window<T> {
  const scroller = useRef<HTMLOListElement>(null);
  const [, draw] = useReducer((n: number) => n + 1, 0);
  const gap = useRef(0);
  // The same function while the items are the same: a new one has every item's place computed anew.
  const getItemKey = useCallback((index: number) => items[index]?.id ?? index, [items]);
  const options: Options = {
    count: items.length,
    overscan: beyond,
    gap: gap.current,
    initialRect: FIRST_SIGHT,
    getScrollElement: () => scroller.current,
    getItemKey,
    estimateSize: (index) => heightOf(items[index], estimatedPx),
    rangeExtractor: (range) =>
      placesWith(
        range,
        items.findIndex((item) => item.id === cursor),
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
  return { scroller, pieces: pieces(list, items, gap.current), measure: list.measureElement };
}

function heightOf<T>(item: T | undefined, estimatedPx: number | ((item: T) => number)): number {
  if (typeof estimatedPx === "number") return estimatedPx;
  return item === undefined ? 0 : estimatedPx(item);
}

/** The places in a range and beyond it, in order, with the place of the cursor wherever it is. */
export function placesWith({ startIndex, endIndex, overscan, count }: Range, cursor: number): number[] {
  const first = Math.max(0, startIndex - overscan);
  const last = Math.min(count - 1, endIndex + overscan);
  const places = Array.from({ length: last - first + 1 }, (_, n) => first + n);
  if (cursor < 0 || (cursor >= first && cursor <= last)) return places;
  return cursor < first ? [cursor, ...places] : [...places, cursor];
}

function pieces<T extends Item>(list: Columns, items: readonly T[], gap: number): Piece<T>[] {
  const found: Piece<T>[] = [];
  let end = -gap;
  for (const place of list.getVirtualItems()) {
    const item = items[place.index];
    if (!item) continue;
    // The list puts a gap on either side of a space as well.
    if (place.start - end > gap) found.push({ at: place.index, height: Math.max(0, place.start - end - 2 * gap) });
    found.push({ at: place.index, item });
    end = place.end;
  }
  const after = list.getTotalSize() - end;
  if (after > 0) found.push({ at: items.length, height: Math.max(0, after - gap) });
  return found;
}
