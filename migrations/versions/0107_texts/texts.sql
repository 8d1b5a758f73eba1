create table text_reading (                    -- a medium whose text was looked for
  media_item_id uuid primary key references media_item,
  operation_id int not null references operation,
  compartment_id int not null references compartment,  -- the medium's
  reader text not null check (reader <> ''),   -- program and models
  is_whole boolean not null,
  read_at timestamptz not null default now()
);
create index ix_text_reading_compartment on text_reading (compartment_id);
create table picture_text (                    -- a line of text: a hint, no fact
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  compartment_id int not null references compartment,
  media_item_id uuid not null references media_item,
  at_s double precision check (at_s >= 0),
  box double precision[] not null check (array_length(box, 1) = 4),  -- left, top, width, height as shares of the picture's sides
  body text not null check (body <> ''),
  find_key text not null,
  score double precision not null check (score between 0 and 1)
);
create index ix_picture_text_medium on picture_text (media_item_id);
create index ix_picture_text_compartment on picture_text (compartment_id);

do $$
declare t text;
begin
  foreach t in array array['text_reading', 'picture_text'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy worker_all on %I to concord_worker using (true) with check (true)', t);
    execute format('create policy keys on %I for select to concord_app using (compartment_id = any ((select my_keys())::int[]))', t);
    execute format('grant select on %I to concord_app', t);
    execute format('grant select, insert, update on %I to concord_worker', t);
  end loop;
end $$;

create function texts_follow_their_medium() returns trigger language plpgsql set search_path = public as $$
-- A medium that goes behind another lock takes its text along.
begin
  update text_reading set compartment_id = new.compartment_id where media_item_id = new.id;
  update picture_text set compartment_id = new.compartment_id where media_item_id = new.id;
  return null;
end $$;
create trigger texts_follow after update of compartment_id on media_item for each row
  when (old.compartment_id <> new.compartment_id) execute function texts_follow_their_medium();
revoke execute on function texts_follow_their_medium from public;
