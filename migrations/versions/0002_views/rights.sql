-- People and workers read through the views what they may read in the tables. Editions and matches are the workers' alone.
grant select on active_membership, user_with_country, compartment_with_agency, medium_with_owner, described_face
  to concord_app, concord_worker;
grant select on sent_referral to concord_worker;

revoke execute on function first_exhibit, faces_compared_with, best_faces, pair_key_of_faces, ledger_root, ledger_reached,
  probable_victims from public;
grant execute on function first_exhibit, faces_compared_with to concord_app, concord_worker;
grant execute on function best_faces, pair_key_of_faces, ledger_root, ledger_reached, probable_victims to concord_worker;
