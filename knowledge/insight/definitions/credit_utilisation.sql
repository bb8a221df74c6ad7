-- name: credit_utilisation
-- kind: metric
-- unit: percent
-- meaning: How much of their card limits the customer uses
-- formula: sum of the newest card balances / sum of their limits x 100, to four places; cards without a limit are left out
-- version: 1
-- per: customer
SELECT
  o.customer_id,
  CAST(FLOOR(CAST(SUM(COALESCE(n.amount, 0)) * 100 AS DOUBLE) * 1000000
    / CAST(SUM(CAST(ROUND(o.credit_limit * e.rate, 2) AS DECIMAL(18, 2))) * 100 AS DOUBLE) + 0.5) / 10000
    AS DECIMAL(18, 4)) AS value
FROM open_account AS o
JOIN exchange AS e ON e.currency = o.currency
LEFT JOIN newest_balance AS n ON n.account_id = o.account_id
WHERE o.kind = 'card' AND o.credit_limit > 0
GROUP BY o.customer_id
