/** What is told on a card that could not be claimed: for as long as it is so. Pure. */
import type { Refusal } from "../core/api";
import type { Card } from "../shared/card";
import { plainName } from "../shared/name";

/** `first`: this person was quicker, and holds the card. `other`: why else it was refused. */
export type Told = { why: "first"; holder: number; name: string } | { why: "other"; seq: number; text: string };

/** Who holds the lead, as the refusal names the person. */
export function holderIn({ facts }: Refusal): string {
  return plainName({ name: String(facts.holder ?? ""), played_by: facts.played_by === "partner" ? "partner" : "person" });
}

/** What a refusal tells on the card as it stands by now; null where it is over already. */
export function tellRefusal(refusal: Refusal, card: Card | undefined): Told | null {
  if (!card) return null;
  if (refusal.code !== "held") return { why: "other", seq: card.changed_seq, text: refusal.message };
  const { holder } = card;
  return holder && holder.name === refusal.facts.holder ? { why: "first", holder: holder.id, name: holderIn(refusal) } : null;
}

/** What still holds: that somebody was first, while that person holds the card; anything else, until the card changes. */
export function stillSo(told: Record<string, Told>, cards: ReadonlyMap<string, Card>): Record<string, Told> {
  const isSo = ([id, each]: [string, Told]) => {
    const card = cards.get(id);
    return each.why === "first" ? card?.holder?.id === each.holder : card?.changed_seq === each.seq;
  };
  return Object.fromEntries(Object.entries(told).filter(isSo));
}
