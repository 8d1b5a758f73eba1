create or replace function known_elsewhere_each(p_operation int) returns table (exhibit_id uuid, files int)
  language sql stable security definer set search_path = public
  -- What `known_elsewhere` answers of each exhibit of an operation that the caller opens, and of all of them together (no exhibit), asked
  -- once: every content is looked at once, and not once an exhibit. Countries are bits, which are gathered faster than names; ISO 3166 has
  -- 249 of them.
  as $$ with nation as materialized (
          select p.country, set_bit(0::bit(256), (row_number() over (order by p.country))::int - 1, 1) as bit
          from participation p where p.operation_id = p_operation),
        tells as materialized (
          select own.country, bit_or(n.bit) as others from participation own
          join participation p on p.operation_id = own.operation_id and p.country <> own.country and p.shares_known_count and opens_to(p, own)
          join nation n on n.country = p.country where own.operation_id = p_operation group by 1),
        device as materialized (
          select x.id, x.country, n.bit, x.compartment_id = any (my_keys()) and x.intake_ended_at is not null and (
              select count(*) = 20 from (select distinct f.exhibit_id, f.sha256 from received_file f
                where f.exhibit_id = x.id and f.media_item_id is not null order by f.exhibit_id, f.sha256 limit 20) twenty) as is_asked
          from exhibit x join nation n on n.country = x.country where x.operation_id = p_operation),
        held as materialized (
          select f.sha256, bit_or(d.bit) as countries from received_file f join device d on d.id = f.exhibit_id
          where f.operation_id = p_operation and f.sha256 is not null group by 1 having bit_count(bit_or(d.bit)) > 1),
        known as materialized (
          select distinct d.id, f.sha256 from held h join received_file f on f.sha256 = h.sha256 and f.media_item_id is not null
          join device d on d.id = f.exhibit_id and d.is_asked
          join tells t on t.country = d.country and bit_count(t.others & h.countries) > 0)
        select d.id, count(k.sha256)::int from device d left join known k on k.id = d.id where d.is_asked group by d.id
        union all
        select null, count(distinct k.sha256)::int from known k having exists (select 1 from device d where d.is_asked) $$;

create index ix_received_file_content on received_file (exhibit_id, sha256) where media_item_id is not null;
