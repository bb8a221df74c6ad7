-- name: overdue
-- kind: metric
-- unit: money
-- meaning: What stands on loans that are in arrears or defaulted
-- formula: sum of the newest balances of the customer's loans in those states; the limit where no balance is known
-- version: 1
-- per: customer
SELECT o.customer_id, SUM(CAST(ROUND(COALESCE(n.amount, o.credit_limit * e.rate, 0), 2) AS DECIMAL(18, 2))) AS value
FROM open_account AS o
JOIN exchange AS e ON e.currency = o.currency
LEFT JOIN newest_balance AS n ON n.account_id = o.account_id
WHERE o.state IN ('in_arrears', 'defaulted')
GROUP BY o.customer_id
