-- name: large_withdrawal
-- kind: event
-- meaning: A person took out a large sum in the last 90 days, with the purpose that was given
-- formula: money out by transfer or in cash of at least the set amount and the set share of the customer's deposits at the end of the month before; not to themselves, and not on a day on which they opened another account
-- version: 1
-- per: customer
SELECT
  a.customer_id,
  t.booked_on AS day,
  CAST(ROUND(-t.amount * e.rate, 2) AS DECIMAL(18, 2)) AS amount,
  t.id AS source,
  COALESCE(t.purpose, '') AS detail
FROM booking AS t
JOIN account AS a ON a.id = t.account_id
JOIN customer AS c ON c.id = a.customer_id
JOIN exchange AS e ON e.currency = t.currency
CROSS JOIN large_withdrawal_rule AS l
CROSS JOIN period AS p
JOIN (
  SELECT customer_id, EXTRACT(YEAR FROM month) * 12 + EXTRACT(MONTH FROM month) AS month_number, SUM(month_end) AS total
  FROM own_balance
  WHERE side = 'deposit'
  GROUP BY customer_id, EXTRACT(YEAR FROM month) * 12 + EXTRACT(MONTH FROM month)
) AS d ON d.customer_id = a.customer_id
  AND d.month_number = EXTRACT(YEAR FROM t.booked_on) * 12 + EXTRACT(MONTH FROM t.booked_on) - 1
LEFT JOIN (SELECT DISTINCT customer_id, opened_on FROM account) AS o
  ON o.customer_id = a.customer_id AND o.opened_on = t.booked_on
WHERE t.kind IN ('cash_out', 'transfer_out')
  AND o.customer_id IS NULL
  AND COALESCE(t.counterparty, '') NOT IN (c.name, COALESCE(c.name_latin, c.name))
  AND t.booked_on > p.days_90_ago
  AND c.kind = 'person'
  AND -t.amount * e.rate >= l.amount
  AND -t.amount * e.rate >= d.total * l.share
