-- The newest tables of what no package rests on; and a lead itself, whose stage may not follow from its opinions.
create or replace function leads_of_broken(p_table text, p_key text) returns uuid[] language plpgsql stable security definer set search_path = public as $$
-- The leads that a governed row speaks of; null where it concerns all of them (members, terms, rules, agencies), or is gone.
declare v uuid[];
begin
  if p_table in ('edition', 'face_search', 'series', 'series_act', 'series_word', 'series_placement', 'series_join', 'series_refusal',
      'series_column', 'medium_placement', 'clue_medium', 'person_act', 'removal', 'suspension', 'country_lead_proposal', 'card_answer', 'card_tip', 'face_act',
      'media_mark', 'media_grade', 'grade_table', 'grade_rule', 'video_range', 'video_still', 'exhibit_case', 'proposal', 'probe', 'erasure') then
    return '{}';  -- no package rests on these
  elsif p_table = 'lead' then
    select array[l.id] into v from lead l where l.id::text = p_key;
  elsif p_table in ('assessment', 'annotation', 'comment', 'corroboration', 'jurisdiction_claim', 'lead_reason', 'access_grant', 'outcome', 'referral', 'clue', 'clue_act', 'clue_card', 'outside_result') then
    execute format('select array[lead_id] from %I where %s::text = $1 and lead_id is not null', p_table,
      case when p_table in ('clue', 'outside_result') then 'lead_id' else 'id' end) into v using p_key;
    if v is null and p_table in ('annotation', 'comment') then  -- what is said of a medium concerns no lead
      execute format('select array[]::uuid[] from %I where id::text = $1', p_table) into v using p_key;
    end if;
  elsif p_table in ('comment_version', 'thread_act') then
    execute format('select array_remove(array[c.lead_id], null) from %I r join comment c on c.id = r.comment_id where r.id::text = $1', p_table)
      into v using p_key;
  elsif p_table = 'release_permission' then
    select array[r.lead_id] into v from release_permission p join referral r on r.id = p.referral_id where p.id::text = p_key;
  elsif p_table = 'referral_release' then
    select array[r.lead_id] into v from referral_release x join referral r on r.id = x.referral_id where x.id::text = p_key;
  elsif p_table = 'referral_picture' then
    select array[r.lead_id] into v from referral r where r.id::text = split_part(p_key, ' ', 1);
  elsif p_table in ('exhibit', 'register_entry') then
    select coalesce(array_agg(distinct e.lead_id), '{}') into v from lead_evidence e where p_key in (e.exhibit_id::text, e.register_entry_id::text);
  elsif p_table = 'exhibit_change' then
    select coalesce(array_agg(distinct e.lead_id), '{}') into v from lead_evidence e join exhibit_change x on x.exhibit_id = e.exhibit_id
      where x.id::text = p_key;
  elsif p_table = 'person_word' then
    select coalesce(array_agg(distinct e.lead_id), '{}') into v from lead_evidence e join person_word w on w.person_id = e.person_id
      where w.id::text = p_key;
  elsif p_table = 'entry_end' then
    select coalesce(array_agg(distinct e.lead_id), '{}') into v from lead_evidence e join entry_end x on x.entry_id = e.register_entry_id
      where x.id::text = p_key;
  elsif p_table in ('ledger_entry', 'ledger_act') then
    return '{}';
  end if;
  return v;
end $$;
