-- name: credit_utilisation
-- kind: metric
-- unit: percent
-- meaning: How much of their card limits the customer uses
-- formula: sum of the newest card balances / sum of their limits x 100
-- version: 1
SELECT
  o.customer_id,
  CAST(ROUND(CAST(SUM(COALESCE(n.amount, 0)) AS DOUBLE) / CAST(SUM(o.credit_limit * e.rate) AS DOUBLE) * 100, 4) AS DECIMAL(18, 4)) AS value
FROM open_account AS o
JOIN exchange AS e ON e.currency = o.currency
LEFT JOIN newest_balance AS n ON n.account_id = o.account_id
WHERE o.kind = 'card' AND o.credit_limit > 0
GROUP BY o.customer_id
