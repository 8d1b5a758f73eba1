-- A copy of a video that browsers play, made when it is first asked for. side: its longer side in pixels. at_ms: when each of its pictures is
-- shown, in the copy and on the running clock of the original; stamps: the original's own time stamps, in units of unit_num / unit_den seconds.
create table video_copy (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  compartment_id int not null references compartment,  -- the medium's
  media_item_id uuid not null references media_item,
  side int not null check (side in (640, 1280)),
  state text not null default 'asked' check (state in ('asked', 'made', 'refused')),
  refusal text,
  asked_by int not null references app_user,
  asked_at timestamptz not null default now(),
  made_at timestamptz,
  frames_done int not null default 0,
  frames_of int not null default 0,
  width int, height int, duration_s double precision,
  has_sound boolean not null default false,
  unseen text[] not null default '{}',
  clear_address text, veil_address text,
  at_ms int[] not null default '{}',
  stamps bigint[] not null default '{}',
  unit_num int not null default 1, unit_den int not null default 1000,
  unique (media_item_id, side)
);
-- The veiled pictures of a video's samples, side by side in one picture; each width by height pixels.
create table film_strip (
  media_item_id uuid primary key references media_item,
  operation_id int not null references operation,
  compartment_id int not null references compartment,  -- the medium's
  address text not null,
  width int not null, height int not null,
  times_s double precision[] not null,
  cuts_s double precision[] not null
);
-- A part of a video that somebody marked, with a note.
create table video_range (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  compartment_id int not null references compartment,  -- the medium's
  media_item_id uuid not null references media_item,
  from_ms int not null check (from_ms >= 0),
  to_ms int not null check (to_ms >= from_ms),
  note text not null,
  said_by int not null references app_user,
  played_by text not null default my_played_by() check (played_by in ('person', 'partner')),
  said_at timestamptz not null default now(),
  undone_at timestamptz
);
-- A picture that somebody had taken out of a video. frame: its number, from 0; stamp: its own in the original; still_id: the medium that it became.
create table video_still (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  compartment_id int not null references compartment,  -- the medium's
  media_item_id uuid not null references media_item,
  frame int not null check (frame >= 0),
  at_ms int not null check (at_ms >= 0),
  stamp bigint,
  state text not null default 'asked' check (state in ('asked', 'made', 'refused')),
  refusal text,
  still_id uuid references media_item,
  taken_by int not null references app_user,
  played_by text not null default my_played_by() check (played_by in ('person', 'partner')),
  taken_at timestamptz not null default now()
);
create index ix_video_range_medium on video_range (media_item_id);
create index ix_video_still_medium on video_still (media_item_id);
create index ix_video_still_still on video_still (still_id) where still_id is not null;
-- Which part of a video was seen clear.
alter table media_view add column from_ms int, add column to_ms int, add check ((from_ms is null) = (to_ms is null) and from_ms <= to_ms);
create function films_follow_their_medium() returns trigger language plpgsql set search_path = public as $$
-- A video that goes behind another lock takes along what was made of it and said of it.
begin
  update video_copy set compartment_id = new.compartment_id where media_item_id = new.id;
  update film_strip set compartment_id = new.compartment_id where media_item_id = new.id;
  update video_range set compartment_id = new.compartment_id where media_item_id = new.id;
  update video_still set compartment_id = new.compartment_id where media_item_id = new.id;
  return null;
end $$;
create trigger films_follow after update of compartment_id on media_item for each row
  when (old.compartment_id <> new.compartment_id) execute function films_follow_their_medium();
revoke execute on function films_follow_their_medium from public;
