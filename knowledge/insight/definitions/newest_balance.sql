-- name: newest_balance
-- kind: step
-- meaning: What stands on each open account at its newest known month
-- formula: the balance of the last month up to the day, of open accounts only; none where the last is more than 24 months old
-- version: 1
-- per: customer
SELECT o.account_id, o.customer_id, o.kind, o.product_id, b.side, b.month, b.month_end AS amount
FROM own_balance AS b
JOIN open_account AS o ON o.account_id = b.account_id
JOIN (SELECT account_id, MAX(month) AS month FROM own_balance GROUP BY account_id) AS n
  ON n.account_id = b.account_id AND n.month = b.month
