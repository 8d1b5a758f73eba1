/** The card of a lead as the board's query sends it: the same for everybody who holds the same keys, nothing per viewer. */

export type Kind = "register_match" | "same_face" | "same_file" | "near_copy" | "camera_serial" | "clue";
export type Stage = "open" | "assessed" | "verified" | "rejected" | "referred" | "outcome" | "closed" | "parked";
export type Column = "open" | "claimed" | "assessed" | "verified" | "referred" | "outcome";
export type Band = "strong" | "moderate" | "weak";
export type Handling = "H0" | "H1" | "H2" | "H3";
export type ReferralState =
  | "drafted"
  | "sent"
  | "acknowledged"
  | "accepted"
  | "declined"
  | "returned"
  | "re_routed"
  | "withdrawn";

/** A person as colleagues see one: in an exercise a country and a role. */
export interface Colleague {
  id: number;
  name: string;
  country: string;
}

/** One side. A hidden one is only said to be there. */
export interface CardFace {
  side: 1 | 2;
  country: string | null;
  face: string | null;
  media: string | null;
  hidden: boolean;
  what: "person" | "register" | "media" | "hidden";
}

export interface CardReferral {
  number: number;
  to: string;
  state: ReferralState;
  due_at: string | null;
}

export interface Card {
  id: string;
  number: number;
  kind: Kind;
  stage: Stage;
  /** Where the card stands; for rejected, parked and closed leads, which stand in no column, their stage. */
  column: Column | "rejected" | "parked" | "closed";
  priority: 1 | 2 | 3;
  countries: string[];
  handling: Handling | null;
  band: Band | null;
  score_withheld: boolean;
  no_face_score: boolean;
  age_gap_years: number | null;
  /** An examiner with these keys can claim it once nobody holds it. */
  is_claimable: boolean;
  sides: CardFace[];
  holder: Colleague | null;
  lease_until: string | null;
  lease_s: number;
  /** Settled opinions. */
  opinions: number;
  opinions_wanted: "second" | "third" | null;
  waiting_since: string;
  referrals: CardReferral[];
  outcome: string | null;
  changed_seq: number;
}
