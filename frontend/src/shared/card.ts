/** The codes on cards. The shapes themselves are made from what the server answers: answers.ts. */

import type { Card, CardReferral } from "./answers";

export type { Card, CardReferral, CardSide, Colleague, Present } from "./answers";

export type Kind = Card["kind"];
export type Stage = Card["stage"];
export type Band = NonNullable<Card["band"]>;
export type Handling = NonNullable<Card["handling"]>;
export type ReferralState = CardReferral["state"];
/** The columns of the board. Rejected, parked, closed and withdrawn leads stand in none: for them a card says their stage. */
export type Column = Exclude<Card["column"], "rejected" | "parked" | "closed" | "withdrawn">;
