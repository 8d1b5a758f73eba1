-- A card asks the whole room about a clue: a question, and a part of its picture in which faces and bodies are masked. The picture is a new
-- one, made from the part alone; what stood under a mask is nowhere in it.
create table clue_card (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  lead_id uuid not null references lead,
  locks int[] not null,                       -- the lead's; once it is shown, every member sees it
  number int not null,
  what text not null check (what in ('object', 'place', 'text', 'language', 'clothing', 'other')),
  question text not null check (question <> ''),
  asked text not null,                        -- what is asked for
  owner_country text not null,
  maker_country text not null,
  media_item_id uuid references media_item,
  crop real[] check (array_length(crop, 1) = 4),                  -- left, top, width, height in per cent of the picture's sides
  masks jsonb not null default '[]',          -- such fours
  handling_code text not null check (handling_code in ('H0', 'H1', 'H2', 'H3')),
  state text not null default 'making' check (state in ('making', 'failed', 'made', 'refused', 'shown', 'withdrawn')),
  made_by int not null references app_user,
  played_by text not null default my_played_by() check (played_by in ('person', 'partner')),
  made_at timestamptz not null default now(),
  address text,                               -- of the masked picture
  width int,
  height int,
  checked_by int references app_user,
  checked_at timestamptz,
  refusal text,                               -- what the second person says against it
  withdrawn_by int references app_user,
  withdrawn_at timestamptz,
  -- What two people say came of the clue: kept by `refold_clues`.
  result text check (result in ('country', 'eliminated')),
  country text,
  constraint uq_clue_card_number unique (operation_id, number),
  constraint ck_clue_card_picture check ((media_item_id is null) = (crop is null)),
  constraint ck_clue_card_checked check (checked_by <> made_by and (checked_by is null) = (checked_at is null))
);
create index ix_clue_card_lead on clue_card (lead_id);
create table card_answer (                    -- somebody knows it, or says that it is not from there
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  card_id uuid not null references clue_card,
  what text not null check (what in ('tip', 'not_here')),
  country text not null,
  agency_id int not null references agency,
  said_by int not null references app_user,
  played_by text not null default my_played_by() check (played_by in ('person', 'partner')),
  said_at timestamptz not null default now(),
  withdrawn_at timestamptz
);
create index ix_card_answer_card on card_answer (card_id);
create table card_tip (                       -- the words of a tip: for who opens the clue, and for those of its giver's agency who open material
  answer_id uuid primary key references card_answer,
  operation_id int not null references operation,
  body text not null check (body <> ''),
  source text not null check (source <> '')   -- how it is known
);

alter table clue_card enable row level security;
create policy worker_all on clue_card to concord_worker using (true) with check (true);
create policy room on clue_card for select to concord_app
  using (locks && (select my_keys()) or state = 'shown' and operation_id = any ((select my_operations())::int[]));
create policy opened on clue_card as restrictive to concord_app using (not (locks && (select my_closed())));
create policy own on clue_card for insert to concord_app
  with check (locks && (select my_keys()) and made_by = (select my_id()) and state in ('making', 'made') and address is null and checked_by is null);
create policy keys on clue_card for update to concord_app using (locks && (select my_keys())) with check (locks && (select my_keys()));
grant select on clue_card to concord_app;
grant insert (id, operation_id, lead_id, locks, number, what, question, asked, owner_country, maker_country, media_item_id, crop, masks,
  handling_code, state, made_by) on clue_card to concord_app;
grant update (state, checked_by, checked_at, refusal, withdrawn_by, withdrawn_at) on clue_card to concord_app;
grant select, update on clue_card to concord_worker;

alter table card_answer enable row level security;
create policy worker_all on card_answer to concord_worker using (true) with check (true);
create policy room on card_answer for select to concord_app using (card_id in (select c.id from clue_card c));
create policy own on card_answer for insert to concord_app with check (said_by = (select my_id()) and agency_id = (select my_agency())
  and withdrawn_at is null and card_id in (select c.id from clue_card c where c.state = 'shown'));
create policy withdrawn on card_answer for update to concord_app using (said_by = (select my_id())) with check (said_by = (select my_id()));
grant select, insert on card_answer to concord_app;
grant update (withdrawn_at) on card_answer to concord_app;
grant select on card_answer to concord_worker;

alter table card_tip enable row level security;
create policy worker_all on card_tip to concord_worker using (true) with check (true);
create policy keys on card_tip for select to concord_app using (answer_id in (
  select a.id from card_answer a join clue_card c on c.id = a.card_id where a.agency_id = (select my_agency()) and (select my_keys()) <> '{}'
    or c.locks && (select my_keys())));
create policy own on card_tip for insert to concord_app
  with check (answer_id in (select a.id from card_answer a where a.said_by = (select my_id()) and a.what = 'tip'));
grant select, insert on card_tip to concord_app;
grant select on card_tip to concord_worker;

create or replace function refold_clues() returns trigger language plpgsql security definer set search_path = public as $$
-- Bring what clues and their cards keep of the fold up to date. Their leads are held first, so that two acts that meet see each other. The
-- room reads on a card what two people have said.
declare v_leads uuid[] := array(select distinct c.lead_id from changed c order by 1);
begin
  perform hold('lead', v_leads::text[]);
  update clue c set result = f.result, country = f.country, grounds = f.grounds, stated_by = f.stated_by, confirmed_by = f.confirmed_by,
    confirmed_at = f.confirmed_at from fold_clues(v_leads) f where f.lead_id = c.lead_id;
  update clue_card d set result = case when c.confirmed_at is not null then c.result end,
    country = case when c.confirmed_at is not null then c.country end
  from clue c where c.lead_id = d.lead_id and c.lead_id = any (v_leads);
  return null;
end $$;

insert into governed (name, key, operation, fixed, once, free) values
('clue_card', '{id}', 'operation_id',
  '{operation_id,lead_id,number,what,question,asked,owner_country,maker_country,media_item_id,crop,masks,handling_code,made_by,played_by,made_at}',
  '{address,width,height,checked_by,checked_at,refusal,withdrawn_by,withdrawn_at}', '{locks,state}'),
('card_answer', '{id}', 'operation_id', '{operation_id,card_id,what,country,agency_id,said_by,played_by,said_at}', '{withdrawn_at}', '{}'),
('card_tip', '{answer_id}', 'operation_id', '{operation_id,body,source}', '{}', '{}');
select govern('clue_card'), govern('card_answer'), govern('card_tip');
