/** How one's own claim on a lead ended, where it was not done on this page: what has to be told, and nothing else. Pure. */
import { plainName } from "../shared/name";
import type { HistoryEntry, LeadPage } from "./types";

/** `lease`: nobody is named, it ran out. `other`: who ended it, and the record's own end of that sentence. `mine`: I did, in another
 * window or on another device. */
export type ClaimEnd = { why: "lease" } | { why: "other" | "mine"; name: string; text: string };

const ENDS: readonly string[] = [
  "lead:released",
  "lead:handed_over",
  "lead:taken_over",
  "lead:lease_ended",
  "lead:freed",
  "lead:parked",
  "lead:closed",
];

/** Whether what is sent there lets go of one's own claim, if it is accepted. */
export function endsClaim(path: string): boolean {
  return /\/(release|hand-over|park|close|take-over)$/.test(path);
}

/** Null while the claim stands, where I have signed, and where I let go of it on this page (letGo): released, handed over, set aside. */
export function claimEnd(before: LeadPage | null, page: LeadPage, me: number, letGo: boolean): ClaimEnd | null {
  if (!before?.claim.mine || page.claim.mine || page.my_assessment) return null;
  const entry = page.history.find(({ seq, kind }: HistoryEntry) => seq > before.seq && ENDS.includes(kind));
  const isMine = entry?.actor?.id === me;
  if (isMine && letGo) return null;
  if (entry?.actor && entry.kind !== "lead:lease_ended")
    return { why: isMine ? "mine" : "other", name: plainName(entry.actor), text: entry.text };
  return { why: "lease" };
}
