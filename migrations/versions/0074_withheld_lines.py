"""Who leads an operation or a country exports the record with the lines withheld that the keys do not show.

Revision ID: 0074
Revises: 0073
"""

from migrations.sql_files import run_sql

revision = "0074"
down_revision = "0073"


def upgrade() -> None:
    """A line without its body still verifies by its digest."""
    run_sql("""
create function exports_record(p_operation int) returns boolean language sql stable security definer
  set search_path = public
-- Whether I may export an operation's record: as an observer, or as a lead whose country takes part.
as $$ select p_operation = any (my_audits()) or (p_operation = any (my_operations()) and exists (
  select 1 from membership m where m.operation_id = p_operation and m.user_id = my_id() and m.standing <> 'newcomer'
    and m.role in ('operation_lead', 'country_lead'))) $$;

create function line_digests(p_operation int, p_after bigint, p_until bigint, p_most int)
  returns table (seq bigint, digest bytea, hash bytea) language sql stable security definer set search_path = public
-- Of lines after a number: the digest of the body, and the hash; for who may export the record.
as $$ select e.seq, sha256(convert_to(e.body, 'UTF8')), e.hash from event e
where (select exports_record(p_operation)) and e.operation_id = p_operation and e.seq > p_after and e.seq <= p_until
order by e.seq limit p_most $$;
revoke execute on function exports_record, line_digests from public;
grant execute on function exports_record, line_digests to concord_app, concord_worker;
""")
