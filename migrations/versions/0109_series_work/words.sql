create table series_word (                    -- what people say of a series: comments, its names, why it is left over
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  compartment_id int not null references compartment,  -- the series'
  series_id uuid not null references series,
  what text not null check (what in ('comment', 'name', 'reference', 'left_over', 'taken_over')),
  words text not null,
  before text not null default '',            -- of a name or a number elsewhere: what stood there
  said_by int not null references app_user,
  played_by text not null default my_played_by() check (played_by in ('person', 'partner')),
  said_at timestamptz not null default now(),
  ordinal bigint generated always as identity
);
create index ix_series_word_series on series_word (series_id);
create index ix_series_word_compartment on series_word (compartment_id);
alter table series_word enable row level security;
create policy worker_all on series_word to concord_worker using (true) with check (true);
create policy opened on series_word as restrictive to concord_app using (compartment_id <> all ((select my_closed())::int[]));
create policy keys on series_word for select to concord_app using (compartment_id = any ((select my_keys())::int[]));
create policy own on series_word for insert to concord_app
  with check (compartment_id = any ((select my_keys())::int[]) and said_by = (select my_id()) and exists (
    select 1 from series s where s.id = series_word.series_id and s.compartment_id = series_word.compartment_id
      and s.operation_id = series_word.operation_id));
grant select, insert on series_word to concord_app;
grant select, insert, update on series_word to concord_worker;
insert into governed (name, key, operation, fixed, once, free) values
('series_word', '{id}', 'operation_id', '{operation_id,series_id,what,words,before,said_by,played_by,said_at,ordinal}', '{}', '{compartment_id}');
select govern('series_word');
insert into erasable (name, words, author) values ('series_word', '{words,before}', 'said_by');

-- No package rests on these; the function stays as it stands by now.
do $$
begin
  execute replace(pg_get_functiondef('leads_of_broken(text, text)'::regprocedure), $f$'series_act'$f$, $f$'series_act', 'series_word', 'series_column'$f$);
end $$;
