/** The lead to go to when one is done: the best free one under the filter that the board had, which the address carries. */
import { call } from "../core/api";
import type { Board } from "../shared/answers";
import type { PageFacts } from "../shared/page-facts";
import { fromQuery, isNarrowed, passes } from "./filters";
import { inColumns, nextBest } from "./store";

const FIRST = 60;

/** The id of the next lead; null where none is free. Raises: Refusal. */
export async function nextLead(facts: PageFacts): Promise<string | null> {
  const filter = fromQuery(location.search);
  const first = isNarrowed(filter) ? "" : `?first=${FIRST}`;
  const board = await call<Board>("GET", `/api/v1/operations/${facts.operation}/board${first}`);
  const cards = board.cards.filter((card) => card.id !== facts.lead && passes(card, filter, facts.me));
  return nextBest(inColumns(cards, facts.me), facts.country)?.id ?? null;
}
