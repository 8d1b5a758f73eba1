/**
 * What `GET /api/v1/leads/{id}` answers: the one place that says what the page of a lead is made of.
 *
 * Times are ISO 8601 in UTC. A side the viewer holds no key to is `hidden` and carries nothing but its country.
 * `permissions` answers «may I do it now», from the policy, the lead's state and the viewer's part in it: a button that would
 * be refused is not shown. The query takes one snapshot; `seq` is the operation's last event in it.
 */

import type { Band, Card, Colleague, Handling, Kind, ReferralState } from "../shared/card";

export type Sex = "female" | "male" | "other" | "unknown";
export type AgeBand = "under_3" | "3_6" | "7_12" | "13_17" | "adult";
export type Judgement = "same" | "different" | "unclear";
/** 1 strong support: same person … 5 strong support: different people. */
export type Opinion = 1 | 2 | 3 | 4 | 5;
export type Ground = "offence_place" | "child_residence" | "suspect_place" | "nationality";
export type Competence = "protection" | "offender" | "evidence";
export type Urgency = "urgent" | "priority" | "normal";

export interface Face {
  id: string;
  /** Left, top, right, bottom: pixels of the working image. */
  box: [number, number, number, number];
  /** x, y of right eye, left eye, nose tip, right and left corner of the mouth: pixels of the working image. */
  landmarks: number[];
  quality_word: "good" | "usable" | "poor";
  eye_distance_px: number;
  yaw_deg: number;
  roll_deg: number;
  /** Seconds into the video; null in a photo. */
  at_s: number | null;
  /** As the file states it, unverified. */
  captured_at: string | null;
}

export interface Person {
  id: string;
  number: number;
  face_count: number;
  age_band: AgeBand | null;
  series_number: number | null;
  /** Other faces of the same person, best quality first, at most 12. */
  other_faces: string[];
}

export interface RegisterEntry {
  number: string;
  /** A name where the register gives one; empty in exercises. */
  label: string;
  sex: Sex;
  date_of_birth: string | null;
  missing_since: string | null;
  place: string | null;
  nationality: string | null;
  details: Record<string, string>;
  register: string;
  is_closed: boolean;
}

export interface Media {
  id: string;
  kind: "photo" | "video";
  /** False for a video that was read only in part: it is damaged, or took too long. */
  is_complete: boolean;
  sha256: string;
  camera_make: string | null;
  camera_model: string | null;
  camera_serial: string | null;
  exhibit: { id: string; label: string; kind: string; handling_code: Handling; custodian_country: string } | null;
  /** As they stood on the device; at most 5, `path_count` says how many there are. */
  device_paths: string[];
  path_count: number;
  near_copies: number;
}

export interface Side {
  side: 1 | 2;
  country: string;
  hidden: boolean;
  face: Face | null;
  person: Person | null;
  register_entry: RegisterEntry | null;
  media: Media | null;
}

export interface Assessment {
  id: string;
  opinion: Opinion;
  features: Record<string, Judgement>;
  reason: string;
  signed_at: string;
}
export interface MyAssessment extends Assessment {
  settled_at: string | null;
}
/** Another's opinion, only once the lead is decided. */
export interface RevealedAssessment extends Assessment {
  examiner: Colleague;
}

export interface Score {
  score: number;
  threshold: number;
  band: Band;
  rank: number | null;
  pack_id: string;
  model_digest: string;
  /** When this viewer first saw it. */
  shown_at: string | null;
}

export interface Evidence {
  /** What speaks besides the face: the lead's other links between the same two sides. */
  kind: Exclude<Kind, "same_face" | "register_match"> | "note";
  countries: string[];
  /** A short title and one sentence, ready to be shown. */
  title: string;
  text: string;
  bearing: "supports" | "against" | "neutral";
  lead: { id: string; number: number } | null;
}

export interface Comment {
  id: string;
  author: Colleague;
  body: string;
  language: string;
  created_at: string;
}

/** W3C Web Annotation fragment selector, in per cent of the crop's sides: `xywh=percent:10,20,30,15`. */
export interface Region {
  type: "FragmentSelector";
  conformsTo: "http://www.w3.org/TR/media-frags/";
  value: string;
}
export interface Annotation {
  id: string;
  side: 1 | 2;
  face_id: string | null;
  region: Region | null;
  note: string;
  author: Colleague;
  version: number;
  changed_at: string;
  /** May this viewer change or remove it. */
  mine: boolean;
}

export interface JurisdictionClaim {
  id: string;
  country: string;
  ground: Ground;
  competence: Competence;
  basis: string;
  stated_by: Colleague;
  stated_at: string;
  may_withdraw: boolean;
}

export interface Agency {
  id: number;
  name: string;
  country: string;
  competences: Competence[];
}

export interface Referral {
  id: string;
  number: number;
  from_country: string;
  to_agency: { id: number; name: string; country: string };
  competence: Competence;
  urgency: Urgency;
  state: ReferralState;
  corroboration: string;
  message: string;
  reason: string | null;
  package_state: "waiting" | "built" | "failed";
  drafted_by: Colleague;
  drafted_at: string;
  approved_by: Colleague | null;
  sent_at: string | null;
  due_at: string | null;
  may_approve: boolean;
  may_send: boolean;
}

export interface AccessRequest {
  id: string;
  agency: { id: number; name: string; country: string };
  asked_by: Colleague;
  asked_at: string;
  reason: string;
  granted: boolean | null;
  until: string | null;
  /** It was granted, and its time is over or it was taken back. */
  is_over: boolean;
  may_answer: boolean;
  may_take_back: boolean;
}

export interface HistoryEntry {
  seq: number;
  at: string;
  kind: string;
  actor: Colleague | null;
  /** What happened, as the end of a sentence that begins with the actor, in the viewer's language. */
  text: string;
}

export interface Present {
  user: number;
  name: string;
  country: string;
  mode: "viewing" | "editing";
}

export interface Draft {
  opinion: Opinion | null;
  features: Record<string, Judgement>;
  reason: string;
}

/** The actions of the policy that the page offers. */
export type Action =
  | "claim_lead"
  | "release_lead"
  | "hand_over_lead"
  | "take_over_lead"
  | "assess_lead"
  | "save_draft"
  | "annotate_lead"
  | "comment_on_lead"
  | "prioritise_lead"
  | "park_lead"
  | "reopen_lead"
  | "close_lead"
  | "ask_access"
  | "state_jurisdiction"
  | "draft_referral"
  | "view_media";

export interface LeadPage extends Omit<Card, "is_claimable" | "referrals" | "sides"> {
  seq: number;
  keys: string;
  operation: { id: number; code_name: string; time_zone: string; state: string; tlp: string };
  created_at: string;
  stage_reason: string | null;
  /** The second examiner must come from another country than the first. */
  second_from_other_country: boolean;
  sides: [Side, Side];
  claim: { mine: boolean; token: number | null; lease_until: string | null };
  my_assessment: MyAssessment | null;
  /** Until when my unsettled opinion can be taken back. */
  undo_until: string | null;
  assessments: RevealedAssessment[];
  /** Null while it is withheld, and where there is no face to score. */
  score: Score | null;
  evidence: Evidence[];
  comments: Comment[];
  annotations: Annotation[];
  jurisdiction: JurisdictionClaim[];
  referrals: Referral[];
  access_requests: AccessRequest[];
  history: HistoryEntry[];
  presence: Present[];
  draft: { body: Draft; saved_at: string } | null;
  permissions: Record<Action, boolean>;
  /** Agencies of the operation to which a referral can go. */
  agencies: Agency[];
  /** Examiners to whom this lead can be handed over: none who has given an opinion on it. */
  examiners: Colleague[];
  /** Which recogniser found the pair; no figure that would tell the score. */
  provenance: { pack_id: string; model_digest: string; threshold: number } | null;
}
