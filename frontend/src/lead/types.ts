/**
 * The names under which the lead's page knows what `GET /api/v1/leads/{id}` answers: answers.ts, made from the server's own types.
 *
 * A side the viewer holds no key to is `hidden` and carries nothing but its country; one whose picture was opened alone
 * (`is_pair_only`) carries its face or its preview and nothing beside it. `permissions` answers «may I do it now», from
 * the policy, the lead's state and the viewer's part in it: a button that would be refused is not shown.
 */

import type {
  DepictedPerson,
  LeadReferral,
  LeadSide,
  Medium,
  RegisterEntry,
  RevealedAssessment,
  WordedLeadPage,
} from "../shared/answers";

export type {
  AccessRequest,
  Annotation,
  Comment,
  ErrorRate,
  Evidence,
  Face,
  HistoryEntry,
  JurisdictionClaim,
  KnownErrors,
  MyAssessment,
  Present,
  RegisterEntry,
  RevealedAssessment,
  Score,
} from "../shared/answers";

export type LeadPage = WordedLeadPage;
export type Side = LeadSide;
export type Person = DepictedPerson;
export type Media = Medium;
export type Referral = LeadReferral;
export type Action = keyof LeadPage["permissions"];
export type Sex = RegisterEntry["sex"];
export type AgeBand = NonNullable<Person["age_band"]>;
export type Suitability = RevealedAssessment["suitability"][number];
export type Judgement = RevealedAssessment["features"][string];
/** 1 strong support: same person … 5 strong support: different people. */
export type Opinion = RevealedAssessment["opinion"];
/** An unfinished opinion. */
export interface Draft {
  opinion: Opinion | null;
  suitability: (Suitability | null)[];
  features: Record<string, Judgement>;
  reason: string;
}
export type Urgency = Referral["urgency"];
export type Competence = Referral["competence"];
export type Ground = LeadPage["jurisdiction"][number]["ground"];
/** W3C Web Annotation fragment selector, in per cent of the crop's sides: `xywh=percent:10,20,30,15`. */
export type Selector = NonNullable<LeadPage["annotations"][number]["box"]>;
