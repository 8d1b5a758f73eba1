/**
 * The board's state and the three ways it changes: a snapshot replaces it, changes and parts are put over it. Pure.
 *
 * The server sends whole cards as they stand at event `seq`, so that nothing is reduced here a second time: a card is replaced
 * or, off the board, dropped. Changes that begin after what is held (a gap) or that were made for other keys are refused; the
 * caller then asks the server. A snapshot may hold only the first cards of each column; the rest then comes in parts while
 * changes arrive, and of two cards the newer one stays. Property: snapshot, parts and changes in any order = fresh snapshot
 * (tests/store.test.ts).
 */
import type { Board, BoardPart } from "../shared/answers";
import type { Card, Column } from "../shared/card";

export interface BoardState {
  seq: number;
  keys: string;
  cards: ReadonlyMap<string, Card>;
  counts: Readonly<Record<string, number>>;
  /** What is still to come of a snapshot that held only the first cards; null when every card is here. */
  rest: Rest | null;
}

export interface Rest {
  /** The event of the snapshot: a part that is older may hold leads that have left the board since. */
  since: number;
  /** The number above which the next part begins. */
  above: number;
  /** How many leads stood in each column at the snapshot. */
  columns: Readonly<Record<string, number>>;
  /** Leads that left the board since, with the event: a part must not bring them back. */
  gone: ReadonlyMap<string, number>;
}

export type Applied = "applied" | "old" | "gap";

export const COLUMNS: readonly Column[] = ["open", "claimed", "assessed", "verified", "referred", "outcome"];
export const EMPTY: BoardState = { seq: 0, keys: "", cards: new Map(), counts: {}, rest: null };

export function columnOf(card: Card): Column | null {
  return (COLUMNS as readonly string[]).includes(card.column) ? (card.column as Column) : null;
}

/** Put an answer of the server over the state. The state is returned unchanged if the answer is old or cannot be applied. */
export function apply(state: BoardState, answer: Board): [BoardState, Applied] {
  if (answer.snapshot) {
    const cards = new Map(answer.cards.filter(columnOf).map((card) => [card.id, card]));
    const { seq, keys, counts, columns } = answer;
    const rest = columns && { since: seq, above: 0, columns, gone: new Map() };
    return [{ seq, keys, cards, counts, rest }, "applied"];
  }
  if (answer.keys !== state.keys || answer.after > state.seq) return [state, "gap"];
  if (answer.seq <= state.seq) return [state, "old"];
  const cards = new Map(state.cards);
  const gone = new Map(state.rest?.gone);
  for (const card of answer.cards) {
    const held = cards.get(card.id);
    if (held && held.changed_seq > card.changed_seq) continue;
    if (columnOf(card)) cards.set(card.id, card);
    else {
      cards.delete(card.id);
      gone.set(card.id, card.changed_seq);
    }
  }
  const rest = state.rest && { ...state.rest, gone };
  return [{ seq: answer.seq, keys: answer.keys, cards, counts: answer.counts, rest }, "applied"];
}

/** Put the part that begins above a number under what is held. `gap`: it was made for other keys, or before the snapshot. */
export function applyPart(state: BoardState, part: BoardPart, above: number): [BoardState, Applied] {
  const { rest } = state;
  if (!rest || rest.above !== above) return [state, "old"];
  if (part.keys !== state.keys || part.seq < rest.since) return [state, "gap"];
  const cards = new Map(state.cards);
  for (const card of part.cards) {
    const known = Math.max(cards.get(card.id)?.changed_seq ?? -1, rest.gone.get(card.id) ?? -1);
    if (card.changed_seq > known && columnOf(card)) cards.set(card.id, card);
  }
  return [{ ...state, cards, rest: part.above === null ? null : { ...rest, above: part.above } }, "applied"];
}

/** What differs between two states, as (card before, card now); nothing if there was no board before. */
export function changedSince(before: BoardState, after: BoardState): [Card | undefined, Card | undefined][] {
  if (!before.keys) return [];
  const ids = new Set([...before.cards.keys(), ...after.cards.keys()]);
  return [...ids]
    .map((id): [Card | undefined, Card | undefined] => [before.cards.get(id), after.cards.get(id)])
    .filter(([was, now]) => was?.changed_seq !== now?.changed_seq);
}

/**
 * Cards by column, each in the order of work: mine first, then whose referral came back, by priority, whoever has waited longest.
 * What came back waits for somebody here; were it not first, a stack could hide it behind a lead that waits for its authority.
 */
export function inColumns(cards: Iterable<Card>, me: number): Record<Column, Card[]> {
  const columns: Record<Column, Card[]> = { open: [], claimed: [], assessed: [], verified: [], referred: [], outcome: [] };
  for (const card of cards) {
    const column = columnOf(card);
    if (column) columns[column].push(card);
  }
  for (const column of COLUMNS) columns[column].sort((a, b) => order(a, b, me));
  return columns;
}

function order(a: Card, b: Card, me: number): number {
  const mine = Number(b.holder?.id === me) - Number(a.holder?.id === me);
  // Times are ISO 8601 in UTC: their order is that of their signs, which costs a tenth of what a language's order does.
  const waiting = a.waiting_since < b.waiting_since ? -1 : Number(a.waiting_since > b.waiting_since);
  return mine || Number(cameBack(b)) - Number(cameBack(a)) || a.priority - b.priority || waiting || a.number - b.number;
}

/** Its referral was returned or declined, and goes nowhere since: the last referral of a card is the one that counts now. */
export function cameBack(card: Card): boolean {
  const last = card.referrals.at(-1)?.state;
  return card.column === "referred" && (last === "returned" || last === "declined");
}

/** The lead to take next: open and unheld before assessed, then the order of work. Null if nothing waits. */
export function nextBest(columns: Record<Column, Card[]>, country: string): Card | null {
  const open = columns.open.find((card) => !card.holder && card.is_claimable);
  const wanted = columns.assessed.find((card) => !card.holder && card.is_claimable);
  if (open && wanted) {
    if (open.priority !== wanted.priority) return open.priority < wanted.priority ? open : wanted;
    return wanted.countries.includes(country) ? wanted : open;
  }
  return open ?? wanted ?? null;
}
