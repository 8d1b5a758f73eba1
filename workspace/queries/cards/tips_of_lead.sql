-- The tips on all cards of a clue that stand, the oldest first, with their words for who may read them.
select c.number as card, a.country, a.said_at, t.body, t.source
from clue_card c join card_answer a on a.card_id = c.id left join card_tip t on t.answer_id = a.id
where c.lead_id = :lead and a.what = 'tip' and a.withdrawn_at is null order by a.said_at, a.id
