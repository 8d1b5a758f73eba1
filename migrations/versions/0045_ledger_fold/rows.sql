-- What a statement says of a person stands with the statement, and goes with it.
alter table outcome
  add column age_band text check (age_band in ('under_3', '3_6', '7_12', '13_17', 'adult')),
  add column sex text not null default 'unknown' check (sex in ('female', 'male', 'other', 'unknown')),
  add column ordinal bigint generated always as identity;  -- the order in which statements came
-- of_lead: the entry is the child, or the offender, whom this lead shows; null: a further one, or a child who is not shown.
-- was_depicted: as it was opened. merged_into, is_depicted, age_band and sex are caches of fold_ledger.
alter table ledger_entry add column of_lead uuid references lead, add column was_depicted boolean not null default true;
create table ledger_act (                     -- somebody said that two entries are one person, or that an entry is shown after all
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  what text not null check (what in ('same', 'depicted')),
  ledger_id uuid not null references ledger_entry,
  other_id uuid references ledger_entry,      -- the entry that counts for both
  decided_by int not null references app_user,
  decided_at timestamptz not null default now(),
  undone_by int references app_user,
  undone_at timestamptz,
  constraint ck_ledger_act_two check ((what = 'same') = (other_id is not null))
);
create index ix_ledger_act_operation on ledger_act (operation_id);
create index ix_ledger_entry_of_lead on ledger_entry (of_lead);
