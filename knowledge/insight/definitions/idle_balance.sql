-- name: idle_balance
-- kind: event
-- meaning: Money lies on a demand account without moving
-- formula: the lowest month-end balance of the last full months asked for, where it is at least the set amount
-- version: 1
-- per: customer
SELECT m.customer_id, p.month_end AS day, m.lowest AS amount, m.account_id AS source, '' AS detail
FROM (
  SELECT b.customer_id, b.account_id, MIN(b.month_end) AS lowest, COUNT(*) AS months
  FROM own_balance AS b
  JOIN open_account AS o ON o.account_id = b.account_id
  CROSS JOIN period AS p
  WHERE b.kind = 'deposit' AND b.full_month AND b.month > p.idle_from_month
  GROUP BY b.customer_id, b.account_id
) AS m
CROSS JOIN idle_balance_rule AS i
CROSS JOIN period AS p
WHERE m.months >= i.months AND m.lowest >= i.amount
