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

interface Look {
  /** How many stand beyond either edge. */
  beyond?: number;
  /** What stands beyond is drawn once the browser rests: a step that brings nothing new into sight then draws none. */
  isBeyondLater?: boolean;
}

/**
 * The items of a list that are in the document. cursor: the id of the one that always is; estimatedPx: how high one is, before it
 * was measured.
 */
export function useWindow<T extends Item>(
  items: readonly T[],
  cursor: string,
  estimatedPx: number | ((item: T) => number),
  { beyond = BEYOND, isBeyondLater = false }: Look = {},
): Window<T> {
  const scroller = useRef<HTMLOListElement>(null);
  const [, draw] = useReducer((n: number) => n + 1, 0);
  const gap = useRef(0);
  const [later] = useState(() => new Later(isBeyondLater, () => draw(0)));
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
        later.span(range),
        range.count,
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
  useLayoutEffect(() => () => later.end(), [later]);
  return { scroller, pieces: pieces(list, items, gap.current), measure: list.measureElement };
}

function heightOf<T>(item: T | undefined, estimatedPx: number | ((item: T) => number)): number {
  if (typeof estimatedPx === "number") return estimatedPx;
  return item === undefined ? 0 : estimatedPx(item);
}

/** The first and the last of what stands next to each other. */
export interface Span {
  first: number;
  last: number;
}

/** What is in sight and beyond it. */
export function spanOf({ startIndex, endIndex, overscan, count }: Range): Span {
  return { first: Math.max(0, startIndex - overscan), last: Math.min(count - 1, endIndex + overscan) };
}

/** What is in sight, with what stands drawn next to it; what went far out of sight goes. */
export function spanNow({ startIndex, endIndex, overscan, count }: Range, drawn: Span): Span {
  const isApart = drawn.last < startIndex - 1 || drawn.first > endIndex + 1;
  if (isApart) return { first: startIndex, last: Math.min(count - 1, endIndex) };
  const far = spanOf({ startIndex, endIndex, overscan: 2 * overscan + 1, count });
  return {
    first: Math.max(far.first, Math.min(startIndex, drawn.first)),
    last: Math.min(far.last, Math.max(endIndex, drawn.last)),
  };
}

/** Draws beyond the edges once the browser rests. */
class Later {
  private drawn: Span = { first: 0, last: -1 };
  private waiting = 0;
  private rests = false;

  constructor(
    private readonly isLater: boolean,
    private readonly draw: () => void,
  ) {}

  /** Which places are drawn now. */
  span(range: Range): Span {
    const wanted = spanOf(range);
    if (!this.isLater) return wanted;
    const now = this.rests ? wanted : spanNow(range, this.drawn);
    this.rests = false;
    this.drawn = now;
    if (now.first !== wanted.first || now.last !== wanted.last) this.wait();
    return now;
  }

  end(): void {
    if (this.waiting) cancelWhenIdle(this.waiting);
    this.waiting = 0;
  }

  private wait(): void {
    this.waiting ||= whenIdle(() => {
      this.waiting = 0;
      this.rests = true;
      this.draw();
    });
  }
}

/** Safari tells of no rest: there it is a while later. */
const A_WHILE_MS = 50;
const whenIdle: (act: () => void) => number =
  typeof requestIdleCallback === "function" ? (act) => requestIdleCallback(act) : (act) => window.setTimeout(act, A_WHILE_MS);
const cancelWhenIdle: (waiting: number) => void =
  typeof cancelIdleCallback === "function" ? (waiting) => cancelIdleCallback(waiting) : (waiting) => window.clearTimeout(waiting);

/** The places of a span in order, with the place of the cursor wherever it is. */
export function placesWith({ first, last }: Span, count: number, cursor: number): number[] {
  const places = Array.from({ length: Math.max(0, Math.min(last, count - 1) - first + 1) }, (_, n) => first + n);
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
