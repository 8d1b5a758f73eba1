/** Cards and repeatable chance for tests. */
import type { Card } from "../src/shared/card";

export function makeCard(number: number, change: Partial<Card> = {}): Card {
  return {
    id: String(number),
    number,
    kind: "same_face",
    stage: "open",
    column: "open",
    priority: 2,
    countries: ["EC", "PE"],
    handling: null,
    band: null,
    score_withheld: true,
    no_face_score: false,
    age_gap_years: null,
    clue: null,
    is_claimable: true,
    claimable_by: null,
    standing: null,
    about: [],
    sides: [],
    holder: null,
    lease_until: null,
    lease_s: 1800,
    custody: null,
    holder_left: null,
    late_until: null,
    basis_ended: [],
    opinions: 0,
    opinions_wanted: null,
    waiting_since: "2026-11-11T10:00:00+00:00",
    referrals: [],
    outcome: null,
    changed_seq: 1,
    ...change,
  };
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
