-- Tables of the workspace. Text with CHECK instead of enums (enum comparison is not leakproof and loses its index under
-- row-level security); random ids, so that an id tells nothing; no unique constraint spans two compartments that a person writes,
-- because an error would tell that a hidden row exists.

-- People and agencies ---------------------------------------------------------------------------------------------------------
create table agency (
  id int generated always as identity primary key,
  country text not null check (country ~ '^[A-Z]{2}$'),
  name text not null,
  kind text not null check (kind in ('police', 'child_protection', 'prosecution', 'international', 'service')),
  package_public_key text,                    -- age recipient to which referral packages are encrypted
  created_at timestamptz not null default now(),
  constraint uq_agency_name unique (country, name)
);
create table app_user (
  id int generated always as identity primary key,
  agency_id int not null references agency,
  name text not null,                         -- how colleagues see this person: in an exercise a country and a role
  language text not null default 'en' check (language in ('en', 'es')),
  theme text not null default 'system' check (theme in ('system', 'light', 'dark')),
  is_service boolean not null default false,
  is_house_admin boolean not null default false,
  created_at timestamptz not null default now(),
  disabled_at timestamptz
);
create index ix_app_user_agency on app_user (agency_id);
create table invitation (
  id bytea primary key,                       -- SHA-256 of the one-time token
  user_id int not null references app_user,
  created_by int references app_user,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);
create table passkey (
  id bytea primary key,                       -- WebAuthn credential id
  user_id int not null references app_user,
  public_key bytea not null,
  sign_count bigint not null,
  label text not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz
);
create index ix_passkey_user on passkey (user_id);
create table challenge (
  id bytea primary key,                       -- SHA-256 of a WebAuthn challenge; deleted when it is used
  user_id int references app_user,
  purpose text not null check (purpose in ('sign_in', 'enrol', 'step_up')),
  expires_at timestamptz not null
);
create table session (
  id bytea primary key,                       -- SHA-256 of the cookie's token
  user_id int not null references app_user,
  how text not null check (how in ('passkey', 'invitation', 'exercise_link')),
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  stepped_up_at timestamptz,
  ended_at timestamptz
);
create index ix_session_user on session (user_id);
create table api_token (
  id bytea primary key,                       -- SHA-256 of the token
  user_id int not null references app_user,
  label text not null,
  scopes text[] not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index ix_api_token_user on api_token (user_id);

-- The operation ---------------------------------------------------------------------------------------------------------------
create table operation (
  id int generated always as identity primary key,
  code_name text not null,
  purpose text not null,
  legal_basis text not null,
  time_zone text not null,
  opens_at timestamptz not null,
  closes_at timestamptz not null,
  state text not null default 'prepared' check (state in ('prepared', 'open', 'closing', 'closed', 'follow_up')),
  is_exercise boolean not null default false,
  handling_code text not null default 'H0' check (handling_code in ('H0', 'H1', 'H2', 'H3')),
  tlp text not null default 'AMBER' check (tlp in ('RED', 'AMBER+STRICT', 'AMBER', 'GREEN', 'CLEAR')),
  terms text not null,
  shows_band boolean not null default true,   -- an open lead shows its coarse band
  second_from_other_country boolean not null default true,
  lease_s int not null default 1800 check (lease_s between 60 and 86400),
  suppression_threshold int not null default 5 check (suppression_threshold >= 1),
  wrapped_key bytea not null,                 -- the operation's data key, wrapped by the master key
  created_at timestamptz not null default now(),
  constraint ck_operation_window check (opens_at < closes_at)
);
create table participation (                  -- a country's part
  operation_id int not null references operation,
  country text not null check (country ~ '^[A-Z]{2}$'),
  accepted_at timestamptz,
  accepted_by int references app_user,
  shares_known_count boolean not null default true,  -- consents that others are told how many of their files are known to it
  face_recognition boolean not null default true,
  primary key (operation_id, country)
);
create table operation_agency (
  operation_id int not null references operation,
  agency_id int not null references agency,
  jurisdictions text[] not null,              -- countries in which this agency holds jurisdiction
  competences text[] not null,                -- protection, offender, evidence
  primary key (operation_id, agency_id)
);
create table membership (
  operation_id int not null references operation,
  user_id int not null references app_user,
  role text not null check (role in ('operation_lead', 'country_lead', 'specialist', 'liaison', 'analyst', 'observer', 'administrator', 'recipient', 'service')),
  training text,                              -- examiner's qualification record
  ends_at timestamptz,
  primary key (operation_id, user_id)
);
create index ix_membership_user on membership (user_id);
create table compartment (                    -- a lock; who holds its key is computed, never stored
  id int generated always as identity primary key,
  operation_id int not null references operation,
  agency_id int not null references agency,
  sharing text not null check (sharing in ('operation', 'agency'))
);
create unique index uq_compartment_shared on compartment (operation_id, agency_id) where sharing = 'operation';
create index ix_compartment_operation on compartment (operation_id);
create table access_grant (                   -- asked for, then given for a time, to an agency
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  compartment_id int not null references compartment,
  agency_id int not null references agency,
  lead_id uuid,                               -- the lead that was the reason
  reason text not null,
  asked_by int not null references app_user,
  asked_at timestamptz not null default now(),
  answered_by int references app_user,
  answered_at timestamptz,
  granted boolean,
  until timestamptz,
  ended_at timestamptz
);
create index ix_access_grant_compartment on access_grant (compartment_id);
create unique index uq_access_grant_waiting on access_grant (agency_id, compartment_id) where answered_at is null;

-- Material --------------------------------------------------------------------------------------------------------------------
create table series (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  compartment_id int not null references compartment,
  number int not null,
  label text not null,
  external_reference text,
  was_prepared boolean not null,              -- before the operation opened; otherwise it was added
  country_determined text check (country_determined ~ '^[A-Z]{2}$'),
  country_grounds text,                       -- what speaks for it
  determined_by int references app_user,
  confirmed_by int references app_user,       -- a second person; the country counts from then on
  confirmed_at timestamptz,
  created_at timestamptz not null default now(),
  constraint ck_series_two_people check (confirmed_by is null or confirmed_by <> determined_by),
  constraint uq_series_number unique (operation_id, number)
);
create table exhibit (                        -- a seized device
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  compartment_id int not null references compartment,
  country text not null check (country ~ '^[A-Z]{2}$'),
  label text not null,
  kind text not null check (kind in ('phone', 'tablet', 'laptop', 'desktop', 'storage', 'camera', 'cloud', 'other')),
  case_reference text not null,
  custodian text not null,
  handling_code text not null default 'H0' check (handling_code in ('H0', 'H1', 'H2', 'H3')),
  was_prepared boolean not null,
  manifest_sha256 bytea,
  received_at timestamptz not null default now(),
  intake_ended_at timestamptz,
  intake_failure text,                        -- why an intake stopped before its end
  constraint uq_exhibit_label unique (operation_id, country, label)
);
create table media_item (                     -- distinct content inside one compartment
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  compartment_id int not null references compartment,
  register_entry_id uuid,                     -- a portrait of the register; otherwise it came with an exhibit
  sha256 bytea not null check (length(sha256) = 32),
  md5 bytea not null check (length(md5) = 16),    -- label for exchange only
  sha1 bytea not null check (length(sha1) = 20),  -- label for exchange only
  size_bytes bigint not null,
  address text not null,                      -- in the media store
  media_type text not null,
  kind text not null check (kind in ('photo', 'video')),
  state text not null default 'waiting' check (state in ('waiting', 'read', 'refused')),
  refusal text,
  is_complete boolean not null default true,  -- false: only a part of a video could be looked at
  width int, height int, duration_s double precision,
  camera_make text, camera_model text, camera_serial text, captured_at text,
  pdq bytea check (length(pdq) = 32), pdq_quality int,
  preview_address text, veil_address text,
  received_at timestamptz not null default now(),
  read_at timestamptz,
  constraint uq_media_item_content unique (compartment_id, sha256, register_entry_id)
);
create unique index uq_media_item_exhibit_content on media_item (compartment_id, sha256) where register_entry_id is null;
create index ix_media_item_operation on media_item (operation_id, state);
create index ix_media_item_sha256 on media_item (sha256);
create index ix_media_item_serial on media_item (operation_id, camera_serial) where camera_serial is not null;
create table received_file (                  -- one line for every file that came, readable or not
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  compartment_id int not null references compartment,
  exhibit_id uuid not null references exhibit,
  media_item_id uuid references media_item,
  path text not null,                         -- as it stood on the device
  size_bytes bigint not null,
  sha256 bytea,
  refusal text,                               -- a code of the intake report
  received_at timestamptz not null default now(),
  constraint uq_received_file_path unique (exhibit_id, path)
);
create index ix_received_file_media on received_file (media_item_id);
create table near_copy (                      -- two readable items of one compartment that look alike (PDQ)
  operation_id int not null references operation,
  compartment_id int not null references compartment,
  media_item_id uuid not null references media_item,
  like_id uuid not null references media_item,
  distance int not null,
  primary key (media_item_id, like_id)
);
create table register (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  compartment_id int not null references compartment,
  country text not null check (country ~ '^[A-Z]{2}$'),
  name text not null,
  legal_source text not null,
  attested_by int not null references app_user,
  attested_at timestamptz not null default now(),
  retain_until date,
  constraint uq_register_name unique (operation_id, country, name)
);
create table register_entry (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  compartment_id int not null references compartment,
  register_id uuid not null references register,
  number text not null,
  label text not null default '',             -- a name, where the register gives one; empty in exercises
  sex text not null default 'unknown' check (sex in ('female', 'male', 'other', 'unknown')),
  date_of_birth date, missing_since date, place text, nationality text,
  details jsonb not null default '{}',        -- height, eyes, hair, marks, languages
  is_closed boolean not null default false,   -- found or withdrawn: no new leads
  created_at timestamptz not null default now(),
  constraint uq_register_entry_number unique (register_id, number)
);
alter table media_item add constraint fk_media_item_register_entry foreign key (register_entry_id) references register_entry;

-- Faces -----------------------------------------------------------------------------------------------------------------------
create table person (                         -- a depicted, unnamed cluster inside one compartment
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  compartment_id int not null references compartment,
  number int not null,
  series_id uuid references series,
  category text not null default 'unknown' check (category in ('unknown', 'victim', 'offender', 'witness', 'bystander')),
  age_band text check (age_band in ('under_3', '3_6', '7_12', '13_17', 'adult')),
  face_count int not null default 0,
  centroid halfvec,                           -- plain mean of its faces' vectors, not normalised
  model_digest text,
  created_at timestamptz not null default now(),
  constraint uq_person_number unique (operation_id, number)
);
create index ix_person_compartment on person (compartment_id);
create table track (                          -- one face through a video
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  compartment_id int not null references compartment,
  media_item_id uuid not null references media_item,
  start_s double precision not null,
  end_s double precision not null,
  sample_count int not null
);
create table face (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  compartment_id int not null references compartment,
  media_item_id uuid not null references media_item,
  track_id uuid references track,
  person_id uuid references person,
  register_entry_id uuid references register_entry,
  at_s double precision,                      -- in a video
  box real[] not null check (array_length(box, 1) = 4),           -- left, top, right, bottom; pixels of the working image
  landmarks real[] not null check (array_length(landmarks, 1) = 10),
  frame_width int not null, frame_height int not null,            -- size of the working image
  detection_score real not null,
  quality real not null,
  quality_word text not null check (quality_word in ('good', 'usable', 'poor')),
  eye_distance_px real not null,
  yaw_deg real not null, roll_deg real not null, sharpness real not null,
  embedding halfvec not null,
  pack_id text not null,
  model_digest text not null,                 -- SHA-256 of the recogniser
  dimension int not null,
  crop_address text not null, veil_address text not null,
  created_at timestamptz not null default now()
);
create index ix_face_media on face (media_item_id);
create index ix_face_person on face (person_id);
create index ix_face_register_entry on face (register_entry_id) where register_entry_id is not null;
create index ix_face_compartment on face (compartment_id, model_digest);

-- Leads -----------------------------------------------------------------------------------------------------------------------
create table lead (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  number int not null,
  kind text not null check (kind in ('register_match', 'same_face', 'same_file', 'near_copy', 'camera_serial', 'clue')),
  pair_key bytea not null,                    -- SHA-256 of the two sides' ids, smaller first: one lead per pair, for ever
  locks int[] not null,                       -- the sides' compartments
  countries text[] not null,                  -- whose material meets here
  stage text not null default 'open' check (stage in ('open', 'assessed', 'verified', 'rejected', 'referred', 'outcome', 'closed', 'parked')),
  stage_since timestamptz not null default now(),
  stage_reason text,
  priority int not null default 2 check (priority between 1 and 3),
  age_gap_years int,
  holder_id int references app_user,
  holder_agency_id int references agency,
  lease_until timestamptz,
  claim_token bigint not null default 0,      -- fencing: raised at each claim
  opinions int not null default 0,            -- settled opinions
  score real, band text check (band in ('strong', 'moderate', 'weak')),  -- never granted to people; see the two columns below
  bands_shown boolean not null default true,
  -- Whoever signs keeps the lead until the opinion is settled or undone, so that the band is hidden from the first signature on.
  shown_band text generated always as (case
    when stage in ('verified', 'rejected', 'referred', 'outcome') or (stage = 'closed' and opinions >= 2) then band
    when stage = 'open' and holder_id is null and opinions = 0 and bands_shown then band end) stored,
  shown_score real generated always as (case
    when stage in ('verified', 'rejected', 'referred', 'outcome') or (stage = 'closed' and opinions >= 2) then score end) stored,
  rank int, threshold real, pack_id text, model_digest text,
  created_at timestamptz not null default now(),
  changed_seq bigint not null default 0,      -- number of the last event about it; set by append_events alone
  constraint uq_lead_number unique (operation_id, number),
  constraint uq_lead_pair unique (operation_id, pair_key),
  constraint ck_lead_holder check ((holder_id is null) = (lease_until is null))
);
create index ix_lead_changed on lead (operation_id, changed_seq);
create index ix_lead_lease on lead (lease_until) where holder_id is not null;
create table lead_evidence (                  -- what stands on one side; a hidden side is simply absent
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  lead_id uuid not null references lead,
  compartment_id int not null references compartment,
  side int not null check (side in (1, 2)),
  country text not null,
  face_id uuid references face,
  person_id uuid references person,
  register_entry_id uuid references register_entry,
  media_item_id uuid references media_item,
  exhibit_id uuid references exhibit,
  constraint uq_lead_evidence_side unique (lead_id, side)
);
create index ix_lead_evidence_person on lead_evidence (person_id);
create table assessment (                     -- one examiner's opinion; unseen by others until the lead is decided
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  lead_id uuid not null references lead,
  locks int[] not null,
  examiner_id int not null references app_user,
  agency_id int not null references agency,
  country text not null,
  claim_token bigint not null,
  opinion int not null check (opinion between 1 and 5),  -- 1 strong support same … 5 strong support different (FISWG, ENFSI)
  features jsonb not null default '{}',
  reason text not null,
  signed_at timestamptz not null default now(),
  undone_at timestamptz,
  settled_at timestamptz,                     -- its undo time was over; set by housekeeping
  is_revealed boolean not null default false  -- the lead was decided: others who see the lead may read it
);
create unique index uq_assessment_examiner on assessment (lead_id, examiner_id) where undone_at is null;
create index ix_assessment_unsettled on assessment (signed_at) where settled_at is null and undone_at is null;
create table draft (                          -- an unfinished opinion or note; only its author sees it
  user_id int not null references app_user,
  lead_id uuid not null references lead,
  body jsonb not null,
  saved_at timestamptz not null default now(),
  primary key (user_id, lead_id)
);
create table annotation (                     -- a region on a picture, or a note on one side
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  lead_id uuid not null references lead,
  compartment_id int not null references compartment,
  face_id uuid references face,
  region jsonb,                               -- W3C Web Annotation selector, in shares of the crop's sides
  note text not null,
  author_id int not null references app_user,
  version int not null default 1,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  removed_at timestamptz
);
create index ix_annotation_lead on annotation (lead_id);
create table comment (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  lead_id uuid not null references lead,
  locks int[] not null,                       -- by default the author's side
  author_id int not null references app_user,
  body text not null,
  language text not null,
  created_at timestamptz not null default now()
);
create index ix_comment_lead on comment (lead_id);
create table sight (                          -- who was shown a band or a score, first
  lead_id uuid not null references lead,
  user_id int not null references app_user,
  what text not null check (what in ('band', 'score')),
  operation_id int not null references operation,
  shown_at timestamptz not null default now(),
  primary key (lead_id, user_id, what)
);
create table media_view (                     -- a veil that was lifted
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  compartment_id int not null references compartment,
  user_id int not null references app_user,
  face_id uuid references face,
  media_item_id uuid references media_item,
  viewed_at timestamptz not null default now()
);
create index ix_media_view_user on media_view (user_id, viewed_at);
create unlogged table presence (              -- who is looking at a lead now; never an event
  lead_id uuid not null references lead on delete cascade,
  user_id int not null references app_user,
  operation_id int not null,
  locks int[] not null,
  mode text not null check (mode in ('viewing', 'editing')),
  seen_at timestamptz not null default now(),
  primary key (lead_id, user_id)
);
create table face_search (                    -- every search: who, why, over what, with what outcome
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  user_id int not null references app_user,
  purpose text not null check (purpose in ('victim', 'missing')),
  legal_basis text not null,
  case_reference text not null,
  probe_face_id uuid not null references face,
  threshold real not null,
  pack_id text not null, model_digest text not null,
  searched int not null,                      -- faces compared
  found int not null,
  searched_at timestamptz not null default now()
);

-- Jurisdiction, referral, outcome --------------------------------------------------------------------------------------------
create table jurisdiction_claim (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  lead_id uuid not null references lead,
  locks int[] not null,
  country text not null check (country ~ '^[A-Z]{2}$'),
  ground text not null check (ground in ('offence_place', 'child_residence', 'suspect_place', 'nationality')),
  competence text not null check (competence in ('protection', 'offender', 'evidence')),
  basis text not null,                        -- what supports it
  stated_by int not null references app_user,
  stated_at timestamptz not null default now(),
  withdrawn_at timestamptz,
  constraint uq_jurisdiction_claim unique (lead_id, country, ground, competence)
);
create table referral (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  number int not null,
  lead_id uuid not null references lead,
  locks int[] not null,
  from_agency_id int not null references agency,
  to_agency_id int not null references agency,
  from_country text not null, to_country text not null,
  competence text not null check (competence in ('protection', 'offender', 'evidence')),
  urgency text not null default 'normal' check (urgency in ('urgent', 'priority', 'normal')),
  corroboration text not null,                -- what besides the face supports it, or the logged exception
  message text not null default '',
  state text not null default 'drafted' check (state in ('drafted', 'withdrawn', 'sent', 'acknowledged', 'accepted', 'declined', 'returned', 're_routed')),
  reason text,                                -- of the answer, or of the withdrawal
  previous_id uuid references referral,       -- the returned one that this one re-routes
  package_state text not null default 'waiting' check (package_state in ('waiting', 'built', 'failed')),
  package_address text, package_sha256 bytea, manifest_sha256 bytea,
  drafted_by int not null references app_user,
  drafted_at timestamptz not null default now(),
  approved_by int references app_user,        -- a second person
  approved_at timestamptz,
  sent_at timestamptz, acknowledged_at timestamptz, answered_at timestamptz,
  due_at timestamptz,
  constraint uq_referral_number unique (operation_id, number),
  constraint ck_referral_two_people check (approved_by is null or approved_by <> drafted_by)
);
create index ix_referral_lead on referral (lead_id);
-- Whoever may draft on a lead sees all its referrals, so that this tells nothing that is hidden.
create unique index uq_referral_live on referral (lead_id, to_agency_id, competence)
  where state in ('drafted', 'sent', 'acknowledged', 'accepted') and package_state <> 'failed';
create index ix_referral_to on referral (to_agency_id, state);
create table ledger_entry (                   -- a victim or an offender, counted once whichever countries and leads show them
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  number int not null,
  kind text not null check (kind in ('victim', 'offender')),
  is_depicted boolean not null default true,
  age_band text check (age_band in ('under_3', '3_6', '7_12', '13_17', 'adult')),
  sex text not null default 'unknown' check (sex in ('female', 'male', 'other', 'unknown')),
  locks int[] not null,
  agency_id int not null references agency,   -- who stated it first
  merged_into uuid references ledger_entry,
  created_at timestamptz not null default now(),
  constraint uq_ledger_number unique (operation_id, kind, number)
);
create table ledger_person (                  -- which depicted persons are this victim or offender
  ledger_id uuid not null references ledger_entry,
  person_id uuid not null references person,
  compartment_id int not null references compartment,
  primary key (ledger_id, person_id)
);
create table outcome (                        -- a statement, by whom, with what reference; never changed, only revoked
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  ledger_id uuid not null references ledger_entry,
  lead_id uuid references lead,
  referral_id uuid references referral,
  locks int[] not null,
  stage text not null check (stage in ('V1', 'V2', 'V3', 'V4', 'V5', 'O1', 'O2', 'O3', 'O4', 'O5',
    'already_identified', 'already_safe', 'adult_now', 'deceased', 'not_a_victim', 'not_a_real_child', 'trail_eliminated')),
  stated_by_agency_id int not null references agency,
  authority_reference text not null,
  stated_on date not null,
  place_country text check (place_country ~ '^[A-Z]{2}$'),  -- of the offence, where stated
  recorded_by int not null references app_user,
  recorded_at timestamptz not null default now(),
  revoked_at timestamptz, revoked_by int references app_user, revoked_reason text
);
create index ix_outcome_ledger on outcome (ledger_id);
create table edition (                        -- a dated statistics report; frozen
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  number int not null,
  kind text not null check (kind in ('interim', 'closing', 'follow_up')),
  as_of timestamptz, seq bigint, log_digest bytea, figures jsonb,  -- null until a worker has drawn it up, then frozen
  drawn_up_by int not null references app_user,
  constraint uq_edition_number unique (operation_id, number)
);

-- Work that waits ---------------------------------------------------------------------------------------------------------------
create table job (
  id uuid primary key default gen_random_uuid(),
  kind text not null,
  subject_id uuid not null,
  operation_id int not null references operation,
  asked_by int not null references app_user,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed')),
  priority int not null default 5,
  attempt int not null default 0,
  lease_until timestamptz,
  failure text,
  created_at timestamptz not null default now(),
  done_at timestamptz,
  constraint uq_job_subject unique (kind, subject_id)
);
create index ix_job_waiting on job (kind, priority, created_at) where state in ('waiting', 'running');

-- The record --------------------------------------------------------------------------------------------------------------------
create table chain (                          -- head of each operation's log; 0 is the installation itself
  operation_id int primary key,
  last_seq bigint not null default 0,
  last_hash bytea not null default '\x0000000000000000000000000000000000000000000000000000000000000000'
);
insert into chain (operation_id) values (0);
create table event (
  operation_id int not null references chain,
  seq bigint not null,
  at timestamptz not null,
  kind text not null,
  actor_id int not null references app_user,
  lead_id uuid,
  locks int[] not null,
  payload jsonb not null,
  body text not null,                         -- the bytes that are hashed
  hash bytea not null,                        -- SHA-256(previous hash || body)
  primary key (operation_id, seq)
);
create index ix_event_lead on event (lead_id, seq) where lead_id is not null;
create index ix_event_kind on event (operation_id, kind, seq);
create table counter (                        -- next number of leads, persons … in an operation
  operation_id int not null,
  what text not null,
  value int not null,
  primary key (operation_id, what)
);
