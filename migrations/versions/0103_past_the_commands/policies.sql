-- What is said is said by who acts, and taken back by who may, whoever writes past a command.
do $$
declare v record;
begin
  for v in select * from (values
      ('annotation', 'author_id'), ('comment', 'author_id'), ('jurisdiction_claim', 'stated_by'), ('person_act', 'decided_by'),
      ('series_act', 'said_by'), ('ledger_act', 'decided_by'), ('outcome', 'recorded_by'), ('referral', 'drafted_by'),
      ('access_grant', 'asked_by'), ('register_import', 'asked_by'), ('known_list', 'brought_by'), ('edition', 'drawn_up_by'),
      ('exercise_injection', 'asked_by'), ('presence', 'user_id')) as t(name, author) loop
    execute format('create policy by_who_acts on %I as restrictive for insert to concord_app with check (%I = (select my_id()))', v.name, v.author);
  end loop;
  -- The agency that said it takes it back; nobody says that another person did.
  for v in select * from (values ('clue_act', 'said_by', 'undone_by', 'undone_at'), ('series_act', 'said_by', 'undone_by', 'undone_at'),
      ('person_word', 'said_by', 'withdrawn_by', 'withdrawn_at')) as t(name, author, undoer, moment) loop
    execute format('create policy by_who_said on %1$I as restrictive for update to concord_app '
      'using (%4$I is null and exists (select 1 from app_user u where u.id = %1$I.%2$I and u.agency_id = (select my_agency()))) '
      'with check (%3$I = (select my_id()))', v.name, v.author, v.undoer, v.moment);
  end loop;
end $$;
create policy of_the_own_material on person_act as restrictive for insert to concord_app with check (own_material(compartment_id));
create policy of_the_own_material_back on person_act as restrictive for update to concord_app
  using (undone_at is null and own_material(compartment_id)) with check (undone_by = (select my_id()));
create policy back_by_who_acts on ledger_act as restrictive for update to concord_app
  using (undone_at is null) with check (undone_by = (select my_id()));
create policy by_who_stated on jurisdiction_claim as restrictive for update to concord_app
  using (stated_by = (select my_id()) or withdrawn_at is not null)  -- what was withdrawn, another may state anew
  with check (stated_by = (select my_id()));
create policy by_who_stated on outcome as restrictive for insert to concord_app with check (stated_by_agency_id = (select my_agency()));
create policy back_by_who_stated on outcome as restrictive for update to concord_app
  using (revoked_at is null and stated_by_agency_id = (select my_agency())) with check (revoked_by = (select my_id()));

-- A vouch is given by somebody who was met, and withdrawn by who gave it or by the lead of that person's country.
create policy by_who_was_met on vouch as restrictive for insert to concord_app with check (operation_id = any ((select my_met())::int[]));
create policy by_who_vouched on vouch as restrictive for update to concord_app
  using (withdrawn_at is null and (voucher_id = (select my_id()) or exists (
    select 1 from membership m join user_with_country me on me.id = m.user_id join user_with_country w on w.country = me.country
    where m.operation_id = vouch.operation_id and m.user_id = (select my_id()) and m.role = 'country_lead' and w.id = vouch.voucher_id)))
  with check (withdrawn_by = (select my_id()));

-- A clue and a card begin without what two people are to say of them; what they are about is of their operation.
create policy unanswered on clue as restrictive for insert to concord_app
  with check (num_nonnulls(result, country, grounds, stated_by, confirmed_by, confirmed_at) = 0
    and (series_id is null or exists (select 1 from series s where s.id = series_id and s.operation_id = clue.operation_id)));
create policy of_its_medium on clue_card as restrictive for insert to concord_app
  with check (media_item_id is null or exists (
    select 1 from lead_evidence e where e.lead_id = clue_card.lead_id and e.media_item_id = clue_card.media_item_id));
create policy by_who_withdraws on clue_card as restrictive for update to concord_app
  using (true) with check ((state = 'withdrawn') = (withdrawn_at is not null) and (state <> 'withdrawn' or withdrawn_by = (select my_id())));
drop policy keys on card_tip;
create policy keys on card_tip for select to concord_app using (answer_id in (
  select a.id from card_answer a join clue_card c on c.id = a.card_id where c.locks && (select my_keys())
    or a.agency_id = (select my_agency()) and exists (
      select 1 from compartment k where k.operation_id = a.operation_id and k.id = any ((select my_keys())::int[]))));
create policy of_its_answer on card_tip as restrictive for insert to concord_app
  with check (exists (select 1 from card_answer a where a.id = card_tip.answer_id and a.operation_id = card_tip.operation_id));

-- Lists of known material name files by what they hold: people write what a digest says of their own agency's media, workers all else.
drop policy keys on known_media;
create policy keys on known_media for select to concord_app
  using (list_no in (select l.number from known_list l) and exists (select 1 from media_item m where m.id = media_item_id));
create policy own on known_media for insert to concord_app with check (distance is null
  and list_no in (select l.number from known_list l where l.operation_id = known_media.operation_id)
  and exists (
    select 1 from media_item m join known_hash h on h.algorithm = known_media.algorithm
      and h.digest = case known_media.algorithm when 1 then m.md5 when 2 then m.sha1 when 3 then m.sha256 end
    where m.id = known_media.media_item_id and m.operation_id = known_media.operation_id and h.list_no = known_media.list_no
      and m.compartment_id in (select c.id from compartment c where c.agency_id = (select my_agency()))));
create policy of_its_compartment on known_list as restrictive for insert to concord_app
  with check (exists (select 1 from compartment c where c.id = known_list.compartment_id and c.operation_id = known_list.operation_id));

-- What stands beside a row is of the row's operation.
create policy of_its_referral on referral_release as restrictive for insert to concord_app
  with check (exists (select 1 from referral r where r.id = referral_release.referral_id and r.operation_id = referral_release.operation_id));
create policy of_its_exhibit on original_check as restrictive for insert to concord_app
  with check (exists (select 1 from exhibit e where e.id = original_check.exhibit_id and e.operation_id = original_check.operation_id));
-- Numbers come from next_number alone.
revoke insert, update on counter from concord_app;
grant execute on function own_material to concord_app;
