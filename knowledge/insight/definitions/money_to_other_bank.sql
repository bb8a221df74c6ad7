-- name: money_to_other_bank
-- kind: event
-- meaning: More money went to other banks than came from them in the last three full months, a fifth of the deposits or more
-- formula: transfers to other banks - transfers from them, where that is at least the amount of a new payee and a fifth of the average deposits
-- version: 1
SELECT
  b.customer_id,
  p.month_end AS day,
  CAST(ROUND(b.sent_away - b.brought_in, 2) AS DECIMAL(18, 2)) AS amount,
  b.customer_id AS source,
  '' AS detail
FROM last_booking AS b
JOIN customer AS c ON c.id = b.customer_id
JOIN average_deposits AS d ON d.customer_id = b.customer_id
CROSS JOIN new_payee_rule AS n
CROSS JOIN period AS p
WHERE c.kind = 'person' AND b.sent_away - b.brought_in >= n.amount AND b.sent_away - b.brought_in >= d.value * 0.2
