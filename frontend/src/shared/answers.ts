/**
 * What the API answers to the board, the lead's page, the gallery, an upload and the keeping of drafts: made from the
 * server's dataclasses by `make format`, never by hand.
 * Times are ISO 8601 in UTC, days ISO 8601, ids texts.
 */

/**
 * A request to see closed material. agency: the one that asks. scope: what was granted. is_register: what is asked
 * for is a register, as far as the viewer may know. is_over: it was granted, and its time is over or it was taken
 * back.
 */
export interface AccessRequest {
  id: string;
  agency: AgencyName;
  asked_by: Colleague;
  asked_at: string;
  reason: string;
  granted: boolean | null;
  scope: "pair" | "exhibit" | null;
  is_register: boolean;
  until: string | null;
  is_over: boolean;
  may_answer: boolean;
  may_take_back: boolean;
}

/**
 * To whom a lead can be referred now, and for what.
 */
export interface Addressee {
  agency_id: number;
  competence: "protection" | "offender" | "evidence";
}

/**
 * A colleague in a list to choose from, where two may have one name.
 */
export interface AgencyColleague {
  id: number;
  name: string;
  country: string;
  played_by: "person" | "partner";
  agency: string;
}

/**
 * An agency as others see it.
 */
export interface AgencyName {
  id: number;
  name: string;
  country: string;
}

/**
 * A box of a picture and what is seen there, or a note on a side.
 *
 * box: a W3C fragment selector whose value is in per cent of the crop's sides, `xywh=percent:10,20,30,15`. mine:
 * the viewer may change or remove it.
 */
export interface Annotation {
  id: string;
  side: number;
  face_id: string | null;
  box: Record<string, string> | null;
  note: string;
  author: Colleague;
  version: number;
  changed_at: string;
  mine: boolean;
}

/**
 * Cards up to event `seq`, and how many leads each stage without a column has.
 *
 * snapshot: all cards; otherwise those that changed after event `after`. keys: a digest of what the viewer's keys
 * open. columns: of a snapshot that holds only the first cards of each column, how many leads stand in each; else
 * null.
 */
export interface Board {
  after: number;
  seq: number;
  keys: string;
  snapshot: boolean;
  cards: Card[];
  counts: Record<string, number>;
  columns: Record<string, number> | null;
}

/**
 * What changed on a board: what the REST route of its changes answers, and of which operation it is.
 */
export interface BoardMessage {
  after: number;
  seq: number;
  keys: string;
  snapshot: boolean;
  cards: Card[];
  counts: Record<string, number>;
  columns: Record<string, number> | null;
  operation: number;
}

/**
 * Cards of the board as they stood at event `seq`, by number. above: the number after which the next part begins;
 * null if this is the last. keys: as of a board.
 */
export interface BoardPart {
  seq: number;
  keys: string;
  cards: Card[];
  above: number | null;
}

/**
 * Whom a comment calls: a person by name, or everybody of a role or a country by its code.
 */
export interface Called {
  name: string;
  is_group: boolean;
}

/**
 * Maker and model as files name them, and how many media name them.
 */
export interface CameraChoice {
  camera: string;
  media: number;
}

/**
 * A lead on the board. about: codes of the entries of registers (e:) and of the persons (p:) that the viewer may
 * see on it; leads with a code in common are about one. sides: all of them, the hidden ones too. clue: null for
 * another kind. referrals: without
 * withdrawn ones; the one that counts now is last.
 *
 * is_claimable: an examiner who holds these keys can claim it once nobody holds it: its stage wants an opinion, no
 * side is hidden, and the window is open. After the window: a lead in custody or found since, and examiners of
 * claimable_by alone, its country or those of its sides; null while everybody may.
 */
export interface Card {
  id: string;
  number: number;
  kind: "register_match" | "same_face" | "same_file" | "near_copy" | "camera_serial" | "lens_serial" | "document_id" | "clue" | "outside_result";
  stage: "open" | "assessed" | "verified" | "rejected" | "referred" | "outcome" | "closed" | "parked" | "withdrawn";
  column: "open" | "claimed" | "assessed" | "verified" | "rejected" | "referred" | "outcome" | "closed" | "parked" | "withdrawn";
  priority: 1 | 2 | 3;
  countries: string[];
  handling: "H0" | "H1" | "H2" | "H3" | null;
  band: "strong" | "moderate" | "weak" | null;
  score_withheld: boolean;
  no_face_score: boolean;
  age_gap_years: number | null;
  holder: Colleague | null;
  lease_until: string | null;
  lease_s: number;
  custody: string | null;
  holder_left: "removed" | "suspended" | "disabled" | "newcomer" | null;
  late_until: string | null;
  basis_ended: ("entry_closed" | "comparison_off")[];
  standing: Standing | null;
  opinions: number;
  opinions_wanted: "second" | "third" | null;
  waiting_since: string;
  outcome: string | null;
  changed_seq: number;
  clue: CardClue | null;
  is_claimable: boolean;
  claimable_by: string[] | null;
  about: string[];
  sides: CardSide[];
  referrals: CardReferral[];
}

/**
 * What a person noticed, and the beginning of what the person says of it.
 */
export interface CardClue {
  what: "object" | "place" | "text" | "language" | "clothing" | "other";
  claim: string;
}

/**
 * A clue card. lead, lead_number: its clue, where the viewer opens it. tips: the country of each tip that stands;
 * not_here: the countries that say «not from here». is_answered: by the viewer's agency. result, country, region_name:
 * what two people say came of the clue. opens_clue: the viewer holds a key to the clue, and may check the card. is_outdated: it
 * was withdrawn because its material is handled more strictly than when it was checked, or shows a face found since.
 */
export interface CardOfClue {
  id: string;
  number: number;
  what: "object" | "place" | "text" | "language" | "clothing" | "other";
  question: string;
  asked: string;
  owner_country: string;
  maker_country: string;
  handling_code: "H0" | "H1" | "H2" | "H3";
  state: "making" | "failed" | "made" | "refused" | "shown" | "withdrawn";
  made_at: string;
  checked_at: string | null;
  has_picture: boolean;
  width: number | null;
  height: number | null;
  result: "country" | "eliminated" | null;
  country: string | null;
  region_name: string | null;
  refusal: string | null;
  lead: string | null;
  lead_number: number | null;
  is_mine: boolean;
  opens_clue: boolean;
  tips: string[];
  not_here: string[];
  is_answered: boolean;
  is_outdated: boolean;
}

/**
 * A referral on a card. to: the country.
 */
export interface CardReferral {
  number: number;
  to: string;
  state: "drafted" | "withdrawn" | "sent" | "acknowledged" | "accepted" | "declined" | "returned" | "re_routed";
  due_at: string | null;
}

/**
 * One side of a lead on a card. Of one that is `hidden`, to which the viewer has no key, it is only said that it is
 * there; of one that is open by its picture alone, not whether a person or an entry stands there.
 */
export interface CardSide {
  side: number;
  country: string | null;
  face: string | null;
  media: string | null;
  what: "person" | "register" | "media" | "hidden";
  hidden: boolean;
}

/**
 * One category of a table. number: as the country counts; meaning: may be empty.
 */
export interface Category {
  number: number;
  label: string;
  meaning: string;
}

/**
 * Whether the viewer holds the lead. token: what the holder's writes must carry.
 */
export interface Claim {
  mine: boolean;
  token: number | null;
  lease_until: string | null;
}

/**
 * What somebody says came of a clue, and stands. region: its name. is_ours: the viewer's agency said it.
 */
export interface ClueSaid {
  id: string;
  what: "stated" | "confirmed";
  result: "country" | "eliminated";
  country: string | null;
  region: string | null;
  grounds: string | null;
  said_at: string;
  by: Colleague;
  is_ours: boolean;
}

/**
 * A person as colleagues see one: in an exercise a country and a role. played_by: "partner" where an exercise's
 * partner acted, or where nothing was done yet, has the seat now; in a real operation always "person".
 */
export interface Colleague {
  id: number;
  name: string;
  country: string;
  played_by: "person" | "partner";
}

/**
 * A comment in any language, in its last wording. thread: the comment that it answers. version: the number of the
 * wording. earlier: those before, the first first. calls_me: whether it waits to be read by the viewer. resolved: of a
 * comment that begins a thread; null while the thread is open.
 */
export interface Comment {
  id: string;
  thread: string | null;
  author: Colleague;
  body: string;
  language: string;
  created_at: string;
  version: number;
  edited_at: string | null;
  earlier: Wording[];
  called: Called[];
  calls_me: boolean;
  mine: boolean;
  resolved: ThreadEnd | null;
}

/**
 * An agency of the operation, and for what it can receive a referral. has_key: packages can be encrypted to it.
 * is_reached: somebody who answers referrals can sign in for it now.
 */
export interface CompetentAgency {
  id: number;
  name: string;
  country: string;
  kind: string;
  competences: ("protection" | "offender" | "evidence")[];
  jurisdictions: string[];
  has_key: boolean;
  is_reached: boolean;
}

/**
 * A medium with the same content, in material that is opened apart. paths: the first MOST_PATHS of path_count.
 */
export interface CopyOfMedium {
  id: string;
  country: string;
  path_count: number;
  paths: PathOfMedium[];
}

/**
 * A playable copy. frames_done, frames_of: how far its making has come; unseen: what of the video is not in it.
 */
export interface CopyOfVideo {
  id: string;
  side: 640 | 1280;
  state: "asked" | "made" | "refused";
  refusal: string | null;
  frames_done: number;
  frames_of: number;
  width: number | null;
  height: number | null;
  duration_s: number | null;
  has_sound: boolean;
  unseen: string[];
  asked_at: string;
}

/**
 * A person in the material. other_faces: further faces of the same person, best quality first, at most
 * MOST_FACES.
 */
export interface DepictedPerson {
  id: string;
  number: number;
  face_count: number;
  age_band: "under_3" | "3_6" | "7_12" | "13_17" | "adult" | null;
  series_number: number | null;
  other_faces: string[];
}

/**
 * A face that somebody drew. box: in per cent of the picture's sides. face_id: its face, once a worker has
 * described it.
 */
export interface DrawnBox {
  id: string;
  box: Record<string, string>;
  state: "waiting" | "described" | "no_face" | "not_readable";
  face_id: string | null;
  by: Colleague;
  at: string;
}

/**
 * How many of so many pairs were decided wrongly. low and high: 95 % of what the true rate may be.
 */
export interface ErrorRate {
  errors: number;
  pairs: number;
  low: number;
  high: number;
}

/**
 * What speaks besides the face: a short title and one sentence, in the reader's language.
 */
export interface Evidence {
  kind: "register_match" | "same_face" | "same_file" | "near_copy" | "camera_serial" | "lens_serial" | "document_id" | "clue" | "outside_result";
  countries: string[];
  title: string;
  text: string;
  bearing: "supports" | "against" | "neutral";
  lead: LeadNumber;
}

/**
 * The exhibit in which a medium was.
 */
export interface ExhibitOfMedium {
  id: string;
  label: string;
  kind: string;
  custodian_country: string;
}

/**
 * A face in a picture.
 *
 * box: left, top, right, bottom; landmarks: x, y of right eye, left eye, nose tip, right and left corner of the mouth;
 * both in pixels of the working image, which is frame_width by frame_height. at_s: seconds into the video, null in a
 * photo. part: which picture of a file that holds several, from 1. Of a side that is open by its picture alone nothing
 * is told of the file: box and landmarks are empty, the frame is 0 by 0.
 */
export interface Face {
  id: string;
  box: number[];
  landmarks: number[];
  quality_word: "good" | "usable" | "poor";
  eye_distance_px: number;
  yaw_deg: number;
  roll_deg: number;
  at_s: number | null;
  part: number;
  frame_width: number;
  frame_height: number;
}

/**
 * A face in a medium, poor ones too; of a video the best of each track, which is seen from start_s to end_s.
 *
 * box: left, top, right, bottom, in pixels of a frame of frame_width by frame_height. part: which picture of a file
 * that holds several, from 1. person, series: by number. is_joined: the machine put it together with another face of
 * the picture. by_sweep: the first look missed it.
 */
export interface FaceInMedium {
  id: string;
  box: number[];
  frame_width: number;
  frame_height: number;
  quality_word: "good" | "usable" | "poor";
  eye_distance_px: number;
  yaw_deg: number;
  at_s: number | null;
  part: number;
  start_s: number | null;
  end_s: number | null;
  person: number | null;
  is_joined: boolean;
  series: number | null;
  by_sweep: boolean;
}

/**
 * A number that a list of hashes gives a medium: what it means, that list's table says.
 */
export interface FileCategory {
  number: number;
  list: string;
  source: string;
}

/**
 * A file of the device that has its line. path: as it was sent.
 */
export interface FileThatCame {
  path: string;
  size_bytes: number;
  received_at: string;
}

/**
 * A video as it is played. strip: null where it was read before strips were made, until its first copy is.
 */
export interface FilmPage {
  media_id: string;
  duration_s: number | null;
  strip: StripOfVideo | null;
  copies: CopyOfVideo[];
  ranges: RangeOfVideo[];
  stills: StillOfVideo[];
}

/**
 * When each picture of a video is shown, in milliseconds on the clock of its copies, the first at number 0.
 */
export interface FrameIndex {
  at_ms: number[];
}

/**
 * What the gallery can be narrowed to: a country, an exhibit by its id, or the country or region of the places that
 * files state.
 */
export interface GalleryChoice {
  what: "country" | "exhibit" | "place";
  value: string;
  label: string;
}

/**
 * What the gallery can be narrowed to. more_cameras: there are others than these.
 */
export interface GalleryChoices {
  choices: GalleryChoice[];
  series: SeriesChoice[];
  cameras: CameraChoice[];
  more_cameras: boolean;
}

/**
 * How many media fit, how many of them the viewer has seen, how many others somebody has marked, and how many are
 * still being read and may join.
 */
export interface GalleryCounts {
  media: number;
  seen: number;
  judged: number;
  unread: number;
}

/**
 * A content, by the first medium that holds it.
 *
 * captured_at: as the file states it, unverified. copies: media with this content that the viewer may see, this one
 * too. near_copies: media of the same material that look like it. paths: at how many places it lies; path, exhibit:
 * the first of them. face_count: of a video its tracks. series: numbers of those in which it is. is_seen: the
 * viewer has lifted the veil of the whole picture. own_persons: numbers of those that it shows, of material of the
 * viewer's agency. mark: what was said last of any copy. grade: the category that stands, of the viewer's country or
 * else of an owner, whose table is grade_of. in_conflict: people who graded it differ. is_known: a list of hashes
 * holds it.
 */
export interface GalleryTile {
  id: string;
  kind: "photo" | "video" | "archive";
  state: "waiting" | "read" | "refused";
  refusal: string | null;
  captured_at: string | null;
  duration_s: number | null;
  face_count: number;
  best_quality: "good" | "usable" | "poor" | null;
  country: string;
  copies: number;
  paths: number;
  near_copies: number;
  path: string | null;
  exhibit_id: string | null;
  exhibit: string | null;
  is_seen: boolean;
  series: number[];
  own_persons: number[];
  is_own: boolean;
  mark: "important" | "look_again" | "nothing" | null;
  grade: number | null;
  grade_of: string | null;
  in_conflict: boolean;
  is_known: boolean;
  in_lead: boolean;
}

/**
 * Tiles in their order. veils: their veiled pictures as WebP in Base64, one per tile; null where there is none.
 * after: what is given back to go on; null at the end.
 */
export interface GalleryWindow {
  tiles: GalleryTile[];
  veils: (string | null)[];
  after: string | null;
}

/**
 * An act of the press, by which all of it is taken back; the number of the person to whom the faces were given, how
 * many they are, and out of how many of the media.
 */
export interface GivenFaces {
  act: string;
  number: number;
  faces: number;
  media: number;
}

/**
 * What one person gave last. act: by which its author takes it back. number: None while the viewer could vote and
 * has not: each judges alone first.
 */
export interface GivenGrade {
  act: string;
  country: string;
  number: number | null;
  label: string | null;
  by: Colleague;
  at: string;
  is_mine: boolean;
}

/**
 * The act, by which it is taken back, and how many media it graded, copies too.
 */
export interface GradedMedia {
  act: string;
  media: number;
}

/**
 * How an operation grades. votes_needed: so many people of any country must give the same grade before the owner's
 * stands; 1: its last one does.
 */
export interface Grading {
  votes_needed: number;
  tables: StandingTable[];
}

/**
 * A file that is being sent, and what became of it. modified_ms: when it was last changed on the sender's machine.
 * failure: of a refused one, why. refusal: of one that was taken, why its content is refused, as its line says;
 * sha256: of its content. expires_at: after it the file is not waited for any more.
 */
export interface HalfUploadLine {
  id: string;
  exhibit_id: string | null;
  path: string;
  size_bytes: number;
  received_bytes: number;
  modified_ms: number | null;
  state: "open" | "whole" | "taken" | "refused" | "dropped";
  failure: "other_content" | "intake_ended" | "no_right" | "closed" | "failed" | null;
  refusal: string | null;
  sha256: string | null;
  sent_by: string;
  is_mine: boolean;
  begun_at: string;
  expires_at: string;
}

/**
 * What happened. text: the end of a sentence that begins with the actor, in the reader's language. played_by:
 * "partner" where an exercise's partner acted.
 */
export interface HistoryEntry {
  seq: number;
  at: string;
  kind: string;
  actor: Colleague | null;
  played_by: "person" | "partner";
  text: string;
}

/**
 * That a country holds jurisdiction, as somebody stated it. basis: what supports it.
 */
export interface JurisdictionClaim {
  id: string;
  country: string;
  ground: "offence_place" | "child_residence" | "suspect_place" | "nationality";
  competence: "protection" | "offender" | "evidence";
  basis: string;
  stated_by: Colleague;
  stated_at: string;
  may_withdraw: boolean;
}

/**
 * Where what was written stands now. version: None where nothing is kept. others: what was written into the same
 * form elsewhere and not known here; it is kept as well.
 */
export interface Keeping {
  version: string | null;
  saved_at: string;
  others: KeptDraft[];
}

/**
 * What stood in a form when it was written down last.
 */
export interface KeptDraft {
  form: string;
  version: string;
  fields: Record<string, string>;
  saved_at: string;
}

/**
 * How often a threshold errs, by the calibration of that day. measured, not_measured: see `Calibration`.
 */
export interface KnownErrors {
  made_on: string;
  measured: string;
  not_measured: string;
  false_accepts: ErrorRate;
  false_rejects: ErrorRate;
}

/**
 * What a list says of a medium. category: the number that the list gives it, as it stands there; category_words: its
 * words in the list's own table. grade: of the owner's country's table (grade_of), as which it is taken; it grades
 * nothing. distance: None where the list names this very content, otherwise in how many of 256 bits its picture looks
 * otherwise (PDQ).
 */
export interface KnownMark {
  meaning: "identified" | "abuse" | "relevant" | "irrelevant";
  list: string;
  source: string;
  category: number | null;
  category_words: string | null;
  grade: number | null;
  grade_words: string | null;
  grade_of: string | null;
  distance: number | null;
}

/**
 * What a person noticed. at_s, until_s: seconds into a video. series: the number of the one that it is about, where
 * it is no picture and no person. result: what is stated now; is_confirmed: a second person has confirmed it;
 * is_stated_by_me: the viewer is the first of the two. region: of the country, by its code; who stated and confirmed it
 * is told of it too. media: the first MOST_MEDIA of media_of further ones in which it is seen.
 */
export interface LeadClue {
  what: "object" | "place" | "text" | "language" | "clothing" | "other";
  claim: string;
  box: Record<string, string> | null;
  at_s: number | null;
  until_s: number | null;
  series: number | null;
  series_label: string | null;
  by: Colleague;
  at: string;
  result: "country" | "eliminated" | null;
  country: string | null;
  grounds: string | null;
  is_confirmed: boolean;
  is_stated_by_me: boolean;
  region: string | null;
  region_name: string | null;
  is_region_confirmed: boolean;
  is_region_by_me: boolean;
  said: ClueSaid[];
  media: MediumOfClue[];
  media_of: number;
}

/**
 * What somebody stated for or against the lead besides the comparison of faces. reference: where it is found;
 * dated_on: the day of what it refers to.
 */
export interface LeadCorroboration {
  id: string;
  type: "camera" | "place" | "object" | "body_mark" | "file_data" | "voice_or_text" | "testimony" | "official_record" | "earlier_case" | "forensic";
  reference: string;
  dated_on: string;
  speaks: "for" | "against";
  stated_by: Colleague;
  stated_at: string;
  may_withdraw: boolean;
}

/**
 * Another lead, and how people call it.
 */
export interface LeadNumber {
  id: string;
  number: number;
}

/**
 * A lead on which the medium stands.
 */
export interface LeadOfMedium {
  id: string;
  number: number;
  kind: "register_match" | "same_face" | "same_file" | "near_copy" | "camera_serial" | "lens_serial" | "document_id" | "clue" | "outside_result";
  stage: "open" | "assessed" | "verified" | "rejected" | "referred" | "outcome" | "closed" | "parked" | "withdrawn";
}

/**
 * Another lead of the same entry of a register (`by_entry`) or of the same person.
 */
export interface LeadOfPerson {
  id: string;
  number: number;
  kind: "register_match" | "same_face" | "same_file" | "near_copy" | "camera_serial" | "lens_serial" | "document_id" | "clue" | "outside_result";
  stage: "open" | "assessed" | "verified" | "rejected" | "referred" | "outcome" | "closed" | "parked" | "withdrawn";
  countries: string[];
  opinions: number;
  by_entry: boolean;
  outcome: string | null;
}

/**
 * What a search outside of Concord found. score: of the other system, null while it is withheld or where it gave
 * none.
 */
export interface LeadOutside {
  candidate: string;
  system: string;
  searched_on: string;
  legal_basis: string;
  reference: string;
  by: Colleague;
  at: string;
  score: number | null;
}

/**
 * Which recogniser and code found the pair, and up to which event of the operation everything was compared; no
 * figure that would tell the score. The last two are null on leads that older code found.
 */
export interface LeadProvenance {
  pack_id: string;
  model_digest: string;
  threshold: number;
  code_version: string | null;
  compared_to: number | null;
}

/**
 * A referral on its lead's page. reason: of the answer, or of the withdrawal. is_held: what it rests on does not
 * match the record, and nobody has released it; broken: the tables of it, as far as they are told. may_…: whether the
 * viewer could do it now.
 */
export interface LeadReferral {
  id: string;
  number: number;
  from_country: string;
  to_agency: AgencyName;
  competence: "protection" | "offender" | "evidence";
  urgency: "urgent" | "priority" | "normal";
  state: "drafted" | "withdrawn" | "sent" | "acknowledged" | "accepted" | "declined" | "returned" | "re_routed";
  message: string;
  reason: string | null;
  package_state: "waiting" | "built" | "failed";
  drafted_by: Colleague;
  drafted_at: string;
  approved_by: Colleague | null;
  sent_at: string | null;
  due_at: string | null;
  is_held: boolean;
  broken: string[];
  release: ReferralRelease | null;
  may_approve: boolean;
  may_send: boolean;
  may_ask_release: boolean;
  may_confirm_release: boolean;
}

/**
 * One side of a lead. One that is `hidden`, to which the viewer has no key, carries nothing but its country.
 *
 * One that `is_pair_only` was opened by its picture alone: its face, without person, entry and medium; or, where it is
 * no face, `preview`, the medium whose preview is open. handling: the strictest code of all copies of it that the
 * viewer may see, and at least the operation's.
 * looked_at: when the viewer first lifted the veil of its face, or of its medium where it has no face.
 */
export interface LeadSide {
  side: number;
  country: string;
  hidden: boolean;
  is_pair_only: boolean;
  handling: "H0" | "H1" | "H2" | "H3" | null;
  face: Face | null;
  person: DepictedPerson | null;
  register_entry: RegisterEntry | null;
  media: Medium | null;
  preview: string | null;
  looked_at: string | null;
}

/**
 * What stands on a lead, and its other leads: at most MOST_LISTED by number, `of` altogether.
 */
export interface LeadStory {
  standing: StandingFact[];
  leads: LeadOfPerson[];
  of: number;
}

/**
 * How often one person lifted the veil of the medium or of a face in it.
 */
export interface LooksAtMedium {
  name: string;
  country: string;
  played_by: "person" | "partner";
  first_at: string;
  last_at: string;
  times: number;
}

/**
 * The act, by which it is taken back, and how many media it marked, copies too.
 */
export interface MarkedMedia {
  act: string;
  media: number;
}

/**
 * Who said that the lead is urgent, and when. reason: null for who lacks a key to a side, unless it is their
 * own.
 */
export interface MarkedUrgent {
  by: Colleague;
  at: string;
  reason: string | null;
}

/**
 * A photo or a video.
 *
 * unseen: what of it was not looked at, by code (`vocabulary.UNSEEN`); a face there is missed. captured_at: as
 * the file states it, unverified; captured_subseconds: the decimals of its second; clock: what is known of it;
 * clock_claim: a stated time that cannot be true. document: the first of which the file was made. latitude, longitude:
 * degrees, as the
 * file states them. device_paths: as they
 * stood on the device, at most MOST_PATHS; path_count: how many there are. known: what lists of known material say of
 * it, «already identified» first. still_at_s: of a video beside a photo, the second that looks most like that photo.
 */
export interface Medium {
  id: string;
  kind: "photo" | "video" | "archive";
  unseen: string[];
  sha256: string;
  width: number | null;
  height: number | null;
  camera_make: string | null;
  camera_model: string | null;
  camera_serial: string | null;
  lens_model: string | null;
  lens_serial: string | null;
  software: string | null;
  document: string | null;
  captured_at: string | null;
  captured_subseconds: string | null;
  clock: "plausible" | "missing" | "zeros" | "epoch" | "early" | "future" | "unreadable" | "before_model" | "before_format" | null;
  clock_claim: string | null;
  latitude: number | null;
  longitude: number | null;
  exhibit: ExhibitOfMedium | null;
  device_paths: string[];
  path_count: number;
  near_copies: number;
  known: KnownMark[];
  still_at_s: number | null;
}

/**
 * A place in a medium and what is seen there: a face, a box as in `Annotation` but of the whole picture, seconds
 * of a video or a recording; or a note on all of it. mine: the viewer may change or remove it.
 */
export interface MediumAnnotation {
  id: string;
  face_id: string | null;
  box: Record<string, string> | null;
  at_s: number | null;
  until_s: number | null;
  note: string;
  author: Colleague;
  version: number;
  changed_at: string;
  mine: boolean;
}

/**
 * What people said of the boxes on a medium, and whether the viewer may say more.
 */
export interface MediumBoxes {
  drawn: DrawnBox[];
  taken_away: TakenBox[];
  may_draw: boolean;
}

/**
 * The same content, this medium first, and the first MOST_NEAR of near_of media that look like it.
 */
export interface MediumCopies {
  copies: CopyOfMedium[];
  near: NearCopyOfMedium[];
  near_of: number;
}

/**
 * The grades of a medium. owner: its country; mine: the viewer's. proposals: those that the viewer's agency made or
 * answers.
 */
export interface MediumGrades {
  id: string;
  operation_id: number;
  owner: string;
  mine: string;
  votes_needed: number;
  standing: StandingGrade[];
  given: GivenGrade[];
  in_files: FileCategory[];
  proposals: ProposedChange[];
}

/**
 * A further medium in which a clue is seen. id: by which it is taken off. is_ours: the viewer's agency added it.
 * box, at_s, until_s: where in it. lies_with_clue: a card can be made of it.
 */
export interface MediumOfClue {
  id: string;
  media: string;
  kind: "photo" | "video" | "archive";
  country: string;
  exhibit: string;
  added_at: string;
  by: Colleague;
  is_ours: boolean;
  box: Record<string, string> | null;
  at_s: number | null;
  until_s: number | null;
  width: number | null;
  height: number | null;
  lies_with_clue: boolean;
}

/**
 * A medium with all that the viewer may see of it.
 *
 * captured_at and what follows up to longitude: as the file states it, unverified. unseen: what of it was not looked
 * at. inner_video_s: how long the video inside a photo is. pdq: 64 hex digits. same_camera: other media of the same
 * camera, by maker and serial number (camera_key); same_lens, same_document: likewise. clock: what is known of the
 * stated time; clock_claim: one that cannot be true, as the file writes it. camera_year: in which the camera's model
 * was announced, where that is known. place_country: in whose packaged borders that place is; place_region,
 * region_name: in which region of it, where the operator has imported them.
 * handling: the strictest code of all copies that the viewer may see. faces_sought: whether its country let faces be
 * looked for. looked_at: when the viewer first lifted the veil of the whole picture. faces: the first MOST_FACES of
 * faces_of. stated: what case files of the viewer's agency state. looks: the owner's agency reads of all, others of
 * themselves. still_of: the video that it was taken out of.
 */
export interface MediumPage {
  id: string;
  operation_id: number;
  country: string;
  is_own: boolean;
  kind: "photo" | "video" | "archive";
  state: "waiting" | "read" | "refused";
  refusal: string | null;
  unseen: string[];
  media_type: string;
  size_bytes: number;
  width: number | null;
  height: number | null;
  duration_s: number | null;
  inner_video_s: number | null;
  sha256: string;
  md5: string;
  sha1: string;
  pdq: string | null;
  pdq_quality: number | null;
  captured_at: string | null;
  captured_subseconds: string | null;
  clock: "plausible" | "missing" | "zeros" | "epoch" | "early" | "future" | "unreadable" | "before_model" | "before_format" | null;
  clock_claim: string | null;
  camera_make: string | null;
  camera_model: string | null;
  camera_serial: string | null;
  camera_key: string | null;
  camera_year: number | null;
  lens_make: string | null;
  lens_model: string | null;
  lens_serial: string | null;
  lens_key: string | null;
  software: string | null;
  document: string | null;
  original_document: string | null;
  instance: string | null;
  document_key: string | null;
  latitude: number | null;
  longitude: number | null;
  place_country: string | null;
  place_region: string | null;
  region_name: string | null;
  received_at: string;
  read_at: string | null;
  faces_sought: boolean;
  has_picture: boolean;
  handling: "H0" | "H1" | "H2" | "H3";
  same_camera: number;
  same_lens: number;
  same_document: number;
  looked_at: string | null;
  faces: FaceInMedium[];
  faces_of: number;
  sweep: SweepOfMedium;
  copies: MediumCopies;
  stated: StatedCategory[];
  leads: LeadOfMedium[];
  looks: LooksAtMedium[];
  still_of: SourceOfStill | null;
}

/**
 * What people say of a medium, and whether the viewer may say something.
 */
export interface MediumTalk {
  comments: Comment[];
  annotations: MediumAnnotation[];
  may_comment: boolean;
  may_annotate: boolean;
  may_export: boolean;
}

/**
 * The first MOST_LINES of lines_of lines, the surest first. read_at: None while nobody has looked; is_whole: all of
 * the medium could be looked at. reads: the scripts that the program reads; what is written in others is not found.
 */
export interface MediumTexts {
  lines: TextInMedium[];
  lines_of: number;
  read_at: string | null;
  reader: string | null;
  is_whole: boolean;
  reads: string[];
}

/**
 * The viewer's own. settled_at: since when it cannot be taken back.
 */
export interface MyAssessment {
  id: string;
  opinion: 1 | 2 | 3 | 4 | 5;
  suitability: ("suitable" | "limited" | "unsuitable")[];
  features: Record<string, "same" | "different" | "unclear">;
  reason: string;
  signed_at: string;
  settled_at: string | null;
}

/**
 * A medium of the same material that looks like it. distance: of their PDQ hashes, in bits of 256; percent: of
 * videos, the share of frames that match, of the one of which more do; exhibit: the first in which it lies.
 */
export interface NearCopyOfMedium {
  id: string;
  kind: "photo" | "video" | "archive";
  distance: number;
  percent: number | null;
  exhibit: string | null;
}

/**
 * The operation of a lead. state: the one that counts now.
 */
export interface OperationOfLead {
  id: number;
  code_name: string;
  time_zone: string;
  state: string;
  tlp: string;
}

/**
 * A place at which a medium lies. inside: the path of the archive that holds it.
 */
export interface PathOfMedium {
  exhibit_id: string;
  exhibit: string;
  exhibit_kind: string;
  path: string;
  inside: string | null;
}

/**
 * How many persons (placed) and media were not in the series before, and the act by which that is taken back.
 */
export interface PlacedInSeries {
  placed: number;
  media: number;
  act: string;
}

/**
 * Who looks at which lead of an operation now, by the lead's id.
 */
export interface PresenceMessage {
  operation: number;
  leads: Record<string, Present[]>;
}

/**
 * Somebody who looks at a lead, or writes about it.
 */
export interface Present {
  user: number;
  name: string;
  country: string;
  mode: "viewing" | "editing";
  played_by: "person" | "partner";
}

/**
 * The press, by which all of it is withdrawn; of how many media it proposed the change, and of how many the own
 * agency had proposed it before.
 */
export interface ProposedAtOnce {
  act: string;
  proposed: number;
  waiting: number;
}

/**
 * One proposal. what: the word or fact; value: as its command takes it; label: the words of a category; words: the
 * grounds; item: the label of the exhibit, also that of a medium, or the number of the entry; person, series: numbers.
 * is_ours: the viewer's agency owns the item; is_mine: it made the proposal. reason: why it was declined.
 */
export interface ProposedChange {
  id: string;
  kind: "grade" | "person_word" | "series" | "exhibit_fact" | "entry_end";
  what: string;
  value: string;
  label: string | null;
  on_day: string | null;
  reference: string;
  words: string;
  owner: string;
  item: string | null;
  medium_id: string | null;
  exhibit_id: string | null;
  entry_id: string | null;
  person: number | null;
  series: number | null;
  by: Colleague;
  proposed_at: string;
  is_ours: boolean;
  is_mine: boolean;
  answer: "accepted" | "declined" | "withdrawn" | null;
  answered_by: string | null;
  answered_at: string | null;
  reason: string | null;
}

/**
 * A marked part. mine: the viewer may take it back.
 */
export interface RangeOfVideo {
  id: string;
  from_ms: number;
  to_ms: number;
  note: string;
  author: Colleague;
  said_at: string;
  mine: boolean;
}

/**
 * Somebody whom a comment can call.
 */
export interface Reader {
  id: number;
  name: string;
  country: string;
  played_by: "person" | "partner";
  agency: string;
  role: string;
}

/**
 * Whom a comment can call: those who can read it.
 */
export interface Readers {
  people: Reader[];
}

/**
 * A part of an exhibit's files; `more`: others stand after the last path.
 */
export interface ReceivedFiles {
  files: FileThatCame[];
  more: boolean;
}

/**
 * Why a referral leaves although the record does not match. confirmed_by: of another country; None while nobody
 * has confirmed.
 */
export interface ReferralRelease {
  reason: string;
  asked_by: Colleague;
  confirmed_by: Colleague | null;
}

/**
 * A region that can be stated, by its ISO 3166-2 code.
 */
export interface RegionChoice {
  code: string;
  name: string;
}

/**
 * An entry of a register. label: a name where the register gives one; empty in exercises.
 */
export interface RegisterEntry {
  id: string;
  number: string;
  label: string;
  sex: "female" | "male" | "other" | "unknown";
  date_of_birth: string | null;
  missing_since: string | null;
  place: string | null;
  nationality: string | null;
  details: Record<string, string>;
  register: string;
  closed_as: "found" | "withdrawn" | "adult" | null;
}

/**
 * One of anybody, only once the lead is decided. doubted_at, doubt: since when it is flagged, and why.
 */
export interface RevealedAssessment {
  id: string;
  opinion: 1 | 2 | 3 | 4 | 5;
  suitability: ("suitable" | "limited" | "unsuitable")[];
  features: Record<string, "same" | "different" | "unclear">;
  reason: string;
  signed_at: string;
  examiner: Colleague;
  doubted_at: string | null;
  doubt: "compromised" | "unvouched" | null;
}

/**
 * How alike two faces are for the recogniser. shown_at: when this viewer first saw it. errors: how often the
 * threshold errs, by what was measured of it; null where nobody did.
 */
export interface Score {
  score: number;
  band: "strong" | "moderate" | "weak";
  rank: number | null;
  threshold: number;
  pack_id: string;
  model_digest: string;
  shown_at: string | null;
  errors: KnownErrors | null;
}

/**
 * A series.
 */
export interface SeriesChoice {
  id: string;
  number: number;
  label: string;
}

/**
 * Of which video a medium is a still: frame from 0, at which moment, its own time stamp there in units of
 * unit_num / unit_den seconds, and who took it.
 */
export interface SourceOfStill {
  media_id: string;
  frame: number;
  at_ms: number;
  stamp: number | null;
  unit_num: number;
  unit_den: number;
  author: Colleague;
  taken_at: string;
}

/**
 * What was stated of the child that a lead shows. lead: the number of the lead on which it was stated; null where
 * the viewer doesn't see that one.
 */
export interface Standing {
  stage: string;
  lead: number | null;
  is_own: boolean;
}

/**
 * What stands on a lead. lead, number: the lead on which it was stated, and country, stated_on: by whom and when;
 * each null where the viewer may not see it.
 */
export interface StandingFact {
  stage: string;
  lead: string | null;
  number: number | null;
  is_own: boolean;
  country: string | null;
  stated_on: string | null;
}

/**
 * What a country's table says of a medium. number: None while too few agree; votes: people who gave one.
 */
export interface StandingGrade {
  country: string;
  is_owners: boolean;
  number: number | null;
  votes: number;
  is_conflict: boolean;
  label: string | null;
}

/**
 * The categories by which a country grades. shipped: it is a public table that comes with the program.
 */
export interface StandingTable {
  id: string;
  country: string;
  name: string;
  shipped: "us_2_0" | "us_legacy" | null;
  categories: Category[];
  brought_by: string;
  played_by: "person" | "partner";
  at: string;
}

/**
 * What a case states of a medium. category: its number as it stands there; stated: what stands there instead;
 * scheme: the table that it follows, as whoever brought it in says; table_name: of an own one.
 */
export interface StatedCategory {
  category: number | null;
  stated: string | null;
  scheme: "none" | "own" | "us_2_0" | "us_legacy";
  table_name: string | null;
  exhibit_id: string;
  exhibit: string;
}

/**
 * A picture taken out. still_id: the medium that it became; faces: how many were found in it; sha256: of it.
 */
export interface StillOfVideo {
  id: string;
  frame: number;
  at_ms: number;
  state: "asked" | "made" | "refused";
  refusal: string | null;
  still_id: string | null;
  sha256: string | null;
  faces: number | null;
  author: Colleague;
  taken_at: string;
}

/**
 * Veiled pictures side by side, each width by height pixels; times_s: when each is shown; cuts_s: where the scene
 * changes, as far as the samples show it.
 */
export interface StripOfVideo {
  width: number;
  height: number;
  times_s: number[];
  cuts_s: number[];
}

/**
 * Whether a medium was looked at again: `none`, where that is not to be done. faces: that the first look had
 * missed;
 * bettered: poor ones that are seen better; is_whole: all of it was looked at, in its own size.
 */
export interface SweepOfMedium {
  state: "swept" | "waits" | "none";
  swept_at: string | null;
  faces: number;
  bettered: number;
  is_whole: boolean;
}

/**
 * A box that somebody took away, by the act with which it is given back; box as in `FaceInMedium`.
 */
export interface TakenBox {
  id: string;
  box: number[];
  frame_width: number;
  frame_height: number;
  at_s: number | null;
  part: number;
  by: Colleague;
  at: string;
}

/**
 * A line. box: left, top, width and height as shares of the picture's sides, 0 to 1; at_s: of a video's frame.
 *
 * scripts: of its letters, by ISO 15924. languages: those that its letters speak for, by code; countries: those of the
 * operation where one of them is official. score: 0 to 1, how sure the program is.
 */
export interface TextInMedium {
  body: string;
  box: number[];
  at_s: number | null;
  score: number;
  scripts: string[];
  languages: string[];
  countries: string[];
}

/**
 * Who resolved a thread, and when.
 */
export interface ThreadEnd {
  by: Colleague;
  at: string;
}

/**
 * What can be seen of a picture in its own pixels. state: null while nobody asked for it. tiles_done, tiles_of: how
 * far the cutting has come. width, height: of what was cut; each of the levels halves the one before; tile_px: side of
 * a tile.
 */
export interface TilesOfPicture {
  media_id: string;
  state: "asked" | "made" | "refused" | "ended" | null;
  refusal: string | null;
  tiles_done: number;
  tiles_of: number;
  width: number | null;
  height: number | null;
  levels: number;
  tile_px: number;
}

/**
 * A tip that came back to a card of a clue. card: its number. body, source: as of a `CardAnswer`.
 */
export interface TipOnLead {
  card: number;
  country: string;
  said_at: string;
  body: string | null;
  source: string | null;
}

/**
 * A lead's page, with what speaks besides the face and what happened so far, newest first; each with how many
 * there are in all.
 */
export interface WordedLeadPage {
  id: string;
  number: number;
  kind: "register_match" | "same_face" | "same_file" | "near_copy" | "camera_serial" | "lens_serial" | "document_id" | "clue" | "outside_result";
  stage: "open" | "assessed" | "verified" | "rejected" | "referred" | "outcome" | "closed" | "parked" | "withdrawn";
  column: "open" | "claimed" | "assessed" | "verified" | "rejected" | "referred" | "outcome" | "closed" | "parked" | "withdrawn";
  priority: 1 | 2 | 3;
  countries: string[];
  handling: "H0" | "H1" | "H2" | "H3" | null;
  band: "strong" | "moderate" | "weak" | null;
  score_withheld: boolean;
  no_face_score: boolean;
  age_gap_years: number | null;
  holder: Colleague | null;
  lease_until: string | null;
  lease_s: number;
  custody: string | null;
  holder_left: "removed" | "suspended" | "disabled" | "newcomer" | null;
  late_until: string | null;
  basis_ended: ("entry_closed" | "comparison_off")[];
  standing: Standing | null;
  opinions: number;
  opinions_wanted: "second" | "third" | null;
  waiting_since: string;
  outcome: string | null;
  changed_seq: number;
  seq: number;
  keys: string;
  operation: OperationOfLead;
  created_at: string;
  stage_reason: string | null;
  urgent: MarkedUrgent | null;
  story: LeadStory;
  clue: LeadClue | null;
  cards: CardOfClue[];
  tips: TipOnLead[];
  outside: LeadOutside | null;
  is_by_hand: boolean;
  search_purpose: "victim" | "missing" | null;
  second_from_other_country: boolean;
  sides: LeadSide[];
  claim: Claim;
  lacks_qualification: boolean;
  my_assessment: MyAssessment | null;
  undo_until: string | null;
  assessments: RevealedAssessment[];
  score: Score | null;
  comments: Comment[];
  annotations: Annotation[];
  jurisdiction: JurisdictionClaim[];
  corroboration: LeadCorroboration[];
  referrals: LeadReferral[];
  access_requests: AccessRequest[];
  presence: Present[];
  permissions: Record<"claim_lead" | "release_lead" | "hand_over_lead" | "take_over_lead" | "assess_lead" | "annotate_lead" | "comment_on_lead" | "export_annotations" | "prioritise_lead" | "park_lead" | "reopen_lead" | "close_lead" | "ask_access" | "state_jurisdiction" | "state_corroboration" | "state_clue_result" | "add_clue_media" | "make_card" | "draft_referral" | "view_media", boolean>;
  agencies: CompetentAgency[];
  addressees: Addressee[];
  suggested_urgency: "urgent" | "priority" | "normal";
  examiners: AgencyColleague[];
  provenance: LeadProvenance | null;
  evidence: Evidence[];
  evidence_of: number;
  history: HistoryEntry[];
  history_of: number;
}

/**
 * What a comment said before it was changed.
 */
export interface Wording {
  body: string;
  language: string;
  written_at: string;
}
