-- name: deposits
-- kind: metric
-- unit: money
-- meaning: What stands on the customer's open deposit accounts now
-- formula: sum of the newest month-end balances
-- version: 1
SELECT customer_id, SUM(amount) AS value
FROM newest_balance
WHERE side = 'deposit'
GROUP BY customer_id
