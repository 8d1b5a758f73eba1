-- A row about another row has its compartment and its operation: triggers with the owner's rights follow these rows, and what they change
-- must be what the writer opens.
drop policy own on clue_act;
create policy own on clue_act for insert to concord_app
  with check (locks && (select my_keys()) and said_by = (select my_id()) and undone_at is null
    and exists (select 1 from clue k where k.lead_id = clue_act.lead_id and k.operation_id = clue_act.operation_id and k.locks = clue_act.locks));
create policy of_its_lead on clue as restrictive for insert to concord_app
  with check (exists (select 1 from lead l where l.id = clue.lead_id and l.kind = 'clue' and l.operation_id = clue.operation_id and l.locks = clue.locks));
create policy of_its_lead on outside_result as restrictive for insert to concord_app
  with check (exists (select 1 from lead l where l.id = outside_result.lead_id and l.kind = 'outside_result'
    and l.operation_id = outside_result.operation_id and l.locks = outside_result.locks));
create policy of_its_clue on clue_card as restrictive for insert to concord_app
  with check (exists (select 1 from clue k where k.lead_id = clue_card.lead_id and k.operation_id = clue_card.operation_id and k.locks = clue_card.locks));
create policy of_its_person on person_word as restrictive for insert to concord_app
  with check (exists (select 1 from person p where p.id = person_word.person_id and p.compartment_id = person_word.compartment_id
    and p.operation_id = person_word.operation_id));
create policy of_its_card on card_answer as restrictive for insert to concord_app
  with check (country = (select g.country from agency g where g.id = (select my_agency()))
    and exists (select 1 from clue_card c where c.id = card_answer.card_id and c.operation_id = card_answer.operation_id));
create policy of_its_medium on media_mark as restrictive for insert to concord_app
  with check (exists (select 1 from media_item m where m.id = media_mark.media_item_id and m.compartment_id = media_mark.compartment_id
    and m.operation_id = media_mark.operation_id));
-- Who shows a card or says no to it is its checker, and a card is shown with one.
create policy by_its_checker on clue_card as restrictive for update to concord_app using (state <> 'withdrawn')
  with check (state not in ('shown', 'refused') or checked_by = (select my_id()));
