-- The names of the veiled pictures that a referral's package shows.
select name from referral_picture where referral_id = :id order by name
