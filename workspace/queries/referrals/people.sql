-- Who drafted and who approved a referral, and how to reach them.
select part, name, agency, contact, is_partner from people_of_referral(:id)
