-- A comment is about a lead or about a medium; one that answers another stands in its thread.
alter table comment alter column lead_id drop not null;
alter table comment add column media_item_id uuid references media_item;
alter table comment add column thread_id uuid references comment;  -- the comment that began the thread; null: this one does
alter table comment add constraint ck_comment_about check (num_nonnulls(lead_id, media_item_id) = 1);
create index ix_comment_medium on comment (media_item_id) where media_item_id is not null;
create index ix_comment_thread on comment (thread_id) where thread_id is not null;

-- So is a note: on a face or a region of a medium, and in a video or a recording from one second to another.
alter table annotation alter column lead_id drop not null;
alter table annotation add column media_item_id uuid references media_item;
alter table annotation add column at_s double precision check (at_s >= 0);
alter table annotation add column until_s double precision;
alter table annotation add constraint ck_annotation_about check (num_nonnulls(lead_id, media_item_id) = 1);
alter table annotation add constraint ck_annotation_time
  check (at_s is null and until_s is null or media_item_id is not null and at_s is not null and (until_s is null or until_s >= at_s));
create index ix_annotation_medium on annotation (media_item_id) where media_item_id is not null;

create table comment_version (                -- a later wording of a comment; the first stands in the comment
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  comment_id uuid not null references comment,
  locks int[] not null,                       -- the comment's
  number int not null check (number > 1),
  body text not null,
  find_key text not null default '',          -- how it is searched
  language text not null,
  author_id int not null references app_user,
  played_by text not null default my_played_by() check (played_by in ('person', 'partner')),
  written_at timestamptz not null default now(),
  constraint uq_comment_version_number unique (comment_id, number)
);
create table thread_act (                     -- a thread is resolved, or taken up again; the last one counts
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  comment_id uuid not null references comment,  -- that began the thread
  locks int[] not null,                       -- the comment's
  what text not null check (what in ('resolved', 'reopened')),
  said_by int not null references app_user,
  played_by text not null default my_played_by() check (played_by in ('person', 'partner')),
  said_at timestamptz not null default now(),
  ordinal bigint generated always as identity
);
create index ix_thread_act_comment on thread_act (comment_id);
create table mention (                        -- whom a comment calls; it waits for that person until it is read
  comment_id uuid not null references comment,
  user_id int not null references app_user,
  operation_id int not null references operation,
  locks int[] not null,                       -- the comment's
  called text,                                -- the role or country by which the person was called; null: by name
  called_at timestamptz not null default now(),
  read_at timestamptz,
  primary key (comment_id, user_id)
);
create index ix_mention_unread on mention (user_id, operation_id) where read_at is null;

create function begins_thread(p_thread uuid, p_lead uuid, p_medium uuid) returns boolean language sql stable security definer set search_path = public
  -- Whether the caller opens this comment, and it began a thread about the same lead or medium.
  as $$ select exists (select 1 from comment c where c.id = p_thread and c.thread_id is null and opens(c.locks)
          and c.lead_id is not distinct from p_lead and c.media_item_id is not distinct from p_medium) $$;

create function readers_of(p_operation int, p_locks int[], p_about int[]) returns setof int language plpgsql volatile
  security definer set search_path = public as $$
-- The members who open what lies behind these locks and the thing that it is about, as row-level security decides it for each kind of
-- member; none where the caller does not open both. So nobody is named here who cannot see it.
declare v_me text := current_setting('app.user_id', true); v_kind record; v_found int[] := '{}';
begin
  if not (opens(p_locks) and opens(p_about)) then return; end if;
  for v_kind in
    select min(m.user_id) as one, array_agg(m.user_id) as everyone from membership m join app_user u on u.id = m.user_id
    where m.operation_id = p_operation and u.disabled_at is null and not u.is_service and holds_now(m)
    group by u.agency_id, m.role, m.standing = 'newcomer'
  loop
    perform set_config('app.user_id', v_kind.one::text, true);
    if opens(p_locks) and opens(p_about) then v_found := v_found || v_kind.everyone; end if;
  end loop;
  perform set_config('app.user_id', v_me, true);
  return query select unnest(v_found);
end $$;
revoke execute on function begins_thread, readers_of from public;
grant execute on function begins_thread, readers_of to concord_app, concord_worker;

-- Whatever is said lies in the compartment of what it is about, in the name of who says it.
create policy of_its_subject on comment as restrictive for insert to concord_app with check (author_id = (select my_id())
  and (thread_id is null or begins_thread(thread_id, lead_id, media_item_id))
  and (exists (select 1 from lead l where l.id = comment.lead_id and l.operation_id = comment.operation_id and comment.locks <@ l.locks)
       or exists (select 1 from media_item m where m.id = comment.media_item_id and m.operation_id = comment.operation_id
                  and comment.locks = array[m.compartment_id])));
create policy of_its_subject on annotation as restrictive for insert to concord_app with check (author_id = (select my_id())
  and (exists (select 1 from lead l where l.id = annotation.lead_id and l.operation_id = annotation.operation_id
               and annotation.compartment_id = any (l.locks))
       or exists (select 1 from media_item m where m.id = annotation.media_item_id and m.operation_id = annotation.operation_id
                  and m.compartment_id = annotation.compartment_id)));
do $$
declare t text;
begin
  foreach t in array array['comment_version', 'thread_act', 'mention'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy worker_all on %I to concord_worker using (true) with check (true)', t);
    execute format('create policy keys on %I for select to concord_app using (locks && (select my_keys()))', t);
    execute format('create policy opened on %I as restrictive to concord_app using (not (locks && (select my_closed())))', t);
    execute format('grant select, insert on %I to concord_app', t);
    execute format('grant select, insert, update on %I to concord_worker', t);
  end loop;
end $$;
create policy own on comment_version for insert to concord_app with check (author_id = (select my_id())
  and exists (select 1 from comment c where c.id = comment_version.comment_id and c.author_id = (select my_id())
              and c.operation_id = comment_version.operation_id and c.locks = comment_version.locks));
create policy own on thread_act for insert to concord_app with check (said_by = (select my_id())
  and exists (select 1 from comment c where c.id = thread_act.comment_id and c.thread_id is null
              and c.operation_id = thread_act.operation_id and c.locks = thread_act.locks));
create policy own on mention for insert to concord_app with check (read_at is null
  and exists (select 1 from comment c where c.id = mention.comment_id and c.author_id = (select my_id())
              and c.operation_id = mention.operation_id and c.locks = mention.locks));
create policy read on mention for update to concord_app
  using (user_id = (select my_id()) and locks && (select my_keys())) with check (user_id = (select my_id()));
grant update (read_at) on mention to concord_app;

update governed set fixed = '{operation_id,lead_id,media_item_id,thread_id,author_id,body,language,created_at,played_by}' where name = 'comment';
update governed set fixed = '{operation_id,lead_id,media_item_id,face_id,author_id,created_at}',
  free = '{compartment_id,region,at_s,until_s,note,version,changed_at,played_by}' where name = 'annotation';
insert into governed (name, key, operation, fixed, once, free) values
('comment_version', '{id}', 'operation_id', '{operation_id,comment_id,number,body,language,author_id,played_by,written_at}', '{}', '{locks}'),
('thread_act', '{id}', 'operation_id', '{operation_id,comment_id,what,said_by,played_by,said_at,ordinal}', '{}', '{locks}');
select govern('comment'), govern('annotation'), govern('comment_version'), govern('thread_act');
select seal_all('comment');
select seal_all('annotation');
select bind_all();
