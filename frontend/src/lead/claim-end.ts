/** How one's own claim on a lead ended, where it was not one's own doing: what has to be told, and nothing else. Pure. */
import { plainName } from "../shared/name";
import type { HistoryEntry, LeadPage } from "./types";

/** `lease`: nobody is named, it ran out. `other`: who ended it, and the record's own end of that sentence. */
export type ClaimEnd = { why: "lease" } | { why: "other"; name: string; text: string };

const ENDS: readonly string[] = [
  "lead:released",
  "lead:handed_over",
  "lead:taken_over",
  "lead:lease_ended",
  "lead:freed",
  "lead:parked",
  "lead:closed",
];

/** Null while the claim stands, and where I let go of it myself: released, handed over, set aside or signed. */
export function claimEnd(before: LeadPage | null, page: LeadPage, me: number): ClaimEnd | null {
  if (!before?.claim.mine || page.claim.mine || page.my_assessment) return null;
  const entry = page.history.find(({ seq, kind }: HistoryEntry) => seq > before.seq && ENDS.includes(kind));
  if (entry?.actor?.id === me) return null;
  if (entry?.actor && entry.kind !== "lead:lease_ended") return { why: "other", name: plainName(entry.actor), text: entry.text };
  return { why: "lease" };
}
