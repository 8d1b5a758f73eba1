-- What was answered to a card and stands, the oldest first; the words of a tip for who may read them.
select a.id, a.what, a.country, a.said_at, a.said_by = (select my_id()) as is_mine, t.body, t.source
from card_answer a left join card_tip t on t.answer_id = a.id
where a.card_id = :card and a.withdrawn_at is null order by a.said_at, a.id
