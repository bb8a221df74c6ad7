-- name: money_to_other_bank
-- kind: event
-- meaning: A person sent more money to other banks than came from them in the last three full months and the running one, a fifth of the deposits or more
-- formula: transfers to other banks - transfers from them, to the cent, where that is at least the amount of a new payee and a fifth of the average deposits; the row is the newest transfer to another bank
-- version: 1
-- per: customer
SELECT
  b.customer_id,
  t.booked_on AS day,
  CAST(ROUND(b.sent_away - b.brought_in, 2) AS DECIMAL(18, 2)) AS amount,
  t.id AS source,
  t.counterparty_bank AS detail
FROM last_booking AS b
JOIN customer AS c ON c.id = b.customer_id
JOIN average_deposits AS d ON d.customer_id = b.customer_id
JOIN (
  SELECT
    a.customer_id,
    k.id,
    k.booked_on,
    k.counterparty_bank,
    ROW_NUMBER() OVER (PARTITION BY a.customer_id ORDER BY k.booked_on DESC, k.id DESC) AS nth
  FROM booking AS k
  JOIN account AS a ON a.id = k.account_id
  CROSS JOIN period AS q
  WHERE k.kind = 'transfer_out' AND k.counterparty_bank IS NOT NULL AND k.booked_on > q.quarter_ago_month
) AS t ON t.customer_id = b.customer_id AND t.nth = 1
CROSS JOIN new_payee_rule AS n
WHERE c.kind = 'person' AND b.sent_away - b.brought_in >= n.amount AND b.sent_away - b.brought_in >= d.value * 0.2
