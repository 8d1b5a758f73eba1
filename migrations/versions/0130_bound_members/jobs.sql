-- A job belongs to an operation of which who wants it is a member.
create policy of_own_operations on job as restrictive for insert to concord_app
  with check (operation_id = any ((select my_memberships())::int[]));
